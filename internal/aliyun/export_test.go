package aliyun

import (
	"context"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

// Host is the endpoint that a call would go to.
func (e Endpoint) Host(product, region string) (scheme, host string) { return e.host(product, region) }

// ValidSessionName is the name under which a role is assumed.
func ValidSessionName(name string) string { return validSessionName(name) }

// ReadPage reads an answer of DescribeInstances.
var ReadPage = readPage

// PageNames are the names of the fields that are read in it.
var PageNames = slices.Concat(pageFields, listField, rowFields, reasonField, tagField, tagFields, ipField)

// Clean cleans a text from the network.
func Clean(text string) string { return clean(text, Credentials{}) }

// Moment reads a time of ECS.
var Moment = moment

// WaitForSession waits for a turn of AssumeRole.
func (c *Cloud) WaitForSession(ctx context.Context) error { return c.sessions.Wait(ctx) }

// HoldSessions delays the next turn of AssumeRole by an hour.
func (c *Cloud) HoldSessions() {
	c.sessions.AllowN(time.Now(), sessionBurst)
	c.sessions.SetLimit(rate.Every(time.Hour))
}
