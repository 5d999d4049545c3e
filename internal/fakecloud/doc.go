// Package fakecloud is a fake of the Alibaba Cloud endpoints that this program
// calls: one http.Handler for ECS, STS, the resource directory, billing,
// CloudMonitor, and what Function Compute and Simple Log Service show to readers.
// It answers as the public documents describe the real endpoints.
// A fleet file says what there is and what goes wrong: see Fleet.
//
// It verifies signatures, so official clients work with it unchanged. It has no
// goroutine and no timer: it derives the state of an instance from the clock at
// each call, so it also works inside a testing/synctest bubble.
//
// It imports only the standard library and knows nothing of the program that it
// tests. The comment of each behaviour names the public document that describes
// it, or says that it is an assumption. docs/fake-cloud.md lists the assumptions.
package fakecloud
