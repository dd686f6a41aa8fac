package build

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/flux"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/pkg/waiver"
)

// session is the state of one Run.
type session struct {
	opts     Options
	projects *projects
	result   *Result
	carried  []carried
	runs     []*run // one for each environment that is built
	patches  patches
}

// start finds out which environments are built.
func (s *session) start(inputs []source.Input) error {
	envs := []string{s.opts.Environment}
	if s.opts.Environment != "" || s.opts.AllEnvironments {
		names, err := s.environments(inputs)
		if err != nil {
			return err
		}
		if s.opts.AllEnvironments && len(names) > 0 {
			envs = names
		}
		if err := exists(s.opts.Environment, names); err != nil {
			return err
		}
	}
	s.result.Environments = envs
	for _, env := range envs {
		s.runs = append(s.runs, newRun(s.opts, env))
	}
	return nil
}

// exists refuses an environment that nothing names.
func exists(env string, names []string) error {
	if env == "" || slices.Contains(names, env) {
		return nil
	}
	help := "none names any"
	if len(names) > 0 {
		help = "there are " + strings.Join(names, ", ")
	}
	if meant := suggest.Nearest(env, names); meant != "" {
		help = suggest.Question(meant)
	}
	return fmt.Errorf("no spec and no project file names the environment %q: %s", env, help)
}

// maxKept is how much text is kept of inputs that were read before their turn. The
// rest is read again.
const maxKept = 8 << 20

// environments returns the names that specs and project files speak of, in
// order. Files that have none are not parsed for it. The inputs keep what was read.
func (s *session) environments(inputs []source.Input) ([]string, error) {
	found := map[string]bool{}
	kept := 0
	for i := range inputs {
		in := &inputs[i]
		if one := s.projects.of(in.Root); one.Project != nil {
			for _, name := range one.Environments() {
				found[name] = true
			}
		}
		text, err := s.text(*in)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", in.Name, err)
		}
		if kept += len(text); in.Path == "" || kept <= maxKept {
			in.Text = text
		}
		if !mayName(*in, text) {
			continue
		}
		_, docs, _, err := source.Read(*in, s.opts.Stdin)
		if err != nil {
			return nil, err
		}
		for _, doc := range docs {
			if spec.ClassOf(doc) == spec.Written {
				for _, name := range spec.Environments(doc) {
					found[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// text returns the bytes of an input.
func (s *session) text(in source.Input) ([]byte, error) {
	if in.Text != nil {
		return in.Text, nil
	}
	if in.Path != "" {
		return in.Disk.ReadFile(in.Path)
	}
	return io.ReadAll(io.LimitReader(s.opts.Stdin, source.MaxBytes+1))
}

// mayName reports whether a text may name environments: by one of the two
// fields that do, by an import, or in an encoding that is not looked into.
func mayName(in source.Input, text []byte) bool {
	has := func(word string) bool { return bytes.Contains(text, []byte(word)) }
	return has("overlays") || has("environments") || strings.EqualFold(filepath.Ext(in.Name), ".cue") && has("import") || len(text) > 0 && text[0] >= 0xFE
}

// asks returns what checks and lints objects as the project wants it.
func (s *session) asks(project *project) *run {
	r := &run{opts: s.opts, result: s.result}
	if r.opts.Cluster.Minors == nil {
		r.opts.Cluster.Minors = project.minors
	}
	if s.opts.Lint != nil && len(project.lintOff) > 0 {
		off := maps.Clone(project.lintOff)
		maps.Copy(off, s.opts.Lint.Off)
		r.opts.Lint = &Lint{Off: off}
	}
	return r
}

// compiling is one spec on its way through the stages.
type compiling struct {
	*session
	spec    *spec.Spec
	project *project
	known   map[string]*compiled // by environment, "" for those that change nothing
	ds      diag.List            // of reading the spec
	err     error
	base    func() (Made, error) // without its environments; see made
}

// compiled is what became of a spec in an environment.
type compiled struct {
	job     *spec.Job
	objects []Object
	outputs []output
	ds      diag.List
}

// in returns what becomes of the spec in an environment.
func (c *compiling) in(env string) (*compiled, error) {
	if !c.spec.Varies(env) {
		env = ""
	}
	if known := c.known[env]; known != nil {
		return known, nil
	}
	one := &compiled{}
	wrong := false
	c.opts.Stats.during(checking, func() {
		one.job, one.ds = c.spec.Job(env)
		wrong = one.ds.HasErrors() || one.job.Holed()
		one.ds = append(one.ds, c.project.obeyed(one.job)...)
		if c.opts.Format != nil || c.opts.Made != nil {
			one.ds = append(one.ds, secret.Check(one.job, c.secrets(c.project))...)
		}
	})
	var lowered []compile.Object
	var err error
	r := c.asks(c.project)
	c.opts.Stats.during(lowering, func() { lowered = deliver.Objects(one.job, compile.Lower(one.job)) })
	c.opts.Stats.during(printing, func() {
		if one.objects, err = objectsOf(lowered); err == nil {
			one.outputs = r.outputs(one.objects)
		}
	})
	if err != nil {
		return nil, err
	}
	var found diag.List
	c.opts.Stats.during(validating, func() { found, err = r.checkMade(one.job, one.objects, wrong) })
	for _, o := range lowered {
		found = append(found, unfilled(o)...)
	}
	one.ds = ofJob(append(one.ds, found...), one.job)
	c.known[env] = one
	return one, err
}

// unfilled warns of variables that look as if Flux should fill them in.
func unfilled(o compile.Object) (ds diag.List) {
	for _, path := range deliver.Unfilled(o) {
		from := o.Origin(path)
		leaves := o.Job.Values(from) // an image has parts
		if i := slices.IndexFunc(leaves, func(p spec.Path) bool { return flux.Unfilled(o.Job.Text(p), o.Job.Spec.Substitute) }); i >= 0 {
			from = leaves[i]
		}
		if place, reported := o.Job.Place(from); !reported {
			ds = append(ds, diag.Diagnostic{
				Code: diag.CodeNote, Severity: diag.Warning, Place: place,
				Message: "Flux does not fill in this variable, which `substitute` does not declare",
				Hint:    "add `substitute: [NAME]` with its name beside `delivery`, and write it as ${NAME} or ${NAME:-default}; or write the value, by `overlays` where environments differ",
			})
		}
	}
	return ds
}

// made returns what is told of the spec to those who ask for it. It is made when it is
// first asked for, which may be among what is done for several inputs at a time.
func (c *compiling) made(environments []InEnvironment) (Made, error) {
	m, err := c.base()
	m.Environments = environments
	return m, err
}

func (c *compiling) makeBase() (Made, error) {
	job, _ := c.spec.Job("")
	base, err := objectsOf(deliver.Base(job, compile.Lower(job)))
	return Made{Job: job, Base: base, Secrets: c.secrets(c.project), Minors: c.asks(c.project).opts.Cluster.Minors}, err
}

// secrets says what stands for the Secrets of a project, which is found out when it is
// first asked.
func (s *session) secrets(project *project) secret.Options {
	if project.standIns == nil {
		opts := s.opts.Secrets
		if opts.Git {
			opts = project.secrets(opts)
		}
		project.standIns = &opts
	}
	return *project.standIns
}

// ofJob says of findings in a project file, which many Jobs share, in which Job
// they were made.
func ofJob(ds diag.List, job *spec.Job) diag.List {
	for i, d := range ds {
		of := func(r diag.Related) bool { return r.File == job.File().Name }
		if d.File == job.File().Name || strings.HasPrefix(d.File, "--") || slices.ContainsFunc(d.Related, of) {
			continue
		}
		name, _ := job.Place(spec.Path{"metadata", "name"})
		ds[i].Related = append(slices.Clone(d.Related), diag.Related{Place: name, Message: "found in this Job"})
	}
	return ds
}

// told is what to tell of what was found. A single environment is held against
// the spec without it, so that a mistake of an overlay is told as such.
func (c *compiling) told(found []inEnvironment) (diag.List, error) {
	if len(found) != 1 || len(found[0].ds) == 0 || !c.spec.Varies(found[0].name) {
		return together(found), nil
	}
	base, err := c.in("")
	if err != nil {
		return nil, err
	}
	return named(found[0].ds, base.ds, found[0].name), nil
}

// finish reports what only all specs together show.
func (s *session) finish() {
	var found []inEnvironment
	for _, r := range s.runs {
		r.carry(s.carried)
		r.finish()
		found = append(found, inEnvironment{r.env, r.result.Diagnostics})
		s.result.objects = append(s.result.objects, r.result.objects...)
		s.result.carried = append(s.result.carried, r.result.carried...)
	}
	s.result.Diagnostics = append(s.result.Diagnostics, together(found)...)
	for _, root := range slices.Sorted(maps.Keys(s.projects.known)) {
		one := s.projects.known[root]
		s.result.Diagnostics = append(s.result.Diagnostics, one.diags...)
		if one.Project != nil && s.opts.Lint != nil {
			s.result.Diagnostics = waiver.Apply(one.File(), s.result.Diagnostics, false)
		}
	}
	slices.Sort(s.result.Files)
	slices.Sort(s.result.Sources)
	slices.Sort(s.result.Elsewhere)
	s.result.Elsewhere = slices.Compact(s.result.Elsewhere)
}

// inEnvironment is what was found in one environment.
type inEnvironment struct {
	name string
	ds   diag.List
}

// sameness is what two diagnostics must have in common to be one.
type sameness struct {
	diag.Place
	code, message string
	severity      diag.Severity
}

func samenessOf(d diag.Diagnostic) sameness {
	d.Place.Text = "" // a long line may hold many
	return sameness{d.Place, d.Code, d.Message, d.Severity}
}

// together tells what was found in several environments once. What was not
// found in all of them names those in which it was.
func together(found []inEnvironment) diag.List {
	where := map[sameness][]string{}
	var once diag.List
	for _, one := range found {
		for _, d := range one.ds {
			id := samenessOf(d)
			names := where[id]
			if names == nil {
				once = append(once, d)
			}
			if len(names) == 0 || names[len(names)-1] != one.name {
				where[id] = append(names, one.name)
			}
		}
	}
	for i := range once {
		if names := where[samenessOf(once[i])]; len(names) < len(found) {
			once[i].Message += in(names)
		}
	}
	return once
}

// named names the environment in what the base does not have.
func named(ds, base diag.List, env string) diag.List {
	inBase := map[sameness]bool{}
	for _, d := range base {
		inBase[samenessOf(d)] = true
	}
	ds = slices.Clone(ds)
	for i := range ds {
		if !inBase[samenessOf(ds[i])] {
			ds[i].Message += in([]string{env})
		}
	}
	return ds
}

// in says in which environments something was found.
func in(names []string) string {
	noun := map[bool]string{true: "environment", false: "environments"}[len(names) == 1]
	return fmt.Sprintf(" (in the %s %s)", noun, cmp.Or(strings.Join(names, ", "), "without a name"))
}
