package fakecloud

import (
	"cmp"
	"strconv"
)

// describeInstances shows instances. Without the permission it answers with an
// empty list or with the error, as Fleet.DeniedDescribe says. Only DryRun
// distinguishes such an empty list from a fleet without instances.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
func (k *call) describeInstances() (any, *Error) {
	candidates, fits, e := k.readFilter()
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
	if denied != nil {
		candidates = nil
	}
	rows, total, next := k.page(p, candidates, func(in *instance) []any {
		m := in.state(k.at - k.stale)
		if !fits(in, m) {
			return nil
		}
		return []any{k.instanceRow(in, m)}
	})
	return object{
		"RequestId": k.RequestID, "PageNumber": max(1, p.number), "PageSize": p.size, "TotalCount": total, "NextToken": next,
		"Instances": object{"Instance": rows},
	}, nil
}

// hidesDenial says whether a call without its permission is answered as if there were no instances.
func (k *call) hidesDenial() bool {
	return k.Action == "DescribeInstances" && k.fleet.DeniedDescribe != DeniedForbidden
}

// describeRegions lists the regions. The reference says that it needs no permission. In the fake it needs one, so that a fleet
// file can deny it.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeregions
func (k *call) describeRegions() (any, *Error) {
	var rows []object
	for _, id := range k.fleet.Regions {
		rows = append(rows, object{"RegionId": id, "RegionEndpoint": "ecs." + id + ".aliyuncs.com", "LocalName": id, "Status": "available"})
	}
	return object{"RequestId": k.RequestID, "Regions": object{"Region": rows}}, nil
}
