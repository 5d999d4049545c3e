// Package lang holds what the program says to people, in each language that it speaks, side by side.
//
// A text is known by its English wording, so the code that says something reads as English and knows of no language: the
// edge translates what goes out. It knows nothing of what the texts are about. Names of JSON fields and of the log stay English.
package lang

import (
	"fmt"
	"strings"
	"sync"
)

// Lang is a language. The zero value is English.
type Lang string

const (
	English Lang = "en"
	Chinese Lang = "zh"
)

// Text returns a text in the language: one of the table as it stands, or one that was made of a format of the table, whose
// values are looked up in turn. What the table does not know is returned as it is.
func (l Lang) Text(english string) string {
	if l != Chinese {
		return english
	}
	if zh, ok := index()[english]; ok {
		return zh
	}
	if f, values := match(english); f != nil {
		said := make([]any, len(values))
		for i, value := range values {
			said[i] = l.Text(value)
		}
		return fmt.Sprintf(f.zh, said...)
	}
	return english
}

// Sprintf formats as fmt.Sprintf does, in the language.
func (l Lang) Sprintf(format string, values ...any) string {
	if l == Chinese {
		if zh, ok := index()[format]; ok {
			format = zh
		}
	}
	return fmt.Sprintf(format, values...)
}

// index is made at the first text that is not English: a process that speaks English does without.
var index = sync.OnceValue(func() map[string]string {
	m := make(map[string]string, len(texts))
	for _, t := range texts {
		m[t.en] = t.zh
	}
	return m
})

// format is a text with values in it, taken apart so that what was made of it can be recognised.
type format struct {
	fixed  []string // around the values: one more than there are values
	length int      // of that
	zh     string   // with %s for each value
}

var asText = strings.NewReplacer("%d", "%s", "%v", "%s", "%q", "%s")

var formats = sync.OnceValue(func() []format {
	var all []format
	for _, t := range texts {
		if fixed := strings.Split(asText.Replace(t.en), "%s"); len(fixed) > 1 {
			all = append(all, format{fixed, len(strings.Join(fixed, "")), asText.Replace(t.zh)})
		}
	}
	return all
})

// match returns the format that a text was made of, and the values in it: of several that fit the one that says most itself;
// nil if there is none.
func match(text string) (best *format, values []string) {
	all := formats()
	for i := range all {
		if f := &all[i]; best == nil || f.length > best.length {
			if found := f.values(text); found != nil {
				best, values = f, found
			}
		}
	}
	return best, values
}

// values returns the values of a text that was made of the format; nil if it was not.
func (f *format) values(text string) []string {
	rest, ok := strings.CutPrefix(text, f.fixed[0])
	var values []string
	for _, fixed := range f.fixed[1 : len(f.fixed)-1] {
		value, after, found := strings.Cut(rest, fixed)
		values, rest, ok = append(values, value), after, ok && found
	}
	value, found := strings.CutSuffix(rest, f.fixed[len(f.fixed)-1])
	if !ok || !found {
		return nil
	}
	return append(values, value)
}
