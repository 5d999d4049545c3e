package notify_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

var update = flag.Bool("update", false, "write the golden files anew")

// now is when the messages of these tests are made.
var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// releasedIn is a row's release, some days and an hour away.
func releasedIn(days int) reactivate.Timestamp {
	return reactivate.Timestamp{Time: now.Add(time.Duration(days)*24*time.Hour + time.Hour)}
}

// row is an overdue instance, changed.
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

func days(n int) func(*reactivate.Result) {
	return func(r *reactivate.Result) { r.ReleaseAt, r.ReleaseBasis = releasedIn(n), reactivate.ReleaseStop }
}

func skipped(v reactivate.Verdict) func(*reactivate.Result) {
	return func(r *reactivate.Result) { r.Verdict = v }
}

func refused(e reactivate.Error) func(*reactivate.Result) {
	return func(r *reactivate.Result) { r.Err = &e }
}

func reportOf(rows ...reactivate.Result) *reactivate.Report {
	r := &reactivate.Report{RequestID: "1-request", Source: reactivate.SourceTimer, Counts: map[reactivate.Outcome]int{}, Results: rows}
	for i := range rows {
		r.Counts[rows[i].Outcome]++
	}
	return r
}

// message is that of a report, as the edge makes it: it fills the advice first.
func message(report *reactivate.Report, l wording.Lang) *notify.Message {
	wording.Advise(l, wording.Deployed, report)
	return notify.New(report, now, l)
}

// runs are reports as people meet them. Their messages stand in testdata, in both languages.
var runs = map[string]*reactivate.Report{
	"came-back": reportOf(
		row("web-1", reactivate.OutcomeReactivated), row("web-2", reactivate.OutcomeRecovered),
		row("db-1", reactivate.OutcomeAccepted),
		row("staging-1", reactivate.OutcomeSkipped, skipped(reactivate.VerdictNotOverdue)),
	),
	"arrears": reportOf(
		row("web-1", reactivate.OutcomeAwaitingPayment, days(9)),
		row("web-2", reactivate.OutcomeAwaitingPayment, days(1)),
		row("web-3", reactivate.OutcomeAwaitingPayment),
		row("db-1", reactivate.OutcomeAwaitingPayment, days(0)),
		row("wallet-1", reactivate.OutcomeSkipped, days(1), skipped(reactivate.VerdictSecurityLocked)),
	),
	"every-trouble": edited(reportOf(
		row("sold-out", reactivate.OutcomeFailed, days(3),
			refused(reactivate.Error{Op: "ReActivateInstances", Code: "OperationDenied.NoStock", Class: reactivate.ClassCapacity, Message: "no stock"})),
		row("late", reactivate.OutcomeDeferred, days(2)),
		row("locked", reactivate.OutcomeSkipped, skipped(reactivate.VerdictLocked)),
		row("tagged", reactivate.OutcomeSkipped, skipped(reactivate.VerdictExcluded)),
		row("many", reactivate.OutcomeSkipped, skipped(reactivate.VerdictOverLimit)),
	), func(r *reactivate.Report) {
		r.Results[1].AccountID, r.Results[1].AccountName = "2345678901234567", "Finance"
		r.Errors = []reactivate.RegionError{
			{AccountID: "2345678901234567", AccountName: "Finance", RegionID: "cn-beijing", Err: &reactivate.Error{Op: "DescribeInstances", Code: "Forbidden.RAM", Class: reactivate.ClassDenied, Message: "not allowed"}},
			{AccountID: "3456789012345678", Err: &reactivate.Error{Op: "AssumeRole", Class: reactivate.ClassTransient, Message: "no answer in time"}},
		}
		r.Balances = []reactivate.Balance{
			{AccountID: "1234567890123456", Available: "1,000.00", Currency: "CNY"},
			{AccountID: "2345678901234567", AccountName: "Finance", Available: "-12.30", Currency: "CNY", Low: true},
		}
	}),
	"dry-run": edited(reportOf(row("web-1", reactivate.OutcomePlanned, days(4))), func(r *reactivate.Report) { r.DryRun = true }),
	"nothing": reportOf(),
	"foreign-names": reportOf(
		row("x", reactivate.OutcomeReactivated, named("line\nbreak \x1b[31mred\x1b[0m \u202eesrever")),
		row("y", reactivate.OutcomeAwaitingPayment, named("<at user_id=\"all\">all</at> [click](https://evil.invalid) **bold** _it_ a_b `c`")),
		row("z", reactivate.OutcomeAwaitingPayment, named(strings.Repeat("很长的名字", 40))),
	),
}

func named(name string) func(*reactivate.Result) {
	return func(r *reactivate.Result) { r.Name = name }
}

func edited(r *reactivate.Report, edit func(*reactivate.Report)) *reactivate.Report {
	edit(r)
	return r
}

func TestMessagesReadAsInTheGoldenFiles(t *testing.T) {
	for name, report := range runs {
		for _, l := range []wording.Lang{wording.English, wording.Chinese} {
			golden(t, name+"."+string(l)+".txt", message(report, l).Text())
		}
	}
	for _, l := range []wording.Lang{wording.English, wording.Chinese} {
		golden(t, "test."+string(l)+".txt", notify.NewTest("1-request", now, l).Text())
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got+"\n" != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// TestEveryOutcomeAndVerdictIsTold walks through all of them, in both languages.
func TestEveryOutcomeAndVerdictIsTold(t *testing.T) {
	for _, tt := range []struct {
		row    reactivate.Result
		en, zh string // in the message
		shown  bool   // by name; else only counted
	}{
		{row("a", reactivate.OutcomeReactivated), "1 came back", "1 台已恢复运行", true},
		{row("a", reactivate.OutcomeRecovered), "1 came back", "1 台已恢复运行", true},
		{row("a", reactivate.OutcomeAccepted), "1 being started", "1 台正在启动", true},
		{row("a", reactivate.OutcomePlanned), "1 would be reactivated", "1 台将重开机", true},
		{row("a", reactivate.OutcomeAwaitingPayment), "awaiting-payment", "等待付款", true},
		{row("a", reactivate.OutcomeDeferred), "deferred", "未完成", true},
		{row("a", reactivate.OutcomeFailed), "failed", "失败", true},
		{row("a", reactivate.OutcomeSkipped, skipped(reactivate.VerdictSecurityLocked)), "security-locked", "安全锁定", true},
		{row("a", reactivate.OutcomeSkipped, skipped(reactivate.VerdictLocked)), "locked", "其他锁定", true},
		{row("a", reactivate.OutcomeSkipped, skipped(reactivate.VerdictExcluded)), "excluded", "已排除", true},
		{row("a", reactivate.OutcomeSkipped, skipped(reactivate.VerdictOverLimit)), "over-limit", "超出上限", true},
		{row("a", reactivate.OutcomeSkipped, skipped(reactivate.VerdictMissing)), "skipped 1", "未处理 1", false},
		{row("a", reactivate.OutcomeSkipped, skipped(reactivate.VerdictRunning)), "skipped 1", "未处理 1", false},
		{row("a", reactivate.OutcomeSkipped, skipped(reactivate.VerdictSubscription)), "nothing to do", "无需处理", false},
		{row("a", reactivate.OutcomeSkipped, skipped(reactivate.VerdictNotOverdue)), "nothing to do", "无需处理", false},
	} {
		for l, want := range map[wording.Lang]string{wording.English: tt.en, wording.Chinese: tt.zh} {
			got := message(reportOf(tt.row), l).Text()
			if !strings.HasPrefix(got, "reactivate: ") || !strings.Contains(got, want) || strings.Contains(got, tt.row.InstanceID) != tt.shown {
				t.Errorf("%s/%s: got\n%s\nwant %q in it, and the instance: %t", tt.row.Verdict, tt.row.Outcome, got, want, tt.shown)
			}
		}
	}
}

// TestNeighboursOfOneDay stand by the hour of their release, and else by id, so that two messages of one state read alike.
func TestNeighboursOfOneDay(t *testing.T) {
	later := func(r *reactivate.Result) { r.ReleaseAt.Time = r.ReleaseAt.Add(2 * time.Hour) }
	got := notify.New(reportOf(
		row("c", reactivate.OutcomeAwaitingPayment, days(3), later), row("d", reactivate.OutcomeAwaitingPayment, days(3)),
		row("b", reactivate.OutcomeAwaitingPayment, days(3), later), row("e", reactivate.OutcomeAwaitingPayment, days(3)),
	), now, wording.English).Text()
	at := -1
	for _, name := range []string{"d", "e", "b", "c"} {
		next := strings.Index(got, "- "+name+" ")
		if next < at {
			t.Errorf("%s stands too early:\n%s", name, got)
		}
		at = next
	}
}

// TestWhatAReasonNeedsToSay is not the code of an account in arrears, which its word says already.
func TestWhatAReasonNeedsToSay(t *testing.T) {
	got := message(reportOf(row("a", reactivate.OutcomeAwaitingPayment, refused(reactivate.Error{Code: "InsufficientBalance"}))), wording.English).Text()
	if strings.Contains(got, "InsufficientBalance") {
		t.Errorf("got\n%s", got)
	}
}

// TestAnAccountWithANameIsNamed even where it is the only one: nobody knows accounts by their numbers.
func TestAnAccountWithANameIsNamed(t *testing.T) {
	got := message(reportOf(row("a", reactivate.OutcomeRecovered, func(r *reactivate.Result) { r.AccountName = "Finance" })), wording.English).Text()
	if !strings.Contains(got, "(i-bp1a0000000000, cn-hangzhou, Finance)") {
		t.Errorf("got\n%s", got)
	}
}

// TestTheMostUrgentComesFirst whatever the reasons are.
func TestTheMostUrgentComesFirst(t *testing.T) {
	got := notify.New(reportOf(
		row("unknown", reactivate.OutcomeAwaitingPayment),
		row("twelve", reactivate.OutcomeFailed, days(12)),
		row("three", reactivate.OutcomeAwaitingPayment, days(3)),
		row("one", reactivate.OutcomeDeferred, days(1)),
		row("fourteen", reactivate.OutcomeAwaitingPayment, days(14)),
		row("zero", reactivate.OutcomeSkipped, days(0), skipped(reactivate.VerdictLocked)),
	), now, wording.English).Text()
	at := -1
	for _, name := range []string{"zero", "one", "three", "twelve", "fourteen", "unknown"} {
		next := strings.Index(got, "- "+name+" ")
		if next < at || next < 0 {
			t.Errorf("%s stands at %d, behind what is less urgent:\n%s", name, next, got)
		}
		at = next
	}
}

func TestWhenPeopleAreTold(t *testing.T) {
	low := edited(reportOf(), func(r *reactivate.Report) { r.Balances = []reactivate.Balance{{AccountID: "1", Low: true}} })
	unseen := edited(reportOf(), func(r *reactivate.Report) {
		r.Errors = []reactivate.RegionError{{RegionID: "cn-hangzhou", Err: &reactivate.Error{Class: reactivate.ClassTransient}}}
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
			if w.Tells(tt.report) {
				got++
			}
		}
		if got != tt.want {
			t.Errorf("%s: %d of changes, problems and always tell, want %d", tt.name, got, tt.want)
		}
		if got, want := notify.NeedsPerson(tt.report), tt.want == problems; got != want {
			t.Errorf("%s: needs a person: %t, want %t", tt.name, got, want)
		}
	}
}

func TestTheLouderOfTwo(t *testing.T) {
	for _, tt := range []struct{ a, b, want notify.When }{
		{"", notify.Changes, notify.Changes}, {"", notify.Problems, notify.Problems}, {notify.Changes, notify.Problems, notify.Problems},
		{notify.Problems, notify.Always, notify.Always}, {notify.Changes, notify.Changes, notify.Changes}, {notify.Always, "", notify.Always},
	} {
		if got := tt.a.Louder(tt.b); got != tt.want {
			t.Errorf("%q and %q: got %q, want %q", tt.a, tt.b, got, tt.want)
		}
		if got := tt.b.Louder(tt.a); got != tt.want {
			t.Errorf("%q and %q: got %q, want %q", tt.b, tt.a, got, tt.want)
		}
	}
}
