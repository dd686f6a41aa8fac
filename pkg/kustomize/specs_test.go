package kustomize_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/kustomize"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
)

// specObjects returns the objects of n random specs, each spec's apart.
func specObjects(t testing.TB, r *rand.Rand, n int) [][]kustomize.Object {
	dir := t.TempDir()
	for name, content := range spectest.Files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var all [][]kustomize.Object
	for len(all) < n {
		if objects := specObject(t, dir, r); len(objects) > 0 {
			all = append(all, objects)
		}
	}
	return all
}

// specObject returns the objects of one random spec, none if it could not be
// repaired or has no name.
func specObject(t testing.TB, dir string, r *rand.Rand) []kustomize.Object {
	d := spectest.New(r)
	var job *spec.Job
	repaired := d.Repair(func(text []byte) (lines []int) {
		_, docs, _ := source.ParseBytes("spec.yaml", text, dir, dir, true)
		var found diag.List
		job, found = spec.Check(docs[0], spec.Options{LookupEnv: func(name string) (string, bool) { return "value of " + name, true }})
		for _, d := range found {
			if d.Severity == diag.Error {
				lines = append(lines, d.Line)
			}
		}
		return lines
	})
	if !repaired {
		return nil
	}
	var trees []map[string]any
	for _, o := range compile.Lower(job) {
		tree, err := render.Tree(o.Value)
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree)
	}
	return named(trees)
}
