package fakecloud

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
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

// readPath finds the operation and the resource of an API that names them by its path.
func (q *request) readPath() {
	parts := strings.Split(strings.Trim(q.path, "/"), "/")
	switch {
	case len(parts) >= 3 && parts[0] == functionVersion && parts[1] == "functions":
		q.resource = parts[2]
	case strings.HasPrefix(q.Header.Get("Authorization"), logAlgorithm):
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
	keyID, signature, found := strings.Cut(strings.TrimPrefix(q.Header.Get("Authorization"), logAlgorithm), ":")
	at, err := http.ParseTime(q.Header.Get("Date"))
	if !found || err != nil || q.Header.Get("x-log-signaturemethod") != "hmac-sha1" {
		return signed{}, apiError("IncompleteSignature")
	}
	return signed{
		keyID: keyID, token: q.Header.Get("x-acs-security-token"), timestamp: at.UTC().Format(timeFormat), signature: signature,
		compute: func(secret string) string { return signSHA1(secret, q.canonicalLOG()) },
	}, nil
}

func (q *request) canonicalLOG() string {
	lines := []string{q.Method, q.Header.Get("Content-MD5"), q.Header.Get("Content-Type"), q.Header.Get("Date")}
	for _, name := range slices.Sorted(maps.Keys(q.Header)) {
		if own := strings.ToLower(name); strings.HasPrefix(own, "x-log-") || strings.HasPrefix(own, "x-acs-") {
			lines = append(lines, own+":"+q.Header.Get(name))
		}
	}
	return strings.Join(append(lines, q.path), "\n")
}

// signSHA1 is the HMAC-SHA1 of a text in Base64.
func signSHA1(secret, text string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
