package notify_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// FuzzParseTargets takes any list: it never panics, and never shows a piece of what it refuses.
func FuzzParseTargets(f *testing.F) {
	for _, list := range []string{"print", dingTalkURL + "#SECx", "slack=" + slackURL + ",cloudmonitor", "http://127.0.0.1:80/x", "https://u:p@h/", "=", "#", "webhook=https://h#whsec_AA=="} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		targets, err := notify.ParseTargets(list + "zqxj-secret")
		if err == nil && len(targets) == 0 || err != nil && strings.Contains(err.Error(), "zqxj") {
			t.Errorf("got %v, %v", targets, err)
		}
	})
}

// FuzzMessage gives instances any names: what is sent is valid, one line per name, within the limit.
func FuzzMessage(f *testing.F) {
	f.Add(hostile, "prod", uint16(900))
	f.Add("\x00\xff\u2028\r\n", "\t", uint16(1))
	f.Fuzz(func(t *testing.T, name, account string, n uint16) {
		var rows []reactivate.Result
		for i := range int(n % 300) {
			rows = append(rows, row("x", reactivate.OutcomeAwaitingPayment, days(i%15), named(name), func(r *reactivate.Result) { r.AccountName = account }))
		}
		if n%2 == 0 {
			rows = append(rows, row("y", reactivate.OutcomeRecovered, named(name), addresses(name, account)), row("z", reactivate.OutcomeDeferred, named(name), inGroup(name)))
		} else {
			rows = append(rows, row("z", reactivate.OutcomeFailed, fellBack(1), named(name), of(own, account)))
		}
		report := reportOf(rows...)
		synctest.Test(t, func(t *testing.T) {
			m := message(report, wording.Chinese)
			for target, limit := range limits {
				if got := sendAt(t, now, target, m); len(got.body) > limit {
					t.Errorf("%s: %d bytes, want at most %d", target, len(got.body), limit)
				}
			}
			if wide(m.Title) > 80 {
				t.Errorf("%d columns: %q", wide(m.Title), m.Title)
			}
			plain := m.Text()
			if !utf8.ValidString(plain) || strings.ContainsAny(plain, "\x00\x1b\r\t\u202e") || !strings.HasPrefix(plain, "reactivate: ") {
				t.Errorf("got %q", plain)
			}
		})
	})
}
