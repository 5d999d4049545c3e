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
	log := h.log.With("requestId", report.RequestID, "source", string(report.Source), "eventId", report.EventID)
	for i := range report.Results {
		log.Log(context.Background(), level(report.Results[i].Stuck()), "instance", "result", &report.Results[i])
	}
	for _, warning := range report.Warnings {
		log.Warn("not known", "accountId", warning.AccountID, "regionId", warning.RegionID, "error", warning.Err)
	}
	for _, b := range report.Balances {
		if b.Low {
			log.Warn("balance is low: pay before instances stop", "accountId", b.AccountID, "accountName", b.AccountName,
				"available", b.Available, "currency", b.Currency, "floor", h.config.Policy.BalanceFloor)
		}
	}
	run := *report
	run.Results = nil
	if err != nil {
		log = log.With("type", errorType(err), "error", err.Error())
	}
	log.Log(context.Background(), level(notify.NeedsPerson(report)), "run", "version", h.version, "report", &run)
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
