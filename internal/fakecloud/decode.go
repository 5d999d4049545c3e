package fakecloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// decodeStrict decodes data into v, a pointer to a struct. Unlike
// encoding/json alone it refuses unknown and repeated fields, compares names
// with their case, and names the field at fault by its path, such as
// instances[3].startTakes.
func decodeStrict(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return describeJSONError(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the closing brace; a fleet is one JSON object")
	}
	return decodeValue("", raw, reflect.ValueOf(v).Elem())
}

func describeJSONError(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("not JSON, at byte %d: %w", syntax.Offset, err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New(`not JSON: it ends too soon; a fleet looks like {"instances": [...]}`)
	}
	return fmt.Errorf("not JSON: %w", err)
}

// decodeValue decodes raw into v; path names the field in errors.
func decodeValue(path string, raw json.RawMessage, v reflect.Value) error {
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return fieldError(path, "null is no value; leave the field out instead")
	}
	if _, ok := v.Addr().Interface().(json.Unmarshaler); ok {
		return wrapField(path, json.Unmarshal(raw, v.Addr().Interface()))
	}
	kind := v.Kind()
	if kind == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		return decodeValue(path, raw, v.Elem())
	}
	if kind == reflect.Struct {
		return decodeObject(path, raw, v)
	}
	if kind == reflect.Slice {
		return decodeList(path, raw, v)
	}
	return decodeScalar(path, raw, v)
}

// scalar is what a kind of field is called in errors.
func scalar(kind reflect.Kind) string {
	switch kind {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Uint64:
		return "a whole number of 0 or more"
	case reflect.Float64:
		return "a number"
	case reflect.Map:
		return `an object of texts, such as {"env": "prod"}`
	}
	return ""
}

func decodeScalar(path string, raw json.RawMessage, v reflect.Value) error {
	if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
		return fieldError(path, fmt.Sprintf("%s is not %s", clip(raw), scalar(v.Kind())))
	}
	return nil
}

func decodeList(path string, raw json.RawMessage, v reflect.Value) error {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return fieldError(path, fmt.Sprintf("%s is not a list", clip(raw)))
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		if err := decodeValue(fmt.Sprintf("%s[%d]", path, i), item, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func decodeObject(path string, raw json.RawMessage, v reflect.Value) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if token, err := dec.Token(); err != nil || token != json.Delim('{') {
		return fieldError(path, fmt.Sprintf("%s is not an object", clip(raw)))
	}
	fields := structFields(v)
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return fieldError(path, err.Error())
		}
		name, _ := token.(string) // a key is always a string
		inner := strings.TrimPrefix(path+"."+name, ".")
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return fieldError(inner, err.Error())
		}
		field, ok := fields[name]
		if !ok {
			return fieldError(inner, "unknown field; known here: "+strings.Join(sortedNames(fields), ", "))
		}
		if seen[name] {
			return fieldError(inner, "the field stands here twice")
		}
		seen[name] = true
		if err := decodeValue(inner, value, field); err != nil {
			return err
		}
	}
	return nil
}

// structFields maps the JSON names of a struct, embedded ones included, to its
// fields.
func structFields(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			for name, inner := range structFields(v.Field(i)) {
				fields[name] = inner
			}
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = v.Field(i)
	}
	return fields
}

func sortedNames(fields map[string]reflect.Value) []string {
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func clip(raw []byte) string {
	const most = 40
	if len(raw) <= most {
		return string(raw)
	}
	return string(raw[:most]) + "…"
}

func fieldError(path, text string) error {
	if path == "" {
		return errors.New(text)
	}
	return errors.New(path + ": " + text)
}

// wrapField puts the path before an error, and joins the path of a nested
// decodeStrict to its own.
func wrapField(path string, err error) error {
	if err == nil {
		return nil
	}
	return fieldError(path, err.Error())
}
