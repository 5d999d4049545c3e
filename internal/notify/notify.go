// Package notify sends people a message about a run. A report becomes one short message, the message is encoded for each target,
// and it is sent until the target accepts it or the time is up.
//
// The package does not know how the cloud is called, and it changes nothing of the run. It logs nothing: a robot's URL is a
// secret, so a failure is described in our own words.
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

// Monitor is the part of CloudMonitor that passes messages on.
type Monitor interface {
	// PutCustomEvent reports an event. The user's alert rule for it notifies the user's contacts. A refusal is a *cloud.Error.
	PutCustomEvent(ctx context.Context, name, content string, at time.Time) error
}

// Sender sends messages to targets.
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

// NewClient makes a client that sends a message to its URL alone: it uses no proxy and follows no redirect.
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

// Send sends the message to all targets side by side. It returns when each has accepted it or was given up, at the latest when
// ctx ends. The deliveries are in the order of the targets.
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
		// Half to one and a half times the pause, so that targets that failed together are not tried again together.
		if !wait(ctx, d.Failure.after+pause/2+rand.N(pause)) {
			return d
		}
	}
}

// wait waits, and reports whether there is time left afterwards. If there would be none, it does not wait.
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
	return t.judge(a) // if the connection broke after a 2xx, by the part that arrived
}
