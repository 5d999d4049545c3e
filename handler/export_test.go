package handler

import (
	"net/http"

	"reactivate/internal/reactivate"
)

// SendThrough replaces the network for messages, so that a test can run in a bubble of synctest.
func (h *Handler) SendThrough(transport http.RoundTripper) { h.client.Transport = transport }

// ReachCloudThrough replaces the network for calls of the APIs.
func (h *Handler) ReachCloudThrough(transport http.RoundTripper) { h.cloud.Through(transport) }

// ReadAuthoritiesOnce is what Start does before the first TLS connection.
func ReadAuthoritiesOnce() { readAuthoritiesOnce() }

// LimitMemory is what Start does before the first event.
func LimitMemory(environ []string) { limitMemory(environ) }

// Answer is a report as the function answers it.
func Answer(report *reactivate.Report) *reactivate.Report { return answer(report) }
