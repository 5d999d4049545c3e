package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

const accountID = "1234567890123456"

// account keeps the names that may exist only once in an account, whatever the region.
type account struct{ dir string } // "" where nothing is kept

// unique are the arguments that hold such names.
var unique = map[string]string{
	"alicloud_ram_role":                             "role_name",
	"alicloud_ram_policy":                           "policy_name",
	"alicloud_log_project":                          "project_name",
	"alicloud_log_resource_record":                  "record_id",
	"alicloud_event_bridge_service_linked_role":     "product_name",
	"alicloud_resource_manager_service_linked_role": "service_name",
}

func (a account) path(kind string, d *schema.ResourceData) string {
	if argument := unique[kind]; a.dir != "" && argument != "" {
		return filepath.Join(a.dir, kind+" "+d.Get(argument).(string))
	}
	return ""
}

// action is what the SDK calls to create, read, update or delete.
type action = func(context.Context, *schema.ResourceData, any) diag.Diagnostics

func (a account) create(kind string, b block) action {
	return func(ctx context.Context, d *schema.ResourceData, _ any) diag.Diagnostics {
		if path := a.path(kind, d); path != "" {
			file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return diag.Errorf("EntityAlreadyExists: %v", err)
			}
			file.Close()
		}
		if kind == "alicloud_fcv3_async_invoke_config" {
			if refusal := refused(d); refusal != nil {
				return refusal
			}
		}
		d.SetId(accountID)
		for name, attribute := range b.Attributes {
			if name == "id" || name == "http_trigger" || attribute.Optional || attribute.Required {
				continue
			}
			value := any(answer(kind, name, d))
			switch attribute.Type.Type {
			case schema.TypeList:
				value = []any{nil}
			case schema.TypeFloat:
				value = 0
			}
			if err := d.Set(name, value); err != nil {
				return diag.Errorf("%s.%s: %v", kind, name, err)
			}
		}
		return a.read(kind)(ctx, d, nil)
	}
}

// answer is the cloud's value of an attribute that only the cloud knows.
func answer(kind, name string, d *schema.ResourceData) string {
	switch kind + "." + name {
	case "alicloud_ram_policy.type":
		return "Custom"
	case "alicloud_ram_role.arn":
		return "acs:ram::" + accountID + ":role/" + d.Get("role_name").(string)
	case "alicloud_fcv3_function.function_arn":
		return "acs:fc:REGION:" + accountID + ":functions/" + d.Get("function_name").(string)
	}
	return strings.TrimPrefix(kind, "alicloud_") + "." + name
}

// refused is how Function Compute answers a destination for success only or for failure only: the provider up to 1.289.0
// sends the other one empty. https://github.com/aliyun/terraform-provider-alicloud/issues/10031
func refused(d *schema.ResourceData) diag.Diagnostics {
	for _, config := range d.Get("destination_config").([]any) {
		sides, _ := config.(map[string]any)
		for _, side := range []string{"on_success", "on_failure"} {
			if given, _ := sides[side].([]any); len(given) == 0 {
				return diag.Errorf("InvalidDestinationResources: %s: destination can't be empty", side)
			}
		}
	}
	return nil
}

// read answers with what the real provider has in its state after it has asked the cloud. A module that says anything else would
// have a change in each plan.
func (a account) read(kind string) action {
	return func(_ context.Context, d *schema.ResourceData, _ any) diag.Diagnostics {
		switch kind {
		case "alicloud_fcv3_trigger": // other triggers have no address, and then the provider plans to learn it
			if d.Get("trigger_type") == "http" {
				return diag.FromErr(d.Set("http_trigger", []any{map[string]any{"url_internet": "https://reactivate.example.invalid"}}))
			}
		case "alicloud_sls_alert":
			return diag.FromErr(d.Set("configuration", alert(d.Get("configuration").([]any))))
		}
		return nil
	}
}

// alert is an alert's configuration as Simple Log Service answers with it: without an empty condition, and with each sink.
func alert(configurations []any) []any {
	for _, c := range configurations {
		configuration := c.(map[string]any)
		for _, s := range configuration["severity_configurations"].([]any) {
			severity := s.(map[string]any)
			for _, e := range severity["eval_condition"].([]any) {
				if condition, _ := e.(map[string]any); condition["condition"] == "" && condition["count_condition"] == "" {
					severity["eval_condition"] = []any{}
				}
			}
		}
		for _, sink := range []string{"sink_alerthub", "sink_cms", "sink_event_store"} {
			if len(configuration[sink].([]any)) == 0 {
				configuration[sink] = []any{map[string]any{"enabled": false}}
			}
		}
	}
	return configurations
}

func (a account) delete(kind string) action {
	return func(_ context.Context, d *schema.ResourceData, _ any) diag.Diagnostics {
		if path := a.path(kind, d); path != "" {
			return diag.FromErr(os.Remove(path))
		}
		return nil
	}
}
