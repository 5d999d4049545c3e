package history_test

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// cpuStalled is how long, in all since the machine started, some task has waited for a processor. Its growth over a time tells a
// process that starved from one that was late by itself. 0 where the machine does not tell.
// Source: https://docs.kernel.org/accounting/psi.html
func cpuStalled() time.Duration {
	text, err := os.ReadFile("/proc/pressure/cpu")
	if err != nil {
		return 0
	}
	_, total, _ := strings.Cut(string(text), "total=") // of the line "some", the first
	total, _, _ = strings.Cut(total, "\n")
	us, err := strconv.ParseInt(total, 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(us) * time.Microsecond
}
