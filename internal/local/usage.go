package local

import (
	"fmt"
	"strings"
)

// What each command does, in a few words without quotes: shells show them too.
const (
	invokeSummary    = "hand events to the function and show its reports"
	statusSummary    = "show what is overdue, the most urgent first; never acts"
	serveSummary     = "serve the HTTP trigger of the function on this machine"
	fakeCloudSummary = "serve the fake ECS and STS alone, for any client"
	doctorSummary    = "check configuration, credentials, permissions and regions"
	versionSummary   = "version, commit and Go release of this file"
	helpSummary      = "all about one command: help COMMAND"
)

// overview is what the program says when it is asked for nothing.
func (p *program) overview() string {
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(`Brings back pay-as-you-go ECS instances that were stopped for overdue payment.

Deployed to Alibaba Cloud Function Compute, this file is the function. Here it
tries itself against a fake cloud on this machine: no account, no keys, no cost.
Start with:

  NAME invoke events/billing-recharge.json
      the bill is paid: see the fleet come back
  NAME invoke events/manual.json
      name instances, and see each one's verdict
  NAME status
      what is overdue, and how long it has left
  NAME serve
      the HTTP trigger, for curl

Commands:
`, "NAME", p.name()))
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-11s %s\n", c.name, p.lang.Text(c.summary))
	}
	return b.String()
}

const invokeUsage = `usage: reactivate invoke [FLAG]... EVENT...

Runs this very file as the function, hands it the events in their order, and
shows what it reports. EVENT is a file, or - for standard input. All of them
meet one fleet, so a second event sees what the first one did.

  -fleet FILE       the fleet of the fake cloud, as JSON; without it, the
                    built-in demo fleet
  -env NAME=VALUE   a variable of the function; may be repeated.
                    REACTIVATE_GRACE=3s, REACTIVATE_WAIT=8s and a token that
                    opens the HTTP trigger are set unless named here. The
                    function inherits no variable of yours but REACTIVATE_LANG.
                    Of REACTIVATE_NOTIFY only targets on this machine are told;
                    for the others the message is shown below the report
  -lang en|zh       the language; without it that of REACTIVATE_LANG, else of
                    the terminal: LC_ALL, LC_MESSAGES, LANG
  -json             print one JSON document a line for each event, and nothing
                    else: the report, with "results" at the top, always. Where
                    the function ended with an error, "error": {"type",
                    "message"} stands beside it; where it answered an HTTP
                    trigger, "statusCode", "headers" and "body" do
  -v                show the function's log on standard error
  -live             talk to the real ECS, as a dry run: with your
                    ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET
                    and, for temporary keys, ALIBABA_CLOUD_SECURITY_TOKEN; in
                    ALIBABA_CLOUD_REGION_ID, else the first of
                    REACTIVATE_REGIONS, else cn-hangzhou. Your REACTIVATE_*
                    variables count here (not REACTIVATE_ENDPOINT, which only
                    -env sets). ALIBABA_CLOUD_ACCOUNT_ID says whose keys these
                    are; where it is not set, STS is asked
  -yes              with -live: not a dry run; instances are reactivated, and
                    cost money, and people are told of it

` + layoutUsage + `
Exit status: 0 nothing is left to do (planned, skipped and ignored included),
1 something is left, the function answered with an error, or the output could
not be written, 2 nothing was run: wrong usage, or a file or keys are missing,
130 interrupted.
`

// layoutUsage says how reports are laid out.
const layoutUsage = `A report is as wide as the terminal, or as COLUMNS says; in a pipe its lines
have any length. NO_COLOR takes the colours away.
`

const statusUsage = `usage: reactivate status [-live] [-json] [FLAG]...

Shows what is overdue in all configured regions and accounts, with the days left
until it is released, the most urgent first. It is a sweep as a dry run, and
never acts, whatever the variables say. Without -live it looks at the fake
cloud.

  -live             look at the real ECS, with your own keys and variables: see
                    "reactivate help invoke"
  -json             print one JSON document: the report, as of invoke -json
  -fleet FILE       the fleet of the fake cloud, as JSON; without it, the
                    built-in demo fleet
  -env NAME=VALUE   a variable of the function; may be repeated, such as
                    REACTIVATE_REGIONS=*. Your own are not inherited, except
                    with -live
  -lang en|zh       the language; without it that of REACTIVATE_LANG, else of
                    the terminal: LC_ALL, LC_MESSAGES, LANG
  -v                show the function's log on standard error

Exit status: 0 nothing is overdue, 1 something is, or not all could be looked
at, 2 nothing was run: wrong usage, or a file or keys are missing, 130
interrupted.
`

const serveUsage = `usage: reactivate serve [-addr 127.0.0.1:9000] [FLAG]...

Serves the function's HTTP trigger on this machine, against the fake cloud: each
request becomes the event that Function Compute would make of it, and the answer
what Function Compute would send. Requests are handled one at a time. Ends with
an interrupt.

It is for this machine alone: Host must be a loopback name or address, and a
request from a web page of another Origin is refused. A body has 10 s to come.

  -addr HOST:PORT   where to listen; loopback addresses only; port 0 picks a
                    free one
  -fleet FILE       the fleet of the fake cloud, as JSON; without it, the
                    built-in demo fleet
  -env NAME=VALUE   a variable of the function; may be repeated. Set unless
                    named here: REACTIVATE_HTTP_AUTH=token,
                    REACTIVATE_HTTP_TOKEN=` + localToken + `,
                    REACTIVATE_GRACE=3s, REACTIVATE_WAIT=8s. Your own variables
                    are not inherited. Of REACTIVATE_NOTIFY only targets on this
                    machine are told; for the others the message is shown on
                    standard error
  -lang en|zh       the language; without it that of REACTIVATE_LANG, else of
                    the terminal: LC_ALL, LC_MESSAGES, LANG
  -v                show the function's log on standard error

Exit status: 0 it was ended by an interrupt, 1 it could not serve, 2 nothing was
run: wrong usage.
`

const fakeCloudUsage = `usage: reactivate fake-cloud [-addr 127.0.0.1:9100] [FLAG]...

Serves the fake ECS and STS alone, for any client that can be pointed at it.
Ends with an interrupt.

  -addr HOST:PORT   where to listen; loopback addresses only; port 0 picks a
                    free one
  -fleet FILE       the fleet, as JSON; without it, the built-in demo fleet
  -lang en|zh       the language; without it that of REACTIVATE_LANG, else of
                    the terminal: LC_ALL, LC_MESSAGES, LANG

Exit status: 0 it was ended by an interrupt, 1 it could not serve, 2 nothing was
run: wrong usage.
`

const doctorUsage = `usage: reactivate doctor [-live] [-notify] [FLAG]...

Asks the function to check its configuration, credentials, permissions and
regions, and shows each check with its remedy. It changes nothing. Without -live
it checks itself against the fake cloud.

  -fleet FILE       the fleet of the fake cloud, as JSON; without it, the
                    built-in demo fleet
  -env NAME=VALUE   a variable of the function; may be repeated. Your own are
                    not inherited, except with -live
  -lang en|zh       the language; without it that of REACTIVATE_LANG, else of
                    the terminal: LC_ALL, LC_MESSAGES, LANG
  -notify           send a test message to each target of REACTIVATE_NOTIFY,
                    real ones included, and show of each whether it was
                    delivered
  -json             print one JSON document, with "checks" at the top, always;
                    where the function ended with an error, "error": {"type",
                    "message"} stands beside it
  -v                show the function's log on standard error
  -live             check against the real ECS, with your own keys and
                    variables: see "reactivate help invoke"

Exit status: 0 no check failed (warnings included), 1 one did, 2 nothing was
run: wrong usage, or a file or keys are missing, 130 interrupted.
`

const versionUsage = `usage: reactivate version [FLAG]...

Prints version, commit and Go release of this file; so does --version.

  -lang en|zh       the language; without it that of REACTIVATE_LANG, else of
                    the terminal: LC_ALL, LC_MESSAGES, LANG
`

const helpUsage = `usage: reactivate help [COMMAND] [FLAG]...

Tells all about one command, or lists the commands.

  -lang en|zh       the language; without it that of REACTIVATE_LANG, else of
                    the terminal: LC_ALL, LC_MESSAGES, LANG
`
