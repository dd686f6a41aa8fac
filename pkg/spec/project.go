package spec

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// Project is a project file that was checked. The fields that hold mistakes are
// left out. A nil Project is one that sets nothing.
type Project struct {
	schema.ProjectFields

	check    *checker
	defaults *source.Node            // nil for none
	overlays map[string]*source.Node // by environment
}

// LoadProject checks the documents of a project file, of which there is to be
// one. The Project is nil where there is none of that kind.
func LoadProject(docs []source.Document) (*Project, diag.List) {
	var ds diag.List
	var project *Project
	for _, doc := range docs {
		switch {
		case doc.Root == nil:
			continue
		case project != nil:
			c := newChecker(doc.File, doc.Root)
			c.report(diag.Diagnostic{Code: diag.CodeDocument, Message: "a project file holds one document", Hint: "put specs into files of their own"}, firstKey(doc.Root))
			ds = append(ds, c.ds...)
		default:
			p, found := loadProject(doc)
			project, ds = p, append(ds, found...)
		}
	}
	return project, ds
}

func loadProject(doc source.Document) (*Project, diag.List) {
	c := newChecker(doc.File, doc.Root)
	c.partial = true
	c.concealProject()
	if !c.isProject() {
		return nil, c.ds
	}
	p := &Project{check: c, overlays: map[string]*source.Node{}, defaults: c.root.Get("defaults")}
	if p.defaults != nil {
		c.conceal(p.defaults)
		c.referredAccount(p.defaults.Get("spec"))
	}
	c.layersOf(c.root.Get("overlays"), func(name string, layer *source.Node) { p.overlays[name] = layer })
	c.check(value{node: c.root, typ: schema.ProjectModel(), goes: reflect.TypeFor[schema.Project]()})
	own := *c.root
	own.Fields = slices.DeleteFunc(slices.Clone(own.Fields), func(f source.Field) bool {
		return f.Key.Text == "defaults" || f.Key.Text == "overlays" // layers hold what no type does
	})
	c.decode(&own, &p.ProjectFields)
	return p, c.ds
}

// concealProject masks what may be secret in a project file. Its own field
// secrets holds none.
func (c *checker) concealProject() {
	root := *c.root
	root.Fields = slices.Clone(root.Fields)
	if f := root.Field("secrets"); f != nil {
		own := *f.Value
		own.Fields = slices.DeleteFunc(slices.Clone(own.Fields), func(g source.Field) bool {
			return slices.Contains([]string{"render", "certificate", "scope"}, g.Key.Text) && g.Value.Kind == source.Scalar || g.Key.Text == "store"
		})
		if f.Value = &own; len(own.Fields) == 0 {
			root.Fields = slices.DeleteFunc(root.Fields, func(g source.Field) bool { return g.Key == f.Key })
		}
	}
	c.conceal(&root)
}

// isProject reports whether the document says that it is a project file, or
// what it says instead.
func (c *checker) isProject() bool {
	for _, want := range []struct{ field, value string }{{"apiVersion", APIVersion}, {"kind", "Project"}} {
		v, at := c.root.Get(want.field), firstKey(c.root)
		if v != nil && v.Kind == source.Scalar && v.Text == want.value {
			continue
		}
		message := fmt.Sprintf("a project file has `%s: %s`", want.field, want.value)
		if v != nil {
			at = v
		}
		c.report(diag.Diagnostic{Code: diag.CodeDocument, Message: message, Hint: "write it, or rename the file if it holds something else"}, at)
		return false
	}
	return true
}

// Environments returns the names of the environments that the project file
// speaks of, in order.
func (p *Project) Environments() []string {
	if p == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(p.overlays))
}

// Place returns where a field of the project file stands, and whether a mistake
// was reported on the way to it.
func (p *Project) Place(at Path) (place diag.Place, reported bool) {
	field, _ := Follow(p.check.root, at)
	return p.check.place(point(field)), p.check.tainted(at)
}

// File returns the project file.
func (p *Project) File() *source.File { return p.check.file }

// layered reports whether the project lays anything over or under Jobs.
func (p *Project) layered() bool {
	return p != nil && (p.defaults != nil || len(p.overlays) > 0 || p.Delivery != "")
}

// varies reports whether the project lays something over the Jobs of an environment.
func (p *Project) varies(env string) bool { return p != nil && p.overlays[env] != nil }

// delivered returns the layer of what the project says of delivery. It is the
// lowest of all, also where an environment says it: a Job's own word wins.
func (p *Project) delivered(env string) *source.Node {
	f := p.overlays[env].Field("delivery")
	if f == nil || p.check.bad[f.Value] {
		f = p.check.root.Field("delivery")
	}
	if f == nil || p.check.bad[f.Value] {
		return nil
	}
	spec := mapAt(f.Key, *f)
	layer := mapAt(f.Key, source.Field{Key: scalarAt(f.Key, "spec"), Value: &spec})
	return &layer
}
