package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	ecsCall = regexp.MustCompile(`client\.(\w+)WithOptions\(`)
	stsCall = regexp.MustCompile(`Action: +tea\.String\("(\w+)"\)`)
	cmsCall = regexp.MustCompile(`operation\{m\.product\(\), "[0-9-]+", "(\w+)"\}`)
)

// TestTheCodeCallsWhatThePoliciesAllow finds the API actions in the one package that calls them. That the policies, and the
// one that the README prints, allow just these is for the tests beside this one.
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
		for _, m := range stsCall.FindAllSubmatch(src, -1) {
			got = append(got, "sts:"+string(m[1]))
		}
		for _, m := range cmsCall.FindAllSubmatch(src, -1) {
			got = append(got, "cms:"+string(m[1]))
		}
	}
	slices.Sort(got)
	if want := []string{putEvent, describe, regions, act, assume}; !slices.Equal(slices.Compact(got), want) {
		t.Errorf("the code calls %q, want %q", got, want)
	}
}
