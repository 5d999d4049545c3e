package fakecloud

import "net/http"

// SignACS3 lets the official vector be checked, whose action the fake does not
// serve.
func SignACS3(r *http.Request, names []string, secret string) (canonical, signature string) {
	q, _ := parseRequest(r)
	return canonicalACS3(q, names), signACS3(q, names, secret)
}

// KeyCount is how many access keys are known, those of sessions included.
func (c *Cloud) KeyCount() int { return len(c.keys) }

// FallIntoArrears makes an account owe money from now on. Its pay-as-you-go
// instances stop LifeCycle.StopAfter later. It does nothing for an account that
// the fleet does not have or that owes already.
func (c *Cloud) FallIntoArrears(accountID string) { c.happen(accountID, fall) }

// Settle pays what an account owes, and more than the balance rule asks for.
// LifeCycle.RestoreAfter later the platform restores its instances, except those
// that the fleet excludes. It does nothing for an account that the fleet does
// not have.
// Source: https://www.alibabacloud.com/en/notice/ecs0406
func (c *Cloud) Settle(accountID string) { c.happen(accountID, settle) }

func (c *Cloud) happen(accountID string, kind eventKind) {
	now := c.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.byID[accountID]
	if a == nil {
		return
	}
	at := c.since(now)
	c.advance(at)
	c.schedule(event{at: at, account: a, kind: kind})
	c.advance(at)
}
