package deploy_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// object is a JSON object, as a schema is one.
type object = map[string]any

// triggerConfigs says which definition of the schema belongs to which trigger.
// The schema itself takes any of them for any trigger, and with IOtsConfig,
// which is any object, whatever there is.
var triggerConfigs = map[string]string{
	"cdn_events":  "ICdnTriggerConfig",
	"eventbridge": "IEventBridge",
	"http":        "IHttpTriggerConfig",
	"log":         "ILogTriggerConfig",
	"mns_topic":   "IMnsTriggerConfig",
	"oss":         "IOssTriggerConfig",
	"tablestore":  "IOtsConfig",
	"timer":       "ITimerTriggerConfig",
}

// eventBridgeParts are the parts of an EventBridge trigger that the schema
// leaves open, after the component's documentation
// (https://github.com/devsapp/fc, docs/zh/yaml/triggers.md: that of fc3 lacks them).
// Of the run options only the mode is allowed: the others have an effect on event
// streams alone, says the same page, and here there are none.
const eventBridgeParts = `{
	"eventSourceConfig": {"type": "object", "required": ["eventSourceType", "eventSourceParameters"],
		"properties": {
			"eventSourceType": {"enum": ["Default", "MNS", "RocketMQ", "RabbitMQ", "Kafka", "DTS", "MQTT"]},
			"eventSourceParameters": {"type": "object"}},
		"if": {"properties": {"eventSourceType": {"const": "Default"}}},
		"then": {"properties": {"eventSourceParameters": {"maxProperties": 0}}}},
	"eventSinkConfig": {"type": "object", "required": ["deliveryOption"], "properties": {
		"deliveryOption": {"type": "object", "properties": {
			"mode": {"enum": ["event-driven", "event-streaming"]},
			"eventSchema": {"enum": ["CloudEvents", "RawData"]},
			"concurrency": {"type": "integer", "minimum": 1}}}}},
	"runOptions": {"type": "object", "required": ["mode"], "properties": {"mode": {"const": "event-driven"}}}
}`

// strictSchema is the component's schema with its doors closed: unknown
// properties fail at every level, the configuration of a trigger is that of its
// type, and limits of the API hold where the schema's are wider.
func strictSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	src, err := os.ReadFile("testdata/fc3-schema.json")
	if err != nil {
		t.Fatal(err)
	}
	root := decode(t, src)
	definitions := root["definitions"].(object)

	var choices []any
	for triggerType, definition := range triggerConfigs {
		choices = append(choices, object{
			"if":   object{"properties": object{"triggerType": object{"const": triggerType}}},
			"then": object{"properties": object{"triggerConfig": object{"$ref": "#/definitions/" + definition}}},
		})
	}
	trigger := definitions["ITrigger"].(object)
	trigger["allOf"] = choices
	trigger["properties"].(object)["triggerConfig"] = object{"type": "object"}
	definitions["IOtsConfig"] = object{"type": "object", "maxProperties": json.Number("0")}

	eventBridge := definitions["IEventBridge"].(object)["properties"].(object)
	for name, part := range decode(t, []byte(eventBridgeParts)) {
		eventBridge[name] = part
	}

	// https://github.com/alibabacloud-go/fc-20230330: 1 to 604800 seconds.
	async := definitions["IAsyncInvokeConfig"].(object)["properties"].(object)
	async["maxAsyncEventAgeInSeconds"].(object)["maximum"] = json.Number("604800")

	closeObjects(root)
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("fc3.json", root); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("fc3.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func decode(t *testing.T, src []byte) object {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	return value.(object)
}

// closeObjects forbids what an object with properties does not name. A
// condition ("if") is no description of an object and has no type; it stays.
func closeObjects(value any) {
	switch value := value.(type) {
	case object:
		_, named := value["properties"].(object)
		if _, says := value["additionalProperties"]; named && !says && value["type"] == "object" {
			value["additionalProperties"] = false
		}
		for _, v := range value {
			closeObjects(v)
		}
	case []any:
		for _, v := range value {
			closeObjects(v)
		}
	}
}

func TestEveryTriggerTypeHasItsConfiguration(t *testing.T) {
	src, err := os.ReadFile("testdata/fc3-schema.json")
	if err != nil {
		t.Fatal(err)
	}
	definitions := decode(t, src)["definitions"].(object)
	types := definitions["ITriggerType"].(object)["enum"].([]any)
	if got, want := len(triggerConfigs), len(types); got != want {
		t.Errorf("%d trigger types, want %d", got, want)
	}
	for _, name := range types {
		if _, ok := definitions[triggerConfigs[name.(string)]]; !ok {
			t.Errorf("%v: no definition %q in the schema", name, triggerConfigs[name.(string)])
		}
	}
}
