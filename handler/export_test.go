package handler

import "net/http"

// SendThrough lets messages go another way than the network, so that time can be the test's own.
func (h *Handler) SendThrough(transport http.RoundTripper) { h.client.Transport = transport }

// ReachCloudThrough lets the calls of the cloud's APIs go another way than the network, likewise.
func (h *Handler) ReachCloudThrough(transport http.RoundTripper) { h.cloud.Through(transport) }

// AgeLists makes the lists of the directory's accounts older than they may be.
func (h *Handler) AgeLists() { h.lists.lasts = 0 }

// ReadAuthoritiesOnce is what Start does before the first TLS connection.
func ReadAuthoritiesOnce() { readAuthoritiesOnce() }

// LimitMemory is what Start does before the first event.
func LimitMemory(environ []string) { limitMemory(environ) }
