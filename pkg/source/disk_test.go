package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each kind of question gets another answer when what it was about changes, and the
// same one when nothing does.
func TestSame(t *testing.T) {
	for name, test := range map[string]struct {
		ask    func(d *Disk, dir string)
		change func(dir string) error
	}{
		"content": {
			func(d *Disk, dir string) { _, _ = d.ReadFile(filepath.Join(dir, "a")) },
			func(dir string) error { return os.WriteFile(filepath.Join(dir, "a"), []byte("other"), 0o644) },
		},
		"no file": {
			func(d *Disk, dir string) { _, _ = d.ReadFile(filepath.Join(dir, "new")) },
			func(dir string) error { return os.WriteFile(filepath.Join(dir, "new"), nil, 0o644) },
		},
		"size": {
			func(d *Disk, dir string) { _, _ = d.Stat(filepath.Join(dir, "a")) },
			func(dir string) error { return os.WriteFile(filepath.Join(dir, "a"), nil, 0o644) },
		},
		"kind": {
			func(d *Disk, dir string) { _, _ = d.Stat(filepath.Join(dir, "link")) },
			func(dir string) error { return os.Remove(filepath.Join(dir, "a")) },
		},
		"entry": {
			func(d *Disk, dir string) { _, _ = d.Lstat(filepath.Join(dir, ".git")) },
			func(dir string) error { return os.Mkdir(filepath.Join(dir, ".git"), 0o755) },
		},
		"names": {
			func(d *Disk, dir string) { _, _ = d.ReadDir(dir) },
			func(dir string) error { return os.Rename(filepath.Join(dir, "a"), filepath.Join(dir, "b")) },
		},
		"target": {
			func(d *Disk, dir string) { _, _ = d.EvalSymlinks(filepath.Join(dir, "link")) },
			func(dir string) error {
				link := filepath.Join(dir, "link")
				_ = os.Remove(link)
				return os.Symlink("sub", link)
			},
		},
		"glob": {
			func(d *Disk, dir string) { _, _ = d.ResolveGlob(dir, dir, "**/*.txt") },
			func(dir string) error { return os.WriteFile(filepath.Join(dir, "sub", "x.txt"), nil, 0o644) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, map[string]string{"a": "text", "link": "-> a", "sub/y.dat": ""})
			d := NewDisk()
			test.ask(d, dir)
			notes, all := d.Notes()
			if !all || len(notes) == 0 || !Same(notes) {
				t.Fatalf("nothing has changed, and of %v, all: %v, it is said that something did", notes, all)
			}
			if err := test.change(dir); err != nil {
				t.Fatal(err)
			}
			if Same(notes) {
				t.Errorf("what was asked about has changed, and nothing of %v tells", notes)
			}
		})
	}
}

// What was read and cannot be noted is said not to be.
func TestNotNoted(t *testing.T) {
	for name, read := range map[string]func(d *Disk, dir string){
		"a file that changes meanwhile": func(d *Disk, dir string) {
			_, _ = d.ReadFile(filepath.Join(dir, "a"))
			_ = os.WriteFile(filepath.Join(dir, "a"), nil, 0o644)
			_, _ = d.ReadFile(filepath.Join(dir, "a"))
		},
		"a CUE package": func(d *Disk, dir string) {
			path := filepath.Join(dir, "x.cue")
			_, _, _, _ = Read(Input{Name: "x.cue", Path: path, Dir: dir, Root: dir, Disk: d}, nil)
		},
		"a CUE package of a policy": func(d *Disk, dir string) {
			_, _, _ = ReadConstraint(Input{Name: "x.cue", Path: filepath.Join(dir, "x.cue"), Dir: dir, Root: dir, Disk: d})
		},
		"a Secret": func(d *Disk, dir string) {
			path := filepath.Join(dir, "s.yaml")
			_, _, _, _ = Read(Input{Name: "s.yaml", Path: path, Dir: dir, Root: dir, Disk: d}, nil)
		},
		"a name that is no text": func(d *Disk, dir string) { _, _ = d.Stat(filepath.Join(dir, "\xff")) },
		"a device":               func(d *Disk, _ string) { _, _ = d.ReadFile(os.DevNull) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, map[string]string{
				"a": "text", "cue.mod/module.cue": "module: \"acme.example/jobs\"\nlanguage: version: \"v0.12.0\"\n",
				"x.cue": "import \"acme.example/jobs/p\"\nx: p.x\n", "p/p.cue": "package p\nx: 1\n",
				"s.yaml": "{kind: Secret, data: {a: MQ==}}",
			})
			d := NewDisk()
			read(d, dir)
			if _, all := d.Notes(); all {
				t.Error("it is said that all was noted")
			}
		})
	}
}

// doors are the files that may ask the system for files, and why.
var doors = map[string]string{
	"pkg/source/disk.go":       "all that is read of a project",
	"pkg/tree/disk.go":         "a rendered tree, below an os.Root",
	"pkg/revision/revision.go": "a folder of its own, and git",
	"cmd/jobgen/file.go":       "what commands write, and this program itself",
}

// A Disk knows what a run depends on, and keeps it inside the project, only if nothing
// goes past it (G 2).
func TestAllGoesThroughTheDisk(t *testing.T) {
	past := map[string]string{
		"os": "Open OpenFile OpenInRoot OpenRoot ReadFile ReadDir Stat Lstat Readlink DirFS Create CreateTemp WriteFile Mkdir MkdirAll MkdirTemp " +
			"Remove RemoveAll Rename Link Symlink Truncate Chmod Chtimes Chown Chdir CopyFS",
		"filepath": "EvalSymlinks Glob Walk WalkDir", "exec": "Command CommandContext", "ioutil": "ReadFile ReadDir", "syscall": "Open",
	}
	var opened []string
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		rel := strings.TrimPrefix(filepath.ToSlash(name), "../../")
		code := strings.HasPrefix(rel, "pkg/") || strings.HasPrefix(rel, "cmd/")
		if err != nil || !code || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(filepath.Dir(name), "test") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, _ := n.(*ast.SelectorExpr)
			if call == nil {
				return true
			}
			from, _ := call.X.(*ast.Ident)
			if from == nil || !strings.Contains(" "+past[from.Name]+" ", " "+call.Sel.Name+" ") {
				return true
			}
			if opened = append(opened, rel); doors[rel] == "" {
				t.Errorf("%s calls %s.%s, and is not a door: %v", rel, from.Name, call.Sel.Name, doors)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for door := range doors {
		if !slices.Contains(opened, door) {
			t.Errorf("%s is said to be a door, and opens nothing", door)
		}
	}
}
