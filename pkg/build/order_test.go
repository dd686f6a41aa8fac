package build_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/render"
)

// TestWorkers makes sure that what several workers make of the inputs of all
// goldens, right ones and wrong ones, is what one makes of them.
func TestWorkers(t *testing.T) {
	dir := t.TempDir()
	for i, c := range golden.Cases(t) {
		for _, file := range c.Input {
			if strings.Contains(c.Name, "project") || strings.HasPrefix(filepath.Base(file.Name), ".") {
				continue
			}
			path := filepath.Join(dir, fmt.Sprintf("%03d", i), filepath.FromSlash(file.Name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, file.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	project := "apiVersion: jobgen.dev/v1alpha1\nkind: Project\npolicy: [\"policy.cue\"]\n" +
		"defaults: {metadata: {labels: {a: b}}, spec: {terminationGracePeriodSeconds: 5}}\n" +
		"overlays:\n  dev: {spec: {backoffLimit: 0}}\n  prod: {metadata: {labels: {tier: prod}}, spec: {env: {LEVEL: warn}}}\n"
	for name, text := range map[string]string{"jobgen.yaml": project, "policy.cue": "metadata: name: !~\"x$\"\nspec: image!: _\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	format, _ := render.Lookup("yaml")
	run := func(workers int) (string, *build.Result) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
		result, err := build.Run(build.Options{Dir: dir, Args: []string{"."}, Format: &format, Manifests: true, Lint: &build.Lint{}, AllEnvironments: true})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := result.Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.String(), result
	}
	alone, want := run(1)
	if len(want.Diagnostics) < 100 || want.Objects() < 100 {
		t.Fatalf("%d diagnostics and %d objects are too few to show anything", len(want.Diagnostics), want.Objects())
	}
	for range 2 {
		text, got := run(4)
		if text != alone {
			t.Error("the outputs differ")
		}
		if !reflect.DeepEqual(got.Diagnostics, want.Diagnostics) || !reflect.DeepEqual(got.Summary(), want.Summary()) {
			t.Errorf("what is said differs:\n%v\n%v", got.Summary(), want.Summary())
		}
	}
}
