package fakecloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// ParseFleet reads a fleet file. An unknown field or a wrong type is an error that names the field. Bad values are
// found by New.
func ParseFleet(data []byte) (Fleet, error) {
	var f Fleet
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return Fleet{}, fmt.Errorf("fleet: %w", explain(data, err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Fleet{}, errors.New("fleet: there is more after the closing brace; a fleet is one JSON object")
	}
	return f, nil
}

// explain puts an error of encoding/json into the words of a fleet file.
func explain(data []byte, err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return fmt.Errorf(`%s is no fleet, which looks like {"instances": [...]}`, wrong.Value)
		}
		return fmt.Errorf("line %d: %s: %s is no value for it", line(data, wrong.Offset), wrong.Field, wrong.Value)
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("not JSON, in line %d: %w", line(data, syntax.Offset), err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New(`not JSON: it ends too soon; a fleet looks like {"instances": [...]}`)
	}
	return err
}

func line(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(offset, int64(len(data)))], []byte("\n"))
}

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
	if slices.Contains(faultKinds, FaultKind(text)) {
		f.Kind = FaultKind(text)
	} else {
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
	err := json.Unmarshal(b, &s)
	v, wrong := time.ParseDuration(s)
	if err != nil || wrong != nil || v < 0 || v > longest {
		return fmt.Errorf(`%s is not a duration from 0s to %gh; write a text such as "1.5s" or "48h"`, b, longest.Hours())
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
