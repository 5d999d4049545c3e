package cloud_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"reactivate/internal/cloud"
)

// FuzzValid holds the checks, which are written by hand, to the expressions that say the same.
func FuzzValid(f *testing.F) {
	instance := regexp.MustCompile(`\A(i-[a-z0-9]{8,32}|AY[a-z0-9]{10,30})\z`)
	region := regexp.MustCompile(`\A[a-z]{2}(-[a-z0-9]+)+\z`)
	account := regexp.MustCompile(`\A[0-9]{1,32}\z`)
	for _, seed := range []string{
		"", "i-", "AY", "i-bp1a2b3c", "i-bp1a2b3", "AY1404022150463", "AY14040221", "AYi-bp1a2b3c4d", "cn-hangzhou", "cn", "cn-", "-hangzhou", "cn--x",
		"cn-hangzhou-", "c1-hangzhou", "cnn-x", "cn-hangzhou-finance-1-and-longer0", "cn-x\n", "cn-é", "1234567890123456", "1234****", strings.Repeat("1", 33), "٣",
		"cn-a", "cn-" + strings.Repeat("a", 29), "cn-" + strings.Repeat("a", 30), "1", strings.Repeat("1", 32), "i-" + strings.Repeat("1", 32), "i-" + strings.Repeat("1", 33),
		"AY" + strings.Repeat("1", 9), "AY" + strings.Repeat("1", 10), "AY" + strings.Repeat("1", 30), "AY" + strings.Repeat("1", 31),
		"i-bp1a2b3`", "i-bp1a2b3{", "i-bp1a2b3/", "i-bp1a2b3:",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		for _, check := range []struct {
			name      string
			got, want bool
		}{
			{"ValidInstanceID", cloud.ValidInstanceID(id), instance.MatchString(id)},
			{"ValidRegionID", cloud.ValidRegionID(id), len(id) <= 32 && region.MatchString(id)},
			{"ValidAccountID", cloud.ValidAccountID(id), account.MatchString(id)},
		} {
			if check.got != check.want {
				t.Errorf("%s(%q): got %v, want %v", check.name, id, check.got, check.want)
			}
		}
	})
}

func TestErrorsSayWhatTheyAre(t *testing.T) {
	cause := errors.New("reset")
	for code, want := range map[string]string{"": "DescribeInstances: no answer", "Throttling": "DescribeInstances: Throttling: no answer"} {
		if e := (&cloud.Error{Op: cloud.OpDescribe, Code: code, Message: "no answer", Cause: cause}); e.Error() != want || !errors.Is(e, cause) {
			t.Errorf("got %q, %v", e, errors.Unwrap(e))
		}
	}
	if e := cloud.AsError(cloud.OpDescribe, cause); e.Class != cloud.ClassTransient {
		t.Errorf("got the class %s of an error that is not ECS's, want transient", e.Class)
	}
}
