package fakefc

import "syscall"

// dieWithParent lets the child die with a parent that is killed and so cannot
// kill it. Otherwise the vendor's loop would ask a closed port for work for
// ever, thousands of times a second.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
