package notify_test

import (
	"strings"
	"testing"
	"time"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
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

// TestFifteenDaysOfArrears has watches every five minutes, all an hour late, from a stop until the release. Whenever the instance
// stops, four of the watches tell it: the first within seven minutes, the others 7, 3 and 1 days before the release.
// No sweep tells it.
func TestFifteenDaysOfArrears(t *testing.T) {
	const every, day = 5 * time.Minute, 24 * time.Hour
	begin := now.Truncate(every)
	for offset := time.Duration(0); offset < every; offset += 10 * time.Second {
		stopped := begin.Add(offset)
		report := reportOf(row("a", reactivate.OutcomeDeferred, reason(reactivate.ReasonWatch), func(r *reactivate.Result) {
			r.StoppedAt.Time, r.ReleaseAt.Time, r.ReleaseBasis = stopped, stopped.Add(arrears.ReleaseAfter), reactivate.ReleaseStop
		}))
		run := asked(report, reactivate.Request{Watch: every, Source: reactivate.SourceTimer})
		var told []time.Duration // after the stop
		for at := begin; at.Before(stopped.Add(arrears.ReleaseAfter)); at = at.Add(every) {
			run.Requests[0].At, run.Now = at, at.Add(time.Hour)
			if run.Tells(notify.Changes) {
				told = append(told, at.Sub(stopped))
			}
		}
		for i, from := range []time.Duration{0, 8 * day, 12 * day, 14 * day} {
			if len(told) != 4 || told[i] < from || told[i] > from+7*time.Minute {
				t.Fatalf("stopped at %v: told %v later, want at once and after 8, 12 and 14 days", stopped, told)
			}
		}
		if asked(report, sweep).Tells(notify.Changes) {
			t.Errorf("a sweep tells the stop at %v too", stopped)
		}
	}
}
