package schema_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/schema"
)

// renamed are the fields of Kubernetes that have another name under spec,
// because their own means something else there.
var renamed = map[string]string{
	"PodSpec.activeDeadlineSeconds": "podActiveDeadlineSeconds",
	"PodSpec.securityContext":       "podSecurityContext",
	"PodSpec.resources":             "podResources",
	"PodSpec.serviceAccount":        "serviceAccountName", // the deprecated copy of it
	"Container.name":                "containerName",
	"Container.restartPolicy":       "containerRestartPolicy",
}

// Every field of Kubernetes' CronJobSpec, JobSpec, PodSpec and Container is a
// field of the spec under its own name or the one that renamed says, or is
// refused by name with advice.
func TestEveryKubernetesFieldHasAPlace(t *testing.T) {
	spec := schema.Model().Field("spec").Type
	for _, typ := range []reflect.Type{
		reflect.TypeFor[batchv1.CronJobSpec](), reflect.TypeFor[batchv1.JobSpec](),
		reflect.TypeFor[corev1.PodSpec](), reflect.TypeFor[corev1.Container](),
	} {
		for f := range typ.Fields() {
			name := jsonName(f)
			qualified := typ.Name() + "." + name
			if other, ok := renamed[qualified]; ok {
				if spec.Field(other) == nil {
					t.Errorf("%s is said to be %s, which is no field", qualified, other)
				}
				continue
			}
			if spec.Field(name) == nil && schema.Elsewhere()["Spec"][name] == "" {
				t.Errorf("%s is no field of spec, and nothing says what to write instead", qualified)
			}
		}
	}
}

// A container in a list has every field of Kubernetes' Container by its own name.
func TestEveryContainerFieldHasAPlace(t *testing.T) {
	container := schema.Model().Field("spec").Type.Field("containers").Type.Elem
	for f := range reflect.TypeFor[corev1.Container]().Fields() {
		if name := jsonName(f); container.Field(name) == nil {
			t.Errorf("Container.%s is no field of a container", name)
		}
	}
}

// The volume sources of the schema are those of Kubernetes, and each is one of
// the choices of which a volume makes one.
func TestEveryVolumeSourceHasAPlace(t *testing.T) {
	volume := schema.Model().Field("spec").Type.Field("volumes").Type.Elem
	for f := range reflect.TypeFor[corev1.VolumeSource]().Fields() {
		name := jsonName(f)
		if volume.Field(name) == nil {
			t.Errorf("a volume has no source %s", name)
		}
		if !slices.Contains(volume.OneOf, name) {
			t.Errorf("%s is no choice of a volume", name)
		}
	}
}

// What is refused by name does not exist, so that the advice is given.
func TestElsewhereIsNowhere(t *testing.T) {
	types := map[string]*schema.Type{}
	var visit func(t *schema.Type)
	visit = func(t *schema.Type) {
		if t == nil {
			return
		}
		types[t.Name] = t
		for _, f := range t.Fields {
			visit(f.Type)
		}
		visit(t.Elem)
	}
	for _, top := range []*schema.Type{schema.Written(), schema.ProjectModel()} {
		visit(top)
	}
	for name, fields := range schema.Elsewhere() {
		typ := types[name]
		if typ == nil {
			t.Errorf("there is advice for %s, which is no type of the schema", name)
			continue
		}
		for field := range fields {
			if typ.Field(field) != nil {
				t.Errorf("there is advice for %s.%s, which exists", name, field)
			}
		}
	}
}

// Every field of the schema that users see has a comment.
func TestFieldsOfSpecHaveComments(t *testing.T) {
	for _, part := range []string{"metadata", "spec"} {
		for _, f := range schema.Model().Field(part).Type.Fields {
			if f.Doc == "" {
				t.Errorf("%s.%s has no comment", part, f.Name)
			}
		}
	}
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
