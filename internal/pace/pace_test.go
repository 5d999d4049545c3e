package pace_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"reactivate/internal/pace"
)

// clock is the owner of a pacer: it asks for slots as time goes by.
type clock struct {
	t   *testing.T
	p   *pace.Pacer
	now time.Time
}

func newClock(t *testing.T, maxPerSecond int) *clock {
	p := pace.New(maxPerSecond)
	return &clock{t: t, p: &p, now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
}

// slot waits for the next slot, and returns how long that took.
func (c *clock) slot() (pace.Slot, time.Duration) {
	c.t.Helper()
	start := c.now
	for range 100 {
		s, wait := c.p.Reserve(c.now)
		if wait == 0 {
			return s, c.now.Sub(start)
		}
		if wait == pace.Never {
			break
		}
		c.now = c.now.Add(wait)
	}
	c.t.Fatalf("no slot after %v", c.now.Sub(start))
	return pace.Slot{}, 0
}

func (c *clock) wait() time.Duration {
	_, wait := c.p.Reserve(c.now)
	return wait
}

// throttle has the next call refused, and returns how long it waited for its slot.
func (c *clock) throttle(retryAfter time.Duration) time.Duration {
	s, waited := c.slot()
	c.p.Throttled(s, c.now, retryAfter)
	return waited
}

// answer has the next call answered, and returns how long it waited for its slot.
func (c *clock) answer() time.Duration {
	s, waited := c.slot()
	c.p.Answered(s, c.now)
	return waited
}

// about tells whether a delay is the wanted one, or up to a tenth longer.
func about(got, want time.Duration) bool { return got >= want && got <= want+want/10+time.Millisecond }

// call is one call: how long it waits for its slot, and whether it is then throttled. A wait with jitter is up to a tenth longer.
type call struct {
	waits      time.Duration
	jitter     bool
	throttled  bool
	retryAfter time.Duration
}

func TestWaits(t *testing.T) {
	const ms, s = time.Millisecond, time.Second
	answered := func(waits time.Duration) call { return call{waits: waits} }
	probe := func(waits time.Duration) call { return call{waits: waits, jitter: true} }
	throttled := func(waits, retryAfter time.Duration) call { return call{waits, true, true, retryAfter} }
	for _, tt := range []struct {
		name  string
		max   int // calls per second; 0: no limit
		calls []call
	}{
		{"as fast as the callers while all is well", 0, []call{answered(0), answered(0), answered(0)}},
		{"never more than the maximum", 4, []call{answered(0), answered(250 * ms), answered(250 * ms)}},
		{"probes after 1, 2, 4 up to 15 seconds", 0, []call{
			throttled(0, 0), throttled(1*s, 0), throttled(2*s, 0), throttled(4*s, 0), throttled(8*s, 0), throttled(15*s, 0), throttled(15*s, 0), probe(15 * s),
		}},
		{"what the API asks for is waited", 0, []call{throttled(0, 30*s), throttled(30*s, s), probe(s)}},
		{"it licenses no more than four times as many probes", 0, []call{
			throttled(0, ms), throttled(250*ms, ms), throttled(500*ms, ms), throttled(1*s, ms), throttled(2*s, ms), probe(15 * s / 4),
		}},
		{"probes keep the maximum", 1, []call{throttled(0, ms), throttled(1*s, ms), probe(1 * s)}},
		{"the maximum holds beside what is learned", 4, []call{throttled(0, 0), probe(1 * s), answered(500 * ms), answered(500 * ms), answered(250 * ms), answered(250 * ms)}},
		{"after the first cut two a second, which double every half second, up to twice what was served", 0, []call{
			throttled(0, 0), probe(1 * s), answered(500 * ms), answered(500 * ms), answered(250 * ms), answered(s / 6), answered(s / 6),
			answered(s / 8), answered(s / 8), answered(s / 10), answered(s / 12), answered(s / 14),
		}},
		{"probes that are refused do not lower the rate again", 0, []call{
			answered(0), answered(0), answered(0), answered(0), answered(0), throttled(0, 0), throttled(1*s, 0), probe(2 * s), answered(250 * ms),
		}},
		{"a cut holds for a second, and one of a limited rate for two slots", 0, []call{
			answered(0), answered(0), answered(0), answered(0), answered(0), throttled(0, 0), probe(1 * s), throttled(250*ms, 0), answered(625 * ms),
		}},
	} {
		c := newClock(t, tt.max)
		for i, call := range tt.calls {
			slot, waited := c.slot()
			if call.jitter && !about(waited, call.waits) || !call.jitter && waited != call.waits {
				t.Errorf("%s: call %d waited %v, want %v", tt.name, i, waited, call.waits)
			}
			if call.throttled {
				c.p.Throttled(slot, c.now, call.retryAfter)
			} else {
				c.p.Answered(slot, c.now)
			}
		}
	}
}

// TestCallsOnTheirWaySayNothingNew after a cut: one probe alone does.
func TestCallsOnTheirWaySayNothingNew(t *testing.T) {
	c := newClock(t, 0)
	var flying []pace.Slot
	for range 16 {
		s, _ := c.slot()
		flying = append(flying, s)
	}
	for _, s := range flying {
		c.p.Throttled(s, c.now, 0)
	}
	if waited := c.wait(); !about(waited, time.Second) {
		t.Errorf("waits %v after one burst that was refused, want 1s", waited)
	}
	probe, _ := c.slot()
	c.p.Answered(flying[0], c.now)
	if got := c.wait(); got != pace.Never {
		t.Errorf("a second slot beside the probe after %v, want none: an old answer does not end the probing", got)
	}
	c.p.Return(probe)
	if got := c.wait(); got != 0 {
		t.Errorf("waits %v after the probe was given back, want a probe at once", got)
	}
}

// rate is how many calls a second are granted now.
func (c *clock) rate() float64 { return 1 / c.answer().Seconds() }

// after answers calls as fast as they are granted for a while, and returns the rate then.
func (c *clock) after(d time.Duration) float64 {
	for end := c.now.Add(d); c.now.Before(end); {
		c.answer()
	}
	return c.rate()
}

func TestTheRateGrowsBackTowardsWhatWasRefused(t *testing.T) {
	c := newClock(t, 0)
	c.throttle(0)
	c.after(3 * time.Second)
	c.throttle(0)
	refused := c.after(6 * time.Second) // on its plateau, where it hardly grows
	c.throttle(0)
	c.answer()
	start := c.now
	for _, tt := range []struct {
		age  time.Duration
		want float64 // of the rate that was refused
	}{
		{0, 0.8}, {time.Second, 0.884}, {2 * time.Second, 0.941}, {3 * time.Second, 0.975}, {6 * time.Second, 1}, {9 * time.Second, 1.025}, {12 * time.Second, 1.2},
	} {
		if got := c.after(tt.age-c.now.Sub(start)) / refused; got < tt.want-0.012 || got > tt.want+0.012 {
			t.Errorf("after %v: %.3f of what was refused, want %.3f", tt.age, got, tt.want)
		}
	}
}

// TestTheRateHasAFloor of a call every two seconds, and then a probe comes after a second.
func TestTheRateHasAFloor(t *testing.T) {
	c := newClock(t, 0)
	for range 30 {
		c.throttle(0)
		if waited := c.answer(); waited > time.Second+time.Second/10 {
			t.Errorf("a probe after %v, want at most 1 s and a tenth", waited)
		}
	}
	if got := c.answer(); got != 2*time.Second {
		t.Errorf("the next call after %v, want 2 s", got)
	}
}

func TestBackoff(t *testing.T) {
	const ms, s = time.Millisecond, time.Second
	for failures, want := range map[int]time.Duration{0: 500 * ms, 1: 500 * ms, 2: s, 5: 8 * s, 6: 15 * s, 100: 15 * s} {
		if got := pace.Backoff(failures); got != want {
			t.Errorf("%v after %d failures, want %v", got, failures, want)
		}
	}
}

func TestAProbeComesUpToATenthLater(t *testing.T) {
	var shortest, longest time.Duration = time.Hour, 0
	for range 1000 {
		c := newClock(t, 0)
		c.throttle(0)
		waited := c.answer()
		shortest, longest = min(shortest, waited), max(longest, waited)
	}
	if shortest < time.Second || shortest > 1010*time.Millisecond || longest < 1050*time.Millisecond || longest > 1101*time.Millisecond {
		t.Errorf("a thousand probes after %v to %v, want 1s to 1.1s", shortest, longest)
	}
	seeded := func() time.Duration {
		c := newClock(t, 0)
		c.p.Rand = rand.New(rand.NewPCG(1, 1))
		c.throttle(0)
		return c.answer()
	}
	if a, b := seeded(), seeded(); a != b {
		t.Errorf("the same numbers, but %v and %v", a, b)
	}
}
