package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"reactivate/internal/jsonscan"
)

// read reads a text as its callers do: the members of an object, the elements of a list, or the one value.
func read(text []byte) (names []string, values []json.RawMessage, err error) {
	s := jsonscan.New(text)
	switch first := bytes.TrimLeft(text, " \t\r\n"); {
	case len(first) > 0 && first[0] == '{':
		for name := range s.Members() {
			names, values = append(names, string(name)), append(values, s.Value())
		}
	case len(first) > 0 && first[0] == '[':
		for range s.Elements() {
			values = append(values, s.Value())
		}
	default:
		values = append(values, s.Value())
	}
	return names, values, s.End()
}

// FuzzScan compares the scanner with encoding/json: both must accept the same texts and read the same values.
func FuzzScan(f *testing.F) {
	for _, text := range []string{
		`{}`, `[]`, ` {"a" : 1 , "b":[ {} , [ ] ],"a":{"c" : null } } `, `[1,-0.5e+7,"x",true,false,null]`, `"\u0041\"\\"`, "7", "\t null\r\n",
		`{"\u0061":1,"\ud800":2,"é":3}`, "{\"\xff\":\"\xc3\"}", "{\"a\":\"\x00\"}", `{"a":01}`, `{"a":1,}`, `[,]`, `[1 2]`, `{"a"}`, `{a:1}`, `{"a":1}}`, `nul`, `"`, `"\x"`, `"\u12"`, ``, `{`, `-`,
		strings.Repeat(`[`, 10_000) + strings.Repeat(`]`, 10_000), strings.Repeat(`[`, 10_001) + strings.Repeat(`]`, 10_001), strings.Repeat(`{"a":`, 10_001) + `1` + strings.Repeat(`}`, 10_001),
		`[` + strings.Repeat(`[],{},[0],`, 10_000) + `0]`, // side by side they are no depth
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(asEncodingJSON)
}

func asEncodingJSON(t *testing.T, text []byte) {
	names, values, err := read(text)
	if valid := json.Valid(text); valid != (err == nil) {
		t.Fatalf("%.200q: json.Valid says %v, got %v", text, valid, err)
	}
	if err != nil {
		if _, ok := errors.AsType[*json.SyntaxError](err); !ok {
			t.Errorf("%.200q: got %T, want a syntax error", text, err)
		}
		return
	}
	var single string
	if json.Unmarshal(text, &single) == nil {
		if got := jsonscan.New(text).Text(); got != single {
			t.Errorf("%.200q: got the text %q, want %q", text, got, single)
		}
	}
	var list []json.RawMessage
	if json.Unmarshal(text, &list) == nil && list != nil && len(list) != len(values) {
		t.Fatalf("%.200q: got %d elements, want %d", text, len(values), len(list))
	}
	for i, element := range list {
		same(t, text, values[i], element)
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(text, &fields) != nil {
		return
	}
	last := make(map[string]json.RawMessage)
	for i, name := range names {
		var valid string // Members does not make names valid UTF-8, as encoding/json does
		if quoted, err := json.Marshal(name); err != nil || json.Unmarshal(quoted, &valid) != nil {
			t.Fatal(err)
		}
		last[valid] = values[i]
	}
	if len(last) != len(fields) {
		t.Errorf("%.200q: got %d fields, want %d", text, len(last), len(fields))
	}
	for name, value := range fields {
		same(t, text, last[name], value)
	}
}

// same tells whether two values are equal, apart from white space.
func same(t *testing.T, text []byte, got, want json.RawMessage) {
	t.Helper()
	if !bytes.Equal(bytes.TrimRight(got, " \t\r\n"), want) {
		t.Errorf("%.200q: got %.200q, want %.200q", text, got, want)
	}
}

// TestLeft: a value that a loop does not read is skipped.
func TestLeft(t *testing.T) {
	s := jsonscan.New([]byte(`{"a":{"b":[1,{"a":2}]},"b":[0,{"c":1},7],"c":"C","d":null}`))
	var got []string
	for name := range s.Members() {
		switch string(name) {
		case "b":
			for i := range s.Elements() {
				if i == 2 {
					got = append(got, s.Text())
				}
			}
		case "c", "d":
			got = append(got, s.Word())
		}
	}
	if err := s.End(); err != nil || strings.Join(got, " ") != "7 C " {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestFaults: a value of another kind than asked for is a fault, but only of its own part of the text if that is read apart.
func TestFaults(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`{"a":"x"}`, ""}, {`{"a":7}`, ""}, {`{"a":null}`, ""}, {`null`, ""}, {`{"b":[]}`, ""},
		{`{"a":[]}`, "a list stands where a text should"}, {`{"a":{}}`, "an object stands where a text should"},
		{`[]`, "a list stands where an object should"}, {`"a"`, "a text stands where an object should"}, {`7`, "a number or boolean stands where an object should"},
		{`{"a":"x","a":"y"}`, "a stands twice, or in other letters"}, {`{"A":"x"}`, "a stands twice, or in other letters"},
	} {
		s := jsonscan.New([]byte(tt.text))
		fields := func() {
			for range s.Fields([]string{"a"}) {
				s.Text()
			}
		}
		if fault := s.Apart(fields); text(fault) != tt.want {
			t.Errorf("%s: got %q, want %q", tt.text, text(fault), tt.want)
		}
		if err := s.End(); err != nil {
			t.Errorf("%s: a fault that was read apart is the text's: %v", tt.text, err)
		}
		s = jsonscan.New([]byte(tt.text))
		fields()
		if err := s.End(); text(err) != tt.want {
			t.Errorf("%s: got %q at the end, want %q", tt.text, text(err), tt.want)
		}
	}
}

// TestShapes: any value but null in place of a list is a fault.
func TestShapes(t *testing.T) {
	for in, want := range map[string]string{
		`null`: "", `{"a":1}`: "an object stands where a list should", `"a"`: "a text stands where a list should",
	} {
		s := jsonscan.New([]byte(in))
		for range s.Elements() {
			t.Errorf("%s has an element", in)
		}
		if got := text(s.End()); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
