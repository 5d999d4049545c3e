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

// answer is what a client gets, and what the record says of it.
type answer struct {
	status int // HTTP; 0: no answer at all
	header map[string]string
	body   []byte
	code   string // of the error; "": none
	done   bool   // the call was carried out
}

// respond is an answer of the API. It is JSON, which every client of today asks for. The real API's default is XML.
func (k *call) respond(status int, body any) answer {
	b, err := json.Marshal(body)
	if err != nil {
		panic("fakecloud: an answer cannot be encoded: " + err.Error()) // none holds what JSON cannot
	}
	header := map[string]string{"x-acs-request-id": k.RequestID, "Content-Type": "application/json;charset=utf-8"}
	if k.q.version == logVersion {
		header["x-log-requestid"] = k.RequestID
	}
	return answer{status: status, header: header, body: b}
}

// refuse is the documented error answer, without its link for people.
// Source: https://github.com/AlibabaCloudDocs/ecs (Response results)
func (k *call) refuse(e *Error) answer {
	a := k.respond(e.Status, object{"RequestId": k.RequestID, "HostId": k.q.Host, "Code": e.Code, "Message": e.Message})
	a.code = e.Code
	if k.retry > 0 {
		// In milliseconds, as https://github.com/aliyun/aliyun-cli reads it.
		ms := (k.retry + time.Millisecond - 1) / time.Millisecond
		a.header["x-acs-retry-after"] = strconv.FormatInt(int64(ms), 10)
	}
	return a
}

// send gives the answer, in one piece unless a fault slows it down.
func (k *call) send(w http.ResponseWriter, r *http.Request, a answer) {
	switch {
	case a.status == 0 && (k.Fault == Reset || k.Fault == Lost):
		cutOff(w)
		return
	case a.status == 0:
		<-r.Context().Done() // the client gave up, or the server closes
		return
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if k.Fault != SlowBody {
		_, _ = w.Write(a.body) // the client may be gone
		return
	}
	const pieces = 10
	pause := k.act.Takes.or(5*time.Second) / pieces
	for i := range pieces {
		_, _ = w.Write(a.body[len(a.body)*i/pieces : len(a.body)*(i+1)/pieces])
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
