package fakecloud

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	functionVersion = "2023-03-30" // of Function Compute
	logVersion      = "0.6.0"      // of Simple Log Service
)

// Deployment is what Function Compute and Simple Log Service show of a deployed function, to whoever only reads.
type Deployment struct {
	Function string `json:"function"` // its name
	Project  string `json:"project"`  // that its log goes to
	// Asynchronous is what its EventBridge trigger has as asyncInvocationType.
	Asynchronous bool     `json:"asynchronous,omitempty"`
	Alerts       []string `json:"alerts,omitempty"`         // by their names; all are enabled, and name the action policy FUNCTION.all
	Dashboards   []string `json:"dashboards,omitempty"`     // by their names
	Policies     []string `json:"actionPolicies,omitempty"` // by their ids
}

func (k *call) deployment() Deployment {
	if k.fleet.Deployment == nil {
		return Deployment{}
	}
	return *k.fleet.Deployment
}

type functionBody struct {
	FunctionName string `json:"functionName"`
	Runtime      string `json:"runtime"`
	LogConfig    struct {
		Project  string `json:"project"`
		Logstore string `json:"logstore"`
	} `json:"logConfig"`
}

// getFunction shows a function.
// Source: https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-getfunction
func (k *call) getFunction() (any, *Error) {
	d := k.deployment()
	if e := k.allowed(); e != nil {
		return nil, e
	}
	if d.Function == "" || k.q.resource != d.Function {
		return nil, apiError(codeFunctionNotFound, k.q.resource)
	}
	body := functionBody{FunctionName: d.Function, Runtime: "go1"}
	body.LogConfig.Project, body.LogConfig.Logstore = d.Project, d.Function
	return body, nil
}

type triggersBody struct {
	Triggers []triggerRow `json:"triggers"`
}

type triggerRow struct {
	TriggerName   string `json:"triggerName"`
	TriggerType   string `json:"triggerType"`
	TriggerConfig string `json:"triggerConfig"` // JSON in a text
}

// listTriggers shows a function's triggers.
// Source: https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-listtriggers
func (k *call) listTriggers() (any, *Error) {
	if _, e := k.getFunction(); e != nil {
		return nil, e
	}
	async := "false"
	if k.deployment().Asynchronous {
		async = "true"
	}
	return triggersBody{[]triggerRow{
		{"sweep", "timer", `{"cronExpression":"@every 30m","enable":true,"payload":"{\"sweep\":true}"}`},
		{"ecs", "eventbridge", `{"triggerEnable":true,"asyncInvocationType":` + async + `,"eventSourceConfig":{"eventSourceType":"Default"}}`},
	}}, nil
}

type alertsBody struct {
	Count   int        `json:"count"`
	Total   int        `json:"total"`
	Results []alertRow `json:"results"`
}

type alertRow struct {
	Name          string `json:"name"`
	Status        string `json:"status"`
	Configuration struct {
		PolicyConfiguration struct {
			ActionPolicyID string `json:"actionPolicyId"`
		} `json:"policyConfiguration"`
	} `json:"configuration"`
}

// listAlerts shows the alerts of the project.
// Source: https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-listalerts
func (k *call) listAlerts() (any, *Error) {
	if e := k.allowed(); e != nil {
		return nil, e
	}
	d := k.deployment()
	body := alertsBody{Count: len(d.Alerts), Total: len(d.Alerts)}
	for _, name := range d.Alerts {
		row := alertRow{Name: name, Status: "ENABLED"}
		row.Configuration.PolicyConfiguration.ActionPolicyID = d.Function + ".all"
		body.Results = append(body.Results, row)
	}
	return body, nil
}

type dashboardBody struct {
	DashboardName string  `json:"dashboardName"`
	Charts        []chart `json:"charts"`
}

type chart struct {
	Title   string `json:"title"`
	Display struct {
		XAxis []string `json:"xAxis"`
		YAxis []string `json:"yAxis"`
	} `json:"display"`
}

// getDashboard shows a dashboard.
// Source: https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getdashboard
func (k *call) getDashboard() (any, *Error) {
	if e := k.allowed(); e != nil {
		return nil, e
	}
	if !slices.Contains(k.deployment().Dashboards, k.q.resource) {
		return nil, apiError(codeNotExist, k.q.resource)
	}
	one := chart{Title: "Outcomes"}
	one.Display.XAxis, one.Display.YAxis = []string{"time"}, []string{"count"}
	return dashboardBody{k.q.resource, []chart{one}}, nil
}

// getResourceRecord shows an action policy of the alert center.
// Source: https://github.com/aliyun/aliyun-log-go-sdk (client_resource_record)
func (k *call) getResourceRecord() (any, *Error) {
	if e := k.allowed(); e != nil {
		return nil, e
	}
	if !slices.Contains(k.deployment().Policies, k.q.resource) {
		return nil, apiError(codeNotExist, k.q.resource)
	}
	return map[string]string{"id": k.q.resource, "tag": k.q.resource}, nil
}

// readPath finds the operation and the resource of an API that names them by its path.
func (q *request) readPath() {
	parts := strings.Split(strings.Trim(q.path, "/"), "/")
	switch {
	case len(parts) >= 3 && parts[0] == functionVersion && parts[1] == "functions":
		q.resource = parts[2]
	case strings.HasPrefix(q.header.Get("Authorization"), logAlgorithm):
		q.version = logVersion
		q.resource = parts[len(parts)-1]
		switch {
		case q.path == "/alerts":
			q.action = "ListAlerts"
		case len(parts) == 2 && parts[0] == "dashboards":
			q.action = "GetDashboard"
		case len(parts) == 4 && parts[0] == "resources" && parts[2] == "records":
			q.action = "GetResourceRecord"
		}
	}
}

const logAlgorithm = "LOG "

// readLOG reads a signature of Simple Log Service: HMAC-SHA1 over the date, the headers of its own and the path.
// Source: https://www.alibabacloud.com/help/en/sls/developer-reference/request-signatures
func (q *request) readLOG() (signed, *Error) {
	keyID, signature, found := strings.Cut(strings.TrimPrefix(q.header.Get("Authorization"), logAlgorithm), ":")
	at, err := http.ParseTime(q.header.Get("Date"))
	if !found || err != nil || q.header.Get("x-log-signaturemethod") != "hmac-sha1" {
		return signed{}, apiError(codeIncomplete)
	}
	return signed{
		keyID: keyID, token: q.header.Get("x-acs-security-token"), timestamp: at.UTC().Format("2006-01-02T15:04:05Z"), signature: signature,
		compute: func(secret string) string {
			mac := hmac.New(sha1.New, []byte(secret))
			mac.Write([]byte(q.canonicalLOG(at)))
			return base64.StdEncoding.EncodeToString(mac.Sum(nil))
		},
	}, nil
}

func (q *request) canonicalLOG(at time.Time) string {
	var names []string
	for name := range q.header {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-log-") || strings.HasPrefix(name, "x-acs-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	text := q.method + "\n" + q.header.Get("Content-MD5") + "\n" + q.header.Get("Content-Type") + "\n" + at.UTC().Format(http.TimeFormat) + "\n"
	for _, name := range names {
		text += name + ":" + q.header.Get(name) + "\n"
	}
	return text + q.path
}
