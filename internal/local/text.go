package local

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/term"
	eastasian "golang.org/x/text/width"
)

// width returns how many columns of a terminal a text takes. Colours take none, and shown texts have no other escapes.
func width(s string) int {
	columns := 0
	colour := false
	for _, r := range s {
		switch {
		case r == '\x1b':
			colour = true
		case colour:
			colour = r != 'm'
		default:
			columns += runeWidth(r)
		}
	}
	return columns
}

// runeWidth is 2 for East Asian characters and emoji, and 0 for combining marks: instances have names in Chinese.
func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch eastasian.LookupRune(r).Kind() {
	case eastasian.EastAsianWide, eastasian.EastAsianFullwidth:
		return 2
	case eastasian.Neutral, eastasian.EastAsianAmbiguous, eastasian.EastAsianNarrow, eastasian.EastAsianHalfwidth:
	}
	return 1
}

// cut shortens a text to a number of columns.
func cut(s string, columns int) string {
	if width(s) <= columns {
		return s
	}
	taken := 0
	for i, r := range s {
		if taken += runeWidth(r); taken > columns-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// pad fills a text up with spaces to a number of columns.
func pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-width(s)))
}

// wrap breaks a text into lines of at most so many columns, at spaces and beside East Asian characters, which are written
// without spaces. 0: no limit. A word that cannot be broken, such as an id, makes its line longer.
func wrap(s string, columns int) (lines []string) {
	for columns > 0 && width(s) > columns {
		at := breakAt(s, columns)
		if at == len(s) {
			break
		}
		lines = append(lines, s[:at])
		s = strings.TrimPrefix(s[at:], " ")
	}
	return append(lines, s)
}

// breakAt returns where to break a text: at the last possible place that fits into these columns, else at the first possible place.
func breakAt(s string, columns int) int {
	at := 0
	before := 'x'
	for i, r := range s {
		wide := runeWidth(before) == 2 || runeWidth(r) == 2
		if i > 0 && (r == ' ' || wide && !strings.ContainsRune("（「《“", before) && !strings.ContainsRune("，。、；：！？）」》…”", r)) {
			if at > 0 && width(s[:i]) > columns {
				return at
			}
			at = i
		}
		before = r
	}
	if at > 0 && width(s) > columns {
		return at
	}
	return len(s)
}

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

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
