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

// startProgress shows one line on a terminal. It rewrites the line every second and whenever the function logs its progress, until
// stop is called, which removes it. The line is cut to the terminal's width, because a wrapped line could not be erased.
func startProgress(w io.Writer, columns int, l wording.Lang) (update func(reactivate.Progress), stop func()) {
	begin, updates, over := time.Now(), make(chan reactivate.Progress), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer fmt.Fprint(w, clearLine)
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		text := wording.ProgressStarting.In(l)
		for {
			select {
			case <-over:
				return
			case p := <-updates:
				text = progressText(l, p)
			case <-ticker.C:
			}
			line := fmt.Sprintf("  %s  %s", time.Since(begin).Round(time.Second), text)
			fmt.Fprint(w, clearLine+cut(line, columns-1))
		}
	})
	return func(p reactivate.Progress) { updates <- p }, func() { close(over); wg.Wait() }
}

// progressText says how many instances are done, how many are left, and what those are waiting for.
func progressText(l wording.Lang, p reactivate.Progress) string {
	var doing []string
	for _, of := range []struct {
		n    int
		text wording.Text
	}{
		{p.Grace, wording.ProgressGrace}, {p.Calling, wording.ProgressCalling}, {p.Watching, wording.ProgressWatching}, {p.Unpaid, wording.ProgressUnpaid},
	} {
		if of.n > 0 {
			doing = append(doing, of.text.Say(l, of.n))
		}
	}
	text := wording.ProgressDone.Say(l, p.Done, p.Left)
	if len(doing) > 0 {
		text += wording.Colon.In(l) + strings.Join(doing, wording.Comma.In(l))
	}
	return text
}
