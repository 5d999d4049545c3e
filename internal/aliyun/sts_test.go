package aliyun_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
)

// stsServer is an STS, and an ECS that takes every call.
type stsServer struct {
	assumed chan struct{} // one for each AssumeRole that came
	gone    chan struct{} // one for each whose caller went away
	answer  chan string   // what they are answered, in turn
}

func (s *stsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("x-acs-action") != "AssumeRole" {
		_, _ = io.WriteString(w, `{"RequestId":"R"}`)
		return
	}
	s.assumed <- struct{}{}
	select {
	case body := <-s.answer:
		_, _ = io.WriteString(w, body)
	case <-r.Context().Done():
		s.gone <- struct{}{}
	}
}

// session is STS's answer with credentials until a time.
func session(until time.Time) string {
	return fmt.Sprintf(`{"RequestId":"R","Credentials":{"AccessKeyId":"STS.fake","AccessKeySecret":"fakeSecret","SecurityToken":"fakeToken","Expiration":%q}}`,
		until.UTC().Format(time.RFC3339))
}

// newSTS returns an STS, and a watched account for an invocation with this context.
func newSTS(t *testing.T, invocation context.Context) (*stsServer, *aliyun.ECS) {
	t.Helper()
	s := &stsServer{assumed: make(chan struct{}, 100), gone: make(chan struct{}, 100), answer: make(chan string)}
	return s, cloudAt(t, s.ServeHTTP).Watched(invocation, creds, "cn-hangzhou", watchedRole, "s")
}

func act(ctx context.Context, e *aliyun.ECS) error {
	_, err := e.ReActivateInstances(ctx, "cn-hangzhou", "i-bp1000000000000go2go")
	return err
}

// TestAHangingAssumeRoleHoldsNobody: each caller waits as long as its own context allows, the first one too, and all wait for the
// same call.
func TestAHangingAssumeRoleHoldsNobody(t *testing.T) {
	sts, e := newSTS(t, t.Context())
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		err := act(ctx, e)
		cancel()
		refused, ok := errors.AsType[*cloud.Error](err)
		if !ok || refused.Op != "AssumeRole" || refused.Class != cloud.ClassTransient || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want no answer of AssumeRole in time", err)
		}
	}
	waits := make(chan error, 1)
	go func() { waits <- act(t.Context(), e) }()
	<-sts.assumed
	select {
	case sts.answer <- session(time.Now().Add(time.Hour)):
	case <-sts.gone:
		t.Fatal("the call ended with its first caller")
	}
	if err := <-waits; err != nil {
		t.Errorf("got %v, want the answer for who waited", err)
	}
	if err := act(t.Context(), e); err != nil {
		t.Errorf("got %v, want the session kept", err)
	}
	if n := len(sts.assumed); n != 0 {
		t.Errorf("%d more calls of AssumeRole, want one for all", n)
	}
}

// TestAnAssumeRoleEndsWithItsInvocation, although a caller waits longer.
func TestAnAssumeRoleEndsWithItsInvocation(t *testing.T) {
	invocation, end := context.WithCancel(t.Context())
	sts, e := newSTS(t, invocation)
	waits := make(chan error, 1)
	go func() { waits <- act(t.Context(), e) }()
	<-sts.assumed
	end()
	if err := <-waits; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it canceled", err)
	}
	<-sts.gone
}

// TestASessionIsRenewedBeforeItEnds: five minutes before, so that no call is signed with a session that expires on the way.
func TestASessionIsRenewedBeforeItEnds(t *testing.T) {
	for _, tt := range []struct {
		left time.Duration
		want int // calls of AssumeRole for two calls of ECS
	}{{6 * time.Minute, 1}, {4 * time.Minute, 2}, {-time.Hour, 2}} {
		sts, e := newSTS(t, t.Context())
		go func() {
			for range tt.want {
				sts.answer <- session(time.Now().Add(tt.left))
			}
		}()
		for range 2 {
			if err := act(t.Context(), e); err != nil {
				t.Error(err)
			}
		}
		if got := len(sts.assumed); got != tt.want {
			t.Errorf("%v left: %d calls of AssumeRole, want %d", tt.left, got, tt.want)
		}
	}
}

func TestSessionNames(t *testing.T) {
	for name, want := range map[string]string{
		"":                          "reactivate",
		"x":                         "reactivate",
		"fn@1-2.3_4":                "fn@1-2.3_4",
		"reactivate@r/1 of <many>!": "reactivate@r-1-of-many",
		"函数@1":                      "@1",
		strings.Repeat("n", 65):     strings.Repeat("n", 64),
	} {
		if got := aliyun.ValidSessionName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

// TestAnAnswerWithoutCredentials is an error of AssumeRole, so the run knows that ECS was not asked.
func TestAnAnswerWithoutCredentials(t *testing.T) {
	sts, e := newSTS(t, t.Context())
	go func() { sts.answer <- `{"RequestId":"R","Credentials":{}}` }()
	if got := refusalOf(t, e, "i-bp1000000000000go2go"); got.Op != "AssumeRole" || got.Class != cloud.ClassTransient {
		t.Errorf("got %+v, want a transient error of AssumeRole", got)
	}
}
