package local

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/wording"
)

// centerRegion is where the alert center keeps its records on the China site: see alarm_center_region of deploy/terraform.
const centerRegion = "cn-heyuan"

// deployment looks at the function that is deployed in this account and region, and at what Terraform made beside it. Of the
// function only the project of its log is read, because its variables hold secrets.
func (v *verifier) deployment(ctx context.Context) []finding {
	var function struct{ LogConfig struct{ Project string } }
	err := v.read(ctx, aliyun.APIFunction, "GetFunction", aliyun.FunctionPath(functionName, ""), nil, &function)
	if err != nil {
		none := verdict{}.unless(err)
		if isMissing(err) {
			none = cannotTell(wording.VerifyNoFunction.With(functionName, v.region))
		}
		return []finding{
			v.found(wording.AssumeAsync, none), v.found(wording.AssumeAlerts, none), v.found(wording.AssumeDashboard, none), v.found(wording.AssumePolicy, none),
		}
	}
	project := function.LogConfig.Project
	alerts, policy := v.alerts(ctx, project)
	return []finding{
		v.found(wording.AssumeAsync, v.triggers(ctx)),
		v.found(wording.AssumeAlerts, alerts),
		v.found(wording.AssumeDashboard, v.dashboard(ctx, project)),
		v.found(wording.AssumePolicy, v.policy(ctx, policy)),
	}
}

func isMissing(err error) bool { return refusal(err).Status == http.StatusNotFound }

// isThere is like unless, for something that Terraform made: if that does not exist, the verdict is that it differs.
func (v verdict) isThere(err error) verdict {
	if isMissing(err) {
		return differs(wording.SawMissing)
	}
	return v.unless(err)
}

// triggers looks at how the EventBridge triggers invoke.
func (v *verifier) triggers(ctx context.Context) verdict {
	type trigger struct{ TriggerType, TriggerConfig string }
	var answer struct{ Triggers []trigger }
	err := v.read(ctx, aliyun.APIFunction, "ListTriggers", aliyun.FunctionPath(functionName, "/triggers"), nil, &answer)
	ours := slices.DeleteFunc(answer.Triggers, func(t trigger) bool { return t.TriggerType != "eventbridge" })
	async := count(ours, func(t trigger) bool {
		var config struct{ AsyncInvocationType bool }
		return json.Unmarshal([]byte(t.TriggerConfig), &config) == nil && config.AsyncInvocationType
	})
	if len(ours) == 0 {
		return cannotTell(wording.SawNoTriggers).unless(err)
	}
	return judged(async == len(ours), wording.SawTriggers.With(async, len(ours))).unless(err)
}

// actionPolicies are the action policies that Terraform makes and names in its alerts, if its variables say who gets them.
var actionPolicies = []string{functionName + ".all", functionName + ".mail"}

// alerts looks at the alerts. It also returns one of our action policies that an alert names; "" if none does.
func (v *verifier) alerts(ctx context.Context, project string) (found verdict, policy string) {
	type alert struct {
		Status        string
		Configuration struct {
			PolicyConfiguration struct{ ActionPolicyId string }
		}
	}
	var answer struct{ Results []alert }
	err := v.readLogs(ctx, "ListAlerts", v.region, project, "/alerts", &answer)
	enabled := count(answer.Results, func(a alert) bool { return a.Status == "ENABLED" })
	for _, a := range answer.Results {
		if id := a.Configuration.PolicyConfiguration.ActionPolicyId; slices.Contains(actionPolicies, id) {
			policy = id
		}
	}
	right := enabled > 0 && enabled == len(answer.Results)
	return judged(right, wording.SawAlerts.With(len(answer.Results), enabled)).isThere(err), policy
}

func (v *verifier) dashboard(ctx context.Context, project string) verdict {
	type chart struct {
		Display struct{ XAxis, YAxis []string }
	}
	var answer struct{ Charts []chart }
	err := v.readLogs(ctx, "GetDashboard", v.region, project, "/dashboards/"+functionName, &answer)
	drawn := count(answer.Charts, func(c chart) bool { return len(c.Display.XAxis)+len(c.Display.YAxis) > 0 })
	return judged(drawn > 0 && drawn == len(answer.Charts), wording.SawCharts.With(len(answer.Charts), drawn)).isThere(err)
}

// policy looks for the action policy that an alert names, which decides who gets the alert.
func (v *verifier) policy(ctx context.Context, id string) verdict {
	if id == "" {
		return cannotTell(wording.SawNoPolicy)
	}
	err := v.readLogs(ctx, "GetResourceRecord", centerRegion, "", "/resources/sls.alert.action_policy/records/"+id, &struct{}{})
	return holds(wording.SawThere).isThere(err)
}

// event sends one test event to CloudMonitor, if that is asked for. It is the only call of verify that writes.
func (v *verifier) event(ctx context.Context) []finding {
	sent := cannotTell(wording.SawNotAsked)
	if v.notify {
		err := v.cloud.CloudMonitor(v.creds, v.region).PutCustomEvent(ctx, "reactivate", "reactivate verify: a test event", time.Now())
		v.taken = err == nil
		sent = holds(wording.SawTaken).unless(err)
		if e := refusal(err); !tellsNothing(e) {
			sent = differs(wording.SawDenied.With(e.Code))
		}
	}
	return []finding{v.found(wording.AssumeTestEvent, sent)}
}
