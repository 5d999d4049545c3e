package history_test

import (
	"encoding/json"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// receiver gets the messages of runs. It has two webhooks, which fail at random.
type receiver struct {
	server *httptest.Server

	mu     sync.Mutex
	random *rand.Rand
	calm   bool // nothing fails any more
	tries  []*try
}

// try is one request that the receiver got.
type try struct {
	target    string // the request's path
	id        string // of the message
	counts    map[string]int
	start     time.Time
	end       time.Time // of a request that hung: when its client gave up
	delivered bool
}

// What the receiver does with a request.
const (
	takes  = "takes"
	fails  = "fails"
	hangs  = "hangs"
	resets = "resets"
)

func newReceiver(seed uint64) *receiver {
	r := &receiver{random: rand.New(rand.NewPCG(seed, 3))}
	r.server = httptest.NewServer(r)
	return r
}

// targets are the receiver's, as REACTIVATE_NOTIFY names them.
func (r *receiver) targets() string { return r.server.URL + "/one," + r.server.URL + "/two" }

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	start := time.Now()
	var event struct {
		ID   string
		Data struct{ Counts map[string]int }
	}
	body, err := io.ReadAll(req.Body)
	if err != nil || json.Unmarshal(body, &event) != nil {
		return // its client was killed
	}
	t := &try{target: req.URL.Path, id: event.ID, counts: event.Data.Counts, start: start}
	r.mu.Lock()
	act := takes
	if !r.calm {
		act = pick(r.random, takes, takes, takes, takes, takes, takes, takes, takes, takes, takes, fails, fails, fails, hangs, resets, resets)
	}
	t.delivered = act == takes
	r.tries = append(r.tries, t)
	r.mu.Unlock()
	switch act {
	case takes:
		w.WriteHeader(http.StatusNoContent)
	case fails:
		w.WriteHeader(http.StatusInternalServerError)
	case hangs:
		<-req.Context().Done()
		r.mu.Lock()
		t.end = time.Now()
		r.mu.Unlock()
	case resets:
		panic(http.ErrAbortHandler)
	}
}

// take returns what came since the last time. What comes after it succeeds.
func (r *receiver) take() []*try {
	r.mu.Lock()
	defer r.mu.Unlock()
	tries := r.tries
	r.tries, r.calm = nil, true
	return tries
}

// judgeMessages checks that each message is of a run that may send one, has what the run's report has, comes before the answer
// is due, and reaches a target once at most.
func (h *history) judgeMessages(v *violations) {
	for _, d := range h.deliveries {
		if late := d.end.Sub(d.start) - d.timeout; late > d.delays() && d.killed == 0 {
			v.add("%s was answered %v late", d, late)
		}
	}
	delivered := map[string]int{}
	for _, t := range h.tries {
		i := slices.IndexFunc(h.deliveries, func(d *delivery) bool { return d.requestID == t.id })
		if i < 0 {
			v.add("a message of the run %q to %s: there is no such run", t.id, t.target)
			continue
		}
		d := h.deliveries[i]
		// If the list of members could not be read, the run ends in that error, and a message is sent.
		if d.ignored && d.report != nil && d.errorType == "" {
			v.add("%s was ignored, and told of to %s", d, t.target)
		}
		if d.report != nil && !maps.Equal(t.counts, d.report.Counts) {
			v.add("%s has the counts %v in its message, %v in its report", d, t.counts, d.report.Counts)
		}
		due := d.start.Add(d.timeout)
		if late := t.start.Sub(due); late > d.delays() {
			v.add("%s: %s got its message %v after the answer was due", d, t.target, late)
		}
		if late := t.end.Sub(due); late > d.delays() {
			v.add("%s: waited for %s until %v after the answer was due", d, t.target, late)
		}
		if t.delivered {
			delivered[t.target+" "+t.id]++
		}
	}
	for _, key := range slices.Sorted(maps.Keys(delivered)) {
		if n := delivered[key]; n > 1 {
			target, id, _ := strings.Cut(key, " ")
			v.add("the run %s was sent to %s %d times", id, target, n)
		}
	}
}
