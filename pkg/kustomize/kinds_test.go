package kustomize

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// goTypes has the Go type of each kind of the table.
var goTypes = map[string]reflect.Type{
	"Namespace":             reflect.TypeFor[corev1.Namespace](),
	"ServiceAccount":        reflect.TypeFor[corev1.ServiceAccount](),
	"Role":                  reflect.TypeFor[rbacv1.Role](),
	"RoleBinding":           reflect.TypeFor[rbacv1.RoleBinding](),
	"ClusterRole":           reflect.TypeFor[rbacv1.ClusterRole](),
	"ClusterRoleBinding":    reflect.TypeFor[rbacv1.ClusterRoleBinding](),
	"ConfigMap":             reflect.TypeFor[corev1.ConfigMap](),
	"Secret":                reflect.TypeFor[corev1.Secret](),
	"PersistentVolumeClaim": reflect.TypeFor[corev1.PersistentVolumeClaim](),
	"NetworkPolicy":         reflect.TypeFor[networkingv1.NetworkPolicy](),
	"Job":                   reflect.TypeFor[batchv1.Job](),
	"CronJob":               reflect.TypeFor[batchv1.CronJob](),
}

// What the table says of each list is what the OpenAPI document in kustomize
// says of it. It is doubtful where Kubernetes' Go types say something else.
func TestListsAreThoseOfKustomize(t *testing.T) {
	for _, k := range kinds {
		if k.group == "bitnami.com" || k.group == "external-secrets.io" {
			continue // kustomize knows nothing of them
		}
		version := strings.TrimPrefix(k.group+"/v1", "/")
		schema := openapi.SchemaForResourceType(yaml.TypeMeta{APIVersion: version, Kind: k.name})
		if schema == nil || goTypes[k.name] == nil {
			t.Fatalf("%s is not known", k.name)
		}
		gvk := resid.NewGvk(k.group, "v1", k.name)
		if gvk.IsClusterScoped() != k.clusterScoped {
			t.Errorf("%s has a namespace or not", k.name)
		}
		found := map[string]list{}
		collect(found, "", goTypes[k.name], schema, "")
		for path, l := range found {
			if !reflect.DeepEqual(k.lists[path], l) {
				t.Errorf("%s %s is %+v, not %+v", k.name, path, l, k.lists[path])
			}
		}
		for path := range k.lists {
			if _, ok := found[path]; !ok {
				t.Errorf("%s has no list %s", k.name, path)
			}
		}
	}
}

// collect finds the lists of a type that are merged by kustomize or by
// Kubernetes.
func collect(found map[string]list, path string, goes reflect.Type, schema *openapi.ResourceSchema, tag reflect.StructTag) {
	switch goes.Kind() {
	case reflect.Pointer:
		collect(found, path, goes.Elem(), schema, tag)
	case reflect.Struct:
		for i := range goes.NumField() {
			f := goes.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case f.Anonymous && name == "":
				collect(found, path, f.Type, schema, "")
			case name != "status" && schema != nil:
				collect(found, join(path, name), f.Type, schema.Field(name), f.Tag)
			case name != "status":
				collect(found, join(path, name), f.Type, nil, f.Tag)
			}
		}
	case reflect.Slice:
		var items *openapi.ResourceSchema
		var strategy string
		var keys []string
		if schema != nil {
			strategy, keys = schema.PatchStrategyAndKeyList()
			items = schema.Elements()
		}
		merged := strings.HasPrefix(strategy, "merge")
		theirs := strings.HasPrefix(tag.Get("patchStrategy"), "merge")
		switch {
		case merged && theirs && (len(keys) == 0 || slices.Contains(keys, tag.Get("patchMergeKey"))):
			found[path] = list{keys: append([]string(nil), keys...)}
		case merged || theirs:
			found[path] = list{doubtful: true}
		}
		collect(found, path, goes.Elem(), items, "")
	}
}
