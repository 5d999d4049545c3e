package aliyun

// Host is the endpoint that a call would go to.
func (e Endpoint) Host(product, region string) (scheme, host string) { return e.host(product, region) }
