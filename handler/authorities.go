package handler

import (
	"cmp"
	"os"
)

// debianBundle is the file in which Debian keeps all authorities of its certificate directory. Function Compute's other runtimes
// are built on Debian, and its documents name no other system for this one:
// https://www.alibabacloud.com/help/en/functioncompute/fc
const debianBundle = "/etc/ssl/certs/ca-certificates.crt"

// readAuthoritiesOnce prevents the first TLS connection from parsing the same certificates three times, which takes half the
// time of a first answer. crypto/x509 reads the bundle and then the directory, which holds each certificate again as a file of
// its own, and the bundle too. SSL_CERT_DIR is respected if it is set. Without a bundle the directory is all there is.
// https://pkg.go.dev/crypto/x509#SystemCertPool
func readAuthoritiesOnce() {
	if os.Getenv("SSL_CERT_DIR") != "" {
		return
	}
	bundle, err := os.Stat(cmp.Or(os.Getenv("SSL_CERT_FILE"), debianBundle))
	if err == nil && bundle.Mode().IsRegular() && bundle.Size() > 0 {
		_ = os.Setenv("SSL_CERT_DIR", os.DevNull) // a failure costs time and nothing else
	}
}
