package fakecloud

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const (
	acs3Algorithm = "ACS3-HMAC-SHA256"
	logAlgorithm  = "LOG "
)

// signed is a request's signature and what was sent with it.
type signed struct {
	keyID, token, timestamp, nonce, signature string
	// compute gives the signature that the secret makes.
	compute func(secret string) string
}

// readSignature reads the signature of any of the three kinds.
func (q *request) readSignature() (signed, *Error) {
	switch {
	case q.acs3:
		return q.readACS3()
	case q.version == logVersion:
		return q.readLOG()
	}
	return q.readRPC(), nil
}

// readRPC reads a signature of version 1.0: HMAC-SHA1 over all parameters.
// Source: https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism
func (q *request) readRPC() signed {
	return signed{
		keyID:     q.params.Get("AccessKeyId"),
		token:     q.params.Get("SecurityToken"),
		timestamp: q.params.Get("Timestamp"),
		nonce:     q.params.Get("SignatureNonce"),
		signature: q.params.Get("Signature"),
		compute: func(secret string) string {
			others := maps.Clone(q.params)
			others.Del("Signature")
			return signSHA1(secret+"&", q.Method+"&%2F&"+url.QueryEscape(canonicalQuery(others)))
		},
	}
}

// readACS3 reads a signature of version 3: HMAC-SHA256 over headers and query.
// Source: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
func (q *request) readACS3() (signed, *Error) {
	fields := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(q.Header.Get("Authorization"), acs3Algorithm), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	names := strings.Split(fields["SignedHeaders"], ";")
	if fields["Credential"] == "" || fields["Signature"] == "" {
		return signed{}, apiError("IncompleteSignature")
	}
	hash := sha256.Sum256(q.body)
	if q.Header.Get("x-acs-content-sha256") != hex.EncodeToString(hash[:]) {
		return signed{}, apiError("SignatureDoesNotMatch")
	}
	return signed{
		keyID:     fields["Credential"],
		token:     q.Header.Get("x-acs-security-token"),
		timestamp: q.Header.Get("x-acs-date"),
		nonce:     q.Header.Get("x-acs-signature-nonce"),
		signature: fields["Signature"],
		compute:   func(secret string) string { return signACS3(q, names, secret) },
	}, nil
}

func signACS3(q *request, names []string, secret string) string {
	hash := sha256.Sum256([]byte(canonicalACS3(q, names)))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(acs3Algorithm + "\n" + hex.EncodeToString(hash[:])))
	return hex.EncodeToString(mac.Sum(nil))
}

func canonicalACS3(q *request, names []string) string {
	var b strings.Builder
	b.WriteString(q.Method + "\n" + cmp.Or(q.path, "/") + "\n" + canonicalQuery(q.URL.Query()) + "\n")
	for _, name := range names {
		value := q.Host // Go keeps it out of the header
		if name != "host" {
			value = strings.Join(q.Header.Values(name), ",")
		}
		b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	b.WriteString("\n" + strings.Join(names, ";") + "\n" + q.Header.Get("x-acs-content-sha256"))
	return b.String()
}

// canonicalQuery is the sorted query, escaped as RFC 3986 says. On the wire, clients may escape it in another way.
// Encode differs from the RFC only in the space.
func canonicalQuery(params url.Values) string { return strings.ReplaceAll(params.Encode(), "+", "%20") }

// readLOG reads a signature of Simple Log Service: HMAC-SHA1 over the date, the headers of the service and the path.
// Source: https://www.alibabacloud.com/help/en/sls/developer-reference/request-signatures
func (q *request) readLOG() (signed, *Error) {
	keyID, signature, found := strings.Cut(strings.TrimPrefix(q.Header.Get("Authorization"), logAlgorithm), ":")
	at, err := http.ParseTime(q.Header.Get("Date"))
	if !found || err != nil || q.Header.Get("x-log-signaturemethod") != "hmac-sha1" {
		return signed{}, apiError("IncompleteSignature")
	}
	return signed{
		keyID: keyID, token: q.Header.Get("x-acs-security-token"), timestamp: at.UTC().Format(timeFormat), signature: signature,
		compute: func(secret string) string { return signSHA1(secret, q.canonicalLOG()) },
	}, nil
}

func (q *request) canonicalLOG() string {
	lines := []string{q.Method, q.Header.Get("Content-MD5"), q.Header.Get("Content-Type"), q.Header.Get("Date")}
	for _, name := range slices.Sorted(maps.Keys(q.Header)) {
		if own := strings.ToLower(name); strings.HasPrefix(own, "x-log-") || strings.HasPrefix(own, "x-acs-") {
			lines = append(lines, own+":"+q.Header.Get(name))
		}
	}
	return strings.Join(append(lines, q.path), "\n")
}

// signSHA1 is the HMAC-SHA1 of a text in Base64.
func signSHA1(secret, text string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
