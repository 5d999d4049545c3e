package local_test

import (
	"strings"
	"testing"
	"unicode"
)

// han tells whether a text has Chinese in it.
func han(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// The language is that of the flag, else of the function's variable, else of the caller's variable, else of the locale.
func TestWhoSaysWhichLanguage(t *testing.T) {
	const answer = `{"do":"environ"}`
	for _, tt := range []struct {
		name     string
		environ  []string
		args     []string
		chinese  bool
		function string // its REACTIVATE_LANG; "" for none
	}{
		{"nobody", nil, nil, false, ""},
		{"the locale", []string{"LANG=zh_CN.UTF-8"}, nil, true, "zh"},
		{"one part of the locale before another", []string{"LANG=en_US.UTF-8", "LC_MESSAGES=zh_TW"}, nil, true, "zh"},
		{"all of the locale before a part", []string{"LANG=zh_CN.UTF-8", "LC_MESSAGES=zh_CN.UTF-8", "LC_ALL=C"}, nil, false, ""},
		{"the caller's variable before the locale", []string{"LANG=zh_CN.UTF-8", "REACTIVATE_LANG=en"}, nil, false, ""},
		{"the function's variable before the caller's", []string{"REACTIVATE_LANG=en"}, []string{"-env", "REACTIVATE_LANG=zh"}, true, "zh"},
		{"the flag before all", []string{"LANG=zh_CN.UTF-8"}, []string{"-env", "REACTIVATE_LANG=zh", "-lang", "en"}, false, "en"},
		{"what is no language is the function's to refuse", []string{"LANG=zh_CN.UTF-8"}, []string{"-env", "REACTIVATE_LANG=fr"}, true, "fr"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, entry := range tt.environ {
				name, value, _ := strings.Cut(entry, "=")
				t.Setenv(name, value)
			}
			event := file(t, "event.json", answer)
			if got := run(t, "", append([]string{"invoke", event}, tt.args...)...); han(got.stdout) != tt.chinese {
				t.Errorf("%q, want Chinese: %t", got.stdout, tt.chinese)
			}
			if got := run(t, "", append([]string{"invoke", "-nonsense", event}, tt.args...)...); len(tt.args) == 0 && han(got.stderr) != tt.chinese {
				t.Errorf("%q, want Chinese: %t", got.stderr, tt.chinese)
			}
			got := run(t, "", append([]string{"invoke", "-json", event}, tt.args...)...).stdout
			if want := `"REACTIVATE_LANG=` + tt.function + `"`; strings.Contains(got, "REACTIVATE_LANG") != (tt.function != "") || tt.function != "" && !strings.Contains(got, want) {
				t.Errorf("the function has %s, want %q", got, tt.function)
			}
		})
	}
}
