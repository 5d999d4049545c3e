package local

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

const (
	usualColumns  = 80 // of a terminal that does not tell
	fewestColumns = 40 // narrower ones break the lines themselves
)

// columnsOf is how many columns a line written to w may have: what COLUMNS says, else what the terminal says; 0 where w is
// neither, such as a pipe: no limit.
func columnsOf(w io.Writer, environ []string) int {
	if n, err := strconv.Atoi(lookup(environ, "COLUMNS")); err == nil && n > 0 {
		return max(n, fewestColumns)
	}
	f, ok := w.(*os.File)
	if !ok || !isTerminal(f) {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil || columns == 0 {
		return usualColumns
	}
	return max(columns, fewestColumns)
}

// isTerminal reports whether w shows to a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
