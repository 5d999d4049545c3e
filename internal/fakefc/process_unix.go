//go:build unix

package fakefc

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// setGroup puts the child into a process group of its own, so that it can be
// killed with all that it starts, and so that an interrupt typed at the terminal
// reaches the parent alone, which then ends the child in order.
func setGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
}

func killGroup(p *os.Process) error {
	err := syscall.Kill(-p.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

func baseEnviron() []string {
	return []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp", "TZ=UTC"}
}
