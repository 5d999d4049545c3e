package deploy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestQueriesAreComputed(t *testing.T) {
	lines := []row{
		{logTime: 1.0, "message": `{"a":"x","n":{"b":"1"}}`, "size": 10.0},
		{logTime: 2.0, "message": `{"a":"y","n":{"b":""}}`, "size": 30.0},
		{logTime: 3.0, "message": `{"a":"x","n":{"b":"3"}}`, "size": 20.0},
		{logTime: 4.0, "message": `FC Invoke End`},
	}
	const a, b = `json_extract_scalar(message, '$.a')`, `json_extract_scalar(message, '$.n.b')`
	for _, tt := range []struct{ query, want string }{
		{`* | select count(1) as n from log`, `[map[n:4]]`},
		{`message: invoke | select count(1) as n from log`, `[map[n:1]]`},
		{`message: invok | select count(1) as n from log`, `[map[n:0]]`},
		{`size > 10 | select count(1) as n from log`, `[map[n:2]]`},
		{`* | select count(` + a + `) as n from log`, `[map[n:3]]`}, // null is not counted
		{`* | select count(1) as n from log where ` + a + ` = 'x'`, `[map[n:2]]`},
		{`* | select count(1) as n from log where not ` + a + ` = 'x'`, `[map[n:1]]`}, // not null is null
		{`* | select count(1) as n from log where ` + a + ` in ('x', 'y') and size > 10`, `[map[n:2]]`},
		{`* | select count(1) as n from log where ` + a + ` = 'y' or size < 15`, `[map[n:2]]`},
		{`* | select ` + a + ` as a, count(1) as n from log where size > 0 group by a order by n desc`, `[map[a:x n:2] map[a:y n:1]]`},
		{`* | select ` + a + ` as a, max_by(` + b + `, __time__) as b from log where size > 0 group by a order by a`, `[map[a:x b:3] map[a:y b:]]`},
		{`* | select max(size) as most, min(size) as least, avg(size) as mean, sum(size) as all_of_it from log`, `[map[all_of_it:60 least:10 mean:20 most:30]]`},
		{`* | select array_join(array_agg(` + a + `), '+') as all_of_it from log`, `[map[all_of_it:x+y+x]]`},
		{`* | select nullif(` + b + `, '') as b from log where size > 0 order by b desc limit 2`, `[map[b:3] map[b:1]]`},
		{`* | select max(size) as most from log where size > 99`, `[map[most:<nil>]]`},
		{`* | select a, n from (select ` + a + ` as a, count(1) as n from log group by a) where n > 1`, `[map[a:x n:2]]`},
		{`* | select (1 + 2) * 3 - 4 / 2 as n from log limit 1`, `[map[n:7]]`},
		{`* | select round(to_unixtime(now()) / 60) as n from log limit 1`, `[map[n:2]]`},
		{`* | select date_diff('day', now(), from_iso8601_timestamp('1970-01-03T12:00:00Z')) as n from log limit 1`, `[map[n:2]]`},
	} {
		got, err := asked{"case", tt.query}.parse(t).run(lines, " ", time.Unix(100, 0))
		if err != nil || fmt.Sprint(got) != tt.want {
			t.Errorf("%s\ngives %v, %v, want %s", tt.query, got, err, tt.want)
		}
	}
}

func TestQueriesThatAreRefused(t *testing.T) {
	for _, tt := range []struct{ query, want string }{
		{`* | select`, "ends too early"},
		{`* | select count(1) from log`, "no name"},
		{`* | select count(1) as n`, `want "from"`},
		{`* | select count(1) as n from logs`, `want "log"`},
		{`* | select approx_distinct(a) as n from log`, "approx_distinct of 1 arguments is not known"},
		{`* | select max_by(a) as n from log`, "max_by of 1 arguments is not known"},
		{`* | select a from log having a > 1`, "do not understand"},
		{`* | select a from log where a like 'x'`, "do not understand"},
		{`* | select a from log where a = "x"`, "do not understand"},
		{`* | select a from log limit none`, "limit"},
		{`message = instance | select a from log`, `the search has "="`},
		{`* | select (a from log`, `want ")"`},
	} {
		if _, err := parseQuery(tt.query); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want an error with %q", tt.query, err, tt.want)
		}
	}
	for _, tt := range []struct{ query, want string }{
		{`* | select size, count(1) as n from log group by a`, "neither a key of the groups"},
		{`* | select from_iso8601_timestamp(a) as t from log`, "cannot parse"},
		{`* | select a from log where a > 1`, "compares string and float64"},
	} {
		lines := []row{{"a": "x", "size": 1.0}}
		if _, err := (asked{"case", tt.query}).parse(t).run(lines, " ", time.Unix(100, 0)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want an error with %q", tt.query, err, tt.want)
		}
	}
}
