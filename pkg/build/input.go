package build

import (
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/manifest"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/waiver"
)

// This file takes inputs through the stages. What concerns one file alone is
// prepared, several files at a time; what compares it with the others is entered in
// the order of the files.

// prepared is what one input is before it is compared with others.
type prepared struct {
	in      source.Input
	project *project
	file    *source.File
	ds      diag.List // of reading it
	specs   []*compiling
	patch   bool               // of a kustomization beside it: its objects are parts of some
	others  map[spec.Class]int // documents that hold neither a spec nor an object to check
	objects []manifest.Object
	found   [][]finding // of each of the objects
	err     error
}

// begin finds out what of the session an input needs, which is shared, and returns
// the rest of the work.
func (s *session) begin(in source.Input) func() *prepared {
	p := &prepared{in: in, project: s.projects.of(in.Root)}
	s.secrets(p.project)
	if p.project.carries(in) { // it goes along, and is checked with the rest of what does
		return func() *prepared { return p }
	}
	if s.opts.Manifests {
		p.patch = s.patches.has(in)
	}
	return func() *prepared { return s.prepare(p) }
}

// prepare does all that needs no other input. It changes nothing of the session.
func (s *session) prepare(p *prepared) *prepared {
	var docs []source.Document
	s.opts.Stats.during(reading, func() { p.file, docs, p.ds, p.err = source.Read(p.in, s.opts.Stdin) })
	if p.err != nil {
		return p
	}
	p.ds = append(p.ds, lost(p.in, p.file, docs, p.ds)...)
	p.others = map[spec.Class]int{}
	for _, doc := range docs {
		switch class := spec.ClassOf(doc); {
		case class == spec.Written:
			p.specs = append(p.specs, s.compile(doc, p.project))
		case class == spec.Mistyped:
			p.ds = append(p.ds, spec.Header(doc))
		case !s.opts.Manifests || class == spec.Empty:
		case class == spec.Manifest && p.patch:
			p.others[spec.Patch]++
		case class == spec.Manifest:
			p.objects = append(p.objects, manifest.Read(doc)...)
		case class != spec.Other || p.in.Named: // what nobody named may be anything
			p.others[class]++
		}
	}
	if s.opts.Manifests && !p.patch {
		p.ds = slices.Concat(p.ds, p.file.Differences(), p.file.EncodingDifferences())
	}
	s.opts.Stats.during(validating, func() { p.found, p.err = s.asks(p.project).askManifests(p.objects) })
	return p
}

// lost reports a file that an editor, a merge or a checkout has emptied, and in which nothing
// else is wrong. Nobody else misses what was in it.
func lost(in source.Input, file *source.File, docs []source.Document, ds diag.List) diag.List {
	what := ""
	switch {
	case ds.HasErrors():
		return nil
	case file.Blank():
		what = "is empty"
	case len(docs) == 1 && docs[0].Root != nil && docs[0].Root.Kind == source.Scalar:
		what = "holds a text, and no document"
	default:
		return nil
	}
	return diag.List{{
		Code: diag.CodeSkipped, Severity: diag.Warning, Place: diag.Place{File: in.Name, Width: 1}, Message: "this file " + what,
		Hint: "remove it, or restore its content",
	}}
}

// compile checks one spec and makes its objects in each environment that is built.
func (s *session) compile(doc source.Document, project *project) *compiling {
	c := &compiling{session: s, project: project, known: map[string]*compiled{}}
	s.opts.Stats.during(checking, func() {
		c.spec, c.ds = spec.Load(doc, spec.Options{Set: s.opts.Set, LookupEnv: s.opts.LookupEnv, Project: project.Project})
	})
	if c.spec == nil {
		return c
	}
	c.base = sync.OnceValues(c.makeBase)
	for _, r := range s.runs {
		if c.spec.In(r.env) && c.err == nil {
			_, c.err = c.in(r.env)
		}
	}
	if s.opts.Made != nil && c.err == nil {
		_, c.err = c.base()
	}
	return c
}

// enter puts an input among those before it.
func (s *session) enter(p *prepared) error {
	if s.projects.err != nil {
		return s.projects.err
	}
	if p.file == nil {
		return p.err
	}
	s.result.Files = append(s.result.Files, p.in.Name)
	s.result.Sources = append(s.result.Sources, slices.Repeat([]string{p.in.Name}, len(p.specs))...)
	ds := p.ds
	for _, c := range p.specs {
		found, err := s.enterSpec(c)
		if err != nil {
			return err
		}
		ds = append(ds, found...)
	}
	if p.err != nil {
		return p.err
	}
	if s.opts.Manifests && slices.ContainsFunc(p.ds, isSkipped) {
		s.result.NotChecked["files that cannot be read"]++
	}
	for class, n := range p.others {
		s.result.NotChecked[class.NotChecked()] += n
	}
	ds = append(ds, s.asks(p.project).tellManifests(p.objects, p.found)...)
	if s.opts.Lint != nil { // what nothing finds in one environment may be found in another
		ds = waiver.Apply(p.file, ds, !ds.HasErrors() && s.opts.Environment == "")
	}
	p.file.Conceal(ds)
	if p.project.Project != nil {
		p.project.File().Conceal(ds)
	}
	s.result.Diagnostics = append(s.result.Diagnostics, ds...)
	return nil
}

// isSkipped reports whether a diagnostic says that the whole file is skipped.
func isSkipped(d diag.Diagnostic) bool { return d.Code == diag.CodeSkipped && d.Severity == diag.Note }

// enterSpec puts what a spec becomes in each environment among the objects there.
func (s *session) enterSpec(c *compiling) (diag.List, error) {
	s.result.Jobs++
	if len(s.opts.Set) > 0 && s.result.Jobs > 1 {
		return nil, fmt.Errorf("--set goes with one spec alone, and there are several: name the file of the one that is meant")
	}
	if c.spec == nil || c.err != nil {
		return c.ds, c.err
	}
	var found []inEnvironment
	var made []InEnvironment
	for _, r := range s.runs {
		if !c.spec.In(r.env) {
			s.result.Elsewhere = append(s.result.Elsewhere, c.spec.Limits()...)
			continue
		}
		one, err := c.in(r.env)
		if err != nil {
			return nil, err
		}
		fresh, clashes, err := r.enter(r.scope(c.project), one.job, one.objects, one.outputs)
		if err != nil {
			return nil, err
		}
		made = append(made, InEnvironment{r.env, fresh})
		found = append(found, inEnvironment{r.env, append(slices.Clone(one.ds), clashes...)})
	}
	told, err := c.told(found)
	if err == nil && s.opts.Made != nil && len(made) > 0 {
		var m Made
		if m, err = c.made(made); err == nil {
			err = s.opts.Made(m)
		}
	}
	return append(c.ds, told...), err
}

// fewInputs is the number below which several workers take longer to start than
// they save.
const fewInputs = 8

// workers returns how many inputs are prepared at a time.
func (s *session) workers(inputs int) int {
	// What is sealed is random, and its source may be one for all.
	if inputs < fewInputs || s.opts.Stats != nil || s.opts.Secrets.Mode == secret.Sealed {
		return 1
	}
	return runtime.GOMAXPROCS(0)
}

// ahead is how many inputs for each worker are prepared before they are entered.
const ahead = 8

// inOrder calls use with what the functions that start returns make of 0 to n-1, in
// order. Start is called in order too; the functions run in workers. It stops at
// the first error.
func inOrder[T any](n, workers int, start func(i int) func() T, use func(i int, made T) error) error {
	if workers == 1 {
		for i := range n {
			if err := use(i, start(i)()); err != nil {
				return err
			}
		}
		return nil
	}
	type task struct {
		do   func() T
		made chan T
	}
	todo := make(chan task, workers*ahead)
	defer close(todo)
	for range workers {
		go func() {
			for t := range todo {
				t.made <- t.do()
			}
		}()
	}
	waiting := make([]chan T, workers*ahead) // a ring
	for i := range n + len(waiting) {
		at := i % len(waiting)
		if i >= len(waiting) && i-len(waiting) < n {
			if err := use(i-len(waiting), <-waiting[at]); err != nil {
				return err
			}
		}
		if i < n {
			waiting[at] = make(chan T, 1)
			todo <- task{start(i), waiting[at]}
		}
	}
	return nil
}
