package handler_test

import (
	"errors"
	"slices"
	"testing"

	"reactivate/handler"
)

// The role's token is sent to the endpoint, so it may only be this machine.
func TestEndpointIsLoopbackAlone(t *testing.T) {
	for value, want := range map[string]string{
		"http://127.0.0.1":         "http://127.0.0.1",
		"http://127.0.0.1/":        "http://127.0.0.1",
		"http://127.0.0.1:1":       "http://127.0.0.1:1",
		"http://127.0.0.1:65535":   "http://127.0.0.1:65535",
		"https://127.255.255.254":  "https://127.255.255.254",
		"http://[::1]":             "http://[::1]",
		"https://[::1]:8443/":      "https://[::1]:8443",
		"http://[0:0:0:0:0:0:0:1]": "http://[0:0:0:0:0:0:0:1]",
		"http://localhost":         "http://localhost",
		"https://localhost:8080":   "https://localhost:8080",
		"HTTP://127.0.0.1:80":      "http://127.0.0.1:80",
	} {
		c, err := handler.ParseConfig([]string{"REACTIVATE_ENDPOINT=" + value})
		if err != nil || c.Endpoint.Loopback != want {
			t.Errorf("%s: got %q, %v, want %q", value, c.Endpoint.Loopback, err, want)
		}
	}
}

func TestEndpointBeyondThisMachineIsRefused(t *testing.T) {
	const problem = "REACTIVATE_ENDPOINT is not a loopback URL: want one such as http://127.0.0.1:8080, without user, path or query; it is for tests alone"
	for _, value := range []string{
		// hosts that merely begin, end or read like one
		"http://127.0.0.1.evil.invalid", "http://localhost.evil.invalid", "http://evil.invalid/127.0.0.1",
		"http://localhost.", "http://127.0.0.1.", "http://sub.localhost", "http://localhost.localdomain",
		"http://LOCALHOST", "http://ip6-localhost", "http://127-0-0-1.evil.invalid", "http://evil.invalid:80",
		"http://xn--localhost-.invalid", "http://localhost%2eevil.invalid", "http://locаlhost", // a Cyrillic a
		// users, who hide the host
		"http://user@127.0.0.1", "http://user:pass@127.0.0.1", "http://127.0.0.1@evil.invalid", "http://127.0.0.1:80@evil.invalid", "http://@127.0.0.1",
		`http://127.0.0.1\@evil.invalid`, "http://evil.invalid#@127.0.0.1", "http://evil.invalid?@127.0.0.1", "http://127.0.0.1#evil",
		// paths and queries
		"http://127.0.0.1/path", "http://127.0.0.1//evil.invalid", "http://127.0.0.1/?", "http://127.0.0.1?a=b", "http://localhost/..",
		// other writings of addresses, which resolvers read as they like
		"http://127.1", "http://127.0.1", "http://0177.0.0.1", "http://0x7f.0.0.1", "http://2130706433", "http://0x7f000001", "http://127.0.0.01", "http://127.0.0.256",
		// other addresses
		"http://0.0.0.0", "http://[::]", "http://0", "http://10.0.0.1", "http://100.100.100.200", "http://169.254.169.254", "http://128.0.0.1", "http://126.255.255.255",
		"http://[::2]", "http://[fe80::1]", "http://[::1%25eth0]", "http://[::1%eth0]", "http://[127.0.0.1]", "http://::1", "http://[::1].evil.invalid", "http://[::1",
		"http://[64:ff9b::7f00:1]",
		// ports
		"http://127.0.0.1:0", "http://127.0.0.1:65536", "http://127.0.0.1:-1", "http://127.0.0.1:http", "http://127.0.0.1:80:80", "http://localhost:+80",
		// schemes, or none
		"ftp://127.0.0.1", "file:///127.0.0.1", "unix://127.0.0.1", "ws://127.0.0.1", "//127.0.0.1", "127.0.0.1", "127.0.0.1:80", "localhost", "localhost:80", "http:127.0.0.1", "http:/127.0.0.1",
		// no host, and no URL
		"http://", "https://:80", "http:///", "http", "http://127.0.0.1\r\nHost: evil.invalid", "http://127.0.0.1\x00", "http://127.0.0.1 evil.invalid", "http://127.0.0.1,http://127.0.0.1", "%",
	} {
		c, err := handler.ParseConfig([]string{"REACTIVATE_ENDPOINT=" + value})
		wrong, ok := errors.AsType[*handler.ConfigError](err)
		if !ok || !slices.Equal(problems(wrong), []string{problem}) {
			t.Errorf("%q: got %v, want %s", value, err, problem)
		}
		if c.Endpoint.Loopback != "" {
			t.Errorf("%q: got the endpoint %q, want none", value, c.Endpoint.Loopback)
		}
	}
}
