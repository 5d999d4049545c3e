//go:build !unix

package fakefc

import (
	"os"
	"os/exec"
)

// setGroup does nothing: there are no process groups here.
func setGroup(*exec.Cmd) {}

func killGroup(p *os.Process) error { return p.Kill() }

// baseEnviron passes on what a Windows process needs to open a socket.
func baseEnviron() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "SystemRoot=" + os.Getenv("SystemRoot"), "TZ=UTC"}
}
