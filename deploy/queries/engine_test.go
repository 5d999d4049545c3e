package queries_test

import (
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	_ "github.com/duckdb/duckdb-go/v2"
)

// line is one record of the log store.
type line struct {
	at     time.Time
	fields map[string]any // by name, as Function Compute writes them
}

// message is the function's own text, "" in Function Compute's line.
func (l line) message() string {
	text, _ := l.fields["message"].(string)
	return text
}

// row is one row of a query's result.
type row map[string]any

// engine answers queries as Simple Log Service does. DuckDB computes them; macros give it the functions whose names or rules
// differ. It is the stricter of the two: any text that is no JSON ends a query with an error, unless it stands in try().
type engine struct {
	t      testing.TB
	db     *sql.DB
	fields map[string]string // of the index: name and type
}

var macros = []string{
	"create macro json_extract_scalar(text, path) as json_extract_string(text, path)",
	"create macro max_by(value, key) as arg_max_null(value, key)",
	"create macro count_if(condition) as count(case when condition then 1 end)", // 0 over no line
	"create macro array_join(list, separator) as array_to_string(list, separator)",
	"create macro slice(list, start, length) as list_slice(list, start, start + length - 1)",
	"create macro date_trunc(unit, seconds) as system.main.date_trunc(unit, to_timestamp(seconds))",
	"create macro date_diff(unit, a, b) as date_sub(unit, a, b)", // whole units only
	"create macro from_iso8601_timestamp(text) as cast(text as timestamptz)",
	"create macro from_unixtime(seconds) as to_timestamp(seconds)",
	"create macro to_unixtime(moment) as epoch(moment)",
}

// newEngine stores the lines. A query sees textBytes of each text field; the search sees all of it.
func newEngine(t testing.TB, lines []line, textBytes int, now time.Time) *engine {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() }) //nolint:errcheck // it is in memory
	db.SetMaxOpenConns(1)
	e := &engine{t: t, db: db, fields: terraformLog(t).Fields}
	for _, macro := range macros {
		e.exec(macro)
	}
	e.exec(fmt.Sprintf("create macro now() as to_timestamp(%d)", now.Unix()))
	separators := "[" + regexp.QuoteMeta(terraformLog(t).Token) + "]"
	e.exec(fmt.Sprintf("create macro has_word(text, word) as list_contains(regexp_split_to_array(lower(text), %s), lower(word))", quoted(separators)))

	names := slices.Sorted(maps.Keys(e.fields))
	columns := []string{"__time__ bigint"}
	for _, name := range names {
		kind := map[string]string{"text": "varchar", "double": "double"}[e.fields[name]]
		columns = append(columns, name+" "+kind, "whole_"+name+" "+kind)
	}
	e.exec("create table lines (" + strings.Join(columns, ", ") + ")")
	insert := "insert into lines values (?" + strings.Repeat(", ?", len(columns)-1) + ")"
	for _, line := range lines {
		values := []any{line.at.Unix()}
		for _, name := range names {
			value := line.fields[name]
			seen := value
			if text, ok := value.(string); ok {
				seen = cut(text, textBytes)
			}
			values = append(values, seen, value)
		}
		e.exec(insert, values...)
	}
	return e
}

// cut ends a text after so many bytes, and within no letter.
func cut(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	for !utf8.RuneStart(text[bytes]) {
		bytes--
	}
	return text[:bytes]
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func (e *engine) exec(statement string, values ...any) {
	e.t.Helper()
	if _, err := e.db.ExecContext(e.t.Context(), statement, values...); err != nil {
		e.t.Fatalf("%s: %v", statement, err)
	}
}

// term is one term of a search: a field that must hold a word.
var term = regexp.MustCompile(`(\w+): (\w+)`)

// ask computes "search | statement" over the lines from start to end. Its search must be of terms, comparisons of numbers, and, or and
// parentheses.
func (e *engine) ask(query string, start, end time.Time) (columns []string, rows []row, err error) {
	search, statement, found := strings.Cut(query, "|")
	if !found {
		return nil, nil, fmt.Errorf("no statement in %q", query)
	}
	if search = strings.TrimSpace(search); search == "*" {
		search = "true"
	}
	names := slices.Sorted(maps.Keys(e.fields))
	view := fmt.Sprintf("create or replace temp view log as select __time__, %s from lines where (%s) and __time__ between %d and %d",
		strings.Join(names, ", "), term.ReplaceAllString(search, "has_word(whole_$1, '$2')"), start.Unix(), end.Unix())
	if _, err := e.db.ExecContext(e.t.Context(), view); err != nil {
		return nil, nil, fmt.Errorf("search: %w", err)
	}
	answer, err := e.db.QueryContext(e.t.Context(), statement)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Close() //nolint:errcheck // it was read
	if columns, err = answer.Columns(); err != nil {
		return nil, nil, err
	}
	for answer.Next() {
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := answer.Scan(places...); err != nil {
			return nil, nil, err
		}
		found := row{}
		for i, column := range columns {
			found[column] = plain(values[i])
		}
		rows = append(rows, found)
	}
	return columns, rows, answer.Err()
}

// answer computes a file of queries over what was logged in so many minutes.
func answer(t testing.TB, name string, lines []line, now time.Time, minutes int) []row {
	t.Helper()
	e := newEngine(t, lines, terraformLog(t).Bytes, now)
	_, rows, err := e.ask(query(t, name), now.Add(-time.Duration(minutes)*time.Minute), now)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return rows
}

// plain makes one kind of number out of DuckDB's.
func plain(value any) any {
	switch value := value.(type) {
	case int32, int64, float64, fmt.Stringer:
		if text := fmt.Sprint(value); number.MatchString(text) {
			var f float64
			fmt.Sscan(text, &f) //nolint:errcheck // it is a number
			return f
		}
	case time.Time:
		return value.UTC()
	}
	return value
}

var number = regexp.MustCompile(`^-?[0-9.]+(e[+-]?[0-9]+)?$`)

// The engine must fail where Simple Log Service does, or the tests of the queries prove nothing.
func TestEngineAnswersAsTheService(t *testing.T) {
	now := time.Date(2026, time.January, 4, 12, 0, 0, 0, time.UTC)
	message := func(at int64, text string) line {
		return line{time.Unix(at, 0), map[string]any{"functionName": "f", "message": text}}
	}
	broken := []line{message(1, `{"a":"x"}`), message(2, `{"a":"this line is cut"}`)}
	lines := append([]line{{time.Unix(3, 0), map[string]any{"durationMs": 2.5}}}, message(1, `{"a":"x"}`), message(2, `{"b":"two words"}`))
	for _, tt := range []struct {
		name  string
		lines []line
		query string
		want  string // of the only column, or of the error
	}{
		{"a line that was cut", broken, `* | select json_extract_scalar(message, '$.a') as v from log`, "Malformed JSON"},
		{"a line that was cut, tried", broken, `* | select try(json_extract_scalar(message, '$.a')) as v from log order by __time__`, "[x <nil>]"},
		{"words of the part that was cut", broken, `message: cut | select count(1) as v from log`, "[1]"},
		{"a word", lines, `message: two | select count(1) as v from log`, "[1]"},
		{"a part of a word", lines, `message: wor | select count(1) as v from log`, "[0]"},
		{"either", lines, `message: two or durationMs > 2 | select count(1) as v from log`, "[2]"},
		{"a field without an index", lines, `level: ERROR | select count(1) as v from log`, "whole_level"},
		{"a column without an index", lines, `* | select memoryUsageMB as v from log`, "memoryUsageMB"},
		{"the last value, be it null", lines, `* | select max_by(message, __time__) as v from log`, "[<nil>]"},
		{"whole days", lines, `* | select date_diff('day', from_iso8601_timestamp('2026-01-02T12:00:01Z'), now()) as v from log limit 1`, "[1]"},
		{"hours", lines, `* | select date_trunc('hour', __time__ + 3600) as v from log limit 1`, "[1970-01-01 01:00:00 +0000 UTC]"},
		{"a part of a list", lines, `* | select array_join(slice(array_agg(__time__ order by __time__), 2, 2), '+') as v from log`, "[2+3]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, rows, err := newEngine(t, tt.lines, 16, now).ask(tt.query, time.Unix(0, 0), now)
			got := fmt.Sprint(err)
			if err == nil {
				values := []any{}
				for _, row := range rows {
					values = append(values, row["v"])
				}
				got = fmt.Sprint(values)
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("%s\ngives %s, want %s", tt.query, got, tt.want)
			}
		})
	}
}
