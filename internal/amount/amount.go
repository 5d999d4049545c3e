// Package amount compares amounts of money as the billing API writes them: "10000.00", "-11.19", "1,234.50".
// https://www.alibabacloud.com/help/en/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance
package amount

import (
	"errors"
	"math/big"
	"regexp"
	"strings"
	"sync"
)

const maxBytes = 64

// decimal is compiled when first needed.
var decimal struct {
	once sync.Once
	form *regexp.Regexp
}

func isDecimal(text string) bool {
	decimal.once.Do(func() { decimal.form = regexp.MustCompile(`^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?$`) })
	return decimal.form.MatchString(text)
}

// parse reads a decimal exactly. A floating-point number would round it.
func parse(text string) (*big.Rat, error) {
	if digits := strings.TrimSpace(text); len(text) <= maxBytes && isDecimal(digits) {
		if rat, ok := new(big.Rat).SetString(strings.ReplaceAll(digits, ",", "")); ok {
			return rat, nil
		}
	}
	return nil, errors.New("not an amount: want a decimal such as 200, 1,234.50 or -11.19")
}

// Valid tells whether a text is an amount.
func Valid(text string) bool {
	_, err := parse(text)
	return err == nil
}

// Compare returns -1, 0 or 1 as the amount a is less than, equal to or more than b, and an error if one of them is not an amount.
func Compare(a, b string) (int, error) {
	x, errX := parse(a)
	y, errY := parse(b)
	if err := errors.Join(errX, errY); err != nil {
		return 0, err
	}
	return x.Cmp(y), nil
}

// Shortfall is how much must be added to a to reach b, as a decimal. It is "" if nothing is missing, or if one of them is not an amount.
func Shortfall(a, b string) string {
	have, errA := parse(a)
	want, errB := parse(b)
	if errA != nil || errB != nil || have.Cmp(want) >= 0 {
		return ""
	}
	missing := want.Sub(want, have)
	digits, _ := missing.FloatPrec() // exact: both are decimals
	return missing.FloatString(max(digits, 2))
}
