package handler_test

import (
	"os"
	"path/filepath"
	"testing"

	"reactivate/handler"
)

func TestAuthoritiesAreReadOnce(t *testing.T) {
	dir := t.TempDir()
	bundle, empty := filepath.Join(dir, "bundle.pem"), filepath.Join(dir, "empty.pem")
	for name, content := range map[string]string{bundle: "certificates", empty: ""} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ name, file, dir, want string }{
		{"a bundle", bundle, "", os.DevNull},
		{"a bundle and a directory that somebody wants", bundle, dir, dir},
		{"no bundle", filepath.Join(dir, "none.pem"), "", ""},
		{"an empty bundle", empty, "", ""},
		{"a directory for a bundle", dir, "", ""},
	} {
		t.Setenv("SSL_CERT_FILE", tt.file)
		t.Setenv("SSL_CERT_DIR", tt.dir)
		handler.ReadAuthoritiesOnce()
		if got := os.Getenv("SSL_CERT_DIR"); got != tt.want {
			t.Errorf("%s: SSL_CERT_DIR is %q, want %q", tt.name, got, tt.want)
		}
	}
}
