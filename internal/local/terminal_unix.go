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
	raw, err := f.SyscallConn()
	if err != nil {
		return 0, false
	}
	err = raw.Control(func(fd uintptr) {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
		ok = errno == 0
	})
	return int(size.columns), ok && err == nil
}
