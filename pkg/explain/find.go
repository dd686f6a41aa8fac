package explain

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/schema"
)

// at is a place in the language: a field, and what may stand in it.
type at struct {
	path  spec.Path // the names of the fields on the way, without keys of maps and list items
	field *schema.Field
	typ   *schema.Type
	goes  reflect.Type // the Go type of the value; nil where it is not known
	in    reflect.Type // that of the struct which has the field
}

// document and project are where every path begins.
func document() at {
	return at{typ: schema.Written(), goes: reflect.TypeFor[schema.WrittenDocument]()}
}

func project() at {
	return at{typ: schema.ProjectModel(), goes: reflect.TypeFor[schema.Project]()}
}

// starts are the places that a field may be named from, the likeliest first.
func starts() []at {
	doc := document()
	inSpec, _ := doc.enter(spec.Path{"spec"})
	metadata, _ := doc.enter(spec.Path{"metadata"})
	return []at{doc, *inSpec, *metadata, project()}
}

// miss is where a path left the language.
type miss struct {
	at   at
	name string
	left int // how many steps were not taken
}

// enter follows steps. Keys of maps and numbers of list items may be among them, and
// may be left out. It returns nil and where it failed for a path that leads nowhere.
func (a at) enter(steps spec.Path) (*at, miss) {
	if len(steps) == 0 {
		return &a, miss{}
	}
	typ := a.shape()
	switch typ.Kind {
	case schema.Struct:
		inner := a.child(steps[0])
		if inner == nil {
			return nil, miss{a, steps[0], len(steps)}
		}
		return inner.enter(steps[1:])
	case schema.Map:
		elem := a.element()
		found, failed := elem.enter(steps)
		if found != nil {
			return found, failed
		}
		if inner, deeper := elem.enter(steps[1:]); inner != nil || deeper.left < failed.left {
			return inner, deeper
		}
		return nil, failed
	case schema.List:
		if _, err := strconv.Atoi(steps[0]); err == nil {
			steps = steps[1:]
		}
		return a.element().enter(steps)
	}
	return nil, miss{a, steps[0], len(steps)}
}

// shape returns the type, of what is in Kubernetes' own shape that of its Go type.
func (a at) shape() *schema.Type {
	if a.typ.Kind == schema.Any && a.goes != nil {
		return schema.ShapeOf(a.goes)
	}
	return a.typ
}

// child returns a field of a struct, nil if it has none of that name.
func (a at) child(name string) *at {
	f := a.shape().Field(name)
	if f == nil {
		return nil
	}
	return &at{a.path.With(name), f, f.Type, schema.FieldType(a.goes, name), a.goes}
}

// element returns what a map or list holds.
func (a at) element() at {
	a.typ, a.goes = a.shape().Elem, schema.ElementType(a.goes)
	return a
}

// fields returns the fields of the struct that the place, or what it holds, is.
func (a at) fields() []at {
	for typ := a.shape(); typ.Kind == schema.Map || typ.Kind == schema.List; typ = a.shape() {
		a = a.element()
	}
	var all []at
	for _, f := range a.shape().Fields {
		all = append(all, *a.child(f.Name))
	}
	return all
}

// named returns the places of fields of a name anywhere in a document, the nearest
// to its root first. A definition is looked into where it is met first.
func named(name string) []at {
	var found []at
	seen := map[string]bool{}
	for level := []at{document()}; len(level) > 0; {
		var next []at
		for _, a := range level {
			if a.typ.Name != "" && seen[a.typ.Name] {
				continue
			}
			seen[a.typ.Name] = a.typ.Name != ""
			for _, f := range a.fields() {
				if f.field.Name == name && f.path[0] != "overlays" {
					found = append(found, f)
				}
				if f.typ.Kind != schema.Any {
					next = append(next, f)
				}
			}
		}
		level = next
	}
	return found
}

// lookup finds the field that a path names, or says what to write in its place.
func lookup(text string) (found []at, advice string, err error) {
	path, ok := spec.ParsePath(strings.ReplaceAll(text, "[]", ""))
	if !ok {
		return nil, "", fmt.Errorf("%q is no field: write a path such as spec.parallelism or volumes.emptyDir", text)
	}
	best := miss{left: len(path) + 1}
	for _, start := range starts() {
		one, failed := start.enter(path)
		if one != nil {
			return []at{*one}, "", nil
		}
		if failed.left < best.left {
			best = failed
		}
	}
	last := path[len(path)-1]
	if best.left == len(path) && len(path) == 1 {
		if advice := elsewhere(last); advice != "" {
			return nil, advice, nil
		}
		if found := named(last); len(found) > 0 {
			return found, "", nil
		}
	}
	if text := schema.Elsewhere()[best.at.typ.Name][best.name]; text != "" {
		return nil, fmt.Sprintf("%q is no field of %s: %s", best.name, orDocument(best.at.path), text), nil
	}
	return nil, "", unknown(best, len(path) == best.left)
}

// elsewhere returns the advice on a name that is written somewhere else.
func elsewhere(name string) string {
	groups := schema.Elsewhere()
	order := append([]string{"Spec", "Metadata", "Document"}, slices.Sorted(maps.Keys(groups))...)
	for _, group := range order {
		if text := groups[group][name]; text != "" {
			return fmt.Sprintf("%q is no field of %s: %s", name, group, text)
		}
	}
	return ""
}

func orDocument(p spec.Path) string {
	if len(p) == 0 {
		return "the document"
	}
	return p.String()
}

// unknown is the error for a name that no struct on the way has. One that stands
// at the beginning of a path may have been meant for any of the starts.
func unknown(m miss, first bool) error {
	parents := []at{m.at}
	if first {
		parents = starts()
	}
	paths := map[string]string{}
	for _, p := range parents {
		for _, f := range p.fields() {
			if paths[f.field.Name] == "" {
				paths[f.field.Name] = f.path.String()
			}
		}
	}
	if len(paths) == 0 {
		return fmt.Errorf("%s has no fields, so there is no %q in it", m.at.path, m.name)
	}
	if meant := suggest.Nearest(m.name, slices.Sorted(maps.Keys(paths))); meant != "" {
		return fmt.Errorf("unknown field %q: did you mean %q?", m.name, paths[meant])
	}
	if first {
		return fmt.Errorf("unknown field %q: `jobgen explain` lists the fields", m.name)
	}
	return fmt.Errorf("unknown field %q: `jobgen explain %s` lists the fields", m.name, m.at.path)
}
