package local

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// seenInstance is a row of DescribeInstances, as far as verify looks at it. A nil pointer is a field that is not there.
type seenInstance struct {
	InstanceId, Status, InstanceChargeType string
	StartTime                              *string
	OperationLocks                         *struct{ LockReason []struct{ LockReason string } }
	Tags                                   *struct{ Tag []struct{ TagKey string } }
	Public                                 *struct{} `json:"PublicIpAddress"`
	Elastic                                *struct{} `json:"EipAddress"`
}

func (in seenInstance) locked() bool {
	return in.OperationLocks != nil && slices.ContainsFunc(in.OperationLocks.LockReason, func(l struct{ LockReason string }) bool { return l.LockReason == "financial" })
}

type seenPage struct {
	NextToken  string
	TotalCount *int
	Instances  struct{ Instance []seenInstance }
}

func (p seenPage) ids() []string {
	ids := make([]string, len(p.Instances.Instance))
	for i, in := range p.Instances.Instance {
		ids[i] = in.InstanceId
	}
	return ids
}

// smallPage is the smallest page that DescribeInstances gives, so that a second one is likely.
const smallPage = "10"

// instances looks at what DescribeInstances answers: one call after the other, because their limit is shared.
func (v *verifier) instances(ctx context.Context) []finding {
	found := []finding{v.dryRun(ctx)}
	found = append(found, v.shape(ctx)...)
	return append(found, v.tokens(ctx), v.numbers(ctx), v.sweep(ctx), v.filter(ctx))
}

func (v *verifier) describe(ctx context.Context, query map[string]string) (page seenPage, err error) {
	query = maps.Clone(query)
	query["RegionId"] = v.region
	err = v.look(ctx, aliyun.APIECS, "DescribeInstances", "", v.region, query, &page)
	return page, err
}

func (v *verifier) dryRun(ctx context.Context) finding {
	const passed = "DryRunOperation"
	_, err := v.describe(ctx, map[string]string{"DryRun": "true"})
	refused, ok := errors.AsType[*reactivate.Error](err)
	switch {
	case err == nil:
		return finding{wording.AssumeDryRun, wording.SawSuccess, wording.Differs}
	case !ok || refused.Code == "" || refused.Class == reactivate.ClassDenied || refused.Class == reactivate.ClassThrottled:
		return failed(wording.AssumeDryRun, err)
	}
	return judged(wording.AssumeDryRun, refused.Code == passed, wording.SawCode.With(clean(refused.Code), refused.Status))
}

// shape looks at the fields of the rows of one page.
func (v *verifier) shape(ctx context.Context) []finding {
	page, err := v.describe(ctx, map[string]string{"MaxResults": "100"})
	all := []wording.Text{wording.AssumeStartTime, wording.AssumeLocks, wording.AssumeTags, wording.AssumeAddresses}
	rows := page.Instances.Instance
	if err != nil || len(rows) == 0 {
		found := make([]finding, len(all))
		for i, assumption := range all {
			if found[i] = untold(assumption, wording.SawNoInstances.With(v.region)); err != nil {
				found[i] = failed(assumption, err)
			}
		}
		return found
	}
	return []finding{
		ofAll(wording.AssumeStartTime, rows, func(in seenInstance) bool {
			return in.StartTime != nil && (*in.StartTime == "" && in.Status != "Running" || isMinute(*in.StartTime))
		}),
		ofAll(wording.AssumeLocks, rows, func(in seenInstance) bool {
			return in.OperationLocks != nil && !slices.ContainsFunc(in.OperationLocks.LockReason, func(l struct{ LockReason string }) bool { return l.LockReason == "" })
		}),
		systemTags(rows),
		ofAll(wording.AssumeAddresses, rows, func(in seenInstance) bool { return in.Public != nil && in.Elastic != nil }),
	}
}

// systemTags looks for a tag of the system. If no instance has one, that says nothing; if no row has a list of tags, the
// finding differs.
func systemTags(rows []seenInstance) finding {
	if !slices.ContainsFunc(rows, func(in seenInstance) bool { return in.Tags != nil }) {
		return finding{wording.AssumeTags, wording.SawNoTags, wording.Differs}
	}
	for _, in := range rows {
		if in.Tags != nil && slices.ContainsFunc(in.Tags.Tag, func(t struct{ TagKey string }) bool { return strings.HasPrefix(t.TagKey, "acs:") }) {
			return finding{wording.AssumeTags, wording.SawInstances.With(len(rows)), wording.Holds}
		}
	}
	return untold(wording.AssumeTags, wording.SawNoTag.With(len(rows)))
}

// isMinute tells whether a text is a time as ECS writes it, to the minute or to the second.
func isMinute(text string) bool {
	_, err := time.Parse("2006-01-02T15:04Z", text)
	if err != nil {
		_, err = time.Parse(time.RFC3339, text)
	}
	return err == nil
}

// ofAll is a finding that holds if all rows are right.
func ofAll[T any](assumption wording.Text, rows []T, right func(T) bool) finding {
	wrong := 0
	for _, row := range rows {
		if !right(row) {
			wrong++
		}
	}
	if wrong > 0 {
		return finding{assumption, wording.SawFewOf.With(wrong, len(rows)), wording.Differs}
	}
	return finding{assumption, wording.SawInstances.With(len(rows)), wording.Holds}
}

// tokens looks at two pages by NextToken.
func (v *verifier) tokens(ctx context.Context) finding {
	first, second, err := v.twoPages(ctx, map[string]string{"MaxResults": smallPage})
	ids := first.ids()
	again := slices.DeleteFunc(second.ids(), func(id string) bool { return !slices.Contains(ids, id) })
	switch {
	case err != nil:
		return failed(wording.AssumePaging, err)
	case first.NextToken == "":
		return untold(wording.AssumePaging, wording.SawOnePage.With(len(ids)))
	case len(again) > 0:
		return finding{wording.AssumePaging, wording.SawTwice.With(len(again)), wording.Differs}
	}
	return finding{wording.AssumePaging, wording.SawTwoPages.With(len(ids) + len(second.ids())), wording.Holds}
}

// twoPages asks for a page and, where there is one, the next.
func (v *verifier) twoPages(ctx context.Context, query map[string]string) (first, second seenPage, err error) {
	first, err = v.describe(ctx, query)
	if err != nil || first.NextToken == "" {
		return first, second, err
	}
	query = maps.Clone(query)
	query["NextToken"] = first.NextToken
	second, err = v.describe(ctx, query)
	return first, second, err
}

// numbers looks at a page by its number, which tells how many instances there are.
func (v *verifier) numbers(ctx context.Context) finding {
	page, err := v.describe(ctx, map[string]string{"PageNumber": "1", "PageSize": smallPage})
	switch shown := len(page.ids()); {
	case err != nil:
		return failed(wording.AssumeNumbers, err)
	case page.TotalCount == nil:
		return finding{wording.AssumeNumbers, wording.SawNoTotal, wording.Differs}
	default:
		return judged(wording.AssumeNumbers, *page.TotalCount == shown || *page.TotalCount > shown && shown > 0, wording.SawTotal.With(*page.TotalCount, shown))
	}
}

// sweep looks at the pages that a sweep asks for.
func (v *verifier) sweep(ctx context.Context) finding {
	first, second, err := v.twoPages(ctx, map[string]string{"MaxResults": smallPage, "InstanceChargeType": "PostPaid", "Status": "Stopped"})
	rows := slices.Concat(first.Instances.Instance, second.Instances.Instance)
	foreign := 0
	for _, in := range rows {
		if in.Status != "Stopped" || in.InstanceChargeType != "PostPaid" {
			foreign++
		}
	}
	switch {
	case err != nil:
		return failed(wording.AssumeSweep, err)
	case foreign > 0:
		return finding{wording.AssumeSweep, wording.SawForeign.With(foreign, len(rows)), wording.Differs}
	case first.NextToken == "":
		return untold(wording.AssumeSweep, wording.SawOnePage.With(len(rows)))
	}
	return finding{wording.AssumeSweep, wording.SawTwoPages.With(len(rows)), wording.Holds}
}

// filter compares what the filter by lock finds with the locks of the stopped instances.
func (v *verifier) filter(ctx context.Context) finding {
	filtered, err := v.describe(ctx, map[string]string{"MaxResults": "100", "LockReason": "financial"})
	if err != nil {
		return failed(wording.AssumeFilter, err)
	}
	stopped, err := v.describe(ctx, map[string]string{"MaxResults": "100", "InstanceChargeType": "PostPaid", "Status": "Stopped"})
	if err != nil {
		return failed(wording.AssumeFilter, err)
	}
	found := filtered.ids()
	foreign := slices.ContainsFunc(filtered.Instances.Instance, func(in seenInstance) bool { return !in.locked() })
	all := slices.Clone(found)
	for _, in := range stopped.Instances.Instance {
		if in.locked() && !slices.Contains(all, in.InstanceId) {
			all = append(all, in.InstanceId)
		}
	}
	if len(all) == 0 {
		return untold(wording.AssumeFilter, wording.SawNoLock)
	}
	return judged(wording.AssumeFilter, !foreign && len(found) == len(all), wording.SawFiltered.With(len(all), len(found)))
}

// history looks at the events of instances: whether our query is taken, and the form of whatever there is.
func (v *verifier) history(ctx context.Context) []finding {
	type event struct {
		InstanceId       string
		EventType        struct{ Name string }
		EventCycleStatus struct{ Name string }
		EventPublishTime string
	}
	var answer struct {
		InstanceSystemEventSet struct{ InstanceSystemEventType []event }
	}
	err := v.look(ctx, aliyun.APIECS, "DescribeInstanceHistoryEvents", "", v.region, aliyun.HistoryQuery(v.region), &struct{}{})
	taken := finding{wording.AssumeHistory, wording.SawTaken, wording.Holds}
	if refused, ok := errors.AsType[*reactivate.Error](err); ok && refused.Class == reactivate.ClassInvalid && refused.Status == http.StatusBadRequest {
		taken = finding{wording.AssumeHistory, wording.SawDenied.With(clean(refused.Code)), wording.Differs}
	} else if err != nil {
		taken = failed(wording.AssumeHistory, err)
	}
	err = v.look(ctx, aliyun.APIECS, "DescribeInstanceHistoryEvents", "", v.region, map[string]string{"RegionId": v.region, "MaxResults": "100"}, &answer)
	rows := answer.InstanceSystemEventSet.InstanceSystemEventType
	switch {
	case err != nil:
		return []finding{taken, failed(wording.AssumeEvents, err)}
	case len(rows) == 0:
		return []finding{taken, untold(wording.AssumeEvents, wording.SawNoEvents)}
	}
	form := ofAll(wording.AssumeEvents, rows, func(e event) bool {
		return reactivate.ValidInstanceID(e.InstanceId) && e.EventType.Name != "" && e.EventCycleStatus.Name != "" && isMinute(e.EventPublishTime)
	})
	if form.judgement == wording.Holds {
		form.seen = wording.SawEvents.With(len(rows))
	}
	return []finding{taken, form}
}

// decodeText reads JSON that stands in a text.
func decodeText(text string, into any) bool { return json.Unmarshal([]byte(text), into) == nil }
