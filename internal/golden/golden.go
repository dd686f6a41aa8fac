// Package golden reads the archives of testdata/golden, for tests.
package golden

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// Case is one archive: the text above its files says why it exists, and a line
// "$ jobgen …" in it gives the command, `jobgen build .` otherwise. The files
// are the input; stdout and stderr are what comes of it. An archive without
// input files runs at the root of the repository, on the examples.
type Case struct {
	Name  string // the path below testdata/golden, without its ending
	Path  string
	Text  []byte
	Args  []string
	Input []txtar.File
	Want  map[string]string // stdout and stderr
}

// Root returns the root of the repository.
func Root(t testing.TB) string {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	t.Fatalf("no go.mod above the test: %v", err)
	return ""
}

// Cases reads every archive.
func Cases(t testing.TB) []Case {
	top := filepath.Join(Root(t), "testdata", "golden")
	var cases []Case
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(top, path)
			cases = append(cases, read(t, strings.TrimSuffix(filepath.ToSlash(name), ".txtar"), path))
		}
		return err
	})
	if err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, error %v", len(cases), err)
	}
	return cases
}

func read(t testing.TB, name, path string) Case {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := Case{Name: name, Path: path, Text: archive.Comment, Args: command(string(archive.Comment)), Want: map[string]string{}}
	for _, f := range archive.Files {
		if f.Name == "stdout" || f.Name == "stderr" {
			c.Want[f.Name] = string(f.Data)
		} else {
			c.Input = append(c.Input, f)
		}
	}
	return c
}

func command(text string) []string {
	for line := range strings.Lines(text) {
		if args, ok := strings.CutPrefix(strings.TrimSpace(line), "$ jobgen "); ok {
			return strings.Fields(args)
		}
	}
	return []string{"build", "."}
}

// Dir returns the folder that the case runs in: a new one with its input, or
// the root of the repository.
func (c Case) Dir(t testing.TB) string {
	if len(c.Input) == 0 {
		return Root(t)
	}
	dir := t.TempDir()
	WriteFiles(t, dir, c.Input)
	return dir
}

// WriteFiles writes the files of an archive below dir.
func WriteFiles(t testing.TB, dir string, files []txtar.File) {
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

// Write replaces what the case wants.
func (c Case) Write(t testing.TB, stdout, stderr string) {
	archive := txtar.Archive{Comment: c.Text, Files: c.Input}
	for _, f := range []txtar.File{{Name: "stdout", Data: []byte(stdout)}, {Name: "stderr", Data: []byte(stderr)}} {
		if len(f.Data) > 0 {
			archive.Files = append(archive.Files, f)
		}
	}
	if err := os.WriteFile(c.Path, txtar.Format(&archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Documents returns every document of the case's input that can be read, as
// long as nothing is laid over it.
func (c Case) Documents(t testing.TB) []source.Document {
	var args []string
	for _, arg := range c.Args[1:] {
		if strings.HasPrefix(arg, "-") {
			return nil
		}
		args = append(args, arg)
	}
	inputs, _, err := source.Find(c.Dir(t), args)
	if err != nil {
		return nil
	}
	var all []source.Document
	for _, in := range inputs {
		_, docs, found, err := source.Read(in, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		if found.Count(diag.Error) == 0 {
			all = append(all, docs...)
		}
	}
	return all
}

// Generated holds a file, named from the root of the repository, against what it is
// generated as now, or writes it.
func Generated(t testing.TB, name string, text []byte, update bool) {
	t.Helper()
	file := filepath.Join(Root(t), filepath.FromSlash(name))
	if update {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if there, err := os.ReadFile(file); err != nil || !bytes.Equal(there, text) {
		t.Errorf("%s is out of date: `make generate` updates it (error %v)", name, err)
	}
}
