package handler

import "reactivate/internal/aliyun"

// CloudOf is the cloud that a function with an environment of "NAME=value" strings reaches. The error is a *ConfigError.
func CloudOf(environ []string) (*aliyun.Cloud, error) {
	config, err := ParseConfig(environ)
	return aliyun.NewCloud(config.Endpoint), err
}
