package reactivate

import "time"

// Timestamp is a time as the report shows it: UTC, in RFC 3339 and whole seconds, and "" for the zero time.
type Timestamp struct{ time.Time }

// timestamp is a time in Unix seconds; 0 is the zero time.
func timestamp(seconds int64) Timestamp {
	if seconds == 0 {
		return Timestamp{}
	}
	return Timestamp{time.Unix(seconds, 0).UTC()}
}

// MarshalJSON returns the time as the report shows it.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return noTime, nil
	}
	return t.UTC().AppendFormat(make([]byte, 0, len(time.RFC3339)), `"`+time.RFC3339+`"`), nil
}

var noTime = []byte(`""`) // made once: a report may have a hundred thousand

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	if string(text) == `""` {
		*t = Timestamp{}
		return nil
	}
	return t.Time.UnmarshalJSON(text)
}
