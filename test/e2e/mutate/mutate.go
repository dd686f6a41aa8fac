// Package mutate breaks and bends Kubernetes objects at random, guided by their Go
// types, so that about half of them are still right.
package mutate

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
)

// Object is a manifest as JSON has it.
type Object = map[string]any

// Mutator makes objects of others.
type Mutator struct {
	bases []Object
	// What the bases have, to be put elsewhere: by type, and by type of the parent
	// and field.
	byType map[reflect.Type][]any
}

// New returns a mutator of objects of the kinds that jobgen emits.
func New(bases []Object) *Mutator {
	m := &Mutator{bases: bases, byType: map[reflect.Type][]any{}}
	for _, base := range bases {
		for _, n := range nodes(base) {
			if s := sortOf(n.typ); s == structure || s == list || s == entries {
				m.byType[n.typ] = append(m.byType[n.typ], n.value)
			}
		}
	}
	return m
}

// Next returns a changed copy of one of the objects. The same random numbers make
// the same object.
func (m *Mutator) Next(r *rand.Rand) Object {
	c := change{m: m, r: r, root: clone(m.bases[r.IntN(len(m.bases))]).(Object)}
	for range 1 + r.IntN(3) {
		// A change that finds no place for it is none.
		changes[c.weighted()].make(&c)
	}
	return c.root
}

// node is a value in an object.
type node struct {
	value any
	typ   reflect.Type // nil where it is not known
	name  string       // of the field; of a list item, that of the list
	set   func(any)
	cut   func()
}

// nodes returns all values in an object but its kind and apiVersion, in an order
// that is always the same.
func nodes(root Object) []node {
	kind, _ := root["kind"].(string)
	var all []node
	var visit func(n node)
	visit = func(n node) {
		all = append(all, n)
		switch value := n.value.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(value)) {
				if n.cut == nil && (key == "kind" || key == "apiVersion") {
					continue
				}
				name := key
				if sortOf(n.typ) == entries {
					name = n.name
				}
				visit(node{value[key], inner(n.typ, key), name, func(v any) { value[key] = v }, func() { delete(value, key) }})
			}
		case []any:
			for i, item := range value {
				visit(node{item, inner(n.typ, ""), n.name, func(v any) { value[i] = v }, func() { n.set(slices.Delete(slices.Clone(value), i, i+1)) }})
			}
		}
	}
	visit(node{value: root, typ: types[kind]})
	return all
}

// change is the state of one object that is changed.
type change struct {
	m    *Mutator
	r    *rand.Rand
	root Object
}

// chance is true once in n times.
func (c *change) chance(n int) bool { return c.r.IntN(n) == 0 }

func pick[T any](c *change, from []T) T { return from[c.r.IntN(len(from))] }

// find returns one of the nodes that fit, not the root; false if none does.
func (c *change) find(fits func(node) bool) (node, bool) {
	all := slices.DeleteFunc(nodes(c.root), func(n node) bool { return n.cut == nil || !fits(n) })
	if len(all) == 0 {
		return node{}, false
	}
	return pick(c, all), true
}

func (c *change) weighted() int {
	sum := 0
	for _, ch := range changes {
		sum += ch.weight
	}
	n := c.r.IntN(sum)
	for i, ch := range changes {
		if n -= ch.weight; n < 0 {
			return i
		}
	}
	return 0
}

// changes are what is done to an object, with how often.
var changes = []struct {
	weight int
	make   func(c *change)
}{
	{2, remove}, {8, replace}, {9, add}, {1, retype}, {1, nothing}, {1, misspell}, {3, repeat}, {2, lengthen}, {3, transplant}, {3, enter}, {3, combine}, {1, annotate}, {1, double},
}

// remove leaves out a field or an item.
func remove(c *change) {
	if n, ok := c.find(func(node) bool { return true }); ok {
		n.cut()
	}
}

// replace gives a text, a number or a boolean another value of its sort.
func replace(c *change) {
	n, ok := c.find(func(n node) bool { s := sortOf(n.typ); return s == text || s == number || s == boolean })
	if !ok {
		return
	}
	if sortOf(n.typ) == text && c.chance(4) {
		n.set(pick(c, odd))
		return
	}
	n.set(c.value(n.typ, n.name, 0))
}

// unanswerable is the field that a dry run allows and a creation does not.
const unanswerable = "resourceVersion"

// add writes an optional field.
func add(c *change) {
	all := slices.DeleteFunc(nodes(c.root), func(n node) bool { return sortOf(n.typ) != structure })
	for range 5 {
		n := pick(c, all)
		at, isMap := n.value.(map[string]any)
		f := pick(c, fields(bare(n.typ)))
		if _, there := at[f.name]; isMap && !there && f.name != "status" && f.name != unanswerable {
			at[f.name] = c.value(f.typ, f.name, 0)
			return
		}
	}
}

// retype puts a value of another sort.
func retype(c *change) {
	if n, ok := c.find(func(node) bool { return true }); ok {
		n.set(pick(c, []any{"x", 5, true, map[string]any{}, []any{}, []any{"a"}, map[string]any{"a": "b"}, 1.5, "5", "true"}))
	}
}

// nothing puts a null.
func nothing(c *change) {
	if n, ok := c.find(func(node) bool { return true }); ok {
		n.set(nil)
	}
}

// misspell adds a field that does not exist.
func misspell(c *change) {
	n, ok := c.find(func(n node) bool { _, isMap := n.value.(map[string]any); return isMap && sortOf(n.typ) == structure })
	if ok {
		f := pick(c, fields(bare(n.typ)))
		name := pick(c, []string{f.name + "s", strings.ToUpper(f.name[:1]) + f.name[1:], "x-" + f.name, "unknown", ""})
		n.value.(map[string]any)[name] = pick(c, []any{"x", 1, nil, map[string]any{}, []any{}})
	}
}

// repeat adds an item again.
func repeat(c *change) {
	n, ok := c.find(func(n node) bool { l, isList := n.value.([]any); return isList && len(l) > 0 })
	if ok {
		l := n.value.([]any)
		n.set(append(slices.Clone(l), clone(pick(c, l))))
	}
}

// lengthen makes a text as long as it may be, or longer.
func lengthen(c *change) {
	n, ok := c.find(func(n node) bool { _, isText := n.value.(string); return isText })
	if !ok {
		return
	}
	length := pick(c, lengths)
	if c.chance(12) {
		length = pick(c, limits)
	}
	longer := strings.Repeat(pick(c, []string{"a", "a", "a", "a.", "A"}), length)
	if old := n.value.(string); c.chance(3) {
		longer = old + longer
	}
	n.set(longer[:length])
}

// transplant puts what another object has at such a place.
func transplant(c *change) {
	n, ok := c.find(func(n node) bool { return len(c.m.byType[n.typ]) > 0 })
	if ok {
		n.set(clone(pick(c, c.m.byType[n.typ])))
	}
}

// enter adds an entry to a map.
func enter(c *change) {
	n, ok := c.find(func(n node) bool { _, isMap := n.value.(map[string]any); return isMap && sortOf(n.typ) == entries })
	if ok {
		n.value.(map[string]any)[c.key(n.typ)] = c.value(inner(n.typ, ""), n.name, 0)
	}
}

// Twice is a map of JSON that has one of its keys two times.
type Twice struct {
	Fields map[string]any
	Key    string
}

// MarshalJSON writes the fields, and one of them again.
func (t Twice) MarshalJSON() ([]byte, error) {
	all, err := json.Marshal(t.Fields)
	if err != nil {
		return nil, err
	}
	again, err := json.Marshal(map[string]any{t.Key: t.Fields[t.Key]})
	if err != nil {
		return nil, err
	}
	return slices.Concat(all[:len(all)-1], []byte(","), again[1:]), nil
}

// double writes a key of a map two times.
func double(c *change) {
	n, ok := c.find(func(n node) bool { m, isMap := n.value.(map[string]any); return isMap && len(m) > 0 })
	if ok {
		m := n.value.(map[string]any)
		n.set(Twice{m, pick(c, slices.Sorted(maps.Keys(m)))})
	}
}

// clone copies a value, so that nothing of the copy is the original's.
func clone(value any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for key, inner := range value {
			copied[key] = clone(inner)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, inner := range value {
			copied[i] = clone(inner)
		}
		return copied
	}
	return value
}
