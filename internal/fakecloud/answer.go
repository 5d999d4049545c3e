package fakecloud

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// object is a JSON object of an answer. Its names are those of the API.
type object map[string]any

// refuse gives the documented error answer, without its link for people.
// Source: https://github.com/AlibabaCloudDocs/ecs (Response results)
func (k *call) refuse(w http.ResponseWriter, r *http.Request, e *Error) {
	k.finish(e.Status, e.Code, false)
	if k.retry > 0 {
		// In milliseconds, as https://github.com/aliyun/aliyun-cli reads it.
		ms := (k.retry + time.Millisecond - 1) / time.Millisecond
		w.Header().Set("x-acs-retry-after", strconv.FormatInt(int64(ms), 10))
	}
	k.write(w, r, e.Status, object{"RequestId": k.id, "HostId": r.Host, "Code": e.Code, "Message": e.Message})
}

// write gives an answer, in one piece unless a fault slows it down. It is JSON, which every client of today asks for. The real
// API's default is XML.
func (k *call) write(w http.ResponseWriter, r *http.Request, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		panic("fakecloud: an answer cannot be encoded: " + err.Error()) // none holds what JSON cannot
	}
	w.Header().Set("x-acs-request-id", k.id)
	if k.q.version == logVersion {
		w.Header().Set("x-log-requestid", k.id)
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	if k.fault == nil || k.fault.Kind != SlowBody {
		_, _ = w.Write(b) // the client may be gone
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
		panic(http.ErrAbortHandler) // how a handler aborts where it cannot hijack
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset instead of an orderly end
	}
	_ = conn.Close()
}

// newRequestID draws an id in the API's form. Each run draws the same ids.
func (c *Cloud) newRequestID() string {
	r := c.random
	return fmt.Sprintf("%08X-%04X-%04X-%04X-%012X", r.Uint32(), r.Uint32()>>16, r.Uint32()>>16, r.Uint32()>>16, r.Uint64()>>16)
}
