package handler

import "net/http"

// SendThrough lets messages go another way than the network, so that time can be the test's own.
func (h *Handler) SendThrough(transport http.RoundTripper) { h.client.Transport = transport }
