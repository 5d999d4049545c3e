package aliyun

import (
	"context"
	"slices"
	"time"
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

// SessionSpacing is how calls of AssumeRole wait for their turn.
func SessionSpacing() func(context.Context) error {
	s := newSpacing()
	return func(ctx context.Context) error { return s.wait(ctx, sessionSpacing) }
}

// HoldSessions delays the next turn of AssumeRole.
func (c *Cloud) HoldSessions(d time.Duration) { _ = c.sessions.wait(context.Background(), d) }
