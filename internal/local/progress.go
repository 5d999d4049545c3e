package local

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

// clearLine returns to the start of a terminal's line and empties it.
const clearLine = "\r\x1b[K"

// progressLine is one line on a terminal that is rewritten every second while
// an invocation runs.
type progressLine struct {
	w       io.Writer
	columns int // of the terminal: a line that is longer could not be taken back
	begin   time.Time
	lang    wording.Lang

	mu   sync.Mutex
	last *reactivate.Progress // nil before the first
}

// startProgress shows the line until stop is called, which removes it.
func startProgress(w io.Writer, columns int, l wording.Lang) (line *progressLine, stop func()) {
	line = &progressLine{w: w, columns: columns, begin: time.Now(), lang: l}
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
func (l *progressLine) update(p reactivate.Progress) {
	l.mu.Lock()
	l.last = &p
	l.mu.Unlock()
	l.show()
}

func (l *progressLine) show() {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprint(l.w, clearLine+cut(l.text(time.Since(l.begin)), l.columns-1))
}

// text says what is done and what is left, and what is being done about that.
func (l *progressLine) text(elapsed time.Duration) string {
	text := fmt.Sprintf("  %s  ", elapsed.Round(time.Second))
	if l.last == nil {
		return text + wording.ProgressStarting.In(l.lang)
	}
	text += wording.ProgressDone.Say(l.lang, l.last.Done, l.last.Left)
	var doing []string
	for _, of := range []struct {
		n    int
		text wording.Text
	}{
		{l.last.Grace, wording.ProgressGrace}, {l.last.Calling, wording.ProgressCalling}, {l.last.Watching, wording.ProgressWatching}, {l.last.Unpaid, wording.ProgressUnpaid},
		{l.last.Throttled, wording.ProgressThrottled},
	} {
		if of.n > 0 {
			doing = append(doing, of.text.Say(l.lang, of.n))
		}
	}
	if l.last.Rate > 0 {
		doing = append(doing, wording.ProgressRate.Say(l.lang, l.last.Rate))
	}
	if len(doing) > 0 {
		text += wording.Colon.In(l.lang) + strings.Join(doing, wording.Comma.In(l.lang))
	}
	return text
}
