// Package fakecloud is a fake of the Alibaba Cloud endpoints that this program
// talks to: one http.Handler that answers the calls of ECS, STS, the resource
// directory and billing that it makes, the way the public documents say that
// the real endpoints do. What it serves, and how it misbehaves, is told by a
// fleet file: see Fleet.
//
// It verifies signatures, so official clients talk to it as they talk to the
// real thing. It keeps no goroutine and no timer: the state of an instance is
// derived from the clock at each call, so it also works inside a
// testing/synctest bubble.
//
// It imports the standard library alone and knows nothing of the program that
// it tests. A comment beside each behaviour names the public document that
// describes it; a behaviour without one says that it is an assumption.
// docs/fake-cloud.md lists both kinds.
package fakecloud
