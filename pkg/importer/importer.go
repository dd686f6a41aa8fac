// Package importer turns Kubernetes manifests into specs, and proves that they mean
// the same: it builds each spec again and compares what comes of it with the manifest,
// both with the API server's defaults. What a spec cannot say is a diagnostic at the
// manifest's line.
package importer

import (
	"fmt"
	"io"
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/deliver"
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
	// Environments stand in place of Args where the manifests of several environments
	// become specs with overlays.
	Environments []Environment
	// Improve says that the specs are given what the lint rules ask for, where a
	// default is safe.
	Improve bool
}

// Environment says where the manifests of an environment are.
type Environment struct {
	Name string // a DNS label
	Arg  string // a file, folder, glob or "-"
}

// Spec is one spec that was made.
type Spec struct {
	Name      string // metadata.name, or the start of it that generateName gives
	Namespace string // metadata.namespace, "" for none; of several that of the first environment
	Kind      string // Job or CronJob; of several that of the first environment
	Text      []byte // the document in YAML
}

// Result is what an import found and made. The specs may only be used when Diagnostics
// has no errors.
type Result struct {
	Diagnostics diag.List     // sorted
	Jobs        int           // Jobs and CronJobs that were read
	Specs       []Spec        // in the order of what they were made from
	Edits       int           // what was added to the specs to improve them
	Left        int           // what the lint rules find, and nobody but a human can mend
	Empty       []Environment // those without a Job or CronJob
}

// Run reads all inputs and makes a spec of each Job and CronJob in them. What is wrong
// with them is in the diagnostics; the error is for inputs that cannot be read at all.
func Run(opts Options) (*Result, error) {
	result := &Result{}
	var runs []*run
	environments := opts.Environments
	if environments == nil {
		environments = []Environment{{}}
	}
	for _, env := range environments {
		args := opts.Args
		if env.Name != "" {
			args = []string{env.Arg}
		}
		r := &run{result: result, env: env.Name}
		if err := r.readAll(opts, args); err != nil {
			return nil, err
		}
		if r.jobs() == nil && env.Name != "" {
			result.Empty = append(result.Empty, env)
		}
		runs = append(runs, r)
	}
	var specs []written
	err := apiserver.Under(validate.NewestMinor, func(server *apiserver.Server) {
		if opts.Environments == nil {
			specs = runs[0].specs(server, opts.Improve)
		} else {
			specs = together(runs, server, opts.Improve)
		}
		for _, r := range runs {
			r.others()
		}
		result.noteServed(runs)
	})
	if err == nil && !result.Diagnostics.HasErrors() {
		err = result.buildTogether(specs, environments)
	}
	if err != nil {
		return nil, err
	}
	for _, s := range specs {
		result.Specs = append(result.Specs, s.Spec)
	}
	result.Diagnostics.Sort()
	return result, nil
}

// run is the import of the manifests that belong together.
type run struct {
	result  *Result
	env     string // the environment that they are of, "" for none
	objects []*object
	// comments are those of the file that is read.
	comments map[int]*remarks
	file     *source.File
}

// readAll reads inputs, and checks what is in them.
func (r *run) readAll(opts Options, args []string) error {
	inputs, ds, err := source.Find(opts.Dir, args)
	if err != nil {
		return err
	}
	r.report(ds...)
	for _, in := range inputs {
		file, docs, found, err := source.Read(in, opts.Stdin)
		if err != nil {
			return err
		}
		r.report(found...)
		r.report(file.Differences()...)
		for _, doc := range docs {
			r.document(file, doc, in.Named)
		}
	}
	if err := r.check(); err != nil {
		return err
	}
	for _, o := range r.objects {
		o.leaveOutUnused()
	}
	return nil
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

// jobs returns the Jobs and CronJobs that specs are made of.
func (r *run) jobs() []*object {
	var all []*object
	for _, o := range r.objects {
		if o.isWorkload() {
			all = append(all, o)
		}
	}
	return all
}

// specs makes a spec of each Job.
func (r *run) specs(server *apiserver.Server, improve bool) (specs []written) {
	for _, o := range r.jobs() {
		if im := r.workload(server, o, improve); im != nil {
			specs = append(specs, written{im.named(im.write()), []*importing{im}})
		}
	}
	return specs
}

// named returns the spec of a text.
func (im *importing) named(text []byte) Spec {
	return Spec{Name: im.name, Namespace: im.job.namespace(), Kind: im.job.Kind, Text: text}
}

// others says of each object that is no part of a spec why it was left alone.
func (r *run) others() {
	for _, o := range r.objects {
		if !o.isWorkload() && !o.taken && !o.refused {
			r.report(o.leftAlone(r.relation(o)))
		}
	}
}

// workload makes the spec of a Job or CronJob, nil where that is not possible. Objects
// around it that turn out not to be what the spec would make are left alone, and it is
// tried without them.
func (r *run) workload(server *apiserver.Server, o *object, improve bool) *importing {
	if o.refused {
		return nil
	}
	if err := o.defaults(server); err != nil {
		r.report(o.diagnostic(nil, diag.Error, err.Error(), ""))
		return nil
	}
	im := r.settled(server, o)
	for _, b := range im.beside {
		b.taken = true
		if b.Kind == "ConfigMap" { // the digest of it is set again
			o.served = slices.DeleteFunc(o.served, func(at spec.Path) bool { return at[len(at)-1] == deliver.ContentDigest })
		}
	}
	if minor, _ := validate.Removed(o.APIVersion, o.Kind); minor != "" {
		r.report(o.diagnostic(spec.Path{"apiVersion"}, diag.Note, fmt.Sprintf("apiVersion %s is read as batch/v1: Kubernetes %s removed it", o.APIVersion, minor), ""))
	}
	for _, one := range append([]*object{o}, im.beside...) {
		for _, l := range one.leftOut {
			r.report(l.note(one))
		}
	}
	if improve && !im.ds.HasErrors() {
		im.improve()
	}
	r.report(im.ds...)
	if im.ds.HasErrors() {
		return nil
	}
	r.result.Edits, r.result.Left = r.result.Edits+len(im.edits), r.result.Left+im.toDo
	return im
}

// settled tries to make the spec until the objects around the Job need no other try.
func (r *run) settled(server *apiserver.Server, o *object) *importing {
	whole := false
	for {
		im := newImporting(r, server, o, whole)
		im.make()
		switch {
		case im.left:
		case im.ds.HasErrors() && !whole:
			// Where the language wants a field that the server has a default for, it is
			// there with all the others.
			whole = true
		default:
			im.settled = true
			return im
		}
	}
}

// origin says that a field of the spec was made from a place of an object.
type origin struct {
	field  spec.Path
	object *object
	at     spec.Path
}
