// Package manifest reads the Kubernetes objects that documents hold: those that
// somebody wrote, or another tool made.
package manifest

import (
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
)

// Object is one Kubernetes object as somebody wrote it.
type Object struct {
	Value      jsontree.Value // what kubectl makes of the document
	APIVersion string         // "" if it has none
	Kind       string         // "" if it has none

	file   *source.File
	text   string
	root   *source.Node
	faulty []spec.Path // the values that could not be read
	// repeats says that two keys became one name, so that no value can hold both.
	repeats bool
}

// Read returns the objects of a document: itself, or the items of a List. A
// document with neither an apiVersion nor a kind holds something else, and has
// none. Read must only be asked about documents that are no specs.
//
// The lines of Secret values are masked from then on.
func Read(doc source.Document) []Object {
	if doc.Root == nil {
		return nil
	}
	if doc.Root.Get("apiVersion") == nil && doc.Root.Get("kind") == nil {
		maskSecret(doc.Root, "")
		return nil
	}
	objects := read(doc.File, doc.Root, "", "")
	if len(objects) == 1 && objects[0].root == doc.Root {
		objects[0].text = doc.Text
	}
	return objects
}

// read returns the objects of one value. The items of a typed list, such as a
// JobList, need not say what they are.
func read(file *source.File, root *source.Node, version, kind string) []Object {
	o := Object{APIVersion: version, Kind: kind, file: file, root: root}
	if v := root.Get("apiVersion"); v != nil {
		o.APIVersion = v.Text
	}
	if k := root.Get("kind"); k != nil {
		o.Kind = k.Text
	}
	if items := root.Get("items"); strings.HasSuffix(o.Kind, "List") && items != nil && items.Kind == source.List {
		return readList(file, items, o)
	}
	maskSecret(root, o.Kind)
	r := reader{}
	o.Value = r.object(root, version, kind)
	o.faulty, o.repeats = r.faulty, r.repeats
	return []Object{o}
}

// readList returns the objects of a list.
func readList(file *source.File, items *source.Node, list Object) []Object {
	version, kind := "", ""
	if item := strings.TrimSuffix(list.Kind, "List"); item != "" {
		version, kind = list.APIVersion, item
	}
	var objects []Object
	for _, item := range items.Items {
		objects = append(objects, read(file, item, version, kind)...)
	}
	return objects
}

// lastApplied holds a copy of the object.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// maskSecret masks what holds the values of a Secret, be it under a name that is
// misspelt. Other objects stay as they are.
func maskSecret(root *source.Node, kind string) {
	if !isSecret(root, kind) {
		return
	}
	for _, f := range root.Fields {
		switch f.Key.Text {
		case "apiVersion", "kind", "metadata", "type", "immutable":
		default:
			root.File.Withhold(f)
			maskValues(f.Value)
		}
	}
	if annotations := root.Get("metadata").Get("annotations"); annotations != nil {
		annotations.Get(lastApplied).Mask()
	}
}

// isSecret reports whether an object is a Secret, be its kind misspelt or missing.
func isSecret(root *source.Node, kind string) bool {
	kind = strings.ToLower(kind)
	return kind == "secret" || suggest.IsSlip(kind, "secret") || slices.ContainsFunc(root.Fields, func(f source.Field) bool {
		return f.Key.Text == "stringData" || suggest.IsSlip(f.Key.Text, "stringData")
	})
}

// validKey matches the keys that a Secret may have.
var validKey = lazyregexp.New(`^[-._a-zA-Z0-9]+$`)

// maskValues masks what stands below a field of a Secret, but for the names of its keys. A
// name without a text, or with other characters than a key may have, may be half of one.
func maskValues(values *source.Node) {
	if values.Kind != source.Map {
		values.Mask()
	}
	for _, f := range values.Fields {
		if f.Value.Kind != source.Scalar || !validKey.MatchString(f.Key.Text) {
			f.Key.Mask()
		}
		f.Value.Mask()
	}
}

// As returns the object as one of another apiVersion, at the same places.
func (o Object) As(apiVersion string) Object {
	o.Value.Fields = slices.Clone(o.Value.Fields)
	if v := o.Value.Find("apiVersion"); v != nil {
		*v = jsontree.Value{Kind: jsontree.String, Text: apiVersion}
	}
	return o
}

// Name returns the object's name, or its generateName; "" if it has none.
func (o Object) Name() string {
	meta := o.root.Get("metadata")
	for _, field := range []string{"name", "generateName"} {
		if n := meta.Get(field); n != nil && n.Kind == source.Scalar {
			return n.Text
		}
	}
	return ""
}

// Place returns where a value of the object stands: a field with a single value at
// the value, any other at its key. A path that is not in the object leads to the
// nearest that is. Faulty says that a value on the way could not be read.
func (o Object) Place(at spec.Path) (place diag.Place, faulty bool) {
	for _, bad := range o.faulty {
		if len(bad) <= len(at) && bad.String() == at[:len(bad)].String() {
			faulty = true
		}
	}
	return o.file.Place(spec.Point(o.root, at).Pos), faulty
}

// Node returns the tree that the object was read from.
func (o Object) Node() *source.Node { return o.root }

// Text returns the document that the object is, as it was written; "" for an item of a list,
// and for what is not in YAML.
func (o Object) Text() string { return o.text }

// Line returns the line that the object begins at.
func (o Object) Line() int { return o.root.Pos.Line }

// At returns the path of the value that a line of the file belongs to: the last that
// begins there or above. Where several begin on the line, it is what holds them.
func (o Object) At(line int) spec.Path {
	var at spec.Path
	for n := o.root; ; {
		var step string
		var next *source.Node
		begins := 0
		visit := func(name string, pos source.Pos, value *source.Node) {
			if pos.Line > line {
				return
			}
			step, next = name, value
			if pos.Line == line {
				begins++
			}
		}
		for _, f := range n.Fields {
			visit(f.Key.Text, f.Key.Pos, f.Value)
		}
		for i, item := range n.Items {
			visit(number(i), item.Pos, item)
		}
		if next == nil || begins > 1 {
			return at
		}
		at, n = at.With(step), next
	}
}

// Plain returns the characters of a single value that was typed without quotes.
func (o Object) Plain(at spec.Path) (text string, ok bool) {
	field, steps := spec.Follow(o.root, at)
	n := field.Value
	return n.Text, steps == len(at) && n.Kind == source.Scalar && !n.Quoted
}

// KeyPlace returns where the name of a field of the object stands.
func (o Object) KeyPlace(at spec.Path) diag.Place {
	if len(at) > 0 {
		parent, steps := spec.Follow(o.root, at[:len(at)-1])
		if field := parent.Value.Field(at[len(at)-1]); field != nil && steps == len(at)-1 {
			return o.file.Place(field.Key.Pos)
		}
	}
	place, _ := o.Place(at)
	return place
}

// JSON returns the object as a text. It is the whole of it also where two keys became
// one name, such as NO and "false".
func (o Object) JSON() []byte { return o.Value.AppendJSON(nil) }

// Whole reports whether no two keys of a map became one name.
func (o Object) Whole() bool { return !o.repeats }

// reader makes JSON of nodes.
type reader struct {
	jsontree.Builder
	at      spec.Path
	faulty  []spec.Path
	repeats bool
}

// object returns the value of a whole object, with what it is where a list says it.
func (r *reader) object(n *source.Node, version, kind string) jsontree.Value {
	if n.Kind != source.Map {
		return r.value(n)
	}
	fields := r.OpenMap()
	r.fields(n)
	add := func(name, value string) {
		if value != "" && n.Get(name) == nil {
			r.AddField(name, jsontree.Value{Kind: jsontree.String, Text: value})
		}
	}
	add("apiVersion", version)
	add("kind", kind)
	return r.close(fields)
}

func (r *reader) value(n *source.Node) jsontree.Value {
	switch n.Kind {
	case source.Map:
		fields := r.OpenMap()
		r.fields(n)
		return r.close(fields)
	case source.List:
		items := r.OpenList()
		for i, item := range n.Items {
			r.at = append(r.at, number(i))
			r.AddItem(r.value(item))
			r.at = r.at[:len(r.at)-1]
		}
		return r.CloseList(items)
	case source.Scalar:
		return scalar(n)
	case source.Faulty:
		r.faulty = append(r.faulty, slices.Clone(r.at))
	}
	return jsontree.Value{}
}

func (r *reader) fields(n *source.Node) {
	for _, f := range n.Fields {
		name := key(f.Key)
		r.at = append(r.at, name)
		r.AddField(name, r.value(f.Value))
		r.at = r.at[:len(r.at)-1]
	}
}

func (r *reader) close(fields int) jsontree.Value {
	v, unique := r.CloseMap(fields)
	r.repeats = r.repeats || !unique
	return v
}
