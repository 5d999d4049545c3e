package local

import (
	"context"
	"fmt"

	"reactivate/internal/fakecloud"
	"reactivate/internal/wording"
)

func runFakeCloud(ctx context.Context, p *program, args []string) (int, error) {
	o, err := p.parseFlags(fakeCloudFlags, args)
	if err != nil {
		return 0, err
	}
	fleet, err := p.readFleet(ctx, o.fleet)
	if err != nil {
		return 0, err
	}
	cloud, err := fakecloud.New(fleet)
	if err != nil {
		return 0, &usageError{wording.FleetFileWrong.With(o.fleet, err)}
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
	fmt.Fprint(p.stdout, wording.WelcomeFakeCloud.Say(p.lang, addr, fleetName(o.fleet), c.AccessKeyID, c.AccessKeySecret, orNone(c.SecurityToken),
		defaultRegion, mode, token))
	<-ctx.Done()
	return exitDone, nil
}

func fleetName(file string) wording.Words {
	if file == "" {
		return wording.DemoFleet
	}
	return wording.FleetOf.With(clean(file))
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}
