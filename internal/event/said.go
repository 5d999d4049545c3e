package event

import (
	"fmt"
	"slices"
)

// Said is a problem or a reason in a payload: a code and the values that belong to it. Package wording has the words for it.
type Said struct {
	Code string // "" for nothing
	Args []any  // texts and numbers, and Said in turn
}

func say(code string, args ...any) Said { return Said{code, args} }

// equals tells whether two say the same. An array may have millions of elements for the same reason, so nothing is formatted.
func (s Said) equals(other Said) bool {
	return s.Code == other.Code && slices.EqualFunc(s.Args, other.Args, func(a, b any) bool {
		inner, ok := a.(Said)
		if !ok {
			return a == b
		}
		innerOther, ok := b.(Said)
		return ok && inner.equals(innerOther)
	})
}

// String is the code with its values, for tests and for debugging.
func (s Said) String() string { return fmt.Sprint(s.Code, s.Args) }

// Said returns the code and the values.
func (s Said) Said() (code string, args []any) { return s.Code, s.Args }
