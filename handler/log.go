package handler

import (
	"context"
	"log/slog"
	"reflect"

	"reactivate/internal/notify"
	"reactivate/internal/reactivate"
)

// logReport logs the whole report: a line an instance and one for the run, because one line of all would be longer than
// Function Compute's log lines may be (32 KB). What ends in an error is logged as such, so that no level hides it; else what is
// overdue and not coming back is a warning, and so is its run.
func (h *Handler) logReport(report *reactivate.Report, err error) {
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
	common := make([]slog.Attr, 0, 8) // what each line begins with; the lines share its room, since a record copies what it is given
	common = append(common, slog.String("requestId", report.RequestID), slog.String("source", string(report.Source)), slog.String("eventId", report.EventID))
	for i := range report.Results {
		h.log.LogAttrs(ctx, level(report.Results[i].Stuck()), "instance", append(common, slog.Any("result", &report.Results[i]))...)
	}
	for _, w := range report.Warnings {
		h.log.LogAttrs(ctx, slog.LevelWarn, "not known",
			append(common, slog.String("accountId", w.AccountID), slog.String("regionId", w.RegionID), slog.Any("error", w.Err))...)
	}
	for _, b := range report.Balances {
		if b.Low {
			h.log.LogAttrs(ctx, slog.LevelWarn, "balance is low: pay before instances stop",
				append(common, slog.String("accountId", b.AccountID), slog.String("accountName", b.AccountName),
					slog.String("available", b.Available), slog.String("currency", b.Currency), slog.String("floor", h.config.Policy.BalanceFloor))...)
		}
	}
	run := *report
	run.Results = nil
	if err != nil {
		common = append(common, slog.String("type", errorType(err)), slog.String("error", err.Error()))
	}
	h.log.LogAttrs(ctx, level(notify.NeedsPerson(report)), "run", append(common, slog.String("version", h.version), slog.Any("report", &run))...)
}

func (h *Handler) logProgress(in *invocation, p reactivate.Progress) {
	h.log.Info("progress", "requestId", in.requestID, "done", p.Done, "left", p.Left,
		"grace", p.Grace, "calling", p.Calling, "watching", p.Watching, "unpaid", p.Unpaid, "rate", p.Rate, "throttled", p.Throttled)
}

// errorType is the name under which Function Compute publishes an error.
func errorType(err error) string {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}
