package aliyun

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"time"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"

	"reactivate/internal/cloud"
)

// apiLogs is Simple Log Service. Its version stands in a header.
var apiLogs = API{product: "log"}

// isProject tells whether a text is a project's name, which becomes part of a host name.
func isProject(name string) bool {
	return regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,126}[a-z0-9]$`).MatchString(name)
}

// LookLogs reads a resource of Simple Log Service, by its path. Its API has a signature of its own. The project is part of the
// host name; "" is for resources that belong to no project.
// https://www.alibabacloud.com/help/en/sls/developer-reference/request-signatures
func (c *Cloud) LookLogs(ctx context.Context, creds Credentials, name, region, project, path string) (Answer, error) {
	if !readsOnly(name) || project != "" && !isProject(project) {
		return Answer{}, &cloud.Error{Op: name, Class: cloud.ClassInvalid, Message: "not an operation that only reads, or not a project's name"}
	}
	var answer Answer
	err := c.call(ctx, creds, operation{api: apiLogs, name: name}, region, func(config *openapiutil.Config, w *wire) (string, error) {
		scheme, host := c.endpoint.host(apiLogs.product, region)
		if c.endpoint.Loopback == "" {
			host = strings.TrimPrefix(project+"."+region+".log.aliyuncs.com", ".")
		}
		req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, strings.ToLower(scheme)+"://"+host+path, nil)
		if err != nil {
			return "", err
		}
		signLogs(req, creds, time.Now())
		resp, err := w.Call(req, nil)
		if err != nil {
			return "", err
		}
		resp.Body.Close() // w has read it
		if w.status != http.StatusOK {
			return "", nil
		}
		return answer.take(w)
	})
	return answer, err
}

// signLogs signs a request without a body and without a query.
func signLogs(req *http.Request, creds Credentials, at time.Time) {
	date := at.UTC().Format(http.TimeFormat)
	text := req.Method + "\n\n\n" + date + "\n"
	if creds.SecurityToken != "" {
		req.Header.Set("x-acs-security-token", creds.SecurityToken)
		text += "x-acs-security-token:" + creds.SecurityToken + "\n"
	}
	for _, field := range [][2]string{{"x-log-apiversion", "0.6.0"}, {"x-log-bodyrawsize", "0"}, {"x-log-signaturemethod", "hmac-sha1"}} {
		req.Header.Set(field[0], field[1])
		text += field[0] + ":" + field[1] + "\n"
	}
	mac := hmac.New(sha1.New, []byte(creds.AccessKeySecret))
	mac.Write([]byte(text + req.URL.Path))
	req.Header.Set("Date", date)
	req.Header.Set("Authorization", "LOG "+creds.AccessKeyID+":"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}
