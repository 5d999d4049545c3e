//go:build !linux && !darwin

package local

import "os"

// terminalColumns takes each character device for a terminal of unknown width.
func terminalColumns(f *os.File) (columns int, ok bool) {
	stat, err := f.Stat()
	return 0, err == nil && stat.Mode()&os.ModeCharDevice != 0
}
