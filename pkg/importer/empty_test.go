package importer_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// minimal is a Job with an item in the lists that many fields are in.
const minimal = `{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"template": {"spec": {
	"restartPolicy": "Never",
	"containers": [{"name": "a", "image": "a:1",
		"env": [{"name": "A"}, {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
		"envFrom": [{"configMapRef": {"name": "c"}}],
		"ports": [{"containerPort": 80}],
		"volumeMounts": [{"name": "v", "mountPath": "/v"}]}],
	"imagePullSecrets": [{"name": "p"}],
	"tolerations": [{"key": "t", "operator": "Exists"}],
	"volumes": [{"name": "v", "configMap": {"name": "c", "items": [{"key": "k", "path": "p"}]}}]}}}}`

// refusedEmpty are the fields of which the API server accepts what a spec does not, and the
// words that say so.
var refusedEmpty = map[string]string{
	"spec.podFailurePolicy":                                        `"rules" is missing`,
	"spec.template.metadata.finalizers.0":                          "spec.template.metadata.finalizers[0]",
	"spec.template.spec.containers.0.command.0":                    "the name of the program is empty",
	"spec.template.spec.containers.0.lifecycle.postStart":          `"seconds" is missing`,
	"spec.template.spec.containers.0.lifecycle.preStop":            `"seconds" is missing`,
	"spec.template.spec.containers.0.lifecycle.stopSignal":         "is not allowed",
	"spec.template.spec.containers.0.securityContext.capabilities": "is empty",
	// Of features that no minor has by default: the API server looks at none of their fields.
	"spec.template.spec.evictionResponders": `"name" is missing`,
	"spec.scheduling":                       "is missing",
}

// isRefusedEmpty reports whether an import may refuse a field in these words.
func isRefusedEmpty(at, said string) bool {
	for field, words := range refusedEmpty {
		if strings.HasPrefix(at, field) && strings.Contains(said, words) {
			return true
		}
	}
	return false
}

// Issue 12, item 0: a Job that the API server accepts with a field at its empty value is
// imported, and proved, which compares it with the spec's after the server's defaults.
func TestEmptyValues(t *testing.T) {
	var texts [][]byte
	var at []string
	visitFields(reflect.TypeFor[batchv1.JobSpec](), []string{"spec"}, func(path []string, goes reflect.Type) {
		for _, value := range emptyValues(goes) {
			var job any
			if err := json.Unmarshal([]byte(minimal), &job); err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(withValue(job, path, value))
			if err != nil {
				t.Fatal(err)
			}
			said, _ := json.Marshal(value)
			texts, at = append(texts, text), append(at, strings.Join(path, ".")+": "+string(said))
		}
	})
	all, err := cluster.Objects(texts, cluster.Options{Checks: []cluster.Check{cluster.OpenAPI, cluster.Server}})
	if err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for i, text := range texts {
		if refused(all[i]) {
			continue
		}
		accepted++
		result := imports(t, text)
		if said := shown(result.Diagnostics); (result.Diagnostics.HasErrors() || len(result.Specs) != 1) && !isRefusedEmpty(at[i], said) {
			t.Errorf("%s is refused:\n%s", at[i], said)
		}
	}
	t.Logf("%d of %d are accepted", accepted, len(texts))
	if accepted < 300 {
		t.Errorf("the API server accepts %d of %d alone", accepted, len(texts))
	}
}

func refused(found []cluster.Finding) bool {
	for _, f := range found {
		if !f.Warning {
			return true
		}
	}
	return false
}

// visitFields calls visit for each field of a type, at any depth; lists have one item.
func visitFields(goes reflect.Type, path []string, visit func(path []string, goes reflect.Type)) {
	for f := range goes.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner, here := f.Type, append(path[:len(path):len(path)], name)
		if name == "" { // embedded
			visitFields(inner, path, visit)
			continue
		}
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		visit(here, inner)
		if inner.Kind() == reflect.Slice {
			inner, here = inner.Elem(), append(here, "0")
			visit(here, inner)
		}
		if marshals := reflect.PointerTo(inner).Implements(reflect.TypeFor[json.Marshaler]()); inner.Kind() == reflect.Struct && !marshals {
			visitFields(inner, here, visit)
		}
	}
}

// emptyValues are those that a field of a type may have and that say nothing.
func emptyValues(goes reflect.Type) []any {
	switch goes.Kind() {
	case reflect.String:
		return []any{nil, ""}
	case reflect.Bool:
		return []any{nil, false}
	case reflect.Int32, reflect.Int64:
		return []any{nil, 0}
	case reflect.Slice:
		return []any{nil, []any{}}
	case reflect.Struct, reflect.Map:
		return []any{nil, map[string]any{}}
	}
	return []any{nil}
}

// withValue returns a tree with a value at a path, and what is missing on the way to it.
func withValue(tree any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	if path[0] == "0" {
		list, _ := tree.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}
		list[0] = withValue(list[0], path[1:], value)
		return list
	}
	fields, ok := tree.(map[string]any)
	if !ok {
		fields = map[string]any{}
	}
	fields[path[0]] = withValue(fields[path[0]], path[1:], value)
	return fields
}
