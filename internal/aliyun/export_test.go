package aliyun

// Host is the endpoint that a call would go to.
func (e Endpoint) Host(product, region string) (scheme, host string) { return e.host(product, region) }

// ValidSessionName is the name under which a role is assumed.
func ValidSessionName(name string) string { return validSessionName(name) }
