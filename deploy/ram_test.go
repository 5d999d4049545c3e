package deploy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// policy has each field that a policy or trust policy of ours may have.
type policy struct {
	Version   string
	Statement []struct {
		Effect    string
		Action    texts
		Resource  texts
		Principal map[string]texts
		Condition map[string]map[string]texts
	}
}

// texts is a text or a list of them.
type texts []string

func (l *texts) UnmarshalJSON(src []byte) error {
	var one string
	if json.Unmarshal(src, &one) == nil {
		*l = texts{one}
		return nil
	}
	return json.Unmarshal(src, (*[]string)(l))
}

const (
	describe = "ecs:DescribeInstances"
	regions  = "ecs:DescribeRegions"
	act      = "ecs:ReActivateInstances"
	assume   = "sts:AssumeRole"
	putEvent = "cms:PutCustomEvent"

	// Optional: no run fails without them.
	history  = "ecs:DescribeInstanceHistoryEvents"
	balance  = "bss:DescribeAcccount" // so spelt
	accounts = "resourcemanager:ListAccounts"
	inFolder = "resourcemanager:ListAccountsForParent"
	folders  = "resourcemanager:ListFoldersForParent"
)

func parsePolicy(src []byte) (policy, error) {
	var p policy
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return policy{}, err
	}
	if dec.More() {
		return policy{}, fmt.Errorf("more than one policy")
	}
	return p, nil
}

// faults says what is wrong with a policy that should allow exactly these actions.
func (p policy) faults(actions ...string) []string {
	var bad, allowed []string
	if p.Version != "1" {
		bad = append(bad, fmt.Sprintf("version %q, want 1", p.Version))
	}
	for _, s := range p.Statement {
		if s.Effect != "Allow" {
			bad = append(bad, fmt.Sprintf("effect %q, want Allow", s.Effect))
		}
		allowed = append(allowed, s.Action...)
		for _, action := range s.Action {
			if (action == act || action == assume) && slices.Contains(s.Resource, "*") {
				bad = append(bad, action+" on every resource")
			}
			if action == describe && s.Condition != nil {
				bad = append(bad, "a describe under a condition: what it hides is reported missing")
			}
		}
	}
	slices.Sort(allowed)
	slices.Sort(actions)
	if !slices.Equal(allowed, actions) {
		bad = append(bad, fmt.Sprintf("allows %q, want %q", allowed, actions))
	}
	return bad
}

func readPolicy(t *testing.T, name string) policy {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("ram", name))
	if err != nil {
		t.Fatal(err)
	}
	p, err := parsePolicy(src)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p
}

func TestPoliciesAllowNoMoreThanIsUsed(t *testing.T) {
	want := map[string][]string{
		"function-trust.json":            {assume},
		"function-policy.json":           {describe, regions, act, history, balance},
		"function-policy-tag.json":       {describe, regions, act, history, balance},
		"function-policy-assume.json":    {assume},
		"function-policy-directory.json": {accounts, inFolder, folders},
		"function-policy-notify.json":    {putEvent},
		"watched-account-trust.json":     {assume},
		"watched-account-policy.json":    {describe, regions, act, history, balance},
	}
	files, err := filepath.Glob("ram/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(files), len(want); got != want {
		t.Errorf("%d policies, want %d", got, want)
	}
	for name, actions := range want {
		for _, fault := range readPolicy(t, name).faults(actions...) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

func TestWhomPoliciesTrust(t *testing.T) {
	for name, want := range map[string]map[string]texts{
		"function-trust.json": {"Service": {"fc.aliyuncs.com"}},
		// No number: pasted as it is, RAM refuses it, instead of trusting an unknown account.
		"watched-account-trust.json": {"RAM": {"acs:ram::FUNCTION-ACCOUNT-ID:role/reactivate-function"}},
	} {
		p := readPolicy(t, name)
		if len(p.Statement) != 1 || !reflect.DeepEqual(p.Statement[0].Principal, want) {
			t.Errorf("%s: %+v, want one statement that trusts %v", name, p.Statement, want)
		}
	}
}

func TestTagPolicyLimitsTheActAlone(t *testing.T) {
	for _, s := range readPolicy(t, "function-policy-tag.json").Statement {
		tag := s.Condition["StringEquals"]["acs:ResourceTag/auto-reactivate"]
		if got, want := slices.Equal(tag, []string{"true"}), slices.Contains(s.Action, act); got != want {
			t.Errorf("%q limited by tag: %v, want %v", s.Action, got, want)
		}
	}
}

func TestPolicyFaults(t *testing.T) {
	for _, tt := range []struct{ name, src string }{
		{"a wildcard action", `{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"acs:ecs:*:*:instance/*"}]}`},
		{"one action more", `{"Version":"1","Statement":[{"Effect":"Allow","Action":["ecs:ReActivateInstances","ecs:DeleteInstance"],"Resource":"acs:ecs:*:*:instance/*"}]}`},
		{"the old spelling", `{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:ReactivateInstances","Resource":"acs:ecs:*:*:instance/*"}]}`},
		{"the act on everything", `{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:ReActivateInstances","Resource":"*"}]}`},
		{"a refusal", `{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:ReActivateInstances","Resource":"acs:ecs:*:*:instance/*"}]}`},
		{"another version", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:ReActivateInstances","Resource":"acs:ecs:*:*:instance/*"}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := parsePolicy([]byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			if p.faults(act) == nil {
				t.Error("no fault found, want one")
			}
		})
	}
	if _, err := parsePolicy([]byte(`{"Version":"1","Statements":[]}`)); err == nil {
		t.Error("a misspelled field passes, want an error")
	}
}

var action = regexp.MustCompile(`"([a-z]+:[A-Z*]\w*)"`)

// TestTerraformGrantsNoMoreThanThePolicies: the module reads its policies from deploy/ram. Only the right to assume roles, whose
// names it puts in, stands in the module itself.
func TestTerraformGrantsNoMoreThanThePolicies(t *testing.T) {
	var granted []string
	for _, pattern := range []string{"terraform/*.tf", "terraform/*/*.tf"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			granted = append(granted, names(action, read(t, file))...)
		}
	}
	if want := []string{assume, assume}; !slices.Equal(granted, want) {
		t.Errorf("Terraform itself grants %q, want %q", granted, want)
	}
}

// TestStackTemplateHasThePolicies: the template for a folder of accounts makes the role that the policy files describe.
func TestStackTemplateHasThePolicies(t *testing.T) {
	src, err := os.ReadFile("ros/watched-account.json")
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		ROSTemplateFormatVersion string
		Description              map[string]string
		Parameters               map[string]map[string]any
		Resources                map[string]struct {
			Type       string
			Properties struct {
				RoleName                 any
				Description              string
				MaxSessionDuration       int
				AssumeRolePolicyDocument json.RawMessage
				Policies                 []struct {
					PolicyName     any
					PolicyDocument json.RawMessage
				}
				DeletionForce bool
			}
		}
		Outputs map[string]map[string]any
	}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&template); err != nil {
		t.Fatal(err)
	}
	role := template.Resources["Role"]
	if role.Type != "ALIYUN::RAM::Role" || len(role.Properties.Policies) != 1 {
		t.Fatalf("%+v, want one ALIYUN::RAM::Role with one policy", template.Resources)
	}
	got, err := parsePolicy(role.Properties.Policies[0].PolicyDocument)
	if err != nil {
		t.Fatal(err)
	}
	if want := readPolicy(t, "watched-account-policy.json"); !reflect.DeepEqual(got, want) {
		t.Errorf("policy %+v, want %+v", got, want)
	}
	trust := strings.NewReplacer(`{"Ref":"FunctionRoleArn"}`, `"acs:ram::FUNCTION-ACCOUNT-ID:role/reactivate-function"`).
		Replace(compact(t, role.Properties.AssumeRolePolicyDocument))
	got, err = parsePolicy([]byte(trust))
	if err != nil {
		t.Fatal(err)
	}
	if want := readPolicy(t, "watched-account-trust.json"); !reflect.DeepEqual(got, want) {
		t.Errorf("trust policy %+v, want %+v", got, want)
	}
	for name, definition := range template.Parameters {
		if !strings.Contains(string(src), fmt.Sprintf(`"Ref": %q`, name)) {
			t.Errorf("parameter %s is not used", name)
		}
		if definition["Type"] != "String" {
			t.Errorf("parameter %s has the type %v, want String", name, definition["Type"])
		}
	}
}

func compact(t *testing.T, src []byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, src); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
