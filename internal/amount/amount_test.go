package amount_test

import (
	"strings"
	"testing"

	"reactivate/internal/amount"
)

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"0", "-0.00", 0},
		{"+5", "5.0", 0},
		{"007", "7", 0},
		{" 200 ", "200.00", 0},
		{"1,234.50", "1234.5", 0},
		{"9", "10", -1},
		{"0.1", "0.11", -1},
		{"-11.19", "-11.18", -1},
		{"-0.01", "0.00", -1},
		{"10,000.00", "9,999.99", 1},
		{strings.Repeat("1", 64), "1", 1},
		{"99999999999999999999.01", "99999999999999999999", 1},
		// what a float64 takes for equal
		{"9007199254740993", "9007199254740992", 1},
	} {
		got, err := amount.Compare(tt.a, tt.b)
		if err != nil || got != tt.want {
			t.Errorf("%s and %s: got %d, %v, want %d", tt.a, tt.b, got, err, tt.want)
		}
		if got, err := amount.Compare(tt.b, tt.a); err != nil || got != -tt.want {
			t.Errorf("%s and %s: got %d, %v, want %d", tt.b, tt.a, got, err, -tt.want)
		}
	}
}

func TestWhatIsNoAmount(t *testing.T) {
	for _, text := range []string{
		"", " ", "-", "+", ".", ",", "-.", "1.", ".5", "--1", "+-1", "- 1", "1-", "1e3", "0x10", "NaN", "Inf", "١٢", "1.2.3", "1 000", "1_000",
		",100", "100,", "1,00", "1,0000", "1234,567", "1,,000", "1.000,00", "1.0,00", "CNY 5", "5 CNY", "¥5", "none", "null", "1\x00", strings.Repeat("1", 65),
	} {
		if amount.Valid(text) {
			t.Errorf("%q: got an amount, want none", text)
		}
		if _, err := amount.Compare(text, "1"); err == nil {
			t.Errorf("%q: got nil, want an error", text)
		}
		if _, err := amount.Compare("1", text); err == nil {
			t.Errorf("%q on the right: got nil, want an error", text)
		}
		if short := amount.Shortfall("1", text); short != "" {
			t.Errorf("short of %q of %q, want nothing known", short, text)
		}
	}
}

func TestShortfall(t *testing.T) {
	for _, tt := range []struct{ have, want, short string }{
		{"-11.19", "0", "11.19"},
		{"-1,012.50", "100", "1112.50"},
		{"99.99", "100", "0.01"},
		{"99.995", "100", "0.005"},
		{"100", "100", ""},
		{"100.00", "99", ""},
		{"-0.00", "0", ""},
		{" 1 ", "+2", "1.00"},
		{"-99999999999999999999.01", "100", "100000000000000000099.01"}, // no float64 holds it
		{"", "100", ""},
		{"much", "100", ""},
		{"1e3", "10000", ""}, // a number, and no amount
	} {
		if !amount.Valid(tt.want) {
			t.Errorf("%q: got no amount, want one", tt.want)
		}
		if got := amount.Shortfall(tt.have, tt.want); got != tt.short {
			t.Errorf("%q of %q: short of %q, want %q", tt.have, tt.want, got, tt.short)
		}
	}
}
