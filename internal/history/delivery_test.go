package history_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"reactivate/internal/fakecloud"
)

// delivery is one event for one process, what it asks for by the contract, and what came of it.
type delivery struct {
	number  int
	process int
	after   time.Duration // since the round began
	killed  time.Duration // after its start; 0: not
	retries int           // how often it was delivered before
	payload []byte

	accounts []string // whose instances it asks for
	regions  []string
	ids      []string // that it names; nil: a sweep
	dryRun   bool
	patient  bool // the platform goes first
	ignored  bool // an event of the functions' own account, where they watch others

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
			again.killed, again.retries = 0, 1
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
	switch random.IntN(7) {
	case 6:
		return stranger(random)
	case 0:
		return r.named(random)
	case 1:
		return r.swept(random.IntN(4) == 0)
	case 2:
		return r.timer("")
	case 3:
		return r.event(r.recharge(pick(random, r.accounts...)))
	case 4:
		return r.event(stateChange(pick(random, r.fleet.Instances...), false))
	default:
		return r.event(stateChange(pick(random, r.fleet.Instances...), true))
	}
}

// event marks an event that is not served.
func (r *round) event(d *delivery) *delivery {
	d.ignored = len(r.watched()) > 0 && d.accounts[0] == ownAccount
	return d
}

// stranger is an event of an account that is nobody's here: a recharge, or an instance that has stopped.
func stranger(random *rand.Rand) *delivery {
	const account = "9999999999999999"
	d := (&round{}).recharge(account)
	if random.IntN(2) == 0 {
		d = stateChange(fakecloud.Instance{ID: "i-bp1stranger0000000000", Account: account, Region: regions[0]}, random.IntN(2) == 0)
	}
	d.ignored = true
	return d
}

// named asks for some instances of an account, for one of another account, and for one that there is not.
func (r *round) named(random *rand.Rand) *delivery {
	d := &delivery{accounts: []string{pick(random, r.accounts...)}, regions: regions, dryRun: random.IntN(8) == 0}
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
	return d
}

func (r *round) swept(dryRun bool) *delivery {
	return &delivery{
		accounts: r.sweeps(), regions: regions, dryRun: dryRun,
		payload: marshal(map[string]any{"sweep": true, "dryRun": dryRun}),
	}
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

func (r *round) recharge(account string) *delivery {
	return &delivery{
		accounts: []string{account}, regions: regions, patient: true,
		payload: marshal(map[string]any{
			"specversion": "1.0", "id": "recharge-1", "source": "my.billing", "type": "my.billing:Account:Recharged",
			"time": "2026-01-02T03:04:05.678+08:00", "aliyunaccountid": account,
			"data": map[string]any{"accountId": account, "regionIds": regions, "amount": "500.00"},
		}),
	}
}

// stateChange is the event that an instance has stopped, from either source.
func stateChange(in fakecloud.Instance, eventBridge bool) *delivery {
	arn := "acs:ecs:" + in.Region + ":" + in.Account + ":instance/" + in.ID
	content := map[string]any{"resourceId": in.ID, "resourceType": "ALIYUN::ECS::Instance", "state": "Stopped"}
	d := &delivery{accounts: []string{in.Account}, regions: []string{in.Region}, ids: []string{in.ID}}
	d.payload = marshal(map[string]any{
		"ver": "1.0", "id": "cms-1", "product": "ECS", "resourceId": arn, "level": "INFO", "name": "Instance:StateChange",
		"status": "Normal", "userId": in.Account, "eventTime": "20260102T030405.678+0800", "regionId": in.Region, "content": content,
	})
	if eventBridge {
		d.payload = marshal(map[string]any{
			"specversion": "1.0", "id": "eb-1", "source": "acs.ecs", "type": "ecs:Instance:StateChange", "subject": arn,
			"time": "2026-01-02T03:04:05.678+08:00", "datacontenttype": "application/json;charset=utf-8", "data": content,
			"aliyunaccountid": in.Account, "aliyunregionid": in.Region,
		})
	}
	return d
}

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of texts always marshal
	}
	return b
}
