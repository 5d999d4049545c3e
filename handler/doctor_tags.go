package handler

import (
	"context"
	"slices"
	"sync"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// maxTagPages is how many pages of a region the doctor reads at most in search of the configured tags.
const maxTagPages = 20

// tagSearch looks for instances that carry the configured tags. It is safe for concurrent use.
type tagSearch struct {
	mu      sync.Mutex
	missing []wantedTag // tags that were not found so far
	seen    bool        // at least one instance
	cut     bool        // not every instance was seen
}

type wantedTag struct {
	variable string
	tag      cloud.Tag
}

func newTagSearch(policy *reactivate.Policy) *tagSearch {
	s := &tagSearch{}
	for _, tag := range policy.IncludeTags {
		s.missing = append(s.missing, wantedTag{"REACTIVATE_INCLUDE_TAGS", tag})
	}
	for _, tag := range policy.ExcludeTags {
		s.missing = append(s.missing, wantedTag{"REACTIVATE_EXCLUDE_TAGS", tag})
	}
	return s
}

// search reads the instances of a region, page by page, until all tags are found.
func (s *tagSearch) search(ctx context.Context, ecs cloud.ECS, region string) {
	query := cloud.Query{AnyStatus: true}
	for range maxTagPages {
		if s.done() {
			return
		}
		page, err := ecs.DescribeInstances(ctx, region, query)
		s.take(page.Instances, err != nil || len(page.Errors) > 0)
		if err != nil || page.NextToken == "" {
			return
		}
		query.NextToken = page.NextToken
	}
	s.take(nil, true)
}

func (s *tagSearch) done() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.missing) == 0
}

func (s *tagSearch) take(instances []cloud.Instance, cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen, s.cut = s.seen || len(instances) > 0, s.cut || cut
	s.missing = slices.DeleteFunc(s.missing, func(w wantedTag) bool {
		return slices.ContainsFunc(instances, func(in cloud.Instance) bool { return w.tag.On(&in) })
	})
}

// checks has a warning for each tag that no instance carries. If there is no instance, or not all were seen, there is nothing to
// say.
func (s *tagSearch) checks() []finding {
	if s.cut || !s.seen {
		return nil
	}
	var checks []finding
	for _, w := range s.missing {
		shown := w.tag.Key
		if !w.tag.AnyValue {
			shown += "=" + w.tag.Value
		}
		checks = append(checks, warning(wording.CheckTags, wording.TagOnNothing.With(w.variable, shown), wording.CheckTagName))
	}
	if len(checks) == 0 {
		checks = append(checks, ok(wording.CheckTags, wording.TagsFound))
	}
	return checks
}
