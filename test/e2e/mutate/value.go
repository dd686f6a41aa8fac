package mutate

import (
	"reflect"
	"slices"
	"strings"
)

// value makes a value of a type, for a field of a name.
func (c *change) value(t reflect.Type, name string, depth int) any {
	t = bare(t)
	if known := c.m.byType[t]; len(known) > 0 && (depth > 4 || c.chance(3)) {
		return clone(pick(c, known))
	}
	if from := wordsOfText[t]; from != nil {
		return pick(c, from)
	}
	switch sortOf(t) {
	case text:
		return c.text(t, name)
	case number:
		// Most numbers are small.
		return pick(c, numbers[:len(numbers)>>c.r.IntN(3)])
	case boolean:
		return c.chance(2)
	case list:
		items := []any{}
		for range c.size(depth) {
			items = append(items, c.value(t.Elem(), name, depth+1))
		}
		return items
	case entries:
		m := map[string]any{}
		for range c.size(depth) {
			m[c.key(t)] = c.value(t.Elem(), name, depth+1)
		}
		return m
	case structure:
		return c.structure(t, depth)
	}
	return pick(c, []any{"x", 1, map[string]any{}})
}

// size is how long a list or map is.
func (c *change) size(depth int) int {
	if depth > 6 {
		return 0
	}
	return pick(c, []int{0, 1, 1, 1, 1, 2, 2, 3})
}

// structure makes a struct: one thing if it is one of several, else the fields
// that are always there and some of the others.
func (c *change) structure(t reflect.Type, depth int) any {
	m, all := map[string]any{}, fields(t)
	if len(all) == 0 || depth > 7 {
		return m
	}
	if choice(t) {
		for range pick(c, []int{0, 1, 1, 1, 1, 1, 1, 1, 2}) {
			f := pick(c, all)
			m[f.name] = c.value(f.typ, f.name, depth+1)
		}
		return m
	}
	for _, f := range all {
		if f.always && !c.chance(15) || slices.Contains(needed, f.name) && !c.chance(6) || c.chance(4+2*depth) {
			m[f.name] = c.value(f.typ, f.name, depth+1)
		}
	}
	return m
}

// needed are the fields that are optional in the types only.
var needed = []string{"name", "key", "operator", "path", "topologyKey", "labelSelector", "port"}

// text makes a text: a word of the type or field if one is known, else a name.
func (c *change) text(t reflect.Type, name string) string {
	from := wordsOfType[t.Name()]
	if from == nil {
		from = wordsOfField[name]
	}
	switch {
	case c.chance(12):
		return pick(c, odd)
	case c.chance(25):
		return strings.Repeat("a", pick(c, lengths))
	case from == nil || c.chance(15):
		return pick(c, names)
	}
	return pick(c, from)
}

// key makes a key for a map.
func (c *change) key(t reflect.Type) string {
	if c.chance(6) {
		return pick(c, odd)
	}
	return c.text(bare(t).Key(), "")
}
