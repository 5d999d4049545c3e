// Package ini stands in for gopkg.in/ini.v1 (go.mod replaces it). The SDK's package of credentials links that library to read files of
// credentials. The function has the credentials of its invocations and reads no file, and the library would compile expressions at
// each start.
package ini

import "errors"

// File, Section and Key are the library's types. They are empty, because no file is read.
type (
	File    struct{}
	Section struct{}
	Key     struct{}
)

var errNotRead = errors.New("no file of credentials is read")

// Load always fails.
func Load(any, ...any) (*File, error) { return nil, errNotRead }

// GetSection always fails.
func (*File) GetSection(string) (*Section, error) { return nil, errNotRead }

// GetKey always fails.
func (*Section) GetKey(string) (*Key, error) { return nil, errNotRead }

// String is empty.
func (*Key) String() string { return "" }

// Int always fails.
func (*Key) Int() (int, error) { return 0, errNotRead }
