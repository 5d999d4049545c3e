package fakecloud

import (
	"encoding/base64"
	"fmt"
	"strconv"
)

type instancesBody struct {
	RequestID  string       `json:"RequestId"`
	PageNumber int          `json:"PageNumber"`
	PageSize   int          `json:"PageSize"`
	TotalCount int          `json:"TotalCount"`
	NextToken  string       `json:"NextToken"`
	Instances  instanceRows `json:"Instances"`
}

type instanceRows struct {
	Instance []instanceRow `json:"Instance"`
}

// page is which part of the instances is asked for.
type page struct {
	size   int
	number int // 0: by NextToken
	from   int // index of the first candidate to look at
	shown  int // of a history: how many events of the first candidate were shown before
}

// part is which of n rows a numbered page shows.
func (p page) part(n int) (from, to int) {
	from = min((p.number-1)*p.size, n)
	return from, min(from+p.size, n)
}

// describeInstances shows instances. Without the permission it answers with an
// empty list or with the error, as Fleet.DeniedDescribe says. Only DryRun
// distinguishes such an empty list from a fleet without instances.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
func (k *call) describeInstances() (any, *Error) {
	if k.q.params.Get("RegionId") == "" {
		return nil, apiError(codeMissingParameter, "RegionId")
	}
	f, e := k.readFilter()
	if e != nil {
		return nil, e
	}
	p, e := k.readPage()
	if e != nil {
		return nil, e
	}
	denied := k.allowed()
	if denied != nil && k.fleet.DeniedDescribe == DeniedForbidden {
		return nil, denied
	}
	if dry, e := k.dryRun(); e != nil {
		return nil, e
	} else if dry {
		if denied != nil {
			return nil, denied
		}
		return nil, apiError(codeDryRun)
	}
	body := instancesBody{RequestID: k.id, PageNumber: max(1, p.number), PageSize: p.size}
	body.Instances.Instance = []instanceRow{}
	if denied == nil {
		k.fillPage(&body, &f, p)
	}
	return body, nil
}

func (k *call) dryRun() (bool, *Error) {
	text := k.q.params.Get("DryRun")
	if text == "" {
		return false, nil
	}
	dry, err := strconv.ParseBool(text)
	if err != nil {
		return false, apiError(codeInvalidParameter, "DryRun")
	}
	return dry, nil
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
				return page{}, apiError(codeInvalidParameter, name)
			}
			numbers[name] = n
		}
	}
	token := params.Get("NextToken")
	if token == "" && numbers["MaxResults"] == 0 {
		p := page{size: 10, number: max(1, numbers["PageNumber"])}
		if n := numbers["PageSize"]; n > 0 {
			p.size = n
		}
		return p, nil
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
		return page{}, apiError(codeInvalidParameter, "NextToken")
	}
	return p, nil
}

// fillPage goes through the candidates from the page's first on. By NextToken it
// stops at the first instance of the next page, so that a page costs no more than
// the candidates it passes. TotalCount is then 0: it is documented as invalid.
func (k *call) fillPage(body *instancesBody, f *filter, p page) {
	candidates := k.candidates(f)
	skip := 0
	if p.number > 0 {
		skip = (p.number - 1) * p.size
	}
	fitting := 0
	for i := p.from; i < len(candidates); i++ {
		m := candidates[i].state(k.at - k.stale)
		if !f.fits(candidates[i], m) {
			continue
		}
		full := len(body.Instances.Instance) == p.size
		if full && body.NextToken == "" {
			body.NextToken = token(i, 0, k.region)
		}
		if full && p.number == 0 {
			return
		}
		fitting++
		if fitting > skip && !full {
			body.Instances.Instance = append(body.Instances.Instance, k.row(candidates[i], m))
		}
	}
	if p.number > 0 {
		body.TotalCount = fitting
	}
}
