package reactivate_test

import (
	"strings"
	"testing"

	"reactivate/internal/reactivate"
)

func TestCompareAmounts(t *testing.T) {
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
		{"99999999999999999999.01", "99999999999999999999", 1},
		// what a float64 takes for equal
		{"9007199254740993", "9007199254740992", 1},
	} {
		got, err := reactivate.CompareAmounts(tt.a, tt.b)
		if err != nil || got != tt.want {
			t.Errorf("%s and %s: got %d, %v, want %d", tt.a, tt.b, got, err, tt.want)
		}
		if got, err := reactivate.CompareAmounts(tt.b, tt.a); err != nil || got != -tt.want {
			t.Errorf("%s and %s: got %d, %v, want %d", tt.b, tt.a, got, err, -tt.want)
		}
	}
}

func TestWhatIsNoAmount(t *testing.T) {
	for _, text := range []string{
		"", " ", "-", "+", ".", ",", "-.", "1.", ".5", "--1", "+-1", "- 1", "1-", "1e3", "0x10", "NaN", "Inf", "١٢", "1.2.3", "1 000", "1_000",
		",100", "100,", "1,00", "1,0000", "1234,567", "1,,000", "1.000,00", "1.0,00", "CNY 5", "5 CNY", "¥5", "none", "null", "1\x00", strings.Repeat("1", 65),
	} {
		if reactivate.ValidAmount(text) {
			t.Errorf("%q: got an amount, want none", text)
		}
		if _, err := reactivate.CompareAmounts(text, "1"); err == nil {
			t.Errorf("%q: got nil, want an error", text)
		}
		if _, err := reactivate.CompareAmounts("1", text); err == nil {
			t.Errorf("%q on the right: got nil, want an error", text)
		}
	}
}
