package local

import "strings"

// overview is what the program says when it is asked for nothing; name is how
// it was started.
func overview(name string) string {
	return strings.ReplaceAll(`reactivate brings back pay-as-you-go ECS instances that were stopped for overdue payment.

Deployed to Alibaba Cloud Function Compute, this file is the function. Here it tries itself against
a fake cloud on this machine: no account, no keys, no cost. Start with:

  NAME invoke events/billing-recharge.json     the bill is paid: see the fleet come back
  NAME invoke events/manual.json               name instances, and see each one's verdict
  NAME serve                                   the HTTP trigger, for curl

Commands:
  invoke        hand events to the function and show its reports
  serve         serve the function's HTTP trigger on this machine
  fake-cloud    serve the fake ECS and STS alone, for any client
  doctor        check configuration, credentials, permissions and regions
  version       version, commit and Go release of this file
  help COMMAND  all about one command
`, "NAME", name)
}

const invokeUsage = `usage: reactivate invoke [-fleet FILE] [-env NAME=VALUE]... [-json] [-v] [-live [-yes]] EVENT...

Runs this very file as the function, hands it the events in their order, and shows what it reports.
EVENT is a file, or - for standard input. All of them meet one fleet, so a second event sees what
the first one did.

  -fleet FILE       the fleet of the fake cloud, as JSON; without it, the built-in demo fleet
  -env NAME=VALUE   a variable of the function; may be repeated. REACTIVATE_GRACE=3s and
                    REACTIVATE_WAIT=8s are set unless named here. The function inherits no variable
                    of yours: no REACTIVATE_*, and no ALIBABA_CLOUD_* either
  -json             print the function's answers, one JSON document a line, and nothing else; an
                    error is {"errorType","errorMessage"} with the report, if it made one
  -v                show the function's log on standard error
  -live             talk to the real ECS, as a dry run: with your ALIBABA_CLOUD_ACCESS_KEY_ID,
                    ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for temporary keys,
                    ALIBABA_CLOUD_SECURITY_TOKEN; in ALIBABA_CLOUD_REGION_ID, else the first of
                    REACTIVATE_REGIONS, else cn-hangzhou. Your REACTIVATE_* variables count here
                    (not REACTIVATE_ENDPOINT, which only -env sets). ALIBABA_CLOUD_ACCOUNT_ID, if
                    set, tells the function whose account it is
  -yes              with -live: not a dry run; instances are reactivated, and cost money

Exit status: 0 nothing is left to do (planned, skipped and ignored included), 1 something is left or
the function answered with an error, 2 wrong usage: nothing was run.
`

const serveUsage = `usage: reactivate serve [-addr 127.0.0.1:9000] [-fleet FILE] [-env NAME=VALUE]... [-v]

Serves the function's HTTP trigger on this machine, against the fake cloud: each request becomes the
event that Function Compute would make of it, and the answer what Function Compute would send.
Requests are handled one at a time. Ends with an interrupt.

  -addr HOST:PORT   where to listen; loopback addresses only; port 0 picks a free one
  -fleet FILE       the fleet of the fake cloud, as JSON; without it, the built-in demo fleet
  -env NAME=VALUE   a variable of the function; may be repeated. Set unless named here:
                    REACTIVATE_HTTP_AUTH=token, REACTIVATE_HTTP_TOKEN=` + localToken + `,
                    REACTIVATE_GRACE=3s, REACTIVATE_WAIT=8s. Your own variables are not inherited
  -v                show the function's log on standard error
`

const fakeCloudUsage = `usage: reactivate fake-cloud [-addr 127.0.0.1:9100] [-fleet FILE]

Serves the fake ECS and STS alone, for any client that can be pointed at it. Ends with an interrupt.

  -addr HOST:PORT   where to listen; loopback addresses only; port 0 picks a free one
  -fleet FILE       the fleet, as JSON; without it, the built-in demo fleet
`

const doctorUsage = `usage: reactivate doctor [-fleet FILE] [-env NAME=VALUE]... [-json] [-v] [-live]

Asks the function to check its configuration, credentials, permissions and regions, and shows each
check with its remedy. It changes nothing. Without -live it checks itself against the fake cloud.

  -fleet FILE       the fleet of the fake cloud, as JSON; without it, the built-in demo fleet
  -env NAME=VALUE   a variable of the function; may be repeated. Your own are not inherited,
                    except with -live
  -json             print the function's answer, one JSON document
  -v                show the function's log on standard error
  -live             check against the real ECS, with your own keys and variables: see
                    "reactivate help invoke"

Exit status: 0 no check failed (warnings included), 1 one did, 2 wrong usage.
`

const versionUsage = `usage: reactivate version

Prints version, commit and Go release of this file.
`

const helpUsage = `usage: reactivate help [COMMAND]

Tells all about one command, or lists the commands.
`
