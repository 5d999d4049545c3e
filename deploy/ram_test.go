package deploy_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reactivate/internal/cloud"
)

// policy has each field that a policy or trust policy of ours may have.
type policy struct {
	Version   string
	Statement []statement
}

type statement struct {
	Effect           string
	Action, Resource texts
	Principal        map[string]texts
	Condition        map[string]map[string]texts
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

func parsePolicy(t *testing.T, name, src string) policy {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(src))
	dec.DisallowUnknownFields()
	var p policy
	if err := dec.Decode(&p); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p
}

// TestPoliciesAllowNoMoreThanIsUsed: each file of ram allows these actions, on these resources, and no others. A describe has no
// condition: what it hid would be reported as missing.
func TestPoliciesAllowNoMoreThanIsUsed(t *testing.T) {
	allow := func(resource string, actions ...string) statement {
		return statement{Effect: "Allow", Action: actions, Resource: texts{resource}}
	}
	trust := func(kind, whom string) []statement {
		return []statement{{Effect: "Allow", Action: texts{assume}, Principal: map[string]texts{kind: {whom}}}}
	}
	const instances = "acs:ecs:*:*:instance/*"
	tagged := allow(instances, act)
	tagged.Condition = map[string]map[string]texts{"StringEquals": {"acs:ResourceTag/auto-reactivate": {"true"}}}
	look, optional := allow("*", describe, regions), allow("*", history, balance)
	want := map[string][]statement{
		"function-trust.json":            trust("Service", "fc.aliyuncs.com"),
		"function-policy.json":           {look, allow(instances, act), optional},
		"function-policy-tag.json":       {look, tagged, optional},
		"function-policy-assume.json":    {allow("acs:ram::*:role/reactivate-watched", assume)},
		"function-policy-directory.json": {allow("*", accounts, inFolder, folders)},
		"function-policy-notify.json":    {allow("*", putEvent)},
		// No number: pasted as it is, RAM refuses it, instead of trusting an unknown account.
		"watched-account-trust.json":  trust("RAM", "acs:ram::FUNCTION-ACCOUNT-ID:role/reactivate-function"),
		"watched-account-policy.json": {look, allow(instances, act), optional},
	}
	found := files(t, "ram/*.json")
	if len(found) != len(want) {
		t.Errorf("%d policies, want %d", len(found), len(want))
	}
	for file, src := range found {
		got := parsePolicy(t, file, src)
		if want := (policy{"1", want[filepath.Base(file)]}); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is\n%+v, want\n%+v", file, got, want)
		}
	}
}

var (
	ecsCall = regexp.MustCompile(`client\.(\w+)WithOptions\(`)
	rpcCall = regexp.MustCompile(`operation\{[^}]*"([A-Z]\w+)"\}`)
)

// TestTheCodeCallsWhatThePoliciesAllow finds the API actions in the one package that calls them.
func TestTheCodeCallsWhatThePoliciesAllow(t *testing.T) {
	var got []string
	for _, src := range files(t, "../internal/aliyun/*.go") {
		for _, name := range names(ecsCall, src) {
			got = append(got, "ecs:"+name)
		}
		for _, name := range names(rpcCall, src) {
			if name != "GetCallerIdentity" { // needs no permission: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
				got = append(got, (&cloud.Error{Op: name}).Action())
			}
		}
	}
	slices.Sort(got)
	if want := []string{balance, putEvent, history, describe, regions, act, accounts, inFolder, folders, assume}; !slices.Equal(slices.Compact(got), want) {
		t.Errorf("the code calls %q, want %q", got, want)
	}
}

var action = regexp.MustCompile(`"([a-z]+:[A-Z*]\w*)"`)

// TestTerraformGrantsNoMoreThanThePolicies: the module reads its policies from deploy/ram. Only the right to assume roles, whose
// names it puts in, stands in the module itself.
func TestTerraformGrantsNoMoreThanThePolicies(t *testing.T) {
	var granted []string
	for _, src := range files(t, "terraform/*.tf", "terraform/*/*.tf") {
		granted = append(granted, names(action, src)...)
	}
	if want := []string{assume, assume}; !slices.Equal(granted, want) {
		t.Errorf("Terraform itself grants %q, want %q", granted, want)
	}
}

var functionRole = regexp.MustCompile(`\{\s*"Ref":\s*"FunctionRoleArn"\s*\}`)

// TestStackTemplateHasThePolicies: the template for a folder of accounts makes the role that the policy files describe.
func TestStackTemplateHasThePolicies(t *testing.T) {
	const file = "ros/watched-account.json"
	var template struct {
		Resources struct {
			Role struct {
				Type       string
				Properties struct {
					AssumeRolePolicyDocument json.RawMessage
					Policies                 []struct{ PolicyDocument json.RawMessage }
				}
			}
		}
	}
	src := functionRole.ReplaceAllString(read(t, file), `"acs:ram::FUNCTION-ACCOUNT-ID:role/reactivate-function"`)
	if err := json.Unmarshal([]byte(src), &template); err != nil {
		t.Fatal(err)
	}
	role := template.Resources.Role
	if role.Type != "ALIYUN::RAM::Role" || len(role.Properties.Policies) != 1 {
		t.Fatalf("%+v, want an ALIYUN::RAM::Role with one policy", role)
	}
	for want, document := range map[string]json.RawMessage{
		"ram/watched-account-policy.json": role.Properties.Policies[0].PolicyDocument,
		"ram/watched-account-trust.json":  role.Properties.AssumeRolePolicyDocument,
	} {
		if got, want := parsePolicy(t, file, string(document)), parsePolicy(t, want, read(t, want)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s has %+v, want %+v", file, got, want)
		}
	}
}
