package importer

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// Objects are trees as encoding/json makes them: map[string]any, []any, string, bool,
// json.Number and nil.

// parse returns the tree of an object, nil for what is none.
func parse(text []byte) map[string]any {
	tree, err := jsontree.Parse[map[string]any](text)
	if err != nil {
		return nil
	}
	return tree
}

// encode is the other way round.
func encode(tree any) []byte {
	text, err := json.Marshal(tree)
	if err != nil {
		panic("importer: a tree that was JSON cannot be written as JSON: " + err.Error())
	}
	return text
}

// get returns what stands at a path, nil if nothing does.
func get(tree any, at ...string) any {
	for _, step := range at {
		switch t := tree.(type) {
		case map[string]any:
			tree = t[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(t) {
				return nil
			}
			tree = t[i]
		default:
			return nil
		}
	}
	return tree
}

func textAt(tree any, at ...string) string {
	text, _ := get(tree, at...).(string)
	return text
}

func mapAt(tree any, at ...string) map[string]any {
	m, _ := get(tree, at...).(map[string]any)
	return m
}

func listAt(tree any, at ...string) []any {
	list, _ := get(tree, at...).([]any)
	return list
}

// take removes a field and returns what stood there.
func take(tree any, at ...string) (value any, ok bool) {
	parent := mapAt(tree, at[:len(at)-1]...)
	value, ok = parent[at[len(at)-1]]
	delete(parent, at[len(at)-1])
	return value, ok
}

// put sets a field, and makes the maps on the way.
func put(tree map[string]any, value any, at ...string) {
	for _, step := range at[:len(at)-1] {
		next, ok := tree[step].(map[string]any)
		if !ok {
			next = map[string]any{}
			tree[step] = next
		}
		tree = next
	}
	tree[at[len(at)-1]] = value
}

// empty reports whether a value is a map or list with nothing in it.
func empty(value any) bool {
	m, isMap := value.(map[string]any)
	list, isList := value.([]any)
	return isMap && len(m) == 0 || isList && len(list) == 0
}

// leaves calls visit for everything in a tree that is no map or list with something
// in it, in order.
func leaves(t any, at spec.Path, visit func(at spec.Path, value any)) {
	switch v := t.(type) {
	case map[string]any:
		for _, name := range keys(v) {
			leaves(v[name], at.With(name), visit)
		}
	case []any:
		for i, item := range v {
			leaves(item, at.With(strconv.Itoa(i)), visit)
		}
	default:
		visit(at, t)
	}
}

// fillItems puts in place of null in a list what the server reads: an empty text for one.
func fillItems(tree, full any) {
	switch t := tree.(type) {
	case map[string]any:
		for name, value := range t {
			fillItems(value, get(full, name))
		}
	case []any:
		for i, item := range t {
			if is := get(full, strconv.Itoa(i)); item == nil {
				t[i] = render.Clone(is)
			} else {
				fillItems(item, is)
			}
		}
	}
}

func keys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
