// Package build runs the whole compiler: inputs in, objects or diagnostics out.
package build

import (
	"io"
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// Options say what is built and how.
type Options struct {
	Dir    string    // the folder that Args are relative to
	Args   []string  // files, folders, globs, "-"
	Stdin  io.Reader // what "-" stands for
	Set    []spec.Assignment
	Format *render.Format // nil: check only, and encode nothing
	// LookupEnv finds the environment variables that secrets name; nil where no
	// output carries secret values.
	LookupEnv func(name string) (string, bool)
	// Minors are the Kubernetes minors that must take the objects; nil are those
	// of the project, or else the newest alone.
	Minors []string
	// Environment is the one that is built; "" is none. AllEnvironments checks
	// every one, and encodes nothing.
	Environment     string
	AllEnvironments bool
	// Progress, if not nil, is told after each file how many are done.
	Progress func(done, total int)
}

// Result is what a run found and made. Its output may only be used when
// Diagnostics has no errors.
type Result struct {
	Diagnostics diag.List // sorted
	Jobs        int       // specs that were read
	Files       int       // files that were read
	// Elsewhere are the environments of the specs that were left out, because
	// they do not exist in the one that was built.
	Elsewhere []string

	format  *render.Format
	objects []*made
}

// Objects returns how many objects were made.
func (r *Result) Objects() int { return len(r.objects) }

// Write writes the objects in the format of the options, in the order of
// compile.Key.
func (r *Result) Write(w io.Writer) error {
	slices.SortStableFunc(r.objects, func(a, b *made) int { return a.key.Compare(b.key) })
	encoded := make([][]byte, len(r.objects))
	for i, o := range r.objects {
		encoded[i] = o.encoded
	}
	return r.format.Join(w, encoded)
}

// Run reads, checks and lowers all inputs. What is wrong with them is in the
// diagnostics; the error is for inputs that cannot be read at all. Files are
// handled one after the other, so that memory holds one of them and the
// encoded output.
func Run(opts Options) (*Result, error) {
	s := &session{opts: opts, projects: newProjects(opts.Dir), result: &Result{format: opts.Format}}
	inputs, ds, err := source.FindExcept(opts.Dir, opts.Args, s.projects.ignored)
	if err != nil {
		return nil, err
	}
	if s.projects.err != nil {
		return nil, s.projects.err
	}
	s.result.Diagnostics = ds
	if err := s.start(inputs); err != nil {
		return nil, err
	}
	for i, in := range inputs {
		if err := s.input(in); err != nil {
			return nil, err
		}
		if opts.Progress != nil {
			opts.Progress(i+1, len(inputs))
		}
	}
	s.finish()
	s.result.Diagnostics.Sort()
	return s.result, nil
}

// run is what is made in one environment.
type run struct {
	opts     Options
	env      string
	result   *Result
	seen     map[compile.Key]*made
	policies []policy
	pods     map[podGroup][]pods
	lost     []spec.Reference // references to nothing seen so far
}

func newRun(opts Options, env string) *run {
	return &run{opts: opts, env: env, result: &Result{format: opts.Format}, seen: map[compile.Key]*made{}, pods: map[podGroup][]pods{}}
}

// enter compares the objects of a Job with those seen so far, and keeps them.
func (r *run) enter(job *spec.Job, objects []compile.Object) (diag.List, error) {
	var ds diag.List
	for _, object := range objects {
		clash, err := r.claim(object)
		if err != nil {
			return nil, err
		}
		ds = append(ds, clash...)
	}
	r.note(job, objects)
	return ds, nil
}
