package importer_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// trees reads the objects of a text.
func trees(t *testing.T, text string) (all []map[string]any) {
	t.Helper()
	for part := range strings.SplitSeq("\n"+text, "\n---\n") {
		j, err := yaml.YAMLToJSON([]byte(part))
		if err != nil {
			t.Fatal(err)
		}
		tree := parsed(t, j)
		items, _ := tree["items"].([]any)
		for _, item := range items {
			all = append(all, item.(map[string]any))
		}
		if tree != nil && items == nil {
			all = append(all, tree)
		}
	}
	return all
}

func parsed(t *testing.T, text []byte) (tree map[string]any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// at returns the value at a path, in lists by the name or number of an item.
func at(tree any, path spec.Path) any {
	for _, step := range path {
		switch node := tree.(type) {
		case map[string]any:
			tree = node[step]
		case []any:
			tree = nil
			for i, item := range node {
				if label(item, i) == step {
					tree = item
				}
			}
		default:
			return nil
		}
	}
	return tree
}

// label names an item of a list: those with names and mounts have no order.
func label(item any, i int) string {
	if m, ok := item.(map[string]any); ok {
		for _, field := range []string{"mountPath", "name"} {
			if text, ok := m[field].(string); ok {
				return "=" + text
			}
		}
	}
	return strconv.Itoa(i)
}

// eachLeaf calls visit for each value of a tree that holds something; written is its path
// as jobgen writes it.
func eachLeaf(tree any, path, written spec.Path, visit func(path, written spec.Path, value any)) {
	switch node := tree.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(node)) {
			eachLeaf(node[name], path.With(name), written.With(name), visit)
		}
	case []any:
		for i, item := range node {
			eachLeaf(item, path.With(label(item, i)), written.With(strconv.Itoa(i)), visit)
		}
	case nil:
	default:
		if node != "" {
			visit(path, written, node)
		}
	}
}

// braces matches several fields of one parent: metadata.{name, uid}.
var braces = regexp.MustCompile(`([^ ]+)\.\{([^}]+)\}`)

// names reports whether a diagnostic names a field or one around it.
func names(ds diag.List, field spec.Path) bool {
	for _, d := range ds {
		words := strings.FieldsFunc(d.Message, func(r rune) bool { return r == ' ' || r == ',' })
		for n := len(field); n > 0; n-- {
			if slices.Contains(words, field[:n].String()) {
				return true
			}
			for _, group := range braces.FindAllStringSubmatch(d.Message, -1) {
				if group[1] == field[:n-1].String() && slices.Contains(strings.Split(group[2], ", "), field[n-1]) {
					return true
				}
			}
		}
	}
	return false
}

// id names an object.
func id(tree map[string]any) string {
	meta, _ := tree["metadata"].(map[string]any)
	text := func(field string) string { text, _ := meta[field].(string); return text }
	return fmt.Sprint(tree["kind"], " ", text("namespace"), " ", cmp.Or(text("name"), text("generateName")))
}

// nothingIsLost checks that each value of the input is in what its specs build to, with
// the server's defaults, or that a diagnostic names it. It reports whether any was made.
func nothingIsLost(t *testing.T, input string) bool {
	t.Helper()
	result := imports(t, []byte(input))
	if result.Diagnostics.HasErrors() || result.Specs == nil {
		return false
	}
	output, again := built(t, t.TempDir(), texts(result))
	if output == "" {
		t.Errorf("the specs are wrong:\n%s\n%s", texts(result), shown(again.Diagnostics))
		return false
	}
	rebuilt := map[string]map[string]any{}
	err := apiserver.Under(validate.NewestMinor, func(server *apiserver.Server) {
		defaulted := func(tree map[string]any) map[string]any {
			j, err := json.Marshal(tree)
			if err != nil {
				t.Fatal(err)
			}
			if full, err := server.Default(j); err == nil {
				return parsed(t, full)
			}
			return tree
		}
		for _, tree := range trees(t, output) {
			rebuilt[id(tree)] = defaulted(tree)
		}
		for _, tree := range trees(t, input) {
			meta, _ := tree["metadata"].(map[string]any)
			left := fmt.Sprint("the ", tree["kind"], " ", meta["name"], " is left as it is")
			if slices.ContainsFunc(result.Diagnostics, func(d diag.Diagnostic) bool { return strings.HasPrefix(d.Message, left) }) {
				continue
			}
			full, is := defaulted(tree), rebuilt[id(tree)]
			eachLeaf(tree, nil, nil, func(path, written spec.Path, value any) {
				if v := at(full, path); v != nil {
					value = v // a quantity as the server writes it
				}
				if path[len(path)-1] == "jobgen.dev/content-digest" && at(is, path) != nil {
					return // it is computed again
				}
				got := fmt.Sprint(at(is, path))
				helm := string(deliver.Untext([]byte(got))) // what arrives through a chart
				if want := fmt.Sprint(value); got != want && helm != want && !names(result.Diagnostics, written) {
					t.Errorf("%s of %s is lost: %v\n%s\n%s", written, id(tree), value, input, shown(result.Diagnostics))
				}
			})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return true
}

// additions are fields that people, tools and servers write, and that specs mostly cannot
// say. NAME is the name of the object.
var additions = [][2]string{
	{"metadata.generateName", `"more-"`}, {"metadata.uid", `"0a0a"`}, {"metadata.resourceVersion", `"7"`}, {"metadata.generation", "3"},
	{"metadata.selfLink", `"/a"`}, {"metadata.creationTimestamp", `"2026-11-01T06:00:00Z"`}, {"metadata.deletionGracePeriodSeconds", "30"},
	{"metadata.finalizers", `["example.com/wait"]`}, {"metadata.managedFields", `[{"manager": "kubectl", "operation": "Apply"}]`},
	{"metadata.name", `"another"`}, {"metadata.namespace", `"elsewhere"`},
	{"metadata.ownerReferences", `[{"apiVersion": "v1", "kind": "Owner", "name": "mine", "uid": "0a0a"}]`},
	{"metadata.labels.job-name", `"NAME"`}, {`metadata.labels["batch.kubernetes.io/job-name"]`, `"NAME"`}, {"metadata.labels.controller-uid", `"0a0a"`},
	{`metadata.labels["batch.kubernetes.io/controller-uid"]`, `"0a0a"`}, {`metadata.labels["kubernetes.io/metadata.name"]`, `"NAME"`},
	{`metadata.annotations["example.com/more"]`, `"1"`}, {`metadata.annotations["batch.kubernetes.io/job-tracking"]`, `"yes"`},
	{`metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]`, `"{}"`}, {`metadata.annotations["jobgen.dev/content-digest"]`, `"0a0a"`},
	{`metadata.annotations["pv.kubernetes.io/bind-completed"]`, `"yes"`},
	{"spec.serviceAccount", `"more"`}, {"spec.selector", `{"matchLabels": {"job-name": "NAME"}}`}, {"spec.manualSelector", "false"},
	{"spec.finalizers", `["example.com/wait"]`}, {"spec.hostname", `"more"`}, {"spec.nodeName", `"more"`}, {"spec.managedBy", `"example.com/more"`},
	{"spec.suspend", "true"}, {"spec.volumeName", `"more"`}, {"spec.backoffLimit", "3"}, {"status", `{"active": 1}`},
	{"data.more", `"more"`}, {"binaryData.more", `"bW9yZQ=="`}, {"immutable", "true"},
	{"secrets", `[{"name": "more"}]`}, {"imagePullSecrets", `[{"name": "more"}]`},
}

// places are where additions are made: to an object, a CronJob's Jobs, the pods of either.
var places = []spec.Path{nil, {"spec", "jobTemplate"}, {"spec", "jobTemplate", "spec", "template"}, {"spec", "template"}}

// G 8, F 7: nothing that is imported vanishes, wherever it is written.
func TestNothingIsLost(t *testing.T) {
	every, made := 48, 0
	if testing.Short() {
		every = 192
	}
	for n, c := range golden.Cases(t) {
		if c.Args[0] == "import" && !strings.HasPrefix(c.Name, "import/planton") {
			for _, f := range c.Input {
				nothingIsLost(t, string(f.Data))
			}
		}
		if c.Args[0] != "build" || workloads(c.Want["stdout"]) == 0 {
			continue
		}
		nothingIsLost(t, c.Want["stdout"])
		if n%every > 0 {
			continue
		}
		objects := trees(t, c.Want["stdout"])
		for i := range objects {
			for _, addition := range additions {
				for _, place := range places {
					if text := added(t, objects, i, place, addition); text != "" && nothingIsLost(t, text) {
						made++
					}
				}
			}
		}
	}
	if made < 50 {
		t.Errorf("%d manifests with additions were imported", made)
	}
}

// added writes objects, one of them with an addition; "" where it has no such place, or
// something there.
func added(t *testing.T, objects []map[string]any, i int, place spec.Path, addition [2]string) string {
	path, ok := spec.ParsePath(addition[0])
	if !ok {
		t.Fatalf("%s is not a path", addition[0])
	}
	path = place.With(path...)
	if at(objects[i], place) == nil || at(objects[i], path) != nil {
		return ""
	}
	value := strings.ReplaceAll(addition[1], "NAME", fmt.Sprint(at(objects[i], spec.Path{"metadata", "name"})))
	changed := slices.Clone(objects)
	changed[i] = with(objects[i], value, path...)
	var parts []string
	for _, object := range changed {
		text, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, string(text))
	}
	return strings.Join(parts, "---\n")
}

// with returns a copy of a tree with a value, in JSON, at a path.
func with(tree any, value string, path ...string) map[string]any {
	m, _ := tree.(map[string]any)
	m = maps.Clone(m)
	if m == nil {
		m = map[string]any{}
	}
	if len(path) > 1 {
		m[path[0]] = with(m[path[0]], value, path[1:]...)
	} else {
		m[path[0]] = json.RawMessage(value)
	}
	return m
}
