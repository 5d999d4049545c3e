package wording_test

import (
	"fmt"
	"strings"
	"testing"

	"reactivate/internal/cloud"
	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

func refusal(op string, class cloud.Class, hint cloud.Hint) *cloud.Error {
	return &cloud.Error{Op: op, Code: "Code", Class: class, Hint: hint}
}

func TestSummary(t *testing.T) {
	row := func(id string, e *cloud.Error) reactivate.Result {
		return reactivate.Result{InstanceID: id, Outcome: reactivate.OutcomeFailed, Err: e}
	}
	overLimit := reactivate.Result{InstanceID: "i-3", Outcome: reactivate.OutcomeSkipped, Verdict: reactivate.VerdictOverLimit}
	denied := row("i-1", refusal("ReActivateInstances", cloud.ClassDenied, ""))
	risk := row("i-2", refusal("ReActivateInstances", cloud.ClassDenied, cloud.HintRiskControl))
	for _, tt := range []struct {
		name   string
		rows   []reactivate.Result
		errs   []reactivate.RegionError
		en, zh string
	}{
		{"no trouble", []reactivate.Result{{Outcome: reactivate.OutcomeReactivated}}, nil, "", ""},
		{"over the cap, and nothing of the others", []reactivate.Result{overLimit, denied}, nil,
			"more instances than REACTIVATE_MAX_INSTANCES would be called, so none was: check the list, then raise it: 1 skipped, 1 failed; i-3",
			"需调用的实例多于 REACTIVATE_MAX_INSTANCES，因此一台也未调用：请核对清单后再调高：未处理 1 台，失败 1 台；i-3"},
		{"denied, in both kinds", []reactivate.Result{denied, risk}, nil,
			"the role may not do what it must: check its credentials, and grant it ecs:ReActivateInstances; Alibaba Cloud's risk control refuses it, and no grant helps: look for its notice in the Message Center, or submit a ticket: 2 failed; i-1: ReActivateInstances Code; i-2: ReActivateInstances Code",
			"角色缺少必需的权限：请检查其凭证，并授予 ecs:ReActivateInstances；阿里云风控拒绝了该操作，授权无法解决：请查看消息中心的通知，或提交工单：失败 2 台；i-1: ReActivateInstances Code；i-2: ReActivateInstances Code"},
		{"no role", nil, []reactivate.RegionError{{AccountID: "2", Err: refusal("AssumeRole", cloud.ClassDenied, cloud.HintNoRole)}},
			"the role does not exist: roll it out; account 2: AssumeRole Code", "角色不存在：请下发该角色；账号 2: AssumeRole Code"},
		{"the directory", nil, []reactivate.RegionError{{Err: refusal("ListAccounts", cloud.ClassDenied, "")}},
			"the role may not do what it must: check its credentials, and grant it resourcemanager:ListAccounts (which answers the management account or a delegated administrator of the resource directory alone); account of the function: ListAccounts Code",
			"角色缺少必需的权限：请检查其凭证，并授予 resourcemanager:ListAccounts（仅资源目录的管理账号或委派管理员账号可以调用）；账号 （函数所在账号）: ListAccounts Code"},
		{"a region", nil, []reactivate.RegionError{{AccountID: "1", AccountName: "shop", RegionID: "cn-beijing", Err: refusal("DescribeInstances", cloud.ClassInvalid, "")}},
			"no retry will help; account 1 shop region cn-beijing: DescribeInstances Code", "重试无效；账号 1 shop，地域 cn-beijing: DescribeInstances Code"},
		{"the clock", []reactivate.Result{row("i-1", refusal("DescribeInstances", cloud.ClassInvalid, cloud.HintClock))}, nil,
			"no retry will help; set this machine's clock: it may differ from the API's by 15 minutes at most: 1 failed; i-1: DescribeInstances Code",
			"重试无效；请校准本机时钟：与 API 的时间最多相差 15 分钟：失败 1 台；i-1: DescribeInstances Code"},
		{"unfinished", []reactivate.Result{row("i-1", refusal("ReActivateInstances", cloud.ClassTransient, ""))}, nil,
			"another delivery could finish it: 1 failed; i-1: ReActivateInstances Code", "尚未全部完成，再次投递有可能完成：失败 1 台；i-1: ReActivateInstances Code"},
	} {
		report := &reactivate.Report{Results: tt.rows, Errors: tt.errs, Counts: map[reactivate.Outcome]int{}}
		for i := range tt.rows {
			report.Counts[tt.rows[i].Outcome]++
		}
		if got := wording.Summary(wording.English, report); got != tt.en {
			t.Errorf("%s: got\n%s, want\n%s", tt.name, got, tt.en)
		}
		if got := wording.Summary(wording.Chinese, report); got != tt.zh {
			t.Errorf("%s: got\n%s, want\n%s", tt.name, got, tt.zh)
		}
	}
}

func TestASummaryIsCut(t *testing.T) {
	report := &reactivate.Report{Counts: map[reactivate.Outcome]int{reactivate.OutcomeFailed: 100}}
	for i := range 100 {
		report.Results = append(report.Results, reactivate.Result{
			InstanceID: fmt.Sprintf("i-%08d", i), Outcome: reactivate.OutcomeFailed,
			Err: &cloud.Error{Op: "ReActivateInstances", Class: cloud.ClassInvalid, Message: strings.Repeat("很", 100)},
		})
	}
	got := wording.Summary(wording.English, report)
	if len(got) > 950 || !strings.HasPrefix(got, "no retry will help: 100 failed; i-00000000: ReActivateInstances 很") || !strings.Contains(got, "…; i-00000001") || !strings.Contains(got, "; and 9") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}
