package handler

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
)

// tell sends a message about a run, if the configuration or a request asks for one. It changes neither the report nor the
// outcome. It returns before the answer is due, because Function Compute freezes the process after that.
func (h *Handler) tell(ctx context.Context, in *invocation, requests []reactivate.Request, report *reactivate.Report) {
	run := notify.Run{
		Report: report, Requests: requests, Own: in.accountID, Now: time.Now(), Lang: h.config.Lang, Link: h.config.Link,
	}
	if len(h.config.Notify) > 0 && run.Tells(h.when(requests)) {
		h.send(ctx, in, run.Message())
	}
}

// when is what the requests say, else what the configuration says. If requests differ, the one that sends more counts.
func (h *Handler) when(requests []reactivate.Request) notify.When {
	var when notify.When
	for _, r := range requests {
		when = when.Louder(cmp.Or(notify.When(r.Notify), h.config.NotifyOn))
	}
	return when
}

// send sends a message to all targets, and logs one line per target that says what became of it.
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
		log.Warn("not told", "target", d.Target, "tries", d.Tries, "error", d.Failure.Problem.In(h.config.Lang), "remedy", d.Failure.Remedy.In(h.config.Lang))
	}
	return deliveries
}
