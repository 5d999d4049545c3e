// Package history_test proves the built function against the fake cloud, the way databases are proved. Several processes run at once,
// with random faults, kills, and duplicate, late and reordered events. Then the whole history of their calls is checked.
package history_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
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
		total tally
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
	t.Logf("%d rounds from seed %d: %s", *rounds, seed, total)
	idle := total.starts == 0 || total.reports == 0 || total.calls == 0 || total.told == 0 || total.told == total.tries ||
		*rounds >= 8 && (total.balances == 0 || total.lists == 0 || total.looked == 0) || *rounds >= 100 && (total.fell == 0 || total.signs == 0 || total.refused == 0)
	if idle && *rounds > 1 { // one is a replay
		t.Errorf("%s: a test in which nothing happens shows nothing", total)
	}
}

// TestWhatItsOwnerStoppedStaysStopped plays the case in which a recharge could start an instance that its owner had stopped: the bill is
// paid while the event's run waits for money, and the platform takes a while, but less than the grace, to restore everything.
func TestWhatItsOwnerStoppedStaysStopped(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts processes")
	}
	owes := -5.0
	r := newRound(1)
	r.accounts, r.except, r.limit, r.told, r.timeouts = []string{ownAccount}, "", 0, false, []time.Duration{20 * time.Second}
	r.fleet.Accounts = r.fleet.Accounts[:1]
	r.fleet.Accounts[0].Site, r.fleet.Accounts[0].Balance = fakecloud.China, &owes
	r.fleet.Accounts[0].FallsAfter, r.fleet.Accounts[0].SettlesAfter = 0, fakecloud.Duration(500*time.Millisecond)
	r.fleet.LifeCycle.RestoreAfter = fakecloud.Duration(grace * 2 / 3)
	r.fleet.Faults, r.fleet.Quotas, r.fleet.Instances = nil, nil, nil
	for n := range 8 {
		r.fleet.Instances = append(r.fleet.Instances, fakecloud.Instance{
			ID: fmt.Sprintf("i-bp1owner%d0", n), Account: ownAccount, Region: regions[n%2], Status: fakecloud.Stopped, Locks: []string{"financial"},
			OwnerStopped: n >= 6, Platform: fakecloud.Platform{Fails: n < 2},
		})
	}
	d := r.recharge(ownAccount)
	d.requestID = "1-00000000-000000000000-00000000"
	r.deliveries = []*delivery{d}
	rough, _, err := r.run(t.Context(), build(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range rough.final {
		if in.OwnerStopped != (in.Status == fakecloud.Stopped) {
			t.Errorf("%s is %s, its owner had stopped it: %t", in.ID, in.Status, in.OwnerStopped)
		}
	}
	if found := rough.violations(); len(found) > 0 || t.Failed() {
		t.Errorf("%v\n%s", found, rough.trace([]string{"i-bp1owner"}))
	}
	if d.report == nil || d.report.Counts["reactivated"] != 2 || d.report.Counts["skipped"] != 2 {
		t.Errorf("got %v, want the two reactivated that the platform leaves", d.report)
	}
}

// tally counts what happened, so that a test in which nothing happens is noticed.
type tally struct {
	deliveries, lost, reports, calls, faults, starts, signs, capped int
	balances, lists, refused                                        int
	looked, fell                                                    int
	tries, told                                                     int
}

func (t *tally) add(o tally) {
	t.deliveries, t.lost, t.reports = t.deliveries+o.deliveries, t.lost+o.lost, t.reports+o.reports
	t.calls, t.faults, t.starts = t.calls+o.calls, t.faults+o.faults, t.starts+o.starts
	t.signs, t.capped = t.signs+o.signs, t.capped+o.capped
	t.balances, t.lists, t.refused = t.balances+o.balances, t.lists+o.lists, t.refused+o.refused
	t.looked, t.fell = t.looked+o.looked, t.fell+o.fell
	t.tries, t.told = t.tries+o.tries, t.told+o.told
}

func (t tally) String() string {
	return fmt.Sprintf("%d deliveries, %d of them killed or out of time, %d reports, %d API calls, %d of them with faults, %d instances started, %d signs of settlements, %d runs over their cap, %d balances read, %d lists of accounts, %d requests for accounts that are not served, %d overdue instances only looked at, %d that fell back, %d tries to tell people, of which %d succeeded",
		t.deliveries, t.lost, t.reports, t.calls, t.faults, t.starts, t.signs, t.capped, t.balances, t.lists, t.refused, t.looked, t.fell, t.tries, t.told)
}

// built is the deployed program, with shorter intervals than a round has time for. It is built once.
var built = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(buildDir, "main")
	flags := "-X reactivate/handler.retryInterval=" + retry.String() + " -X reactivate/handler.listInterval=" + listLasts.String()
	out, err := exec.Command("go", "build", "-tags", "function", "-ldflags", flags, "-o", binary, "reactivate").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return binary, nil
})

var buildDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "history")
	if err != nil {
		panic(err)
	}
	buildDir = dir
	code := m.Run()
	os.RemoveAll(dir) //nolint:errcheck // a file that is left behind does no harm
	os.Exit(code)
}

func build(t *testing.T) string {
	t.Helper()
	if *prebuilt != "" {
		return *prebuilt
	}
	binary, err := built()
	if err != nil {
		t.Fatal(err)
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
			found = append(found, calm.leftStopped(r.except)...)
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

// run plays the deliveries in front of the round's cloud and, when nothing moves any more, a sweep of every account in
// front of a cloud that is as the first one ended, but without faults.
func (r *round) run(ctx context.Context, binary string) (rough, calm *history, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	s, err := newStage(r.fleet, r.limit)
	if err != nil {
		return nil, nil, err
	}
	server := httptest.NewServer(s)
	defer server.Close()
	people := newReceiver(r.seed)
	defer people.server.Close()
	running, err := r.start(ctx, binary, server.URL, people.targets())
	defer func() {
		for _, p := range running {
			p.function.Close()
		}
	}()
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
	rough = s.history(r.deliveries, people.take())
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
	return rough, s.history(sweeps, people.take()), nil
}

// deliver hands each process its deliveries, in the order of their times and at them.
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
