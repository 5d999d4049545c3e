package handler

import (
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"reactivate/internal/amount"
	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/wording"
)

// This file reads the values of single variables. lists.go reads lists, and roles.go reads REACTIVATE_ROLES.

func setBool(to *bool, value string) (err error) {
	if *to, err = strconv.ParseBool(value); err != nil {
		return wording.NotABoolean
	}
	return nil
}

func setInt(to *int, value string, low, high int) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		return wording.NotInRange.With(low, high)
	}
	*to = n
	return nil
}

// maxDuration is the longest that Function Compute runs one invocation.
const maxDuration = 24 * time.Hour

func setDuration(to *time.Duration, value string) error {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 || d > maxDuration {
		return wording.NotADuration
	}
	*to = d
	return nil
}

// setWord reads one of a few words. The error wrong says which they are.
func setWord[T ~string](to *T, value string, wrong error, words ...T) error {
	if !slices.Contains(words, T(value)) {
		return wrong
	}
	*to = T(value)
	return nil
}

func setNetwork(c *Config, value string) error {
	if value != "public" && value != "vpc" {
		return wording.NotANetwork
	}
	c.Endpoint.VPC = value == "vpc"
	return nil
}

const minToken = 16 // characters

func setHTTPToken(c *Config, value string) error {
	tokens := list(value)
	for _, token := range tokens {
		if utf8.RuneCountInString(token) < minToken {
			return wording.ShortToken.With(minToken)
		}
	}
	c.HTTP.Tokens = tokens
	return nil
}

func setNotify(c *Config, value string) (err error) {
	if slices.ContainsFunc(list(value), holdsPlaceholder) { // most likely a robot's token
		return wording.NotFilledIn
	}
	c.Notify, err = notify.ParseTargets(value)
	return err
}

// setLink reads a link that people will click on in a chat.
func setLink(c *Config, value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.ContainsFunc(value, notInLink) {
		return wording.NotALink
	}
	c.Link = value
	return nil
}

// notInLink tells whether a character would end a link in a chat, or turn it into another one.
func notInLink(r rune) bool {
	return r <= ' ' || r > unicode.MaxASCII || strings.ContainsRune("<>\"`\\^{}|", r)
}

func setBalanceFloor(c *Config, value string) error {
	if !amount.Valid(value) {
		return wording.NotAnAmount
	}
	c.Policy.BalanceFloor = value
	return nil
}

func setLogLevel(c *Config, value string) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[value]
	if !ok {
		return wording.NotALogLevel
	}
	c.LogLevel = level
	return nil
}

// setEndpoint accepts only this machine, so that no variable can send credentials elsewhere. A name that merely begins like a
// loopback address is another host.
func setEndpoint(c *Config, value string) error {
	u, err := url.Parse(value)
	if err != nil || !loopbackURL(u) {
		return wording.NotLoopback
	}
	c.Endpoint.Loopback = u.Scheme + "://" + u.Host
	return nil
}

func loopbackURL(u *url.URL) bool {
	plain := u.User == nil && u.RawQuery == "" && !u.ForceQuery && u.Fragment == "" && u.Opaque == "" && (u.Path == "" || u.Path == "/")
	if !plain || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	return cloud.Loopback(u.Hostname())
}
