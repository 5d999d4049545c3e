package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"reactivate/internal/cloud"
	"reactivate/internal/fakefc"
	"reactivate/internal/wording"
)

func (p *program) runServe(ctx context.Context, o options) (left bool, err error) {
	o.env = httpEnviron(o.env)
	ln, err := listen(ctx, o.addr)
	if err != nil {
		return false, err
	}
	r, err := p.startRig(ctx, o, keepMessages(p.environOf(o), false))
	if err != nil {
		ln.Close() //nolint:errcheck // it was never used
		return false, err
	}
	stop := serveOn(ctx, ln, &trigger{r, p.to(p.stderr), bodyPatience})
	p.welcome(ln.Addr().String(), o)
	<-ctx.Done()
	r.close() // first, so that waiting requests are answered
	stop()
	return false, nil
}

// welcome says what to type next. It does not repeat a token of the caller's own.
func (p *program) welcome(addr string, o options) {
	header := ""
	switch auth := lookup(o.env, "REACTIVATE_HTTP_AUTH"); {
	case auth == "token" && strings.HasPrefix(lookup(o.env, "REACTIVATE_HTTP_TOKEN"), localToken+","):
		header = " -H 'Authorization: Bearer " + localToken + "'"
	case auth == "token":
		header = " -H 'Authorization: Bearer YOUR-TOKEN'"
	}
	fmt.Fprint(p.stdout, wording.Welcome.Say(p.lang, addr, fleetName(o.fleet), header))
}

// bodyPatience is how long a body may take to come.
const bodyPatience = 10 * time.Second

// trigger is the function's HTTP trigger.
type trigger struct {
	rig      *rig
	log      page // one line per request, and the messages
	patience time.Duration
}

func (t *trigger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begin := time.Now()
	id := fakefc.NewRequestID()
	w.Header().Set("X-Fc-Request-Id", id)
	status := t.serve(w, r, id)
	path := wording.Printable(r.URL.EscapedPath()) // without the query, which may hold a token
	took := time.Since(begin).Round(time.Millisecond)
	fmt.Fprintf(t.log.w, "%s %s %d in %s, request %s\n", wording.Printable(r.Method), path, status, took, id)
}

// serve answers and returns the status.
func (t *trigger) serve(w http.ResponseWriter, r *http.Request, id string) int {
	if why := foreign(r); why != "" {
		return writeError(w, http.StatusForbidden, why)
	}
	body, status := t.body(w, r)
	if status != 0 {
		return writeError(w, status, http.StatusText(status))
	}
	event := newHTTPEvent(r, body, t.rig.function.AccountID, id)
	// As in the cloud, the function keeps running when its client goes away. It stops when the program ends.
	a, err := t.rig.invoke(context.WithoutCancel(r.Context()), id, event, nil)
	t.log.messages(a.texts)
	if a.why != "" {
		fmt.Fprintf(t.log.w, "request %s: %s\n", id, wording.Printable(a.why))
	}
	if err == nil && a.Error != nil {
		err = a.Error
	}
	switch {
	case errors.Is(err, fakefc.ErrClosed):
		return writeError(w, http.StatusServiceUnavailable, "the program ends")
	case err != nil: // as in the cloud, the reason is only in the log
		fmt.Fprintf(t.log.w, "request %s: %s\n", id, wording.Printable(err.Error()))
		return writeError(w, http.StatusBadGateway, "Internal Server Error")
	}
	return a.write(w)
}

// body reads the body. A status other than 0 says that it could not be read.
func (t *trigger) body(w http.ResponseWriter, r *http.Request) (body []byte, status int) {
	connection := http.NewResponseController(w)
	connection.SetReadDeadline(time.Now().Add(t.patience)) //nolint:errcheck // every connection of this server has one
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, fakefc.MaxPayload))
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case tooLarge:
		return nil, http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, http.StatusRequestTimeout
	case err != nil:
		return nil, http.StatusBadRequest
	}
	connection.SetReadDeadline(time.Time{}) //nolint:errcheck // as above; the run may take longer
	return body, 0
}

// foreign says why a request may come from a web page; "" if it does not. Any page can make a browser send requests here, to this
// address or to a host name of its own that resolves to it. The browser then puts the page into Origin, or that name into Host.
func foreign(r *http.Request) string {
	if !cloud.Loopback(strings.Trim(hostOf(r.Host), "[]")) {
		return "Host must be a loopback name or address, such as 127.0.0.1:9000"
	}
	for _, origin := range r.Header["Origin"] {
		if origin != "http://"+r.Host {
			return "Origin is another site: this is for the machine itself, not for web pages"
		}
	}
	return ""
}

func (p *program) runFakeCloud(ctx context.Context, o options) (left bool, err error) {
	cloud, err := p.newCloud(ctx, o.fleet)
	if err != nil {
		return false, err
	}
	ln, err := listen(ctx, o.addr)
	if err != nil {
		return false, err
	}
	stop := serveOn(ctx, ln, cloud)
	defer stop()
	addr, c := ln.Addr().String(), cloud.Credentials("")
	mode, token, shown := "AK", "", "(none)"
	if c.SecurityToken != "" {
		mode, token, shown = "StsToken", " --sts-token "+c.SecurityToken, c.SecurityToken
	}
	fmt.Fprint(p.stdout, wording.WelcomeFakeCloud.Say(p.lang, addr, fleetName(o.fleet), c.AccessKeyID, c.AccessKeySecret, shown,
		defaultRegion, mode, token))
	<-ctx.Done()
	return false, nil
}

func fleetName(file string) wording.Words {
	if file == "" {
		return wording.DemoFleet
	}
	return wording.FleetOf.With(wording.Printable(file))
}
