package local

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"reactivate/internal/cloud"
	"reactivate/internal/wording"
)

const (
	notifyVariable     = "REACTIVATE_NOTIFY"
	printTarget        = "print"
	cloudMonitorTarget = "cloudmonitor"
)

// keepMessages keeps messages on this machine: nobody should get a message about a run in front of the fake cloud, or about a dry
// run. They are printed instead. Targets on this machine and the fake cloud's CloudMonitor still get theirs. Wrong entries stay, so
// that the function refuses them.
func keepMessages(env []string, live bool) []string {
	list := lookup(env, notifyVariable)
	if list == "" {
		return env
	}
	shown := false
	kept := slices.DeleteFunc(targets(list), func(target string) bool {
		monitor := target == cloudMonitorTarget
		away := leaves(target) || monitor && live
		shown = shown || away || monitor || target == printTarget
		return away || target == printTarget
	})
	if shown {
		kept = append(kept, printTarget)
	}
	return append(env, notifyVariable+"="+strings.Join(kept, ","))
}

// targets are the entries of REACTIVATE_NOTIFY.
func targets(list string) []string {
	entries := strings.Split(list, ",")
	for i := range entries {
		entries[i] = strings.TrimSpace(entries[i])
	}
	return entries
}

// leaves reports whether a message to a target would leave this machine.
func leaves(target string) bool {
	if kind, address, found := strings.Cut(target, "="); found && !strings.ContainsAny(kind, ":/") {
		target = address
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return false
	}
	return !cloud.Loopback(u.Hostname())
}

// messages shows what would have been sent.
func (p page) messages(texts []string) {
	for _, text := range texts {
		fmt.Fprintln(p.w)
		p.paragraph(p.paint(bold, wording.MessageShown.In(p.lang)))
		for line := range strings.Lines(text) {
			words := strings.TrimLeft(line, " -")
			p.hanging("  "+line[:len(line)-len(words)], wording.Printable(words))
		}
	}
}

// noMessage says why there is no message, if messages are shown at all. An ignored event never sends one, so nothing is said of it.
func (p page) noMessage(a answer, env []string) {
	shown := slices.Contains(targets(lookup(env, notifyVariable)), printTarget)
	if !shown || len(a.texts) > 0 || a.report == nil || a.report.Ignored != "" {
		return
	}
	why := wording.NoMessageNews
	if lookup(env, "REACTIVATE_NOTIFY_ON") == "problems" {
		why = wording.NoMessageProblems
	}
	fmt.Fprintln(p.w)
	p.paragraph(why.In(p.lang))
}
