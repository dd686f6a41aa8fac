package spectest

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// Overlay adds an overlay of an environment to the document. It uses every form
// in which a layer is merged: fields that are new, changed, stated again and
// removed, maps that are replaced as a whole, short forms over long ones and the
// other way round, other members of a choice, lists that are replaced and
// appended to, and containers that are changed, added and deleted by name. What
// comes of it may not go together: see Repair.
func (d *Document) Overlay(r *rand.Rand, env string) {
	g := generator{r: r, types: d.Types}
	model, goes := schema.Model(), reflect.TypeFor[schema.Document]()
	other := g.value(model, goes, "", 0)
	layer := &source.Node{Kind: source.Map}
	for _, part := range []string{"metadata", "spec"} {
		over := g.over(d.Root.Get(part), other.Get(part), model.Field(part).Type)
		over.Fields = slices.DeleteFunc(over.Fields, func(f source.Field) bool {
			return part == "metadata" && (f.Key.Text == "name" || f.Key.Text == "generateName")
		})
		if len(over.Fields) > 0 {
			layer.Fields = append(layer.Fields, source.Field{Key: text(part), Value: over})
		}
	}
	d.Lay(env, layer)
}

// Lay adds an overlay of an environment that is made already. The tree is the
// document's from then on.
func (d *Document) Lay(env string, layer *source.Node) {
	f := d.Root.Field("overlays")
	if f == nil {
		d.Root.Fields = append(d.Root.Fields, source.Field{Key: text("overlays"), Value: &source.Node{Kind: source.Map}})
		f = d.Root.Field("overlays")
	}
	f.Value.Fields = append(f.Value.Fields, source.Field{Key: text(env), Value: layer})
}

// Copy returns a copy of a part of the document that can be put elsewhere in it.
func (d *Document) Copy(n *source.Node) *source.Node {
	g := generator{types: d.Types}
	return g.copy(n)
}

func (g *generator) copy(n *source.Node) *source.Node {
	twin := *n
	twin.Fields, twin.Items = nil, nil
	for _, f := range n.Fields {
		key := *f.Key
		twin.Fields = append(twin.Fields, source.Field{Key: &key, Value: g.copy(f.Value)})
	}
	for _, item := range n.Items {
		twin.Items = append(twin.Items, g.copy(item))
	}
	g.types[&twin] = g.types[n]
	return &twin
}

// over makes a layer over a map. Other is a map of the same type, which new
// values are taken from; it may be nil.
func (g *generator) over(lower, other *source.Node, t *schema.Type) *source.Node {
	if other != nil && other.Kind == source.Map && g.chance(12) {
		whole := g.copy(other)
		whole.Fields = append(whole.Fields, source.Field{Key: text("$patch"), Value: plain("replace")})
		return whole
	}
	n := &source.Node{Kind: source.Map}
	g.types[n] = t
	for _, f := range lower.Fields {
		if v, key := g.change(f, other.Get(f.Key.Text), t); v != nil {
			n.Fields = append(n.Fields, source.Field{Key: text(key), Value: v})
		}
	}
	if other == nil {
		return n
	}
	for _, f := range other.Fields {
		if n.Field(f.Key.Text) == nil && n.Field(f.Key.Text+"+") == nil && g.chance(3) {
			n.Fields = append(n.Fields, source.Field{Key: text(f.Key.Text), Value: g.copy(f.Value)})
		}
	}
	return n
}

// change makes what a layer says of a field, nil for nothing, and the key.
func (g *generator) change(f source.Field, other *source.Node, t *schema.Type) (v *source.Node, key string) {
	key = f.Key.Text
	fixed := t != nil && t.Kind == schema.Struct && (t.Field(key) == nil || t.Field(key).Required || slices.Contains(t.OneOf, key))
	switch g.r.IntN(6) {
	case 0:
		if !fixed {
			return &source.Node{Kind: source.Null}, key
		}
	case 1:
		return g.copy(f.Value), key
	case 2, 3:
		return g.within(f.Value, other, key)
	}
	return nil, key
}

// within makes a layer over a value that has parts.
func (g *generator) within(lower, other *source.Node, key string) (v *source.Node, newKey string) {
	t := g.types[lower]
	if other != nil && other.Kind != lower.Kind {
		other = nil
	}
	switch {
	case lower.Kind == source.Map:
		return g.over(lower, other, t), key
	case lower.Kind == source.List && t != nil && t.Elem != nil && t.Elem.Name == "Container":
		return g.containers(lower, other), key
	case lower.Kind == source.List && !strings.HasSuffix(key, "+"):
		more := lower
		if other != nil {
			more = other
		}
		return g.copy(more), key + "+"
	}
	return nil, key
}

// containers makes a layer over a list of them: some are changed, some deleted,
// some added.
func (g *generator) containers(lower, other *source.Node) *source.Node {
	n := &source.Node{Kind: source.List}
	g.types[n] = g.types[lower]
	t := g.types[lower].Elem
	for _, item := range lower.Items {
		name := item.Get("name")
		switch {
		case name == nil || g.chance(3):
		case g.chance(4):
			gone := &source.Node{Kind: source.Map, Fields: []source.Field{{Key: text("name"), Value: g.copy(name)}, {Key: text("$patch"), Value: plain("delete")}}}
			n.Items = append(n.Items, gone)
		default:
			changed := g.over(item, nil, t)
			changed.Fields = slices.DeleteFunc(changed.Fields, func(f source.Field) bool { return f.Key.Text == "name" })
			changed.Fields = append(changed.Fields, source.Field{Key: text("name"), Value: g.copy(name)})
			n.Items = append(n.Items, changed)
		}
	}
	if other != nil && len(other.Items) > 0 && g.chance(2) {
		n.Items = append(n.Items, g.copy(pick(g, other.Items)))
	}
	return n
}
