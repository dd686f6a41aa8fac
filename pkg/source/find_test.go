package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// names writes what Find found: the names, with a star for those named.
func names(inputs []Input) string {
	var all []string
	for _, in := range inputs {
		if in.Named {
			in.Name += "*"
		}
		all = append(all, in.Name)
	}
	return strings.Join(all, " ")
}

// A 1: what a file is, its ending says, in capitals too.
func TestFind(t *testing.T) {
	dir := tree(t, map[string]string{
		"jobgen.yaml": "", "a.yaml": "", "b.yml": "", "c.json": "", "d.cue": "", "README.md": "",
		"sub/e.yaml": "", "sub/deep/f.yaml": "", "sub/jobgen.cue": "",
		".hidden/g.yaml": "", ".h.yaml": "", "cue.mod/module.cue": "", "x[1].yaml": "", "capitals/A.YAML": "", "capitals/b.Yml": "", "capitals/c.Json": "", "capitals/d.CUE": "",
		"sub/link.yaml": "-> ../a.yaml", "up": "-> .", "loop/self": "-> ../loop", "loop/i.yaml": "", "also": "-> sub",
	})
	tests := []struct{ args, want string }{
		{".", "a.yaml b.yml c.json capitals/A.YAML capitals/b.Yml capitals/c.Json capitals/d.CUE d.cue loop/i.yaml sub/deep/f.yaml sub/e.yaml x[1].yaml"},
		{"sub", "sub/deep/f.yaml sub/e.yaml"},
		{"sub/", "sub/deep/f.yaml sub/e.yaml"},
		{"a.yaml", "a.yaml*"},
		{"./a.yaml a.yaml sub/../a.yaml", "a.yaml*"},
		{". a.yaml", "a.yaml* b.yml c.json capitals/A.YAML capitals/b.Yml capitals/c.Json capitals/d.CUE d.cue loop/i.yaml sub/deep/f.yaml sub/e.yaml x[1].yaml"},
		{"*.yaml", "a.yaml x[1].yaml"},
		{"**/*.yaml", "a.yaml loop/i.yaml sub/deep/f.yaml sub/e.yaml x[1].yaml"},
		{"{b,c}.*", "b.yml c.json"},
		{"x[1].yaml", "x[1].yaml*"},
		{"s*", "sub/deep/f.yaml sub/e.yaml"},
		{"README.md", "README.md*"},
		{"a.yaml jobgen.yaml", "a.yaml*"},
		{"also", "also/deep/f.yaml also/e.yaml"},
		{"- a.yaml", "-* a.yaml*"},
		{"loop", "loop/i.yaml"},
		{"capitals", "capitals/A.YAML capitals/b.Yml capitals/c.Json capitals/d.CUE"},
	}
	for _, test := range tests {
		inputs, diags, err := Find(dir, strings.Fields(test.args))
		got := names(inputs)
		if strings.Contains(test.args, "sub") || strings.Contains(test.args, "also") || test.args == "s*" {
			// sub is a project of its own, which its link to a.yaml leaves.
			diags = nil
		}
		if err != nil || got != test.want {
			t.Errorf("%s: got %s, %v, want %s", test.args, got, err, test.want)
		}
		for _, d := range diags {
			if d.Code != "JG104" || d.File != "sub/link.yaml" || d.Line != 0 {
				t.Errorf("%s: %s", test.args, brief(diags))
			}
		}
	}
}

func TestFindRefuses(t *testing.T) {
	dir := tree(t, map[string]string{"a.txt": "", "empty/x.md": ""})
	for _, arg := range []string{"nope", "nope.yaml", "nope/", "*.yaml", "**/*.yml", "*.txt", "empty/*"} {
		if _, _, err := Find(dir, []string{arg}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), strings.TrimSuffix(arg, "/")) {
			t.Errorf("%s: %v", arg, err)
		}
	}
	for _, arg := range []string{"[", ""} {
		if _, _, err := Find(dir, []string{arg}); err == nil {
			t.Errorf("%q is accepted", arg)
		}
	}
	if inputs, diags, err := Find(dir, []string{"empty"}); len(inputs) > 0 || len(diags) > 0 || err != nil {
		t.Error(inputs, diags, err)
	}
}

func TestFindLinks(t *testing.T) {
	dir := tree(t, map[string]string{
		"p/jobgen.yaml": "", "p/good/a.yaml": "", "p/b.yaml": "-> good/a.yaml", "p/out.yaml": "-> ../q/c.yaml",
		"p/dangling.yaml": "-> nope.yaml", "p/loop.yaml": "-> loop.yaml", "p/folder": "-> ../q", "p/text": "-> nope", "q/c.yaml": "",
	})
	inputs, diags, err := Find(filepath.Join(dir, "p"), []string{"."})
	if err != nil || names(inputs) != "good/a.yaml" {
		t.Error(names(inputs), err)
	}
	want := "JG104 0:0 this link leads to a file that does not exist\n" +
		"JG105 0:0 this link to a folder outside the project is left alone\n" +
		"JG104 0:0 this link leads back to itself\n" +
		"JG104 0:0 this link leaves the project"
	if brief(diags) != want {
		t.Error(brief(diags))
	}
	inputs, diags, err = Find(dir, []string{"p/b.yaml", "p/loop.yaml"})
	if err != nil || names(inputs) != "p/b.yaml*" || len(diags) != 1 || inputs[0].Dir != filepath.Join(dir, "p", "good") {
		t.Error(inputs, brief(diags), err)
	}
}

func TestProjectRoots(t *testing.T) {
	dir := tree(t, map[string]string{
		"git/.git/HEAD": "", "git/a/x.yaml": "", "git/p/jobgen.yaml": "", "git/p/q/x.yaml": "", "plain/a/x.yaml": "",
	})
	for _, test := range []struct{ cwd, arg, want string }{
		{".", "git/a/x.yaml", "git"},
		{".", "git/p/q/x.yaml", "git/p"},
		{".", "plain/a/x.yaml", "."},
		{"plain", "a/x.yaml", "plain"},
		{"git", "../plain/a/x.yaml", "plain/a"},
		{"git/a", "-", "git"},
	} {
		inputs, _, err := Find(filepath.Join(dir, test.cwd), []string{test.arg})
		if err != nil || len(inputs) != 1 || inputs[0].Root != filepath.Join(dir, test.want) {
			t.Errorf("%v: %v %v", test, inputs, err)
		}
	}
}

// G 2: no path leads out of the project, or to where git keeps credentials.
func TestResolve(t *testing.T) {
	dir := tree(t, map[string]string{
		"p/jobs/x.yaml": "", "p/data/a.txt": "", "p/data/.dot": "", "p/data/sub/b.txt": "", "p/data/link.txt": "-> sub/b.txt",
		"p/out": "-> ../q", "p/out.txt": "-> ../q/c.txt", "p/loop": "-> loop", "q/c.txt": "", "p/inner": "-> data",
		"p/.git/config": "", "p/sub/.GIT/config": "", "p/module/.git": "", "p/config.txt": "-> .git/config", "p/kept": "-> .git", "p/.github/a.txt": "",
	})
	root, jobs := filepath.Join(dir, "p"), filepath.Join(dir, "p", "jobs")
	for _, test := range []struct {
		name, want string
		err        error
	}{
		{"x.yaml", "p/jobs/x.yaml", nil},
		{"../data/a.txt", "p/data/a.txt", nil},
		{"../data/link.txt", "p/data/sub/b.txt", nil},
		{"../inner/a.txt", "p/data/a.txt", nil},
		{"", "", ErrEmptyPath},
		{filepath.Join(root, "data/a.txt"), "", ErrAbsolutePath},
		{"../../q/c.txt", "", ErrOutside},
		{"../../q/nope", "", ErrOutside},
		{"../out/c.txt", "", ErrOutside},
		{"../out.txt", "", ErrOutside},
		{"../loop", "", ErrLoop},
		{"../nope", "", fs.ErrNotExist},
		{"../.git/config", "", ErrGit},
		{"../sub/.GIT/config", "", ErrGit},
		{"../module/.git", "", ErrGit},
		{"../config.txt", "", ErrGit},
		{"../kept/config", "", ErrGit},
		{"../data/../.git/config", "", ErrGit},
		{"../.github/a.txt", "p/.github/a.txt", nil},
		{"../data", "", ErrNotFile},
		{".", "", ErrNotFile},
	} {
		got, err := (*Disk)(nil).Resolve(root, jobs, test.name)
		if test.want != "" {
			test.want = filepath.Join(dir, test.want)
		}
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s: got %s, %v", test.name, got, err)
		}
	}
}

// A 6, G 2: each match that cannot be used is there, with its reason.
func TestResolveGlob(t *testing.T) {
	dir := tree(t, map[string]string{
		"p/jobs/x.yaml": "", "p/data/b.txt": "", "p/data/a.txt": "", "p/data/.dot": "", "p/data/.d/e.txt": "", "p/data/sub/b.txt": "",
		"p/data/link.txt": "-> sub/b.txt", "p/bad/out.txt": "-> ../../q/c.txt", "p/bad/turn.txt": "-> turn.txt", "p/bad/in.txt": "", "q/c.txt": "", "p/data/round": "-> .",
		"p/.git/config": "", "p/deep/.git/config": "", "p/link/config": "-> ../.git/config",
	})
	root, jobs := filepath.Join(dir, "p"), filepath.Join(dir, "p", "jobs")
	for _, test := range []struct {
		pattern, want string
		err           error
	}{
		{"../data/*", "../data/a.txt ../data/b.txt ../data/link.txt", nil},
		{"../data/**/*.txt", "../data/a.txt ../data/b.txt ../data/link.txt ../data/sub/b.txt", nil},
		{"../data/.*", "../data/.dot", nil},
		{"x.yaml", "x.yaml", nil},
		{"*", "x.yaml", nil},
		{"*.nope", "", nil},
		{"../nope/*", "", nil},
		{"../bad/*", "../bad/in.txt ../bad/out.txt ../bad/turn.txt", ErrOutside}, // A 6: all are there
		{"../bad/*", "../bad/in.txt ../bad/out.txt ../bad/turn.txt", ErrLoop},
		{"../.git/*", "", ErrGit},
		{"../*/.git/config", "../deep/.git/config", ErrGit},
		{"../link/*", "../link/config", ErrGit},
		{"../../q/*", "", ErrOutside},
		{"/etc/*", "", ErrAbsolutePath},
		{"/*", "", ErrAbsolutePath},
		{"[", "", ErrPattern},
	} {
		matches, err := (*Disk)(nil).ResolveGlob(root, jobs, test.pattern)
		var got []string
		for _, m := range matches {
			got, err = append(got, m.Name), errors.Join(err, m.Err)
		}
		if strings.Join(got, " ") != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s: got %v, %v", test.pattern, got, err)
		}
	}
}

func TestReadFile(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": "a: 1\n"})
	inputs, _, err := Find(dir, []string{"a.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	file, docs, diags, err := Read(inputs[0], nil)
	if err != nil || dumpAll(docs) != "{a: 1}" || len(diags) > 0 || file.Name != "a.yaml" || file.Dir != dir || file.Root != dir {
		t.Error(file, dumpAll(docs), brief(diags), err)
	}
	os.Remove(inputs[0].Path)
	if _, _, _, err := Read(inputs[0], nil); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
