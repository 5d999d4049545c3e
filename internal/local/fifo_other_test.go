//go:build !unix

package local_test

import "errors"

func makeFIFO(string) error { return errors.ErrUnsupported }
