package importer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/importer"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// importsIn imports the manifests of several environments.
func importsIn(t testing.TB, manifests map[string]string, names []string) *importer.Result {
	t.Helper()
	dir := t.TempDir()
	var environments []importer.Environment
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name+".yaml"), []byte(manifests[name]), 0o600); err != nil {
			t.Fatal(err)
		}
		environments = append(environments, importer.Environment{Name: name, Arg: name + ".yaml"})
	}
	result, err := importer.Run(importer.Options{Dir: dir, Environments: environments})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// defaulted returns the objects of an output by kind, namespace and name, with the API
// server's defaults.
func defaulted(t testing.TB, output string) map[string]string {
	t.Helper()
	objects := map[string]string{}
	err := apiserver.Under(validate.NewestMinor, func(server *apiserver.Server) {
		for text := range strings.SplitSeq(output, "---\n") {
			if strings.TrimSpace(text) == "" {
				continue
			}
			j, err := yaml.YAMLToJSON([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			full, err := server.Default(j)
			if err != nil {
				t.Fatalf("%v:\n%s", err, text)
			}
			var tree map[string]any
			if err := json.Unmarshal(full, &tree); err != nil {
				t.Fatal(err)
			}
			meta := tree["metadata"].(map[string]any)
			id := fmt.Sprint(tree["kind"], " ", meta["namespace"], " ", meta["name"], meta["generateName"])
			withoutAdded(tree)
			text, err := json.MarshalIndent(tree, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			objects[id] = string(text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// withoutAdded removes the labels and the digest that jobgen adds, which do not count.
func withoutAdded(tree map[string]any) {
	for _, value := range tree {
		if inner, ok := value.(map[string]any); ok {
			withoutAdded(inner)
		}
	}
	for field, added := range map[string][]string{"labels": {"app.kubernetes.io/name", "app.kubernetes.io/managed-by"}, "annotations": {"jobgen.dev/content-digest"}} {
		if m, ok := tree[field].(map[string]any); ok {
			for _, key := range added {
				delete(m, key)
			}
			if len(m) == 0 {
				delete(tree, field)
			}
		}
	}
}

// layered makes a random spec with overlays of two environments, and what it builds to
// in each and without one; nil where one of them is wrong.
func layered(t *testing.T, dir string, seed int) (text []byte, outputs map[string]string) {
	r := spectest.Choices(fmt.Append(nil, "environments ", seed))
	d := spectest.New(r)
	names := []string{"dev", "prod", "staging"}
	d.Overlay(r, "prod")
	d.Overlay(r, "staging")
	d.Overlay(r, "dev")
	ok := d.Repair(func(text []byte) (lines []int) {
		for _, env := range names {
			_, result := builtIn(t, dir, env, text)
			for _, d := range result.Diagnostics {
				if d.Severity == diag.Error {
					lines = append(lines, d.Line)
				}
			}
			if lines != nil {
				break
			}
		}
		return lines
	})
	if !ok {
		return nil, nil
	}
	text = d.YAML(nil)
	outputs = map[string]string{}
	for _, env := range names {
		if d.Root.Get("overlays").Get(env) == nil {
			continue // nothing names it any more
		}
		output, _ := builtIn(t, dir, env, text)
		if workloads(output) == 1 {
			outputs[env] = output
		}
	}
	return text, outputs
}

// texts joins the specs of a result.
func texts(result *importer.Result) []byte {
	var all [][]byte
	for _, s := range result.Specs {
		all = append(all, s.Text)
	}
	return bytes.Join(all, []byte("---\n"))
}

// What random specs become in several environments is imported as one spec, which
// becomes the same in each of them.
func TestRandomEnvironments(t *testing.T) {
	seeds, tried := 40, 0
	if testing.Short() {
		seeds = 12
	}
	dir := t.TempDir()
	golden.WriteFiles(t, dir, files())
	for seed := range seeds {
		text, manifests := layered(t, dir, seed)
		if len(manifests) < 2 {
			continue
		}
		var names []string
		for _, name := range []string{"prod", "dev", "staging"} {
			if manifests[name] != "" {
				names = append(names, name)
			}
		}
		result := importsIn(t, manifests, names)
		if result.Diagnostics.HasErrors() {
			t.Errorf("seed %d: %s\n%s", seed, shown(result.Diagnostics), text)
			continue
		}
		if len(result.Specs) == 1 { // a Job's name may hold a hash, which differs
			tried++
		}
		specs := texts(result)
		for _, name := range names {
			output, again := builtIn(t, t.TempDir(), name, specs)
			want, got := defaulted(t, manifests[name]), defaulted(t, output)
			for id, object := range got {
				if object != want[id] {
					t.Errorf("seed %d: in %s the %s is\n%s\nnot\n%s\nfrom\n%s", seed, name, id, object, want[id], specs)
				}
			}
			if workloads(output) != 1 {
				t.Errorf("seed %d: in %s there is no Job:\n%s\n%s", seed, name, shown(again.Diagnostics), specs)
			}
		}
	}
	if tried < seeds/3 {
		t.Errorf("%d of %d random specs were built in several environments", tried, seeds)
	}
}
