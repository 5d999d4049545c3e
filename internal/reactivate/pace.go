package reactivate

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// pacer spaces the calls of one API in one region of one account. The quotas there are not public and
// are shared with everything else that the account runs, so it learns: as fast as its callers while
// all is well; on the first throttled answer it stops, lets one call probe, and goes on at a limited rate. That one
// doubles every half second until it is throttled too, because a burst tells little of the quota behind it. From then on
// it grows back from below the rate that was refused: quickly at first, hardly near that rate, and beyond it faster
// again, as TCP's CUBIC does (RFC 9438). While every probe is refused they come after 1, 2, 4 … 15 s, so a quota
// counted by the minute costs few calls until its next minute.
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-throttling
type pacer struct {
	max float64 // calls a second at most; 0 means no such limit

	mu        sync.Mutex
	rate      float64       // calls a second; 0 means as fast as the callers
	base      float64       // the rate after the last cut
	ceiling   float64       // the rate before it; 0 means that there was none
	age       time.Duration // how long the rate has grown since that cut
	grownAt   time.Time     // when it last grew
	idle      bool          // the callers, not the rate, were what the last call waited for
	next      time.Time     // the first free slot
	notBefore time.Time     // no call starts earlier
	epoch     int           // counts the cuts: calls of an older one say nothing new
	refused   int           // cuts in a row without an answer in between
	probing   bool          // one call is out to see whether the API answers again
	changed   chan struct{} // closed when waiting callers should look again
	answered  []time.Time   // the answers of the last second
}

// slot is the permission to make one call.
type slot struct {
	epoch int
	probe bool
}

func newPacer(maxQPS int) *pacer {
	return &pacer{max: float64(maxQPS), changed: make(chan struct{})}
}

const (
	maxProbeDelay = 15 * time.Second
	minRate       = 0.5 // calls a second
	startRate     = 2.0 // calls a second, at least, after the first cut
	cutFactor     = 0.8 // of the rate that was refused
	startGrowth   = 4   // a second, while no limited rate was refused
	plateau       = 6.0 // seconds until a rate is back where it was refused
)

// wait returns when the next call may start.
func (p *pacer) wait(ctx context.Context) (slot, error) {
	for {
		p.mu.Lock()
		s, delay := p.reserve(time.Now())
		changed := p.changed
		p.mu.Unlock()
		if delay == 0 {
			return s, ctx.Err()
		}
		if err := sleepUntil(ctx, delay, changed); err != nil {
			return slot{}, err
		}
	}
}

// reserve grants a slot, or says how long to wait before asking again.
func (p *pacer) reserve(now time.Time) (slot, time.Duration) {
	if delay := p.notBefore.Sub(now); delay > 0 {
		return slot{}, delay
	}
	if p.refused > 0 {
		if p.probing {
			return slot{}, maxProbeDelay // until the probe is answered
		}
		p.probing = true
		p.next = now.Add(interval(p.limit())) // a bucket that had one token has none for the next call
		return slot{p.epoch, true}, 0
	}
	rate := p.limit()
	if rate == 0 {
		return slot{p.epoch, false}, 0
	}
	if delay := p.next.Sub(now); delay > 0 {
		return slot{}, delay
	}
	p.idle = now.Sub(p.next) > interval(rate)
	p.next = now.Add(interval(rate))
	return slot{p.epoch, false}, 0
}

// interval is from one call to the next.
func interval(rate float64) time.Duration { return time.Duration(float64(time.Second) / rate) }

func (p *pacer) limit() float64 {
	if p.max > 0 && (p.rate == 0 || p.rate > p.max) {
		return p.max
	}
	return p.rate
}

// cancel gives a slot back unused.
func (p *pacer) cancel(s slot) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.probe {
		p.probing = false
		p.wake()
	}
}

// done says how the call of a slot was answered: anything but a throttled answer shows that the API serves us.
func (p *pacer) done(s slot, throttled bool, retryAfter time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if s.probe {
		p.probing = false
	}
	if throttled {
		p.cut(s, now, retryAfter)
	} else {
		p.grow(s, now)
	}
	p.wake()
}

func (p *pacer) cut(s slot, now time.Time, retryAfter time.Duration) {
	if s.epoch == p.epoch {
		first := p.rate == 0
		if p.refused == 0 {
			p.slow(now)
		}
		p.epoch++
		p.refused++
		p.postpone(now.Add(p.probeDelay(first)), retryAfter > 0)
	}
	if retryAfter > 0 {
		p.postpone(now.Add(jitter(retryAfter)), false)
	}
}

// slow lowers the rate: from the one that was refused, or, where none was limited yet, to what was just served.
func (p *pacer) slow(now time.Time) {
	p.ceiling = p.rate
	p.rate = max(cutFactor*p.ceiling, minRate)
	if p.ceiling == 0 {
		p.rate = max(cutFactor*p.served(now), startRate)
	}
	p.base, p.age = p.rate, 0
}

// postpone moves the next call to t, unless it is later already or ECS has its own word.
func (p *pacer) postpone(t time.Time, overruled bool) {
	if !overruled && t.After(p.notBefore) {
		p.notBefore = t
	}
}

// probeDelay is how long to hold after a cut: 1, 2, 4 … 15 s, but a few slots where the rate was nearly right.
func (p *pacer) probeDelay(first bool) time.Duration {
	if p.refused == 1 && !first {
		return min(2*interval(p.rate), time.Second)
	}
	return jitter(min(time.Second<<min(p.refused-1, 4), maxProbeDelay))
}

// grow learns from an answer: a limited rate rises, unless the callers would not use it.
func (p *pacer) grow(s slot, now time.Time) {
	p.answered = append(p.recent(now), now)
	if s.epoch != p.epoch {
		return
	}
	resumed := p.refused > 0
	p.refused = 0
	if p.rate == 0 {
		return
	}
	if !resumed && !p.idle {
		p.age += min(now.Sub(p.grownAt), time.Second)
	}
	p.grownAt = now
	if p.ceiling == 0 {
		p.rate = p.base * math.Pow(startGrowth, p.age.Seconds())
		return
	}
	left := 1 - p.age.Seconds()/plateau
	p.rate = max(p.ceiling*(1-(1-cutFactor)*left*left*left), minRate)
}

// served is how many calls the last second answered.
func (p *pacer) served(now time.Time) float64 { return float64(len(p.recent(now))) }

func (p *pacer) recent(now time.Time) []time.Time {
	old := 0
	for old < len(p.answered) && now.Sub(p.answered[old]) > time.Second {
		old++
	}
	if old > 0 {
		p.answered = append(p.answered[:0], p.answered[old:]...)
	}
	return p.answered
}

func (p *pacer) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// jitter lengthens d by up to a tenth, so that several function instances do not come back in step.
func jitter(d time.Duration) time.Duration {
	return d + time.Duration(rand.Int64N(int64(d)/10+1))
}

// sleepUntil waits for d, or until changed is closed (nil: never).
func sleepUntil(ctx context.Context, d time.Duration, changed <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
