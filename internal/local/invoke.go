package local

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	"reactivate/internal/fakefc"
)

// event is one EVENT of the command line.
type event struct {
	name    string // as the caller wrote it
	payload []byte
}

func runInvoke(ctx context.Context, p *program, args []string) (int, error) {
	o, names, err := parse(invokeFlags, args)
	if err != nil {
		return 0, err
	}
	events, err := p.readEvents(names)
	if err != nil {
		return 0, err
	}
	r, err := p.newRig(o)
	if err != nil {
		return 0, err
	}
	if err := r.start(ctx); err != nil {
		return 0, err
	}
	defer r.close()
	status := exitDone
	var sum tally
	for i, e := range events {
		a, err := p.invoke(ctx, r, o, e.payload)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", e.name, err)
		}
		if i > 0 && !o.json {
			fmt.Fprintln(p.stdout)
		}
		if p.show(o, e.name, a) {
			status = exitLeft
		}
		sum.add(a)
	}
	if o.live {
		p.tellLive(o, sum)
	}
	return status, nil
}

// readEvents reads all events before any of them is handed over.
func (p *program) readEvents(names []string) ([]event, error) {
	if len(names) == 0 {
		return nil, &usageError{"name an event: a file, such as events/billing-recharge.json, or - for standard input"}
	}
	var events []event
	stdin := false
	for _, name := range names {
		if name == "-" && stdin {
			return nil, &usageError{"standard input can be one event only: name - once"}
		}
		stdin = stdin || name == "-"
		payload, err := p.readEvent(name)
		if err != nil {
			return nil, &usageError{fmt.Sprintf("event %v", err)}
		}
		if name == "-" {
			name = "standard input"
		}
		events = append(events, event{name, payload})
	}
	return events, nil
}

func (p *program) readEvent(name string) ([]byte, error) {
	in := p.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // it was only read
		in = f
	}
	payload, err := io.ReadAll(io.LimitReader(in, fakefc.MaxPayload+1))
	if err != nil {
		return nil, err
	}
	if len(payload) > fakefc.MaxPayload {
		return nil, fmt.Errorf("%s: larger than the %d bytes that Function Compute takes", name, fakefc.MaxPayload)
	}
	return payload, nil
}

// invoke hands an event to the function, with a live line on a terminal.
func (p *program) invoke(ctx context.Context, r *rig, o options, payload []byte) (answer, error) {
	if p.live && !o.verbose { // the log would be torn by the line
		line, stop := startProgress(p.stderr)
		r.log.tell(line.update)
		defer func() { r.log.tell(nil); stop() }()
	}
	return r.invoke(ctx, payload)
}

// show prints an answer and tells whether it leaves something to do.
func (p *program) show(o options, name string, a answer) (left bool) {
	if o.json {
		p.stdout.Write(append(document(a), '\n')) //nolint:errcheck // who reads a broken pipe is gone already
	}
	text := page{w: p.stdout, colour: p.colour}
	if o.json {
		text.w = io.Discard
	}
	if a.Error != nil {
		text.heading(name, a.logged)
		if a.logged != nil {
			text.report(a.logged)
		}
		text.functionError(a.Error, a.lastWords)
		return true
	}
	if r, ok := parseReport(a.Payload); ok {
		text.heading(name, r)
		text.report(r)
		return r.left()
	}
	if h, ok := parseHTTPAnswer(a.Payload); ok {
		text.httpAnswer(name, h)
		return h.left()
	}
	text.heading(name, nil)
	if c, ok := parseCheckup(a.Payload); ok {
		text.checkup(c)
		return c.failed()
	}
	const most = 500 // columns: enough to see what it is
	fmt.Fprintf(text.w, "The answer is neither a report nor an HTTP response: %s\n", cut(clean(string(a.Payload)), most))
	return true
}

// document is the answer as one line of JSON.
func document(a answer) []byte {
	if a.Error != nil {
		doc, err := json.Marshal(struct {
			Type    string  `json:"errorType"`
			Message string  `json:"errorMessage"`
			Report  *report `json:"report,omitempty"`
		}{a.Error.Type, a.Error.Message, a.logged})
		if err != nil {
			return []byte("null") // impossible: texts and numbers only
		}
		return doc
	}
	var line bytes.Buffer
	if json.Compact(&line, a.Payload) == nil {
		return line.Bytes()
	}
	quoted, err := json.Marshal(string(a.Payload))
	if err != nil {
		return []byte("null") // impossible: a text
	}
	return quoted
}

// httpAnswer writes what an HTTP client would get.
func (p page) httpAnswer(name string, h *httpAnswer) {
	p.heading(name, h.report)
	colour := red
	if h.status < http.StatusBadRequest {
		colour = green
	}
	fmt.Fprintln(p.w, p.paint(colour, fmt.Sprintf("HTTP %d %s", h.status, http.StatusText(h.status))))
	var refusal struct {
		Error *struct{ Type, Message string } `json:"error"`
	}
	switch {
	case h.report != nil:
		p.report(h.report)
	case json.Unmarshal(h.body, &refusal) == nil && refusal.Error != nil:
		fmt.Fprintf(p.w, "%s: %s\n", clean(refusal.Error.Type), clean(refusal.Error.Message))
	default:
		const most = 500 // columns
		fmt.Fprintln(p.w, cut(clean(string(h.body)), most))
	}
}
