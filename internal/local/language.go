package local

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"reactivate/internal/lang"
)

// langVariable is the function's variable, which counts for the commands too.
const langVariable = "REACTIVATE_LANG"

// language is what the flags ask for, else the variables of the function, else
// those of the caller, else the terminal's locale.
func language(o *options, environ []string) lang.Lang {
	for _, said := range []string{o.lang, lookup(o.env, langVariable), lookup(environ, langVariable)} {
		if isLanguage(said) {
			return lang.Lang(said)
		}
	}
	locale := cmp.Or(lookup(environ, "LC_ALL"), lookup(environ, "LC_MESSAGES"), lookup(environ, "LANG"))
	if strings.HasPrefix(strings.ToLower(locale), string(lang.Chinese)) {
		return lang.Chinese
	}
	return lang.English
}

func isLanguage(said string) bool {
	return said == string(lang.English) || said == string(lang.Chinese)
}

// manualColumns is how wide the texts of usage.go are, in any language.
const manualColumns = 80

// manual writes a text that is laid out as those of usage.go are: as it stands
// in English, else anew from its translated parts.
func (p *program) manual(w io.Writer, text string) {
	if p.lang != lang.Chinese {
		fmt.Fprint(w, text)
		return
	}
	for _, part := range manualParts(text) {
		page := page{w: w, columns: manualColumns}
		page.hanging(part.mark, p.lang.Text(part.text))
	}
}

// manualPart is a paragraph, or what is said of a flag or an example. An empty
// one is an empty line.
type manualPart struct {
	mark string // before its first line: spaces, or the flag
	text string // on one line
}

// manualParts takes a text of usage.go apart. What is indented by two columns is a
// flag, whose text begins in column flagText, or stands for itself: a command.
func manualParts(text string) (parts []manualPart) {
	const flagText = 20
	below := -1     // the column in which the last part would go on
	goesOn := false // the last line is a command that goes on
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		words := strings.TrimLeft(line, " ")
		column := len(line) - len(words)
		mark := line[:column]
		isFlag := column == 2 && len(line) > flagText && strings.HasPrefix(words, "-")
		switch {
		case words != "" && column == below && !goesOn:
			last := &parts[len(parts)-1]
			last.text += " " + words
			continue
		case isFlag:
			mark, words, below = line[:flagText], line[flagText:], flagText
		case column == 2 || goesOn:
			mark, words, below = line, "", -1
		case words == "":
			below = -1
		default:
			below = column
		}
		goesOn = strings.HasSuffix(mark, "\\")
		parts = append(parts, manualPart{mark, words})
	}
	return parts
}
