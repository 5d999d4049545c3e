package fakecloud

import (
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// fault is a Fault and how far it is used up.
type fault struct {
	spec   *Fault
	number uint64 // in the fleet file
	fitted int    // calls that it fitted
	fired  int
	seen   map[uint64]uint64 // of a fault by chance: how often the same call came
}

func newFault(spec *Fault, number uint64) *fault {
	return &fault{spec: spec, number: number, seen: map[uint64]uint64{}}
}

// nextFault is the fault of a call; nil: none.
func (c *Cloud) nextFault(k *call) *FaultAct {
	for _, f := range c.faults {
		if f.fits(k) && f.fires(k, c.fleet.Seed) {
			return &f.spec.Fault
		}
	}
	return nil
}

func (f *fault) fits(k *call) bool {
	s := f.spec
	return (s.Action == "*" || s.Action == k.q.action) &&
		(s.Account == "" || s.Account == k.key.account.id) &&
		(s.Region == "" || s.Region == k.region) &&
		(s.Instance == "" || slices.Contains(k.ids, s.Instance))
}

func (f *fault) fires(k *call, seed uint64) bool {
	f.fitted++
	if f.fitted <= f.spec.After {
		return false
	}
	if !f.spec.Always && f.fired >= max(1, f.spec.Count) {
		return false
	}
	if f.spec.Chance > 0 && f.draw(k, seed) >= f.spec.Chance {
		return false
	}
	f.fired++
	return true
}

// draw is a number in [0, 1). It depends on the seed, on the call and on how
// often the same call came before, but not on other calls in between.
func (f *fault) draw(k *call, seed uint64) float64 {
	h := fnv.New64a()
	for _, s := range []string{k.q.action, k.key.account.id, k.region, strings.Join(k.ids, ",")} {
		_, _ = h.Write([]byte(s + "\n")) // never fails
	}
	sum := h.Sum64()
	n := f.seen[sum]
	f.seen[sum]++
	bits := mix(seed ^ mix(f.number^mix(sum^mix(n))))
	return float64(bits>>11) / (1 << 53)
}

func (f *FaultAct) kind() FaultKind {
	if f.Kind == "" {
		return ErrorAnswer
	}
	return f.Kind
}

// carriesOut says whether the call still has its effect.
func (f *FaultAct) carriesOut() bool {
	switch f.kind() {
	case Lost, SlowBody, Stale:
		return true
	case ErrorAnswer, HTML502, Empty503, Empty200, Empty500, Reset, Hang, OtherAnswer:
		return false
	}
	return false
}

// status is the HTTP status of a fault that is an answer; 0: it is not an answer.
func (f *FaultAct) status() int {
	switch f.kind() {
	case ErrorAnswer:
		return f.answer().Status
	case HTML502:
		return http.StatusBadGateway
	case Empty503:
		return http.StatusServiceUnavailable
	case Empty200, SlowBody, Stale, OtherAnswer:
		return http.StatusOK
	case Empty500:
		return http.StatusInternalServerError
	case Reset, Hang, Lost:
		return 0
	}
	return 0
}

// answer is the error. Status and message that the fleet leaves out are those of the documents.
func (e *Error) answer() *Error {
	full := *e
	standard, _ := documented(e.Code)
	if full.Status == 0 {
		full.Status = standard.Status
	}
	if full.Message == "" {
		full.Message = strings.ReplaceAll(standard.Message, "%s", "")
	}
	return &full
}

// badGateway is the page of a proxy in front of the API.
const badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
	"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"

// misbehave answers a call that is not carried out.
func (k *call) misbehave(w http.ResponseWriter, r *http.Request) {
	switch k.fault.kind() {
	case ErrorAnswer:
		k.writeError(w, k.fault.answer())
	case HTML502:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte(badGateway))
	case Empty503:
		w.WriteHeader(http.StatusServiceUnavailable)
	case Empty200:
		w.WriteHeader(http.StatusOK)
	case Empty500:
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte("{}"))
	case OtherAnswer:
		body := maps.Clone(k.fault.Body)
		if body == nil {
			body = map[string]any{}
		}
		body["RequestId"] = k.id
		k.write(w, r, body)
	case Hang:
		<-r.Context().Done() // the client gave up, or the server closes
	case Reset, Lost, SlowBody, Stale: // the last three are not for here
		cutOff(w)
	}
}
