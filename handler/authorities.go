package handler

import (
	"cmp"
	"os"
)

// debianBundle is the file in which Debian has all of its directory's authorities. Function Compute's other runtimes are built on
// Debian, and its documents name no other for this one: https://www.alibabacloud.com/help/en/functioncompute/fc
const debianBundle = "/etc/ssl/certs/ca-certificates.crt"

// readAuthoritiesOnce keeps the first TLS connection from parsing the certificates of the same authorities three times, which is
// half of a first answer's time: crypto/x509 reads the bundle, and then the directory, which holds each again as a file of its
// own, and the bundle too. Whoever sets SSL_CERT_DIR means it; without a bundle the directory is all there is.
// https://pkg.go.dev/crypto/x509#SystemCertPool
func readAuthoritiesOnce() {
	if os.Getenv("SSL_CERT_DIR") != "" {
		return
	}
	bundle, err := os.Stat(cmp.Or(os.Getenv("SSL_CERT_FILE"), debianBundle))
	if err == nil && bundle.Mode().IsRegular() && bundle.Size() > 0 {
		_ = os.Setenv("SSL_CERT_DIR", os.DevNull) // what cannot be set costs time alone
	}
}
