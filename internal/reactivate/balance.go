package reactivate

import (
	"errors"
	"math/big"
	"regexp"
	"strings"
	"sync"
)

// maxAmount is how long the text of an amount may be, in bytes.
const maxAmount = 64

// decimal is an amount as the billing API writes it: "10000.00", "-11.19", "1,234.50". It is compiled when first needed.
// https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
var decimal = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?$`) })

// parseAmount reads a decimal exactly. A floating-point number would round it.
func parseAmount(text string) (*big.Rat, error) {
	if digits := strings.TrimSpace(text); len(text) <= maxAmount && decimal().MatchString(digits) {
		if amount, ok := new(big.Rat).SetString(strings.ReplaceAll(digits, ",", "")); ok {
			return amount, nil
		}
	}
	return nil, errors.New("not an amount: want a decimal such as 200, 1,234.50 or -11.19")
}

// CompareAmounts returns -1, 0 or 1 as the amount a is less than, equal to or more than b. It returns an error if
// one of them is not an amount.
func CompareAmounts(a, b string) (int, error) {
	x, errX := parseAmount(a)
	y, errY := parseAmount(b)
	if err := errors.Join(errX, errY); err != nil {
		return 0, err
	}
	return x.Cmp(y), nil
}

// Shortfall is how much must be added to a to reach b, as a decimal. It is "" if nothing is missing, or if one of them is not an amount.
func Shortfall(a, b string) string {
	if order, err := CompareAmounts(a, b); err != nil || order >= 0 {
		return ""
	}
	have, _ := parseAmount(a)
	want, _ := parseAmount(b)
	missing := want.Sub(want, have)
	digits, _ := missing.FloatPrec() // exact: both are decimals
	return missing.FloatString(max(digits, 2))
}

// ValidAmount tells whether a text is a decimal that CompareAmounts takes.
func ValidAmount(text string) bool {
	_, err := parseAmount(text)
	return err == nil
}
