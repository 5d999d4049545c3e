package history_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"reactivate/internal/fakecloud"
)

// delivery is one event for one process, what it asks for by docs/events.md, and what came of it.
type delivery struct {
	number  int
	process int
	after   time.Duration // since the round began
	killed  time.Duration // after its start; 0: not
	payload []byte

	accounts []string // whose instances it asks for
	regions  []string
	ids      []string // that it names; nil: a sweep or a watch
	looks    []string // of these, those that only an old event names: they are looked at and not called
	watch    bool     // nothing is called
	dryRun   bool
	person   bool // somebody waits for it
	patient  bool // the platform goes first
	billing  bool
	ignored  bool // an event of an account that is not served
	refused  bool // a request for such an account

	requestID  string
	start, end time.Time
	timeout    time.Duration // of the function
	stalled    time.Duration // how long some task of the machine waited for a processor meanwhile
	lost       bool          // killed, or the process died, or its time ran out: no report
	errorType  string        // of the error that it ended in
	report     *report       // nil if lost
}

// String names a delivery in a failure.
func (d *delivery) String() string {
	return fmt.Sprintf("delivery %d (process %d, request %s: %s)", d.number, d.process, d.requestID, d.payload)
}

// onlyLooks tells whether a delivery may call nothing at all.
func (d *delivery) onlyLooks() bool {
	return d.watch || d.ids != nil && len(d.looks) == len(d.ids)
}

func (r *round) addDeliveries(random *rand.Rand) {
	for range 4 + random.IntN(3) {
		d := r.delivery(random)
		d.after = between(random, 0, 1200)
		if random.IntN(4) == 0 {
			d.killed = between(random, 5, 900)
		}
		r.deliver(random, d)
		if d.killed > 0 && random.IntN(2) == 0 || random.IntN(5) == 0 { // redelivered, or delivered twice
			again := *d
			again.killed = 0
			again.after += between(random, 0, 1000)
			r.deliver(random, &again)
		}
	}
}

func (r *round) deliver(random *rand.Rand, d *delivery) {
	d.number, d.process = len(r.deliveries), random.IntN(processes)
	d.requestID = fmt.Sprintf("1-%08x-%012x-%08x", uint32(r.seed), d.number, random.Uint32())
	r.deliveries = append(r.deliveries, d)
}

func (r *round) delivery(random *rand.Rand) *delivery {
	switch random.IntN(14) {
	case 0:
		return unknownAccount(random)
	case 1:
		return r.named(random)
	case 2:
		return r.sweep(random.IntN(2) == 0)
	case 3, 4:
		return r.timer("")
	case 5, 6, 7:
		return r.event(r.recharge(pick(random, r.accounts...)))
	case 8:
		return r.event(r.paid(random))
	case 9:
		return r.queued(random)
	case 10:
		return r.watching(random)
	case 11:
		return r.event(r.batch(random))
	default:
		return r.event(pick(random, stateChange, stateChangeByEventBridge)(pick(random, r.fleet.Instances...), pick(random, fresh...)))
	}
}

// event marks an event of an account that is not served.
func (r *round) event(d *delivery) *delivery {
	d.ignored = r.closed(d.accounts[0])
	return d
}

// unknownAccount is an event of an account that is nobody's here.
func unknownAccount(random *rand.Rand) *delivery {
	d := stateChange(fakecloud.Instance{ID: "i-bp1nobody0000000000001", Account: "9999999999999999", Region: regions[0]}, random.IntN(2) == 0)
	d.ignored = true
	return d
}

// named is a person's request for some instances of an account, for one of another account, and for one that does not exist.
func (r *round) named(random *rand.Rand) *delivery {
	d := &delivery{accounts: []string{pick(random, r.accounts...)}, regions: regions, dryRun: random.IntN(4) == 0, person: true}
	d.ids = []string{fmt.Sprintf("i-bp1gone%010d", random.IntN(1000))}
	for _, in := range r.fleet.Instances {
		if in.Account == d.accounts[0] && random.IntN(2) == 0 || random.IntN(12) == 0 {
			d.ids = append(d.ids, in.ID)
		}
	}
	body := map[string]any{"instanceIds": append(slices.Clone(d.ids), d.ids[0]), "dryRun": d.dryRun}
	if d.accounts[0] != ownAccount || random.IntN(2) == 0 {
		body["accountId"] = d.accounts[0]
	}
	d.payload = marshal(body)
	d.refused = r.closed(d.accounts[0])
	return d
}

func (r *round) sweep(dryRun bool) *delivery {
	return &delivery{
		accounts: r.sweeps(), regions: regions, dryRun: dryRun, person: true,
		payload: marshal(map[string]any{"sweep": true, "dryRun": dryRun}),
	}
}

// watching is a watch, by a person or a timer.
func (r *round) watching(random *rand.Rand) *delivery {
	d := &delivery{accounts: r.sweeps(), regions: regions, watch: true}
	body := marshal(map[string]any{"watch": "5m"})
	d.payload = body
	if random.IntN(2) == 0 {
		d.payload = marshal(map[string]any{"triggerTime": time.Now().UTC().Format(time.RFC3339), "triggerName": "watch", "payload": string(body)})
	}
	return d
}

// timer is a sweep of the configured accounts, or of the one named.
func (r *round) timer(account string) *delivery {
	d := &delivery{accounts: r.sweeps(), regions: regions, patient: true}
	payload := ""
	if account != "" {
		d.accounts = []string{account}
		payload = string(marshal(map[string]any{"sweep": true, "accountId": account}))
	}
	d.payload = marshal(map[string]any{"triggerTime": "2026-01-02T03:00:00Z", "triggerName": "sweep", "payload": payload})
	return d
}

// ofOne picks some of the instances of one account and region.
func (r *round) ofOne(random *rand.Rand) *delivery {
	first := pick(random, r.fleet.Instances...)
	d := &delivery{accounts: []string{first.Account}, regions: []string{first.Region}, ids: []string{first.ID}, patient: true}
	for _, in := range r.fleet.Instances {
		if in.Account == first.Account && in.Region == first.Region && in.ID != first.ID && random.IntN(2) == 0 {
			d.ids = append(d.ids, in.ID)
		}
	}
	return d
}

// queued is a message of a queue that names instances: nobody waits for it.
func (r *round) queued(random *rand.Rand) *delivery {
	for {
		d := r.ofOne(random)
		d.payload = marshal([]any{map[string]any{"instanceIds": d.ids, "regionId": d.regions[0], "accountId": d.accounts[0]}})
		if !r.closed(d.accounts[0]) {
			return d
		}
	}
}

func (r *round) recharge(account string) *delivery {
	return &delivery{
		accounts: []string{account}, regions: regions, patient: true, billing: true,
		payload: eventBridge("my.billing", "my.billing:Account:Recharged", account, "", "2026-01-02T03:04:05.678+08:00",
			map[string]any{"accountId": account, "regionIds": regions, "amount": "500.00"}),
	}
}

// paid is a billing event that names instances.
func (r *round) paid(random *rand.Rand) *delivery {
	d := r.ofOne(random)
	d.billing = true
	d.payload = eventBridge("my.billing", "my.billing:Instances:Paid", d.accounts[0], "", "2026-01-02T03:04:05.678+08:00",
		map[string]any{"accountId": d.accounts[0], "regionId": d.regions[0], "instanceIds": d.ids})
	return d
}

// batch is a fresh and an old event of one account in one payload: each is treated as what it is.
func (r *round) batch(random *rand.Rand) *delivery {
	one := pick(random, r.fleet.Instances...)
	other := one
	for _, in := range r.fleet.Instances {
		if in.Account == one.Account && in.ID != one.ID && random.IntN(2) == 0 {
			other = in
		}
	}
	first, second := stateChangeByEventBridge(one, true), stateChangeByEventBridge(other, false)
	d := &delivery{accounts: []string{one.Account}, regions: unique([]string{one.Region, other.Region}), ids: unique([]string{one.ID, other.ID})}
	if other.ID != one.ID {
		d.looks = []string{other.ID}
	}
	payloads := []json.RawMessage{first.payload, second.payload}
	if random.IntN(2) == 0 {
		slices.Reverse(payloads)
	}
	d.payload = marshal(payloads)
	return d
}

// fresh is for pick: two of three events are fresh. A queue may have held the third for days, so it does not show what is now.
var fresh = []bool{true, true, false}

// eventTime is the time that an event carries. A fresh event's is now, in the future, or absent. Any other's is old or unreadable.
func eventTime(isFresh bool, layout string, n int) string {
	if isFresh {
		return []string{time.Now().Format(layout), time.Now().Add(time.Hour).Format(layout), ""}[n%3]
	}
	return []string{time.Now().Add(-11 * time.Minute).Format(layout), "2026-01-02T03:04:05.678+08:00", "yesterday"}[n%3]
}

// ofInstance is an event of one instance: it is called at once if the event is fresh, and only looked at if not.
func ofInstance(in fakecloud.Instance, isFresh bool) *delivery {
	d := &delivery{accounts: []string{in.Account}, regions: []string{in.Region}, ids: []string{in.ID}}
	if !isFresh {
		d.looks = d.ids
	}
	return d
}

func arn(in fakecloud.Instance) string {
	return "acs:ecs:" + in.Region + ":" + in.Account + ":instance/" + in.ID
}

// stateChange is CloudMonitor's event that an instance has stopped.
func stateChange(in fakecloud.Instance, isFresh bool) *delivery {
	d := ofInstance(in, isFresh)
	d.payload = marshal(map[string]any{
		"ver": "1.0", "id": "cms-1", "product": "ECS", "resourceId": arn(in), "level": "INFO", "name": "Instance:StateChange", "status": "Normal",
		"userId": in.Account, "eventTime": eventTime(isFresh, "20060102T150405.000Z0700", lastDigit(in)), "regionId": in.Region,
		"content": map[string]any{"resourceId": in.ID, "resourceType": "ALIYUN::ECS::Instance", "state": "Stopped"},
	})
	return d
}

// stateChangeByEventBridge is EventBridge's event of the same.
func stateChangeByEventBridge(in fakecloud.Instance, isFresh bool) *delivery {
	d := ofInstance(in, isFresh)
	d.payload = eventBridge("acs.ecs", "ecs:Instance:StateChange", in.Account, arn(in), eventTime(isFresh, "2006-01-02T15:04:05.000Z07:00", lastDigit(in)),
		map[string]any{"resourceId": in.ID, "resourceType": "ALIYUN::ECS::Instance", "state": "Stopped"})
	return d
}

func lastDigit(in fakecloud.Instance) int { return int(in.ID[len(in.ID)-1] - '0') }

func eventBridge(source, kind, account, subject, at string, content map[string]any) []byte {
	return marshal(map[string]any{
		"specversion": "1.0", "id": "eb-1", "source": source, "type": kind, "subject": subject,
		"time": at, "datacontenttype": "application/json;charset=utf-8", "data": content, "aliyunaccountid": account,
	})
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of texts always marshal
	}
	return b
}
