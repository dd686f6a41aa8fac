package build_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// H 1: a spec that builds also builds with any rerun and delivery added, or a rule about
// that pair rejects it: all examples and all goldens of builds.
func TestEveryDelivery(t *testing.T) {
	tried := 0
	for _, folder := range deliverable(t) {
		for name, docs := range folder.docs {
			for _, doc := range docs {
				tried += everyDelivery(t, folder.dir, name, doc)
			}
		}
	}
	if tried < 500 {
		t.Errorf("%d pairs were tried", tried)
	}
}

// everyDelivery builds one document with each pair, and returns how many were tried.
func everyDelivery(t *testing.T, dir, name string, doc map[string]any) (tried int) {
	spec, _ := doc["spec"].(map[string]any)
	if spec == nil || spec["rerun"] != nil || spec["delivery"] != nil || pairErrors(t, dir, doc).HasErrors() {
		return 0
	}
	for _, rerun := range []string{"never", "onChange", "always"} {
		for _, delivery := range []string{"kubectl", "argocd", "argocd-hook", "flux", "helm"} {
			spec["rerun"], spec["delivery"] = rerun, delivery
			if spec["schedule"] != nil {
				delete(spec, "rerun")
			}
			tried++
			for _, d := range pairErrors(t, dir, doc) {
				if d.Severity == diag.Error && d.Code != diag.CodeRule {
					t.Errorf("%s, %s with %s: %s [%s]", name, rerun, delivery, d.Message, d.Code)
				}
			}
		}
	}
	delete(spec, "rerun")
	delete(spec, "delivery")
	return tried
}

func pairErrors(t *testing.T, dir string, doc map[string]any) diag.List {
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	result, err := build.Run(build.Options{
		Dir: dir, Inputs: []source.Input{{Name: "job.json", Text: text}}, LookupEnv: variable, AllEnvironments: true,
	})
	if err != nil {
		return diag.List{{Message: err.Error()}}
	}
	return result.Diagnostics
}

// specs are the documents of YAML files in a folder, by the name of the file.
type specs struct {
	dir  string
	docs map[string][]map[string]any
}

// deliverable returns the examples, and the input of all goldens that build.
func deliverable(t *testing.T) []specs {
	root := golden.Root(t)
	examples := specs{filepath.Join(root, "examples"), map[string][]map[string]any{}}
	files, err := filepath.Glob(filepath.Join(examples.dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d examples, error %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		examples.docs[file] = documents(string(text))
	}
	all := []specs{examples}
	for _, c := range golden.Cases(t) {
		if c.Args[0] != "build" || c.Want["stdout"] == "" || len(c.Input) == 0 {
			continue
		}
		one := specs{c.Dir(t), map[string][]map[string]any{}}
		for _, f := range c.Input {
			if strings.HasSuffix(f.Name, ".yaml") {
				one.docs[c.Name+"/"+f.Name] = documents(string(f.Data))
			}
		}
		all = append(all, one)
	}
	return all
}

// documents reads the documents of a file, without those that plain YAML does not read.
func documents(text string) []map[string]any {
	var all []map[string]any
	for part := range strings.SplitSeq(text, "\n---\n") {
		var doc map[string]any
		if yaml.Unmarshal([]byte(part), &doc) == nil && doc["kind"] == "Job" {
			all = append(all, doc)
		}
	}
	return all
}
