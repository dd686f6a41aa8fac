package validate

import (
	"encoding/json"

	"k8s.io/kube-openapi/pkg/util/proto"
)

// Accepts reports whether an object, given as the tree of its JSON, is certain to
// have no findings. It saves Check's work for the objects that are right, which are
// nearly all; what it does not accept may still be right. Numbers may be of any
// type, json.Number too.
func (s *Schema) Accepts(object map[string]any) bool {
	kind, _ := object["kind"].(string)
	version, _ := object["apiVersion"].(string)
	want, known := groupVersions[kind]
	schema := s.kinds[kind]
	return known && schema != nil && version == want.String() && conforms(object, schema)
}

// conforms reports whether a value is what a schema wants, as kubectl's validation
// has it: a string may be any single value.
func conforms(value any, schema proto.Schema) bool {
	switch s := resolve(schema).(type) {
	case *proto.Kind:
		m, ok := value.(map[string]any)
		return ok && hasFields(m, s)
	case *proto.Map:
		m, ok := value.(map[string]any)
		for _, inner := range m {
			if !conforms(inner, s.SubType) {
				return false
			}
		}
		return ok
	case *proto.Array:
		list, ok := value.([]any)
		for _, item := range list {
			if !conforms(item, s.SubType) {
				return false
			}
		}
		return ok
	case *proto.Primitive:
		return isOf(value, s.Type)
	case *proto.Arbitrary:
		return value != nil
	}
	return false
}

// hasFields reports whether a map has fields that a kind knows alone, and all that
// it requires. A field that is null is left to Check.
func hasFields(m map[string]any, kind *proto.Kind) bool {
	for name, value := range m {
		field := kind.Fields[name]
		if field == nil || !conforms(value, field) {
			return false
		}
	}
	for _, name := range kind.RequiredFields {
		if m[name] == nil {
			return false
		}
	}
	return true
}

// isOf reports whether a value is of a type that no other may stand for.
func isOf(value any, wanted string) bool {
	switch value.(type) {
	case string:
		return wanted == proto.String
	case bool:
		return wanted == proto.Boolean || wanted == proto.String
	case json.Number, int64, float64:
		return wanted == proto.Integer || wanted == proto.Number || wanted == proto.String
	}
	return false
}
