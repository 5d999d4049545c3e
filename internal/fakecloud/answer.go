package fakecloud

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"net"
	"net/http"
	"strconv"
	"time"
)

// errorBody is the documented error answer, without its link for people.
// Source: https://github.com/AlibabaCloudDocs/ecs (Response results)
type errorBody struct {
	RequestID string `json:"RequestId"`
	HostID    string `json:"HostId"`
	Code      string `json:"Code"`
	Message   string `json:"Message"`
}

func (k *call) writeError(w http.ResponseWriter, e *Error) {
	body := errorBody{RequestID: k.id, HostID: k.q.host, Code: e.Code, Message: e.Message}
	if k.retry > 0 {
		// In milliseconds, as https://github.com/aliyun/aliyun-cli reads it.
		ms := (k.retry + time.Millisecond - 1) / time.Millisecond
		w.Header().Set("x-acs-retry-after", strconv.FormatInt(int64(ms), 10))
	}
	b := k.encode(w, body)
	w.WriteHeader(e.Status)
	_, _ = w.Write(b) // a client that is gone is no concern of ours
}

// encode writes the headers and renders an answer: in JSON, which every client of today asks for. The real API's default is XML.
func (k *call) encode(w http.ResponseWriter, body any) []byte {
	w.Header().Set("x-acs-request-id", k.id)
	if k.q.version == logVersion {
		w.Header().Set("x-log-requestid", k.id)
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	b, err := json.Marshal(body)
	if err != nil {
		panic("fakecloud: an answer cannot be encoded: " + err.Error()) // all are plain structs
	}
	return b
}

// write gives the answer, in one piece unless a fault slows it down.
func (k *call) write(w http.ResponseWriter, r *http.Request, body any) {
	b := k.encode(w, body)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	if k.fault == nil || k.fault.Kind != SlowBody {
		_, _ = w.Write(b)
		return
	}
	const pieces = 10
	pause := k.fault.Takes.or(5*time.Second) / pieces
	for i := range pieces {
		_, _ = w.Write(b[len(b)*i/pieces : len(b)*(i+1)/pieces])
		_ = http.NewResponseController(w).Flush() // a recorder needs none
		if !wait(r.Context(), pause) {
			return // the client is gone
		}
	}
}

// cutOff resets the connection: the client sees no answer at all.
func cutOff(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // what a handler has where it cannot hijack
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset instead of an orderly end
	}
	_ = conn.Close()
}

// requestID is a number in the form of a request id, so that runs are alike.
func requestID(n uint64) string {
	hi := mix(n)
	lo := mix(hi ^ n)
	return fmt.Sprintf("%08X-%04X-%04X-%04X-%012X", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff)
}

// mix scatters the bits of a number (the finaliser of SplitMix64).
func mix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return bits.RotateLeft64(n^n>>31, 7)
}
