package local

import (
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

// errHelp means that the caller asked for the usage.
var errHelp = flag.ErrHelp

// usageError is a wrong command line. Nothing was started.
type usageError struct{ what wording.Words }

func (e *usageError) Error() string { return e.what.In(wording.English) }

// options are the flags of all commands; each command has some of them.
type options struct {
	addr    string   // serve, fake-cloud
	lang    string   // "": see language
	fleet   string   // "" is the built-in fleet
	env     []string // NAME=VALUE, in the order given
	json    bool
	verbose bool
	live    bool
	yes     bool
	notify  bool // doctor
}

// Each command's flags. A test compares them with the usage texts.
func invokeFlags(fs *flag.FlagSet, o *options) {
	liveFlags(fs, o)
	fs.BoolVar(&o.yes, "yes", false, "")
}

func doctorFlags(fs *flag.FlagSet, o *options) {
	liveFlags(fs, o)
	fs.BoolVar(&o.notify, "notify", false, "")
}

func verifyFlags(fs *flag.FlagSet, o *options) {
	commonFlags(fs, o)
	fs.Var((*list)(&o.env), "env", "")
	fs.BoolVar(&o.json, "json", false, "")
	fs.BoolVar(&o.live, "live", false, "")
	fs.BoolVar(&o.notify, "notify", false, "")
}

func liveFlags(fs *flag.FlagSet, o *options) {
	functionFlags(fs, o)
	fs.BoolVar(&o.json, "json", false, "")
	fs.BoolVar(&o.live, "live", false, "")
}

func functionFlags(fs *flag.FlagSet, o *options) {
	commonFlags(fs, o)
	fs.StringVar(&o.fleet, "fleet", "", "")
	fs.Var((*list)(&o.env), "env", "")
}

// commonFlags go with every command.
func commonFlags(fs *flag.FlagSet, o *options) {
	fs.StringVar(&o.lang, "lang", "", "")
	fs.BoolVar(&o.verbose, "v", false, "")
}

func serveFlags(fs *flag.FlagSet, o *options) {
	functionFlags(fs, o)
	fs.StringVar(&o.addr, "addr", "127.0.0.1:9000", "")
}

func fakeCloudFlags(fs *flag.FlagSet, o *options) {
	commonFlags(fs, o)
	fs.StringVar(&o.fleet, "fleet", "", "")
	fs.StringVar(&o.addr, "addr", "127.0.0.1:9100", "")
}

// list is a flag that may be repeated. It takes any text, because its error would repeat the text, which may be a secret.
type list []string

func (l *list) String() string     { return "" }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// parse reads flags and operands in any order; after -- all are operands. It also sets the language of the program and of the
// function.
func (p *program) parse(define func(*flag.FlagSet, *options), args []string) (options, []string, error) {
	o, operands, err := parse(define, args)
	if err == nil {
		err = checkEnv(o.env, p.build.Variables)
	}
	p.lang = language(&o, p.environ)
	said := lookup(o.env, langVariable)
	if o.lang != "" || p.lang == wording.Chinese && said == "" { // the function itself refuses what is not a language
		o.env = merge(o.env, []string{langVariable + "=" + string(p.lang)})
	}
	return o, operands, err
}

// parseFlags is parse for a command that takes no operands.
func (p *program) parseFlags(define func(*flag.FlagSet, *options), args []string) (options, error) {
	o, operands, err := p.parse(define, args)
	if err == nil && len(operands) > 0 {
		err = &usageError{wording.NoOperands}
	}
	return o, err
}

func parse(define func(*flag.FlagSet, *options), args []string) (options, []string, error) {
	var o options
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	define(fs, &o)
	var operands, rest []string
	if i := slices.Index(args, "--"); i >= 0 {
		args, rest = args[:i], args[i+1:]
	}
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return o, nil, errHelp
			}
			return o, nil, &usageError{flagMistake(fs, args)}
		}
		if fs.NArg() == 0 {
			break
		}
		operands, args = append(operands, fs.Arg(0)), fs.Args()[1:]
	}
	return o, append(operands, rest...), o.check()
}

// flagMistake says what is wrong with the flag at which fs stopped. The flag package does not tell mistakes apart. Only a
// switch can have a wrong value.
func flagMistake(fs *flag.FlagSet, args []string) wording.Words {
	name, _, given := strings.Cut(strings.TrimLeft(args[len(args)-fs.NArg()-1], "-"), "=")
	switch {
	case fs.Lookup(name) == nil:
		return wording.NoFlagOnly.With(name, flagNames(fs))
	case given:
		return wording.IsASwitch.With(name)
	}
	return wording.WantsAValue.With(name)
}

func flagNames(fs *flag.FlagSet) string {
	var all []string
	fs.VisitAll(func(f *flag.Flag) { all = append(all, "-"+f.Name) })
	return strings.Join(all, ", ")
}

func (o *options) check() error {
	switch {
	case o.lang != "" && !isLanguage(o.lang):
		return &usageError{wording.NoSuchLanguage.With(o.lang)}
	case o.live && o.fleet != "":
		return &usageError{wording.FleetIsFake}
	case o.yes && !o.live:
		return &usageError{wording.YesGoesWithLive}
	}
	return nil
}

// checkEnv checks the names of variables, and never repeats a value. With known nil every name is taken.
func checkEnv(env, known []string) error {
	isName := regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString
	for i, entry := range env {
		name, value, found := strings.Cut(entry, "=")
		switch {
		case !found || !isName(name):
			return &usageError{wording.EnvNotNamed.With(i + 1)}
		case strings.HasPrefix(name, "FC_"):
			return &usageError{wording.EnvOfFC.With(name)}
		case strings.HasPrefix(name, "ALIBABA_CLOUD_"):
			return &usageError{wording.EnvCredentials.With(name)}
		case known != nil && !slices.Contains(known, name) && !passedOn(name):
			return &usageError{wording.EnvUnknown.With(name)}
		case strings.ContainsRune(value, 0):
			return &usageError{wording.EnvNUL.With(name)}
		}
	}
	return nil
}

// maxFleet is the largest fleet file that is read, in bytes: enough for 200,000 instances.
const maxFleet = 64 << 20

// readFleet reads a fleet file; "" is the built-in fleet.
func (p *program) readFleet(ctx context.Context, name string) (fakecloud.Fleet, error) {
	if name == "" {
		return fakecloud.Demo(), nil
	}
	content, err := p.read(ctx, name, maxFleet)
	switch {
	case ctx.Err() != nil:
		return fakecloud.Fleet{}, ctx.Err()
	case err != nil:
		return fakecloud.Fleet{}, &usageError{wording.FleetWrong.With(err)}
	}
	fleet, err := fakecloud.ParseFleet(content)
	if err != nil {
		return fakecloud.Fleet{}, &usageError{wording.FleetFileWrong.With(name, err)}
	}
	return fleet, nil
}
