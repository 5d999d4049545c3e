package notify_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

var update = flag.Bool("update", false, "write the golden files anew")

// now is when the messages of these tests are made.
var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// row makes an overdue instance, and changes it.
func row(name string, outcome reactivate.Outcome, edit ...func(*reactivate.Result)) reactivate.Result {
	r := reactivate.Result{
		InstanceID: "i-bp1" + strings.ReplaceAll(name, "-", "") + "0000000000", AccountID: "1234567890123456", RegionID: "cn-hangzhou",
		Name: name, Verdict: reactivate.VerdictReactivate, Outcome: outcome,
	}
	for _, e := range edit {
		e(&r)
	}
	return r
}

// days sets the release to so many days and one hour from now.
func days(n int) func(*reactivate.Result) {
	return func(r *reactivate.Result) {
		r.ReleaseAt.Time, r.ReleaseBasis = now.Add(time.Duration(n)*24*time.Hour+time.Hour), reactivate.ReleaseStop
	}
}

func skipped(v reactivate.Verdict) func(*reactivate.Result) {
	return func(r *reactivate.Result) { r.Verdict = v }
}

func refused(e cloud.Error) func(*reactivate.Result) {
	return func(r *reactivate.Result) { r.Err = &e }
}

func reportOf(rows ...reactivate.Result) *reactivate.Report {
	r := &reactivate.Report{RequestID: "1-request", Source: reactivate.SourceTimer, Counts: map[reactivate.Outcome]int{}, Results: rows}
	for i := range rows {
		r.Counts[rows[i].Outcome]++
	}
	return r
}

// message is that of a timer's run, as the edge makes it: it fills the advice first.
func message(report *reactivate.Report, l wording.Lang) *notify.Message {
	return messageOf(&notify.Run{Report: report, Requests: []reactivate.Request{{Sweep: true, Source: reactivate.SourceTimer}}}, l)
}

func messageOf(run *notify.Run, l wording.Lang) *notify.Message {
	said := *run
	said.Own, said.Now, said.Lang = own, now, l
	wording.Advise(l, wording.Deployed, said.Report)
	return said.Message()
}

const own = "1234567890123456"

func named(name string) func(*reactivate.Result) {
	return func(r *reactivate.Result) { r.Name = name }
}

func edited(r *reactivate.Report, edit func(*reactivate.Report)) *reactivate.Report {
	edit(r)
	return r
}

func TestMessagesReadAsInTheGoldenFiles(t *testing.T) {
	for _, l := range []wording.Lang{wording.English, wording.Chinese} {
		golden(t, "test", l, notify.NewTest("1-request", now, l))
		for name, run := range situations {
			golden(t, name, l, messageOf(run, l))
		}
	}
}

func golden(t *testing.T, name string, l wording.Lang, m *notify.Message) {
	t.Helper()
	file, got := filepath.Join("testdata", name+"."+string(l)+".txt"), m.Text()+"\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

// TestTheMostUrgentComesFirst whatever the reasons are: by the hour of the release, and within an hour by reason and id.
func TestTheMostUrgentComesFirst(t *testing.T) {
	later := func(r *reactivate.Result) { r.ReleaseAt.Time = r.ReleaseAt.Add(2 * time.Hour) }
	got := message(reportOf(
		row("unknown", reactivate.OutcomeAwaitingPayment),
		row("twelve", reactivate.OutcomeFailed, days(12)),
		row("c", reactivate.OutcomeAwaitingPayment, days(3), later), row("d", reactivate.OutcomeAwaitingPayment, days(3)),
		row("b", reactivate.OutcomeAwaitingPayment, days(3), later), row("e", reactivate.OutcomeAwaitingPayment, days(3)),
		row("one", reactivate.OutcomeDeferred, days(1)),
		row("fourteen", reactivate.OutcomeAwaitingPayment, days(14)),
		row("zero", reactivate.OutcomeSkipped, days(0), skipped(reactivate.VerdictLocked)),
	), wording.English).Text()
	at := -1
	for _, name := range []string{"zero", "one", "d", "e", "b", "c", "twelve", "fourteen", "unknown"} {
		next := strings.Index(got, "- "+name+" ")
		if next < at || next < 0 {
			t.Errorf("%s stands at %d, behind what is less urgent:\n%s", name, next, got)
		}
		at = next
	}
}

// wide is the width of a text, in Latin characters.
func wide(text string) (n int) {
	for _, r := range text {
		if n++; r > 0x1100 {
			n++
		}
	}
	return n
}

// TestATitleFitsAPhone: at most 80 Latin or 40 Chinese characters, with its deadline, whatever the account's name.
func TestATitleFitsAPhone(t *testing.T) {
	for name, run := range situations {
		for _, l := range []wording.Lang{wording.English, wording.Chinese} {
			if title := messageOf(run, l).Title; !strings.HasPrefix(title, "reactivate: ") || wide(title) > 80 || strings.HasSuffix(title, "…") {
				t.Errorf("%s: %d columns: %s", name, wide(title), title)
			}
		}
	}
	for _, account := range []string{"", "F", "Finance", "A department with a name that is far too long for any phone", "一个名字很长的部门，长得没有手机能够显示"} {
		for outcome, why := range map[reactivate.Outcome]reactivate.Reason{reactivate.OutcomePlanned: reactivate.ReasonDryRun, reactivate.OutcomeDeferred: reactivate.ReasonWatch} {
			report := reportOf()
			report.ConfiguredDryRun = outcome == reactivate.OutcomePlanned
			for range 1000 {
				report.Results = append(report.Results, row("x", outcome, days(14), reason(why), of(own, account)))
			}
			for l, deadline := range map[wording.Lang]string{wording.English: "16 Jan 04:04 UTC", wording.Chinese: "01-16 12:04 UTC+8"} {
				if title := message(report, l).Title; wide(title) > 80 || !strings.Contains(title, deadline) || !strings.Contains(title, "1000") {
					t.Errorf("%d columns: %s", wide(title), title)
				}
				grouped := &reactivate.Report{ConfiguredDryRun: report.ConfiguredDryRun, Results: slices.Clone(report.Results)}
				for i := range grouped.Results {
					inGroup("asg-bp1")(&grouped.Results[i])
				}
				if title := message(grouped, l).Title; wide(title) > 80 || strings.Count(title, "1000") != 2 {
					t.Errorf("%d columns: %s", wide(title), title)
				}
			}
		}
	}
}
