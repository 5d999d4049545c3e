package handler_test

import (
	"encoding/json"
	"strings"
	"testing"

	"reactivate/handler"
	"reactivate/internal/reactivate"
)

// TestAnAnswerHasTwentyThousandRows at most, and says how many were cut. The report itself keeps all.
func TestAnAnswerHasTwentyThousandRows(t *testing.T) {
	for _, tt := range []struct{ rows, shown, cut int }{{0, 0, 0}, {20_000, 20_000, 0}, {20_001, 20_000, 1}} {
		report := &reactivate.Report{Results: make([]reactivate.Result, tt.rows), Counts: map[reactivate.Outcome]int{reactivate.OutcomePlanned: tt.rows}}
		answer := handler.Answer(report)
		if len(answer.Results) != tt.shown || answer.Cut != tt.cut || len(report.Results) != tt.rows || report.Cut != 0 {
			t.Errorf("%d rows: got %d and %d cut, want %d and %d", tt.rows, len(answer.Results), answer.Cut, tt.shown, tt.cut)
		}
		text, err := json.Marshal(answer)
		if err != nil || strings.Contains(string(text), `"cut":3`) != (tt.cut == 3) || tt.cut == 0 && strings.Contains(string(text), `"cut"`) {
			t.Errorf("%d rows: the text says otherwise, %v", tt.rows, err)
		}
	}
}
