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

// AccountOf asks STS whose keys these are, by the endpoints that an environment of "NAME=value" strings names. The function
// itself is told its account by the runtime; a live run on somebody's machine is not.
func AccountOf(ctx context.Context, environ []string, region, keyID, secret, token string) (string, error) {
	config, _ := ParseConfig(environ) // what is wrong with it is the run's to say
	creds := aliyun.Credentials{AccessKeyID: keyID, AccessKeySecret: secret, SecurityToken: token}
	return aliyun.NewCloud(config.Endpoint).AccountOf(ctx, creds, region)
}
