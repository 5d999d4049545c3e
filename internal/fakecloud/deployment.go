package fakecloud

import (
	"slices"
	"strconv"
)

// Deployment is what Function Compute and Simple Log Service show of a deployed function.
type Deployment struct {
	Function string `json:"function"` // its name
	Project  string `json:"project"`  // of Simple Log Service, where its log goes
	// Asynchronous is what its EventBridge trigger has as asyncInvocationType.
	Asynchronous bool     `json:"asynchronous,omitempty"`
	Alerts       []string `json:"alerts,omitempty"`         // by their names; all are enabled, and name the action policy FUNCTION.all
	Dashboards   []string `json:"dashboards,omitempty"`     // by their names
	Policies     []string `json:"actionPolicies,omitempty"` // by their ids
}

// getFunction shows a function.
// Source: https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-getfunction
func (k *call) getFunction() (any, *Error) {
	d := k.fleet.Deployment
	if d.Function == "" || k.q.resource != d.Function {
		return nil, apiError("FunctionNotFound", k.q.resource)
	}
	return object{"functionName": d.Function, "runtime": "go1", "logConfig": object{"project": d.Project, "logstore": d.Function}}, nil
}

// listTriggers shows a function's triggers. The configuration of each is JSON in a text.
// Source: https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-listtriggers
func (k *call) listTriggers() (any, *Error) {
	if _, e := k.getFunction(); e != nil {
		return nil, e
	}
	async := strconv.FormatBool(k.fleet.Deployment.Asynchronous)
	return object{"triggers": []object{
		{"triggerName": "sweep", "triggerType": "timer",
			"triggerConfig": `{"cronExpression":"@every 30m","enable":true,"payload":"{\"sweep\":true}"}`},
		{"triggerName": "ecs", "triggerType": "eventbridge",
			"triggerConfig": `{"triggerEnable":true,"asyncInvocationType":` + async + `,"eventSourceConfig":{"eventSourceType":"Default"}}`},
	}}, nil
}

// listAlerts shows the alerts of the project.
// Source: https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-listalerts
func (k *call) listAlerts() (any, *Error) {
	d := k.fleet.Deployment
	policy := object{"policyConfiguration": object{"actionPolicyId": d.Function + ".all"}}
	var rows []object
	for _, name := range d.Alerts {
		rows = append(rows, object{"name": name, "status": "ENABLED", "configuration": policy})
	}
	return object{"count": len(rows), "total": len(rows), "results": rows}, nil
}

// getDashboard shows a dashboard.
// Source: https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getdashboard
func (k *call) getDashboard() (any, *Error) {
	if !slices.Contains(k.fleet.Deployment.Dashboards, k.q.resource) {
		return nil, apiError("NotExist", k.q.resource)
	}
	axes := object{"xAxis": []string{"time"}, "yAxis": []string{"count"}}
	return object{"dashboardName": k.q.resource, "charts": []object{{"title": "Outcomes", "display": axes}}}, nil
}

// getResourceRecord shows an action policy of the alert center.
// Source: https://github.com/aliyun/aliyun-log-go-sdk (client_resource_record)
func (k *call) getResourceRecord() (any, *Error) {
	if !slices.Contains(k.fleet.Deployment.Policies, k.q.resource) {
		return nil, apiError("NotExist", k.q.resource)
	}
	return object{"id": k.q.resource, "tag": k.q.resource}, nil
}
