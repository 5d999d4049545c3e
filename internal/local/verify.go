package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// finding is one line of verify: an assumption, what was seen, and whether that confirms it.
type finding struct {
	assumption wording.Text
	seen       wording.Words
	judgement  wording.Judgement
}

// verifyTime is the longest time that verify takes, whatever does not answer.
const verifyTime = 9 * time.Second

// verifier looks at a real account. Apart from the test event, all its calls only read.
type verifier struct {
	cloud    *aliyun.Cloud
	creds    aliyun.Credentials
	region   string
	loopback bool // the endpoint is on this machine, so host names say nothing
	notify   bool
	resolve  func(ctx context.Context, host string) error

	mu      sync.Mutex
	answers int
	quotas  []string // headers that show a quota, with their values
}

func runVerify(ctx context.Context, p *program, args []string) (int, error) {
	o, err := p.parseFlags(verifyFlags, args)
	if err != nil {
		return 0, err
	}
	if !o.live {
		return 0, &usageError{wording.VerifyNeedsLive}
	}
	v, err := p.newVerifier(o)
	if err != nil {
		return 0, err
	}
	findings := v.run(ctx)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if o.json {
		fmt.Fprintf(p.stdout, "%s\n", p.findingsJSON(findings))
	} else {
		p.page().findings(findings, o.notify)
	}
	judged := func(as wording.Judgement) bool {
		return slices.ContainsFunc(findings, func(f finding) bool { return f.judgement == as })
	}
	if judged(wording.Differs) || !judged(wording.Holds) { // where nothing holds, nothing could be looked at
		return exitLeft, nil
	}
	return exitDone, nil
}

func (p *program) newVerifier(o options) (*verifier, error) {
	env := liveEnviron(p.environ, o.env, false)
	creds, err := liveCredentials(p.environ)
	if err != nil {
		return nil, err
	}
	region, err := liveRegion(p.environ, env)
	if err != nil {
		return nil, err
	}
	if p.build.Cloud == nil {
		return nil, errors.New("this build knows no cloud")
	}
	cloud, err := p.build.Cloud(env)
	if err != nil {
		return nil, err
	}
	return &verifier{
		cloud: cloud, region: region, notify: o.notify, loopback: lookup(env, "REACTIVATE_ENDPOINT") != "",
		creds:   aliyun.Credentials{AccessKeyID: creds.AccessKeyID, AccessKeySecret: creds.AccessKeySecret, SecurityToken: creds.SecurityToken},
		resolve: resolve,
	}, nil
}

// resolve looks a host up by its name.
func resolve(ctx context.Context, host string) error {
	_, err := net.DefaultResolver.LookupHost(ctx, host)
	return err
}

// run makes all looks. Groups run side by side, the looks of a group one after the other.
func (v *verifier) run(ctx context.Context) []finding {
	ctx, cancel := context.WithTimeout(ctx, verifyTime)
	defer cancel()
	groups := []func(context.Context) []finding{v.account, v.places, v.instances, v.history, v.money, v.deployment, v.event}
	found := make([][]finding, len(groups))
	var wg sync.WaitGroup
	for i, look := range groups {
		wg.Go(func() { found[i] = look(ctx) })
	}
	wg.Wait()
	return append(slices.Concat(found...), v.clock(), v.headers())
}

// look makes one call that reads, and decodes its answer.
func (v *verifier) look(ctx context.Context, api aliyun.API, operation, path, region string, query map[string]string, into any) error {
	answer, err := v.cloud.Look(ctx, v.creds, api, operation, path, region, query)
	return v.take(answer, err, into)
}

var errUnreadable = errors.New("an answer that cannot be read")

func (v *verifier) take(answer aliyun.Answer, err error, into any) error {
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answers++
	for name, values := range answer.Header {
		lower := strings.ToLower(name)
		if strings.Contains(lower, "limit") || strings.Contains(lower, "quota") || strings.Contains(lower, "throttl") {
			v.quotas = append(v.quotas, clean(name+": "+strings.Join(values, ",")))
		}
	}
	if json.Unmarshal(answer.Body, into) != nil {
		return errUnreadable
	}
	return nil
}

// code is ECS's code of a refusal; "" for anything else.
func code(err error) string {
	if refused, ok := errors.AsType[*reactivate.Error](err); ok {
		return refused.Code
	}
	return ""
}

// failed is the finding if a look was not answered, which says nothing about the assumption. An answer that cannot be read
// differs.
func failed(assumption wording.Text, err error) finding {
	if errors.Is(err, errUnreadable) {
		return finding{assumption, wording.SawBadAnswer, wording.Differs}
	}
	why := code(err)
	if refused, ok := errors.AsType[*reactivate.Error](err); ok && why == "" {
		why = refused.Op
		if refused.Status != 0 {
			why = fmt.Sprintf("%s: HTTP %d", refused.Op, refused.Status)
		}
	}
	return finding{assumption, wording.SawNoAnswer.With(clean(why)), wording.CannotTell}
}

// judged is a finding that holds or differs.
func judged(assumption wording.Text, right bool, seen wording.Words) finding {
	if right {
		return finding{assumption, seen, wording.Holds}
	}
	return finding{assumption, seen, wording.Differs}
}

// untold is a finding if the account has nothing that would show it.
func untold(assumption wording.Text, seen wording.Words) finding {
	return finding{assumption, seen, wording.CannotTell}
}

// masked returns an account's number as it may be shown to others.
func masked(id string) string {
	const shown = 2 // digits at each end
	if len(id) < 3*shown {
		return "…"
	}
	return id[:shown] + "…" + id[len(id)-shown:]
}

func (p page) findings(list []finding, sent bool) {
	colours := map[wording.Judgement]string{wording.Holds: green, wording.Differs: red, wording.CannotTell: yellow}
	counts, widest := map[wording.Judgement]int{}, 0
	for _, f := range list {
		counts[f.judgement]++
		widest = max(widest, width(f.judgement.In(p.lang)))
	}
	for _, f := range list {
		p.hanging(p.paint(colours[f.judgement], pad(f.judgement.In(p.lang), widest))+"  ", f.assumption.In(p.lang))
		p.hanging(strings.Repeat(" ", widest+2)+"→ ", clean(f.seen.In(p.lang)))
	}
	fmt.Fprintln(p.w)
	p.paragraph(wording.VerifySummary.Say(p.lang, counts[wording.Holds], counts[wording.Differs], counts[wording.CannotTell]))
	if sent {
		p.paragraph(wording.VerifySent.In(p.lang))
		return
	}
	p.paragraph(wording.VerifyReads.In(p.lang))
}

func (p *program) findingsJSON(list []finding) []byte {
	type line struct {
		Assumption string `json:"assumption"`
		Seen       string `json:"seen"`
		Judgement  string `json:"judgement"`
	}
	lines := make([]line, len(list))
	for i, f := range list {
		lines[i] = line{f.assumption.In(p.lang), clean(f.seen.In(p.lang)), string(f.judgement)}
	}
	return encode(struct {
		Findings []line `json:"findings"`
	}{lines})
}
