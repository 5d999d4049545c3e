package local

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"reactivate/internal/reactivate"
	"reactivate/internal/wording"
)

const (
	notifyVariable     = "REACTIVATE_NOTIFY"
	printTarget        = "print"
	cloudMonitorTarget = "cloudmonitor"
)

// mute keeps the function from sending messages: nobody is to be told of what is
// merely looked at.
func (r *rig) mute() {
	for _, env := range r.environs() {
		*env = slices.DeleteFunc(*env, func(entry string) bool { return strings.HasPrefix(entry, notifyVariable+"=") })
	}
}

// keepMessages keeps messages on this machine, since nobody is to be told of a
// fleet that is a fake, or of a dry run: what would be sent is printed. A target
// on loopback is sent its message, and so is the fake cloud's CloudMonitor. What
// is no target stays, for the function to say so.
func (r *rig) keepMessages() {
	for _, env := range r.environs() {
		list := lookup(*env, notifyVariable)
		if list == "" {
			continue
		}
		shown := false
		kept := slices.DeleteFunc(targets(list), func(target string) bool {
			monitor := target == cloudMonitorTarget
			away := leaves(target) || monitor && r.cloud == nil
			shown = shown || away || monitor || target == printTarget
			return away || target == printTarget
		})
		if shown {
			kept = append(kept, printTarget)
		}
		*env = merge(*env, []string{notifyVariable + "=" + strings.Join(kept, ",")})
	}
}

// environs are where the function's variables stand: the second of a live run.
func (r *rig) environs() []*[]string { return []*[]string{&r.given, &r.function.Env} }

// targets are the entries of REACTIVATE_NOTIFY.
func targets(list string) []string {
	entries := strings.Split(list, ",")
	for i := range entries {
		entries[i] = strings.TrimSpace(entries[i])
	}
	return entries
}

// leaves tells whether a message to a target would leave this machine.
func leaves(target string) bool {
	if kind, address, found := strings.Cut(target, "="); found && !strings.ContainsAny(kind, ":/") {
		target = address
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback())
}

// messages shows what people would have been sent.
func (p page) messages(texts []string) {
	for _, text := range texts {
		fmt.Fprintln(p.w)
		p.paragraph(p.paint(bold, wording.MessageShown.In(p.lang)))
		for line := range strings.Lines(text) {
			words := strings.TrimLeft(line, " -")
			p.hanging("  "+line[:len(line)-len(words)], clean(words))
		}
	}
}

// noMessage says why people would have been sent nothing. An ignored event tells nobody, whatever the variables say.
func (p page) noMessage(r *reactivate.Report, on string) {
	if r == nil || r.Ignored != "" {
		return
	}
	why := wording.NoMessageNews
	if on == "problems" {
		why = wording.NoMessageProblems
	}
	fmt.Fprintln(p.w)
	p.paragraph(why.In(p.lang))
}
