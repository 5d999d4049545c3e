package local

import (
	"cmp"
	"strings"

	"reactivate/internal/wording"
)

// langVariable is the function's variable for the language. The commands obey it, too.
const langVariable = "REACTIVATE_LANG"

// language returns what the flags ask for, else the function's variables, else the caller's variables, else the terminal's
// locale.
func language(o *options, environ []string) wording.Lang {
	for _, said := range []string{o.lang, lookup(o.env, langVariable), lookup(environ, langVariable)} {
		if l := wording.Lang(said); l.Valid() {
			return l
		}
	}
	locale := cmp.Or(lookup(environ, "LC_ALL"), lookup(environ, "LC_MESSAGES"), lookup(environ, "LANG"))
	if strings.HasPrefix(strings.ToLower(locale), string(wording.Chinese)) {
		return wording.Chinese
	}
	return wording.English
}
