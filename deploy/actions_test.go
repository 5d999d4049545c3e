package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reactivate/internal/reactivate"
)

var (
	ecsCall = regexp.MustCompile(`client\.(\w+)WithOptions\(`)
	rpcCall = regexp.MustCompile(`operation\{[^}]*"([A-Z]\w+)"\}`)
)

// TestTheCodeCallsWhatThePoliciesAllow finds the API actions in the one package that calls them. ram_test.go holds the policies
// against the same list.
func TestTheCodeCallsWhatThePoliciesAllow(t *testing.T) {
	files, err := filepath.Glob("../internal/aliyun/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var got []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ecsCall.FindAllSubmatch(src, -1) {
			got = append(got, "ecs:"+string(m[1]))
		}
		for _, m := range rpcCall.FindAllSubmatch(src, -1) {
			if string(m[1]) == "GetCallerIdentity" {
				continue // needs no permission: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
			}
			got = append(got, (&reactivate.Error{Op: string(m[1])}).Action())
		}
	}
	slices.Sort(got)
	if want := []string{balance, putEvent, history, describe, regions, act, accounts, inFolder, folders, assume}; !slices.Equal(slices.Compact(got), want) {
		t.Errorf("the code calls %q, want %q", got, want)
	}
}
