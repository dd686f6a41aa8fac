// Package krm runs jobgen as a KRM function: a ResourceList comes in, with specs among
// its items or in its configuration, and one goes out that has what they become.
//
// The list is as the KRM Functions Specification has it, of config.kubernetes.io, which
// kustomize and kpt speak.
package krm

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// Options say how the specs of a list are built. What they leave out, the
// functionConfig of the list may say.
type Options struct {
	Dir         string   // the folder that the function runs in
	Environment string   // the one whose overlays are laid over the specs; "" is none
	Minors      []string // the Kubernetes minors that must take the objects; nil: those of the project
	// Secrets is what stands for Secrets: plain, omit or placeholder. "" is what the
	// project says of files for git, for nobody knows where a list ends up.
	Secrets secret.Mode
	// LookupEnv finds the environment variables that secrets name. It is only asked
	// where the list carries the values of Secrets.
	LookupEnv func(name string) (string, bool)
}

// Result is what came of a list.
type Result struct {
	Diagnostics diag.List // sorted

	list *list
}

// Run reads a list and builds the specs in it. What is wrong with them is in the
// diagnostics, and in the results of the list that is written then; the error is for
// what is no list, and for a world that does not play along.
func Run(in io.Reader, opts Options) (*Result, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("reading standard input: %w", err)
	}
	l, ds, err := read(text)
	if err != nil || ds.HasErrors() {
		return &Result{Diagnostics: ds}, err
	}
	f := &function{opts: opts, list: l}
	if ds, err = f.configure(); err == nil && !ds.HasErrors() {
		ds, err = f.build()
	}
	if err == nil && !ds.HasErrors() {
		err = f.replace()
	}
	if err != nil {
		return nil, err
	}
	ds.Sort()
	l.results = f.results(ds)
	return &Result{Diagnostics: ds, list: l}, nil
}

// Write writes the list: with what the specs become, or, when anything is wrong, as
// it came. There is none to write where the input could not be read.
func (r *Result) Write(w io.Writer) error {
	if r.list == nil {
		return nil
	}
	return r.list.write(w)
}

// function is the state of one Run.
type function struct {
	opts Options
	list *list

	here   source.Input // as if the specs of the list stood in the folder
	stored map[string]*stored
	texts  []*text  // what of the list is built
	files  []string // what the configuration names, and so is built too

	made   []*object
	valued bool // Secrets come with their values
	needs  bool // one has to be sealed, and does not
}

// build builds the specs, and holds what they become against the other items.
func (f *function) build() (diag.List, error) {
	if err := f.find(); err != nil {
		return nil, err
	}
	if len(f.texts)+len(f.files) == 0 {
		return nil, nil
	}
	f.valued = f.opts.Secrets == secret.Plain
	result, err := f.run()
	if err == nil && f.needs && !result.Diagnostics.HasErrors() {
		f.valued = true
		result, err = f.run()
	}
	if err != nil {
		return nil, err
	}
	if result.Diagnostics.HasErrors() {
		return f.withModes(result.Diagnostics), nil
	}
	if err := f.found(result); err != nil {
		return nil, err
	}
	if err := f.carry(result.Resources); err != nil {
		return nil, err
	}
	return slices.Concat(result.Diagnostics, f.absent(), f.conflicts()), nil
}

// run runs the compiler.
func (f *function) run() (*build.Result, error) {
	f.made, f.needs = nil, false
	opts := build.Options{
		Dir: f.opts.Dir, Args: f.files, Environment: f.opts.Environment, Cluster: cluster.Options{Minors: f.opts.Minors},
		Secrets: secret.Options{Mode: f.opts.Secrets, Git: f.opts.Secrets == ""}, Made: f.take,
	}
	for _, t := range f.texts {
		opts.Inputs = append(opts.Inputs, t.Input)
	}
	if f.valued {
		opts.LookupEnv = f.opts.LookupEnv
	}
	return build.Run(opts)
}

// withModes says of Secrets that cannot be made what a function can be told.
func (f *function) withModes(ds diag.List) diag.List {
	for i, d := range ds {
		if d.Code == diag.CodeSecret && f.opts.Secrets == "" {
			ds[i].Hint += "\nor tell the function what stands for Secrets: plain, omit or placeholder"
		}
	}
	return ds
}

// found refuses files of the configuration that hold no spec, or none that exists in
// the environment.
func (f *function) found(result *build.Result) error {
	if len(f.files) == 0 {
		return nil
	}
	if result.Jobs == len(f.texts) {
		return fmt.Errorf("no spec found in %s: a spec has `apiVersion: %s` and `kind: Job`", strings.Join(f.files, " "), spec.APIVersion)
	}
	if len(f.made) == 0 && len(f.texts) == 0 {
		return errors.New("nothing to build: these specs exist only in " + strings.Join(result.Elsewhere, ", "))
	}
	return nil
}
