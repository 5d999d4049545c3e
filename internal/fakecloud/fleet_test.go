package fakecloud_test

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"reactivate/internal/fakecloud"
)

// TestBadFleets: the error names the field and what is wrong with it.
func TestBadFleets(t *testing.T) {
	instance := func(fields string) string {
		return `{"instances": [{"id": "i-bp1web00000000000001", "region": "cn-hangzhou"}, {"id": "i-bp1web00000000000002", "region": "cn-hangzhou", ` + fields + `}]}`
	}
	account := func(fields string) string { return `{"accounts": [{"id": "1234567890123456", ` + fields + `}]}` }
	key := func(fields string) string {
		return account(`"accessKeys": [{"id": "k", "secret": "s", ` + fields + `}]`)
	}
	fault := func(fields string) string { return `{"faults": [{"action": "*", ` + fields + `}]}` }
	for _, tt := range []struct{ fleet, want string }{
		{``, `not JSON: it ends too soon`},
		{"{\n\"instances\": [}", `not JSON, in line 2`},
		{`[]`, `array is no fleet, which looks like {"instances": [...]}`},
		{`{} {}`, `more after the closing brace`},
		{`{"instance": []}`, `unknown field "instance"`},
		{"{\n\"seed\": -1}", `line 2: seed: number -1 is no value for it`},
		{`{"regions": ["Hangzhou"]}`, `regions[0]: "Hangzhou" is not a region`},
		{`{"startTakes": 5}`, `5 is not a duration from 0s to 87600h; write a text such as "1.5s"`},
		{`{"startTakes": "900000h"}`, `"900000h" is not a duration`},
		{instance(`"status": "Expired"`), `instances[1].status: "Expired" is not one of Pending, Starting`},
		{instance(`"locks": ["rust"]`), `instances[1].locks[0]: "rust" is not one of financial`},
		{instance(`"account": "9"`), `instances[1].account: "9" is not one of the fleet's accounts`},
		{instance(`"id": "i-bp1web00000000000001"`), `instances[1].id: i-bp1web00000000000001 is in the fleet twice`},
		{instance(`"count": -1`), `instances[1].count: -1 is below 0`},
		{`{"instances": [{"id": "i-bp{n}", "region": "cn-hangzhou", "count": 200000}, {"id": "i-bp1web00000000000001", "region": "cn-hangzhou"}]}`, `instances[1].count: a fleet has at most 200000 instances`},
		{instance(`"startFails": {}`), `instances[1].startFails.code: is missing`},
		{instance(`"startFails": {"code": "Oops", "status": 200}`), `instances[1].startFails.status: 200 is not an HTTP status of an error`},
		{`{"instances": [{"id": "i-UPPER", "region": "cn-hangzhou"}]}`, `instances[0].id: "i-UPPER" is not an instance id`},
		{`{"instances": [{"id": "i-bp1web00000000000001", "region": "Hangzhou"}]}`, `instances[0].region: "Hangzhou" is not a region`},
		{`{"regions": ["cn-beijing"], "instances": [{"id": "i-bp1web00000000000001", "region": "cn-hangzhou"}]}`, `instances[0].region: "cn-hangzhou" is not one of the fleet's`},
		{`{"accounts": [{"id": "1234567890123456"}, {"id": "1234567890123456"}]}`, `accounts[1].id: 1234567890123456 is listed twice`},
		{account(`"accessKeys": [{"id": "k"}]`), `accounts[0].accessKeys[0].id, secret: one is missing`},
		{key(`"deny": ["DescribeInstances"]`), `accounts[0].accessKeys[0].deny[0]: "DescribeInstances" is not a RAM action`},
		{account(`"roles": [{"arn": "acs:ram::9:role/r"}]`), `accounts[0].roles[0].arn: "acs:ram::9:role/r" is not a role of this account`},
		{`{"quotas": [{"action": "StopTheWorld", "rate": 1}]}`, `quotas[0].action: "StopTheWorld" is not served`},
		{`{"quotas": [{"action": "*", "rate": 1, "perMinute": 1}]}`, `quotas[0].rate, perMinute: set one of them`},
		{fault(`"fault": "Oops"`), `faults[0].fault.code: "Oops" is not a code that the fake knows, so it needs a status`},
		{fault(`"fault": "error"`), `faults[0].fault.code: is missing`},
		{fault(`"fault": {"kind": "bang"}`), `faults[0].fault.kind: "bang" is not one of error, html502`},
		{`{"directory": {"folders": [{"id": "fd-1"}]}}`, `directory.folders[0].id: "fd-1" is not a folder; write fd- and 10 letters or digits`},
		{fault(`"fault": "hang", "instance": "web-1"`), `faults[0].instance: "web-1" is not an instance id`},
	} {
		f, err := fakecloud.ParseFleet([]byte(tt.fleet))
		if err == nil {
			_, err = fakecloud.New(f)
		}
		if err == nil || !strings.HasPrefix(err.Error(), "fleet: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\ngot  %v\nwant %s", tt.fleet, err, tt.want)
		}
	}
}

// TestDocumentedFleet: the example in the documentation is a fleet.
func TestDocumentedFleet(t *testing.T) {
	b, err := os.ReadFile("../../docs/fake-cloud.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := strings.Split(string(b), "```json\n")
	if len(examples) < 2 {
		t.Fatal("no example in docs/fake-cloud.md")
	}
	for _, example := range examples[1:] {
		example, _, _ = strings.Cut(example, "```")
		f, err := fakecloud.ParseFleet([]byte(example))
		if err != nil {
			t.Errorf("%v in\n%s", err, example)
		}
		if _, err := fakecloud.New(f); err != nil {
			t.Error(err)
		}
	}
	for _, name := range fieldNames(reflect.TypeFor[fakecloud.Fleet](), map[reflect.Type]bool{}) {
		if !strings.Contains(string(b), "`"+name+"`") {
			t.Errorf("docs/fake-cloud.md does not explain the field %s", name)
		}
	}
}

// fieldNames are the JSON names of a struct and of all that it holds.
func fieldNames(t reflect.Type, seen map[reflect.Type]bool) []string {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return nil
	}
	seen[t] = true
	var all []string
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			all = append(all, name)
		}
		all = append(all, fieldNames(f.Type, seen)...)
	}
	return all
}

func FuzzParseFleet(f *testing.F) {
	demo, err := os.ReadFile("demo.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(demo))
	f.Add(`{"faults": [{"action": "*", "fault": {"kind": "stale", "age": "1s"}}], "quotas": [{"action": "*", "rate": 0.1}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		fleet, err := fakecloud.ParseFleet([]byte(text))
		if err != nil {
			return
		}
		size := 0
		for _, in := range fleet.Instances {
			size += max(0, in.Count)
		}
		if size > 1000 {
			t.Skip("too big for a fuzz run")
		}
		c, err := fakecloud.New(fleet)
		if err != nil {
			return
		}
		if got := fmt.Sprint(c.Instances()); got == "" {
			t.Error("no snapshot")
		}
	})
}
