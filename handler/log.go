package handler

import (
	"context"
	"log/slog"
	"reflect"

	"reactivate/internal/cloud"
	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
)

// logReport logs the whole report: one line per instance, per balance and per account or region that could not be looked at, and
// one line for the run. A single line would exceed the 32 KB that Function Compute keeps of one. What ends in an error is logged as
// such, so that no level hides it. Otherwise an instance that is overdue and not coming back is a warning, and so is its run.
func (h *Handler) logReport(asked string, report *reactivate.Report, err error) {
	level := func(needsPerson bool) slog.Level {
		switch {
		case err != nil:
			return slog.LevelError
		case needsPerson:
			return slog.LevelWarn
		}
		return slog.LevelInfo
	}
	ctx := context.Background()
	common := make([]slog.Attr, 0, 8) // the beginning of each line; the lines share its spare room, because a record copies its attributes
	common = append(common, slog.String("requestId", report.RequestID), slog.String("source", string(report.Source)),
		slog.String("asked", asked), slog.String("eventId", report.EventID))
	for i := range report.Results {
		h.log.LogAttrs(ctx, level(report.Results[i].Stuck()), "instance", append(common, slog.Any("result", &report.Results[i]))...)
	}
	for i := range report.Errors {
		h.log.LogAttrs(ctx, level(true), "not looked at", append(common, slog.Any("failure", &report.Errors[i]))...)
	}
	for i := range report.Warnings {
		h.log.LogAttrs(ctx, slog.LevelWarn, "not known", append(common, slog.Any("failure", &report.Warnings[i]))...)
	}
	for i := range report.Balances {
		h.logBalance(ctx, &report.Balances[i], common)
	}
	run := *report
	run.Results, run.Errors, run.Balances = nil, nil, nil
	if err != nil {
		common = append(common, slog.String("type", errorType(err)), slog.String("error", err.Error()))
	}
	h.log.LogAttrs(ctx, level(notify.NeedsPerson(report)), "run", append(common, slog.String("version", h.version), slog.Any("report", &run))...)
}

func (h *Handler) logBalance(ctx context.Context, b *cloud.Balance, common []slog.Attr) {
	if !b.Low {
		h.log.LogAttrs(ctx, slog.LevelInfo, "balance", append(common, slog.Any("balance", b))...)
		return
	}
	h.log.LogAttrs(ctx, slog.LevelWarn, "balance is low",
		append(common, slog.Any("balance", b), slog.String("floor", h.config.Policy.BalanceFloor))...)
}

// asked is what a run was asked for, as the log shows it. A watch comes every few minutes and calls nothing, so the alarms in
// deploy/terraform must be able to tell it from a sweep.
func asked(requests []reactivate.Request) string {
	name := ""
	for _, r := range requests {
		switch {
		case r.Sweep:
			return "sweep"
		case r.Watch > 0:
			name = "watch"
		case name == "":
			name = "ids"
		}
	}
	return name
}

func (h *Handler) logProgress(in *invocation, p reactivate.Progress) {
	h.log.Info("progress", "requestId", in.requestID, "done", p.Done, "left", p.Left,
		"grace", p.Grace, "calling", p.Calling, "watching", p.Watching, "unpaid", p.Unpaid)
}

// errorType is the name under which Function Compute publishes an error.
func errorType(err error) string {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}
