package spectest

import (
	"iter"
	"math"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/jobgen-dev/jobgen/schema"
)

// shapeOf returns the type of the values of a Go type of Kubernetes, of which
// the schema says no more than that. Fields that are always encoded are taken
// to be required.
func shapeOf(t reflect.Type) *schema.Type {
	switch t {
	case reflect.TypeFor[resource.Quantity]():
		return &schema.Type{Kind: schema.String, Format: "quantity"}
	case reflect.TypeFor[intstr.IntOrString]():
		return &schema.Type{Kind: schema.IntOrString}
	case reflect.TypeFor[metav1.Time]():
		return &schema.Type{Kind: schema.String, Enum: []string{"2001-02-03T04:05:06Z"}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return shapeOf(t.Elem())
	case reflect.String:
		return &schema.Type{Kind: schema.String}
	case reflect.Bool:
		return &schema.Type{Kind: schema.Bool}
	case reflect.Int, reflect.Int32, reflect.Int64:
		least, most := int64(math.MinInt64), int64(math.MaxInt64)
		if t.Bits() == 32 {
			least, most = math.MinInt32, math.MaxInt32
		}
		return &schema.Type{Kind: schema.Int, Min: &least, Max: &most}
	case reflect.Map:
		return &schema.Type{Kind: schema.Map, Elem: &schema.Type{}}
	case reflect.Slice:
		return &schema.Type{Kind: schema.List, Elem: &schema.Type{}}
	case reflect.Struct:
		var fields []*schema.Field
		for name, f := range jsonFields(t) {
			required := !strings.Contains(f.Tag.Get("json"), ",omitempty")
			fields = append(fields, &schema.Field{Name: name, Type: &schema.Type{}, Required: required})
		}
		return schema.NewStruct(fields)
	}
	return &schema.Type{}
}

// fieldType returns the Go type of the field that JSON calls name, or nil.
func fieldType(t reflect.Type, name string) reflect.Type {
	if t = indirect(t); t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	for known, f := range jsonFields(t) {
		if known == name {
			return f.Type
		}
	}
	return nil
}

// elementType returns the Go type of the elements of a map or list, or nil.
func elementType(t reflect.Type) reflect.Type {
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

// jsonFields yields the fields of a struct as encoding/json sees them.
func jsonFields(t reflect.Type) iter.Seq2[string, reflect.StructField] {
	return func(yield func(string, reflect.StructField) bool) {
		seen := map[string]bool{}
		for level := []reflect.Type{t}; len(level) > 0; {
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
