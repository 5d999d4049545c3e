package local

import (
	"context"
	"fmt"

	"reactivate/internal/wording"
)

func (p *program) runFakeCloud(ctx context.Context, o options) (left bool, err error) {
	cloud, err := p.newCloud(ctx, o.fleet)
	if err != nil {
		return false, err
	}
	ln, err := listen(ctx, o.addr)
	if err != nil {
		return false, err
	}
	stop := serveOn(ctx, ln, cloud)
	defer stop()
	addr, c := ln.Addr().String(), cloud.Credentials("")
	mode, token, shown := "AK", "", "(none)"
	if c.SecurityToken != "" {
		mode, token, shown = "StsToken", " --sts-token "+c.SecurityToken, c.SecurityToken
	}
	fmt.Fprint(p.stdout, wording.WelcomeFakeCloud.Say(p.lang, addr, fleetName(o.fleet), c.AccessKeyID, c.AccessKeySecret, shown,
		defaultRegion, mode, token))
	<-ctx.Done()
	return false, nil
}

func fleetName(file string) wording.Words {
	if file == "" {
		return wording.DemoFleet
	}
	return wording.FleetOf.With(clean(file))
}
