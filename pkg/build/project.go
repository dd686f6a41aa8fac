package build

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// project is a project root, and what its project file says.
type project struct {
	*spec.Project          // nil where there is no project file that can be read
	root          string   // absolute, without links
	minors        []string // nil where the file says nothing
	diags         diag.List
}

// projects reads project files when they are first needed.
type projects struct {
	dir   string
	known map[string]*project // by root
	err   error               // why a project file could not be read at all
}

func newProjects(dir string) *projects { return &projects{dir: dir, known: map[string]*project{}} }

// of returns the project of a root.
func (p *projects) of(root string) *project {
	if known := p.known[root]; known != nil {
		return known
	}
	one := &project{root: root}
	p.known[root] = one
	files := source.ProjectFiles(p.dir, root)
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
	return one
}

func (p *project) read(in source.Input) error {
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
	minors, err := validate.ParseMinors(p.Kubernetes)
	if err != nil {
		p.report(spec.Path{"kubernetes"}, diag.CodeValue, err.Error(), "")
	}
	p.minors = minors
}

// globs reports those that are not well formed.
func (p *project) globs(field string, globs []string) {
	for i, glob := range globs {
		if !doublestar.ValidatePattern(glob) {
			p.report(spec.Path{field, fmt.Sprint(i)}, diag.CodeFile, fmt.Sprintf("%q is no glob", glob), "* stands for any name, ** for any folders")
		}
	}
}

// ignored reports whether no specs are looked for in a file or folder.
func (p *projects) ignored(root, path string) bool {
	one := p.of(root)
	if one.Project == nil {
		return false
	}
	rel, err := filepath.Rel(root, path)
	return err == nil && slices.ContainsFunc(one.Ignore, func(glob string) bool {
		return doublestar.MatchUnvalidated(glob, filepath.ToSlash(rel))
	})
}
