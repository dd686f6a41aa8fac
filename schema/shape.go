package schema

import (
	"iter"
	"math"
	"reflect"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Fields whose Kubernetes shape is deep are open in the CUE files. Their
// shape is read from Kubernetes' Go types, so that a typo in them is found like any
// other. A field is required when the type writes it even when it is empty:
// that is how Kubernetes' OpenAPI document is made from the same types.

var (
	shapes     sync.Map // reflect.Type to *Type
	fieldTypes sync.Map // reflect.Type of a struct to map[string]reflect.Type
)

// ShapeOf returns the type that values of the Go type t have.
func ShapeOf(t reflect.Type) *Type {
	if known, ok := shapes.Load(t); ok {
		return known.(*Type)
	}
	known, _ := shapes.LoadOrStore(t, newShape(t))
	return known.(*Type)
}

func newShape(t reflect.Type) *Type {
	switch t {
	case reflect.TypeFor[resource.Quantity]():
		return &Type{Kind: String, Format: "quantity"}
	case reflect.TypeFor[intstr.IntOrString]():
		return &Type{Kind: IntOrString}
	case reflect.TypeFor[metav1.Time]():
		return &Type{Kind: String, Format: "time"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return ShapeOf(t.Elem())
	case reflect.String:
		return &Type{Kind: String}
	case reflect.Bool:
		return &Type{Kind: Bool}
	case reflect.Int, reflect.Int32, reflect.Int64:
		least, most := int64(math.MinInt64), int64(math.MaxInt64)
		if t.Bits() == 32 {
			least, most = math.MinInt32, math.MaxInt32
		}
		return &Type{Kind: Int, Min: &least, Max: &most}
	case reflect.Map:
		return &Type{Kind: Map, Elem: &Type{Kind: Any}}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return &Type{Kind: String}
		}
		return &Type{Kind: List, Elem: &Type{Kind: Any}}
	case reflect.Struct:
		return structShape(t)
	}
	return &Type{Kind: Any}
}

func structShape(t reflect.Type) *Type {
	var fields []*Field
	for name, f := range jsonFields(t) {
		_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields = append(fields, &Field{
			Name: name, Type: &Type{Kind: Any},
			Required: !strings.Contains(options, "omit") && f.Type.Kind() != reflect.Pointer,
		})
	}
	return &Type{Kind: Struct, Fields: fields, index: &index{}}
}

// FieldType returns the Go type of the field that JSON calls name, or nil.
func FieldType(t reflect.Type, name string) reflect.Type {
	if t = indirect(t); t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	known, ok := fieldTypes.Load(t)
	if !ok {
		fields := map[string]reflect.Type{}
		for name, f := range jsonFields(t) {
			fields[name] = f.Type
		}
		known, _ = fieldTypes.LoadOrStore(t, fields)
	}
	return known.(map[string]reflect.Type)[name]
}

// ElementType returns the Go type of the elements of a map or list, or nil.
func ElementType(t reflect.Type) reflect.Type {
	if t = indirect(t); t != nil && (t.Kind() == reflect.Map || t.Kind() == reflect.Slice) {
		return t.Elem()
	}
	return nil
}

func indirect(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// jsonFields yields the names and fields of a struct as encoding/json sees
// them: embedded structs are flat, and an outer field hides an inner one.
func jsonFields(t reflect.Type) iter.Seq2[string, reflect.StructField] {
	return func(yield func(string, reflect.StructField) bool) {
		seen := map[string]bool{}
		level := []reflect.Type{t}
		for len(level) > 0 {
			var next []reflect.Type
			for _, s := range level {
				for f := range s.Fields() {
					name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
					switch {
					case f.Anonymous && name == "":
						next = append(next, indirect(f.Type))
					case name != "" && name != "-" && !seen[name]:
						seen[name] = true
						if !yield(name, f) {
							return
						}
					}
				}
			}
			level = next
		}
	}
}
