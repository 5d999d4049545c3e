package handler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

// The secrets that go in: told apart from anything that may stand in an output for another reason.
const (
	keyID      = "LTAI-redact-key-id"
	keySecret  = "redact/Secret+of=the&key"
	token      = "redact+Security/Token==of%the&session"
	httpToken  = "redact-http-token-one"
	spareToken = "redact-http-token-two"
	robotPath  = "redact-robot-path"
	robotToken = "redact-robot-token"
	robotSign  = "SECredact-robot-signature"
	hookSign   = "whsec_cmVkYWN0LXdlYmhvb2stc2lnbmF0dXJl"
)

// robots are targets that echo all they were asked with, one that refuses connections, and one whose host is not there.
func robots(t *testing.T, status int) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body) // nothing is missed
		w.Header().Set("Location", req.URL.String())
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"errcode":310000,"code":19021,"errmsg":%q}`, req.URL.String()+" "+fmt.Sprint(req.Header)+robotSign+" "+hookSign+string(body))
	}))
	t.Cleanup(server.Close)
	at := "/" + robotPath + "?access_token=" + robotToken
	return fmt.Sprintf("REACTIVATE_NOTIFY=dingtalk=%s#%s,feishu=%[1]s#%[2]s,wecom=%[1]s,slack=%[1]s,webhook=%[1]s#%[3]s,http://127.0.0.1:1%[4]s,https://redact.invalid%[4]s",
		server.URL+at, robotSign, hookSign, at)
}

// TestNoSecretComesOut searches every output, logs at debug included, for every secret that went in.
func TestNoSecretComesOut(t *testing.T) {
	echo := fmt.Sprintf("server string to sign is:POST&%%2F&%s %s %s %s",
		url.QueryEscape("AccessKeyId="+keyID+"&SecurityToken="+url.QueryEscape(token)), token, keySecret, keyID)
	echoing := func(f *fakecloud.Fleet, action, code string) {
		f.Faults = append(f.Faults, fakecloud.Fault{Action: action, Always: true, Fault: fakecloud.FaultAct{
			Error: fakecloud.Error{Code: code, Message: echo, Status: 400},
		}})
	}
	refusing, redirecting := robots(t, 200), robots(t, 307)
	ids := `{"instanceIds":["` + web1 + `","` + web2 + `"]}`
	post := func(headers, query map[string]string, body string) string {
		return call{headers: headers, query: query, body: body}.event()
	}
	for _, tt := range []struct {
		name    string
		edit    func(*fakecloud.Fleet)
		wrong   string // a secret that is not the key's
		env     []string
		payload string
	}{
		{"all is well", func(*fakecloud.Fleet) {}, "", nil, ids},
		{"roles, one of them refused", func(*fakecloud.Fleet) {}, "", []string{"REACTIVATE_ROLES=" + watchedRole + "," + otherRole}, `{"sweep":true}`},
		{"a wrong signature", func(*fakecloud.Fleet) {}, "redact-another-secret", nil, ids},
		{"ECS echoes what it signed", func(f *fakecloud.Fleet) { echoing(f, "DescribeInstances", "SignatureDoesNotMatch") }, "", nil, ids},
		{"a call's refusal echoes", func(f *fakecloud.Fleet) { echoing(f, reactivateAction, "Surprise") }, "", nil, ids},
		{"a role's refusal echoes", func(f *fakecloud.Fleet) { echoing(f, "AssumeRole", "NoPermission") }, "", []string{"REACTIVATE_ROLES=" + watchedRole}, `{"sweep":true}`},
		{"an HTTP request with the token", func(*fakecloud.Fleet) {}, "", nil, post(map[string]string{"Authorization": "Bearer " + httpToken}, nil, ids)},
		{"with the token in the query", func(*fakecloud.Fleet) {}, "", nil, post(nil, map[string]string{"token": spareToken}, ids)},
		{"with a wrong token", func(*fakecloud.Fleet) {}, "", nil, post(map[string]string{"Authorization": "Bearer redact-guess"}, nil, ids)},
		{"with a broken body", func(*fakecloud.Fleet) {}, "", nil, post(map[string]string{"Authorization": "Bearer " + httpToken}, nil, `{"`)},
		{"robots refuse and echo", func(*fakecloud.Fleet) {}, "", []string{refusing}, ids},
		{"robots redirect", func(*fakecloud.Fleet) {}, "", []string{redirecting}, ids},
		{"the doctor asks the robots", func(*fakecloud.Fleet) {}, "", []string{refusing}, `{"doctor":true,"notify":"always"}`},
		{"a robot's URL that is wrong", func(*fakecloud.Fleet) {}, "", []string{"REACTIVATE_NOTIFY=http://redact.invalid/" + robotPath + "?k=" + robotToken + "#" + robotSign}, ids},
		{"a robot's URL in the wrong variable", func(*fakecloud.Fleet) {}, "", []string{"REACTIVATE_NOTIFY_ON=https://redact.invalid/" + robotPath, "REACTIVATE_LANG=" + robotSign}, ids},
		{"secrets in the wrong variables", func(*fakecloud.Fleet) {}, "",
			[]string{"REACTIVATE_GRACE=" + keySecret, "REACTIVATE_REGIONS=" + token, "REACTIVATE_ENDPOINT=http://" + keyID + "@127.0.0.1/" + httpToken}, ids},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fleet := watching()
			fleet.Accounts[0].AccessKeys = []fakecloud.AccessKey{{ID: keyID, Secret: keySecret, Token: token, Principal: "acs:ram::" + home + ":role/function"}}
			tt.edit(&fleet)
			r := newRig(t, fleet, append([]string{
				"REACTIVATE_LOG_LEVEL=debug", "REACTIVATE_ATTEMPTS=2",
				"REACTIVATE_NOTIFY_ON=always", "REACTIVATE_HTTP_AUTH=token", "REACTIVATE_HTTP_TOKEN=" + httpToken + "," + spareToken,
			}, tt.env...)...)
			sessions := r.sessions()
			r.fc.Credentials.AccessKeyId, r.fc.Credentials.AccessKeySecret, r.fc.Credentials.SecurityToken = keyID, keySecret, token
			if tt.wrong != "" {
				r.fc.Credentials.AccessKeySecret = tt.wrong
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // robots that are not there are not asked for long
			defer cancel()
			answer, err := r.invoke(ctx, tt.payload)
			outputs := r.logs.String() + answer + fmt.Sprint(err)
			for _, secret := range append(sessions(), keyID, keySecret, token, httpToken, spareToken, "redact-guess", tt.wrong,
				robotPath, robotToken, robotSign, hookSign, "redact.invalid") {
				once := url.QueryEscape(secret)
				for _, form := range []string{secret, once, url.QueryEscape(once), quotedInJSON(secret)} {
					if secret != "" && strings.Contains(outputs, form) {
						t.Errorf("%q stands in the output:\n%s", form, outputs)
					}
				}
			}
		})
	}
}

func quotedInJSON(s string) string {
	text, _ := json.Marshal(s) // strings always marshal
	return strings.Trim(string(text), `"`)
}

// sessions passes the handler's calls to the fake cloud, and returns what tells the keys of the sessions that STS gave.
func (r *rig) sessions() func() []string {
	var mu sync.Mutex
	var given []string
	r.handler.ReachCloudThrough(transport(func(req *http.Request) (*http.Response, error) {
		res, err := directly(r.cloud)(req)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(res.Body)
		res.Body = io.NopCloser(bytes.NewReader(body))
		var answer struct {
			Credentials struct{ AccessKeyId, AccessKeySecret, SecurityToken string }
		}
		_ = json.Unmarshal(body, &answer) // other answers have none
		mu.Lock()
		defer mu.Unlock()
		given = append(given, answer.Credentials.AccessKeyId, answer.Credentials.AccessKeySecret, answer.Credentials.SecurityToken)
		return res, err
	}))
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return given
	}
}
