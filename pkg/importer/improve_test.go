package importer

import (
	"bytes"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// found are the codes of what validate finds in specs.
func found(t *testing.T, text []byte) map[string]bool {
	t.Helper()
	result, err := build.Run(build.Options{
		Dir: t.TempDir(), Args: []string{"-"}, Stdin: bytes.NewReader(text), Lint: &build.Lint{}, Cluster: cluster.Options{Checks: cluster.Checks()},
	})
	if err != nil || result.Diagnostics.HasErrors() {
		t.Fatalf("%v: %v in\n%s", err, result.Diagnostics, text)
	}
	codes := map[string]bool{}
	for _, d := range result.Diagnostics {
		codes[d.Code] = true
	}
	return codes
}

// imported imports a text.
func imported(t *testing.T, text string, improve bool) *Result {
	t.Helper()
	result, err := Run(Options{Dir: t.TempDir(), Args: []string{"-"}, Stdin: strings.NewReader(text), Improve: improve})
	if err != nil || result.Diagnostics.HasErrors() || len(result.Specs) != 1 {
		t.Fatalf("error %v, %v of\n%s", err, result, text)
	}
	return result
}

// After --improve validate no longer finds what the rules that are mended found before,
// and a comment names each.
func TestEachRuleIsMended(t *testing.T) {
	pod := "{template: {spec: {restartPolicy: Never, containers: [{name: load, image: 'load:1'}]}}}"
	job := "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: load-}\nspec: " + pod
	cron := "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: load}\nspec: {schedule: '@daily', jobTemplate: {spec: " + pod + "}}"
	manifests := map[string]string{"JG002": job, "JG010": cron, "JG011": job, "JG036": cron, "JG065": job}
	for code := range mends {
		before, after := imported(t, manifests[code], false), imported(t, manifests[code], true)
		if !found(t, before.Specs[0].Text)[code] {
			t.Errorf("%s is not found in\n%s", code, before.Specs[0].Text)
		}
		if text := after.Specs[0].Text; found(t, text)[code] || !bytes.Contains(text, []byte("# "+code+" ")) {
			t.Errorf("%s is found, or not told of, in\n%s", code, text)
		}
	}
}

// settle imports the Job of a golden, and improves it.
func settle(t *testing.T, name string, with func(im *importing)) {
	t.Helper()
	for _, c := range golden.Cases(t) {
		if c.Name != name {
			continue
		}
		r := &run{result: &Result{}}
		file, docs, _ := source.ParseBytes("job.yaml", c.Input[0].Data, "/", "/", true)
		r.document(file, docs[0], true)
		err := apiserver.Under(validate.NewestMinor, func(server *apiserver.Server) {
			im := r.workload(server, r.objects[0], true)
			if im == nil {
				t.Fatal(r.result.Diagnostics)
			}
			im.ds = nil
			with(im)
		})
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("there is no golden %s", name)
}

// The edits that are told are all that differs from the manifest: the proof sees a field
// that no edit tells of, an edit that is told and not made, and one of another value.
func TestEditsAreTheOnlyDifference(t *testing.T) {
	for what, tamper := range map[string]func(im *importing){
		"a field of no edit":   func(im *importing) { lay(im.spec, true, spec.Path{"spec", "hostNetwork"}) },
		"an edit that is lost": func(im *importing) { im.edits = im.edits[1:] },
		"an edit not made":     func(im *importing) { take(im.spec, im.edits[0].changes[0].field...) },
		"another value":        func(im *importing) { im.edits[0].changes[0].value = "Replace" },
	} {
		settle(t, "import/improve", func(im *importing) {
			if len(im.edits) == 0 || im.edits[0].rule.Code != "JG036" {
				t.Fatalf("the edits are %v", im.edits)
			}
			im.prove(im.write())
			if len(im.ds) > 0 {
				t.Fatalf("before: %v", im.ds)
			}
			tamper(im)
			im.prove(im.write())
			if !im.ds.HasErrors() {
				t.Errorf("%s is not seen", what)
			}
		})
	}
}
