package aliyun

// Host is the endpoint that a call would go to.
func (e Endpoint) Host(product, region string) (scheme, host string) { return e.host(product, region) }

// Host is the endpoint that its call would go to.
func (m *CloudMonitor) Host() string {
	_, host := m.cloud.endpoint.host(m.product(), m.region)
	return host
}
