package deploy_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A query of Simple Log Service, "search | select", as far as those here go.
// What is not known is an error, so that nothing is taken for granted.
// https://www.alibabacloud.com/help/en/sls/user-guide/log-search-overview

type query struct {
	search []term // all must hold
	sel    *selection
}

// term is one condition of the search: a word in a field's text, or a number's
// comparison.
type term struct{ field, op, value string }

type selection struct {
	columns []column
	from    *selection // nil: the log
	where   expr       // nil: all
	groupBy []expr
	orderBy []ordering
	limit   int // 0: none is given
}

type column struct {
	expr expr
	name string // its alias, or the name of what it is
}

type ordering struct {
	expr expr
	desc bool
}

// expr is an expression: a literal, name, call or operation.
type expr any

type (
	literal    struct{ value any } // string, float64
	identifier struct{ name string }
	call       struct {
		function string
		args     []expr
	}
	operation struct { // and, or, =, <>, <, <=, >, >=, +, -, *, /
		op          string
		left, right expr
	}
	negation   struct{ expr expr }
	membership struct {
		expr   expr
		values []expr
	}
)

// functionsKnown are those that queries here may call, with the numbers of
// their arguments.
var functionsKnown = map[string][]int{
	"count": {1}, "count_if": {1}, "max": {1}, "min": {1}, "avg": {1}, "sum": {1}, "max_by": {2}, "array_agg": {1},
	"array_join": {2}, "date_diff": {3}, "date_trunc": {2}, "from_iso8601_timestamp": {1}, "json_extract_scalar": {2},
	"now": {0}, "nullif": {2}, "round": {1}, "to_unixtime": {1},
}

var aggregates = []string{"count", "count_if", "max", "min", "avg", "sum", "max_by", "array_agg"}

var tokenPattern = regexp.MustCompile(`'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?|<>|<=|>=|[-+*/(),.=<>:|]`)

// tokens cuts a text up. Nothing but space may stand between tokens.
func tokens(text string) ([]string, error) {
	var all []string
	end := 0
	for _, at := range tokenPattern.FindAllStringIndex(text, -1) {
		if gap := strings.TrimSpace(text[end:at[0]]); gap != "" {
			return nil, fmt.Errorf("do not understand %q", gap)
		}
		all, end = append(all, text[at[0]:at[1]]), at[1]
	}
	if rest := strings.TrimSpace(text[end:]); rest != "" {
		return nil, fmt.Errorf("do not understand %q", rest)
	}
	return all, nil
}

type queryParser struct {
	tokens []string
	err    error
}

func parseQuery(text string) (query, error) {
	all, err := tokens(text)
	if err != nil {
		return query{}, err
	}
	p := &queryParser{tokens: all}
	q := query{search: p.terms()}
	if p.take("|") {
		q.sel = p.selection()
	}
	return q, p.end()
}

// parseCondition reads an alarm's condition, such as "sweeps < 1".
func parseCondition(text string) (expr, error) {
	all, err := tokens(text)
	if err != nil {
		return nil, err
	}
	p := &queryParser{tokens: all}
	e := p.or()
	return e, p.end()
}

func (p *queryParser) end() error {
	if p.err == nil && len(p.tokens) > 0 {
		p.fail("do not understand %q", strings.Join(p.tokens, " "))
	}
	return p.err
}

func (p *queryParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	p.tokens = nil
}

func (p *queryParser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *queryParser) next() string {
	t := p.peek()
	if t == "" {
		p.fail("ends too early")
		return ""
	}
	p.tokens = p.tokens[1:]
	return t
}

func (p *queryParser) take(words ...string) bool {
	if !slices.Contains(words, strings.ToLower(p.peek())) || p.peek() == "" {
		return false
	}
	p.next()
	return true
}

func (p *queryParser) want(word string) {
	if !p.take(word) {
		p.fail("want %q before %q", word, p.peek())
	}
}

func (p *queryParser) terms() []term {
	if p.take("*") {
		return nil
	}
	var all []term
	for {
		t := term{field: p.next(), op: p.next(), value: p.next()}
		if !slices.Contains([]string{":", ">", ">=", "<", "<="}, t.op) {
			p.fail("the search has %q after %s", t.op, t.field)
		}
		if all = append(all, t); !p.take("and") {
			return all
		}
	}
}

var keywords = []string{"select", "from", "where", "group", "order", "by", "limit", "as", "and", "or", "not", "in", "desc", "asc", "having", "join", "union", "case", "between", "like", "is"}

func (p *queryParser) selection() *selection {
	s := &selection{}
	p.want("select")
	for {
		e := p.or()
		c := column{expr: e}
		if n, ok := e.(identifier); ok {
			c.name = n.name
		}
		if p.take("as") {
			c.name = p.next()
		}
		if c.name == "" {
			p.fail("a column has no name")
		}
		if s.columns = append(s.columns, c); !p.take(",") {
			break
		}
	}
	p.want("from")
	if p.take("(") {
		s.from = p.selection()
		p.want(")")
	} else {
		p.want("log")
	}
	if p.take("where") {
		s.where = p.or()
	}
	if p.take("group") {
		p.want("by")
		for {
			if s.groupBy = append(s.groupBy, p.or()); !p.take(",") {
				break
			}
		}
	}
	if p.take("order") {
		p.want("by")
		for {
			o := ordering{expr: p.or()}
			o.desc = p.take("desc")
			if s.orderBy = append(s.orderBy, o); !p.take(",") {
				break
			}
		}
	}
	if p.take("limit") {
		n, err := strconv.Atoi(p.next())
		if err != nil || n < 1 {
			p.fail("limit: want a number")
		}
		s.limit = n
	}
	return s
}

// or, and, and so on are the levels of precedence, the loosest first.
func (p *queryParser) or() expr {
	left := p.and()
	for p.take("or") {
		left = operation{"or", left, p.and()}
	}
	return left
}

func (p *queryParser) and() expr {
	left := p.not()
	for p.take("and") {
		left = operation{"and", left, p.not()}
	}
	return left
}

func (p *queryParser) not() expr {
	if p.take("not") {
		return negation{p.not()}
	}
	return p.comparison()
}

func (p *queryParser) comparison() expr {
	left := p.sum()
	switch op := p.peek(); op {
	case "=", "<>", "<", "<=", ">", ">=":
		p.next()
		return operation{op, left, p.sum()}
	}
	if !p.take("in") {
		return left
	}
	m := membership{expr: left}
	p.want("(")
	for {
		if m.values = append(m.values, p.sum()); !p.take(",") {
			break
		}
	}
	p.want(")")
	return m
}

func (p *queryParser) sum() expr {
	left := p.product()
	for {
		switch op := p.peek(); op {
		case "+", "-":
			p.next()
			left = operation{op, left, p.product()}
		default:
			return left
		}
	}
}

func (p *queryParser) product() expr {
	left := p.primary()
	for {
		switch op := p.peek(); op {
		case "*", "/":
			p.next()
			left = operation{op, left, p.primary()}
		default:
			return left
		}
	}
}

func (p *queryParser) primary() expr {
	if p.take("(") {
		e := p.or()
		p.want(")")
		return e
	}
	t := p.next()
	switch {
	case t == "":
		return nil
	case t[0] == '\'':
		return literal{strings.ReplaceAll(t[1:len(t)-1], "''", "'")}
	case t[0] >= '0' && t[0] <= '9':
		n, err := strconv.ParseFloat(t, 64)
		if err != nil {
			p.fail("%q: %v", t, err)
		}
		return literal{n}
	case slices.Contains(keywords, strings.ToLower(t)) || !regexp.MustCompile(`^[A-Za-z_]`).MatchString(t):
		p.fail("do not understand %q here", t)
		return nil
	}
	if !p.take("(") {
		return identifier{t}
	}
	return p.call(strings.ToLower(t))
}

func (p *queryParser) call(function string) expr {
	c := call{function: function}
	for !p.take(")") {
		if len(c.args) > 0 {
			p.want(",")
		}
		if c.args = append(c.args, p.or()); p.err != nil {
			return nil
		}
	}
	arities, known := functionsKnown[function]
	if !known || !slices.Contains(arities, len(c.args)) {
		p.fail("the function %s of %d arguments is not known", function, len(c.args))
	}
	return c
}

// walk visits an expression and all in it.
func walk(e expr, visit func(expr)) {
	visit(e)
	switch e := e.(type) {
	case call:
		for _, arg := range e.args {
			walk(arg, visit)
		}
	case operation:
		walk(e.left, visit)
		walk(e.right, visit)
	case negation:
		walk(e.expr, visit)
	case membership:
		walk(e.expr, visit)
		for _, value := range e.values {
			walk(value, visit)
		}
	}
}

// all visits each expression of a selection, with the selection that it stands in.
func (s *selection) all(visit func(*selection, expr)) {
	if s == nil {
		return
	}
	s.from.all(visit)
	each := func(e expr) {
		if e != nil {
			walk(e, func(e expr) { visit(s, e) })
		}
	}
	for _, c := range s.columns {
		each(c.expr)
	}
	each(s.where)
	for _, e := range s.groupBy {
		each(e)
	}
	for _, o := range s.orderBy {
		each(o.expr)
	}
}

func (s *selection) column(name string) (expr, bool) {
	for _, c := range s.columns {
		if c.name == name {
			return c.expr, true
		}
	}
	return nil, false
}
