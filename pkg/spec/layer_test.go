package spec_test

import (
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

func parse(t *testing.T, name, text string) []source.Document {
	t.Helper()
	_, docs, ds := source.ParseBytes(name, []byte(text), "/p", "/p", true)
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	return docs
}

// Each value knows the layer that set it, and stands in the file of that layer.
func TestLayer(t *testing.T) {
	project, ds := spec.LoadProject(parse(t, "jobgen.yaml", `apiVersion: jobgen.dev/v1alpha1
kind: Project
delivery: argocd
defaults: {spec: {backoffLimit: 1, parallelism: 1, env: {A: defaults}}}
overlays: {prod: {spec: {completions: 1, parallelism: 2, env: {B: project}}}}
`))
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	set, err := spec.ParseAssignment("spec.env.D=set")
	if err != nil {
		t.Fatal(err)
	}
	doc := parse(t, "job.yaml", `apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: a}
spec: {image: "b:1", args: [x], env: {A: spec, C: spec, D: spec}}
overlays: {prod: {spec: {image: {tag: "2"}, args+: [y], env: {C: overlay}}}}
`)[0]
	loaded, ds := spec.Load(doc, spec.Options{Project: project, Set: []spec.Assignment{set}})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	job, ds := loaded.Job("prod")
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	for path, want := range map[string]struct {
		layer spec.Layer
		file  string
	}{
		"metadata.name":         {spec.LayerSpec, "job.yaml"},
		"spec.restartPolicy":    {spec.LayerSchema, "job.yaml"},
		"spec.delivery":         {spec.LayerProject, "jobgen.yaml"},
		"spec.backoffLimit":     {spec.LayerProject, "jobgen.yaml"},
		"spec.completions":      {spec.LayerProjectOverlay, "jobgen.yaml"},
		"spec.parallelism":      {spec.LayerProjectOverlay, "jobgen.yaml"},
		"spec.image.repository": {spec.LayerSpec, "job.yaml"},
		"spec.image.tag":        {spec.LayerOverlay, "job.yaml"},
		"spec.args[0]":          {spec.LayerSpec, "job.yaml"},
		"spec.args[1]":          {spec.LayerOverlay, "job.yaml"},
		"spec.env.A.value":      {spec.LayerSpec, "job.yaml"},
		"spec.env.B.value":      {spec.LayerProjectOverlay, "jobgen.yaml"},
		"spec.env.C.value":      {spec.LayerOverlay, "job.yaml"},
		"spec.env.D.value":      {spec.LayerSet, "--set spec.env.D"},
	} {
		p, _ := spec.ParsePath(path)
		layer, ok := job.Layer(p)
		if place, _ := job.Place(p); !ok || layer != want.layer || place.File != want.file && layer != spec.LayerSchema { // which stands nowhere
			t.Errorf("%s is set by %v in %s, not by %v in %s", path, layer, place.File, want.layer, want.file)
		}
	}
	if layer, ok := job.Layer(spec.Path{"spec", "timeZone"}); ok {
		t.Errorf("timeZone, which is not there, is set by %v", layer)
	}
}

// An environment leaves the layers as they are, for the next one.
func TestEnvironmentsDoNotMeet(t *testing.T) {
	doc := parse(t, "job.yaml", `apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: a}
environments: [one, two, three]
spec: {image: "b:1", args: [x], env: {A: spec}}
overlays:
  one: {spec: {args+: [one], env: {A: null}}}
  two: {spec: {args+: [two], env: {A: two}}}
`)[0]
	loaded, _ := spec.Load(doc, spec.Options{})
	for range 2 {
		for env, want := range map[string]string{"one": "[x one]", "two": "[x two]", "three": "[x]"} {
			job, ds := loaded.Job(env)
			got := ""
			for _, arg := range job.Spec.Args {
				got += " " + arg
			}
			if got = "[" + got[1:] + "]"; got != want || len(ds) > 0 {
				t.Errorf("in %s the arguments are %s, not %s: %v", env, got, want, ds)
			}
		}
	}
	if loaded.In("four") || loaded.In("") || !loaded.In("three") || loaded.Varies("three") || !loaded.Varies("one") {
		t.Error("environments limits where the Job exists, and overlays say where it varies")
	}
}
