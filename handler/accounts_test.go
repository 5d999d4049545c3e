package handler_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"reactivate/internal/fakecloud"
)

const (
	team = "4567890123456789" // in a folder
	shop = "5678901234567890" // in a folder below it

	teamFolder, shopFolder = "fd-team000001", "fd-shop000001"

	everyMember = "*:role/reactivate-watched"
)

// organised is a fleet with an overdue instance in each of four accounts. The function's own account manages a directory with
// the other three: one in its root, two in folders.
func organised() fakecloud.Fleet {
	fleet := overdue(web1, web2, web3, "i-bp1web00000000000004")
	fleet.Accounts = []fakecloud.Account{{ID: home}}
	for i, id := range []string{watched, team, shop} {
		var roles []fakecloud.Role
		for _, name := range []string{"reactivate-watched", "special"} {
			roles = append(roles, fakecloud.Role{ARN: "acs:ram::" + id + ":role/" + name, Trusted: []string{"acs:ram::" + home + ":root"}})
		}
		fleet.Accounts = append(fleet.Accounts, fakecloud.Account{ID: id, Roles: roles})
		fleet.Instances[i+1].Account = id
	}
	fleet.Directory = &fakecloud.Directory{
		Folders: []fakecloud.Folder{{ID: teamFolder}, {ID: shopFolder, Parent: teamFolder}},
		Members: []fakecloud.Member{{ID: watched, Name: "root-team"}, {ID: team, Name: "team", Folder: teamFolder}, {ID: shop, Name: "shop", Folder: shopFolder}},
	}
	return fleet
}

// calledIn lists the accounts in which an instance was called, with the name of the role, sorted.
func calledIn(r *rig) []string {
	var all []string
	for _, call := range r.cloud.Calls() {
		if call.Action != reactivateAction {
			continue
		}
		role := "own"
		if _, after, assumed := strings.Cut(call.Caller, ":assumed-role/"); assumed {
			role, _, _ = strings.Cut(after, "/")
		}
		all = append(all, call.AccountID+" "+role)
	}
	slices.Sort(all)
	return all
}

// request is a person's request for an instance of an account.
func request(id, account string) string {
	return `{"instanceId": "` + id + `", "accountId": "` + account + `"}`
}

// eventOf is an event of an instance of an account.
func eventOf(id, account string) string { return strings.ReplaceAll(stopped(account), web1, id) }

// inAccounts is an event, and the accounts in which it calls an instance, each with the name of the role.
type inAccounts struct {
	name, roles, event string
	want               []string
	lists              int    // calls for lists of accounts
	err                string // the error's type
}

// check invokes the event. If before is not zero, a list of the directory was read that long before.
func (tt *inAccounts) check(t *testing.T, fleet fakecloud.Fleet, before time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, fleet, "REACTIVATE_ROLES="+tt.roles, open)
		if before > 0 {
			if _, err := r.invoke(t.Context(), `{"sweep": true, "dryRun": true}`); err != nil {
				t.Fatal(err)
			}
			time.Sleep(before)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		answer, err := r.invoke(ctx, tt.event)
		got := errorName(err)
		if strings.Contains(answer, `"statusCode":503`) {
			got = "503"
		}
		slices.Sort(tt.want)
		if called := calledIn(r); got != tt.err || !slices.Equal(called, tt.want) {
			t.Errorf("%s: got %s, %v, called in %q, want %q and %q", tt.name, answer, err, called, tt.err, tt.want)
		}
		if took := time.Since(began); tt.err == "503" && took >= 4*time.Second {
			t.Errorf("%s: took %v, which is longer than CloudMonitor waits", tt.name, took)
		}
		if got == "DeniedError" && (!strings.Contains(err.Error(), "resourcemanager:ListAccounts") || !strings.Contains(err.Error(), "management account or a delegated administrator")) {
			t.Errorf("%s: got %v, want what is missing", tt.name, err)
		}
		if lists := r.calls("ListAccounts") + r.calls("ListAccountsForParent"); tt.lists >= 0 && lists != tt.lists {
			t.Errorf("%s: asked for accounts %d times, want %d", tt.name, lists, tt.lists)
		}
		if served := r.logged(); got == "" && tt.want == nil && served.Ignored == "" && tt.event != sweep {
			t.Errorf("%s: got %s, want it ignored with the reason", tt.name, answer)
		}
	})
}

const (
	watchedBy = watched + " reactivate-watched"
	teamBy    = team + " reactivate-watched"
	shopBy    = shop + " reactivate-watched"
)

// TestWhichAccountsAreServed: the accounts that the directory lists and those that are named, each by its role. The directory is asked
// only if it is necessary.
func TestWhichAccountsAreServed(t *testing.T) {
	for _, tt := range []inAccounts{
		{"every member", everyMember, sweep, []string{watchedBy, teamBy, shopBy}, 1, ""},
		{"but one", everyMember + ",!" + team, sweep, []string{watchedBy, shopBy}, 1, ""},
		{"a folder and those below", teamFolder + ":role/reactivate-watched", sweep, []string{teamBy, shopBy}, 2, ""},
		{"the lower folder", shopFolder + ":role/reactivate-watched", sweep, []string{shopBy}, 1, ""},
		{"a folder is more exact than all", everyMember + "," + teamFolder + ":role/special", sweep, []string{watchedBy, team + " special", shop + " special"}, 3, ""},
		{"a lower folder is more exact than the one above", teamFolder + ":role/reactivate-watched," + shopFolder + ":role/special", sweep, []string{teamBy, shop + " special"}, 2, ""},
		{"an account is more exact than its folder", teamFolder + ":role/reactivate-watched,acs:ram::" + shop + ":role/special", sweep, []string{teamBy, shop + " special"}, 2, ""},
		{"named ones alone ask nobody", "acs:ram::" + shop + ":role/special", sweep, []string{shop + " special"}, 0, ""},
		{"an account that is in no list", "acs:ram::" + watched + ":role/special," + shopFolder + ":role/special", sweep, []string{watched + " special", shop + " special"}, 1, ""},
		{"an event of a member", everyMember, eventOf(web3, team), []string{teamBy}, 1, ""},
		{"a person's request for a member", everyMember, request(web3, team), []string{teamBy}, 1, ""},
		{"a sweep of one member", everyMember, `{"sweep": true, "accountId": "` + team + `"}`, []string{teamBy}, 1, ""},
		{"an event of another account", everyMember, eventOf(web3, other), nil, 1, ""},
		{"a person's request for another account", everyMember, request(web3, other), nil, 1, "DecodeError"},
		{"an event of one that is left out", everyMember + ",!" + team, eventOf(web3, team), nil, 0, ""},
		{"an event of a member of another folder", shopFolder + ":role/special", eventOf(web2, watched), nil, 1, ""},
		{"an event of a named account", everyMember + ",acs:ram::" + team + ":role/special", eventOf(web3, team), []string{team + " special"}, 0, ""},
		{"an event of an account that is not named", "acs:ram::" + shop + ":role/special", eventOf(web3, team), nil, 0, ""},
		{"a person's request for a named account", "acs:ram::" + team + ":role/special", request(web3, team), []string{team + " special"}, 0, ""},
		{"a sweep of a named account", "acs:ram::" + team + ":role/special", `{"sweep": true, "accountId": "` + team + `"}`, []string{team + " special"}, 0, ""},
	} {
		tt.check(t, organised(), 0)
	}
}

// ownToo is the organised fleet with the function's own account in the directory.
func ownToo() fakecloud.Fleet {
	fleet := organised()
	fleet.Directory.Members = append(fleet.Directory.Members, fakecloud.Member{ID: home})
	fleet.Accounts[0].Roles = []fakecloud.Role{{ARN: "acs:ram::" + home + ":role/reactivate-watched", Trusted: []string{"acs:ram::" + home + ":root"}}}
	return fleet
}

// TestTheOwnAccount: events of the function's own account and requests for it are served even if sweeps do not cover it. Only
// !ACCOUNT closes it. Nobody asks the directory about it.
func TestTheOwnAccount(t *testing.T) {
	const (
		event   = `{"id": "e", "source": "acs.ecs", "type": "ecs:Instance:StateChange", "data": {"state": "Stopped", "resourceId": "` + web1 + `"}}`
		others  = "acs:ram::" + shop + ":role/reactivate-watched"
		ownRole = "acs:ram::" + home + ":role/reactivate-watched"
	)
	own := []string{home + " own"}
	for _, tt := range []inAccounts{
		{"its event, nothing watched", "", stopped(home), own, 0, ""},
		{"its event, others watched", others, stopped(home), own, 0, ""},
		{"its event, listed", everyMember, stopped(home), own, 0, ""},
		{"its event, named", ownRole, stopped(home), []string{home + " reactivate-watched"}, 0, ""},
		{"its event, left out", everyMember + ",!" + home, stopped(home), nil, 0, ""},
		{"an event that names no account, others watched", others, event, own, 0, ""},
		{"a message that names no account", others, `[` + askWeb1 + `]`, own, 0, ""},
		{"a message that names no account, left out", others + ",!" + home, `[` + askWeb1 + `]`, nil, 0, ""},
		{"a sweep, others watched", others, sweep, []string{shopBy}, 0, ""},
		{"a person's request", everyMember, askWeb1, own, 0, ""},
		{"a person's request, named", ownRole, askWeb1, []string{home + " reactivate-watched"}, 0, ""},
		{"a person's sweep of it", everyMember, `{"sweep": true, "accountId": "` + home + `"}`, own, 0, ""},
	} {
		tt.check(t, ownToo(), 0)
	}
}

// TestALeftOutAccountIsClosed for every event and request, even if it is the function's own.
func TestALeftOutAccountIsClosed(t *testing.T) {
	of := func(account, id string) map[string]string {
		timer := func(payload string) string {
			return `{"triggerTime": "2026-01-01T00:00:00Z", "triggerName": "t", "payload": ` + strconv.Quote(payload) + `}`
		}
		ids := `{"instanceIds": ["` + id + `"], "accountId": "` + account + `"}`
		return map[string]string{
			"an event":                 eventOf(id, account),
			"a person's ids":           ids,
			"a person's sweep":         `{"sweep": true, "accountId": "` + account + `"}`,
			"a person's watch":         `{"watch": "5m", "accountId": "` + account + `"}`,
			"a person's force":         `{"instanceIds": ["` + id + `"], "accountId": "` + account + `", "force": true}`,
			"a timer's ids":            timer(ids),
			"a timer's sweep":          timer(`{"sweep": true, "accountId": "` + account + `"}`),
			"a message":                `[` + ids + `]`,
			"a recharge":               `{"specversion": "1.0", "source": "my", "type": "recharge", "data": {"accountId": "` + account + `"}}`,
			"a custom event":           `{"specversion": "1.0", "source": "my", "type": "paid", "data": ` + ids + `}`,
			"by HTTP: a person's ids":  call{body: ids}.event(),
			"by HTTP: an event":        call{body: eventOf(id, account)}.event(),
			"by HTTP: a query":         call{method: "GET", query: map[string]string{"instanceId": id, "accountId": account}}.event(),
			"a sweep of every account": `{"sweep": true}`,
			"a person's ids alone":     `{"instanceIds": ["` + id + `"]}`,
			"a timer's ids alone":      timer(`{"instanceIds": ["` + id + `"]}`),
			"by HTTP: a query alone":   call{method: "GET", query: map[string]string{"instanceId": id}}.event(),
			"a custom event alone":     `{"specversion": "1.0", "source": "my", "type": "paid", "data": {"instanceId": "` + id + `"}}`,
		}
	}
	for account, id := range map[string]string{home: web1, team: web3} {
		for name, event := range of(account, id) {
			r := newRig(t, ownToo(), "REACTIVATE_ROLES="+everyMember+",!"+account, open)
			if _, err := r.invoke(t.Context(), event); err != nil && errorName(err) != "DecodeError" {
				t.Errorf("%s of %s: %v", name, account, err)
			}
			for _, call := range r.cloud.Calls() {
				if call.AccountID == account && call.Action != "AssumeRole" && call.Action != "ListAccounts" {
					t.Errorf("%s of %s: called %s there", name, account, call.Action)
				}
			}
			if name == "a sweep of every account" && len(calledIn(r)) != 3 {
				t.Errorf("%s but %s: called in %q, want the three others", name, account, calledIn(r))
			}
		}
	}
}

// listing returns an edit of a fleet that makes calls for the directory's list fail, but for the first ones.
func listing(act fakecloud.FaultAct, after int) func(f *fakecloud.Fleet) {
	return func(f *fakecloud.Fleet) {
		f.Faults = []fakecloud.Fault{{Action: "ListAccounts", After: after, Always: true, Fault: act}}
	}
}

// TestListing: without a list no account of the directory is served, and nobody else has to wait. After a list was read, time passes,
// and the list expires.
func TestListing(t *testing.T) {
	denied := listing(fakecloud.FaultAct{Error: fakecloud.Error{Code: "NoPermission"}}, 0)
	deniedLater := listing(fakecloud.FaultAct{Error: fakecloud.Error{Code: "NoPermission"}}, 1)
	broken, hangs := listing(fakecloud.FaultAct{Kind: fakecloud.HTML502}, 0), listing(fakecloud.FaultAct{Kind: fakecloud.Hang}, 0)
	brokenLater := listing(fakecloud.FaultAct{Kind: fakecloud.HTML502}, 1)
	brokenOnce := func(f *fakecloud.Fleet) {
		f.Faults = []fakecloud.Fault{{Action: "ListAccounts", Fault: fakecloud.FaultAct{Kind: fakecloud.Empty503}}}
	}
	slow := func(f *fakecloud.Fleet) {
		f.Latency = []fakecloud.Latency{{Action: "ListAccounts", Takes: fakecloud.Duration(4 * time.Second)}}
	}
	leaves := func(f *fakecloud.Fleet) { f.Directory.Members[0].LeavesAfter = fakecloud.Duration(5 * time.Minute) }
	joins := func(f *fakecloud.Fleet) { f.Directory.Members[0].JoinsAfter = fakecloud.Duration(5 * time.Minute) }
	nobody := func(f *fakecloud.Fleet) { f.Directory.Members = nil }
	const named = everyMember + ",acs:ram::" + shop + ":role/special"
	webhook, both := call{body: eventOf(web3, team)}.event(), "["+eventOf(web3, team)+","+stopped(home)+"]"
	all, special := []string{watchedBy, teamBy, shopBy}, []string{shop + " special"}
	for _, tt := range []struct {
		edit   func(f *fakecloud.Fleet)
		before time.Duration // since a list was read; 0: none was
		inAccounts
	}{
		{denied, 0, inAccounts{"denied: a sweep", everyMember, sweep, nil, 1, "DeniedError"}},
		{denied, 0, inAccounts{"denied: a sweep of a named account too", named, sweep, special, 1, "DeniedError"}},
		{denied, 0, inAccounts{"denied: an event of an account that it does not know", everyMember, stopped(team), nil, 1, "DeniedError"}},
		{deniedLater, 11 * time.Minute, inAccounts{"denied since the last list", everyMember, sweep, nil, 2, "DeniedError"}},
		{broken, 0, inAccounts{"broken: a sweep", everyMember, sweep, nil, -1, "UnfinishedError"}},
		{broken, 0, inAccounts{"broken: an event of an account that it does not know", everyMember, stopped(team), nil, -1, "UnfinishedError"}},
		{broken, 0, inAccounts{"broken: a request", everyMember, request(web3, team), nil, -1, "UnfinishedError"}},
		{broken, 0, inAccounts{"broken: an event of the own account", everyMember, stopped(home), []string{home + " own"}, 0, ""}},
		{brokenLater, 11 * time.Minute, inAccounts{"broken since the last list, which is used", everyMember, sweep, all, -1, ""}},
		{brokenOnce, 0, inAccounts{"broken once: a sweep", everyMember, sweep, all, 2, ""}},
		{brokenOnce, 0, inAccounts{"broken once: a webhook", everyMember, webhook, []string{teamBy}, 2, ""}},
		{hangs, 0, inAccounts{"hangs: half of the time is for the named account", named, sweep, special, -1, "UnfinishedError"}},
		{hangs, 0, inAccounts{"hangs: the own account's event beside a member's", everyMember, both, []string{home + " own"}, -1, "UnfinishedError"}},
		{hangs, 0, inAccounts{"hangs: both in a webhook", everyMember, call{body: both}.event(), []string{home + " own"}, -1, "503"}},
		{hangs, 0, inAccounts{"hangs: a webhook is answered in time", everyMember, webhook, nil, -1, "503"}},
		{slow, 0, inAccounts{"slow: a person waits", everyMember, call{body: request(web3, team)}.event(), []string{teamBy}, 1, ""}},
		{slow, 0, inAccounts{"slow: an asynchronous webhook waits", everyMember, call{body: eventOf(web3, team), headers: async("X-Fc-Invocation-Type", "Async")}.event(), []string{teamBy}, 1, ""}},
		{leaves, 9 * time.Minute, inAccounts{"one has left, and the list is young", everyMember, sweep, all, 1, ""}},
		{leaves, 11 * time.Minute, inAccounts{"one has left", everyMember, sweep, all[1:], 2, ""}},
		{joins, 11 * time.Minute, inAccounts{"one has joined", everyMember, sweep, all, 2, ""}},
		{nobody, 0, inAccounts{"nobody is there: not even the own account is swept", everyMember, sweep, nil, 1, ""}},
	} {
		tt.check(t, edited(organised(), tt.edit), tt.before)
	}
}

// TestAMemberWithoutTheRole is reported and fails no run. An account that is named by its ARN does.
func TestAMemberWithoutTheRole(t *testing.T) {
	fleet := edited(organised(), func(f *fakecloud.Fleet) { f.Accounts[2].Roles = nil })
	r := newRig(t, fleet, "REACTIVATE_ROLES="+everyMember, open)
	answer := r.send(call{body: sweep})
	if answer.StatusCode != 200 || len(calledIn(r)) != 2 || !strings.Contains(answer.Body, "role missing: roll it out") {
		t.Errorf("listed: got %d %s, called in %q, want 200 and the other two", answer.StatusCode, answer.Body, calledIn(r))
	}
	if got := r.logged().Errors; len(got) != 1 || got[0].AccountID != team || got[0].Error.Class != "not-found" {
		t.Errorf("got the errors %+v, want one of the account", got)
	}
	r = newRig(t, fleet, "REACTIVATE_ROLES=acs:ram::"+team+":role/reactivate-watched")
	if _, err := r.invoke(t.Context(), sweep); errorName(err) != "DeniedError" {
		t.Errorf("named: got %v, want a DeniedError", err)
	}
}
