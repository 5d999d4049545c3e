package main_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// TestRecording holds docs/recording.svg to what a README can show: one small
// picture of its own, for light and dark, that also stands still. That it is of a
// real run is recording.go's matter.
func TestRecording(t *testing.T) {
	src, err := os.ReadFile("docs/recording.svg")
	if err != nil {
		t.Fatal(err)
	}
	if most := 40_000; len(src) > most {
		t.Errorf("%d bytes, want %d at most", len(src), most)
	}
	var text strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(string(src)))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			for _, attribute := range token.Attr {
				if attribute.Name.Local == "href" || strings.HasPrefix(attribute.Name.Local, "on") {
					t.Errorf("<%s> has the attribute %s", token.Name.Local, attribute.Name.Local)
				}
			}
			if token.Name.Local == "script" || token.Name.Local == "image" {
				t.Errorf("has a <%s>", token.Name.Local)
			}
		case xml.CharData:
			text.WriteString(string(token) + "\n")
		}
	}
	for _, want := range []string{"prefers-color-scheme: dark", "prefers-reduced-motion", "reactivate invoke events/billing-recharge.json", "reactivated"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("has no %q", want)
		}
	}
}
