package reactivate

import (
	"errors"
	"math/big"
	"strings"
)

// maxAmount is how long the text of an amount may be, in bytes: far more than there is money.
const maxAmount = 64

// amount is a decimal: digits before and behind the point, without leading and trailing zeros.
type amount struct {
	negative bool // never of zero
	whole    string
	fraction string
}

// parseAmount reads a decimal as the billing API writes amounts: "10000.00", "-11.19", "1,234.50". It is never a floating-point
// number: those cannot hold what money is counted in.
// https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
func parseAmount(text string) (amount, error) {
	rest := strings.TrimSpace(text)
	negative := strings.HasPrefix(rest, "-")
	if negative || strings.HasPrefix(rest, "+") {
		rest = rest[1:]
	}
	whole, fraction, pointed := strings.Cut(rest, ".")
	if len(text) > maxAmount || pointed && !allDigits(fraction) || !grouped(whole) {
		return amount{}, errors.New("not an amount: want a decimal such as 200, 1,234.50 or -11.19")
	}
	a := amount{
		whole:    strings.TrimLeft(strings.ReplaceAll(whole, ",", ""), "0"),
		fraction: strings.TrimRight(fraction, "0"),
	}
	a.negative = negative && (a.whole != "" || a.fraction != "")
	return a, nil
}

// grouped tells whether a whole number has digits alone, or commas before each three of them.
func grouped(whole string) bool {
	groups := strings.Split(whole, ",")
	for i, group := range groups {
		if !allDigits(group) || i > 0 && len(group) != 3 || len(groups) > 1 && len(group) > 3 {
			return false
		}
	}
	return true
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// CompareAmounts returns -1, 0 or 1 as the amount a is less than, equal to or more than b. The error says that one of them
// is no amount.
func CompareAmounts(a, b string) (int, error) {
	x, errX := parseAmount(a)
	y, errY := parseAmount(b)
	if err := errors.Join(errX, errY); err != nil {
		return 0, err
	}
	switch {
	case x.negative && !y.negative:
		return -1, nil
	case !x.negative && y.negative:
		return 1, nil
	case x.negative:
		x, y = y, x
	}
	return x.compareSize(y), nil
}

// compareSize compares without regard to the signs.
func (a amount) compareSize(b amount) int {
	switch {
	case len(a.whole) < len(b.whole):
		return -1
	case len(a.whole) > len(b.whole):
		return 1
	case a.whole != b.whole:
		return strings.Compare(a.whole, b.whole)
	}
	return strings.Compare(a.fraction, b.fraction) // digits from the left, and a prefix is the lesser
}

// shortOf is how much a lacks to b, as a decimal; "" where it lacks nothing, or one of them is no amount.
func shortOf(a, b string) string {
	if order, err := CompareAmounts(a, b); err != nil || order >= 0 {
		return ""
	}
	have, want := exact(a), exact(b)
	missing := want.Sub(want, have)
	digits, _ := missing.FloatPrec() // exact: both are decimals
	return missing.FloatString(max(digits, 2))
}

// exact is a valid amount as a number.
func exact(text string) *big.Rat {
	number, _ := new(big.Rat).SetString(strings.ReplaceAll(strings.TrimSpace(text), ",", ""))
	return number
}

// ValidAmount tells whether a text is a decimal that CompareAmounts takes.
func ValidAmount(text string) bool {
	_, err := parseAmount(text)
	return err == nil
}
