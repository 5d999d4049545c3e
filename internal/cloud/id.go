package cloud

import (
	"net/netip"
	"strings"
)

// The three checks below are written by hand: as regular expressions they would be compiled at each cold start, for longer than
// a first event takes to decode.

// ValidInstanceID tells whether id can be an ECS instance's: "i-" and 8 to 32 lower-case letters or digits, or, for
// the oldest instances, "AY" and 10 to 30. An id that fails never reaches ECS.
// https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-resources
func ValidInstanceID(id string) bool {
	if rest, found := strings.CutPrefix(id, "i-"); found {
		return consists(rest, 8, 32, lowerOrDigit)
	}
	rest, found := strings.CutPrefix(id, "AY")
	return found && consists(rest, 10, 30, lowerOrDigit)
}

// ValidRegionID tells whether id can be a region's: two lower-case letters, then parts of lower-case letters and digits, each
// behind a hyphen, at most 32 in all. The check protects the role's token: the region becomes part of the host name to which the
// token is sent.
func ValidRegionID(id string) bool {
	country, parts, found := strings.Cut(id, "-")
	if !found || len(id) > maxRegionID || !consists(country, 2, 2, lower) {
		return false
	}
	for part := range strings.SplitSeq(parts, "-") {
		if !consists(part, 1, maxRegionID, lowerOrDigit) {
			return false
		}
	}
	return true
}

// ValidAccountID tells whether id is an account's number. The vendor's examples are masked with asterisks, and are not valid.
func ValidAccountID(id string) bool { return consists(id, 1, 32, digit) }

// Loopback tells whether a host is this machine, by an address or by the name localhost.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Zone() == "" && addr.IsLoopback()
}

const maxRegionID = 32

// consists tells whether text has low to high bytes, all of one kind.
func consists(text string, low, high int, kind func(byte) bool) bool {
	if len(text) < low || len(text) > high {
		return false
	}
	for i := range len(text) {
		if !kind(text[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) bool        { return 'a' <= c && c <= 'z' }
func digit(c byte) bool        { return '0' <= c && c <= '9' }
func lowerOrDigit(c byte) bool { return lower(c) || digit(c) }
