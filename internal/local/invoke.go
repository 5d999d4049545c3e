package local

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"reactivate/internal/fakefc"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// event is one EVENT of the command line.
type event struct {
	name    string // as the caller wrote it
	payload []byte
}

func (p *program) runInvoke(ctx context.Context, o options) (left bool, err error) {
	events, err := p.readEvents(ctx, o.operands)
	if err != nil {
		return false, err
	}
	if !o.live {
		o.env = httpEnviron(o.env)
	}
	env := p.environOf(o)
	if !o.yes {
		env = keepMessages(env, o.live)
	}
	r, err := p.startRig(ctx, o, env)
	if err != nil {
		return false, err
	}
	defer r.close()
	for i, e := range events {
		a, err := p.invoke(ctx, r, o, e.payload)
		if err != nil {
			return false, fmt.Errorf("%s: %w", e.name, err)
		}
		if i > 0 && !o.json {
			fmt.Fprintln(p.stdout)
		}
		left = p.show(o, e.name, a) || left
		if !o.json {
			p.noMessage(a, env)
		}
		if o.live {
			p.tellLive(o, a.report)
		}
	}
	return left, nil
}

// readEvents reads all events, before the function gets the first.
func (p *program) readEvents(ctx context.Context, names []string) ([]event, error) {
	if len(names) == 0 {
		return nil, &usageError{wording.NameAnEvent}
	}
	if i := slices.Index(names, "-"); i >= 0 && slices.Contains(names[i+1:], "-") {
		return nil, &usageError{wording.OneStandardInput}
	}
	var events []event
	for _, name := range names {
		payload, err := p.read(ctx, name, fakefc.MaxPayload)
		if err != nil {
			return nil, &usageError{wording.ReportEvent.With(err)}
		}
		if name == "-" {
			name = "standard input"
		}
		events = append(events, event{name, payload})
	}
	return events, nil
}

// ask starts the function, hands one request to it, and ends it.
func (p *program) ask(ctx context.Context, o options, env []string, request string) (answer, error) {
	r, err := p.startRig(ctx, o, env)
	if err != nil {
		return answer{}, err
	}
	defer r.close()
	return p.invoke(ctx, r, o, []byte(request))
}

// invoke hands an event to the function, and shows its progress on a terminal.
func (p *program) invoke(ctx context.Context, r *rig, o options, payload []byte) (answer, error) {
	var onProgress func(reactivate.Progress)
	if p.progress > 0 && !o.verbose { // the line would break the log
		update, stop := startProgress(p.stderr, p.progress, p.lang)
		defer stop()
		onProgress = update
	}
	a, err := r.invoke(ctx, fakefc.NewRequestID(), payload, onProgress)
	if err == nil {
		err = ctx.Err()
	}
	return a, err
}

// show prints an answer and its messages, and reports whether something is left to do.
func (p *program) show(o options, name string, a answer) (left bool) {
	if o.json {
		fmt.Fprintf(p.stdout, "%s\n", a.document())
	} else {
		p.answer(name, a)
		p.messages(a.texts)
	}
	return a.left()
}

func (p page) answer(name string, a answer) {
	if name != "" {
		p.heading(name, a.report)
	}
	if a.response != nil {
		p.httpStatus(a.response.StatusCode)
	}
	switch {
	case a.report != nil:
		p.report(a.report)
	case len(a.checks) > 0:
		p.checkup(a.checks)
	case a.response != nil:
		p.paragraph(wording.Printable(cmp.Or(a.why, a.response.refusal())))
	case a.Error == nil:
		p.paragraph(wording.NoReport.In(p.lang) + cut(wording.Printable(string(a.Payload)), maxUnknown))
	}
	if a.Error != nil {
		p.functionError(a.Error, a.stderrLines)
	}
}

// maxUnknown is how many columns of an unknown answer are shown: enough to recognize it.
const maxUnknown = 500

// refusal says why there is no report: the error in the body, or else the body itself.
func (r *response) refusal() string {
	var body struct {
		Error *struct{ Type, Message string }
	}
	if json.Unmarshal([]byte(r.Body), &body) == nil && body.Error != nil {
		return body.Error.Type + ": " + body.Error.Message
	}
	return cut(r.Body, maxUnknown)
}

// read reads a file of at most limit bytes; the name - is standard input. It returns when ctx ends, even if it waits for a pipe
// that nobody writes to. The blocked goroutine then ends with the program.
func (p *program) read(ctx context.Context, name string, limit int64) ([]byte, error) {
	var content []byte
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		content, err = readAll(p.stdin, name, limit)
	}()
	select {
	case <-done:
		return content, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func readAll(in io.Reader, name string, limit int64) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, wording.NoSuchFile.With(name)
		case err != nil:
			return nil, err
		}
		defer f.Close() //nolint:errcheck // it was only read
		in = f
	}
	content, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, wording.FileTooLarge.With(name, limit>>20)
	}
	return content, nil
}

// tellLive says on which account an event's run worked, and what it did, or would do, in the real cloud.
func (p *program) tellLive(o options, r *reactivate.Report) {
	if r == nil {
		r = &reactivate.Report{}
	}
	on, n := p.accounts(r.Results), r.Counts
	page := p.to(p.errorsTo(o))
	fmt.Fprintln(page.w)
	if o.yes {
		undone := n[reactivate.OutcomePlanned] + n[reactivate.OutcomeAwaitingPayment] + n[reactivate.OutcomeDeferred] + n[reactivate.OutcomeFailed]
		reactivated := wording.Instances(n[reactivate.OutcomeReactivated])
		page.paragraph(wording.LiveDone.Say(p.lang, on, reactivated, n[reactivate.OutcomeAccepted], undone))
		return
	}
	text := wording.LivePlanned.Say(p.lang, on, wording.Instances(n[reactivate.OutcomePlanned]))
	if n[reactivate.OutcomePlanned] > 0 {
		text += wording.LiveAddYes.In(p.lang)
	}
	page.paragraph(text)
}

// accounts names the accounts of the rows, if the function knows them.
func (p *program) accounts(rows []reactivate.Result) string {
	var ids []string
	for _, row := range rows {
		if id := wording.Printable(row.AccountID); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	switch len(ids) {
	case 0:
		return wording.LiveAccount.In(p.lang)
	case 1:
		return wording.OneAccount.Say(p.lang, ids[0])
	}
	return wording.SeveralAccounts.Say(p.lang, strings.Join(ids, ", "))
}
