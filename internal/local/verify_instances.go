package local

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
	"reactivate/internal/wording"
)

// seenInstance is a row of DescribeInstances, as far as verify looks at it. A nil pointer is a field that is not there.
type seenInstance struct {
	InstanceId, Status, InstanceChargeType string
	StartTime                              *string
	OperationLocks                         *struct{ LockReason []lock }
	Tags                                   *struct{ Tag []tag }
	Public                                 *struct{} `json:"PublicIpAddress"`
	Elastic                                *struct{} `json:"EipAddress"`
}

type lock struct{ LockReason string }

type tag struct{ TagKey string }

type seenPage struct {
	NextToken  string
	TotalCount *int
	Instances  struct{ Instance []seenInstance }
}

// The queries for pages. The smallest page that DescribeInstances gives has 10 rows; with it a second page is likely.
var (
	largePage    = map[string]string{"MaxResults": "100"}
	smallPage    = map[string]string{"MaxResults": "10"}
	numberedPage = map[string]string{"PageNumber": "1", "PageSize": "10"}
	ofSweep      = map[string]string{"InstanceChargeType": "PostPaid", "Status": "Stopped"}
)

// describe asks for one page, with the fields of all queries.
func (v *verifier) describe(ctx context.Context, queries ...map[string]string) (page seenPage, err error) {
	query := map[string]string{"RegionId": v.region}
	for _, q := range queries {
		maps.Copy(query, q)
	}
	err = v.read(ctx, aliyun.APIECS, "DescribeInstances", "", query, &page)
	return page, err
}

// twoPages asks for a small page and, if there is one, the next. It returns the rows, and the verdict if nothing is wrong with
// them: one page alone tells nothing.
func (v *verifier) twoPages(ctx context.Context, query map[string]string) (rows []seenInstance, of verdict) {
	page, err := v.describe(ctx, smallPage, query)
	rows = page.Instances.Instance
	if err != nil || page.NextToken == "" {
		return rows, cannotTell(wording.SawOnePage.With(len(rows))).unless(err)
	}
	page, err = v.describe(ctx, smallPage, query, map[string]string{"NextToken": page.NextToken})
	rows = append(rows, page.Instances.Instance...)
	return rows, holds(wording.SawTwoPages.With(len(rows))).unless(err)
}

// distinct returns how many instances there are, each counted once.
func distinct(rows []seenInstance) int {
	ids := map[string]bool{}
	for _, in := range rows {
		ids[in.InstanceId] = true
	}
	return len(ids)
}

// instances looks at what DescribeInstances answers. The calls share a limit, so they are made one after the other.
func (v *verifier) instances(ctx context.Context) []finding {
	return slices.Concat(
		[]finding{v.found(wording.AssumeDryRun, v.dryRun(ctx))},
		v.shape(ctx),
		[]finding{
			v.found(wording.AssumePaging, v.tokens(ctx)),
			v.found(wording.AssumeNumbers, v.numbers(ctx)),
			v.found(wording.AssumeSweep, v.sweep(ctx)),
			v.found(wording.AssumeFilter, v.filter(ctx)),
		})
}

func (v *verifier) dryRun(ctx context.Context) verdict {
	_, err := v.describe(ctx, map[string]string{"DryRun": "true"})
	e := refusal(err)
	if err == nil {
		return differs(wording.SawSuccess)
	}
	seen := judged(e.Code == "DryRunOperation", wording.SawCode.With(e.Code, e.Status))
	if tellsNothing(e) {
		return seen.unless(err)
	}
	return seen
}

// shape looks at the fields of the rows of one page.
func (v *verifier) shape(ctx context.Context) []finding {
	page, err := v.describe(ctx, largePage)
	rows := page.Instances.Instance
	none := wording.SawNoInstances.With(v.region)
	each := func(assumption wording.Text, right func(seenInstance) bool) finding {
		return v.found(assumption, ofEach(rows, none, wording.SawInstances, right).unless(err))
	}
	return []finding{
		each(wording.AssumeStartTime, func(in seenInstance) bool {
			return in.StartTime != nil && (*in.StartTime == "" && in.Status != "Running" || isMinute(*in.StartTime))
		}),
		each(wording.AssumeLocks, func(in seenInstance) bool {
			return in.OperationLocks != nil && !slices.Contains(in.OperationLocks.LockReason, lock{""})
		}),
		v.found(wording.AssumeTags, systemTags(rows, none).unless(err)),
		each(wording.AssumeAddresses, func(in seenInstance) bool { return in.Public != nil && in.Elastic != nil }),
	}
}

// systemTags looks for a tag of the system. An account need not have one, but some row must have a list of tags.
func systemTags(rows []seenInstance, none wording.Words) verdict {
	lists := count(rows, func(in seenInstance) bool { return in.Tags != nil })
	ofSystem := count(rows, func(in seenInstance) bool {
		return in.Tags != nil && slices.ContainsFunc(in.Tags.Tag, func(t tag) bool { return strings.HasPrefix(t.TagKey, "acs:") })
	})
	switch {
	case len(rows) == 0:
		return cannotTell(none)
	case lists == 0:
		return differs(wording.SawNoTags)
	case ofSystem == 0:
		return cannotTell(wording.SawNoTag.With(len(rows)))
	}
	return holds(wording.SawInstances.With(len(rows)))
}

// isMinute tells whether a text is a time as ECS writes it, to the minute or to the second.
func isMinute(text string) bool {
	_, err := time.Parse("2006-01-02T15:04Z", text)
	if err != nil {
		_, err = time.Parse(time.RFC3339, text)
	}
	return err == nil
}

// ofEach holds if each row is right, and says how many there are. Without rows it cannot tell.
func ofEach[T any](rows []T, none wording.Words, seen wording.Text, right func(T) bool) verdict {
	wrong := len(rows) - count(rows, right)
	switch {
	case len(rows) == 0:
		return cannotTell(none)
	case wrong > 0:
		return differs(wording.SawFewOf.With(wrong, len(rows)))
	}
	return holds(seen.With(len(rows)))
}

// tokens looks at two pages by NextToken.
func (v *verifier) tokens(ctx context.Context) verdict {
	rows, of := v.twoPages(ctx, nil)
	if again := len(rows) - distinct(rows); again > 0 {
		return differs(wording.SawTwice.With(again))
	}
	return of
}

// numbers looks at a page by its number, which tells how many instances there are.
func (v *verifier) numbers(ctx context.Context) verdict {
	page, err := v.describe(ctx, numberedPage)
	shown := len(page.Instances.Instance)
	if page.TotalCount == nil {
		return differs(wording.SawNoTotal).unless(err)
	}
	total := *page.TotalCount
	return judged(total == shown || total > shown && shown > 0, wording.SawTotal.With(total, shown)).unless(err)
}

// sweep looks at the pages that a sweep asks for.
func (v *verifier) sweep(ctx context.Context) verdict {
	rows, of := v.twoPages(ctx, ofSweep)
	others := count(rows, func(in seenInstance) bool { return in.Status != "Stopped" || in.InstanceChargeType != "PostPaid" })
	if others > 0 {
		return differs(wording.SawForeign.With(others, len(rows)))
	}
	return of
}

// filter compares what the filter by lock finds with the locks of the stopped instances.
func (v *verifier) filter(ctx context.Context) verdict {
	filtered, err := v.describe(ctx, largePage, map[string]string{"LockReason": "financial"})
	stopped, second := v.describe(ctx, largePage, ofSweep)
	found := filtered.Instances.Instance
	isUnlocked := func(in seenInstance) bool {
		return in.OperationLocks == nil || !slices.Contains(in.OperationLocks.LockReason, lock{"financial"})
	}
	all := distinct(slices.Concat(found, slices.DeleteFunc(stopped.Instances.Instance, isUnlocked)))
	of := cannotTell(wording.SawNoLock)
	if all > 0 {
		of = judged(count(found, isUnlocked) == 0 && len(found) == all, wording.SawFiltered.With(all, len(found)))
	}
	return of.unless(errors.Join(err, second))
}

// history looks at the events of instances: whether ECS accepts our query, and whether the events have the expected form.
func (v *verifier) history(ctx context.Context) []finding {
	const operation = "DescribeInstanceHistoryEvents"
	err := v.read(ctx, aliyun.APIECS, operation, "", aliyun.HistoryQuery(v.region), &struct{}{})
	taken := holds(wording.SawTaken).unless(err)
	if e := refusal(err); !tellsNothing(e) && e.Class == cloud.ClassInvalid && e.Status == http.StatusBadRequest {
		taken = differs(wording.SawDenied.With(e.Code))
	}
	type event struct {
		InstanceId, EventPublishTime string
		EventType, EventCycleStatus  struct{ Name string }
	}
	var answer struct {
		InstanceSystemEventSet struct{ InstanceSystemEventType []event }
	}
	err = v.read(ctx, aliyun.APIECS, operation, "", map[string]string{"RegionId": v.region, "MaxResults": "100"}, &answer)
	rows := answer.InstanceSystemEventSet.InstanceSystemEventType
	form := ofEach(rows, wording.SawNoEvents, wording.SawEvents, func(e event) bool {
		return cloud.ValidInstanceID(e.InstanceId) && e.EventType.Name != "" && e.EventCycleStatus.Name != "" && isMinute(e.EventPublishTime)
	})
	return []finding{v.found(wording.AssumeHistory, taken), v.found(wording.AssumeEvents, form.unless(err))}
}
