package history_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"reactivate/internal/fakecloud"
)

// stage is a cloud that can be replaced, and the record of its calls. It lets the cloud decide one call at a time, so the record has the
// calls in the order of their effects.
type stage struct {
	turn  sync.Mutex // held while the cloud decides a call
	limit int        // REACTIVATE_MAX_INSTANCES

	mu      sync.Mutex
	random  *rand.Rand
	fleet   fakecloud.Fleet
	cloud   *fakecloud.Cloud
	calls   []call
	serving int
	idle    time.Time // since when no call is under way
}

func newStage(fleet fakecloud.Fleet, limit int) (*stage, error) {
	s := &stage{random: rand.New(rand.NewPCG(fleet.Seed, 2)), limit: limit}
	return s, s.change(fleet)
}

func (s *stage) change(fleet fakecloud.Fleet) error {
	cloud, err := fakecloud.New(fleet)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fleet, s.cloud, s.calls, s.idle = fleet, cloud, nil, time.Now()
	cloud.OnCall = func(c fakecloud.Call) { // once a call, when its answer is decided
		s.mu.Lock()
		s.calls = append(s.calls, call{c, time.Now(), cpuStalled()})
		s.mu.Unlock()
		s.turn.Unlock()
	}
	return nil
}

const maxLatency = 30 * time.Millisecond

// ServeHTTP answers after a while. A call whose client has gone by then never arrived.
func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	cloud, latency := s.cloud, time.Duration(s.random.Int64N(int64(maxLatency)))
	s.serving++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.serving--
		s.idle = time.Now()
	}()
	if wait(r.Context(), latency) != nil {
		return
	}
	s.turn.Lock() // until OnCall
	cloud.ServeHTTP(w, r)
}

// rest waits until nothing changes any more: no call is under way, no instance is between two states, and so much time has passed since
// the first call.
func (s *stage) rest(ctx context.Context, after time.Duration) error {
	const silence = 200 * time.Millisecond
	for {
		s.mu.Lock()
		still := s.serving == 0 && time.Since(s.idle) > silence && (len(s.calls) == 0 || time.Since(s.calls[0].Time) > after)
		untouched := still && len(s.calls) == 0 // its clock has not begun
		s.mu.Unlock()
		for _, in := range s.cloud.Instances() {
			still = still && (in.Status == fakecloud.Running || in.Status == fakecloud.Stopped)
		}
		if still || untouched {
			return nil
		}
		if err := wait(ctx, 10*time.Millisecond); err != nil {
			return fmt.Errorf("it does not come to rest: %w", err)
		}
	}
}

func (s *stage) history(deliveries []*delivery) *history {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &history{fleet: s.fleet, limit: s.limit, deliveries: deliveries, calls: slices.Clone(s.calls), final: s.cloud.Instances()}
}
