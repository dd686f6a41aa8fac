package validate

import (
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

//go:generate go test -run TestShapesAreUpToDate -update

// shape is what the OpenAPI documents want of a value, as data that is there without
// being read (shapes_gen.go). It leaves out all that tells what is wrong.
type shape struct {
	is       sort
	fields   []shapeField // of an object, sorted
	required []string     // the fields that an object must have
	inner    shapeIndex   // of the values in a map or list
}

// shapeField is a field of an object, or a kind of a document.
type shapeField struct {
	name  string
	shape shapeIndex
}

// shapeIndex is a place in shapes.
type shapeIndex uint16

// documentShapes are the kinds of a document.
type documentShapes struct {
	minor string
	kinds []shapeField // sorted
}

// sort is a sort of value.
type sort uint8

const (
	anything sort = iota
	anObject
	aMap
	aList
	aString
	aBoolean
	aNumber // also a whole one
	aQuantity
)

// find returns the index of the shape under a name.
func find(fields []shapeField, name string) (shapeIndex, bool) {
	i, ok := slices.BinarySearchFunc(fields, name, func(f shapeField, name string) int { return strings.Compare(f.name, name) })
	if !ok {
		return 0, false
	}
	return fields[i].shape, true
}

// Accepts reports whether an object is certain to have no findings. It saves Check's
// work for the objects that are right, which are nearly all, and the reading of the
// document; what it does not accept may still be right.
func (s *Schema) Accepts(object *jsontree.Value) bool {
	kind := object.Get("kind")
	at, known := find(s.shapes, kind)
	return known && object.Get("apiVersion") == groupVersions[kind].String() && conforms(object, &shapes[at])
}

// conforms reports whether a value is what a shape wants, as kubectl's validation
// has it: a string may be any single value.
func conforms(value *jsontree.Value, s *shape) bool {
	switch s.is {
	case anObject:
		return value.Kind == jsontree.Map && hasFields(value, s)
	case aMap:
		for i := range value.Fields {
			if !conforms(&value.Fields[i].Value, &shapes[s.inner]) {
				return false
			}
		}
		return value.Kind == jsontree.Map
	case aList:
		for i := range value.Items {
			if !conforms(&value.Items[i], &shapes[s.inner]) {
				return false
			}
		}
		return value.Kind == jsontree.List
	case anything:
		return value.Kind != jsontree.Null
	case aQuantity:
		return isOf(value.Kind, aString) && !isEndless(value.Text)
	}
	return isOf(value.Kind, s.is)
}

// hasFields reports whether a map has fields that a shape knows alone, and all that
// it requires. A field that is null is left to Check.
func hasFields(m *jsontree.Value, s *shape) bool {
	for i := range m.Fields {
		field, known := find(s.fields, m.Fields[i].Name)
		if !known || !conforms(&m.Fields[i].Value, &shapes[field]) {
			return false
		}
	}
	for _, name := range s.required {
		if m.Find(name) == nil {
			return false
		}
	}
	return true
}

// isOf reports whether a value of a kind is of a sort that no other may stand for.
func isOf(kind jsontree.Kind, wanted sort) bool {
	switch kind {
	case jsontree.String:
		return wanted == aString
	case jsontree.Bool:
		return wanted == aBoolean || wanted == aString
	case jsontree.Number:
		return wanted == aNumber || wanted == aString
	}
	return false
}
