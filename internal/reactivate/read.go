package reactivate

import (
	"context"
	"slices"
	"time"

	"reactivate/internal/arrears"
	"reactivate/internal/cloud"
	"reactivate/internal/pace"
)

// read asks the cloud one question, page after page, and tries a page again after a passing error. The question says what to ask and
// what to do with the answer.
type read struct {
	question
	op     string
	lane   *lane
	token  string       // of the page to be asked for; "" for the first
	pages  int          // answered so far
	failed int          // tries of this page that failed
	due    time.Time    // no try before
	err    *cloud.Error // of the last try, if it is tried again
	asked  time.Time    // when it began
	told   time.Time    // when it began, or its last page came
	over   bool         // it has ended
}

// question is what a read asks for.
type question interface {
	// fetch asks for one page. It runs in another goroutine than the account's run, so it must not change the run.
	fetch(ctx context.Context, ecs cloud.ECS, token string) (reply, error)
	// answer handles a page, or the error that ends the read; then the page is empty. sent is when it was asked for.
	answer(a *accountRun, page *reply, err *cloud.Error, sent, now time.Time)
}

// reply is one page of what a read asks for.
type reply struct {
	instances cloud.Page
	regions   []string
	events    []arrears.Event
	balance   cloud.Balance
	next      string // the token of the next page; "" on the last
}

// open tells whether the read has begun and not ended. It may be nil.
func (r *read) open() bool { return r != nil && !r.over }

// closed tells whether the read has ended. It may be nil.
func (r *read) closed() bool { return r != nil && r.over }

// lane is one API of one region or account: its pacer, the reads to send, and how many are in flight.
type lane struct {
	pacer  pace.Pacer
	reads  []*read
	flying int
}

const (
	maxPages = 10_000 // of 100 entries each
	maxTries = 5      // of one page, before its read fails. Throttled tries do not count
)

// ask queues a question.
func (a *accountRun) ask(l *lane, op string, q question, now time.Time) *read {
	r := &read{question: q, op: op, lane: l, asked: now, told: now}
	l.reads = append(l.reads, r)
	return r
}

// send sends the reads of a lane that are due, with a limit on how many are in flight.
func (a *accountRun) send(l *lane, most int, now time.Time) {
	for i := 0; i < len(l.reads) && l.flying < most; {
		r := l.reads[i]
		if !r.over && r.due.After(now) {
			a.wakeAt(r.due)
			i++
			continue
		}
		if !r.over {
			slot, wait := l.pacer.Reserve(now)
			if wait > 0 {
				a.wakeAt(now.Add(wait))
				return
			}
			l.flying++
			a.effects = append(a.effects, ask{read: r, token: r.token, slot: slot, sent: now})
		}
		l.reads = slices.Delete(l.reads, i, i+1)
	}
}

// ask is the effect that asks for one page. replied is its answer.
type (
	ask struct {
		read  *read
		token string
		slot  pace.Slot
		sent  time.Time
	}
	replied struct {
		ask
		page reply
		err  error
	}
)

func (e ask) do(ctx context.Context, ecs cloud.ECS) event {
	page, err := e.read.fetch(ctx, ecs, e.token)
	return replied{e, page, err}
}

func (e replied) onto(a *accountRun, now time.Time) {
	r, l := e.read, e.read.lane
	l.flying--
	err := cloud.AsError(r.op, e.err)
	throttled := pacedBy(&l.pacer, e.slot, err, now)
	switch {
	case r.over:
	case throttled:
		r.err = err
		l.reads = append(l.reads, r)
	case err != nil && a.over: // our own deadline ended it
	case err != nil && err.Class == cloud.ClassTransient && r.failed+1 < maxTries:
		r.failed++
		r.err, r.due = err, now.Add(pace.Backoff(r.failed))
		l.reads = append(l.reads, r)
	case err != nil:
		a.endRead(r, err, now)
	default:
		a.onPage(r, &e.page, e.sent, now)
	}
}

// onPage handles a page. Then it ends the read or queues the next page.
func (a *accountRun) onPage(r *read, page *reply, sent, now time.Time) {
	r.pages++
	r.told, r.over = now, page.next == ""
	endless := page.next == r.token || r.pages > maxPages
	r.answer(a, page, nil, sent, now)
	switch {
	case r.over:
	case endless:
		a.endRead(r, &cloud.Error{Op: r.op, Class: cloud.ClassInvalid, Message: "its pages have no end"}, now)
	default:
		r.token, r.failed = page.next, 0
		r.lane.reads = append(r.lane.reads, r)
	}
}

// endRead ends a read with an error.
func (a *accountRun) endRead(r *read, err *cloud.Error, now time.Time) {
	r.over = true
	r.answer(a, &reply{}, err, now, now)
}

// abandon ends a read that was not answered in time. If its last try was refused, that refusal is the error.
func (a *accountRun) abandon(r *read, now time.Time) {
	if r.over {
		return
	}
	cause := cloud.Error{Op: r.op, Class: cloud.ClassTransient, Message: "no answer before the time was up", TimeUp: true}
	if r.err != nil {
		cause = *r.err
		cause.TimeUp = true
	}
	a.endRead(r, &cause, now)
}

// pacedBy passes an answer to a pacer, and tells whether it was throttled.
func pacedBy(p *pace.Pacer, slot pace.Slot, err *cloud.Error, now time.Time) (throttled bool) {
	if err != nil && err.Class == cloud.ClassThrottled {
		p.Throttled(slot, now, err.RetryAfter)
		return true
	}
	p.Answered(slot, now)
	return false
}
