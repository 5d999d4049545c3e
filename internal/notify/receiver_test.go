package notify_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"reactivate/internal/notify"
)

// sent is a request that a target got, and when.
type sent struct {
	url    string
	method string
	header http.Header
	body   []byte
	at     time.Time
}

// receiver answers as the targets would, without a network, and keeps what it got.
type receiver struct {
	answer answer

	mu   sync.Mutex
	sent []sent
}

// answer is how the nth request, from 1, is answered.
type answer func(n int, req *http.Request) reply

// reply is an answer, or the lack of one.
type reply struct {
	status int
	body   string
	reader io.Reader // instead of the body
	header http.Header
	err    error // instead of an answer
	hangs  bool  // before the answer
}

func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.sent = append(r.sent, sent{req.URL.String(), req.Method, req.Header, body, time.Now()})
	n := len(r.sent)
	r.mu.Unlock()
	a := r.answer(n, req)
	if a.hangs {
		<-req.Context().Done()
		a.err = req.Context().Err()
	}
	if a.err != nil {
		return nil, a.err
	}
	if a.reader == nil {
		a.reader = strings.NewReader(a.body)
	}
	return &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(a.reader)}, nil
}

type hanging struct{ ctx context.Context }

func (h hanging) Read([]byte) (int, error) {
	<-h.ctx.Done()
	return 0, h.ctx.Err()
}

// says answers with a status and a body.
func says(status int, body string, header ...string) answer {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return func(int, *http.Request) reply { return reply{status: status, body: body, header: h} }
}

func breaks(err error) answer {
	return func(int, *http.Request) reply { return reply{err: err} }
}

func hangs(int, *http.Request) reply { return reply{hangs: true} }

// stalls gives the status at once, and no body.
func stalls(_ int, req *http.Request) reply {
	return reply{status: 200, reader: hanging{req.Context()}}
}

// then gives the answers one after the other, and repeats the last.
func then(answers ...answer) answer {
	return func(n int, req *http.Request) reply {
		return answers[min(n, len(answers))-1](n, req)
	}
}

func send(t *testing.T, ctx context.Context, targets string, r *receiver, m *notify.Message) []notify.Delivery {
	t.Helper()
	client := notify.NewClient()
	client.Transport = r
	sender := notify.Sender{Targets: parsed(t, targets), Client: client}
	return sender.Send(ctx, m)
}

func parsed(t *testing.T, targets string) []notify.Target {
	t.Helper()
	list, err := notify.ParseTargets(targets)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var ok = map[string]string{
	dingTalkURL: `{"errcode":0,"errmsg":"ok"}`,
	feishuURL:   `{"code":0,"msg":"success","data":{},"StatusCode":0,"StatusMessage":"success","Extra":null}`,
	weComURL:    `{"errcode":0,"errmsg":"ok"}`,
	slackURL:    "ok",
	webhookURL:  "",
}
