package mutate

import (
	"reflect"
	"strings"
	"sync"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// types are the Go types of the kinds that jobgen emits. They say which fields
// there are, and what sort of value each takes.
var types = map[string]reflect.Type{
	"ClusterRole":           reflect.TypeFor[rbacv1.ClusterRole](),
	"ClusterRoleBinding":    reflect.TypeFor[rbacv1.ClusterRoleBinding](),
	"ConfigMap":             reflect.TypeFor[corev1.ConfigMap](),
	"CronJob":               reflect.TypeFor[batchv1.CronJob](),
	"Job":                   reflect.TypeFor[batchv1.Job](),
	"Namespace":             reflect.TypeFor[corev1.Namespace](),
	"NetworkPolicy":         reflect.TypeFor[networkingv1.NetworkPolicy](),
	"PersistentVolumeClaim": reflect.TypeFor[corev1.PersistentVolumeClaim](),
	"Role":                  reflect.TypeFor[rbacv1.Role](),
	"RoleBinding":           reflect.TypeFor[rbacv1.RoleBinding](),
	"Secret":                reflect.TypeFor[corev1.Secret](),
	"ServiceAccount":        reflect.TypeFor[corev1.ServiceAccount](),
}

// texts are the types that JSON has as a text, whatever Go has.
var texts = map[reflect.Type]bool{
	reflect.TypeFor[resource.Quantity]():  true,
	reflect.TypeFor[metav1.Time]():        true,
	reflect.TypeFor[metav1.MicroTime]():   true,
	reflect.TypeFor[[]byte]():             true,
	reflect.TypeFor[intstr.IntOrString](): true,
}

// field is one field of a struct, as JSON has it.
type field struct {
	name   string
	typ    reflect.Type
	always bool // it is written even if it is empty: most objects need it
}

var fieldsOf sync.Map // of reflect.Type to []field

// fields returns the fields of a struct, those of embedded structs among them.
func fields(t reflect.Type) []field {
	if known, ok := fieldsOf.Load(t); ok {
		return known.([]field)
	}
	var all []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-":
		case name == "" && bare(f.Type).Kind() == reflect.Struct:
			all = append(all, fields(bare(f.Type))...)
		default:
			all = append(all, field{name, bare(f.Type), !strings.Contains(options, "omitempty")})
		}
	}
	fieldsOf.Store(t, all)
	return all
}

// bare returns what a pointer points to.
func bare(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// inner returns the type of a field, an entry or an item of a value of the type;
// nil where nothing is known.
func inner(t reflect.Type, name string) reflect.Type {
	if t = bare(t); t == nil || texts[t] {
		return nil
	}
	switch t.Kind() {
	case reflect.Map, reflect.Slice:
		return bare(t.Elem())
	case reflect.Struct:
		for _, f := range fields(t) {
			if f.name == name {
				return f.typ
			}
		}
	}
	return nil
}

// sort is the sort of JSON value that a type takes.
type sort int

const (
	anything sort = iota
	text
	number
	boolean
	list
	entries   // a map with any keys
	structure // a map with known fields
)

func sortOf(t reflect.Type) sort {
	if t = bare(t); t == nil {
		return anything
	}
	if texts[t] {
		return text
	}
	switch t.Kind() {
	case reflect.String:
		return text
	case reflect.Bool:
		return boolean
	case reflect.Slice:
		return list
	case reflect.Map:
		return entries
	case reflect.Struct:
		if len(fields(t)) > 0 {
			return structure
		}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Float64:
		return number
	}
	return anything
}

// choice reports whether a struct is one of several things: all its fields are
// optional structs.
func choice(t reflect.Type) bool {
	all := fields(t)
	for _, f := range all {
		if f.always || sortOf(f.typ) != structure {
			return false
		}
	}
	return len(all) > 2 && !strings.HasSuffix(t.Name(), "Affinity") && !strings.HasSuffix(t.Name(), "Context")
}
