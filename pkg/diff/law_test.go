package diff_test

import (
	"testing"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diff"
	"github.com/jobgen-dev/jobgen/pkg/layout"
)

// Nothing changes between what specs become and the tree that is rendered of them,
// and what is compared with nothing is all there: of all goldens that can be rendered.
func TestGoldensAndTheirTrees(t *testing.T) {
	held := 0
	for _, c := range golden.Cases(t) {
		if c.Args[0] != "build" || c.Want["stdout"] == "" || len(c.Input) == 0 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			dir := c.Dir(t)
			for _, at := range layout.Layouts() {
				state, tree := diff.State{}, rendered(t, dir, at)
				if tree == nil {
					return
				}
				opts := build.Options{Made: func(made build.Made) error { return state.Add(made, tree) }}
				state.Carry(run(t, dir, opts).Resources)
				nothing(t, at.Name, tree, state)
				all(t, state)
				held++
			}
		})
	}
	if held < 100 {
		t.Errorf("%d trees were compared", held)
	}
}

// rendered returns the state that a rendered tree holds, nil if none can be rendered.
func rendered(t *testing.T, dir string, at layout.Layout) diff.State {
	t.Helper()
	tree := layout.New(at, layout.Options{Read: func(string) []byte { return nil }, Valued: true})
	result := run(t, dir, build.Options{Made: tree.Add, LookupEnv: func(string) (string, bool) { return "value", true }})
	if err := tree.Carry(result.Resources); err != nil {
		t.Fatal(err)
	}
	files, ds, err := tree.Files()
	if err != nil {
		t.Fatal(err)
	}
	if result.Diagnostics.HasErrors() || ds.HasErrors() || result.Jobs == 0 {
		return nil
	}
	state, err := diff.Tree(files)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func run(t *testing.T, dir string, opts build.Options) *build.Result {
	t.Helper()
	opts.Dir, opts.Args, opts.AllEnvironments, opts.Secrets.Git = dir, []string{"."}, true, true
	result, err := build.Run(opts)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func nothing(t *testing.T, name string, before, now diff.State) {
	t.Helper()
	environments, err := diff.Environments(before, now, diff.Options{At: noon})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range environments {
		for _, c := range e.Changes {
			t.Errorf("%s, %s: %s %s %s\n%s", name, e.Name, c.Kind, c.Name, c.Words, c.Diff)
		}
	}
}

// all makes sure that each object is told of when it comes and when it goes.
func all(t *testing.T, state diff.State) {
	t.Helper()
	for name, objects := range state {
		for _, both := range [][2][]diff.Object{{nil, objects}, {objects, nil}} {
			changes, err := diff.Compare(both[0], both[1], diff.Options{At: noon})
			if err != nil || len(changes) != len(objects) {
				t.Errorf("%s: %d of %d objects are told of, error %v", name, len(changes), len(objects), err)
			}
		}
	}
}
