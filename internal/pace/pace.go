// Package pace says how fast one API of one region of one account may be called, and how many calls go on at once. It knows neither the API
// nor the callers. A Pacer has no goroutine, timer or lock: its owner tells it the time.
package pace

import (
	"math"
	"math/rand/v2"
	"time"
)

// Pacer spaces calls. The quotas are not public and are shared with everything else that the account runs, so it learns:
//
//   - While all is well, calls go as fast as the callers make them, but never more than max a second.
//   - The first throttled answer stops all calls but one probe. Calls that were under way then say nothing new.
//   - While every probe is refused, probes come after 1, 2, 4 … 15 s, so that a quota counted by the minute costs few
//     calls until its next minute.
//   - It waits as long as the API asks, and at least a quarter of its own delay: the API may count in another unit.
//   - After the first cut the rate is what was just served, less a fifth, and doubles every half second until it is refused:
//     a burst tells little of the quota behind it.
//   - After any later cut it grows back from four fifths of the rate that was refused: quickly at first, hardly near that
//     rate, and beyond it faster again, as TCP's CUBIC does (RFC 9438).
//   - It grows no further than twice what was served in the last second: a rate that nobody used is not known to be allowed.
//
// https://www.alibabacloud.com/help/en/ecs/developer-reference/api-throttling
type Pacer struct {
	Rand *rand.Rand // of the jitter; nil means the process's own

	max float64 // calls a second at most; 0 means no such limit

	rate      float64     // calls a second; 0 means as fast as the callers
	base      float64     // the rate after the last cut
	ceiling   float64     // the rate before it; 0 means that there was none
	resumed   time.Time   // when calls were answered again after the last cut
	next      time.Time   // the first free slot
	notBefore time.Time   // no call starts earlier
	cuts      int         // how often the rate was cut
	refused   int         // cuts in a row without an answer in between
	probing   bool        // one call is out to see whether the API answers again
	answered  []time.Time // the answers of the last second
}

// Slot is the permission to make one call. Each is given back once, by Answered, Throttled or Return.
type Slot struct {
	cuts  int // before it was granted
	probe bool
}

// New makes a Pacer that grants at most maxPerSecond calls a second; 0 means that nothing but the API's answers limits them.
// It is not to be copied once it was used.
func New(maxPerSecond int) Pacer { return Pacer{max: float64(maxPerSecond)} }

// Never is a wait that only the answer to another call ends.
const Never = 24 * time.Hour

const (
	maxProbeDelay = 15 * time.Second
	minRate       = 0.5 // calls a second
	startRate     = 2.0 // calls a second, at least, after the first cut
	cutFactor     = 0.8 // of the rate that was refused
	startGrowth   = 4   // the rate times this each second, while no limited rate was refused
	plateau       = 6.0 // seconds until a rate is back where it was refused
	usedGrowth    = 2   // the rate is at most this times what was served
	floorPart     = 4   // at least the own delay divided by this is waited, whatever the API asks for
)

// Reserve grants a slot, or returns how long to wait before asking again. Never means until another slot is given back.
func (p *Pacer) Reserve(now time.Time) (s Slot, wait time.Duration) {
	if wait := p.notBefore.Sub(now); wait > 0 {
		return Slot{}, wait
	}
	probe := p.refused > 0
	if p.probing {
		return Slot{}, Never
	}
	if wait := p.next.Sub(now); wait > 0 && (!probe || p.max > 0) {
		return Slot{}, wait
	}
	if rate := p.limit(); rate > 0 {
		p.next = now.Add(interval(rate)) // after a probe too: it may have used the last token of the API's bucket
	}
	p.probing = probe
	return Slot{p.cuts, probe}, 0
}

// interval is from one call to the next.
func interval(rate float64) time.Duration { return time.Duration(float64(time.Second) / rate) }

// limit is how many calls a second are granted at most; 0 means that none is too many.
func (p *Pacer) limit() float64 {
	if p.max > 0 && (p.rate == 0 || p.rate > p.max) {
		return p.max
	}
	return p.rate
}

// Return gives back the slot of a call that was not made.
func (p *Pacer) Return(s Slot) {
	if s.probe {
		p.probing = false
	}
}

// Throttled gives back the slot of a call that was refused as one too many. retryAfter is what the API asks to wait, 0 if it
// does not say.
func (p *Pacer) Throttled(s Slot, now time.Time, retryAfter time.Duration) {
	p.Return(s)
	asked := now.Add(p.jitter(retryAfter))
	if s.cuts == p.cuts {
		first := p.rate == 0
		if p.refused == 0 {
			p.slow(now)
		}
		p.cuts++
		p.refused++
		delay := p.probeDelay(first)
		if retryAfter > 0 {
			delay /= floorPart
		}
		p.postpone(now.Add(delay))
	}
	p.postpone(asked)
}

// slow lowers the rate by a fifth: of the rate that was refused or, if there was no limit yet, of what was just served.
func (p *Pacer) slow(now time.Time) {
	p.ceiling = p.rate
	p.rate = max(cutFactor*p.ceiling, minRate)
	if p.ceiling == 0 {
		p.rate = max(cutFactor*p.served(now), startRate)
	}
	p.base = p.rate
}

func (p *Pacer) postpone(t time.Time) {
	if t.After(p.notBefore) {
		p.notBefore = t
	}
}

// probeDelay is how long to wait after a cut: 1, 2, 4 … 15 s, but only two slots if a limited rate was refused once.
func (p *Pacer) probeDelay(first bool) time.Duration {
	if p.refused == 1 && !first {
		return min(2*interval(p.rate), time.Second)
	}
	return p.jitter(min(time.Second<<min(p.refused-1, 4), maxProbeDelay))
}

// Answered gives back the slot of a call that was answered with anything but throttling: the API serves us.
func (p *Pacer) Answered(s Slot, now time.Time) {
	p.Return(s)
	served := p.served(now) + 1
	p.answered = append(p.answered, now)
	if s.cuts != p.cuts {
		return
	}
	if p.refused > 0 {
		p.refused, p.resumed = 0, now
	}
	if p.rate == 0 {
		return
	}
	if grown := min(p.grown(now.Sub(p.resumed).Seconds()), usedGrowth*served); grown > p.rate {
		p.rate = grown
	}
}

// grown is the rate after so many seconds of answers.
func (p *Pacer) grown(age float64) float64 {
	if p.ceiling == 0 {
		return p.base * math.Pow(startGrowth, age)
	}
	left := 1 - age/plateau
	return p.ceiling * (1 - (1-cutFactor)*left*left*left)
}

// served is how many calls the last second answered.
func (p *Pacer) served(now time.Time) float64 {
	old := 0
	for old < len(p.answered) && now.Sub(p.answered[old]) > time.Second {
		old++
	}
	p.answered = append(p.answered[:0], p.answered[old:]...)
	return float64(len(p.answered))
}

// jitter lengthens d by up to a tenth, so that several processes do not come back in step.
func (p *Pacer) jitter(d time.Duration) time.Duration {
	most := int64(d)/10 + 1
	if p.Rand != nil {
		return d + time.Duration(p.Rand.Int64N(most))
	}
	return d + time.Duration(rand.Int64N(most))
}

// Backoff is the pause after a number of failures: 0.5, 1, 2 … 15 s.
func Backoff(failures int) time.Duration {
	return min(time.Second/2<<min(max(failures, 1)-1, 5), 15*time.Second)
}
