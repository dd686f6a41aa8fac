package compile

import (
	"reflect"

	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/schema"
)

// secure fills in what the Pod Security level of the spec asks for and the spec
// does not say: schema/default.cue says what that is.
func (l *lowering) secure() {
	if l.job.Spec.PodSecurity != "restricted" {
		return
	}
	level := schema.Default().Restricted
	if l.pod.OS != nil && l.pod.OS.Name == corev1.Windows {
		level = schema.Default().RestrictedWindows
	}
	l.pod.SecurityContext = filled(l.pod.SecurityContext, level.Pod)
	for i := range l.pod.InitContainers {
		c := &l.pod.InitContainers[i]
		c.SecurityContext = filled(c.SecurityContext, level.Container)
	}
	for i := range l.pod.Containers {
		c := &l.pod.Containers[i]
		c.SecurityContext = filled(c.SecurityContext, level.Container)
	}
}

// filled returns a value with those of the defaults, at any depth, that it does not have.
// It changes neither, and shares their parts.
func filled[T any](value, defaults *T) *T {
	return fill(reflect.ValueOf(value), reflect.ValueOf(defaults)).Interface().(*T)
}

func fill(value, defaults reflect.Value) reflect.Value {
	switch {
	case value.Kind() == reflect.Struct:
		whole := reflect.New(value.Type()).Elem()
		for i := range value.NumField() {
			whole.Field(i).Set(fill(value.Field(i), defaults.Field(i)))
		}
		return whole
	case value.IsZero():
		return defaults
	case value.Kind() == reflect.Pointer && value.Elem().Kind() == reflect.Struct && !defaults.IsNil():
		whole := reflect.New(value.Type().Elem())
		whole.Elem().Set(fill(value.Elem(), defaults.Elem()))
		return whole
	}
	return value
}
