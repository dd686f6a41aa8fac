// Package build runs the whole compiler: inputs in, objects or diagnostics out.
package build

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// Options say what is built and how.
type Options struct {
	Dir   string    // the folder that Args are relative to
	Args  []string  // files, folders, globs, "-"
	Stdin io.Reader // what "-" stands for
	// Disk is where Args are looked for and read, and all that they refer to. Its notes
	// are of what the run depends on besides the options. Nil is one that notes nothing.
	Disk *source.Disk
	// Inputs are read before those that Args stand for. One without a Root is of the
	// project that Dir is in, and one without a Dir as if it stood there.
	Inputs []source.Input
	Set    []spec.Assignment
	Format *render.Format // nil: check only, and encode nothing
	// Origins says that each line of the output tells where its value comes from. The
	// Format is YAML.
	Origins bool
	// LookupEnv finds the environment variables that secrets name; nil where no
	// output carries secret values.
	LookupEnv func(name string) (string, bool)
	// Secrets says what stands for Secrets in the output; for files in git the
	// project says it.
	Secrets secret.Options
	// Made, if not nil, is given what each spec becomes, mistakes and all. Its error
	// ends the run.
	Made func(m Made) error
	// Environment is the one that is built; "" is none. AllEnvironments checks
	// every one, and encodes nothing.
	Environment     string
	AllEnvironments bool
	// Cluster says which clusters must take the objects, and what is checked of
	// that. Without Minors they are those of the project, or else the newest. A
	// spec that asks for a stricter Pod Security level has it.
	Cluster cluster.Options
	// Lint says which lint rules are run; nil: none.
	Lint *Lint
	// Manifests says that Kubernetes objects among the documents are checked too.
	// They become no output.
	Manifests bool
	// Strict makes an error of an object of a kind that there are no rules for.
	Strict bool
	// Progress, if not nil, is told after each file how many are done.
	Progress func(done, total int)
	// Stats, if not nil, counts what the stages take.
	Stats *Stats
}

// Made is what a spec becomes.
type Made struct {
	// Job and Base are the spec without an environment, and its objects under their
	// plain names. What environments give may be missing in them.
	Job          *spec.Job
	Base         []Object
	Environments []InEnvironment // those that it exists in, of the environments of the run
	Secrets      secret.Options  // what stands for its Secrets
	Minors       []string        // of Kubernetes that must take it, oldest first; nil is the newest
}

// InEnvironment is what a spec becomes in an environment.
type InEnvironment struct {
	Name    string
	Objects []Object // those that no earlier spec has made
}

// Object is an object that a spec becomes.
type Object struct {
	compile.Object
	JSON jsontree.Value // of its Value, as it is rendered
}

// StandIn returns the JSON of what stands for the object where Secrets are treated so,
// and whether anything does. The error is for a Secret that cannot be sealed.
func (o Object) StandIn(secrets secret.Options) (v jsontree.Value, stands bool, err error) {
	value, err := secret.Object(o.Object, secrets)
	if err != nil || value == nil {
		return jsontree.Value{}, false, err
	}
	if value == o.Value {
		return asTyped(o.Object, o.JSON), true, nil
	}
	v, err = render.Ordered(value)
	return v, true, err
}

// objectsOf makes the JSON of objects, which is made once for all that follows.
func objectsOf(lowered []compile.Object) ([]Object, error) {
	objects := make([]Object, len(lowered))
	for i, o := range lowered {
		v, err := render.Ordered(o.Value)
		if err != nil {
			return nil, fmt.Errorf("encoding the %s %s: %w", o.Kind, o.Meta.Name, err)
		}
		objects[i] = Object{o, v}
	}
	return objects, nil
}

// Lint says how the lint rules are run.
type Lint struct {
	Off map[string]bool // the codes of the rules that are not run
	Now time.Time       // what rules that name dates take for today; zero: they are not run
}

// Result is what a run found and made. Its output may only be used when
// Diagnostics has no errors.
type Result struct {
	Diagnostics diag.List // sorted
	Files       []string  // the files that were read, sorted
	Sources     []string  // those of them that objects come from, each once for each of its documents, sorted
	Jobs        int       // specs that were read
	Manifests   int       // objects in manifests that were checked
	// NotChecked counts the objects of kinds that there are no rules for, by
	// apiVersion and kind.
	NotChecked map[string]int
	// Elsewhere are the environments of the specs that were left out, because
	// they do not exist in the one that was built.
	Elsewhere []string

	// Environments are those that were built, "" for none.
	Environments []string

	// Resources are the objects that go along unchanged in every environment, sorted.
	Resources []Resource

	format  *render.Format
	stats   *Stats
	objects []*made
	carried []*made // what goes along with them
}

// Objects returns how many objects were made from specs.
func (r *Result) Objects() int { return len(r.objects) }

// Summary counts what was checked, and what was found.
func (r *Result) Summary() diag.Summary {
	return diag.Summary{
		Files: len(r.Files), Specs: r.Jobs, Manifests: r.Manifests, NotChecked: r.NotChecked,
		Errors: r.Diagnostics.Count(diag.Error), Warnings: r.Diagnostics.Count(diag.Warning), Notes: r.Diagnostics.Count(diag.Note),
	}
}

// Write writes the objects in the format of the options, in the order of
// compile.Key. Without a format nothing was encoded, and it returns an error.
func (r *Result) Write(w io.Writer) (err error) {
	r.stats.during(printing, func() { err = r.write(w) })
	return err
}

func (r *Result) write(w io.Writer) error {
	if r.format == nil {
		return errors.New("nothing was encoded: the build had no Format")
	}
	objects := slices.Concat(r.objects, r.carried)
	slices.SortStableFunc(objects, func(a, b *made) int { return a.key.Compare(b.key) })
	encoded := make([][]byte, 0, len(objects))
	for _, o := range objects {
		if o.encoded != nil {
			encoded = append(encoded, o.encoded)
		}
	}
	return r.format.Join(w, encoded)
}

// Run reads, checks and lowers all inputs. What is wrong with them is in the
// diagnostics; the error is for inputs that cannot be read at all. Several files are
// handled at a time and their results put together in order, so that memory holds a
// few of them and the encoded output.
func Run(opts Options) (*Result, error) {
	go cluster.Prepare(opts.Cluster) // while the first input is read and checked
	if opts.Disk == nil {
		opts.Disk = &source.Disk{}
	}
	s := &session{
		opts: opts, projects: newProjects(opts.Disk, opts.Dir), patches: patches{opts.Disk, map[string][]string{}},
		result: &Result{NotChecked: map[string]int{}, format: opts.Format, stats: opts.Stats},
	}
	inputs, ds, err := opts.Disk.FindExcept(opts.Dir, opts.Args, s.projects.ignored)
	if err == nil {
		err = s.projects.err
	}
	if err != nil {
		return nil, err
	}
	given, err := placed(opts)
	if err != nil {
		return nil, err
	}
	inputs = append(given, inputs...)
	s.result.Diagnostics = ds
	if err := s.start(inputs); err != nil {
		return nil, err
	}
	err = inOrder(len(inputs), s.workers(len(inputs)), func(i int) func() *prepared {
		return s.begin(inputs[i])
	}, func(i int, p *prepared) error {
		if err := s.enter(p); err != nil {
			return err
		}
		if opts.Progress != nil {
			opts.Progress(i+1, len(inputs))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.resources(); err != nil {
		return nil, err
	}
	s.finish()
	if opts.Stats != nil {
		opts.Stats.jobs = s.result.Jobs
	}
	s.result.Diagnostics.Sort()
	return s.result, nil
}

// placed returns the inputs of the options, each in a folder and a project. A text is
// then taken for the file of its name in the folder.
func placed(opts Options) ([]source.Input, error) {
	inputs := slices.Clone(opts.Inputs)
	for i := range inputs {
		in := &inputs[i]
		if in.Root == "" {
			here, _, err := source.Find(opts.Dir, []string{"-"})
			if err != nil {
				return nil, err
			}
			in.Dir, in.Root = cmp.Or(in.Dir, here[0].Dir), here[0].Root
		}
		in.Disk = cmp.Or(in.Disk, opts.Disk)
		if in.Path == "" {
			in.Path = filepath.Join(in.Dir, filepath.Base(in.Name))
		}
	}
	return inputs, nil
}

// run is what is made in one environment.
type run struct {
	opts   Options
	env    string
	result *Result
	scopes map[string]*scope // by project root; see scope
}

func newRun(opts Options, env string) *run {
	return &run{opts: opts, env: env, result: &Result{format: opts.Format}, scopes: map[string]*scope{}}
}

// scope is what one cluster may hold at the same time, so that names in it must differ.
type scope struct {
	// loose says that nothing says that the specs are for one cluster: they are merely
	// checked, and no project file joins them. A folder of examples is such.
	loose    bool
	seen     map[compile.Key]*made
	policies []policy
	pods     map[podGroup][]pods
	lost     []spec.Reference // references to nothing seen so far
}

// scope returns that of a project. What is made goes to one cluster, whatever projects it
// comes from; what is validated may be any part of a repository.
func (r *run) scope(p *project) *scope {
	root := ""
	if r.opts.Manifests {
		root = p.root
	}
	s := r.scopes[root]
	if s == nil {
		s = &scope{loose: r.opts.Manifests && p.Project == nil, seen: map[compile.Key]*made{}, pods: map[podGroup][]pods{}}
		r.scopes[root] = s
	}
	return s
}

// enter compares the objects of a Job with those seen so far, and keeps them. It
// returns those that are new.
func (r *run) enter(s *scope, job *spec.Job, objects []Object, outputs []output) ([]Object, diag.List, error) {
	var fresh []Object
	var ds diag.List
	for i, object := range objects {
		made, clash, err := s.claim(object.Object, outputs[i])
		if err != nil {
			return nil, nil, err
		}
		if made != nil {
			r.result.objects = append(r.result.objects, made)
			fresh = append(fresh, object)
		}
		ds = append(ds, clash...)
	}
	s.note(job, objects)
	return fresh, ds, nil
}
