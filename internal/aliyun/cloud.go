// Package aliyun calls ECS, STS and the other APIs through the official SDK. It is the only package that imports the SDK, that
// knows endpoints and error codes, and that holds credentials.
//
// It tries again in two cases only: a page of the resource directory, which no run asks for again, and a call that met a dead
// connection, unless it is ReActivateInstances. The domain decides what any other answer means, and whether to ask again.
package aliyun

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/tea"
	"golang.org/x/time/rate"

	"reactivate/internal/cloud"
)

// Cloud is the HTTP client that all calls of the process share. So connections are kept from one call to the next, and from one
// invocation to the next.
type Cloud struct {
	endpoint Endpoint
	client   *http.Client
	skew     atomic.Pointer[time.Duration]
	sessions *rate.Limiter // of AssumeRole
}

// Endpoint says where the APIs are.
type Endpoint struct {
	Loopback string // "http://127.0.0.1:1234": all APIs of all regions, for tests; "" means the real ones
	VPC      bool   // the regions' VPC endpoints
}

// These limits apply even without a deadline. The SDK has none by default, so a server that accepts a connection and never
// answers would use up the function's whole time.
const (
	connectTimeout = 5 * time.Second
	callTimeout    = 10 * time.Second // from the first byte sent to the last received
	idleTimeout    = 60 * time.Second
	idleConns      = 128 // the most calls that the domain has in flight
)

// NewCloud makes a Cloud.
func NewCloud(endpoint Endpoint) *Cloud {
	transport := &http.Transport{
		// No proxy: no environment variable may send credentials anywhere but to the endpoints.
		DialContext:           (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout:   connectTimeout,
		ResponseHeaderTimeout: callTimeout,
		IdleConnTimeout:       idleTimeout,
		MaxIdleConns:          idleConns,
		MaxIdleConnsPerHost:   idleConns,
		// TLS sessions are resumed, so a second connection to a host does not check its certificates again.
		TLSClientConfig: &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(idleConns)},
	}
	return &Cloud{
		endpoint: endpoint,
		sessions: rate.NewLimiter(sessionRate, sessionBurst),
		client: &http.Client{
			Transport: transport,
			// Redirects are not followed: the signed request would go to a host that somebody else chose.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Through sends all calls another way than over the network. Tests use it to run in a time of their own.
func (c *Cloud) Through(way http.RoundTripper) { c.client.Transport = way }

// The products other than ECS and STS, by the first part of their hosts' names. The first two have one host per site, not one per region.
const (
	productDirectory = "resourcedirectory"
	productBilling   = "business"
	productMonitor   = "metrics"
)

// billingVPC returns the billing API's host inside a VPC. "" is for regions without one, which reach it over the internet.
// https://github.com/aliyun/aliyun-openapi-meta, metadatas/products.json
func billingVPC(region string) string {
	switch region {
	case "ap-southeast-1":
		return "business-intl.vpc-proxy.aliyuncs.com"
	case "cn-beijing", "cn-shanghai":
		return "business.vpc-proxy.aliyuncs.com"
	case "cn-hangzhou", "cn-hongkong", "cn-shenzhen-finance-1":
		return "business-vpc." + region + ".aliyuncs.com"
	}
	return ""
}

// host returns the endpoint of a product in a region. The hosts of ECS, STS and CloudMonitor are named by one rule in all regions. For ECS
// that contradicts the SDK's older table, which also lacks the VPC endpoint of cn-hangzhou; for CloudMonitor's VPC endpoints it
// contradicts its page of 2024, which has cms-vpc:
//
//   - https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-endpoint
//   - https://github.com/aliyun/aliyun-openapi-meta, metadatas/products.json (of 2026)
//
// For the others the region tells the site, China or international.
func (e Endpoint) host(product, region string) (scheme, host string) {
	if e.Loopback != "" {
		scheme, host, _ = strings.Cut(e.Loopback, "://")
		return strings.ToUpper(scheme), strings.TrimSuffix(host, "/")
	}
	china := strings.HasPrefix(region, "cn-")
	switch {
	case product == productDirectory && e.VPC:
		return "HTTPS", "resourcedirectory.vpc-proxy.aliyuncs.com"
	case product == productBilling && e.VPC && billingVPC(region) != "":
		return "HTTPS", billingVPC(region)
	case product == productDirectory && !china:
		return "HTTPS", "resourcedirectory-intl.aliyuncs.com"
	case product == productBilling && !china:
		return "HTTPS", "business.ap-southeast-1.aliyuncs.com"
	case product == productDirectory, product == productBilling:
		return "HTTPS", product + ".aliyuncs.com"
	case e.VPC:
		product += "-vpc"
	}
	return "HTTPS", product + "." + region + ".aliyuncs.com"
}

// config makes an SDK configuration for one call. The SDK writes to its configurations and clients, so goroutines cannot share
// them. Making new ones costs microseconds.
func (c *Cloud) config(creds Credentials, product, region string, w *wire) *openapiutil.Config {
	scheme, host := c.endpoint.host(product, region)
	config := &openapiutil.Config{
		AccessKeyId:     tea.String(creds.AccessKeyID),
		AccessKeySecret: tea.String(creds.AccessKeySecret),
		RegionId:        tea.String(region),
		Protocol:        tea.String(scheme),
		Endpoint:        tea.String(host),
		UserAgent:       tea.String("reactivate"),
		HttpClient:      w,
	}
	if creds.SecurityToken != "" {
		config.SecurityToken = tea.String(creds.SecurityToken)
	}
	return config
}

// call makes one API call through the SDK. It returns a refusal, or a missing answer, as the domain's error. send makes an SDK
// client of the configuration, for this call alone, and returns the request id of the answer. An answer without one is no
// success.
func (c *Cloud) call(ctx context.Context, s session, op operation, region string, send func(*openapiutil.Config, *wire) (requestID string, err error)) error {
	creds, err := s.credentials(ctx)
	if err != nil {
		return err
	}
	if !cloud.ValidRegionID(region) {
		return &cloud.Error{Op: op.name, Class: cloud.ClassInvalid, Message: "not a region: " + clean(region, creds)}
	}
	if creds.AccessKeyID == "" || creds.AccessKeySecret == "" {
		return &cloud.Error{Op: op.name, Class: cloud.ClassDenied, Message: "the invocation carries no credentials: give the function a role"}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	w := &wire{ctx: ctx, client: c.client}
	defer func() { w.release() }()
	requestID, err := send(c.config(creds, op.api.product, region, w), w)
	if op != reactivateInstances && w.wasDead() {
		// One more try, with a new nonce and signature, because the first call may have arrived. It does not use the other old
		// connections, which are probably dead as well. ReActivateInstances is not repeated, because it may have been carried out.
		// The domain looks before it calls, and that look finds the dead connections.
		c.client.CloseIdleConnections()
		w = &wire{ctx: ctx, client: c.client}
		requestID, err = send(c.config(creds, op.api.product, region, w), w)
	}
	c.noteTime(w)
	return w.classify(op.name, creds, requestID, err)
}

// Skew is how far this machine's clock was ahead of the API's at the last answer. known is false before the first answer.
func (c *Cloud) Skew() (skew time.Duration, known bool) {
	if p := c.skew.Load(); p != nil {
		return *p, true
	}
	return 0, false
}

func (c *Cloud) noteTime(w *wire) {
	if at, err := http.ParseTime(w.header.Get("Date")); err == nil {
		skew := time.Since(at)
		c.skew.Store(&skew)
	}
}
