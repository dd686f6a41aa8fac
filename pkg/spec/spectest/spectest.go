// Package spectest makes random specs for tests. They are made by walking the
// schema, so that a new field is used without a change here.
package spectest

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// Files are the files that random specs name, by their path beside the spec.
var Files = map[string]string{
	"data/plain.txt":  "hello\n",
	"data/other.txt":  "a: 1\n\tb\u0085",
	"data/binary.dat": "\xff\x00\xfe",
	"data/token":      "token-of-a-file",
}

// Choices is a source of randomness that takes its numbers from data first, so
// that a fuzzer which changes data changes one choice, and then goes on from
// where the data seeds it.
func Choices(data []byte) *rand.Rand {
	h := fnv.New64a()
	h.Write(data)
	return rand.New(&byteSource{data: data, rest: rand.NewPCG(h.Sum64(), 0)})
}

type byteSource struct {
	data []byte
	rest rand.Source
}

// Uint64 puts two bytes of data to the front, where rand looks first.
func (c *byteSource) Uint64() uint64 {
	if len(c.data) < 2 {
		return c.rest.Uint64()
	}
	n := binary.BigEndian.Uint16(c.data)
	c.data = c.data[2:]
	return uint64(n)<<48 | uint64(n)<<16 | 0x5555
}

// Document is a random document: a tree as the reader would make it, and what
// the schema says of each node. Pos.Line of the nodes is what YAML wrote last.
type Document struct {
	Root  *source.Node
	Types map[*source.Node]*schema.Type
}

// New returns a document of which every field passes the schema. Fields may
// still not go together: see Repair.
func New(r *rand.Rand) *Document {
	g := generator{r: r, types: map[*source.Node]*schema.Type{}}
	root := g.value(schema.Model(), reflect.TypeFor[schema.Document](), "", 0)
	return &Document{Root: root, Types: g.types}
}

// Repair leaves out what find says is wrong, the lines of the document as YAML
// writes it without a style, until nothing is. It reports whether it came to
// an end, and gives up where a field that must be there is wrong.
func (d *Document) Repair(find func(text []byte) (lines []int)) bool {
	for range 30 {
		lines := find(d.YAML(nil))
		if len(lines) == 0 {
			return true
		}
		slices.Sort(lines)
		for _, line := range slices.Backward(slices.Compact(lines)) {
			if !d.remove(line) {
				return false
			}
		}
	}
	return false
}

// Rename gives the document its name, so that several can stand together.
func (d *Document) Rename(name string) {
	metadata := d.Root.Get("metadata")
	for _, f := range metadata.Fields {
		if f.Key.Text == "name" {
			f.Value.Text = name
			return
		}
	}
	metadata.Fields = append(metadata.Fields, source.Field{Key: text("name"), Value: text(name)})
}

// Place is a node of a document with what it stands in.
type Place struct {
	Node   *source.Node
	Key    *source.Node // nil for list items and the root
	Parent *source.Node // nil for the root
	Type   *schema.Type // nil where the schema knows none
	up     *Place
}

// Line is where a mistake in the node is to be reported.
func (p *Place) Line() int {
	if p.Key != nil {
		return p.Key.Pos.Line
	}
	return p.Node.Pos.Line
}

// Path is where the node stands, for messages.
func (p *Place) Path() string {
	if p.up == nil {
		return ""
	}
	if p.Key != nil {
		return strings.TrimPrefix(p.up.Path()+"."+p.Key.Text, ".")
	}
	return p.up.Path() + "[" + strconv.Itoa(slices.Index(p.Parent.Items, p.Node)) + "]"
}

// Places returns every node of the document, each after what it stands in.
func (d *Document) Places() []*Place {
	var found []*Place
	var visit func(p *Place)
	visit = func(p *Place) {
		p.Type = d.Types[p.Node]
		found = append(found, p)
		for _, f := range p.Node.Fields {
			visit(&Place{Node: f.Value, Key: f.Key, Parent: p.Node, up: p})
		}
		for _, item := range p.Node.Items {
			visit(&Place{Node: item, Parent: p.Node, up: p})
		}
	}
	visit(&Place{Node: d.Root})
	return found
}

// remove leaves out the innermost thing on a line that can be.
func (d *Document) remove(line int) bool {
	var at *Place
	for _, p := range d.Places() {
		if p.Line() == line && p.Parent != nil {
			at = p
		}
	}
	if at == nil {
		return line > 0 // what stood there is gone with something else
	}
	for ; at.up != nil; at = at.up {
		if d.optional(at) {
			at.cut()
			return true
		}
	}
	return false
}

func (d *Document) optional(p *Place) bool {
	parent := d.Types[p.Parent]
	if p.Key == nil || parent == nil || parent.Kind != schema.Struct {
		return true
	}
	f := parent.Field(p.Key.Text)
	return (f == nil || !f.Required) && !slices.Contains(parent.OneOf, p.Key.Text)
}

// cut takes the node out of what it stands in.
func (p *Place) cut() {
	p.Parent.Fields = slices.DeleteFunc(p.Parent.Fields, func(f source.Field) bool { return f.Value == p.Node })
	p.Parent.Items = slices.DeleteFunc(p.Parent.Items, func(n *source.Node) bool { return n == p.Node })
}

// generator makes nodes for types.
type generator struct {
	r     *rand.Rand
	types map[*source.Node]*schema.Type
}

// chance is true once in n times.
func (g *generator) chance(n int) bool { return g.r.IntN(n) == 0 }

func pick[T any](g *generator, from []T) T { return from[g.r.IntN(len(from))] }

func text(s string) *source.Node {
	return &source.Node{Kind: source.Scalar, Text: s, Quoted: true}
}

func plain(s string) *source.Node { return &source.Node{Kind: source.Scalar, Text: s} }

// value makes a value of a type. goes is the Go type, which is all that is
// known where Kubernetes' shape is deep; name is the field that it is for.
func (g *generator) value(t *schema.Type, goes reflect.Type, name string, depth int) *source.Node {
	if t.Kind == schema.Any && goes != nil {
		t = schema.ShapeOf(goes)
	}
	n := g.short(t, depth)
	if n == nil {
		n = g.long(t, goes, name, depth)
	}
	g.types[n] = t
	return n
}

func (g *generator) long(t *schema.Type, goes reflect.Type, name string, depth int) *source.Node {
	if t.Nullable && g.chance(8) {
		return &source.Node{Kind: source.Null}
	}
	switch t.Kind {
	case schema.Struct:
		return g.structure(t, goes, depth)
	case schema.Map:
		return g.entries(t, goes, name, depth)
	case schema.List:
		n := &source.Node{Kind: source.List}
		for range max(t.MinItems, g.r.IntN(4)-g.r.IntN(2)) {
			n.Items = append(n.Items, g.value(t.Elem, schema.ElementType(goes), name, depth+1))
		}
		return n
	case schema.Bool:
		return plain(strconv.FormatBool(g.chance(2)))
	case schema.Int:
		return plain(strconv.FormatInt(g.integer(t), 10))
	case schema.IntOrString:
		if g.chance(2) {
			return plain(strconv.FormatInt(g.integer(t), 10))
		}
		return g.text(t, name)
	case schema.String:
		return g.text(t, name)
	}
	return text(pick(g, words)) // nobody knows its shape
}

// odds says how rare an optional field is, by how deep it stands: a spec has a
// hundred of them, and each may hold much. Likely ones are those that others
// need, or that are few.
var odds = []int{1, 12, 3, 3, 4, 4, 5}

var likely = map[string]int{
	"name": 1, "namespace": 2, "schedule": 2, "completionMode": 4, "completions": 3, "volumes": 4, "env": 3, "script": 4, "command": 3,
}

func (g *generator) structure(t *schema.Type, goes reflect.Type, depth int) *source.Node {
	n := &source.Node{Kind: source.Map}
	from, only, chosen := g.choose(t)
	for _, f := range t.Fields {
		switch {
		case f.Name == chosen:
		case slices.Contains(from, f.Name):
			continue
		case f.Required || slices.Contains(only, f.Name+"!"):
		case only != nil && !slices.Contains(only, f.Name):
			continue
		case !g.chance(cmp.Or(likely[f.Name], odds[min(depth, len(odds)-1)])):
			continue
		}
		v := g.value(f.Type, schema.FieldType(goes, f.Name), f.Name, depth+1)
		n.Fields = append(n.Fields, source.Field{Key: text(f.Name), Value: v})
	}
	return n
}

// companions are, for the choices of types that are one of several things, the
// fields that go with each: with "!" those that it needs.
var companions = map[string]map[string][]string{
	"EnvValue": {
		"value": {}, "secret": {"key!", "optional"}, "configMap": {"key!", "optional"}, "field": {},
		"resource": {"container", "divisor"}, "volume": {"path!", "key!", "optional"},
	},
}

// choices are those that the schema leaves to its rules.
var choices = map[string][]string{
	"Probe":   {"exec", "httpGet", "tcpSocket", "grpc"},
	"Handler": {"exec", "httpGet", "tcpSocket", "sleep"},
}

// choose makes the choice of a type that is one of several things.
func (g *generator) choose(t *schema.Type) (from, only []string, chosen string) {
	if from = append(choices[t.Name], t.OneOf...); len(from) == 0 {
		return nil, nil, ""
	}
	chosen = pick(g, from)
	return from, companions[t.Name][chosen], chosen
}

func (g *generator) entries(t *schema.Type, goes reflect.Type, name string, depth int) *source.Node {
	n := &source.Node{Kind: source.Map}
	for range g.r.IntN(4) {
		k := text(pick(g, words))
		if t.Key != nil {
			k = g.text(t.Key, name)
		}
		if n.Field(k.Text) == nil {
			n.Fields = append(n.Fields, source.Field{Key: k, Value: g.value(t.Elem, schema.ElementType(goes), name, depth+1)})
		}
	}
	return n
}

func (g *generator) integer(t *schema.Type) int64 {
	least, most := int64(0), int64(1)<<31-1
	if t.Min != nil {
		least = *t.Min
	}
	if t.Max != nil {
		most = *t.Max
	}
	switch g.r.IntN(12) {
	case 0:
		return least
	case 1:
		return most
	}
	return min(max(least, 0)+g.r.Int64N(20), most)
}

// text makes a text that passes the type: a sample of the field or the type.
func (g *generator) text(t *schema.Type, name string) *source.Node {
	from := t.Enum
	for _, known := range [][]string{samples["."+name], samples[t.Name], samples["@"+t.Format], words} {
		if len(from) == 0 {
			from = slices.DeleteFunc(slices.Clone(known), func(s string) bool { return !t.Allows(s) })
		}
	}
	if len(from) == 0 {
		panic(fmt.Sprintf("spectest: no sample fits the field %q of the type %q: add one to samples", name, t.Name))
	}
	n := text(pick(g, from))
	n.Quoted = !bare.MatchString(n.Text) || g.chance(3)
	return n
}

// String shows the document as YAML.
func (d *Document) String() string { return string(bytes.TrimSpace(d.YAML(nil))) }
