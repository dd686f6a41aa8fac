// Package layout arranges what specs become into the files of a tree: a kustomize
// base and overlays, or one plain tree for each environment.
package layout

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"sync"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/kustomize"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/tree"
)

// Layout is one way of arranging files.
type Layout struct {
	Name        string
	Description string // one line for the help text
	arrange     func(t *Tree, made build.Made, folder string) error
	carry       func(t *Tree, resources []build.Resource) error
	finish      func(t *Tree) (diag.List, error)
}

// Kustomize is the name of the layout that kustomize builds.
const Kustomize = "kustomize"

// layouts has one row for each layout, the default first.
var layouts = []Layout{
	{Kustomize, "base/JOB, and overlays/ENVIRONMENT/JOB that kustomize builds", (*Tree).kustomize, (*Tree).kustomizeResources, (*Tree).overlays},
	{"flat", "ENVIRONMENT/, with numbered files that kubectl apply -f takes in order", (*Tree).flat, (*Tree).flatResources, nil},
}

// Layouts returns all layouts, the default first.
func Layouts() []Layout { return slices.Clone(layouts) }

// DefaultEnvironment is the name of the one environment of a project without any.
const DefaultEnvironment = "default"

// Options say what a tree is made with.
type Options struct {
	// Read returns the content of a file that stands in the tree so far, nil if there
	// is none.
	Read func(name string) []byte
	// Valued says that Secrets come with their values. Without them a Secret that is
	// not sealed yet cannot be: see NeedsValues.
	Valued bool
	// Reseal reports whether a Secret is sealed anew, though it stands in the tree; nil
	// for none.
	Reseal func(name string) bool
}

// Tree gathers the files of a tree.
type Tree struct {
	layout Layout
	opts   Options
	files  []tree.File
	wanted map[string][]*jsontree.Value // the objects of each environment
	taken  map[string]bool              // the names of folders in use
	jobs   map[string][]string          // the folders of the Jobs in an environment
	needs  bool

	pending []job    // whose base and overlays are still to be made
	carried []object // what goes along with them in each environment, for kustomize
	index   func() index
}

// New returns an empty tree.
func New(layout Layout, opts Options) *Tree {
	t := &Tree{layout: layout, opts: opts, wanted: map[string][]*jsontree.Value{}, taken: map[string]bool{}, jobs: map[string][]string{}}
	t.index = sync.OnceValue(t.makeIndex)
	return t
}

// NeedsValues reports whether a Secret has to be sealed whose values are not known. The
// tree must then be made again, with them.
func (t *Tree) NeedsValues() bool { return t.needs }

// Environments returns the names of the environments in the tree, sorted.
func (t *Tree) Environments() []string { return slices.Sorted(maps.Keys(t.wanted)) }

// Objects returns what the specs become in an environment, which is what the files of
// it are to build to.
func (t *Tree) Objects(environment string) []map[string]any {
	objects := make([]map[string]any, len(t.wanted[environment]))
	for i, v := range t.wanted[environment] {
		objects[i] = v.Map()
	}
	return objects
}

// want notes objects of an environment.
func (t *Tree) want(environment string, objects []object) {
	t.wanted[environment] = slices.Grow(t.wanted[environment], len(objects)) // there, also without objects
	for _, o := range objects {
		t.wanted[environment] = append(t.wanted[environment], o.value)
	}
}

// Add adds what a spec becomes. Specs must be added in the order of their files.
func (t *Tree) Add(made build.Made) error {
	for i, e := range made.Environments {
		made.Environments[i].Name = cmp.Or(e.Name, DefaultEnvironment)
	}
	return t.layout.arrange(t, made, t.folder(made.Job))
}

// Keep keeps environments that are in the tree as it is, and that no spec is in any more.
// In a kustomize tree each stays as an overlay that builds to nothing: what applies it
// removes the objects, and would fail on a folder that is gone.
func (t *Tree) Keep(environments []string) {
	for _, name := range environments {
		t.want(name, nil)
	}
}

// Carry adds what goes along with the specs, to every environment that one of them is
// in. It must be called once, when all specs are added. The error says what cannot stand in the tree.
func (t *Tree) Carry(resources []build.Resource) error {
	if len(resources) == 0 {
		return nil
	}
	return t.layout.carry(t, resources)
}

// Files returns the files of the tree, and says what cannot stand in it.
func (t *Tree) Files() (files []tree.File, ds diag.List, err error) {
	if t.layout.finish != nil {
		if ds, err = t.layout.finish(t); err != nil {
			return nil, nil, err
		}
	}
	return t.files, ds, nil
}

// unfit returns what says that a Job cannot stand in a tree. It keeps nothing of the
// Job in memory.
func unfit(job *spec.Job) func(why error) diag.List {
	at, hint := spec.Path{"metadata"}, ""
	if job.Metadata.Name == "" && job.Metadata.GenerateName != "" {
		at, hint = at.With("generateName"), "write `name: NAME`; or leave the file out, with ignore in the project file, or write plain files with --layout flat"
	}
	place, reported := job.Place(at)
	place = place.Detached()
	return func(why error) diag.List {
		if reported {
			return nil
		}
		return diag.List{{Code: diag.CodeTree, Place: place, Message: "a tree of files cannot have this: " + why.Error(), Hint: hint}}
	}
}

// folder returns the folder of a Job: its name, with more where another has that.
func (t *Tree) folder(job *spec.Job) string {
	name := kustomize.FileName(cmp.Or(job.Metadata.Name, job.Metadata.GenerateName))
	names := []string{name, name + "-" + kustomize.FileName(job.Metadata.Namespace)}
	for i := 2; ; i++ {
		for _, one := range names {
			if !t.taken[one] {
				t.taken[one] = true
				return one
			}
		}
		names = []string{fmt.Sprintf("%s-%d", name, i)}
	}
}

func (t *Tree) add(name string, content []byte) {
	t.files = append(t.files, tree.File{Path: name, Content: content})
}

// standIn returns what stands for an object in a file, and whether anything does.
// Sealed Secrets that stand in the tree stay as they are.
func (t *Tree) standIn(o build.Object, secrets secret.Options, file string) (v jsontree.Value, stands bool, err error) {
	if o.Kind != "Secret" || secrets.Mode != secret.Sealed {
		return o.StandIn(secrets)
	}
	if t.opts.Reseal == nil || !t.opts.Reseal(o.Plain) {
		kept := t.kept(file)
		secrets.Seal.Kept = func(compile.Object) *secret.SealedSecret { return kept }
	}
	if !t.opts.Valued && !secrets.Seal.Keeps(o.Object) {
		t.needs = true
		return jsontree.Value{}, false, nil
	}
	return o.StandIn(secrets)
}

// kept returns the SealedSecret in a file of the tree, nil if there is none.
func (t *Tree) kept(file string) *secret.SealedSecret {
	text := t.opts.Read(file)
	if text == nil {
		return nil
	}
	sealed := &secret.SealedSecret{}
	if yaml.Unmarshal(text, sealed) != nil || sealed.Kind != "SealedSecret" {
		return nil
	}
	return sealed
}

func overlayFolder(environment, job string) string { return path.Join("overlays", environment, job) }
