package main

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/jobgen-dev/jobgen/internal/golden"
)

var update = flag.Bool("update", false, "write what jobgen says now into testdata/golden")

// TestGolden runs every archive of testdata/golden.
func TestGolden(t *testing.T) {
	if *update {
		addExamples(t, golden.Root(t))
	}
	for _, c := range golden.Cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			stdout, stderr, status := runCase(t, c, c.Args)
			// What validate finds is its output.
			if c.Args[0] == "build" && (status != exitDone) != (stdout == "" && stderr != "") {
				t.Errorf("status %d with %d bytes of output", status, len(stdout))
			}
			if *update {
				c.Write(t, stdout, stderr)
				return
			}
			for name, got := range map[string]string{"stdout": stdout, "stderr": stderr} {
				if got != c.Want[name] {
					t.Errorf("`make golden` updates it:\n%s", diff.Diff("want "+name, []byte(c.Want[name]), "got "+name, []byte(got)))
				}
			}
		})
	}
}

// runCase runs a command line on the input of a case.
func runCase(t *testing.T, c golden.Case, args []string) (stdout, stderr string, status int) {
	t.Chdir(c.Dir(t))
	var out, diagnostics bytes.Buffer
	status = run(args, world{stdin: strings.NewReader(""), stdout: &out, stderr: &diagnostics, lookupEnv: noEnv})
	return out.String(), diagnostics.String(), status
}

func noEnv(string) (string, bool) { return "", false }

func writeFiles(t *testing.T, dir string, files []txtar.File) { golden.WriteFiles(t, dir, files) }

// examples lists the specs below examples/, slash-separated. Project files,
// policies, and what applies rendered trees, are no specs.
func examples(t *testing.T, root string) []string {
	var names []string
	err := filepath.WalkDir(filepath.Join(root, "examples"), func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		if name = filepath.ToSlash(name); err == nil && !d.IsDir() && !strings.Contains(name, "/files/") {
			isSpec := filepath.Base(path) != "jobgen.yaml" && !slices.Contains([]string{"policy", "argocd", "flux"}, filepath.Base(filepath.Dir(path)))
			if ext := filepath.Ext(path); isSpec && (ext == ".yaml" || ext == ".json" || ext == ".cue") {
				names = append(names, name)
			}
		}
		return err
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("examples: %d found, error %v", len(names), err)
	}
	return names
}

func exampleGolden(root, example string) string {
	name := strings.TrimPrefix(example, "examples/")
	return filepath.Join(root, "testdata", "golden", "examples", filepath.FromSlash(strings.TrimSuffix(name, filepath.Ext(name))+".txtar"))
}

// addExamples makes a golden for every example that has none.
func addExamples(t *testing.T, root string) {
	for _, name := range examples(t, root) {
		path := exampleGolden(root, name)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		text := "The example " + name + ".\n\n$ jobgen build " + name + "\n\n"
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryExampleHasAGolden(t *testing.T) {
	root := golden.Root(t)
	for _, name := range examples(t, root) {
		if _, err := os.Stat(exampleGolden(root, name)); err != nil {
			t.Errorf("%s has no golden: `make golden` adds it", name)
		}
	}
}
