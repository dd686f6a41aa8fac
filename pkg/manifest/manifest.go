// Package manifest reads the Kubernetes objects that documents hold: those that
// somebody wrote, or another tool made.
package manifest

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// Object is one Kubernetes object as somebody wrote it.
type Object struct {
	JSON       []byte // what kubectl makes of the document
	APIVersion string // "" if it has none
	Kind       string // "" if it has none

	file   *source.File
	root   *source.Node
	faulty []spec.Path // the values that could not be read
}

// Read returns the objects of a document: itself, or the items of a List. A
// document with neither an apiVersion nor a kind holds something else, and has
// none. Read must only be asked about documents that are no specs.
//
// The lines of Secret values are masked from then on.
func Read(doc source.Document) []Object {
	if doc.Root == nil || doc.Root.Get("apiVersion") == nil && doc.Root.Get("kind") == nil {
		return nil
	}
	return read(doc.File, doc.Root, "", "")
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
	if o.Kind == "Secret" {
		maskSecret(root)
	}
	w := writer{}
	w.object(root, version, kind)
	o.JSON, o.faulty = w.out.Bytes(), w.faulty
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

// maskSecret masks what holds the values of a Secret.
func maskSecret(root *source.Node) {
	root.Get("data").Mask()
	root.Get("stringData").Mask()
	if annotations := root.Get("metadata").Get("annotations"); annotations != nil {
		annotations.Get(lastApplied).Mask()
	}
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

// writer writes nodes as JSON.
type writer struct {
	out    bytes.Buffer
	faulty []spec.Path
}

// object writes the value of a whole object, and what it is where a list says it.
func (w *writer) object(n *source.Node, version, kind string) {
	if n.Kind == source.Map {
		add := func(name, value string) {
			if value != "" && n.Get(name) == nil {
				pos := n.Pos
				n = &source.Node{Kind: source.Map, Pos: pos, Fields: append(n.Fields[:len(n.Fields):len(n.Fields)], source.Field{
					Key: text(name, pos), Value: text(value, pos),
				})}
			}
		}
		add("apiVersion", version)
		add("kind", kind)
	}
	w.value(n, nil)
}

func text(s string, pos source.Pos) *source.Node {
	return &source.Node{Kind: source.Scalar, Text: s, Quoted: true, Pos: pos}
}

func (w *writer) value(n *source.Node, at spec.Path) {
	switch n.Kind {
	case source.Map:
		w.fields(n, at)
	case source.List:
		w.items(n, at)
	case source.Scalar:
		w.out.Write(scalar(n))
	default:
		if n.Kind == source.Faulty {
			w.faulty = append(w.faulty, at)
		}
		w.out.WriteString("null")
	}
}

func (w *writer) fields(n *source.Node, at spec.Path) {
	w.out.WriteByte('{')
	for i, f := range n.Fields {
		if i > 0 {
			w.out.WriteByte(',')
		}
		name := key(f.Key)
		w.out.Write(quote(name))
		w.out.WriteByte(':')
		w.value(f.Value, at.With(name))
	}
	w.out.WriteByte('}')
}

func (w *writer) items(n *source.Node, at spec.Path) {
	w.out.WriteByte('[')
	for i, item := range n.Items {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.value(item, at.With(number(i)))
	}
	w.out.WriteByte(']')
}

func quote(text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic("manifest: a text cannot be written as JSON: " + err.Error())
	}
	return quoted
}
