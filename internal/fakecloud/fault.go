package fakecloud

import (
	"cmp"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
)

// fault is a Fault and how often it has happened.
type fault struct {
	Fault
	number uint64            // in the fleet file
	fitted int               // calls that it fitted
	fired  int               // calls to which it happened
	seen   map[string]uint64 // with Chance: how often the same call came before
}

func newFault(spec Fault, number int) *fault {
	spec.Fault.Kind = cmp.Or(spec.Fault.Kind, ErrorAnswer)
	return &fault{Fault: spec, number: uint64(number), seen: map[string]uint64{}}
}

// nextFault is the fault of a call; nil: none.
func (c *Cloud) nextFault(k *call) *FaultAct {
	for _, f := range c.faults {
		if f.fits(k) && f.fires(k) {
			return &f.Fault.Fault
		}
	}
	return nil
}

func (f *fault) fits(k *call) bool {
	return (f.Action == "*" || f.Action == k.q.action) &&
		(f.Account == "" || f.Account == k.key.account.ID) &&
		(f.Region == "" || f.Region == k.region) &&
		(f.Instance == "" || slices.Contains(k.ids, f.Instance))
}

func (f *fault) fires(k *call) bool {
	f.fitted++
	usedUp := !f.Always && f.fired >= max(1, f.Count)
	if f.fitted <= f.After || usedUp || f.Chance > 0 && f.draw(k) >= f.Chance {
		return false
	}
	f.fired++
	return true
}

// draw is a number in [0, 1). It depends on the seed, on the call and on how
// often the same call came before, but not on other calls in between.
func (f *fault) draw(k *call) float64 {
	same := strings.Join(append([]string{k.q.action, k.key.account.ID, k.region}, k.ids...), "\n")
	h := fnv.New64a()
	_, _ = h.Write([]byte(same)) // never fails
	n := f.seen[same]
	f.seen[same]++
	return rand.New(rand.NewPCG(k.fleet.Seed^h.Sum64(), f.number<<32|n)).Float64()
}

// carriesOut says whether the call still has its effect.
func (f *FaultAct) carriesOut() bool {
	return f.Kind == Lost || f.Kind == SlowBody || f.Kind == Stale
}

// answer is the error as it is sent: the documents give the status and the message that the fleet leaves out.
func (e *Error) answer() *Error {
	standard, _ := documented(e.Code)
	return &Error{
		Code: e.Code, Status: cmp.Or(e.Status, standard.Status),
		Message: cmp.Or(e.Message, strings.ReplaceAll(standard.Message, "%s", "")),
	}
}

// rawAnswer is an answer that the API itself never gives.
type rawAnswer struct {
	status            int
	contentType, body string
}

var rawAnswers = map[FaultKind]rawAnswer{
	// The page is that of a proxy in front of the API.
	HTML502: {http.StatusBadGateway, "text/html", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
		"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"},
	Empty503: {http.StatusServiceUnavailable, "", ""},
	Empty200: {http.StatusOK, "", ""},
	Empty500: {http.StatusInternalServerError, "application/json;charset=utf-8", "{}"},
}

// misbehave answers a call that is not carried out, and records the answer.
func (k *call) misbehave(w http.ResponseWriter, r *http.Request) {
	switch k.fault.Kind {
	case ErrorAnswer:
		k.refuse(w, r, k.fault.answer())
	case OtherAnswer:
		k.finish(http.StatusOK, "", false)
		body := object{"RequestId": k.id}
		maps.Copy(body, k.fault.Body)
		k.write(w, r, http.StatusOK, body)
	case HTML502, Empty503, Empty200, Empty500:
		answer := rawAnswers[k.fault.Kind]
		k.finish(answer.status, "", false)
		if answer.contentType != "" {
			w.Header().Set("Content-Type", answer.contentType)
		}
		w.WriteHeader(answer.status)
		_, _ = w.Write([]byte(answer.body))
	case Hang:
		k.finish(0, "", false)
		<-r.Context().Done() // the client gave up, or the server closes
	case Reset, Lost, SlowBody, Stale: // the last three are carried out
		k.finish(0, "", false)
		cutOff(w)
	}
}
