// Package history_test proves the built function against the fake cloud, the way databases are proved. Several processes run at once,
// with random faults, kills, and duplicate, late and reordered events. Then the whole history of their calls is checked.
//
// The domain's decisions are proved by its own simulation too, which needs no processes and less time. Here the domain runs together with
// everything around it: HTTP, signatures, roles, the directory, decoders, deadlines, and other processes.
package history_test

import (
	"context"
	"errors"
	"flag"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	firstSeed = flag.Uint64("history.seed", 1, "seed of the first round; 0: by the clock")
	rounds    = flag.Int("history.rounds", 8, "rounds, each with a seed one higher")
	prebuilt  = flag.String("history.binary", "", "a binary to prove instead of the one built from these sources")
	atOnce    = flag.Int("history.parallel", 16, "rounds side by side: they mostly wait")
)

// TestHistory plays rounds and checks their histories. A seed decides the fleet, its faults, what the platform does and when,
// the deliveries, their times and payloads, the deadlines and the kills. It does not decide how the processes interleave, so a
// failure may take a few repetitions to show again: -count.
func TestHistory(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts processes")
	}
	seed := *firstSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	binary := build(t)
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		total = tally{}
	)
	slots := make(chan struct{}, max(1, *atOnce))
	for n := range uint64(max(0, *rounds)) {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			one := play(t, binary, seed+n)
			mu.Lock()
			defer mu.Unlock()
			total.add(one)
		})
	}
	wg.Wait()
	t.Logf("%d rounds from seed %d: %v", *rounds, seed, total)
	if idle := total.idle(*rounds); len(idle) > 0 && *rounds > 1 { // one is a replay
		t.Errorf("not once in all rounds: %q", idle)
	}
}

// build builds the deployed program. It tries the money again sooner, because a round lasts seconds.
func build(t *testing.T) string {
	t.Helper()
	if *prebuilt != "" {
		return *prebuilt
	}
	binary := filepath.Join(t.TempDir(), "main")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-tags", "function", "-ldflags", "-X reactivate/handler.retryInterval="+retry.String(), "-o", binary, "reactivate")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// play plays a round, then sweeps its end state in a cloud without faults, and checks both histories.
func play(t *testing.T, binary string, seed uint64) tally {
	t.Helper()
	r := newRound(seed)
	rough, calm, err := r.run(t.Context(), binary)
	var found []string
	if err != nil {
		found = append(found, err.Error())
	} else {
		found = append(rough.violations(), calm.violations()...)
		if r.limit == 0 {
			found = append(found, calm.leftStopped(r.closed)...)
		}
	}
	if len(found) > 0 {
		t.Errorf("seed %d breaks %d invariants:\n  %s\n%s\nreplay: go test ./internal/history -run TestHistory -history.seed=%d -history.rounds=1 -count=20 -failfast",
			seed, len(found), strings.Join(found, "\n  "), rough.trace(found), seed)
	}
	if err != nil {
		return tally{}
	}
	one := rough.tally()
	one.add(calm.tally())
	return one
}

// run plays the deliveries in front of the round's cloud. When nothing changes any more, it plays a sweep of every account in front of
// a second cloud, which begins as the first one ended and has no faults.
func (r *round) run(ctx context.Context, binary string) (rough, calm *history, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	s, err := newStage(r.fleet, r.limit)
	if err != nil {
		return nil, nil, err
	}
	server := httptest.NewServer(s)
	defer server.Close()
	running, err := r.start(ctx, binary, server.URL)
	defer closeAll(running)
	if err != nil {
		return nil, nil, err
	}
	if err := deliver(ctx, running, r.deliveries); err != nil {
		return nil, nil, err
	}
	if err := wait(ctx, r.falls); err != nil {
		return nil, nil, err
	}
	if err := s.rest(ctx, r.quiet); err != nil {
		return nil, nil, err
	}
	rough = s.history(r.deliveries)
	if err := s.change(calmed(r.fleet, rough.final)); err != nil {
		return nil, nil, err
	}
	sweeps := r.calmSweeps()
	if err := deliver(ctx, running, sweeps); err != nil {
		return nil, nil, err
	}
	if err := s.rest(ctx, 0); err != nil {
		return nil, nil, err
	}
	calm = s.history(sweeps)
	closeAll(running) // after it the logs are whole
	return rough, calm, readReports(running, slices.Concat(r.deliveries, sweeps))
}

func closeAll(running []*process) {
	for _, p := range running {
		p.function.Close()
	}
}

// deliver hands each process its deliveries, each at its time.
func deliver(ctx context.Context, running []*process, deliveries []*delivery) error {
	var wg sync.WaitGroup
	errs := make([]error, len(running))
	began := time.Now()
	for i, p := range running {
		var mine []*delivery
		for _, d := range deliveries {
			if d.process == i {
				mine = append(mine, d)
			}
		}
		slices.SortStableFunc(mine, func(a, b *delivery) int { return int(a.after - b.after) })
		wg.Go(func() {
			for _, d := range mine {
				if errs[i] = wait(ctx, time.Until(began.Add(d.after))); errs[i] == nil {
					errs[i] = p.serve(ctx, d)
				}
				if errs[i] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
