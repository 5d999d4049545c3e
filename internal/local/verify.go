package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
	"reactivate/internal/wording"
)

// finding is an assumption and the verdict on it, in the reader's language.
type finding struct {
	Assumption string            `json:"assumption"`
	Seen       string            `json:"seen"`
	Judgement  wording.Judgement `json:"judgement"`
}

func (v *verifier) found(assumption wording.Text, of verdict) finding {
	return finding{assumption.In(v.lang), withoutIDs(wording.Printable(of.seen.In(v.lang))), of.judgement}
}

var (
	instanceID = regexp.MustCompile(`(^|[^0-9A-Za-z])(i-|AY)[0-9A-Za-z]{8,}`)
	longNumber = regexp.MustCompile(`[0-9]{12,}`)
)

// withoutIDs masks the ids of instances and the numbers of accounts, which may stand in any part of an answer: a code, a header, a name.
func withoutIDs(text string) string {
	return longNumber.ReplaceAllStringFunc(instanceID.ReplaceAllString(text, "$1$2…"), masked)
}

// verdict is what was seen, and whether that confirms the assumption.
type verdict struct {
	seen      wording.Words
	judgement wording.Judgement
}

func holds(seen wording.Words) verdict      { return verdict{seen, wording.Holds} }
func differs(seen wording.Words) verdict    { return verdict{seen, wording.Differs} }
func cannotTell(seen wording.Words) verdict { return verdict{seen, wording.CannotTell} }

func judged(right bool, seen wording.Words) verdict {
	if right {
		return holds(seen)
	}
	return differs(seen)
}

// unless replaces the verdict if the call failed, because then nothing was seen. An answer that cannot be read is no failed call: it
// differs from what was assumed.
func (v verdict) unless(err error) verdict {
	e := refusal(err)
	why := e.Code
	switch {
	case err == nil:
		return v
	case errors.Is(err, errUnreadable):
		return differs(wording.SawBadAnswer)
	case why == "" && e.Status != 0:
		why = fmt.Sprintf("%s: HTTP %d", e.Op, e.Status)
	case why == "":
		why = e.Op
	}
	return cannotTell(wording.SawNoAnswer.With(why))
}

// refusal returns the error that the cloud answered; the zero value if there was no answer.
func refusal(err error) cloud.Error {
	if e, ok := errors.AsType[*cloud.Error](err); ok {
		return *e
	}
	return cloud.Error{}
}

// tellsNothing reports whether an answer says nothing about what was assumed: it is no refusal, or one that passes, or one that keys,
// permissions or a clock caused.
func tellsNothing(e cloud.Error) bool {
	return e.Code == "" || e.Class.Passing() || e.Class == cloud.ClassDenied || e.Hint != ""
}

// verifyTime is the longest time that verify takes, even if nothing answers.
const verifyTime = 9 * time.Second

// verifier looks at a real account. Apart from the test event, all its calls only read.
type verifier struct {
	cloud   *aliyun.Cloud
	creds   aliyun.Credentials
	region  string
	notify  bool
	lang    wording.Lang
	resolve func(ctx context.Context, host string) ([]string, error) // nil: the endpoint is on this machine, so names say nothing

	mu      sync.Mutex
	taken   bool     // CloudMonitor took the test event
	answers int      // that came
	quotas  []string // headers that show a quota, with their values
}

func (p *program) runVerify(ctx context.Context, o options) (left bool, err error) {
	if !o.live {
		return false, &usageError{wording.VerifyNeedsLive}
	}
	env := liveEnviron(p.environ, o.env, false)
	v := &verifier{notify: o.notify, lang: p.lang}
	if v.creds, v.region, err = liveCaller(p.environ, env); err != nil {
		return false, err
	}
	if v.cloud, err = p.build.Cloud(env); err != nil {
		return false, err
	}
	if lookup(env, "REACTIVATE_ENDPOINT") == "" {
		v.resolve = net.DefaultResolver.LookupHost
	}
	findings := v.run(ctx)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if o.json {
		fmt.Fprintf(p.stdout, "%s\n", encode(map[string]any{"findings": findings}))
	} else {
		p.findings(findings)
		p.paragraph(v.changed().In(p.lang))
	}
	anyDiffers, anyHolds := false, false
	for _, f := range findings {
		isClock := f.Assumption == wording.AssumeClock.In(p.lang) // a refused call tells the time as well
		anyDiffers = anyDiffers || f.Judgement == wording.Differs
		anyHolds = anyHolds || f.Judgement == wording.Holds && !isClock
	}
	return anyDiffers || !anyHolds, nil // if nothing holds, no call was answered
}

// changed says what the calls changed.
func (v *verifier) changed() wording.Text {
	switch {
	case v.taken:
		return wording.VerifySent
	case v.notify:
		return wording.VerifyNotTaken
	}
	return wording.VerifyReads
}

// run makes all checks. The groups run side by side, the checks of a group one after the other.
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
	return append(slices.Concat(found...), v.found(wording.AssumeClock, v.clock()), v.found(wording.AssumeQuotas, v.headers()))
}

// read makes one call that only reads.
func (v *verifier) read(ctx context.Context, api aliyun.API, operation, path string, query map[string]string, into any) error {
	answer, err := v.cloud.Look(ctx, v.creds, api, operation, path, v.region, query)
	return v.take(answer, err, into)
}

// readLogs makes one call of Simple Log Service that only reads.
func (v *verifier) readLogs(ctx context.Context, operation, region, project, path string, into any) error {
	answer, err := v.cloud.LookLogs(ctx, v.creds, operation, region, project, path)
	return v.take(answer, err, into)
}

var errUnreadable = errors.New("an answer that cannot be read")

// take decodes an answer, and keeps the headers that show a quota.
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
			v.quotas = append(v.quotas, name+": "+strings.Join(values, ","))
		}
	}
	if json.Unmarshal(answer.Body, into) != nil {
		return errUnreadable
	}
	return nil
}

func (p page) findings(list []finding) {
	colours := map[wording.Judgement]string{wording.Holds: green, wording.Differs: red, wording.CannotTell: yellow}
	counts, widest := map[wording.Judgement]int{}, 0
	for _, f := range list {
		counts[f.Judgement]++
		widest = max(widest, width(f.Judgement.In(p.lang)))
	}
	for _, f := range list {
		p.hanging(p.paint(colours[f.Judgement], pad(f.Judgement.In(p.lang), widest))+gap, f.Assumption)
		p.hanging(pad("", widest)+gap+"→ ", f.Seen)
	}
	fmt.Fprintln(p.w)
	p.paragraph(wording.VerifySummary.Say(p.lang, counts[wording.Holds], counts[wording.Differs], counts[wording.CannotTell]))
}
