package validate

import (
	"k8s.io/kube-openapi/pkg/util/proto"
)

// FirstMinor returns the oldest known Kubernetes minor whose OpenAPI document has a
// field of an object of a kind that jobgen emits, "" if none has. The path names
// fields alone: list items and keys of maps are passed over.
func FirstMinor(kind string, fields []string) (string, error) {
	for _, minor := range Minors() {
		s, err := OpenAPI(minor)
		if err != nil {
			return "", err
		}
		if s.has(kind, fields) {
			return minor, nil
		}
	}
	return "", nil
}

// has reports whether the document has a field.
func (s *Schema) has(kind string, fields []string) bool {
	at := resolve(s.models()[kind])
	for _, name := range fields {
		object, ok := within(at).(*proto.Kind)
		if !ok || object.Fields[name] == nil {
			return false
		}
		at = object.Fields[name]
	}
	return at != nil
}

// within returns the schema of what lists and maps hold.
func within(at proto.Schema) proto.Schema {
	for {
		switch inner := resolve(at).(type) {
		case *proto.Array:
			at = inner.SubType
		case *proto.Map:
			at = inner.SubType
		default:
			return inner
		}
	}
}
