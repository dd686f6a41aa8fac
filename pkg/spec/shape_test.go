package spec

import (
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/jobgen-dev/jobgen/schema"
)

// Every field of the schema has a field of the same JSON name in the Go type
// that a checked document is decoded into, and of a kind that can hold it: a
// field without one would be dropped without a word.
func TestSchemaFitsGoTypes(t *testing.T) {
	var visit func(typ *schema.Type, goes reflect.Type, path string)
	visit = func(typ *schema.Type, goes reflect.Type, path string) {
		goes = indirectType(goes)
		if goes == nil {
			t.Errorf("%s has no Go type", path)
			return
		}
		if !holdsKind(goes, typ.Kind) {
			t.Errorf("%s is %s in the schema, and %v in Go", path, kindName(typ.Kind), goes)
		}
		for _, f := range typ.Fields {
			field := schema.FieldType(goes, f.Name)
			if goes.Kind() == reflect.Map {
				field = goes.Elem() // such as the storage of a ResourceList
			}
			if field == nil {
				t.Errorf("%s.%s has no Go field: %v would drop it", path, f.Name, goes)
				continue
			}
			visit(f.Type, field, path+"."+f.Name)
		}
		if typ.Elem != nil && schema.ElementType(goes) == nil {
			t.Errorf("%s has elements in the schema, and is %v in Go", path, goes)
		} else if typ.Elem != nil {
			visit(typ.Elem, schema.ElementType(goes), path+"[]")
		}
	}
	visit(schema.Model(), reflect.TypeFor[schema.Document](), "")
}

func holdsKind(goes reflect.Type, kind schema.Kind) bool {
	quantity, either := goes == reflect.TypeFor[resource.Quantity](), goes == reflect.TypeFor[intstr.IntOrString]()
	switch kind {
	case schema.String:
		return goes.Kind() == reflect.String || quantity || either
	case schema.Int:
		return goes.Kind() == reflect.Int32 || goes.Kind() == reflect.Int64
	case schema.Bool:
		return goes.Kind() == reflect.Bool
	case schema.IntOrString:
		return either
	case schema.List:
		return goes.Kind() == reflect.Slice
	case schema.Map:
		return goes.Kind() == reflect.Map
	}
	return (goes.Kind() == reflect.Struct || goes.Kind() == reflect.Map) && !quantity && !either
}

// A number that the schema lets pass fits into the Go type.
func TestBoundsFitGoTypes(t *testing.T) {
	var visit func(typ *schema.Type, goes reflect.Type, path string)
	visit = func(typ *schema.Type, goes reflect.Type, path string) {
		goes = indirectType(goes)
		if goes == nil {
			return
		}
		if typ.Kind == schema.Int && goes.Bits() == 32 && (typ.Max == nil || *typ.Max > 1<<31-1 || typ.Min == nil || *typ.Min < -1<<31) {
			t.Errorf("%s is 32 bits wide in Go, and the schema lets more pass", path)
		}
		for _, f := range typ.Fields {
			visit(f.Type, schema.FieldType(goes, f.Name), path+"."+f.Name)
		}
		if typ.Elem != nil {
			visit(typ.Elem, schema.ElementType(goes), path+"[]")
		}
	}
	visit(schema.Model(), reflect.TypeFor[schema.Document](), "")
}

// Where the schema leaves a Kubernetes shape open, it is read from Go's types.
func TestShapeOfGoType(t *testing.T) {
	affinity := schema.ShapeOf(reflect.TypeFor[*corev1.Affinity]())
	if affinity.Kind != schema.Struct || affinity.Field("podAntiAffinity") == nil || affinity.Field("podAntiAfinity") != nil {
		t.Errorf("the shape of Affinity is %+v", affinity)
	}
	if port := schema.ShapeOf(reflect.TypeFor[intstr.IntOrString]()); port.Kind != schema.IntOrString {
		t.Errorf("the shape of a port is %v", port.Kind)
	}
}

func indirectType(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
