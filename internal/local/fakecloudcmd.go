package local

import (
	"context"
	"fmt"

	"reactivate/internal/fakecloud"
)

func runFakeCloud(ctx context.Context, p *program, args []string) (int, error) {
	o, operands, err := p.parse(fakeCloudFlags, args)
	if err != nil {
		return 0, err
	}
	if len(operands) > 0 {
		return 0, &usageError{noOperands}
	}
	fleet, err := p.readFleet(ctx, o.fleet)
	if err != nil {
		return 0, err
	}
	cloud, err := fakecloud.New(fleet)
	if err != nil {
		return 0, &usageError{fmt.Sprintf("-fleet %s: %s", o.fleet, err)}
	}
	ln, err := listen(ctx, o.addr)
	if err != nil {
		return 0, err
	}
	stop := serveOn(ctx, ln, cloud)
	defer stop()
	addr, c := ln.Addr().String(), cloud.Credentials("")
	mode, token := "AK", ""
	if c.SecurityToken != "" {
		mode, token = "StsToken", " --sts-token "+c.SecurityToken
	}
	p.manual(p.stdout, fmt.Sprintf(`The fake ECS and STS serve on http://%s with %s.

  access key id       %s
  access key secret   %s
  security token      %s

Point any client of yours at it, such as the aliyun CLI:

  aliyun ecs DescribeInstances --RegionId %s --endpoint %s --insecure --mode %s \
    --access-key-id %s --access-key-secret %s%s

or a Go SDK client: openapi.Config{Protocol: tea.String("HTTP"), Endpoint: tea.String(%q)}.
Stop it with an interrupt (Ctrl-C).
`, addr, fleetName(o.fleet), c.AccessKeyID, c.AccessKeySecret, orNone(c.SecurityToken),
		defaultRegion, addr, mode, c.AccessKeyID, c.AccessKeySecret, token, addr))
	<-ctx.Done()
	return exitDone, nil
}

func fleetName(file string) string {
	if file == "" {
		return "the built-in demo fleet"
	}
	return "the fleet of " + clean(file)
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}
