// Package mxj stands in for github.com/clbanning/mxj/v2 (go.mod replaces it). The SDK links that library to decode answers in XML.
// No API that is called here answers in XML, and the library would initialise encoding/gob, which nobody calls, at each start.
package mxj

import "errors"

// Map is what the library decodes XML into.
type Map map[string]any

// NewMapXml always fails. The SDK then finds an answer without a RequestId, which is no success.
func NewMapXml([]byte, ...bool) (Map, error) {
	return nil, errors.New("XML is not decoded")
}
