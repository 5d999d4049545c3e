// Package fakefc is a fake of Function Compute 3.0 for one function on the go1
// runtime. It serves the runtime API on a loopback port, runs the function's
// executable, and gives it one invocation at a time. It does not know what the
// function does.
//
// The protocol is that of the vendor's own loop
// (https://github.com/aliyun/fc-runtime-go-sdk, directory fc).
package fakefc
