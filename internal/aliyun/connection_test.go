package aliyun_test

import (
	"context"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"reactivate/internal/aliyun"
	"reactivate/internal/cloud"
)

// mortal is a server whose connections answer until kill is called. After that each older connection closes at the next request
// without an answer, as if the server had given it up while the function was frozen.
type mortal struct {
	generation atomic.Int64
	acted      atomic.Int64 // calls of ReActivateInstances that came
	together   atomic.Pointer[sync.WaitGroup]
}

type bornKey struct{}

func (m *mortal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("x-acs-action") == "ReActivateInstances" {
		m.acted.Add(1)
	}
	if all := m.together.Load(); all != nil {
		all.Done()
		all.Wait()
	}
	if born, ok := r.Context().Value(bornKey{}).(int64); !ok || born < m.generation.Load() {
		panic(http.ErrAbortHandler)
	}
	answer(http.StatusOK, `{"RequestId":"R","Instances":{"Instance":[]}}`)(w, r)
}

func (m *mortal) kill() { m.generation.Add(1) }

func (m *mortal) start(t *testing.T) *aliyun.ECS {
	t.Helper()
	server := httptest.NewUnstartedServer(m)
	server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, bornKey{}, m.generation.Load())
	}
	server.Start()
	t.Cleanup(server.Close)
	return aliyun.NewCloud(aliyun.Endpoint{Loopback: server.URL}).Own(creds, "cn-hangzhou")
}

// warm leaves this number of idle connections. No call is answered before all have arrived. Otherwise a call might take over
// another call's connection, while its own is still being made and becomes idle later.
func (m *mortal) warm(t *testing.T, e *aliyun.ECS, conns int) {
	t.Helper()
	var all, g sync.WaitGroup
	all.Add(conns)
	m.together.Store(&all)
	defer m.together.Store(nil)
	for range conns {
		g.Go(func() {
			if _, err := e.DescribeInstances(t.Context(), "cn-hangzhou", cloud.Query{}); err != nil {
				t.Error(err)
			}
		})
	}
	g.Wait()
}

// TestADeadConnectionCostsALookNothing: the look is answered, and no call after it meets a dead connection.
func TestADeadConnectionCostsALookNothing(t *testing.T) {
	var m mortal
	e := m.start(t)
	m.warm(t, e, 8)
	m.kill()
	if _, err := e.DescribeInstances(t.Context(), "cn-hangzhou", cloud.Query{}); err != nil {
		t.Fatalf("the look: %v", err)
	}
	var g sync.WaitGroup
	for range 8 {
		g.Go(func() {
			if _, err := e.ReActivateInstances(t.Context(), "cn-hangzhou", "i-bp1000000000000go2go"); err != nil {
				t.Errorf("a call after the look: %v", err)
			}
		})
	}
	g.Wait()
	if got := m.acted.Load(); got != 8 {
		t.Errorf("the server saw %d calls, want 8", got)
	}
}

// TestACallIsNeverSentTwice, because it may have been carried out.
func TestACallIsNeverSentTwice(t *testing.T) {
	var m mortal
	e := m.start(t)
	m.warm(t, e, 1)
	m.kill()
	if got := reactivateOne(t, e); got.Class != cloud.ClassTransient {
		t.Errorf("got %+v, want it to be transient", got)
	}
	if got := m.acted.Load(); got != 1 {
		t.Errorf("the server saw %d calls, want 1", got)
	}
}

// TestHangingCallsHoldNoBuffer: many calls may hang, and none of them keeps memory for a page.
func TestHangingCallsHoldNoBuffer(t *testing.T) {
	const calls = 100
	page, hanging := fullPage(), make(chan struct{})
	e := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("NextToken") == "hang" {
			hanging <- struct{}{}
			<-r.Context().Done()
			return
		}
		answer(http.StatusOK, page)(w, r)
	})
	heap := func() uint64 {
		runtime.GC()
		runtime.GC() // a pool frees what it holds at the second collection
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc >> 20
	}
	before := heap()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range calls {
		if _, err := e.DescribeInstances(ctx, "cn-hangzhou", cloud.Query{}); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			if _, err := e.DescribeInstances(ctx, "cn-hangzhou", cloud.Query{NextToken: "hang"}); err == nil {
				t.Error("a call that hangs was answered")
			}
		})
		<-hanging
	}
	if after := heap(); after > before+20 {
		t.Errorf("%d calls that hang hold %d MiB", calls, after-before)
	}
	cancel()
	wg.Wait()
}

// TestSessionsAreResumed: connections after the first need no full handshake. Certificates are read once per process, so no other
// test here may use TLS.
func TestSessionsAreResumed(t *testing.T) {
	var resumed atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS.DidResume {
			resumed.Add(1)
		}
		w.Header().Set("Connection", "close")
		answer(http.StatusOK, `{"RequestId":"R"}`)(w, r)
	}))
	server.StartTLS()
	defer server.Close()
	path := filepath.Join(t.TempDir(), "authorities.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", path)
	e := aliyun.NewCloud(aliyun.Endpoint{Loopback: server.URL}).Own(creds, "cn-hangzhou")
	for range 3 {
		if _, err := e.DescribeInstances(t.Context(), "cn-hangzhou", cloud.Query{}); err != nil {
			t.Fatal(err)
		}
	}
	if got := resumed.Load(); got != 2 {
		t.Errorf("%d of 3 connections were resumed, want 2", got)
	}
}
