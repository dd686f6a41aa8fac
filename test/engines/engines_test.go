// Package engines compares what jobgen prints for a delivery with what the engine's own
// code makes of it: what arrives is what was typed.
package engines

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/fluxcd/pkg/envsubst"
	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/render"
)

var (
	cases = flag.Int("cases", 500, "how many random texts are tried")
	seed  = flag.Uint64("seed", 1, "of the random texts")
)

// words are what random texts are made of: all that one of the engines may read.
var words = []string{
	"$", "$$", "${", "}", "${A}", "$A", "${A:=b}", "${A/b/c}", "${A[0]}", "${@}", "$(A)", "\\", "\\$", "{{", "}}", "{{-", "-}}", "{", "{{/*", "*/}}",
	"{{`", "`}}", "`", `"`, "'", "%", "#", " # ", ": ", " ", "\n", "a", "- ", "é", "{{ .Values.a }}", "{{ end }}",
	`{{ "a" | upper }}`, `{{ env "HOME" }}`, "{{- fail `a` -}}",
}

// text returns a random text. It does not begin or end with a blank.
func text(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(8) {
		b.WriteString(words[r.IntN(len(words))])
	}
	return "." + b.String() + "."
}

// Each text arrives in the arguments, a variable and a ConfigMap as it was typed.
func TestWhatArrivesIsWhatWasTyped(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 0))
	for range *cases {
		typed := text(r)
		for _, engine := range []struct {
			delivery string
			run      func(t *testing.T, printed string) string
		}{{"flux", flux}, {"helm", helm}} {
			printed := printed(t, engine.delivery, typed, nil)
			if got := engine.run(t, printed); !arrives(t, got, typed) {
				t.Errorf("%s: %q arrives as\n%s", engine.delivery, typed, got)
			}
		}
	}
}

// J 7: of a variable that the spec declares the value arrives, of all else what was typed.
func TestDeclaredVariables(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 1))
	for range *cases {
		typed, want := "", ""
		for range 1 + r.IntN(3) {
			between := text(r)
			if strings.Contains(between, "${A}") || strings.Contains(between, "${A:=b}") {
				continue
			}
			variable := []string{"${V}", "${V:-b c}", "${V:=}", `${V:-"}`}[r.IntN(4)]
			typed, want = typed+between+variable, want+between+"replaced"
		}
		if got := flux(t, printed(t, "flux", typed, []string{"A", "V"})); !arrives(t, got, want) {
			t.Errorf("%q arrives as\n%s", typed, got)
		}
	}
}

// printed returns what jobgen prints of a spec with a text, which declares variables.
func printed(t *testing.T, delivery, typed string, variables []string) string {
	t.Helper()
	quoted, err := json.Marshal(typed)
	if err != nil {
		t.Fatal(err)
	}
	declared, err := json.Marshal(append([]string{}, variables...))
	if err != nil {
		t.Fatal(err)
	}
	spec := fmt.Sprintf(`{"apiVersion": "jobgen.dev/v1alpha1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"image": "b", "delivery": %q, "substitute": %s,
		"args": [%s], "configMaps": {"c": {"data": {"k": %s}}}, "envFrom": [{"configMap": "c"}]}}`, delivery, declared, quoted, quoted)
	format, _ := render.Lookup("yaml")
	result, err := build.Run(build.Options{Dir: t.TempDir(), Args: []string{"-"}, Stdin: strings.NewReader(spec), Format: &format})
	if err != nil || result.Diagnostics.HasErrors() {
		t.Fatalf("%s\nerror %v, %v", spec, err, result)
	}
	var b bytes.Buffer
	if err := result.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// flux does what kustomize-controller does to each object, with a variable that is set.
func flux(t *testing.T, printed string) string {
	t.Helper()
	objects := strings.Split(printed, "\n---\n")
	for i, object := range objects {
		if strings.Contains(object, "kustomize.toolkit.fluxcd.io/substitute: disabled") {
			continue
		}
		replaced, err := envsubst.Eval(object, func(string) (string, bool) { return "replaced", true })
		if err != nil {
			t.Errorf("Flux: %v in\n%s", err, object)
		}
		objects[i] = replaced
	}
	return strings.Join(objects, "\n---\n")
}

// helm executes the objects as a template of a chart, with the functions that templates have.
func helm(t *testing.T, printed string) string {
	t.Helper()
	parsed, err := template.New("job.yaml").Funcs(sprig.TxtFuncMap()).Parse(printed)
	if err != nil {
		t.Errorf("Helm: %v in\n%s", err, printed)
		return ""
	}
	var b strings.Builder
	if err := parsed.Execute(&b, map[string]any{"Values": map[string]any{"a": "replaced"}}); err != nil {
		t.Errorf("Helm: %v in\n%s", err, printed)
	}
	return b.String()
}

// arrives reports whether the objects have the text in both places.
func arrives(t *testing.T, objects, typed string) bool {
	t.Helper()
	var found []string
	for object := range strings.SplitSeq(objects, "\n---\n") {
		var o struct {
			Data map[string]string
			Spec struct {
				Template struct {
					Spec struct {
						Containers []struct{ Args []string }
					}
				}
			}
		}
		if err := yaml.Unmarshal([]byte(object), &o); err != nil {
			t.Errorf("%v in\n%s", err, object)
		}
		for _, c := range o.Spec.Template.Spec.Containers {
			found = append(found, c.Args...)
		}
		if value, there := o.Data["k"]; there {
			found = append(found, value)
		}
	}
	return slices.Equal(found, []string{typed, typed})
}
