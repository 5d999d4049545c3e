package local

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// clearLine returns to the start of a terminal's line and empties it.
const clearLine = "\r\x1b[K"

// progressLine is one line on a terminal that is rewritten every second while
// an invocation runs.
type progressLine struct {
	w     io.Writer
	begin time.Time

	mu   sync.Mutex
	last *progress // nil before the first
}

// startProgress shows the line until stop is called, which removes it.
func startProgress(w io.Writer) (line *progressLine, stop func()) {
	line = &progressLine{w: w, begin: time.Now()}
	over := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-over:
				fmt.Fprint(w, clearLine)
				return
			case <-ticker.C:
				line.show()
			}
		}
	})
	return line, func() { close(over); wg.Wait() }
}

// update takes what the function logged last.
func (l *progressLine) update(p progress) {
	l.mu.Lock()
	l.last = &p
	l.mu.Unlock()
	l.show()
}

func (l *progressLine) show() {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprint(l.w, clearLine+l.text(time.Since(l.begin)))
}

func (l *progressLine) text(elapsed time.Duration) string {
	text := fmt.Sprintf("  %s", elapsed.Round(time.Second))
	if l.last == nil {
		return text + "  the function is at work"
	}
	text += fmt.Sprintf("  %d done, %d left, %.1f calls a second", l.last.Done, l.last.Left, l.last.Rate)
	if l.last.Throttled > 0 {
		text += fmt.Sprintf(", %d throttled", l.last.Throttled)
	}
	return text
}
