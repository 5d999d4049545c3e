package fakecloud

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"strconv"
)

// page is which part of the instances is asked for.
type page struct {
	size   int
	number int // 0: by NextToken
	from   int // index of the first candidate to look at
	shown  int // of a history: how many events of the first candidate were shown before
}

// describeInstances shows instances. Without the permission it answers with an
// empty list or with the error, as Fleet.DeniedDescribe says. Only DryRun
// distinguishes such an empty list from a fleet without instances.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
func (k *call) describeInstances() (any, *Error) {
	if k.q.params.Get("RegionId") == "" {
		return nil, missing("RegionId")
	}
	f, e := k.readFilter()
	if e != nil {
		return nil, e
	}
	p, e := k.readPage()
	if e != nil {
		return nil, e
	}
	dry, err := strconv.ParseBool(cmp.Or(k.q.params.Get("DryRun"), "false"))
	denied := k.denied()
	switch {
	case err != nil:
		return nil, invalid("DryRun")
	case dry && denied != nil:
		return nil, denied
	case dry:
		return nil, apiError("DryRunOperation")
	}
	var candidates []*instance
	if denied == nil {
		candidates = k.candidates(f.byIDs, f.ids)
	}
	rows, total, next := k.showPage(candidates, &f, p)
	return object{
		"RequestId": k.id, "PageNumber": max(1, p.number), "PageSize": p.size, "TotalCount": total, "NextToken": next,
		"Instances": object{"Instance": rows},
	}, nil
}

// hidesDenial says whether a call without its permission is answered as if there were no instances.
func (k *call) hidesDenial() bool {
	return k.q.action == "DescribeInstances" && k.fleet.DeniedDescribe != DeniedForbidden
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
	if err != nil || region != k.region || p.from < 0 || p.shown < 0 {
		return page{}, invalid("NextToken")
	}
	return p, nil
}

// showPage goes through the candidates from the page's first on. By NextToken it
// stops at the first instance of the next page, so that a page costs no more than
// the candidates it passes. The total is then 0: it is documented as invalid.
func (k *call) showPage(candidates []*instance, f *filter, p page) (rows []instanceRow, total int, next string) {
	rows = []instanceRow{}
	skip := max(0, p.number-1) * p.size
	for i := p.from; i < len(candidates); i++ {
		m := candidates[i].state(k.at - k.stale)
		if candidates[i].spec.Region != k.region || !f.fits(candidates[i], m) {
			continue
		}
		total++
		switch {
		case total <= skip:
		case len(rows) < p.size:
			rows = append(rows, k.row(candidates[i], m))
		case p.number == 0:
			return rows, 0, token(i, 0, k.region)
		case next == "":
			next = token(i, 0, k.region)
		}
	}
	if p.number == 0 {
		total = 0
	}
	return rows, total, next
}
