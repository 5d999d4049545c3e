package local

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

const (
	usualColumns  = 80 // of a terminal whose width is not known
	fewestColumns = 40 // a narrower terminal wraps the lines itself
)

// columnsOf returns how many columns a line written to w may have: the value of COLUMNS, else the terminal's width. 0 means no
// limit, because w is not a terminal.
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

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
