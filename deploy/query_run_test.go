package deploy_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// row is one line of the log, or of a result: texts and numbers by name. A name
// that is not there is null.
type row = map[string]any

// logTime is the field with a line's time, in seconds.
const logTime = "__time__"

// defaultLimit is how many rows there are of a query without a limit.
// https://www.alibabacloud.com/help/en/sls/user-guide/limit-clause
const defaultLimit = 100

// run computes a query over lines. separators are what separates words in the
// index.
func (q query) run(lines []row, separators string, now time.Time) ([]row, error) {
	var found []row
	for _, line := range lines {
		if q.finds(line, separators) {
			found = append(found, line)
		}
	}
	if q.sel == nil {
		return found, nil
	}
	r := &runner{now: now}
	result := r.selection(q.sel, found)
	if q.sel.limit == 0 && len(result) > defaultLimit {
		result = result[:defaultLimit]
	}
	return result, r.err
}

func (q query) finds(line row, separators string) bool {
	for _, t := range q.search {
		if t.op != ":" {
			number, ok := line[t.field].(float64)
			var limit float64
			if _, err := fmt.Sscan(t.value, &limit); err != nil || !ok || !compare(t.op, number, limit) {
				return false
			}
			continue
		}
		text, _ := line[t.field].(string)
		words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) })
		if !slices.ContainsFunc(words, func(word string) bool { return strings.EqualFold(word, t.value) }) {
			return false
		}
	}
	return true
}

type runner struct {
	now time.Time
	err error
}

func (r *runner) fail(format string, args ...any) any {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
	return nil
}

// view is what an expression is evaluated in: a row, and with a group all
// rows of it.
type view struct {
	row   row
	group []row
	keys  []expr     // what the group is one of
	sel   *selection // whose aliases may be named
}

func (r *runner) selection(s *selection, lines []row) []row {
	if s.from != nil {
		lines = r.selection(s.from, lines)
	}
	var kept []row
	for _, line := range lines {
		if s.where == nil || r.eval(s.where, view{row: line}) == true {
			kept = append(kept, line)
		}
	}
	views := make([]view, 0, len(kept))
	if s.grouped() {
		views = r.groups(s, kept)
	} else {
		for _, line := range kept {
			views = append(views, view{row: line, sel: s})
		}
	}
	slices.SortStableFunc(views, func(a, b view) int {
		for _, o := range s.orderBy {
			left, right := r.eval(o.expr, a), r.eval(o.expr, b)
			order := compareAny(left, right)
			if o.desc && left != nil && right != nil { // null is last in any case
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
	if s.limit > 0 && len(views) > s.limit {
		views = views[:s.limit]
	}
	var result []row
	for _, c := range views {
		out := row{}
		for _, column := range s.columns {
			out[column.name] = r.eval(column.expr, c)
		}
		result = append(result, out)
	}
	return result
}

func (s *selection) grouped() bool {
	return len(s.groupBy) > 0 || slices.ContainsFunc(s.columns, func(c column) bool { return aggregated(c.expr) })
}

func aggregated(e expr) bool {
	found := false
	walk(e, func(e expr) {
		if c, ok := e.(call); ok && slices.Contains(aggregates, c.function) {
			found = true
		}
	})
	return found
}

// groups are the rows by the keys. Without keys there is one group, even of no
// row at all.
func (r *runner) groups(s *selection, lines []row) []view {
	var keys []expr
	for _, key := range s.groupBy {
		if n, ok := key.(identifier); ok {
			if aliased, ok := s.column(n.name); ok && !sameName(aliased, n.name) {
				key = aliased
			}
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return []view{{row: row{}, group: lines, keys: []expr{}, sel: s}}
	}
	index := map[string]int{}
	var all []view
	for _, line := range lines {
		id := ""
		for _, key := range keys {
			id += fmt.Sprintf("%v\x00", r.eval(key, view{row: line}))
		}
		at, seen := index[id]
		if !seen {
			at = len(all)
			index[id] = at
			all = append(all, view{row: line, keys: keys, sel: s})
		}
		all[at].group = append(all[at].group, line)
	}
	return all
}

func sameName(e expr, text string) bool {
	n, ok := e.(identifier)
	return ok && n.name == text
}

func (r *runner) eval(e expr, c view) any {
	if slices.ContainsFunc(c.keys, func(key expr) bool { return reflect.DeepEqual(key, e) }) {
		c = view{row: c.row} // one value for all of the group
	}
	switch e := e.(type) {
	case literal:
		return e.value
	case identifier:
		return r.name(e, c)
	case call:
		return r.call(e, c)
	case operation:
		return r.operation(e, c)
	case negation:
		if v, ok := r.eval(e.expr, c).(bool); ok {
			return !v
		}
		return nil
	case membership:
		v := r.eval(e.expr, c)
		if v == nil {
			return nil
		}
		return slices.ContainsFunc(e.values, func(member expr) bool { return r.eval(member, c) == v })
	}
	return r.fail("no value of %T", e)
}

// name is a field, or an alias of a column: in an order, or as a key.
func (r *runner) name(n identifier, c view) any {
	if v, ok := c.row[n.name]; ok && c.keys == nil {
		return v
	}
	if c.sel != nil {
		if aliased, ok := c.sel.column(n.name); ok && !sameName(aliased, n.name) {
			return r.eval(aliased, c)
		}
	}
	if c.keys != nil {
		return r.fail("%s is neither a key of the groups nor in an aggregate", n.name)
	}
	return nil
}

func (r *runner) operation(o operation, c view) any {
	left, right := r.eval(o.left, c), r.eval(o.right, c)
	if o.op == "and" || o.op == "or" {
		return logical(o.op, left, right)
	}
	if left == nil || right == nil {
		return nil
	}
	switch o.op {
	case "=", "<>", "<", "<=", ">", ">=":
		if fmt.Sprintf("%T", left) != fmt.Sprintf("%T", right) {
			return r.fail("compares %T and %T", left, right)
		}
		return compare(o.op, left, right)
	}
	a, aOK := left.(float64)
	b, bOK := right.(float64)
	if !aOK || !bOK {
		return r.fail("%s of %T and %T", o.op, left, right)
	}
	return map[string]float64{"+": a + b, "-": a - b, "*": a * b, "/": a / b}[o.op]
}

// logical knows null: false and null is false, true or null is true.
func logical(op string, left, right any) any {
	decides := op == "or"
	switch {
	case left == decides || right == decides:
		return decides
	case left == nil || right == nil:
		return nil
	}
	return !decides
}

func compare(op string, left, right any) bool {
	order := compareAny(left, right)
	switch op {
	case "=":
		return order == 0
	case "<>":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// compareAny orders values of one type, null last.
func compareAny(left, right any) int {
	switch {
	case left == nil && right == nil:
		return 0
	case left == nil:
		return 1
	case right == nil:
		return -1
	}
	switch a := left.(type) {
	case float64:
		if b, ok := right.(float64); ok {
			return cmp.Compare(a, b)
		}
	case time.Time:
		if b, ok := right.(time.Time); ok {
			return a.Compare(b)
		}
	}
	return strings.Compare(fmt.Sprint(left), fmt.Sprint(right))
}

func (r *runner) call(f call, c view) any {
	if slices.Contains(aggregates, f.function) {
		if c.keys == nil {
			return r.fail("%s of no group", f.function)
		}
		return r.aggregate(f, c.group)
	}
	var args []any
	for _, arg := range f.args {
		args = append(args, r.eval(arg, c))
	}
	if f.function == "nullif" {
		if args[0] == args[1] {
			return nil
		}
		return args[0]
	}
	if slices.Contains(args, nil) {
		return nil
	}
	switch f.function {
	case "now":
		return r.now
	case "json_extract_scalar":
		return extract(args[0], args[1])
	case "from_iso8601_timestamp":
		t, err := time.Parse(time.RFC3339, fmt.Sprint(args[0]))
		if err != nil {
			return r.fail("%v", err)
		}
		return t
	case "array_join":
		list, ok := args[0].([]any)
		if !ok {
			return r.fail("array_join of %T", args[0])
		}
		var texts []string
		for _, v := range list {
			texts = append(texts, fmt.Sprint(v))
		}
		return strings.Join(texts, fmt.Sprint(args[1]))
	}
	return r.numeric(f.function, args)
}

func (r *runner) numeric(function string, args []any) any {
	switch function {
	case "round":
		if n, ok := args[0].(float64); ok {
			return math.Round(n)
		}
	case "to_unixtime":
		if t, ok := args[0].(time.Time); ok {
			return float64(t.UnixMilli()) / 1000
		}
	case "date_trunc":
		if n, ok := args[1].(float64); ok && args[0] == "hour" {
			return time.Unix(int64(n), 0).UTC().Truncate(time.Hour)
		}
	case "date_diff":
		from, fromOK := args[1].(time.Time)
		to, toOK := args[2].(time.Time)
		unit := map[any]time.Duration{"hour": time.Hour, "day": 24 * time.Hour}[args[0]]
		if fromOK && toOK && unit > 0 {
			return math.Trunc(float64(to.Sub(from)) / float64(unit))
		}
	}
	return r.fail("%s of %v", function, args)
}

func (r *runner) aggregate(f call, group []row) any {
	var values, by []any
	for _, line := range group {
		v := r.eval(f.args[0], view{row: line})
		if v == nil && f.function != "max_by" {
			continue
		}
		values = append(values, v)
		if f.function == "max_by" {
			by = append(by, r.eval(f.args[1], view{row: line}))
		}
	}
	switch f.function {
	case "count":
		return float64(len(values))
	case "count_if":
		return float64(len(slices.DeleteFunc(values, func(v any) bool { return v != true })))
	case "array_agg":
		return values
	}
	if len(values) == 0 {
		return nil
	}
	switch f.function {
	case "max":
		return slices.MaxFunc(values, compareAny)
	case "min":
		return slices.MinFunc(values, compareAny)
	case "max_by":
		best := 0
		for i := range by {
			if compareAny(by[i], by[best]) >= 0 { // of one second the later line
				best = i
			}
		}
		return values[best]
	}
	sum := 0.0
	for _, v := range values {
		n, ok := v.(float64)
		if !ok {
			return r.fail("%s of %T", f.function, v)
		}
		sum += n
	}
	if f.function == "avg" {
		return sum / float64(len(values))
	}
	return sum
}

// extract is json_extract_scalar: null where the text is no JSON, or the path
// leads nowhere or to no scalar.
func extract(text, path any) any {
	var v any
	if json.Unmarshal([]byte(fmt.Sprint(text)), &v) != nil {
		return nil
	}
	for _, step := range pathSteps(fmt.Sprint(path)) {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[step]
	}
	switch v := v.(type) {
	case string:
		return v
	case float64, bool:
		return fmt.Sprint(v)
	}
	return nil
}

// pathSteps are the names of a path such as $.result.outcome.
func pathSteps(path string) []string {
	return strings.Split(strings.TrimPrefix(path, "$."), ".")
}
