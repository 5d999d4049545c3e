package event

import (
	"fmt"
	"strings"
)

// Said is something to be told of a payload: a code, for which package wording has the words, and the values that go into them.
type Said struct {
	Code string // "" for nothing
	Args []any  // texts and numbers, and Said in turn
}

func say(code string, args ...any) Said { return Said{code, args} }

// String is the code with its values, for tests and for whoever debugs.
func (s Said) String() string {
	if len(s.Args) == 0 {
		return s.Code
	}
	args := make([]string, len(s.Args))
	for i, arg := range s.Args {
		args[i] = fmt.Sprint(arg)
	}
	return s.Code + "(" + strings.Join(args, ", ") + ")"
}

// Said returns the code and the values.
func (s Said) Said() (code string, args []any) { return s.Code, s.Args }
