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

func TestSweepsCoverTheDirectory(t *testing.T) {
	for _, tt := range []struct {
		name, roles string
		want        []string
		lists       int // calls for accounts
	}{
		{"every member", everyMember, []string{watched + " reactivate-watched", team + " reactivate-watched", shop + " reactivate-watched"}, 1},
		{"but one", everyMember + ",!" + team, []string{watched + " reactivate-watched", shop + " reactivate-watched"}, 1},
		{"a folder and those below", teamFolder + ":role/reactivate-watched", []string{team + " reactivate-watched", shop + " reactivate-watched"}, 2},
		{"the lower folder", shopFolder + ":role/reactivate-watched", []string{shop + " reactivate-watched"}, 1},
		{"a folder is more exact than all", everyMember + "," + teamFolder + ":role/special", []string{watched + " reactivate-watched", team + " special", shop + " special"}, 3},
		{"a lower folder is more exact than the one above", teamFolder + ":role/reactivate-watched," + shopFolder + ":role/special", []string{team + " reactivate-watched", shop + " special"}, 2},
		{"an account is more exact than its folder", teamFolder + ":role/reactivate-watched,acs:ram::" + shop + ":role/special", []string{team + " reactivate-watched", shop + " special"}, 2},
		{"named ones alone ask nobody", "acs:ram::" + shop + ":role/special", []string{shop + " special"}, 0},
		{"an account that is in no list", "acs:ram::" + watched + ":role/special," + shopFolder + ":role/special", []string{watched + " special", shop + " special"}, 1},
	} {
		r := newRig(t, organised(), "REACTIVATE_ROLES="+tt.roles)
		if _, err := r.invoke(t.Context(), sweep); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		slices.Sort(tt.want)
		if got := calledIn(r); !slices.Equal(got, tt.want) {
			t.Errorf("%s: called in %q, want %q", tt.name, got, tt.want)
		}
		if got := r.calls("ListAccounts") + r.calls("ListAccountsForParent"); got != tt.lists {
			t.Errorf("%s: asked for accounts %d times, want %d", tt.name, got, tt.lists)
		}
	}
}

// TestMembership: accounts that are not members are not reached. The directory is asked only if necessary, and once in ten
// minutes.
func TestMembership(t *testing.T) {
	of := func(account, id string) string { return strings.ReplaceAll(stopped(account), web1, id) }
	for _, tt := range []struct {
		name, roles, event string
		want               []string
		lists              int
		errorName          string
	}{
		{"an event of a member", everyMember, of(team, web3), []string{team + " reactivate-watched"}, 1, ""},
		{"a person's request for a member", everyMember, `{"instanceId": "` + web3 + `", "accountId": "` + team + `"}`, []string{team + " reactivate-watched"}, 1, ""},
		{"a sweep of one member", everyMember, `{"sweep": true, "accountId": "` + team + `"}`, []string{team + " reactivate-watched"}, 1, ""},
		{"an event of another account", everyMember, of(other, web3), nil, 1, ""},
		{"a person's request for another account", everyMember, `{"instanceId": "` + web3 + `", "accountId": "` + other + `"}`, nil, 1, "DecodeError"},
		{"an event of one that is left out", everyMember + ",!" + team, of(team, web3), nil, 0, ""},
		{"an event of a member of another folder", shopFolder + ":role/special", of(watched, web2), nil, 1, ""},
		{"an event of a named account", everyMember + ",acs:ram::" + team + ":role/special", of(team, web3), []string{team + " special"}, 0, ""},
		{"an event of an account that is not named", "acs:ram::" + shop + ":role/special", of(team, web3), nil, 0, ""},
	} {
		r := newRig(t, organised(), "REACTIVATE_ROLES="+tt.roles)
		for range 2 {
			if _, err := r.invoke(t.Context(), tt.event); errorName(err) != tt.errorName {
				t.Errorf("%s: got %v, want %q", tt.name, err, tt.errorName)
			}
		}
		if got := slices.Compact(calledIn(r)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: called in %q, want %q", tt.name, got, tt.want)
		}
		if got := r.calls("ListAccounts") + r.calls("ListAccountsForParent"); got != tt.lists {
			t.Errorf("%s: asked for accounts %d times in two runs, want %d", tt.name, got, tt.lists)
		}
	}
}

// TestTheOwnAccount: events of the function's own account and requests for it are served even if sweeps do not cover it. Only
// !ACCOUNT closes it.
func TestTheOwnAccount(t *testing.T) {
	own := func(account string) string { return "acs:ram::" + account + ":role/reactivate-watched" }
	member := edited(organised(), func(f *fakecloud.Fleet) {
		f.Directory.Members = append(f.Directory.Members, fakecloud.Member{ID: home})
		f.Accounts[0].Roles = []fakecloud.Role{{ARN: own(home), Trusted: []string{"acs:ram::" + home + ":root"}}}
	})
	const event = `{"id": "e", "source": "acs.ecs", "type": "ecs:Instance:StateChange", "data": {"state": "Stopped", "resourceId": "` + web1 + `"}}`
	for _, tt := range []struct {
		name, roles, event string
		fleet              fakecloud.Fleet
		want               []string
	}{
		{"its event, nothing watched", "", stopped(home), organised(), []string{home + " own"}},
		{"its event, others watched", own(shop), stopped(home), organised(), []string{home + " own"}},
		{"its event, others listed", everyMember, stopped(home), organised(), []string{home + " own"}},
		{"an event that names no account, others watched", own(shop), event, organised(), []string{home + " own"}},
		{"a message that names no account", own(shop), `[` + askWeb1 + `]`, organised(), []string{home + " own"}},
		{"a message that names no account, left out", own(shop) + ",!" + home, `[` + askWeb1 + `]`, organised(), nil},
		{"a sweep, others watched", own(shop), sweep, organised(), []string{shop + " reactivate-watched"}},
		{"a person's request, listed: nobody waits for the list", everyMember, askWeb1, member, []string{home + " own"}},
		{"its event, named", own(home), stopped(home), member, []string{home + " reactivate-watched"}},
		{"its event, listed", everyMember, stopped(home), member, []string{home + " own"}},
		{"its event, left out", everyMember + ",!" + home, stopped(home), member, nil},
		{"a person's request", everyMember, askWeb1, organised(), []string{home + " own"}},
		{"a person's sweep of it", everyMember, `{"sweep": true, "accountId": "` + home + `"}`, organised(), []string{home + " own"}},
	} {
		r := newRig(t, tt.fleet, "REACTIVATE_ROLES="+tt.roles)
		answer, err := r.invoke(t.Context(), tt.event)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if got := calledIn(r); !slices.Equal(got, tt.want) {
			t.Errorf("%s: called in %q, want %q", tt.name, got, tt.want)
		}
		if tt.want == nil && !strings.Contains(r.logged().Ignored, "account") {
			t.Errorf("%s: got %s, want it ignored with the reason", tt.name, answer)
		}
	}
}

// TestALeftOutAccountIsClosed for every event and request, even if it is the function's own.
func TestALeftOutAccountIsClosed(t *testing.T) {
	member := edited(organised(), func(f *fakecloud.Fleet) {
		f.Directory.Members = append(f.Directory.Members, fakecloud.Member{ID: home})
		f.Accounts[0].Roles = []fakecloud.Role{{ARN: "acs:ram::" + home + ":role/reactivate-watched", Trusted: []string{"acs:ram::" + home + ":root"}}}
	})
	of := func(account, id string) map[string]string {
		timer := func(payload string) string {
			return `{"triggerTime": "2026-01-01T00:00:00Z", "triggerName": "t", "payload": ` + strconv.Quote(payload) + `}`
		}
		ids := `{"instanceIds": ["` + id + `"], "accountId": "` + account + `"}`
		events := map[string]string{
			"an event":                 strings.ReplaceAll(stopped(account), web1, id),
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
			"by HTTP: an event":        call{body: strings.ReplaceAll(stopped(account), web1, id)}.event(),
			"by HTTP: a query":         call{method: "GET", query: map[string]string{"instanceId": id, "accountId": account}}.event(),
			"a sweep of every account": `{"sweep": true}`,
		}
		if account == home {
			events["a person's ids alone"] = `{"instanceIds": ["` + id + `"]}`
			events["a timer's ids alone"] = timer(`{"instanceIds": ["` + id + `"]}`)
			events["by HTTP: a query alone"] = call{method: "GET", query: map[string]string{"instanceId": id}}.event()
			events["a custom event alone"] = `{"specversion": "1.0", "source": "my", "type": "paid", "data": {"instanceId": "` + id + `"}}`
		}
		return events
	}
	for account, id := range map[string]string{home: web1, team: web3} {
		for name, event := range of(account, id) {
			r := newRig(t, member, "REACTIVATE_ROLES="+everyMember+",!"+account, open)
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

func TestListingDenied(t *testing.T) {
	fleet := denying(organised(), "resourcemanager:ListAccounts")
	fleet.Accounts = append(fleet.Accounts, organised().Accounts[1:]...)
	for _, tt := range []struct {
		name, roles, event string
		want               []string
	}{
		{"a sweep", everyMember, sweep, nil},
		{"a sweep of a named account too", everyMember + ",acs:ram::" + shop + ":role/special", sweep, []string{shop + " special"}},
		{"an event of an account that it does not know", everyMember, stopped(team), nil},
	} {
		r := newRig(t, fleet, "REACTIVATE_ROLES="+tt.roles)
		_, err := r.invoke(t.Context(), tt.event)
		if errorName(err) != "DeniedError" || !strings.Contains(err.Error(), "resourcemanager:ListAccounts") || !strings.Contains(err.Error(), "management account or a delegated administrator") {
			t.Errorf("%s: got %v, want a DeniedError that says what is missing", tt.name, err)
		}
		if got := calledIn(r); !slices.Equal(got, tt.want) {
			t.Errorf("%s: called in %q, want %q", tt.name, got, tt.want)
		}
		if got := r.calls("ListAccounts"); got != 1 {
			t.Errorf("%s: asked %d times, want once", tt.name, got)
		}
	}
}

// TestListingFails: without a list no account of the directory is served, and the function's own by its own role. An older list
// is used.
func TestListingFails(t *testing.T) {
	fleet := edited(organised(), func(f *fakecloud.Fleet) {
		f.Faults = []fakecloud.Fault{{Action: "ListAccounts", Always: true, Fault: fakecloud.FaultAct{Kind: fakecloud.HTML502}}}
	})
	synctest.Test(t, func(t *testing.T) {
		r := newBubbleRig(t, fleet, "REACTIVATE_ROLES="+everyMember)
		for _, event := range []string{sweep, stopped(team), `{"instanceId": "` + web3 + `", "accountId": "` + team + `"}`} {
			if _, err := r.invoke(t.Context(), event); errorName(err) != "UnfinishedError" || calledIn(r) != nil {
				t.Errorf("%s: got %v, called in %q, want an UnfinishedError: another delivery may find the list", event, err, calledIn(r))
			}
		}
		if _, err := r.invoke(t.Context(), stopped(home)); err != nil || !slices.Equal(calledIn(r), []string{home + " own"}) {
			t.Errorf("an event of the own account: got %v, called in %q", err, calledIn(r))
		}
		if got := r.logged(); len(got.Errors) != 0 {
			t.Errorf("got the errors %+v, want the list not asked for", got.Errors)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		fleet.Faults[0].After = 1
		r := newBubbleRig(t, fleet, "REACTIVATE_ROLES="+everyMember)
		if _, err := r.invoke(t.Context(), `{"sweep": true, "dryRun": true}`); err != nil {
			t.Fatal(err)
		}
		r.handler.AgeLists()
		if _, err := r.invoke(t.Context(), sweep); err != nil || len(calledIn(r)) != 3 {
			t.Errorf("listed before: got %v, called in %q, want all three", err, calledIn(r))
		}
		got := r.logged()
		if len(got.Errors) != 1 || got.Errors[0].Error.Op != "ListAccounts" || got.Errors[0].Error.Class != "transient" {
			t.Errorf("got the errors %+v, want the list's", got.Errors)
		}
	})
}

// TestListingFailsOnce: one bad answer leaves out nobody, not even within the few seconds of a webhook.
func TestListingFailsOnce(t *testing.T) {
	fleet := edited(organised(), func(f *fakecloud.Fleet) {
		f.Faults = []fakecloud.Fault{{Action: "ListAccounts", Fault: fakecloud.FaultAct{Kind: fakecloud.Empty503}}}
	})
	for name, tt := range map[string]struct {
		event string
		want  int // accounts in which an instance is called
	}{
		"a sweep":   {sweep, 3},
		"a webhook": {call{body: strings.ReplaceAll(stopped(team), web1, web3)}.event(), 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newBubbleRig(t, fleet, "REACTIVATE_ROLES="+everyMember, open)
				if answer, err := r.invoke(t.Context(), tt.event); err != nil || len(calledIn(r)) != tt.want {
					t.Errorf("got %s, %v, called in %q, want %d", answer, err, calledIn(r), tt.want)
				}
			})
		})
	}
}

// TestAHangingDirectoryDelaysNoNamedAccount: half of the time is theirs.
func TestAHangingDirectoryDelaysNoNamedAccount(t *testing.T) {
	fleet := edited(organised(), func(f *fakecloud.Fleet) {
		f.Faults = []fakecloud.Fault{{Action: "ListAccounts", Always: true, Fault: fakecloud.FaultAct{Kind: fakecloud.Hang}}}
	})
	synctest.Test(t, func(t *testing.T) {
		r := newBubbleRig(t, fleet, "REACTIVATE_ROLES="+everyMember+",acs:ram::"+shop+":role/special")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := r.invoke(ctx, sweep); errorName(err) != "UnfinishedError" || !slices.Equal(calledIn(r), []string{shop + " special"}) {
			t.Errorf("got %v, called in %q, want the named account alone", err, calledIn(r))
		}
	})
}

// TestAListThatIsOld is not used if the permission was taken away.
func TestAListThatIsOld(t *testing.T) {
	fleet := edited(organised(), func(f *fakecloud.Fleet) {
		f.Faults = []fakecloud.Fault{{Action: "ListAccounts", After: 1, Always: true, Fault: fakecloud.FaultAct{Error: fakecloud.Error{Code: "NoPermission"}}}}
	})
	r := newRig(t, fleet, "REACTIVATE_ROLES="+everyMember)
	if _, err := r.invoke(t.Context(), `{"sweep": true, "dryRun": true}`); err != nil {
		t.Fatal(err)
	}
	r.handler.AgeLists()
	if _, err := r.invoke(t.Context(), sweep); errorName(err) != "DeniedError" || calledIn(r) != nil {
		t.Errorf("got %v, called in %q, want a DeniedError and nobody", err, calledIn(r))
	}
}

// TestAMemberWithoutTheRole is reported and fails no run. An account that is named by its ARN does.
func TestAMemberWithoutTheRole(t *testing.T) {
	fleet := edited(organised(), func(f *fakecloud.Fleet) { f.Accounts[2].Roles = nil })
	r := newRig(t, fleet, "REACTIVATE_ROLES="+everyMember)
	answer, err := r.invoke(t.Context(), sweep)
	if err != nil || len(calledIn(r)) != 2 {
		t.Errorf("listed: got %v, called in %q, want the other two", err, calledIn(r))
	}
	got := r.logged()
	if len(got.Errors) != 1 || got.Errors[0].AccountID != team || got.Errors[0].Error.Class != "not-found" || !strings.Contains(answer, "role missing: roll it out") {
		t.Errorf("got %s, want an error of the account", answer)
	}
	r = newRig(t, fleet, "REACTIVATE_ROLES="+everyMember, open)
	if got := r.send(call{body: sweep}); got.StatusCode != 200 {
		t.Errorf("by HTTP: got %d, want 200: a warning is no failure", got.StatusCode)
	}
	r = newRig(t, fleet, "REACTIVATE_ROLES=acs:ram::"+team+":role/reactivate-watched")
	if _, err := r.invoke(t.Context(), sweep); errorName(err) != "DeniedError" {
		t.Errorf("named: got %v, want a DeniedError", err)
	}
}

// TestMembersComeAndGo: an empty directory means no account, and not the function's own.
func TestMembersComeAndGo(t *testing.T) {
	fleet := organised()
	fleet.Directory.Members = fleet.Directory.Members[:1]
	r := newRig(t, fleet, "REACTIVATE_ROLES="+everyMember)
	if _, err := r.invoke(t.Context(), sweep); err != nil || len(calledIn(r)) != 1 {
		t.Errorf("one member: got %v, called in %q", err, calledIn(r))
	}
	fleet.Directory.Members = nil
	r = newRig(t, fleet, "REACTIVATE_ROLES="+everyMember)
	if _, err := r.invoke(t.Context(), sweep); err != nil || calledIn(r) != nil || r.calls("DescribeInstances") != 0 {
		t.Errorf("no member: got %v, called in %q, want nobody", err, calledIn(r))
	}
}

// TestAHangingDirectoryDelaysNoWebhook, and no account is served meanwhile.
func TestAHangingDirectoryDelaysNoWebhook(t *testing.T) {
	fleet := edited(organised(), func(f *fakecloud.Fleet) {
		f.Faults = []fakecloud.Fault{{Action: "ListAccounts", Always: true, Fault: fakecloud.FaultAct{Kind: fakecloud.Hang}}}
	})
	synctest.Test(t, func(t *testing.T) {
		r := newBubbleRig(t, fleet, "REACTIVATE_ROLES="+everyMember, open)
		began := time.Now()
		if got := r.send(call{body: stopped(team)}); got.StatusCode != 503 || calledIn(r) != nil {
			t.Errorf("got %d, called in %q, want 503: another delivery may find the list", got.StatusCode, calledIn(r))
		}
		if took := time.Since(began); took >= 4*time.Second {
			t.Errorf("took %v, which is longer than CloudMonitor waits", took)
		}
	})
}

// TestASlowDirectory is waited for if there is time: for a person, and for an asynchronous event.
func TestASlowDirectory(t *testing.T) {
	fleet := edited(organised(), func(f *fakecloud.Fleet) {
		f.Latency = []fakecloud.Latency{{Action: "ListAccounts", Min: fakecloud.Duration(4 * time.Second)}}
	})
	for name, c := range map[string]call{
		"a person":     {body: `{"instanceId": "` + web3 + `", "accountId": "` + team + `"}`},
		"asynchronous": {body: strings.ReplaceAll(stopped(team), web1, web3), headers: async("X-Fc-Invocation-Type", "Async")},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newBubbleRig(t, fleet, "REACTIVATE_ROLES="+everyMember, open)
				if answer, err := r.invoke(t.Context(), c.event()); err != nil || len(calledIn(r)) != 1 {
					t.Errorf("got %s, %v, called in %q, want the member's", answer, err, calledIn(r))
				}
			})
		})
	}
}

// TestAWrongConfigurationAsksNobody, not even the directory.
func TestAWrongConfigurationAsksNobody(t *testing.T) {
	r := newRig(t, organised(), "REACTIVATE_ROLES="+everyMember, "REACTIVATE_COLOUR=blue")
	for _, event := range []string{stopped(team), sweep} {
		if _, err := r.invoke(t.Context(), event); errorName(err) != "ConfigError" {
			t.Errorf("%s: got %v, want a ConfigError", event, err)
		}
	}
	if _, err := r.invoke(t.Context(), `{"doctor": true}`); err != nil {
		t.Error(err)
	}
	if calls := r.cloud.Calls(); len(calls) != 0 {
		t.Errorf("got %d calls, the first of %s, want none", len(calls), calls[0].Action)
	}
}
