package fakecloud

import "time"

// quotaKey says what a quota is kept for. All callers of an account share it.
// Source: https://help.aliyun.com/zh/ecs/developer-reference/api-throttling
type quotaKey struct {
	quota                   int // its number in the fleet file
	account, region, action string
}

// quotaState is a bucket's tokens, or a window's calls.
type quotaState struct {
	since  time.Time // of the bucket's last use, or the minute that is counted
	tokens float64
	calls  int
}

// throttle counts a call, and refuses it if a quota is used up.
func (k *call) throttle() *Error {
	for i := range k.fleet.Quotas {
		spec := &k.fleet.Quotas[i]
		if spec.Action != "*" && spec.Action != k.Action {
			continue
		}
		key := quotaKey{i, k.AccountID, k.RegionID, k.Action}
		state := k.quotas[key]
		if state == nil {
			state = &quotaState{since: k.Time, tokens: float64(max(1, spec.Burst))}
			k.quotas[key] = state
		}
		take := state.bucket
		if spec.PerMinute > 0 {
			take = state.window
		}
		wait := take(spec, k.Time)
		if wait == 0 {
			continue
		}
		if spec.RetryAfter {
			k.retry = wait
		}
		return apiError("Throttling.User")
	}
	return nil
}

// bucket takes a token. If the bucket is empty, it returns how long until the next token.
func (s *quotaState) bucket(spec *Quota, now time.Time) time.Duration {
	if passed := now.Sub(s.since); passed > 0 {
		s.tokens = min(float64(max(1, spec.Burst)), s.tokens+passed.Seconds()*spec.Rate)
		s.since = now
	}
	if s.tokens < 1 {
		const most = 24 * 3600.0 // seconds; the rate may be tiny
		return max(1, time.Duration(min(most, (1-s.tokens)/spec.Rate)*float64(time.Second)))
	}
	s.tokens--
	return 0
}

// window counts a call of the clock's minute. If the minute is full, it returns how
// long until the next one.
func (s *quotaState) window(spec *Quota, now time.Time) time.Duration {
	minute := now.Truncate(time.Minute)
	if !s.since.Equal(minute) {
		s.since, s.calls = minute, 0
	}
	if s.calls >= spec.PerMinute {
		return minute.Add(time.Minute).Sub(now)
	}
	s.calls++
	return 0
}
