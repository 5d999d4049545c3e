package local

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"reactivate/internal/aliyun"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// centerRegion is where the alert center keeps its records on the China site: see alarm_center_region of deploy/terraform.
const centerRegion = "cn-heyuan"

// deployment looks at the function that is deployed in this account and region, and at what Terraform made beside it. Of the
// function only the project of its log is read, because its variables hold secrets.
func (v *verifier) deployment(ctx context.Context) []finding {
	var function struct{ LogConfig struct{ Project string } }
	err := v.look(ctx, aliyun.APIFunction, "GetFunction", aliyun.FunctionPath(functionName, ""), v.region, nil, &function)
	if err != nil {
		var found []finding
		for _, assumption := range []wording.Text{wording.AssumeAsync, wording.AssumeAlerts, wording.AssumeDashboard, wording.AssumePolicy} {
			f := failed(assumption, err)
			if missing(err) {
				f = untold(assumption, wording.VerifyNoFunction.With(functionName, v.region))
			}
			found = append(found, f)
		}
		return found
	}
	project := function.LogConfig.Project
	alerts, policy := v.alerts(ctx, project)
	return []finding{v.triggers(ctx), alerts, v.dashboard(ctx, project), v.policy(ctx, policy)}
}

func missing(err error) bool {
	refused, ok := errors.AsType[*reactivate.Error](err)
	return ok && refused.Status == http.StatusNotFound
}

// triggers looks at how the EventBridge triggers invoke.
func (v *verifier) triggers(ctx context.Context) finding {
	var answer struct {
		Triggers []struct{ TriggerType, TriggerConfig string }
	}
	if err := v.look(ctx, aliyun.APIFunction, "ListTriggers", aliyun.FunctionPath(functionName, "/triggers"), v.region, nil, &answer); err != nil {
		return failed(wording.AssumeAsync, err)
	}
	all, right := 0, 0
	for _, trigger := range answer.Triggers {
		if trigger.TriggerType != "eventbridge" {
			continue
		}
		var config struct{ AsyncInvocationType bool }
		all++
		if decodeText(trigger.TriggerConfig, &config) && config.AsyncInvocationType {
			right++
		}
	}
	if all == 0 {
		return untold(wording.AssumeAsync, wording.SawNoTriggers)
	}
	return judged(wording.AssumeAsync, right == all, wording.SawTriggers.With(right, all))
}

func (v *verifier) logs(ctx context.Context, operation, region, project, path string, into any) error {
	answer, err := v.cloud.LookLogs(ctx, v.creds, operation, region, project, path)
	return v.take(answer, err, into)
}

// actionPolicies are those that Terraform makes, and names in the alerts, if it is given people to tell.
var actionPolicies = []string{functionName + ".all", functionName + ".mail"}

// alerts looks at the alerts. It also returns one of our action policies that an alert names; "" if none does.
func (v *verifier) alerts(ctx context.Context, project string) (f finding, policy string) {
	var answer struct {
		Results []struct {
			Status        string
			Configuration struct {
				PolicyConfiguration struct{ ActionPolicyId string }
			}
		}
	}
	if err := v.logs(ctx, "ListAlerts", v.region, project, "/alerts", &answer); err != nil {
		return lacking(wording.AssumeAlerts, err), ""
	}
	enabled := 0
	for _, alert := range answer.Results {
		if alert.Status == "ENABLED" {
			enabled++
		}
		if id := alert.Configuration.PolicyConfiguration.ActionPolicyId; slices.Contains(actionPolicies, id) {
			policy = id
		}
	}
	return judged(wording.AssumeAlerts, enabled > 0 && enabled == len(answer.Results), wording.SawAlerts.With(len(answer.Results), enabled)), policy
}

func (v *verifier) dashboard(ctx context.Context, project string) finding {
	var answer struct {
		Charts []struct {
			Display struct{ XAxis, YAxis []string }
		}
	}
	if err := v.logs(ctx, "GetDashboard", v.region, project, "/dashboards/"+functionName, &answer); err != nil {
		return lacking(wording.AssumeDashboard, err)
	}
	drawn := 0
	for _, chart := range answer.Charts {
		if len(chart.Display.XAxis)+len(chart.Display.YAxis) > 0 {
			drawn++
		}
	}
	return judged(wording.AssumeDashboard, drawn > 0 && drawn == len(answer.Charts), wording.SawCharts.With(len(answer.Charts), drawn))
}

// policy looks for an action policy that an alert names, which tells people of it.
func (v *verifier) policy(ctx context.Context, id string) finding {
	if id == "" {
		return untold(wording.AssumePolicy, wording.SawNoPolicy)
	}
	if err := v.logs(ctx, "GetResourceRecord", centerRegion, "", "/resources/sls.alert.action_policy/records/"+id, &struct{}{}); err != nil {
		return lacking(wording.AssumePolicy, err)
	}
	return finding{wording.AssumePolicy, wording.SawThere, wording.Holds}
}

// lacking is the finding for something that Terraform made: if it is not there, the finding differs.
func lacking(assumption wording.Text, err error) finding {
	if missing(err) {
		return finding{assumption, wording.SawMissing, wording.Differs}
	}
	return failed(assumption, err)
}

// event sends one test event to CloudMonitor, if that is asked for. It is the only call of verify that writes.
func (v *verifier) event(ctx context.Context) []finding {
	if !v.notify {
		return []finding{untold(wording.AssumeTestEvent, wording.SawNotAsked)}
	}
	err := v.cloud.CloudMonitor(v.creds, v.region).PutCustomEvent(ctx, "reactivate", "reactivate verify: a test event", time.Now())
	if refused, ok := errors.AsType[*reactivate.Error](err); ok && refused.Class != reactivate.ClassDenied && refused.Code != "" {
		return []finding{{wording.AssumeTestEvent, wording.SawDenied.With(clean(refused.Code)), wording.Differs}}
	}
	if err != nil {
		return []finding{failed(wording.AssumeTestEvent, err)}
	}
	return []finding{{wording.AssumeTestEvent, wording.SawTaken, wording.Holds}}
}
