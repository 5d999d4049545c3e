// Command hello is the least that a Go function can be: the runtime's loop, and nothing done. What a start takes beside its start
// is ours.
package main

import (
	"context"

	"github.com/aliyun/fc-runtime-go-sdk/fc"
)

func main() {
	fc.Start(func(_ context.Context, _ []byte) (string, error) { return "hello", nil })
}
