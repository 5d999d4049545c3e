//go:build linux || darwin

package local

import (
	"os"
	"syscall"
	"unsafe"
)

// terminalColumns asks the terminal how wide it is; 0 if it does not know. Not ok: f is no terminal.
func terminalColumns(f *os.File) (columns int, ok bool) {
	var size struct{ rows, columns, xPixels, yPixels uint16 }
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	return int(size.columns), errno == 0
}
