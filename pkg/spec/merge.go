package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/schema"
)

// merger lays one layer over a document. What is below is its own copy and is
// changed in place; the layer is left alone, since other environments need it.
type merger struct {
	*checker          // of the merged document
	from     *checker // of the layer, which knows what of it was reported
	layer    Layer
	// standsFor tells for a copy of a node of the layer which it is a copy of.
	standsFor map[*source.Node]*source.Node
}

// slot is where a value goes: the node there, nil for none, with its type.
type slot struct {
	lower *source.Node
	typ   *schema.Type
	goes  reflect.Type
	path  Path
}

// under returns the slot of a field or entry of a map.
func (s slot) under(name string) slot {
	t, goes := below(s.typ, name), schema.ElementType(s.goes)
	if s.typ != nil && s.typ.Kind == schema.Struct {
		goes = schema.FieldType(s.goes, name)
	}
	if (t == nil || t.Kind == schema.Any) && goes != nil {
		t = schema.ShapeOf(goes)
	}
	return slot{lower: s.lower.Get(name), typ: t, goes: goes, path: s.path.With(name)}
}

// item returns the slot of a list's item.
func (s slot) item(lower *source.Node) slot {
	t, goes := below(s.typ, ""), schema.ElementType(s.goes)
	if t != nil && t.Kind == schema.Any && goes != nil {
		t = schema.ShapeOf(goes)
	}
	return slot{lower: lower, typ: t, goes: goes, path: s.path}
}

// lay returns what stands in a slot once n of the layer is laid over it.
func (m *merger) lay(n *source.Node, at slot) *source.Node {
	merges := m.from.merges(n)
	switch {
	case at.lower == nil:
		return m.adopt(n, at)
	case m.from.bad[n] || merges && m.bad[at.lower]: // nobody knows what the whole would be
		twin := *n
		m.bad[&twin] = true
		return &twin
	case n.Kind != at.lower.Kind:
		return m.adopt(n, at)
	case merges && !makeWay(at, n):
		m.fields(n, at)
		return at.lower
	case n.Kind == source.List && isContainer(below(at.typ, "")):
		m.containers(n, at)
		return at.lower
	}
	return m.adopt(n, at)
}

func isContainer(t *schema.Type) bool { return t != nil && t.Name == "Container" }

// rivals are fields of which a layer that sets one drops the other of a lower layer.
var rivals = map[string][2]string{"Image": {"tag", "digest"}, "Spec": {"serviceAccount", "serviceAccountName"}}

// keepsRest are the choices that have fields of their own beside the member:
// a volume's mounts stay when it gets another source. Elsewhere what stands
// beside a member, such as the key of a Secret, belongs to it.
var keepsRest = map[string]bool{"Volume": true}

// makeWay takes out of the lower value what a layer's value replaces without
// naming it. It reports whether that is all of it.
func makeWay(at slot, n *source.Node) (all bool) {
	if at.typ == nil {
		return false
	}
	drop := func(name string) {
		at.lower.Fields = slices.DeleteFunc(at.lower.Fields, func(f source.Field) bool { return f.Key.Text == name })
	}
	sets := func(name string) bool { v := n.Get(name); return v != nil && v.Kind != source.Null }
	if pair, ok := rivals[at.typ.Name]; ok && sets(pair[0]) != sets(pair[1]) {
		if sets(pair[0]) {
			drop(pair[1])
		} else {
			drop(pair[0])
		}
	}
	chosen := slices.IndexFunc(at.typ.OneOf, sets)
	if chosen < 0 || at.lower.Field(at.typ.OneOf[chosen]) != nil {
		return false
	}
	for _, member := range at.typ.OneOf {
		if at.lower.Field(member) != nil {
			all = !keepsRest[at.typ.Name]
			drop(member)
		}
	}
	return all
}

// fields lays the fields of a map over those of the lower one.
func (m *merger) fields(n *source.Node, at slot) {
	written := n
	if original := m.standsFor[n]; original != nil {
		written = original
	}
	m.gone[at.lower] = append(m.gone[at.lower], m.from.gone[written]...)
	// Fields that nulls remove are taken out together: one by one each would cost as much
	// as the map is large.
	removed := map[string]bool{}
	drop := func() {
		if len(removed) > 0 {
			at.lower.Fields = slices.DeleteFunc(at.lower.Fields, func(f source.Field) bool { return removed[f.Key.Text] })
			clear(removed)
		}
	}
	for _, f := range n.Fields {
		if f.Key.Text == patchKey {
			continue
		}
		if m.from.bad[f.Key] {
			m.bad[f.Key] = true
		}
		name, appends := m.from.fieldName(at.typ, f.Key.Text)
		if removed[name] { // the layer has it in two forms
			drop()
		}
		sub := at.under(name)
		switch {
		case f.Value.Kind == source.Null && !m.from.bad[f.Value]:
			removed[f.Key.Text] = m.remove(f, at, sub)
		case sub.lower == nil && slices.Contains(m.gone[at.lower], name) && m.needsLower(f.Value, sub):
			twin := *f.Value
			m.bad[&twin] = true
			m.put(f.Key, name, &twin, at)
		case appends && sub.lower != nil && sub.lower.Kind == source.List && !m.from.bad[f.Value]:
			sub.lower.Items = append(sub.lower.Items, m.adopt(f.Value, sub).Items...)
			m.layers[sub.lower] = m.layer
		default:
			m.put(f.Key, name, m.lay(f.Value, sub), at)
		}
	}
	drop()
	m.layers[at.lower] = m.layer
}

// needsLower reports whether a value of a layer says nothing without what is
// below it, which was misspelt there.
func (m *merger) needsLower(n *source.Node, at slot) bool {
	return m.from.merges(n) || isContainer(below(at.typ, ""))
}

// merges reports whether a value of a layer is laid over what is below key by key.
func (c *checker) merges(n *source.Node) bool {
	return n.Kind == source.Map && !c.short[n] && directive(n) != patchReplace
}

// put sets a field of the lower map. A map or list that only was changed keeps
// its key, unless that is a project's and the document has one of its own: what
// is missing from the map is to be written there.
func (m *merger) put(key *source.Node, name string, v *source.Node, at slot) {
	if name != key.Text {
		key = scalarAt(key, name)
	}
	if f := at.lower.Field(name); f == nil {
		at.lower.Add(source.Field{Key: key, Value: v})
	} else if f.Value != v || m.layer == LayerSpec {
		f.Key, f.Value = key, v
	}
}

// remove reports whether a field that a layer sets to null is to be taken away, or else
// what is wrong with that.
func (m *merger) remove(f source.Field, at, sub slot) bool {
	v := value{node: f.Value, key: f.Key, path: sub.path, typ: sub.typ}
	known := sub.typ != nil && sub.typ.Kind != schema.Any
	switch {
	case known && sub.typ.Nullable: // jobgen may add one too, which the null leaves out
		twin := m.adopt(f.Value, sub)
		m.removes[twin] = sub.lower != nil && sub.lower.Kind != source.Null || m.layer.ofProject()
		m.put(f.Key, f.Key.Text, twin, at)
	case sub.lower != nil:
		return true
	case !known:
		m.put(f.Key, f.Key.Text, m.adopt(f.Value, sub), at)
	case m.layer == LayerSpec:
		m.gone[at.lower] = append(m.gone[at.lower], f.Key.Text)
		m.wrong(v, diag.CodeNull, fmt.Sprintf("%s has no value", v.name()), v.nullHint())
	case slices.Contains(m.gone[at.lower], f.Key.Text): // reported below
	case !m.layer.ofProject(): // a project speaks of many Jobs, of which not every one has the field
		m.wrong(v, diag.CodeNull, fmt.Sprintf("there is no %s to remove", sub.path), "leave the line out: no layer below sets it")
	}
	return false
}

// adopt returns a copy of what a layer says where nothing is below it.
func (m *merger) adopt(n *source.Node, at slot) *source.Node {
	twin := *n
	at.lower = &twin
	m.layers[&twin] = m.layer
	if m.from.bad[n] {
		m.bad[&twin] = true
	}
	twin.Fields, twin.Items = nil, nil
	switch {
	case n.Kind == source.Map:
		if n.Fields != nil {
			twin.Fields = make([]source.Field, 0, len(n.Fields))
		}
		m.fields(n, at)
	case isContainer(below(at.typ, "")):
		m.containers(n, at)
	default:
		for _, item := range n.Items {
			twin.Items = append(twin.Items, m.adopt(item, at.item(nil)))
		}
	}
	return &twin
}

// containers merges a list of containers by name, new ones last.
func (m *merger) containers(n *source.Node, at slot) {
	below := len(at.lower.Items)
	names := make([]string, below)
	for i, item := range at.lower.Items {
		names[i] = nameOf(item)
	}
	var deleted []*source.Node
	taken := map[string]bool{} // a second item of one name is reported as such
	for _, item := range n.Items {
		name := nameOf(item)
		i := slices.Index(names, name)
		if taken[name] || m.from.bad[item] {
			i = -1
		}
		taken[name] = true
		switch {
		case directive(item) == patchDelete && i >= 0:
			deleted = append(deleted, at.lower.Items[i])
		case directive(item) == patchDelete:
			m.noContainer(item, names, at, "leave the item out")
		case i >= 0:
			at.lower.Items[i] = m.lay(item, at.item(at.lower.Items[i]))
		case m.layer != LayerProject && (below > 0 || m.layer > LayerSpec) && item.Get("image").Get("repository") == nil && !m.from.anyBad(item):
			m.noContainer(item, names, at, "add `image: REPOSITORY:TAG` if it is a new one")
		default:
			at.lower.Items = append(at.lower.Items, m.adopt(item, at.item(nil)))
		}
	}
	at.lower.Items = slices.DeleteFunc(at.lower.Items, func(item *source.Node) bool { return slices.Contains(deleted, item) })
	m.layers[at.lower] = m.layer
}

// noContainer reports an item that is to change a container which is not there.
func (m *merger) noContainer(item *source.Node, names []string, at slot, otherwise string) {
	if m.layer.ofProject() && directive(item) == patchDelete {
		return
	}
	name := item.Get("name")
	if name == nil || m.from.bad[item] {
		return
	}
	m.report(diag.Diagnostic{
		Code: diag.CodeReference, Message: fmt.Sprintf("there is no container %q in %s to change", name.Text, at.path),
		Hint: hint(suggest.Question(suggest.Nearest(name.Text, names)), otherwise),
	}, name)
}

func nameOf(item *source.Node) string {
	if name := item.Get("name"); name != nil {
		return name.Text
	}
	return ""
}

// What a layer can say of a value beside the value itself.
const (
	patchKey     = "$patch"
	patchReplace = "replace" // the map takes the place of the lower one
	patchDelete  = "delete"  // the container of that name is left out
)

// directive returns what stands under $patch, or "".
func directive(n *source.Node) string {
	if d := n.Get(patchKey); d != nil && d.Kind == source.Scalar {
		return d.Text
	}
	return ""
}

// fieldName returns the field that a key of a layer is about, and whether it
// appends to it: KEY+ does to the list KEY.
func (c *checker) fieldName(t *schema.Type, key string) (name string, appends bool) {
	name, appends = strings.CutSuffix(key, "+")
	if !appends || t == nil || t.Kind != schema.Struct || t.Field(key) != nil || t.Field(name) == nil {
		return key, false
	}
	return name, true
}
