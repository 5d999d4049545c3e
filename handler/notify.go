package handler

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"reactivate/internal/event"
	"reactivate/internal/lang"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
)

// tell tells people of a run, if it is one of which they want to hear. It changes neither report nor outcome, and returns
// before the answer must be given: Function Compute freezes the process after that.
func (h *Handler) tell(ctx context.Context, in *invocation, requests []reactivate.Request, report *reactivate.Report) {
	if len(h.config.Notify) > 0 && h.when(requests).Tells(report) {
		h.send(ctx, in, notify.New(report, time.Now(), h.config.Lang))
	}
}

// when is as the requests say, or the configuration. Of several that differ the one that tells more counts.
func (h *Handler) when(requests []reactivate.Request) notify.When {
	var when notify.When
	for _, r := range requests {
		when = when.Louder(cmp.Or(notify.When(r.Notify), h.config.NotifyOn))
	}
	return when
}

// send sends a message to all targets, and logs what became of it: a line a target.
func (h *Handler) send(ctx context.Context, in *invocation, m *notify.Message) []notify.Delivery {
	ctx = context.WithoutCancel(ctx) // the run's time may be up
	if !in.tellBy.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, in.tellBy)
		defer cancel()
	}
	log := h.log.With("requestId", in.requestID)
	m.Event.Source = fmt.Sprintf("acs:fc:%s:%s:functions/%s", in.region, in.accountID, in.function)
	sender := notify.Sender{
		Targets: h.config.Notify, Client: h.client, Monitor: h.cloud.CloudMonitor(in.creds, in.region),
		Print: func(text string) { log.Info("message", "text", text) },
	}
	deliveries := sender.Send(ctx, m)
	for _, d := range deliveries {
		if d.Failure == nil {
			log.Info("told", "target", d.Target, "tries", d.Tries)
			continue
		}
		log.Warn("not told", "target", d.Target, "tries", d.Tries, "error", h.config.Lang.Text(d.Failure.Problem), "remedy", h.config.Lang.Text(d.Failure.Remedy))
	}
	return deliveries
}

func (in *invocation) tellBefore(t time.Time) {
	if in.tellBy.IsZero() || t.Before(in.tellBy) {
		in.tellBy = t
	}
}

// translated is an error of the contract in the configured language, and of the same type, since its name is published.
func (h *Handler) translated(err error) error {
	if err == nil || h.config.Lang != lang.Chinese {
		return err
	}
	text := h.config.Lang.Text(err.Error())
	switch {
	case isType[*event.DecodeError](err):
		return &event.DecodeError{Said: text}
	case isType[*reactivate.LimitError](err):
		return &reactivate.LimitError{Summary: text}
	case isType[*reactivate.DeniedError](err):
		return &reactivate.DeniedError{Summary: text}
	case isType[*reactivate.FailedError](err):
		return &reactivate.FailedError{Summary: text}
	case isType[*reactivate.UnfinishedError](err):
		return &reactivate.UnfinishedError{Summary: text}
	}
	return err
}

// translateReport puts into the configured language what a report says to people.
func (h *Handler) translateReport(report *reactivate.Report) {
	report.Ignored = h.config.Lang.Text(report.Ignored)
	for i := range report.Results {
		report.Results[i].Advice = h.config.Lang.Text(report.Results[i].Advice)
	}
}
