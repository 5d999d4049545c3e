package event_test

import (
	"errors"

	"reactivate/internal/event"
	"reactivate/internal/wording"
)

// why is the reason for which an event is ignored, in words; "" if it is not ignored.
func why(d event.Decoded) string { return wording.Reason(wording.English, d.Ignored) }

// inWords is an error in words.
func inWords(err error) string {
	if wrong, ok := errors.AsType[*event.DecodeError](err); ok {
		return wording.DecodeError(wording.English, wrong, string(wrong.Example))
	}
	return err.Error()
}
