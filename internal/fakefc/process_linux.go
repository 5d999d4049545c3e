package fakefc

import "syscall"

// dieWithParent covers the one end of the parent that it cannot answer: a
// SIGKILL. The vendor's loop would otherwise ask a closed port for work for
// ever, thousands of times a second.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
