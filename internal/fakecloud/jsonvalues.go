package fakecloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// UnmarshalJSON reads the three forms. An error code without a status must be
// one that the fake knows.
func (f *FaultAct) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) != nil {
		type object FaultAct // without this method
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.DisallowUnknownFields()
		return dec.Decode((*object)(f))
	}
	switch kind := FaultKind(text); kind {
	case HTML502, Empty503, Empty200, Empty500, Reset, Hang, Lost, SlowBody, Stale:
		f.Kind = kind
	case ErrorAnswer:
		return errors.New(`an error needs its code; write "Throttling.User" or {"code": …, "status": …}`)
	case OtherAnswer:
		return errors.New(`another answer needs its body; write {"kind": "answer", "body": …}`)
	default:
		f.Code = text
	}
	return nil
}

// Duration is a time.Duration that is a Go duration text in JSON.
type Duration time.Duration

// longest keeps sums of durations far from overflow: ten years.
const longest = 10 * 365 * 24 * time.Hour

// UnmarshalJSON reads "1.5s". Negative ones, and those above ten years, are
// errors.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf(`%s is not a duration; write a text such as "1.5s" or "48h"`, b)
	}
	v, err := time.ParseDuration(s)
	if err != nil || v < 0 || v > longest {
		return fmt.Errorf(`%q is not a duration from 0s to %gh; write one such as "1.5s" or "48h"`, s, longest.Hours())
	}
	*d = Duration(v)
	return nil
}

// or is d, or def where d is 0.
func (d Duration) or(def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return time.Duration(d)
}
