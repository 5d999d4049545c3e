package local

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"reactivate/internal/fakecloud"
)

// errHelp: the caller asked for the command's usage.
var errHelp = flag.ErrHelp

// usageError is a wrong command line. Nothing has been started.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// options are the flags of all commands; each command has some of them.
type options struct {
	addr    string   // serve, fake-cloud
	fleet   string   // "" is the built-in fleet
	env     []string // NAME=VALUE, in the order given
	json    bool
	verbose bool
	live    bool
	yes     bool
}

// Each command's flags. A test compares them with the usage texts.
func invokeFlags(fs *flag.FlagSet, o *options) {
	doctorFlags(fs, o)
	fs.BoolVar(&o.yes, "yes", false, "")
}

func doctorFlags(fs *flag.FlagSet, o *options) {
	functionFlags(fs, o)
	fs.BoolVar(&o.json, "json", false, "")
	fs.BoolVar(&o.live, "live", false, "")
}

func functionFlags(fs *flag.FlagSet, o *options) {
	fs.StringVar(&o.fleet, "fleet", "", "")
	fs.Var((*list)(&o.env), "env", "")
	fs.BoolVar(&o.verbose, "v", false, "")
}

func serveFlags(fs *flag.FlagSet, o *options) {
	functionFlags(fs, o)
	fs.StringVar(&o.addr, "addr", "127.0.0.1:9000", "")
}

func fakeCloudFlags(fs *flag.FlagSet, o *options) {
	fs.StringVar(&o.fleet, "fleet", "", "")
	fs.StringVar(&o.addr, "addr", "127.0.0.1:9100", "")
}

func versionFlags(*flag.FlagSet, *options) {}

// list is a flag that may be repeated. It takes any text: an error here would
// repeat the text, and a secret may stand in it.
type list []string

func (l *list) String() string     { return "" }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// parse reads flags and operands in any order; after -- all are operands.
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
			return o, nil, &usageError{err.Error()}
		}
		if fs.NArg() == 0 {
			break
		}
		operands, args = append(operands, fs.Arg(0)), fs.Args()[1:]
	}
	return o, append(operands, rest...), o.check()
}

func (o *options) check() error {
	switch {
	case o.live && o.fleet != "":
		return &usageError{"-fleet is of the fake cloud, and -live has none: leave one of them out"}
	case o.yes && !o.live:
		return &usageError{"-yes goes with -live: without it nothing real is touched anyway"}
	}
	return checkEnv(o.env)
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// checkEnv looks at the names alone and never repeats a value.
func checkEnv(env []string) error {
	for i, entry := range env {
		name, value, found := strings.Cut(entry, "=")
		switch {
		case !found || !variableName.MatchString(name):
			return &usageError{fmt.Sprintf("-env number %d is not NAME=VALUE, such as REACTIVATE_DRY_RUN=true", i+1)}
		case strings.HasPrefix(name, "FC_"):
			return &usageError{fmt.Sprintf("-env %s: Function Compute sets the variables FC_* itself", name)}
		case strings.HasPrefix(name, "ALIBABA_CLOUD_"):
			return &usageError{fmt.Sprintf("-env %s: Function Compute sets the credentials itself", name)}
		case strings.ContainsRune(value, 0):
			return &usageError{fmt.Sprintf("-env %s: the value has a NUL byte", name)}
		}
	}
	return nil
}

// readFleet reads the fleet file; "" is the built-in fleet.
func readFleet(name string) (fakecloud.Fleet, error) {
	if name == "" {
		return fakecloud.Demo(), nil
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return fakecloud.Fleet{}, &usageError{fmt.Sprintf("-fleet: %v", err)}
	}
	fleet, err := fakecloud.ParseFleet(content)
	if err != nil {
		return fakecloud.Fleet{}, &usageError{fmt.Sprintf("-fleet %s: %v", name, err)}
	}
	return fleet, nil
}
