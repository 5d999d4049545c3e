package fakecloud

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"strconv"
)

// page is which part of a list is asked for.
type page struct {
	size   int
	number int // 0: by NextToken
	from   int // index of the first candidate to look at
	shown  int // how many rows of the first candidate were shown before
}

// readPage reads either way of paging. MaxResults below 10 is 10 and above 100
// is 100; PageNumber counts only without NextToken and MaxResults.
func (k *call) readPage() (page, *Error) {
	params := k.q.params
	numbers := map[string]int{}
	for _, name := range []string{"MaxResults", "PageSize", "PageNumber"} {
		if text := params.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || (name == "PageSize" && n > 100) {
				return page{}, invalid(name)
			}
			numbers[name] = n
		}
	}
	token := params.Get("NextToken")
	if token == "" && numbers["MaxResults"] == 0 {
		return page{size: cmp.Or(numbers["PageSize"], 10), number: max(1, numbers["PageNumber"])}, nil
	}
	p := page{size: min(100, max(10, numbers["MaxResults"]))}
	if token == "" {
		return p, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(token)
	var region string
	if err == nil {
		_, err = fmt.Sscanf(string(text), "%d %d %s", &p.from, &p.shown, &region)
	}
	if err != nil || region != k.RegionID || p.from < 0 || p.shown < 0 {
		return page{}, invalid("NextToken")
	}
	return p, nil
}

// page collects a page of the rows of the candidates in the call's region. By
// token it starts where the token says and stops after the page, so that a page of a
// big fleet is cheap. The total is then 0: the documents call it invalid.
func (k *call) page(p page, candidates []*instance, rowsOf func(*instance) []any) (rows []any, total int, next string) {
	rows = []any{}
	skip := max(0, p.number-1) * p.size
	for i := p.from; i < len(candidates); i++ {
		if candidates[i].spec.Region != k.RegionID {
			continue
		}
		for n, row := range rowsOf(candidates[i]) {
			if i == p.from && n < p.shown {
				continue
			}
			total++
			switch {
			case total <= skip:
			case len(rows) < p.size:
				rows = append(rows, row)
			case p.number == 0:
				return rows, 0, k.token(i, n)
			case next == "":
				next = k.token(i, n)
			}
		}
	}
	if p.number == 0 {
		total = 0
	}
	return rows, total, next
}

// token names where the next page begins, and the region in which it is good.
func (k *call) token(from, shown int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %s", from, shown, k.RegionID))
}
