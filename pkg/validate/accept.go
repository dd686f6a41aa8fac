package validate

import (
	"k8s.io/kube-openapi/pkg/util/proto"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

// Accepts reports whether an object is certain to have no findings. It saves Check's
// work for the objects that are right, which are nearly all; what it does not accept
// may still be right.
func (s *Schema) Accepts(object *jsontree.Value) bool {
	kind := object.Get("kind")
	want, known := groupVersions[kind]
	schema := s.kinds[kind]
	return known && schema != nil && object.Get("apiVersion") == want.String() && conforms(object, schema)
}

// conforms reports whether a value is what a schema wants, as kubectl's validation
// has it: a string may be any single value.
func conforms(value *jsontree.Value, schema proto.Schema) bool {
	switch s := resolve(schema).(type) {
	case *proto.Kind:
		return value.Kind == jsontree.Map && hasFields(value, s)
	case *proto.Map:
		for i := range value.Fields {
			if !conforms(&value.Fields[i].Value, s.SubType) {
				return false
			}
		}
		return value.Kind == jsontree.Map
	case *proto.Array:
		for i := range value.Items {
			if !conforms(&value.Items[i], s.SubType) {
				return false
			}
		}
		return value.Kind == jsontree.List
	case *proto.Primitive:
		return isOf(value.Kind, s.Type)
	case *proto.Arbitrary:
		return value.Kind != jsontree.Null
	}
	return false
}

// hasFields reports whether a map has fields that a kind knows alone, and all that
// it requires. A field that is null is left to Check.
func hasFields(m *jsontree.Value, kind *proto.Kind) bool {
	for i := range m.Fields {
		field := kind.Fields[m.Fields[i].Name]
		if field == nil || !conforms(&m.Fields[i].Value, field) {
			return false
		}
	}
	for _, name := range kind.RequiredFields {
		if m.Find(name) == nil {
			return false
		}
	}
	return true
}

// isOf reports whether a value of a kind is of a type that no other may stand for.
func isOf(kind jsontree.Kind, wanted string) bool {
	switch kind {
	case jsontree.String:
		return wanted == proto.String
	case jsontree.Bool:
		return wanted == proto.Boolean || wanted == proto.String
	case jsontree.Number:
		return wanted == proto.Integer || wanted == proto.Number || wanted == proto.String
	}
	return false
}
