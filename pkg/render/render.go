// Package render writes Kubernetes objects in the formats that tools read.
package render

import (
	"io"
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

// Format is one way of writing objects. An output is made in two steps, so that
// objects can be encoded as they come and put in order once all are known.
type Format struct {
	Name        string // as it is named on the command line
	Description string // one line for the help text

	// Encode encodes one object, given as Ordered returns it.
	Encode func(object jsontree.Value) ([]byte, error)
	// Join writes encoded objects as one output.
	Join func(w io.Writer, objects [][]byte) error
}

// formats has one row for each format, the default first.
var formats = []Format{
	{"yaml", "a stream of YAML documents, separated by ---", YAML, joinYAML},
	{"json", "one JSON object; several objects as a v1 List", oneLine, joinJSON},
}

// Object encodes one object, a struct of k8s.io/api with its TypeMeta set.
func (f Format) Object(object any) ([]byte, error) {
	v, err := Ordered(object)
	if err != nil {
		return nil, err
	}
	return f.Encode(v)
}

// Formats returns all formats, the default first.
func Formats() []Format { return slices.Clone(formats) }

// Lookup returns the format with the name.
func Lookup(name string) (Format, bool) {
	for _, f := range formats {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}
