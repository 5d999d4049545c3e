package aliyun_test

import (
	"strings"
	"testing"

	"reactivate/internal/aliyun"
)

func TestEndpoints(t *testing.T) {
	for _, tt := range []struct {
		endpoint aliyun.Endpoint
		product  string
		region   string
		want     string
	}{
		{aliyun.Endpoint{}, "ecs", "cn-hangzhou", "HTTPS ecs.cn-hangzhou.aliyuncs.com"},
		{aliyun.Endpoint{}, "sts", "ap-southeast-1", "HTTPS sts.ap-southeast-1.aliyuncs.com"},
		{aliyun.Endpoint{VPC: true}, "ecs", "cn-hangzhou", "HTTPS ecs-vpc.cn-hangzhou.aliyuncs.com"},
		{aliyun.Endpoint{VPC: true}, "sts", "cn-beijing", "HTTPS sts-vpc.cn-beijing.aliyuncs.com"},
		{aliyun.Endpoint{}, "resourcedirectory", "cn-hangzhou", "HTTPS resourcedirectory.aliyuncs.com"},
		{aliyun.Endpoint{}, "resourcedirectory", "ap-southeast-1", "HTTPS resourcedirectory-intl.aliyuncs.com"},
		{aliyun.Endpoint{VPC: true}, "resourcedirectory", "cn-hangzhou", "HTTPS resourcedirectory.vpc-proxy.aliyuncs.com"},
		{aliyun.Endpoint{}, "business", "cn-beijing", "HTTPS business.aliyuncs.com"},
		{aliyun.Endpoint{}, "business", "eu-central-1", "HTTPS business.ap-southeast-1.aliyuncs.com"},
		{aliyun.Endpoint{VPC: true}, "business", "cn-beijing", "HTTPS business.vpc-proxy.aliyuncs.com"},
		{aliyun.Endpoint{VPC: true}, "business", "cn-hangzhou", "HTTPS business-vpc.cn-hangzhou.aliyuncs.com"},
		{aliyun.Endpoint{VPC: true}, "business", "ap-southeast-1", "HTTPS business-intl.vpc-proxy.aliyuncs.com"},
		{aliyun.Endpoint{VPC: true}, "business", "cn-chengdu", "HTTPS business.aliyuncs.com"},
		{aliyun.Endpoint{VPC: true}, "business", "eu-central-1", "HTTPS business.ap-southeast-1.aliyuncs.com"},
		{aliyun.Endpoint{}, "metrics", "cn-hangzhou", "HTTPS metrics.cn-hangzhou.aliyuncs.com"},
		{aliyun.Endpoint{VPC: true}, "metrics", "cn-hangzhou", "HTTPS metrics-vpc.cn-hangzhou.aliyuncs.com"},
		{aliyun.Endpoint{Loopback: "http://127.0.0.1:80"}, "resourcedirectory", "cn-beijing", "HTTP 127.0.0.1:80"},
		{aliyun.Endpoint{Loopback: "http://127.0.0.1:80"}, "business", "eu-central-1", "HTTP 127.0.0.1:80"},
		{aliyun.Endpoint{Loopback: "http://127.0.0.1:80"}, "sts", "cn-beijing", "HTTP 127.0.0.1:80"},
		{aliyun.Endpoint{Loopback: "https://localhost:8443"}, "ecs", "cn-beijing", "HTTPS localhost:8443"},
	} {
		scheme, host := tt.endpoint.Host(tt.product, tt.region)
		if got := scheme + " " + host; got != tt.want {
			t.Errorf("%+v %s %s: got %s, want %s", tt.endpoint, tt.product, tt.region, got, tt.want)
		}
	}
}

func TestParseRole(t *testing.T) {
	role, err := aliyun.ParseRole("acs:ram::1234567890123456:role/reactivate-watched")
	if err != nil || role.AccountID != "1234567890123456" {
		t.Errorf("got %+v, %v", role, err)
	}
	if _, err := aliyun.ParseRole("acs:ram::1:role/" + strings.Repeat("a.B-_@9", 9) + "z"); err != nil {
		t.Errorf("64 characters: got %v", err)
	}
	for _, bad := range []string{
		"", "reactivate", "acs:ram::x:role/a", "acs:ram::1:role/", "acs:ram::1:user/a", "acs:ram::1:role/a b", "acs:ram::1:role/a/b",
		"acs:ram::1:role/a\n", " acs:ram::1:role/a", "acs:ram::1:role/é", "acs:ram:::role/a", "acs:ram:cn-hangzhou:1:role/a",
		"acs:ram::" + strings.Repeat("1", 33) + ":role/a", "acs:ram::1:role/" + strings.Repeat("a", 65), "acs:ram::1:role", "acs:ram::1",
	} {
		if _, err := aliyun.ParseRole(bad); err == nil {
			t.Errorf("%q: got nil, want an error", bad)
		}
	}
}
