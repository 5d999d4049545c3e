package handler

import (
	"context"

	"reactivate/internal/aliyun"
)

// CloudOf is the cloud that a function with an environment of "NAME=value" strings reaches. The error is a *ConfigError.
func CloudOf(environ []string) (*aliyun.Cloud, error) {
	config, err := ParseConfig(environ)
	return aliyun.NewCloud(config.Endpoint), err
}

// AccountOf asks STS whose keys these are, at the endpoint that an environment of "NAME=value" strings names. The runtime gives
// the function the number of its account. A live run on a person's machine has to ask for it.
func AccountOf(ctx context.Context, environ []string, region, keyID, secret, token string) (string, error) {
	config, _ := ParseConfig(environ) // the run itself reports what is wrong with it
	creds := aliyun.Credentials{AccessKeyID: keyID, AccessKeySecret: secret, SecurityToken: token}
	return aliyun.NewCloud(config.Endpoint).AccountOf(ctx, creds, region)
}
