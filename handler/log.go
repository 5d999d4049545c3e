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
	of := make([]slog.Attr, 0, 8) // what each line begins with, and room for the rest: the common lines take no memory of their own
	of = append(of, slog.String("requestId", report.RequestID), slog.String("source", string(report.Source)), slog.String("eventId", report.EventID))
	line := func(level slog.Level, msg string, more ...slog.Attr) {
		h.log.LogAttrs(context.Background(), level, msg, append(of, more...)...)
	}
	for i := range report.Results {
		line(level(report.Results[i].Stuck()), "instance", slog.Any("result", &report.Results[i]))
	}
	for _, warning := range report.Warnings {
		line(slog.LevelWarn, "not known", slog.String("accountId", warning.AccountID), slog.String("regionId", warning.RegionID), slog.Any("error", warning.Err))
	}
	for _, b := range report.Balances {
		if b.Low {
			line(slog.LevelWarn, "balance is low: pay before instances stop", slog.String("accountId", b.AccountID), slog.String("accountName", b.AccountName),
				slog.String("available", b.Available), slog.String("currency", b.Currency), slog.String("floor", h.config.Policy.BalanceFloor))
		}
	}
	run := *report
	run.Results = nil
	if err != nil {
		of = append(of, slog.String("type", errorType(err)), slog.String("error", err.Error()))
	}
	line(level(notify.NeedsPerson(report)), "run", slog.String("version", h.version), slog.Any("report", &run))
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
