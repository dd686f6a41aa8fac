package build

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/lint"
)

// project is a project root, and what its project file says.
type project struct {
	*spec.Project // nil where there is no project file that can be read
	disk          *source.Disk
	root          string          // absolute, without links
	minors        []string        // nil where the file says nothing
	lintOff       map[string]bool // by code
	policies      []*source.Constraint
	resources     []source.Input // manifests that go along
	asides        []string       // paths of files that hold no specs, absolute and without links
	diags         diag.List
	standIns      *secret.Options // what stands for Secrets; nil before it is asked
}

// projects reads project files when they are first needed.
type projects struct {
	disk  *source.Disk
	dir   string
	known map[string]*project // by root
	err   error               // why a project file could not be read at all
}

func newProjects(disk *source.Disk, dir string) *projects {
	return &projects{disk: disk, dir: dir, known: map[string]*project{}}
}

// of returns the project of a root.
func (p *projects) of(root string) *project {
	if known := p.known[root]; known != nil {
		return known
	}
	one := &project{disk: p.disk, root: root}
	p.known[root] = one
	files := p.disk.ProjectFiles(p.dir, root)
	if len(files) > 1 {
		one.diags = append(one.diags, diag.Diagnostic{
			Code: diag.CodeDocument, Place: diag.Place{File: files[1].Name, Width: 1}, Message: "there are two project files in one folder",
			Hint: "keep one of them", Related: []diag.Related{{Place: diag.Place{File: files[0].Name, Width: 1}, Message: "the other one"}},
		})
	}
	if len(files) > 0 {
		if err := one.read(files[0]); err != nil {
			p.err = err
		}
	}
	if one.Project != nil {
		if err := one.readPolicies(p.dir); err != nil {
			p.err = err
		}
		one.resources = one.files(p.dir, "resources", one.Resources)
	}
	return one
}

// readPolicies reads the CUE files that every Job must satisfy.
func (p *project) readPolicies(dir string) error {
	for _, in := range p.files(dir, "policy", p.Policy) {
		policy, ds, err := source.ReadConstraint(in)
		if err != nil {
			return err
		}
		p.diags = append(p.diags, ds...)
		if policy != nil {
			p.policies = append(p.policies, policy)
		}
	}
	return nil
}

// files returns the files that a field of the project file lists, each once. No specs
// are looked for in them.
func (p *project) files(dir, field string, globs []string) []source.Input {
	var inputs []source.Input
	for i, glob := range globs {
		at := spec.Path{field, fmt.Sprint(i)}
		matches, err := p.disk.ResolveGlob(p.root, p.root, glob)
		switch {
		case err != nil:
			p.report(at, diag.CodeFile, fmt.Sprintf("the files %s cannot be read: %s", glob, spec.Reason(err)), "")
		case len(matches) == 0:
			p.report(at, diag.CodeFile, fmt.Sprintf("no file matches %s", glob), "paths are relative to the folder of the project file; * skips dot files")
		}
		for _, m := range matches {
			if m.Err != nil {
				p.report(at, diag.CodeFile, fmt.Sprintf("the file %s cannot be read: %s", m.Name, spec.Reason(m.Err)), "")
				continue
			}
			if slices.Contains(p.asides, m.Path) {
				continue
			}
			p.asides = append(p.asides, m.Path)
			inputs = append(inputs, source.Input{
				Name: source.RelativeName(dir, m.Path), Path: m.Path, Dir: filepath.Dir(m.Path), Root: p.root, Named: true, Disk: p.disk,
			})
		}
	}
	return inputs
}

// obeyed holds the policies against a Job.
func (p *project) obeyed(job *spec.Job) diag.List {
	var ds diag.List
	if len(p.policies) == 0 {
		return nil
	}
	long := job.Public()
	for _, policy := range p.policies {
		violations, ok := policy.Check(long)
		if !ok {
			ds = append(ds, policy.Unusable())
		}
		for _, v := range violations {
			place, reported := job.Place(v.Path)
			if reported {
				continue
			}
			at := spec.Path(v.Path).String()
			d := diag.Diagnostic{
				Code: diag.CodePolicy, Place: place, Message: v.Said,
				Related: []diag.Related{{Place: v.Place, Message: "the policy stands here"}},
			}
			switch {
			case v.Lacks:
				d.Message, d.Hint = cmp.Or(v.Said, fmt.Sprintf("%s is missing, which the policy %s asks for", at, policy.Name)), "add "+at
			case v.Said == "":
				d.Message = fmt.Sprintf("the policy %s does not allow this", policy.Name)
			}
			ds = append(ds, d)
		}
	}
	return ds
}

func (p *project) read(in source.Input) error {
	if in.Path == "" {
		_, err := p.disk.Resolve(p.root, p.root, filepath.Base(in.Name))
		p.diags = append(p.diags, diag.Diagnostic{
			Code: diag.CodeUnreadable, Place: diag.Place{File: in.Name, Width: 1}, Message: "the project file cannot be read: " + spec.Reason(err),
			Hint: "write a file that is in the project, or remove it",
		})
		return nil
	}
	file, docs, ds, err := source.Read(in, nil)
	if err != nil {
		return err
	}
	var found diag.List
	p.Project, found = spec.LoadProject(docs)
	p.diags = append(p.diags, append(ds, found...)...)
	if p.Project == nil {
		if !p.diags.HasErrors() {
			p.diags = append(p.diags, diag.Diagnostic{
				Code: diag.CodeDocument, Place: diag.Place{File: in.Name, Width: 1}, Message: "this project file is empty",
				Hint: fmt.Sprintf("write `apiVersion: %s` and `kind: Project`, or remove it", spec.APIVersion),
			})
		}
		return nil
	}
	p.versions()
	p.lint()
	p.globs("ignore", p.Ignore)
	file.Conceal(p.diags)
	return nil
}

// report adds a diagnostic at a field of the project file.
func (p *project) report(at spec.Path, code, message, hint string) {
	if place, reported := p.Place(at); !reported {
		p.diags = append(p.diags, diag.Diagnostic{Code: code, Place: place, Message: message, Hint: hint})
	}
}

// versions reads which minors the project is for.
func (p *project) versions() {
	if p.Kubernetes == "" {
		return
	}
	at := spec.Path{"kubernetes"}
	minors, older, err := validate.KnownMinors(p.Kubernetes)
	if err != nil {
		p.report(at, diag.CodeValue, err.Error(), "")
	}
	if place, reported := p.Place(at); older && !reported {
		p.diags = append(p.diags, diag.Diagnostic{
			Code: diag.CodeNote, Severity: diag.Note, Place: place,
			Message: fmt.Sprintf("versions before %s are not checked: jobgen has no rules for them", minors[0]),
			Hint:    fmt.Sprintf("write \">=%s\" if no older cluster is in use", minors[0]),
		})
	}
	p.minors = minors
}

// lint finds out which rules are not run.
func (p *project) lint() {
	p.lintOff = map[string]bool{}
	for name := range p.Lint {
		if rule, ok := lint.Lookup(name); ok {
			p.lintOff[rule.Code] = true
			continue
		}
		advice := suggest.Question(suggest.Nearest(name, lint.Names()))
		p.report(spec.Path{"lint", name}, diag.CodeValue, fmt.Sprintf("there is no lint rule %q", name), advice)
	}
}

// globs reports those that are not well formed.
func (p *project) globs(field string, globs []string) {
	for i, glob := range globs {
		if err := source.CheckGlob(glob); err != nil {
			p.report(spec.Path{field, fmt.Sprint(i)}, diag.CodeFile, fmt.Sprintf("invalid glob %q: %s", glob, err), "* matches any name, ** any folders")
		}
	}
}

// ignored reports whether no specs are looked for in a file or folder.
func (p *projects) ignored(root, path string) bool {
	one := p.of(root)
	if one.Project == nil {
		return false
	}
	if slices.Contains(one.asides, path) {
		return true
	}
	rel, err := filepath.Rel(root, path)
	return err == nil && slices.ContainsFunc(one.Ignore, func(glob string) bool {
		return source.MatchGlob(glob, filepath.ToSlash(rel))
	})
}
