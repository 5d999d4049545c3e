// Package fakefc is a fake of Function Compute 3.0 for one function on the go1
// runtime: it serves the runtime API on a loopback port, runs the function's
// executable under it, and hands it one invocation at a time. It knows nothing
// of what the function does.
//
// The protocol is the one that the vendor's own loop speaks
// (https://github.com/aliyun/fc-runtime-go-sdk, directory fc).
package fakefc
