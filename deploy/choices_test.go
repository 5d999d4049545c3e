package deploy_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

func tuple(values ...string) cty.Value {
	var all []cty.Value
	for _, v := range values {
		all = append(all, cty.StringVal(v))
	}
	return cty.TupleVal(all)
}

// everything switches all on, and nothing all off.
var (
	everything = map[string]cty.Value{
		"regions":               tuple("cn-hangzhou", "cn-beijing"),
		"watched_roles":         tuple("acs:ram::2345678901234567:role/reactivate-watched"),
		"only_tagged":           cty.True,
		"alarm_emails":          cty.ObjectVal(map[string]cty.Value{"ops": cty.StringVal("ops@example.com"), "boss": cty.StringVal("boss@example.com")}),
		"alarm_dingtalk":        cty.StringVal("https://oapi.dingtalk.invalid/robot/send?access_token=0"),
		"alarm_dingtalk_secret": cty.StringVal("SEC0"),
		"alarm_contact_groups":  tuple("on call"),
		"notify":                cty.StringVal("https://hook.invalid/x,cloudmonitor"),
		"lang":                  cty.StringVal("zh"),
		"event_bus":             cty.StringVal("reactivate"),
	}
	nothing = map[string]cty.Value{
		"alarms": cty.False, "dashboard": cty.False, "logs": cty.False, "failure_queue": cty.StringVal(""), "digest": cty.StringVal(""),
		"http_trigger": cty.False, "ecs_events": cty.False,
	}
)

// counts are how many instances of each resource there are, without those of
// the role, which is always made.
func (p plan) counts() map[string]int {
	counts := map[string]int{}
	for address, all := range p.made {
		if len(all) > 0 && !strings.HasPrefix(address, "alicloud_ram_") {
			counts[address] = len(all)
		}
	}
	return counts
}

func TestWhatIsMade(t *testing.T) {
	function := map[string]int{
		"alicloud_fcv3_function.function": 1, "alicloud_fcv3_async_invoke_config.function": 1, "alicloud_fcv3_concurrency_config.function": 1,
		"alicloud_fcv3_trigger.sweep": 1,
	}
	triggers := map[string]int{
		"alicloud_fcv3_trigger.digest": 1, "alicloud_fcv3_trigger.http": 1, "alicloud_fcv3_trigger.ecs": 2,
		"alicloud_event_bridge_service_linked_role.function": 1,
	}
	log := map[string]int{
		"alicloud_log_project.function": 1, "alicloud_log_store.function": 1, "alicloud_log_store_index.function": 1,
		"alicloud_log_dashboard.function": 1, "alicloud_sls_alert.log": 4, "alicloud_message_service_queue.failed": 1,
	}
	told := map[string]int{
		"alicloud_cms_alarm.metric": 7, "alicloud_cms_alarm_contact.email": 2, "alicloud_cms_alarm_contact.dingtalk": 1, "alicloud_cms_alarm_contact_group.function": 1,
		"alicloud_log_resource_record.user": 2, "alicloud_log_resource_record.dingtalk": 1, "alicloud_log_resource_record.policy": 1,
		"module.recharge_bus.alicloud_event_bridge_event_bus.recharge": 1, "module.recharge_bus.alicloud_event_bridge_rule.recharge": 1,
	}
	for _, tt := range []struct {
		name     string
		given    map[string]cty.Value
		want     []map[string]int
		warnings int // nobody is told
	}{
		{"by default", nil, []map[string]int{function, triggers, log}, 1},
		{"everything", everything, []map[string]int{function, triggers, log, told}, 0},
		{"nothing", nothing, []map[string]int{function}, 0},
		{"without the function", map[string]cty.Value{"manage_function": cty.False},
			[]map[string]int{log, {"alicloud_event_bridge_service_linked_role.function": 1}}, 1},
		{"existing recipients", map[string]cty.Value{"alarm_contact_groups": tuple("on call"), "alarm_action_policy": cty.StringVal("on-call")},
			[]map[string]int{function, triggers, log, {"alicloud_cms_alarm.metric": 7}}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := mustPlan(t, tt.given)
			want := map[string]int{}
			for _, part := range tt.want {
				maps.Copy(want, part)
			}
			if got := p.counts(); !maps.Equal(got, want) {
				t.Errorf("made\n%v, want\n%v", got, want)
			}
			if len(p.warnings) != tt.warnings {
				t.Errorf("warnings %q, want %d", p.warnings, tt.warnings)
			}
		})
	}
}

// Who may be told by CloudMonitor alone needs a right for it.
func TestTheRightToReportEvents(t *testing.T) {
	for notify, want := range map[string]int{"": 0, "https://hook.invalid/x": 0, "https://hook.invalid/x, cloudmonitor": 1} {
		p := mustPlan(t, map[string]cty.Value{"notify": cty.StringVal(notify)})
		for _, kind := range []string{"policy", "role_policy_attachment"} {
			if got := len(p.made["alicloud_ram_"+kind+".notify"]); got != want {
				t.Errorf("notify = %q: %d of %s, want %d", notify, got, kind, want)
			}
		}
		if got := environment(t, p)["REACTIVATE_NOTIFY"]; got != notify {
			t.Errorf("notify = %q: the function is told %q", notify, got)
		}
	}
}

// The files to fill in have every variable.
func TestExamplesHaveEveryChoice(t *testing.T) {
	for _, dir := range []string{"terraform", "terraform/watched-account"} {
		given := example(t, dir)
		m, err := readModule(dir)
		if err != nil {
			t.Fatal(err)
		}
		var declared []string
		for name := range m.declarations() {
			if variable, ok := strings.CutPrefix(name, "var."); ok {
				declared = append(declared, variable)
			}
		}
		slices.Sort(declared)
		if got := slices.Sorted(maps.Keys(given)); !slices.Equal(got, declared) {
			t.Errorf("%s: the example has\n%q, the module\n%q", dir, got, declared)
		}
		p, err := planModule(dir, given)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range p.faults {
			t.Errorf("%s: %s", dir, fault)
		}
	}
}

// Each choice stands behind a comment of its own.
func TestExampleExplainsEveryChoice(t *testing.T) {
	src, err := os.ReadFile("terraform/terraform.tfvars.example")
	if err != nil {
		t.Fatal(err)
	}
	before := ""
	for line := range strings.Lines(string(src)) {
		if name, _, ok := strings.Cut(line, " = "); ok && !strings.HasPrefix(strings.TrimSpace(line), "#") && !strings.HasPrefix(before, "# ") {
			t.Errorf("%s has no comment", name)
		}
		before = line
	}
}

// What the example says is what is so without it.
func TestExampleShowsTheDefaults(t *testing.T) {
	byDefault, byExample := mustPlan(t, nil), mustPlan(t, example(t, "terraform"))
	if got, want := byExample.counts(), byDefault.counts(); !maps.Equal(got, want) {
		t.Errorf("the example makes %v, no file %v", got, want)
	}
	if got, want := environment(t, byExample), environment(t, byDefault); !maps.Equal(got, want) {
		t.Errorf("the example gives the function %v, no file %v", got, want)
	}
}

func example(t *testing.T, dir string) map[string]cty.Value {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(dir, "terraform.tfvars.example"))
	if err != nil {
		t.Fatal(err)
	}
	return choices(t, src)
}

// environment is what the planned function is given.
func environment(t *testing.T, p plan) map[string]string {
	t.Helper()
	all := p.made["alicloud_fcv3_function.function"]
	if len(all) != 1 {
		t.Fatalf("%d functions, want 1", len(all))
	}
	env := map[string]string{}
	for name, value := range elements(all[0].values["environment_variables"]) {
		env[name.AsString()] = value.AsString()
	}
	return env
}

// Whoever deploys and reads nothing starts nothing; whoever forgets a choice
// falls back to that, too.
func TestNothingIsStartedUntilItsOwnerSaysSo(t *testing.T) {
	for name, given := range map[string]map[string]cty.Value{"by default": nil, "everything": everything, "nothing": nothing} {
		env := environment(t, mustPlan(t, given))
		if env["REACTIVATE_DRY_RUN"] != "true" || env["REACTIVATE_MAX_INSTANCES"] != "50" {
			t.Errorf("%s: %v, want a dry run and a cap of 50", name, env)
		}
	}
	live := mustPlan(t, map[string]cty.Value{"dry_run": cty.False})
	if got := environment(t, live)["REACTIVATE_DRY_RUN"]; got != "false" {
		t.Errorf("dry_run = false gives %q, want false", got)
	}
	for text, p := range map[string]plan{"dry run:": mustPlan(t, nil), "live:": live} {
		if got := p.outputs["mode"].AsString(); !strings.HasPrefix(got, text) {
			t.Errorf("the output says %q, want it to begin with %q", got, text)
		}
	}
}

// Whoever is named is told by both: each action names recipients that are made.
func TestRecipientsOfAlarms(t *testing.T) {
	p := mustPlan(t, everything)
	records := map[string]object{}
	for _, address := range []string{"user", "dingtalk", "policy"} {
		for _, it := range p.made["alicloud_log_resource_record."+address] {
			records[it.text("record_id")] = decode(t, []byte(it.text("value")))
		}
	}
	script := records["reactivate.alarms"]["primary_policy_script"].(string)
	for _, want := range []string{
		`fire(type="email", users=["reactivate.boss","reactivate.ops"], `,
		`fire(type="webhook_integration", integration_type="dingtalk", webhook_id="reactivate.dingtalk", `,
	} {
		if !strings.Contains(script, want) {
			t.Errorf("the action policy is\n%s, want %s in it", script, want)
		}
	}
	for id, want := range map[string]object{
		"reactivate.ops":      {"user_id": "reactivate.ops", "email": []any{"ops@example.com"}, "enabled": true},
		"reactivate.dingtalk": {"id": "reactivate.dingtalk", "type": "dingtalk", "secret": "SEC0"},
	} {
		for field, value := range want {
			if got := records[id][field]; fmt.Sprint(got) != fmt.Sprint(value) {
				t.Errorf("%s: %s is %v, want %v", id, field, got, value)
			}
		}
	}
	for _, it := range p.made["alicloud_sls_alert.log"] {
		policy := it.block("configuration").block("policy_configuration")
		if policy.text("action_policy_id") != "reactivate.alarms" || policy.text("repeat_interval") != "24h" {
			t.Errorf("%s: the policy %q every %s, want reactivate.alarms once a day", it.key, policy.text("action_policy_id"), policy.text("repeat_interval"))
		}
		if !it.block("configuration").values["send_resolved"].True() {
			t.Errorf("%s does not say when it is over", it.key)
		}
	}
	for _, it := range p.made["alicloud_cms_alarm.metric"] {
		if got := it.values["contact_groups"].LengthInt(); got != 2 {
			t.Errorf("%s tells %d groups, want 2", it.key, got)
		}
	}
}

func TestPlanFaults(t *testing.T) {
	const attachment = "resource \"alicloud_ram_role_policy_attachment\" \"a\" {\n  role_name = \"r\"\n  policy_name = \"p\"\n  policy_type = %s\n}\n"
	for _, tt := range []struct{ name, src, want string }{
		{"sound", strings.Replace(attachment, "%s", `"Custom"`, 1), ""},
		{"not one of an enumeration", strings.Replace(attachment, "%s", `"custom"`, 1), `policy_type is "custom", want one of`},
		{"a wrong type", strings.Replace(attachment, "%s", `["Custom"]`, 1), "policy_type is tuple, want string"},
		{"null where it is required", strings.Replace(attachment, "%s", "null", 1), "policy_type is null, and required"},
		{"a number out of range", "resource \"alicloud_message_service_queue\" \"q\" {\n  queue_name = \"q\"\n  message_retention_period = 604801\n}\n", "message_retention_period is 604801, want 60 to 604800"},
		{"a text that is no JSON", "resource \"alicloud_log_dashboard\" \"d\" {\n  project_name = \"p\"\n  dashboard_name = \"d\"\n  char_list = \"[\"\n}\n", "char_list is no JSON"},
		{"a block too many", "resource \"alicloud_fcv3_function\" \"f\" {\n  handler = \"main\"\n  runtime = \"go1\"\n  code {\n  }\n  code {\n  }\n}\n", `2 blocks "code", want at most 1`},
		{"a block too few", "resource \"alicloud_sls_alert\" \"a\" {\n  alert_name = \"a\"\n  display_name = \"a\"\n  project_name = \"p\"\n  schedule {\n  }\n}\n", `needs a block "configuration"`},
		{"an element of a list", "resource \"alicloud_cms_alarm\" \"a\" {\n  name = \"a\"\n  project = \"p\"\n  metric = \"m\"\n  contact_groups = [{}]\n}\n", "contact_groups is tuple, want list(string)"},
		{"a value of another resource", "resource \"alicloud_ram_role\" \"r\" {\n}\n" + strings.Replace(attachment, "%s", "alicloud_ram_role.r.role_id", 1), "want one of"},
		{"a variable that its rule refuses", "variable \"v\" {\n  type = number\n  default = 1\n  validation {\n    condition = var.v > 1\n    error_message = \"Want more.\"\n  }\n}\n", "Want more."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := parseModule(map[string][]byte{"x.tf": []byte(tt.src)})
			if err != nil {
				t.Fatal(err)
			}
			p, err := m.plan(".", nil)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(p.faults, "\n")
			if !strings.Contains(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}
