// Package notify tells people of a run: a report becomes one short message, the message takes the form of each target, and
// each target is told until it says that it was, or the time is up.
//
// It knows neither how a run came about nor how the cloud is called, and what it does changes nothing of the run. It logs
// nothing: URLs of robots are secrets, so what it says of a target is made of words of its own.
package notify

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"reactivate/internal/wording"
)

// Monitor is CloudMonitor, as far as messages go by it.
type Monitor interface {
	// PutCustomEvent takes an event for which the user's own alert rule tells the user's own contacts. Its refusal is a
	// *reactivate.Error.
	PutCustomEvent(ctx context.Context, name, content string, at time.Time) error
}

// Sender tells targets.
type Sender struct {
	Targets []Target
	Client  *http.Client // as NewClient makes it
	Monitor Monitor
	Print   func(text string)
}

// Delivery is what became of the message to one target.
type Delivery struct {
	Target  string // its name
	Tries   int
	Failure *Failure // nil: delivered
}

const (
	tries      = 3
	tryTime    = 5 * time.Second
	targetTime = 15 * time.Second // for all tries and the pauses between them, whatever a target asks for
	firstPause = time.Second
	maxAnswer  = 64 << 10 // bytes that are read of an answer
)

// eventName is what an alert rule of CloudMonitor selects.
const eventName = "reactivate"

// NewClient makes a client that sends nothing anywhere but to the URL that it is given: no proxy, no redirect.
func NewClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: tryTime}).DialContext,
			TLSHandshakeTimeout: tryTime,
			DisableKeepAlives:   true, // the next message comes with the next run, and in between the process is frozen
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Send tells all targets side by side and returns when each was told or given up, at the latest when ctx ends. The order is
// that of the targets.
func (s *Sender) Send(ctx context.Context, m *Message) []Delivery {
	deliveries := make([]Delivery, len(s.Targets))
	var wg sync.WaitGroup
	for i := range s.Targets {
		wg.Go(func() { deliveries[i] = s.tell(ctx, &s.Targets[i], m) })
	}
	wg.Wait()
	return deliveries
}

func (s *Sender) tell(ctx context.Context, t *Target, m *Message) Delivery {
	ctx, cancel := context.WithTimeout(ctx, targetTime)
	defer cancel()
	d := Delivery{Target: t.Name}
	for pause := firstPause; ; pause *= 2 {
		d.Tries++
		d.Failure = s.try(ctx, t, m)
		if d.Failure == nil || !d.Failure.again || d.Tries == tries {
			return d
		}
		// Between a half and one and a half of it, so that those who failed together do not come again together.
		if !wait(ctx, d.Failure.after+pause/2+rand.N(pause)) {
			return d
		}
	}
}

// wait tells whether there is time left after it. Where there will be none, it does not wait.
func wait(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *Sender) try(ctx context.Context, t *Target, m *Message) *Failure {
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	switch t.Kind {
	case Print:
		s.Print(m.Text())
		return nil
	case CloudMonitor:
		if err := s.Monitor.PutCustomEvent(ctx, eventName, m.text(maxCloudMonitor), m.Event.Time); err != nil {
			return monitorFailure(err)
		}
		return nil
	case DingTalk, Feishu, WeCom, Slack, Webhook:
	}
	return s.post(ctx, t, t.form(m, time.Now()))
}

func (s *Sender) post(ctx context.Context, t *Target, p post) *Failure {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(p.body))
	if err != nil {
		return &Failure{Problem: wording.FailedURL, Remedy: wording.RemedyAddress}
	}
	req.Header = p.header
	req.Header.Set("User-Agent", "reactivate")
	resp, err := s.Client.Do(req)
	if err != nil {
		return noAnswer(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	a := &answer{resp.StatusCode, resp.Header, body}
	if err != nil && !a.success() {
		return noAnswer(err)
	}
	return t.judge(a) // of an answer that broke off after a 2xx, what came of it
}
