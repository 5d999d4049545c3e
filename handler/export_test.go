package handler

import "net/http"

// SendThrough sends messages another way than over the network, so that a test can have a time of its own.
func (h *Handler) SendThrough(transport http.RoundTripper) { h.client.Transport = transport }

// ReachCloudThrough does the same for the calls of the APIs.
func (h *Handler) ReachCloudThrough(transport http.RoundTripper) { h.cloud.Through(transport) }

// ReadAuthoritiesOnce is what Start does before the first TLS connection.
func ReadAuthoritiesOnce() { readAuthoritiesOnce() }

// LimitMemory is what Start does before the first event.
func LimitMemory(environ []string) { limitMemory(environ) }
