// Package build runs the whole compiler: inputs in, objects or diagnostics out.
package build

import (
	"fmt"
	"io"
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/manifest"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
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
	// Cluster says which clusters must take the objects, and what is checked of
	// that. A spec that asks for a stricter Pod Security level has it.
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
}

// Lint says how the lint rules are run.
type Lint struct {
	Off map[string]bool // the codes of the rules that are not run
}

// Result is what a run found and made. Its output may only be used when
// Diagnostics has no errors.
type Result struct {
	Diagnostics diag.List // sorted
	Files       []string  // the files that were read, sorted
	Jobs        int       // specs that were read
	Manifests   int       // objects in manifests that were checked
	// NotChecked counts the objects of kinds that there are no rules for, by
	// apiVersion and kind.
	NotChecked map[string]int

	format  *render.Format
	objects []*made
}

// Objects returns how many objects were made.
func (r *Result) Objects() int { return len(r.objects) }

// Summary counts what was checked, and what was found.
func (r *Result) Summary() diag.Summary {
	return diag.Summary{
		Files: len(r.Files), Specs: r.Jobs, Manifests: r.Manifests, NotChecked: r.NotChecked,
		Errors: r.Diagnostics.Count(diag.Error), Warnings: r.Diagnostics.Count(diag.Warning), Notes: r.Diagnostics.Count(diag.Note),
	}
}

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
	inputs, ds, err := source.Find(opts.Dir, opts.Args)
	if err != nil {
		return nil, err
	}
	r := run{opts: opts, result: &Result{Diagnostics: ds, NotChecked: map[string]int{}, format: opts.Format}, seen: map[compile.Key]*made{}, pods: map[podGroup][]pods{}}
	for i, in := range inputs {
		if err := r.input(in); err != nil {
			return nil, err
		}
		if opts.Progress != nil {
			opts.Progress(i+1, len(inputs))
		}
	}
	r.finish()
	r.result.Diagnostics.Sort()
	return r.result, nil
}

// run is the state of one Run.
type run struct {
	opts     Options
	result   *Result
	seen     map[compile.Key]*made
	policies []policy
	pods     map[podGroup][]pods
	lost     []spec.Reference // references to nothing seen so far
}

func (r *run) input(in source.Input) error {
	file, docs, ds, err := source.Read(in, r.opts.Stdin)
	if err != nil {
		return err
	}
	r.result.Files = append(r.result.Files, in.Name)
	var manifests []manifest.Object
	for _, doc := range docs {
		if doc.Root == nil || !spec.IsSpec(doc) {
			if r.opts.Manifests {
				manifests = append(manifests, r.manifests(doc, in.Named)...)
			}
			continue
		}
		found, err := r.document(doc)
		if err != nil {
			return err
		}
		ds = append(ds, found...)
	}
	found, err := r.checkManifests(manifests)
	if err != nil {
		return err
	}
	ds = append(ds, found...)
	if r.opts.Lint != nil {
		ds = waive(file, ds, !ds.HasErrors())
	}
	file.Conceal(ds)
	r.result.Diagnostics = append(r.result.Diagnostics, ds...)
	return nil
}

// document runs one spec through every stage.
func (r *run) document(doc source.Document) (diag.List, error) {
	r.result.Jobs++
	if len(r.opts.Set) > 0 && r.result.Jobs > 1 {
		return nil, fmt.Errorf("--set goes with one spec alone, and there are several: name the file of the one that is meant")
	}
	job, ds := spec.Check(doc, spec.Options{Set: r.opts.Set, LookupEnv: r.opts.LookupEnv})
	if job == nil {
		return ds, nil
	}
	objects := deliver.Objects(job, compile.Lower(job))
	found, err := r.checkMade(job, objects, ds.HasErrors())
	if err != nil {
		return nil, err
	}
	ds = append(ds, found...)
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
