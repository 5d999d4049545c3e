package local

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"io"
	"regexp"
	"slices"
	"strings"

	"reactivate/internal/fakecloud"
	"reactivate/internal/wording"
)

// usageError is a wrong command line. Nothing was started.
type usageError struct{ what wording.Words }

func (e *usageError) Error() string { return e.what.In(wording.English) }

// options are the flags and operands of all commands; each command has some of them.
type options struct {
	addr     string
	lang     string   // "": see language
	fleet    string   // "" is the built-in fleet
	env      []string // NAME=VALUE, in the order given
	json     bool
	verbose  bool
	live     bool
	yes      bool
	notify   bool
	operands []string
}

// flagSet returns the command's flags. A test compares them with the usage texts.
func (c command) flagSet(o *options) *flag.FlagSet {
	var all flag.FlagSet
	all.StringVar(&o.addr, "addr", c.addr, "")
	all.StringVar(&o.lang, "lang", "", "")
	all.StringVar(&o.fleet, "fleet", "", "")
	// Checked later: the flag package's error would repeat the value, which may be a secret.
	all.Func("env", "", func(s string) error { o.env = append(o.env, s); return nil })
	for name, on := range map[string]*bool{"json": &o.json, "live": &o.live, "notify": &o.notify, "v": &o.verbose, "yes": &o.yes} {
		all.BoolVar(on, name, false, "")
	}
	own := flag.NewFlagSet("", flag.ContinueOnError)
	own.SetOutput(io.Discard)
	for name := range strings.FieldsSeq("lang v " + c.flags) {
		own.Var(all.Lookup(name).Value, name, "")
	}
	return own
}

// parse reads a command's flags and operands. It also sets the language of the program and of the function.
func (p *program) parse(cmd command, args []string) (options, error) {
	o, err := cmd.parse(args)
	if err == nil {
		err = o.check(cmd, p.build.Variables)
	}
	p.lang = language(&o, p.environ)
	said := lookup(o.env, langVariable)
	if o.lang != "" || p.lang == wording.Chinese && said == "" { // the function itself refuses an unknown language
		o.env = append(o.env, langVariable+"="+string(p.lang))
	}
	return o, err
}

// parse reads flags and operands in any order. After -- the next argument is an operand, whatever it looks like.
func (c command) parse(args []string) (options, error) {
	var o options
	fs := c.flagSet(&o)
	for {
		if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
			return o, err
		} else if err != nil {
			return o, &usageError{flagMistake(fs, args)}
		}
		if fs.NArg() == 0 {
			return o, nil
		}
		o.operands, args = append(o.operands, fs.Arg(0)), fs.Args()[1:]
	}
}

// flagMistake finds out what is wrong with the flag at which fs stopped. The error of fs does not tell, because it has no type. Only
// a switch can have a wrong value.
func flagMistake(fs *flag.FlagSet, args []string) wording.Words {
	name, _, given := strings.Cut(strings.TrimLeft(args[len(args)-fs.NArg()-1], "-"), "=")
	switch {
	case fs.Lookup(name) == nil:
		var known []string
		fs.VisitAll(func(f *flag.Flag) { known = append(known, "-"+f.Name) })
		return wording.NoFlagOnly.With(name, strings.Join(known, ", "))
	case given:
		return wording.IsASwitch.With(name)
	}
	return wording.WantsAValue.With(name)
}

func (o *options) check(cmd command, variables []string) error {
	switch {
	case o.lang != "" && !wording.Lang(o.lang).Valid():
		return &usageError{wording.NoSuchLanguage.With(o.lang)}
	case o.live && o.fleet != "":
		return &usageError{wording.FleetIsFake}
	case o.yes && !o.live:
		return &usageError{wording.YesGoesWithLive}
	case len(o.operands) > 0 && !cmd.operands:
		return &usageError{wording.NoOperands}
	}
	return checkEnv(o.env, variables)
}

// checkEnv checks the names of variables. Its errors never repeat a value. If known is nil, every name is accepted.
func checkEnv(env, known []string) error {
	isName := regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString
	for i, entry := range env {
		name, _, found := strings.Cut(entry, "=")
		switch {
		case !found || !isName(name):
			return &usageError{wording.EnvNotNamed.With(i + 1)}
		case known != nil && !slices.Contains(known, name) && !passedOn(name):
			return &usageError{wording.EnvUnknown.With(name)}
		}
	}
	return nil
}

// maxFleet is the largest fleet file that is read, in bytes: enough for 200,000 instances.
const maxFleet = 64 << 20

// newCloud makes the fake cloud of a fleet file; "" is the built-in fleet.
func (p *program) newCloud(ctx context.Context, name string) (*fakecloud.Cloud, error) {
	if name == "" {
		return fakecloud.New(fakecloud.Demo())
	}
	content, err := p.read(ctx, name, maxFleet)
	if err != nil {
		return nil, &usageError{wording.FleetWrong.With(err)}
	}
	var cloud *fakecloud.Cloud
	fleet, err := fakecloud.ParseFleet(content)
	if err == nil {
		cloud, err = fakecloud.New(fleet)
	}
	if err != nil {
		return nil, &usageError{wording.FleetFileWrong.With(name, err)}
	}
	return cloud, nil
}

// langVariable is the function's variable for the language. The commands obey it, too.
const langVariable = "REACTIVATE_LANG"

// language returns the language of the flag -lang, else of the function's variable, else of the caller's variable, else of the
// locale.
func language(o *options, environ []string) wording.Lang {
	for _, said := range []string{o.lang, lookup(o.env, langVariable), lookup(environ, langVariable)} {
		if l := wording.Lang(said); l.Valid() {
			return l
		}
	}
	locale := cmp.Or(lookup(environ, "LC_ALL"), lookup(environ, "LC_MESSAGES"), lookup(environ, "LANG"))
	if strings.HasPrefix(strings.ToLower(locale), string(wording.Chinese)) {
		return wording.Chinese
	}
	return wording.English
}
