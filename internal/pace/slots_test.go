package pace_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/pace"
)

// TestALeaseGivesItsSlotBack when it ends, when its time is over, and only once.
func TestALeaseGivesItsSlotBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slots, begin := make(pace.Slots, 1), time.Now()
		first := slots.Take(t.Context(), time.Second)
		time.Sleep(900 * time.Millisecond)
		first.Extend(time.Second)
		second := slots.Take(t.Context(), time.Hour)
		if took := time.Since(begin); took != 1900*time.Millisecond {
			t.Errorf("the second got the slot after %v, want it when the first one's time is over", took)
		}
		first.Extend(time.Second)
		first.End()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		slots.Take(ctx, time.Hour).End()
		if took := time.Since(begin); took != 61900*time.Millisecond {
			t.Errorf("went on after %v, want no slot before ctx ends", took)
		}
		second.End()
		slots.Take(t.Context(), time.Hour).End()
	})
}
