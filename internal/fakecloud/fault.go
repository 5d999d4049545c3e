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

// fault is a fault of the fleet file and how often it has happened.
type fault struct {
	spec   *Fault
	number uint64            // in the fleet file
	fitted int               // calls that it fitted
	fired  int               // calls to which it happened
	seen   map[string]uint64 // with a chance: how often the same call came before
}

// nextFault is the fault of a call. It has no Kind if nothing goes wrong.
func (k *call) nextFault() FaultAct {
	for _, f := range k.faults {
		if f.fits(k) && f.fires(k) {
			act := f.spec.Fault
			act.Kind = cmp.Or(act.Kind, ErrorAnswer)
			return act
		}
	}
	return FaultAct{}
}

func (f *fault) fits(k *call) bool {
	return (f.spec.Action == "*" || f.spec.Action == k.Action) &&
		(f.spec.Region == "" || f.spec.Region == k.RegionID) &&
		(f.spec.Instance == "" || slices.Contains(k.InstanceIDs, f.spec.Instance))
}

func (f *fault) fires(k *call) bool {
	f.fitted++
	usedUp := !f.spec.Always && f.fired >= max(1, f.spec.Count)
	if f.fitted <= f.spec.After || usedUp || f.spec.Chance > 0 && f.draw(k) >= f.spec.Chance {
		return false
	}
	f.fired++
	return true
}

// draw is a random number in [0, 1). It depends on the seed, on the call and on how
// often the same call came before, but not on other calls in between.
func (f *fault) draw(k *call) float64 {
	same := strings.Join(append([]string{k.Action, k.AccountID, k.RegionID}, k.InstanceIDs...), "\n")
	h := fnv.New64a()
	_, _ = h.Write([]byte(same)) // never fails
	n := f.seen[same]
	f.seen[same]++
	return rand.New(rand.NewPCG(k.fleet.Seed^h.Sum64(), f.number<<32|n)).Float64()
}

// carriesOut says whether a call with this fault is carried out all the same.
func (f FaultKind) carriesOut() bool {
	return f == "" || f == Lost || f == SlowBody || f == Stale
}

// rawAnswers are answers that the API itself never gives.
var rawAnswers = map[FaultKind]answer{
	// The page is that of a proxy in front of the API.
	HTML502: {
		status: http.StatusBadGateway, header: map[string]string{"Content-Type": "text/html"}, body: []byte("<h1>502 Bad Gateway</h1>\r\n"),
	},
	Empty503: {status: http.StatusServiceUnavailable},
	Empty200: {status: http.StatusOK},
	Empty500: {status: http.StatusInternalServerError, header: map[string]string{"Content-Type": "application/json;charset=utf-8"}, body: []byte("{}")},
}

// misbehave is the answer to a call that is not carried out. A connection that is reset or hangs gets no answer.
func (k *call) misbehave() answer {
	if k.Fault == ErrorAnswer {
		return k.refuse(k.act.complete())
	}
	if k.Fault == OtherAnswer {
		body := object{"RequestId": k.RequestID}
		maps.Copy(body, k.act.Body)
		return k.respond(http.StatusOK, body)
	}
	return rawAnswers[k.Fault]
}
