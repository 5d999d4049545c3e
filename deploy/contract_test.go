package deploy_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The contract between the function's log and who asks it: alarms, dashboard
// and documents.

// asked is a query, and where it stands.
type asked struct{ where, text string }

func (a asked) parse(t *testing.T) query {
	t.Helper()
	q, err := parseQuery(a.text)
	if err != nil {
		t.Fatalf("%s: %v in\n%s", a.where, err, a.text)
	}
	return q
}

// alarm is an alarm of the log as Terraform makes it.
type alarm struct {
	name      string
	query     asked
	window    time.Duration
	condition string
	groups    []string
	noData    bool
	texts     []string
}

var planOnce = sync.OnceValues(func() (plan, error) { return planModule("terraform", everything) })

// planned is the module with all that it can make. Its faults are another test's.
func planned(t *testing.T) plan {
	t.Helper()
	p, err := planOnce()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func readAlarms(t *testing.T) map[string]alarm {
	t.Helper()
	return planned(t).alarms(t)
}

func (p plan) alarms(t *testing.T) map[string]alarm {
	t.Helper()
	alarms := map[string]alarm{}
	for _, it := range p.made["alicloud_sls_alert.log"] {
		configuration := it.block("configuration")
		list := configuration.block("query_list")
		window, err := time.ParseDuration(strings.TrimPrefix(list.text("start"), "-"))
		if err != nil || list.text("end") != "now" {
			t.Errorf("%s looks from %q to %q", it.key, list.text("start"), list.text("end"))
		}
		a := alarm{name: it.key, query: asked{"alarm " + it.key, list.text("query")}, window: window, noData: configuration.values["no_data_fire"].True()}
		a.condition = configuration.block("severity_configurations").block("eval_condition").text("condition")
		for _, field := range elements(configuration.block("group_configuration").values["fields"]) {
			a.groups = append(a.groups, field.AsString())
		}
		for _, annotation := range configuration.blocks["annotations"] {
			a.texts = append(a.texts, annotation.text("value"))
		}
		alarms[a.name] = a
	}
	return alarms
}

// fires tells for which groups the alarm is given: "" where it has none.
func (a alarm) fires(t *testing.T, lines []row, now time.Time) []string {
	t.Helper()
	recent := slices.DeleteFunc(slices.Clone(lines), func(line row) bool {
		at, _ := line[logTime].(float64)
		return at < float64(now.Add(-a.window).Unix()) || at > float64(now.Unix())
	})
	result, err := a.query.parse(t).run(recent, separators(t), now)
	if err != nil {
		t.Fatalf("%s: %v", a.query.where, err)
	}
	if len(result) == 0 && a.noData {
		return []string{""}
	}
	fired := map[string]bool{}
	for _, line := range result {
		if a.condition != "" {
			condition, err := parseCondition(a.condition)
			if err != nil {
				t.Fatalf("%s: %v", a.name, err)
			}
			if (&runner{now: now}).eval(condition, view{row: line}) != true {
				continue
			}
		}
		var group []string
		for _, field := range a.groups {
			group = append(group, fmt.Sprint(line[field]))
		}
		fired[strings.Join(group, " ")] = true
	}
	return slices.Sorted(maps.Keys(fired))
}

// separators are what separates words in the index, which is the same for all
// its fields.
func separators(t *testing.T) string {
	t.Helper()
	return index(t)["message"].text("token")
}

// index are the fields that may be named in a query.
func index(t *testing.T) map[string]made {
	t.Helper()
	fields := map[string]made{}
	for _, field := range planned(t).made["alicloud_log_store_index.function"][0].blocks["field_search"] {
		fields[field.text("name")] = field
	}
	return fields
}

// chart is one panel of the dashboard.
type chart struct {
	Title  string `json:"title"`
	Type   string `json:"type"`
	Action object `json:"action"`
	Search struct {
		Logstore, Topic, Query, Start, End string
	} `json:"search"`
	Display struct {
		DisplayName               string
		XAxis, YAxis              []string
		XPos, YPos, Width, Height int
	} `json:"display"`
}

func readCharts(t *testing.T) []chart {
	t.Helper()
	var charts []chart
	text := planned(t).made["alicloud_log_dashboard.function"][0].text("char_list")
	if err := json.Unmarshal([]byte(text), &charts); err != nil {
		t.Fatal(err)
	}
	return charts
}

var fenced = regexp.MustCompile("(?ms)^```[a-z]*\n(.*?)^```")

// allQueries are those of alarms, dashboard and documents.
func allQueries(t *testing.T) []asked {
	t.Helper()
	var all []asked
	for _, a := range readAlarms(t) {
		all = append(all, a.query)
	}
	for _, c := range readCharts(t) {
		all = append(all, asked{"chart " + c.Title, c.Search.Query})
	}
	documents, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range append(documents, "../README.md", "../README.zh-CN.md") {
		src, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range fenced.FindAllSubmatch(src, -1) {
			if strings.HasPrefix(string(block[1]), "functionName:") {
				all = append(all, asked{document, string(block[1])})
			}
		}
	}
	return all
}

func TestEveryQueryFileIsAsked(t *testing.T) {
	files, err := filepath.Glob("terraform/queries/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	texts := map[string]bool{}
	for _, q := range allQueries(t) {
		texts[strings.TrimSpace(q.text)] = true
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.ReplaceAll(string(src), "${function}", "reactivate"); !texts[strings.TrimSpace(text)] {
			t.Errorf("%s is in no alarm and no chart", file)
		}
	}
}

// names is what a query takes from the log: fields of a line, JSON paths in
// message, and the texts that values at a path are compared with.
type names struct {
	fields []string
	paths  map[string][]string
}

func (q query) names() names {
	n := names{paths: map[string][]string{}}
	for _, t := range q.search {
		n.fields = append(n.fields, t.field)
	}
	q.sel.all(func(s *selection, e expr) {
		switch e := e.(type) {
		case identifier:
			if _, aliased := s.column(e.name); s.from == nil && !aliased {
				n.fields = append(n.fields, e.name)
			}
		case call:
			if path := pathOf(e, s); path != "" {
				n.paths[path] = append(n.paths[path], nil...)
			}
		case operation:
			n.compared(s, e.left, e.right)
		case membership:
			n.compared(s, e.expr, e.values...)
		}
	})
	return n
}

func (n names) compared(s *selection, e expr, values ...expr) {
	path := pathOf(e, s)
	for _, value := range values {
		if text, ok := value.(literal); ok && path != "" {
			n.paths[path] = append(n.paths[path], fmt.Sprint(text.value))
		}
	}
}

// pathOf is the JSON path that an expression's value is from, through columns
// of inner selections; "" where it is from none.
func pathOf(e expr, s *selection) string {
	switch e := e.(type) {
	case call:
		if e.function == "json_extract_scalar" {
			path, _ := e.args[1].(literal)
			return fmt.Sprint(path.value)
		}
		if slices.Contains([]string{"max_by", "nullif", "from_iso8601_timestamp"}, e.function) {
			return pathOf(e.args[0], s)
		}
	case identifier:
		if s.from != nil {
			if inner, ok := s.from.column(e.name); ok {
				return pathOf(inner, s.from)
			}
		}
	}
	return ""
}

// TestQueriesAskForWhatIsLogged holds every query against the lines that the
// built function wrote: each path must lead somewhere, and each word that a
// path is compared with must be one that the program says there.
func TestQueriesAskForWhatIsLogged(t *testing.T) {
	known := index(t)
	var written []row
	for _, run := range logs() {
		written = append(written, linesOf(t, run.name)...)
	}
	domain := parsePackage(t, "../internal/reactivate")
	words := map[string][]string{
		"$.result.outcome": domain.constants("Outcome"),
		"$.result.verdict": domain.constants("Verdict"),
	}
	queries := allQueries(t)
	if len(queries) < 10 {
		t.Fatalf("%d queries, want 10 and more", len(queries))
	}
	for _, q := range queries {
		for _, fault := range q.parse(t).names().faults(known, written, words) {
			t.Errorf("%s %s", q.where, fault)
		}
	}
}

func (n names) faults(known map[string]made, written []row, words map[string][]string) []string {
	var bad []string
	for _, field := range n.fields {
		if _, ok := known[field]; !ok && field != logTime {
			bad = append(bad, fmt.Sprintf("names the field %q, which is not in the index", field))
		}
	}
	for path, texts := range n.paths {
		said := append(valuesAt(written, path), words[path]...)
		if !occurs(written, path) {
			bad = append(bad, fmt.Sprintf("asks for %s, which is in no line", path))
		}
		for _, text := range texts {
			if text != "" && !slices.Contains(said, text) {
				bad = append(bad, fmt.Sprintf("compares %s with %q, which no line has there", path, text))
			}
		}
	}
	return bad
}

// occurs tells whether a line has the path, be it with an empty value.
func occurs(lines []row, path string) bool {
	return slices.ContainsFunc(lines, func(line row) bool { return extract(line["message"], path) != nil })
}

func valuesAt(lines []row, path string) []string {
	var all []string
	for _, line := range lines {
		if v, ok := extract(line["message"], path).(string); ok {
			all = append(all, v)
		}
	}
	return all
}

func TestNamesOfQueries(t *testing.T) {
	lines := stored(`{"time":"2026-01-02T03:04:05Z","msg":"instance","result":{"outcome":"failed"}}`)
	known := map[string]made{"functionName": {}, "message": {}}
	for _, tt := range []struct{ name, query, want string }{
		{"sound", `functionName: f | select json_extract_scalar(message, '$.result.outcome') as o from log where json_extract_scalar(message, '$.msg') = 'instance'`, ""},
		{"a path that leads nowhere", `* | select json_extract_scalar(message, '$.results.outcome') as o from log`, "$.results.outcome, which is in no line"},
		{"a message that is never logged", `* | select count(1) as n from log where json_extract_scalar(message, '$.msg') = 'instances'`, `$.msg with "instances"`},
		{"one of several", `* | select count(1) as n from log where json_extract_scalar(message, '$.msg') in ('instance', 'row')`, `$.msg with "row"`},
		{"through an inner selection", `* | select count(1) as n from (select max_by(json_extract_scalar(message, '$.result.outcome'), __time__) as o from log) where o = 'waiting'`, `$.result.outcome with "waiting"`},
		{"a field without an index", `* | select max(memoryUsageMB) as m from log`, `"memoryUsageMB", which is not in the index`},
		{"a field of the search", `level: ERROR`, `"level", which is not in the index`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := asked{tt.name, tt.query}.parse(t).names()
			got := strings.Join(n.faults(known, lines, nil), "\n")
			if !strings.Contains(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

var named = regexp.MustCompile(`\$\{(\w+)\}`)

// What an alarm's text or a chart shows must be a column of its query.
func TestAlarmsAndChartsShowColumns(t *testing.T) {
	chinese, english := readAlarms(t), mustPlan(t, nil).alarms(t)
	for _, a := range slices.Concat(slices.Collect(maps.Values(chinese)), slices.Collect(maps.Values(english))) {
		q := a.query.parse(t)
		wanted := slices.Clone(a.groups)
		for _, text := range a.texts {
			for _, m := range named.FindAllStringSubmatch(text, -1) {
				wanted = append(wanted, m[1])
			}
		}
		for _, column := range wanted {
			if _, ok := q.sel.column(column); !ok {
				t.Errorf("alarm %s shows %s, which is no column of its query", a.name, column)
			}
		}
	}
	taken := map[[2]int]string{}
	for _, c := range readCharts(t) {
		q := asked{c.Title, c.Search.Query}.parse(t)
		for _, column := range append(c.Display.XAxis, c.Display.YAxis...) {
			if _, ok := q.sel.column(column); !ok {
				t.Errorf("chart %s shows %s, which is no column of its query", c.Title, column)
			}
		}
		for x := c.Display.XPos; x < c.Display.XPos+c.Display.Width; x++ {
			for y := c.Display.YPos; y < c.Display.YPos+c.Display.Height; y++ {
				if other := taken[[2]int{x, y}]; other != "" || x >= 20 {
					t.Fatalf("chart %s lies on %q, or beyond the page", c.Title, other)
				}
				taken[[2]int{x, y}] = c.Title
			}
		}
	}
}

// TestAlarmsFireWhenTheyShould computes each alarm over what the function
// logged in runs that went in different ways.
func TestAlarmsFireWhenTheyShould(t *testing.T) {
	alarms := readAlarms(t)
	if !alarms["no-sweep"].noData {
		t.Error("no-sweep waits for data, and there may be none: want it to fire on silence too")
	}
	minute, hour := time.Minute, time.Hour
	for _, tt := range []struct {
		alarm string
		lines []string      // runs
		after time.Duration // how long after them it is looked
		want  []string      // the groups for which it fires
	}{
		{"no-sweep", nil, 0, []string{""}},
		{"no-sweep", []string{"calm"}, minute, nil},
		{"no-sweep", []string{"arrears"}, minute, nil},
		{"no-sweep", []string{"failed"}, minute, nil}, // it ran: what failed is the other alarm's
		{"no-sweep", []string{"person"}, minute, []string{""}},
		{"no-sweep", []string{"refused"}, minute, []string{""}},
		{"no-sweep", []string{"calm"}, 59 * minute, nil},
		{"no-sweep", []string{"calm"}, 61 * minute, []string{""}},

		{"run-failed", nil, 0, nil},
		{"run-failed", []string{"calm", "arrears", "paid", "dry", "person"}, minute, nil},
		{"run-failed", []string{"failed"}, minute, []string{"DeniedError"}},
		{"run-failed", []string{"refused", "failed", "calm"}, minute, []string{"ConfigError", "DeniedError"}},
		{"run-failed", []string{"failed"}, 16 * minute, nil}, // over, unless it fails again

		{"overdue", nil, 0, nil},
		{"overdue", []string{"calm", "paid", "person"}, minute, nil},
		{"overdue", []string{"arrears"}, minute, []string{watchedAccount}},
		{"overdue", []string{"arrears", "failed"}, minute, []string{ownAccount, watchedAccount}},
		{"overdue", []string{"dry"}, minute, []string{ownAccount}}, // a dry run leaves them where they are
		{"overdue", []string{"dry", "paid"}, minute, nil},          // the last word on an instance counts
		{"overdue", []string{"arrears"}, 2 * hour, nil},            // and an instance that no sweep finds any more is back

		{"release-soon", nil, 0, nil},
		{"release-soon", []string{"calm", "paid"}, minute, nil},
	} {
		t.Run(fmt.Sprint(tt.alarm, tt.lines, tt.after), func(t *testing.T) {
			lines := inOrder(t, tt.lines)
			got := alarms[tt.alarm].fires(t, lines, end(lines).Add(tt.after))
			if !slices.Equal(got, tt.want) {
				t.Errorf("fires for %q, want %q", got, tt.want)
			}
		})
	}
}

// start is when the first of several runs began: far from the end of an hour.
var start = time.Date(2026, time.January, 2, 3, 10, 0, 0, time.UTC)

// inOrder are the lines of these runs, each ten seconds after the one before.
func inOrder(t *testing.T, runs []string) []row {
	t.Helper()
	var all []row
	for _, run := range runs {
		lines := linesOf(t, run)
		all = append(all, later(lines, end(all).Add(10*time.Second).Sub(begin(lines)))...)
	}
	return all
}

func begin(lines []row) time.Time { return at(lines[0]) }

// end is when the last line was written.
func end(lines []row) time.Time {
	if len(lines) == 0 {
		return start
	}
	return at(lines[len(lines)-1])
}

func at(line row) time.Time {
	seconds, _ := line[logTime].(float64)
	return time.Unix(int64(seconds), 0)
}

func TestReleaseAlarmCountsTheDays(t *testing.T) {
	a := readAlarms(t)["release-soon"]
	lines := inOrder(t, []string{"arrears"})
	now := end(lines).Add(time.Minute)
	for _, tt := range []struct {
		name string
		left time.Duration // 0: not known
		want []string
	}{
		{"not known", 0, nil},
		{"a day", 24 * time.Hour, []string{watchedAccount}},
		{"just under three days", 72*time.Hour - time.Minute, []string{watchedAccount}},
		{"over three days", 73 * time.Hour, nil},
		{"past", -time.Hour, []string{watchedAccount}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			release := ""
			if tt.left != 0 {
				release = now.Add(tt.left).UTC().Format(time.RFC3339)
			}
			if got := a.fires(t, withRelease(lines, release), now); !slices.Equal(got, tt.want) {
				t.Errorf("fires for %q, want %q", got, tt.want)
			}
		})
	}
}

var releaseAt = regexp.MustCompile(`"releaseAt":"[^"]*"`)

// withRelease are the lines with another time of release in their rows.
func withRelease(lines []row, release string) []row {
	var all []row
	for _, line := range later(lines, 0) {
		line["message"] = releaseAt.ReplaceAllString(fmt.Sprint(line["message"]), `"releaseAt":"`+release+`"`)
		all = append(all, line)
	}
	return all
}

// TestDashboardShowsWhatHappened computes each chart over the same lines.
func TestDashboardShowsWhatHappened(t *testing.T) {
	lines := inOrder(t, []string{"paid", "arrears", "failed", "calm"})
	lines = append(lines, measured(end(lines), 1500, 2500)...)
	now := end(lines).Add(5 * time.Minute)
	lines = withRelease(lines, now.Add(50*time.Hour).UTC().Format(time.RFC3339))
	want := map[string][]row{
		"Overdue now":                  {{"overdue": 4.0}},
		"Brought back in 7 days":       {{"instances": 2.0}},
		"Days to the nearest release":  {{"days": 2.0}},
		"Minutes since the last sweep": {{"minutes": 5.0}},
		"Outcomes by hour":             {{"reactivated": 2.0, "waiting": 2.0, "failed": 2.0, "recovered": 0.0, "accepted": 0.0, "planned": 0.0, "deferred": 0.0}},
		"What is open, and what to do": {
			{"account": ownAccount, "name": "web-1", "outcome": "failed", "region": "cn-hangzhou"},
			{"account": ownAccount, "name": "web-2", "outcome": "failed"},
			{"account": watchedAccount, "name": "web-1", "outcome": "awaiting-payment"},
			{"account": watchedAccount, "name": "web-2", "outcome": "awaiting-payment"},
		},
		"Errors":              {{"type": "DeniedError", "request": "1-failed"}},
		"Duration in seconds": {{"longest": 3.0, "average": 2.0}},
	}
	charts := readCharts(t)
	if len(charts) != len(want) {
		t.Errorf("%d charts, want %d", len(charts), len(want))
	}
	for _, c := range charts {
		t.Run(c.Title, func(t *testing.T) {
			got, err := asked{c.Title, c.Search.Query}.parse(t).run(lines, separators(t), now)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want[c.Title]) {
				t.Fatalf("%d rows, want %d: %v", len(got), len(want[c.Title]), got)
			}
			for i, columns := range want[c.Title] {
				for name, value := range columns {
					if got[i][name] != value {
						t.Errorf("row %d: %s is %v, want %v", i+1, name, got[i][name], value)
					}
				}
			}
		})
	}
}
