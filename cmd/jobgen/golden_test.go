package main

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what jobgen says now into testdata/golden")

// A golden is an archive: the text above the files says why the case exists;
// a line "$ jobgen …" in it gives the command, `jobgen build .` otherwise. The
// files are the input; stdout and stderr are what comes of it. An archive
// without input files runs at the root of the repository, on the examples.
func TestGolden(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join(root, "testdata", "golden")
	if *update {
		addExamples(t, root)
	}
	cases := 0
	err = filepath.WalkDir(golden, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		cases++
		name, _ := filepath.Rel(golden, path)
		t.Run(strings.TrimSuffix(filepath.ToSlash(name), ".txtar"), func(t *testing.T) { checkGolden(t, root, path) })
		return nil
	})
	if err != nil || cases == 0 {
		t.Fatalf("%d cases, error %v", cases, err)
	}
}

func checkGolden(t *testing.T, root, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := root
	want := map[string]string{}
	var input []txtar.File
	for _, f := range archive.Files {
		if f.Name == "stdout" || f.Name == "stderr" {
			want[f.Name] = string(f.Data)
			continue
		}
		input = append(input, f)
	}
	if len(input) > 0 {
		dir = t.TempDir()
		writeFiles(t, dir, input)
	}
	t.Chdir(dir)
	got := map[string]string{}
	var stdout, stderr bytes.Buffer
	status := run(command(string(archive.Comment)), world{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, lookupEnv: noEnv})
	got["stdout"], got["stderr"] = stdout.String(), stderr.String()
	if (status != exitDone) != (stdout.Len() == 0 && stderr.Len() > 0) {
		t.Errorf("status %d with %d bytes of output", status, stdout.Len())
	}
	if *update {
		archive.Files = input
		for _, name := range []string{"stdout", "stderr"} {
			if got[name] != "" {
				archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got[name])})
			}
		}
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, name := range []string{"stdout", "stderr"} {
		if got[name] != want[name] {
			t.Errorf("%s differs; `make golden` updates it.\ngot:\n%s\nwant:\n%s", name, got[name], want[name])
		}
	}
}

func noEnv(string) (string, bool) { return "", false }

func writeFiles(t *testing.T, dir string, files []txtar.File) {
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// command finds the command line in the text of an archive.
func command(text string) []string {
	for line := range strings.Lines(text) {
		if args, ok := strings.CutPrefix(strings.TrimSpace(line), "$ jobgen "); ok {
			return strings.Fields(args)
		}
	}
	return []string{"build", "."}
}

// examples lists the specs below examples/, slash-separated.
func examples(t *testing.T, root string) []string {
	var names []string
	err := filepath.WalkDir(filepath.Join(root, "examples"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.Contains(path, string(filepath.Separator)+"files"+string(filepath.Separator)) {
			if ext := filepath.Ext(path); ext == ".yaml" || ext == ".json" || ext == ".cue" {
				name, _ := filepath.Rel(root, path)
				names = append(names, filepath.ToSlash(name))
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
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range examples(t, root) {
		if _, err := os.Stat(exampleGolden(root, name)); err != nil {
			t.Errorf("%s has no golden: `make golden` adds it", name)
		}
	}
}
