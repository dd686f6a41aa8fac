package build_test

import (
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// What random specs found.
func TestFound(t *testing.T) {
	const head = "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: x}\nspec:\n  image: x\n"
	for name, test := range map[string]struct{ spec, want string }{
		"a null beside its other name": {
			"  serviceAccount: a\n  serviceAccountName: null\n", `-:7:3: "serviceAccountName" has no value`},
		"a secret on the line of a mistake": {
			"  secrets: {s: {data: {A: {vlaue: hidden}}}}\n", `-:6:28: unknown field "vlaue" in spec.secrets.s.data.A`},
		"a secret under a misspelt field": {
			"  sercets: {s: {data: {A: {value: hidden}}}}\n", `-:6:3: unknown field "sercets" in spec`},
		"a secret in a list": {
			"  secrets: {s: {data: {A: {value: [hidden]}}}}\n", `-:6:28: "value" must be a text, not a list`},
	} {
		t.Run(name, func(t *testing.T) {
			var found []string
			ds := run(t, t.TempDir(), []byte(head+test.spec)).Diagnostics
			for _, d := range ds {
				found = append(found, d.Error())
			}
			if got := strings.Join(found, "\n"); got != test.want || strings.Contains(shown(ds), "hidden") {
				t.Errorf("got:\n%s", shown(ds))
			}
		})
	}
}

// The name of the main container is the Job's, unless it has one of its own.
func TestOriginOfContainerName(t *testing.T) {
	for _, test := range []struct {
		name string
		line int
	}{{"", 3}, {"  containerName: y\n", 5}} {
		text := "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: x}\nspec:\n" + test.name + "  image: x\n"
		_, docs, _ := source.ParseBytes("x.yaml", []byte(text), "/p", "/p", true)
		job, _ := spec.Check(docs[0], spec.Options{})
		objects := compile.Lower(job)
		path := spec.Path{"spec", "template", "spec", "containers", "0", "name"}
		if place, _ := job.Place(objects[0].Origin(path)); place.Line != test.line {
			t.Errorf("the name leads to %v, not to line %d of\n%s", place, test.line, text)
		}
	}
}
