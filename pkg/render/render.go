// Package render writes Kubernetes objects in the formats that tools read.
package render

import (
	"io"
	"slices"
)

// Format is one way of writing objects. An output is made in two steps, so that
// objects can be encoded as they come and put in order once all are known.
type Format struct {
	Name        string // as it is named on the command line
	Description string // one line for the help text

	// Object encodes one object, a struct of k8s.io/api with its TypeMeta set.
	Object func(object any) ([]byte, error)
	// Verbatim encodes one object, given as maps, lists and scalars, and leaves
	// nothing out.
	Verbatim func(t any) ([]byte, error)
	// Join writes encoded objects as one output.
	Join func(w io.Writer, objects [][]byte) error
}

// formats has one row for each format, the default first.
var formats = []Format{
	{"yaml", "a stream of YAML documents, separated by ---", yamlObject, Document, joinYAML},
	{"json", "one JSON object; several objects as a v1 List", JSON, compact, joinJSON},
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
