package source

import (
	"errors"
	"path/filepath"
	"testing"
)

// G 2: nothing inside a project leads a write out of it, and whoever names a place
// outside gets it.
func TestTarget(t *testing.T) {
	dir := tree(t, map[string]string{
		"p/.git/x": "", "p/a.yaml": "", "p/in.yaml": "-> a.yaml", "p/out.yaml": "-> ../q/b.yaml", "p/none.yaml": "-> ../q/none.yaml", "p/turn": "-> turn",
		"p/sub/jobgen.yaml": "", "p/sub/up.yaml": "-> ../a.yaml", "p/away": "-> ../q", "p/home": "-> sub", "q/b.yaml": "", "q/d/x": "",
		"q/link.yaml": "-> b.yaml", "q/far.yaml": "-> ../p/a.yaml", "q/there": "-> d", "q/p": "-> ../p",
	})
	outside := errors.New("any error")
	for name, want := range map[string]any{
		"a.yaml": "p/a.yaml", "new.yaml": "p/new.yaml", "new/deep/x.yaml": "p/new/deep/x.yaml", "in.yaml": "p/a.yaml", "home/x.yaml": "p/sub/x.yaml",
		"home": "p/sub", "sub/up.yaml": "p/a.yaml", ".": "p", "..": ".", "none.yaml": "p/none.yaml",
		"out.yaml": ErrOutside, "away": ErrOutside, "away/b.yaml": ErrOutside, "away/new/x.yaml": ErrOutside, "turn": outside,

		"../q/b.yaml": "q/b.yaml", "../q/new": "q/new", "../q/there": "q/d", "../q/link.yaml": "q/b.yaml", filepath.Join(dir, "q", "b.yaml"): "q/b.yaml",
		"../q/p/a.yaml": "p/a.yaml",
	} {
		got, err := (*Disk)(nil).Target(filepath.Join(dir, "p"), name)
		switch want := want.(type) {
		case string:
			if err != nil || got != filepath.Join(dir, filepath.FromSlash(want)) {
				t.Errorf("%s: %s, %v, want %s", name, got, err, want)
			}
		case error:
			if err == nil || want != outside && !errors.Is(err, want) {
				t.Errorf("%s: %s, %v, want an error", name, got, err)
			}
		}
	}
	if _, err := (*Disk)(nil).Target(filepath.Join(dir, "p", "sub"), "../../q/far.yaml"); !errors.Is(err, ErrOutside) {
		t.Errorf("a link from one place outside to another: %v", err)
	}
	if _, err := (*Disk)(nil).Target(dir, "p/out.yaml"); err != nil {
		t.Errorf("a link inside of the folder that is worked in: %v", err)
	}
}
