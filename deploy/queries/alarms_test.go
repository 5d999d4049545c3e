package queries_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
)

// fires gives the groups for which the alarm fires: "" where it has none.
func (a alarm) fires(t testing.TB, name string, lines []line) []string {
	t.Helper()
	rows := answer(t, name, lines, time.Now(), a.Minutes)
	if len(rows) == 0 && a.NoData {
		return []string{""}
	}
	if a.Condition != "" {
		field, limit, _ := strings.Cut(a.Condition, " < ")
		rows = slices.DeleteFunc(rows, func(r row) bool { return fmt.Sprint(r[field]) >= limit })
	}
	var fired []string
	for _, r := range rows {
		var values []string
		for _, field := range a.Groups {
			values = append(values, fmt.Sprint(r[field]))
		}
		fired = append(fired, strings.Join(values, " "))
	}
	slices.Sort(fired)
	return slices.Compact(fired)
}

// TestAlarmsFireWhenTheyShould computes each alarm over what the function logged in runs that went in different ways.
func TestAlarmsFireWhenTheyShould(t *testing.T) {
	now := time.Now()
	ago := func(minutes int, names ...string) (lines []line) {
		for i, name := range names {
			// The last one ended so many minutes ago, the others ten seconds before the one that follows.
			lines = append(lines, ended(t, name, now.Add(-time.Duration(minutes)*time.Minute-10*time.Second*time.Duration(len(names)-1-i)))...)
		}
		return lines
	}
	for _, tt := range []struct {
		alarm string
		name  string
		lines []line
		want  []string // the groups for which it fires
	}{
		{"no-sweep", "silence", nil, []string{""}},
		{"no-sweep", "a sweep", ago(1, "calm"), nil},
		{"no-sweep", "a sweep that failed: run-failed fires for it", ago(1, "denied"), nil},
		{"no-sweep", "a person's", ago(1, "person"), []string{""}},
		{"no-sweep", "the timer's, refused", ago(1, "refused"), []string{""}},
		{"no-sweep", "a watch", ago(1, "watch"), []string{""}},
		{"no-sweep", "a sweep that died", died(t, "arrears", "FunctionTimeoutError", now.Add(-time.Minute)), []string{""}},
		{"no-sweep", "too long ago", ago(61, "calm"), []string{""}},
		{"no-sweep", "the largest line", ago(1, "wide"), nil},

		{"run-failed", "silence", nil, nil},
		{"run-failed", "all well", ago(1, "calm", "arrears", "paid", "dry", "person", "watch"), nil},
		{"run-failed", "denied", ago(1, "denied"), []string{"DeniedError"}},
		{"run-failed", "several", ago(1, "refused", "denied", "capped", "calm"), []string{"ConfigError", "DeniedError", "LimitError"}},
		{"run-failed", "a timeout", died(t, "arrears", "FunctionTimeoutError", now.Add(-time.Minute)), []string{"FunctionTimeoutError"}},

		{"overdue", "silence", nil, nil},
		{"overdue", "all well", ago(1, "calm", "paid", "person"), nil},
		{"overdue", "arrears", ago(1, "arrears"), []string{watchedAccount}},
		{"overdue", "arrears, asked by ids", ago(1, "ids"), []string{watchedAccount}},
		{"overdue", "two accounts", ago(1, "arrears", "denied"), []string{ownAccount, watchedAccount}},
		{"overdue", "a dry run leaves them where they are", ago(1, "dry"), []string{ownAccount}},
		{"overdue", "the last word on an instance counts", ago(1, "dry", "paid"), nil},
		{"overdue", "a watch says nothing", ago(1, "watch"), nil},
		{"overdue", "a watch takes nothing back", ago(1, "arrears", "watch"), []string{watchedAccount}},
		{"overdue", "what no sweep finds any more is back", ago(61, "arrears"), nil},

		{"release-soon", "silence", nil, nil},
		{"release-soon", "all well", ago(1, "calm", "paid"), nil},
		{"release-soon", "just over three days left", ago(1, "12 days"), nil},
		{"release-soon", "just under three days left", ago(1, "12 days on"), []string{watchedAccount}},
		{"release-soon", "a scaling group, which may release at any time", ago(1, "group"), []string{watchedAccount}},
	} {
		t.Run(tt.alarm+"/"+tt.name, func(t *testing.T) {
			if got := alarms(t, "en")[tt.alarm].fires(t, tt.alarm, tt.lines); !slices.Equal(got, tt.want) {
				t.Errorf("fires for %q, want %q", got, tt.want)
			}
		})
	}
}

// TestOverdueIsWhatNeedsAPerson compares the alarm's choice of rows with the program's own.
func TestOverdueIsWhatNeedsAPerson(t *testing.T) {
	now := time.Now()
	var lines []line
	var want []string
	fallen := false
	for _, name := range []string{"all", "capped"} {
		for _, l := range ended(t, name, now) {
			lines = append(lines, l)
			var entry struct {
				Msg    string
				Result reactivate.Result
			}
			if json.Unmarshal([]byte(l.message()), &entry) == nil && entry.Msg == "instance" && entry.Result.Stuck() {
				want = append(want, entry.Result.InstanceID)
				fallen = fallen || entry.Result.Err != nil && entry.Result.Err.Class == cloud.ClassFellBack
			}
		}
	}
	var got []string
	for _, r := range answer(t, "open", lines, now, 60) {
		got = append(got, fmt.Sprint(r["instance"]))
	}
	slices.Sort(got)
	slices.Sort(want)
	if len(want) < 5 || !fallen || !slices.Equal(got, want) {
		t.Errorf("open are %q, the program says %q, one that fell back among them: %t", got, want, fallen)
	}
}

func TestFailedRunsAreCountedOnce(t *testing.T) {
	now := time.Now()
	lines := slices.Concat(ended(t, "denied", now), ended(t, "denied", now), died(t, "calm", "FunctionOOMError", now)) // the second is another try
	rows := answer(t, "run-failed", lines, now, 1)
	for _, r := range rows {
		if r["runs"] != 1.0 || r["error"] == nil || r["error"] == "" {
			t.Errorf("%v, want one run with an error", r)
		}
	}
	if len(rows) != 2 {
		t.Errorf("%d kinds of failure, want 2: %v", len(rows), rows)
	}
}

// TestQueriesSurviveCutLines computes every query over every line, whole and cut.
func TestQueriesSurviveCutLines(t *testing.T) {
	now := time.Now()
	lines := everything(t, now)
	longest := 0
	for _, l := range lines {
		longest = max(longest, len(l.message()))
	}
	if limit := terraformLog(t).Bytes; longest <= 2048 || longest > limit {
		t.Errorf("the longest line has %d bytes: want more than 2,048, or nothing is cut here, and at most the %d that a query sees", longest, limit)
	}
	for _, bytes := range []int{64, 2048, terraformLog(t).Bytes} {
		e := newEngine(t, lines, bytes, now)
		for name, text := range queries(t) {
			if _, _, err := e.ask(text, now.Add(-time.Hour), now); err != nil {
				t.Errorf("%s, over lines that were cut after %d bytes: %v", name, bytes, err)
			}
		}
	}
}

// path is the one use of a JSON function: in try(), which makes null of the error that a line causes that was cut.
var path = regexp.MustCompile(`try\(json_extract_scalar\(message, '\$\.[\w.-]+'\)\)`)

// A path that leads nowhere gives null, and no error.
func TestEveryPathLeadsSomewhere(t *testing.T) {
	now := time.Now()
	e := newEngine(t, everything(t, now), terraformLog(t).Bytes, now)
	for name, text := range queries(t) {
		for _, asked := range path.FindAllString(text, -1) {
			_, rows, err := e.ask("* | select count("+asked+") as found from log", now, now)
			if err != nil || rows[0]["found"] == 0.0 {
				t.Errorf("%s asks for %s, which is in no line: %v, %v", name, asked, rows, err)
			}
		}
		if strings.Count(text, "json_") != len(path.FindAllString(text, -1)) {
			t.Errorf("%s has a JSON function other than try(json_extract_scalar(message, '$.…'))", name)
		}
	}
}

var named = regexp.MustCompile(`\$\{(\w+)\}`)

// What an alarm's text shows must be a column of its query.
func TestAlarmsShowColumns(t *testing.T) {
	e := newEngine(t, nil, 64, time.Now())
	for _, lang := range []string{"en", "zh"} {
		for name, a := range alarms(t, lang) {
			columns, _, err := e.ask(query(t, name), time.Now(), time.Now())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			wanted := slices.Clone(a.Groups)
			for _, match := range named.FindAllStringSubmatch(a.Text, -1) {
				wanted = append(wanted, match[1])
			}
			for _, column := range wanted {
				if !slices.Contains(columns, column) {
					t.Errorf("alarm %s shows %s, which is not among the columns %q", name, column, columns)
				}
			}
		}
	}
}
