package notify_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// asked has a run of one request.
func asked(report *reactivate.Report, req reactivate.Request) *notify.Run {
	return &notify.Run{Report: report, Requests: []reactivate.Request{req}, Now: now}
}

var sweep = reactivate.Request{Sweep: true, Source: reactivate.SourceTimer}

func TestWhenPeopleAreTold(t *testing.T) {
	low := edited(reportOf(), func(r *reactivate.Report) { r.Balances = []cloud.Balance{{AccountID: "1", Low: true}} })
	unseen := edited(reportOf(), func(r *reactivate.Report) {
		r.Errors = []reactivate.RegionError{{RegionID: "cn-hangzhou", Err: &cloud.Error{Class: cloud.ClassTransient}}}
	})
	ignored := edited(reportOf(), func(r *reactivate.Report) { r.Ignored = "another product" })
	one := func(o reactivate.Outcome, v reactivate.Verdict) *reactivate.Report {
		return reportOf(row("a", o, func(r *reactivate.Result) { r.Verdict = v }))
	}
	const changes, problems, always, never = 3, 2, 1, 0 // how many of the three tell
	for _, tt := range []struct {
		name   string
		report *reactivate.Report
		want   int
	}{
		{"reactivated", one(reactivate.OutcomeReactivated, reactivate.VerdictReactivate), changes},
		{"accepted", one(reactivate.OutcomeAccepted, reactivate.VerdictReactivate), changes},
		{"recovered", one(reactivate.OutcomeRecovered, reactivate.VerdictRunning), changes},
		{"awaiting payment", one(reactivate.OutcomeAwaitingPayment, reactivate.VerdictReactivate), problems},
		{"failed", one(reactivate.OutcomeFailed, reactivate.VerdictReactivate), problems},
		{"deferred", one(reactivate.OutcomeDeferred, reactivate.VerdictBusy), problems},
		{"security-locked", one(reactivate.OutcomeSkipped, reactivate.VerdictSecurityLocked), problems},
		{"locked", one(reactivate.OutcomeSkipped, reactivate.VerdictLocked), problems},
		{"excluded", one(reactivate.OutcomeSkipped, reactivate.VerdictExcluded), problems},
		{"over the limit", one(reactivate.OutcomeSkipped, reactivate.VerdictOverLimit), problems},
		{"a balance below its floor", low, problems},
		{"a region that could not be looked at", unseen, problems},
		{"fell back now", reportOf(row("a", reactivate.OutcomeFailed, fellBack(1))), changes},
		{"fell back in an earlier run", reportOf(row("a", reactivate.OutcomeFailed, fellBack(0))), problems},
		{"planned by a configured dry run", dry(reportOf(row("a", reactivate.OutcomePlanned, reason(reactivate.ReasonDryRun)))), problems},
		{"more planned by a configured dry run than the cap allows", dry(reportOf(row("a", reactivate.OutcomePlanned, reason(reactivate.ReasonOverCap)))), problems},
		{"planned", one(reactivate.OutcomePlanned, reactivate.VerdictReactivate), always},
		{"missing", one(reactivate.OutcomeSkipped, reactivate.VerdictMissing), always},
		{"running", one(reactivate.OutcomeSkipped, reactivate.VerdictRunning), always},
		{"a subscription", one(reactivate.OutcomeSkipped, reactivate.VerdictSubscription), always},
		{"not overdue", one(reactivate.OutcomeSkipped, reactivate.VerdictNotOverdue), always},
		{"nothing found", reportOf(), always},
		{"ignored", ignored, never},
	} {
		got := 0
		for _, w := range []notify.When{notify.Changes, notify.Problems, notify.Always} {
			if asked(tt.report, sweep).Tells(w) {
				got++
			}
		}
		if got != tt.want {
			t.Errorf("%s: %d of changes, problems and always tell, want %d", tt.name, got, tt.want)
		}
		if got, want := notify.NeedsPerson(tt.report), tt.want == problems || strings.HasPrefix(tt.name, "fell back"); got != want {
			t.Errorf("%s: needs a person: %t, want %t", tt.name, got, want)
		}
	}
}

func TestTheLouderOfTwo(t *testing.T) {
	for _, tt := range []struct{ a, b, want notify.When }{
		{"", notify.Changes, notify.Changes}, {"", notify.Problems, notify.Problems}, {notify.Changes, notify.Problems, notify.Problems},
		{notify.Problems, notify.Always, notify.Always}, {notify.Changes, notify.Changes, notify.Changes},
	} {
		if tt.a.Louder(tt.b) != tt.want || tt.b.Louder(tt.a) != tt.want {
			t.Errorf("%q and %q: got %q and %q, want %q", tt.a, tt.b, tt.a.Louder(tt.b), tt.b.Louder(tt.a), tt.want)
		}
	}
}

// TestEventsThatNobodySentTellNewsAlone, and errors, also with the setting problems: a thousand of them come at once.
func TestEventsThatNobodySentTellNewsAlone(t *testing.T) {
	denied := reportOf(row("a", reactivate.OutcomeFailed, refused(cloud.Error{Class: cloud.ClassDenied})))
	for name, req := range map[string]reactivate.Request{
		"a stop event":            {InstanceIDs: []string{"i-1"}, Source: reactivate.SourceCloudMonitor, Standing: reactivate.StandingFresh},
		"an old one, a metric":    {InstanceIDs: []string{"i-1"}, Source: reactivate.SourceCloudMonitor, Standing: reactivate.StandingLook},
		"an event by EventBridge": {InstanceIDs: []string{"i-1"}, Source: reactivate.SourceEventBridge},
		"a watch":                 {Watch: 5 * time.Minute, Source: reactivate.SourceTimer},
	} {
		for _, quiet := range []*reactivate.Report{
			reportOf(row("a", reactivate.OutcomeAwaitingPayment)), reportOf(row("a", reactivate.OutcomeDeferred, reason(reactivate.ReasonLook))),
			reportOf(row("a", reactivate.OutcomeSkipped, skipped(reactivate.VerdictSecurityLocked))),
			edited(reportOf(), func(r *reactivate.Report) { r.Balances = []cloud.Balance{{Low: true}} }),
		} {
			if asked(quiet, req).Tells(notify.Problems) {
				t.Errorf("%s tells of %v", name, quiet.Counts)
			}
		}
		for _, loud := range []*reactivate.Report{denied, reportOf(row("a", reactivate.OutcomeReactivated)), reportOf(row("a", reactivate.OutcomeDeferred, reason(reactivate.ReasonTimeUp)))} {
			if !asked(loud, req).Tells(notify.Problems) {
				t.Errorf("%s tells nobody of %v", name, loud.Counts)
			}
		}
	}
	stop := reactivate.Request{InstanceIDs: []string{"i-1"}, Source: reactivate.SourceCloudMonitor}
	both := &notify.Run{Report: reportOf(row("a", reactivate.OutcomeAwaitingPayment)), Requests: []reactivate.Request{stop, sweep}, Now: now}
	if !both.Tells(notify.Problems) {
		t.Error("a sweep beside an event does not tell what needs a person")
	}
}

// TestAWatchTellsWhatStoppedInItsTime, also when it comes late. A sweep does not tell the same.
func TestAWatchTellsWhatStoppedInItsTime(t *testing.T) {
	watch := reactivate.Request{Watch: 5 * time.Minute, At: now, Source: reactivate.SourceTimer}
	for stopped, want := range map[time.Duration]bool{3 * time.Minute: true, 10 * time.Minute: false} {
		report := reportOf(row("a", reactivate.OutcomeDeferred, reason(reactivate.ReasonWatch), func(r *reactivate.Result) { r.StoppedAt.Time = now.Add(-stopped) }))
		late := asked(report, watch)
		late.Now = now.Add(time.Hour)
		if asked(report, watch).Tells(notify.Changes) != want || late.Tells(notify.Changes) != want || asked(report, sweep).Tells(notify.Changes) {
			t.Errorf("stopped %v ago: want it told %t by its watch, and not by a sweep", stopped, want)
		}
	}
}

// TestFifteenDaysOfArrears: a watch every five minutes from before a thousand stops until their release. Each stop is counted in one
// watch's message, within seven minutes. Each day that is warned of has one message, and in between it is quiet.
func TestFifteenDaysOfArrears(t *testing.T) {
	const every = 5 * time.Minute
	begin := now.Truncate(every)
	random := rand.New(rand.NewPCG(1, 2))
	report := reportOf()
	for i := range 1000 {
		at := begin.Add(time.Hour + time.Duration(random.IntN(240))*time.Second)
		report.Results = append(report.Results, row(fmt.Sprint("x", i), reactivate.OutcomeDeferred, reason(reactivate.ReasonWatch), func(r *reactivate.Result) {
			r.InstanceID = fmt.Sprintf("i-%08d", i)
			r.StoppedAt.Time, r.ReleaseAt.Time, r.ReleaseBasis = at, at.Add(arrears.ReleaseAfter), reactivate.ReleaseStop
		}))
	}
	slices.SortFunc(report.Results, func(a, b reactivate.Result) int { return a.StoppedAt.Compare(b.StoppedAt.Time) })
	seen := 0
	told := map[time.Duration]int{} // by the days since the stop
	counted := map[string]int{}
	for at := begin; at.Before(begin.Add(arrears.ReleaseAfter)); at = at.Add(every) {
		run := &notify.Run{Report: &reactivate.Report{}, Requests: []reactivate.Request{{Watch: every, At: at, Source: reactivate.SourceTimer}}, Now: at.Add(3 * time.Second), Lang: wording.English}
		for seen < len(report.Results) && !report.Results[seen].StoppedAt.After(at) {
			seen++
		}
		run.Report.Results = report.Results[:seen] // what had stopped when the watch looked
		if !run.Tells(notify.Changes) {
			continue
		}
		told[at.Sub(begin)/(24*time.Hour)]++
		run.Message()
		for _, row := range run.Report.Results {
			fresh := &notify.Run{Report: reportOf(row), Requests: run.Requests, Now: run.Now}
			if fresh.Tells(notify.Changes) && at.Sub(row.StoppedAt.Time) < 24*time.Hour {
				counted[row.InstanceID]++
				if late := at.Sub(row.StoppedAt.Time); late > 7*time.Minute {
					t.Errorf("%s stopped at %v and is reported %v later", row.InstanceID, row.StoppedAt, late)
				}
			}
		}
	}
	if len(counted) != 1000 {
		t.Errorf("%d stops are reported, want each of 1000", len(counted))
	}
	for id, n := range counted {
		if n != 1 {
			t.Errorf("%s is reported %d times", id, n)
		}
	}
	days := fmt.Sprint(told) // stops within four minutes are of two intervals at most
	for day, n := range told {
		if warned := day == 0 || day == 8 || day == 12 || day == 14; !warned || n > 2 {
			t.Errorf("day %d has %d messages; all: %s", day, n, days)
		}
	}
	if len(told) != 4 {
		t.Errorf("got messages on the days %s, want four", days)
	}
}
