package notify

import (
	"net/http"
	"time"
)

// SignWebhook is the signature of a webhook alone, for the published vector, whose body is not one of ours.
func SignWebhook(secret, id string, at time.Time, body []byte) string {
	header := http.Header{}
	(&Target{secret: secret}).signWebhook(header, id, at, body)
	return header.Get("webhook-signature")
}
