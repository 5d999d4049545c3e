package fakecloud_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"reactivate/internal/fakecloud"
)

func TestClockAhead(t *testing.T) {
	for text, ahead := range map[string]time.Duration{`{}`: 0, `{"clockAhead": "20m"}`: 20 * time.Minute} {
		fleet, err := fakecloud.ParseFleet([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		cloud, err := fakecloud.New(fleet)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		cloud.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/", nil))
		told, err := http.ParseTime(w.Header().Get("Date"))
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string]time.Duration{"Date": time.Until(told), "Now": time.Until(cloud.Now())} {
			if (got - ahead).Abs() > 10*time.Second {
				t.Errorf("%s: %s is %v ahead, want %v", text, name, got, ahead)
			}
		}
	}
}
