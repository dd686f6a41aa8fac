package importer

import (
	"reflect"
	"slices"
	"strconv"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
	"github.com/jobgen-dev/jobgen/schema"
)

// prune removes every field that the server would add itself: without it the object
// with defaults is still the same. That includes empty values, which it does not keep.
func prune(server *apiserver.Server, tree, full map[string]any) {
	p := &pruning{server: server, tree: tree, full: full, removed: true}
	goes := reflect.TypeFor[batchv1.JobSpec]()
	if tree["kind"] == "CronJob" {
		goes = reflect.TypeFor[batchv1.CronJobSpec]()
	}
	// One default may wait for another field to be gone, as that of completions does.
	for p.removed {
		p.removed = false
		p.visit([]part{{fields: mapAt(tree, "spec"), at: spec.Path{"spec"}}}, goes)
	}
}

// pruning is the state of prune.
type pruning struct {
	server     *apiserver.Server
	tree, full map[string]any
	removed    bool // something was removed in this round
}

// part is a map inside the tree.
type part struct {
	fields map[string]any
	at     spec.Path
	item   int // the length of the path to the list item that it is in, 0 for none
}

// visit prunes parts that have the same place but for the numbers of list items. They
// are pruned together, so that the server is asked once for a field, however many items
// a list has.
func (p *pruning) visit(parts []part, goes reflect.Type) {
	if goes == nil || goes.Kind() == reflect.Map {
		return // such keys are the user's
	}
	names := map[string]bool{}
	for _, of := range parts {
		for name := range of.fields {
			names[name] = true
		}
	}
	for _, name := range keys(names) {
		with := slices.DeleteFunc(slices.Clone(parts), func(of part) bool {
			_, ok := of.fields[name]
			return !ok
		})
		if !required(goes, name) {
			p.remove(with, name)
		}
		var inside []part
		for _, of := range with {
			inside = append(inside, of.inside(name)...)
		}
		if inner := schema.FieldType(goes, name); len(inside) > 0 {
			if inner != nil && inner.Kind() == reflect.Slice {
				inner = inner.Elem()
			}
			p.visit(inside, inner)
		}
	}
}

// inside returns the maps that a field is or lists.
func (of part) inside(name string) (parts []part) {
	at := of.at.With(name)
	switch value := of.fields[name].(type) {
	case map[string]any:
		parts = append(parts, part{value, at, of.item})
	case []any:
		for i, item := range value {
			if fields, ok := item.(map[string]any); ok {
				parts = append(parts, part{fields, at.With(strconv.Itoa(i)), len(at) + 1})
			}
		}
	}
	return parts
}

// remove removes a field of all parts, and puts it back where that makes a difference.
func (p *pruning) remove(parts []part, name string) {
	if len(parts) == 0 {
		return
	}
	values := make([]any, len(parts))
	for i, of := range parts {
		values[i] = of.fields[name]
		delete(of.fields, name)
	}
	removed := len(parts)
	if is := p.defaults(); !p.same(is) {
		// No default in a list item depends on another one.
		for i, of := range parts {
			if item := of.at[:of.item]; of.item == 0 || !reflect.DeepEqual(get(is, item...), get(p.full, item...)) {
				of.fields[name] = values[i]
				removed--
			}
		}
		if removed > 0 && !p.same(p.defaults()) { // or outside of them
			for i, of := range parts {
				of.fields[name] = values[i]
			}
			removed = 0
		}
	}
	p.removed = p.removed || removed > 0
}

// defaults returns the tree with the server's defaults, nil for what it cannot read.
func (p *pruning) defaults() map[string]any {
	text, err := p.server.Default(encode(p.tree))
	if err != nil {
		return nil
	}
	return parse(text)
}

// same reports whether a tree is what the whole object is with defaults.
func (p *pruning) same(is map[string]any) bool { return reflect.DeepEqual(is, p.full) }

// required reports whether Kubernetes wants a field to be written, whatever it holds.
func required(goes reflect.Type, name string) bool {
	f := schema.ShapeOf(goes).Field(name)
	return f != nil && f.Required
}
