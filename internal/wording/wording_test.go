package wording_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// languages are both, to range over.
var languages = []wording.Lang{wording.English, wording.Chinese}

func hasHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func TestPhrasesNest(t *testing.T) {
	inner := wording.CheckAct.With(wording.NamedAccount.With("1", "shop"), "cn-hangzhou")
	if got, want := inner.In(wording.Chinese), "账号 1（shop）：在 cn-hangzhou 执行"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := inner.Error(), "account 1 (shop): act in cn-hangzhou"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := wording.CheckClock.In(""), "clock"; got != want {
		t.Errorf("the zero language: got %q, want %q", got, want)
	}
}

// literal is one text in both languages, as it stands in a source file.
var literal = regexp.MustCompile("\\{?\\s*(\"(?:[^\"\\\\\n]|\\\\.)*\"|`[^`]*`),\\s*(\"(?:[^\"\\\\\n]|\\\\.)*\"|`[^`]*`),?\\s*\\}")

var verb = regexp.MustCompile(`%(?:\[\d\])?[a-z]`)

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"支付网关 🚀": "支付网关 🚀", "a\tb\r\nc": "a b c", "e\u0301te\u0301": "e\u0301te\u0301", " \x1b[31mred ": "[31mred",
		"bad \xff utf-8": "bad utf-8", "left\u202eright\u2028": "leftright",
	} {
		if got := wording.Printable(text); got != want {
			t.Errorf("Printable(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestBothLanguagesSayTheSame compares what can be compared in the tables: the values, in their order unless they are numbered, the
// names that stay as they are, and that the Chinese is Chinese.
func TestBothLanguagesSayTheSame(t *testing.T) {
	names := regexp.MustCompile(`REACTIVATE_[A-Z_]*[A-Z]|[a-z]+:[A-Z]\w+|cn-[a-z]+|\b\d+\b`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range literal.FindAllStringSubmatch(string(src), -1) {
			found++
			en, zh := m[1], m[2]
			if got, want := values(zh), values(en); got != want {
				t.Errorf("%s: %s has the values %q, its Chinese %q", file, en, want, got)
			}
			if got, want := set(names.FindAllString(zh, -1)), set(names.FindAllString(en, -1)); got != want {
				t.Errorf("%s: %s names %q, its Chinese %q", file, en, want, got)
			}
			plain := strings.Trim(verb.ReplaceAllString(en, ""), "\"` ,:;()")
			if strings.ContainsFunc(plain, unicode.IsLetter) && plain != "HTTP" && !hasHan(zh) {
				t.Errorf("%s: %s has the Chinese %s, which has no Chinese in it", file, en, zh)
			}
		}
	}
	if found < 200 {
		t.Errorf("%d texts found: this test looks for them in the wrong way", found)
	}
}

// TestEveryCodeOfAPayloadHasWords looks for the codes where they are made.
func TestEveryCodeOfAPayloadHasWords(t *testing.T) {
	made := regexp.MustCompile(`(?:say\(|Code: |= |\{)"((?:[a-z0-9]+-)*[a-z0-9]+)"`)
	known := 0
	files, err := filepath.Glob("../event/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range made.FindAllStringSubmatch(string(src), -1) {
			switch {
			case wording.Known(m[1]):
				known++
			case strings.HasPrefix(m[0], "say"):
				t.Errorf("%s says %q, for which there are no words", file, m[1])
			}
		}
	}
	if known < 80 {
		t.Errorf("%d codes found: this test looks for them in the wrong way", known)
	}
}

// TestEveryValueOfTheDomainHasAWord, which is the value itself in English.
func TestEveryValueOfTheDomainHasAWord(t *testing.T) {
	for _, o := range reactivate.Outcomes {
		if en, zh := wording.Outcome(wording.English, o), wording.Outcome(wording.Chinese, o); en != string(o) || !hasHan(zh) {
			t.Errorf("%s: got %q and %q", o, en, zh)
		}
	}
	for _, v := range []reactivate.Verdict{
		reactivate.VerdictMissing, reactivate.VerdictRunning, reactivate.VerdictBusy, reactivate.VerdictSecurityLocked, reactivate.VerdictSubscription,
		reactivate.VerdictLocked, reactivate.VerdictNotOverdue, reactivate.VerdictExcluded, reactivate.VerdictOverLimit, reactivate.VerdictReactivate,
	} {
		if en, zh := wording.Verdict(wording.English, v), wording.Verdict(wording.Chinese, v); en != string(v) || !hasHan(zh) {
			t.Errorf("%s: got %q and %q", v, en, zh)
		}
	}
	if got := wording.Status(wording.Chinese, "Hibernating"); got != "Hibernating" {
		t.Errorf("got %q: a status of tomorrow stands for itself", got)
	}
}

// values are the verbs of a text, in their order unless they are numbered.
func values(text string) string {
	verbs := verb.FindAllString(text, -1)
	if strings.Contains(text, "%[") {
		return set(verbs)
	}
	return strings.Join(verbs, " ")
}

// set joins the different texts, sorted.
func set(texts []string) string {
	slices.Sort(texts)
	return strings.Join(slices.Compact(texts), " ")
}
