package build_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
)

// runIn builds a text as it is in an environment.
func runIn(t testing.TB, dir, env string, text []byte) *build.Result {
	t.Helper()
	opts := options(dir, text, "yaml")
	opts.Environment = env
	return runWith(t, opts)
}

// An overlay that says again what the spec says changes nothing.
func FuzzOverlayRestates(f *testing.F) {
	random(f, 60, func(t *testing.T, dir string, r *rand.Rand) {
		d := accepted(t, dir, r)
		want := output(t, run(t, dir, d.YAML(nil)))
		d.Lay("prod", layer(d.Copy(d.Root)))
		if got := runIn(t, dir, "prod", d.YAML(r)); output(t, got) != want {
			t.Fatalf("%s\nis no longer\n%s\nbut\n%s%s", d, want, output(t, got), shown(got.Diagnostics))
		}
	})
}

// A whole spec over one that is empty is that spec.
func FuzzOverlayIsAll(f *testing.F) {
	random(f, 60, func(t *testing.T, dir string, r *rand.Rand) {
		d := accepted(t, dir, r)
		want := output(t, run(t, dir, d.YAML(nil)))
		whole := layer(d.Copy(d.Root))
		var named []source.Field
		for _, f := range d.Root.Get("metadata").Fields {
			if f.Key.Text == "name" || f.Key.Text == "generateName" {
				named = append(named, f)
			}
		}
		d.Root.Get("metadata").Fields, d.Root.Get("spec").Fields = named, nil
		d.Lay("prod", whole)
		if got := runIn(t, dir, "prod", d.YAML(r)); output(t, got) != want {
			t.Fatalf("%s\nis not\n%s\nbut\n%s%s", d, want, output(t, got), shown(got.Diagnostics))
		}
	})
}

// layer makes an overlay of a document: what stands beside metadata and spec has
// no place in one.
func layer(root *source.Node) *source.Node {
	n := &source.Node{Kind: source.Map}
	for _, f := range root.Fields {
		if f.Key.Text == "metadata" || f.Key.Text == "spec" {
			n.Fields = append(n.Fields, f)
		}
	}
	return n
}

// overlaid makes a random spec with a random overlay that are accepted together,
// or skips the test.
func overlaid(t *testing.T, dir string, r *rand.Rand) *spectest.Document {
	t.Helper()
	d := accepted(t, dir, r)
	d.Overlay(r, "prod")
	ok := d.Repair(func(text []byte) (lines []int) {
		for _, d := range runIn(t, dir, "prod", text).Diagnostics {
			if d.Severity == diag.Error {
				lines = append(lines, d.Line)
			}
		}
		return lines
	})
	if !ok || d.Root.Get("overlays").Get("prod") == nil {
		t.Skip("the overlay could not be repaired")
	}
	return d
}

// What an environment makes of a spec is what the merged document, written as a
// spec of its own, makes; in whatever order and style the keys are written.
func FuzzOverlay(f *testing.F) {
	random(f, 150, func(t *testing.T, dir string, r *rand.Rand) {
		d := overlaid(t, dir, r)
		text := d.YAML(nil)
		want := output(t, runIn(t, dir, "prod", text))
		for range 2 {
			styled := d.YAML(r)
			if got := runIn(t, dir, "prod", styled); output(t, got) != want {
				t.Fatalf("shuffled:\n%s\nmakes\n%s%s\nnot\n%s", styled, output(t, got), shown(got.Diagnostics), want)
			}
		}
		_, docs, _ := source.ParseBytes("-", text, dir, dir, true)
		loaded, _ := spec.Load(docs[0], spec.Options{LookupEnv: variable})
		job, _ := loaded.Job("prod")
		long, err := json.Marshal(job.Long())
		if err != nil {
			t.Fatal(err)
		}
		if got := run(t, dir, long); output(t, got) != want {
			t.Fatalf("%s\nmerged:\n%s\nmakes\n%s%s\nnot\n%s", d, long, output(t, got), shown(got.Diagnostics), want)
		}
	})
}

// One mistake in a spec or in its overlay is found at its line in validate, which
// checks every environment, and at no other place.
func FuzzOverlayMistake(f *testing.F) {
	random(f, 120, func(t *testing.T, dir string, r *rand.Rand) {
		d := overlaid(t, dir, r)
		validate := func(text []byte) diag.List {
			opts := options(dir, text, "")
			opts.Format, opts.LookupEnv, opts.AllEnvironments = nil, nil, true
			return slices.DeleteFunc(runWith(t, opts).Diagnostics, func(d diag.Diagnostic) bool {
				return d.Severity != diag.Error || d.Code == diag.CodeOpenAPI // which alone is asked of a spec with mistakes
			})
		}
		if len(validate(d.YAML(nil))) > 0 {
			t.Skip("the spec is not right in each environment")
		}
		what, at := d.Break(r)
		if at == nil || what == "a null" && strings.HasPrefix(at.Path(), "overlays.prod.") {
			t.Skip("nothing is broken")
		}
		text := d.YAML(r)
		if errors := validate(text); len(errors) == 0 || len(errors) > 3 || errors[0].Line != at.Line() {
			t.Fatalf("%s at %s, line %d of:\n%s\nis reported as:\n%s", what, at.Path(), at.Line(), text, shown(errors))
		}
	})
}
