// Package importer turns Kubernetes manifests into specs, and proves that they mean
// the same: it builds each spec again and compares what comes of it with the manifest,
// both with the API server's defaults. What a spec cannot say is a diagnostic at the
// manifest's line.
package importer

import (
	"io"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// Options say what is imported.
type Options struct {
	Dir   string    // the folder that Args are relative to
	Args  []string  // files, folders, globs, "-"
	Stdin io.Reader // what "-" stands for
}

// Spec is one spec that was made.
type Spec struct {
	Name      string // metadata.name, or the start of it that generateName gives
	Namespace string // metadata.namespace, "" for none
	Text      []byte // the document in YAML
}

// Result is what an import found and made. The specs may only be used when Diagnostics
// has no errors.
type Result struct {
	Diagnostics diag.List // sorted
	Jobs        int       // Jobs and CronJobs that were read
	Specs       []Spec    // in the order of what they were made from
}

// Run reads all inputs and makes a spec of each Job and CronJob in them. What is wrong
// with them is in the diagnostics; the error is for inputs that cannot be read at all.
func Run(opts Options) (*Result, error) {
	inputs, ds, err := source.Find(opts.Dir, opts.Args)
	if err != nil {
		return nil, err
	}
	r := &run{result: &Result{Diagnostics: ds}}
	for _, in := range inputs {
		file, docs, found, err := source.Read(in, opts.Stdin)
		if err != nil {
			return nil, err
		}
		r.report(found...)
		for _, doc := range docs {
			r.document(file, doc, in.Named)
		}
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	if err := apiserver.Under(validate.NewestMinor, r.imports); err != nil {
		return nil, err
	}
	r.result.Diagnostics.Sort()
	return r.result, nil
}

// run is the state of one call of Run.
type run struct {
	result  *Result
	objects []*object
	// comments are those of the file that is read.
	comments map[int]*remarks
	file     *source.File
}

// remarks returns the comments of a file.
func (r *run) remarks(file *source.File) map[int]*remarks {
	if r.file != file {
		r.file, r.comments = file, remarksOf(file)
	}
	return r.comments
}

func (r *run) report(ds ...diag.Diagnostic) {
	r.result.Diagnostics = append(r.result.Diagnostics, ds...)
}

// imports makes the specs, and says of each other object why it was left alone.
func (r *run) imports(server *apiserver.Server) {
	for _, o := range r.objects {
		if o.isWorkload() && !o.refused {
			r.workload(server, o)
		}
	}
	for _, o := range r.objects {
		if !o.isWorkload() && !o.taken && !o.refused {
			r.report(o.leftAlone())
		}
	}
}

// workload makes the spec of a Job or CronJob. Objects around it that turn out not to
// be what the spec would make are left alone, and it is tried without them.
func (r *run) workload(server *apiserver.Server, o *object) {
	if err := o.defaults(server); err != nil {
		r.report(o.diagnostic(nil, diag.Error, err.Error(), ""))
		return
	}
	whole := false
	for {
		im := newImporting(r, server, o, whole)
		text, ds := im.make()
		if im.left {
			continue
		}
		// Where the language wants a field that the server has a default for, it is
		// there with all the others.
		if ds.HasErrors() && !whole {
			whole = true
			continue
		}
		r.report(ds...)
		for _, b := range im.beside {
			b.taken = true
		}
		if !ds.HasErrors() {
			r.result.Specs = append(r.result.Specs, Spec{Name: o.baseName(), Namespace: o.namespace(), Text: text})
		}
		return
	}
}

// origin says that a field of the spec was made from a place of an object.
type origin struct {
	field  spec.Path
	object *object
	at     spec.Path
}
