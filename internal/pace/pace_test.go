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

func TestAsFastAsTheCallersWhileAllIsWell(t *testing.T) {
	c := newClock(t, 0)
	for range 1000 {
		if waited := c.answer(); waited != 0 {
			t.Fatalf("waited %v", waited)
		}
	}
}

func TestNeverMoreThanTheMaximum(t *testing.T) {
	c := newClock(t, 4)
	c.answer()
	for range 20 {
		if waited := c.answer(); waited != time.Second/4 {
			t.Fatalf("waited %v, want 250ms", waited)
		}
	}
}

func TestProbesAfterOneTwoFourUpToFifteenSeconds(t *testing.T) {
	c := newClock(t, 0)
	c.throttle(0)
	for i, want := range []time.Duration{1, 2, 4, 8, 15, 15, 15} {
		if waited := c.throttle(0); !about(waited, want*time.Second) {
			t.Errorf("probe %d after %v, want %v", i+1, waited, want*time.Second)
		}
	}
}

func TestOneProbeAtATime(t *testing.T) {
	c := newClock(t, 0)
	c.throttle(0)
	s, _ := c.slot()
	if got := c.wait(); got != pace.Never {
		t.Errorf("a second slot beside the probe after %v, want none", got)
	}
	c.p.Return(s)
	if got := c.wait(); got != 0 {
		t.Errorf("waits %v after the probe was given back, want a probe at once", got)
	}
}

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
	s, _ := c.slot()
	c.p.Answered(flying[0], c.now)
	if got := c.wait(); got != pace.Never {
		t.Errorf("an old answer ended the probing: waits %v", got)
	}
	c.p.Answered(s, c.now)
}

func TestWhatTheAPIAsksForDelaysAndNeverLicenses(t *testing.T) {
	for _, tt := range []struct {
		asked, want time.Duration
	}{
		{30 * time.Second, 30 * time.Second},
		{time.Second, time.Second},
		{time.Millisecond, time.Second / 4}, // a quarter of the own 1 s
	} {
		c := newClock(t, 0)
		c.throttle(tt.asked)
		if waited := c.wait(); !about(waited, tt.want) {
			t.Errorf("asked for %v: waits %v, want %v", tt.asked, waited, tt.want)
		}
	}
	// A unit misread by a factor of a thousand hammers nothing.
	c := newClock(t, 0)
	start, calls := c.now, 0
	for c.now.Sub(start) < 10*time.Second {
		c.throttle(time.Millisecond)
		calls++
	}
	if calls > 8 {
		t.Errorf("made %d calls in ten seconds of refusals, want a few", calls)
	}
}

// served answers calls for a while, so many a second at most, and returns the rate of the last second.
func (c *clock) served(d time.Duration, most float64) (rate float64) {
	end := c.now.Add(d)
	var last []time.Time
	for c.now.Before(end) {
		s, waited := c.slot()
		if every := time.Duration(float64(time.Second) / most); waited < every {
			c.now = c.now.Add(every - waited)
		}
		c.p.Answered(s, c.now)
		last = append(last, c.now)
	}
	n := 0
	for _, at := range last {
		if c.now.Sub(at) < time.Second {
			n++
		}
	}
	return float64(n)
}

func TestAfterTheFirstCutTheRateDoublesEveryHalfSecond(t *testing.T) {
	c := newClock(t, 0)
	c.throttle(0)
	start := c.now
	var at []time.Duration
	for range 40 {
		c.answer()
		at = append(at, c.now.Sub(start))
	}
	first := at[0]
	rate := func(from time.Duration) int {
		n := 0
		for _, d := range at {
			if d >= first+from && d < first+from+time.Second {
				n++
			}
		}
		return n
	}
	if one, two := rate(0), rate(time.Second); one < 2 || one > 8 || two < 2*one || two > 6*one {
		t.Errorf("%d calls in the first second, %d in the next, want a few and then about four times as many", one, two)
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

func TestACutHoldsForASecondAndOneOfARateForTwoSlots(t *testing.T) {
	c := newClock(t, 0)
	for range 20 {
		c.answer()
	}
	c.throttle(0)
	if waited := c.answer(); !about(waited, time.Second) {
		t.Errorf("held %v after the first cut, want 1s", waited)
	}
	c.after(2 * time.Second)
	rate := c.rate()
	c.throttle(0)
	want := 2 / (0.8 * rate)
	if got := c.answer().Seconds(); got < 0.95*want || got > 1.05*want {
		t.Errorf("held %.3f s after a refusal at %.1f a second, want two slots of four fifths: %.3f", got, rate, want)
	}
}

func TestTheMaximumHoldsBesideWhatIsLearned(t *testing.T) {
	c := newClock(t, 4)
	c.throttle(0)
	c.answer()
	if waited := c.answer(); waited != time.Second/2 {
		t.Errorf("waited %v right after a cut, want 500ms: two a second is what is known to be served", waited)
	}
	if got := c.after(10 * time.Second); got < 3.9 || got > 4.1 {
		t.Errorf("%v a second in the end, want the maximum of 4", got)
	}
}

func TestARateThatNobodyUsedIsNotKnownToBeAllowed(t *testing.T) {
	c := newClock(t, 0)
	c.throttle(0)
	c.served(20*time.Second, 5) // the callers make five a second, however much more the rate would allow
	if burst := c.served(time.Second/2, 1000); burst > 15 {
		t.Errorf("%v calls in half a second after five a second, want at most twice what was served, growing", burst)
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
	c := newClock(t, 0)
	c.p.Rand = rand.New(rand.NewPCG(1, 1))
	c.throttle(0)
	again := newClock(t, 0)
	again.p.Rand = rand.New(rand.NewPCG(1, 1))
	again.throttle(0)
	if a, b := c.answer(), again.answer(); a != b {
		t.Errorf("the same numbers, but %v and %v", a, b)
	}
}

func TestProbesKeepTheMaximum(t *testing.T) {
	c := newClock(t, 1)
	for range 5 {
		if waited := c.throttle(5 * time.Millisecond); waited > 0 && waited < time.Second {
			t.Errorf("a probe after %v, want at most one call per second", waited)
		}
	}
}
