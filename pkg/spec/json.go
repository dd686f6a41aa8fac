package spec

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"sync"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// After the check a scalar that is Quoted is a text and any other a number or a
// boolean, so a tree can be handed on without knowing its types. What was
// reported is left out: a field is dropped, a list item stays as an empty one,
// so that the numbers of the others do not change.

// builders are used again: what is decoded is copied.
var builders = sync.Pool{New: func() any { return &jsontree.Builder{} }}

// decode fills a Go value, given by its pointer, with the tree below n.
func (c *checker) decode(n *source.Node, into any) {
	b := builders.Get().(*jsontree.Builder)
	defer builders.Put(b)
	v := c.json(b, n)
	if v.Decode(into) {
		return
	}
	reflect.ValueOf(into).Elem().SetZero()
	if err := json.Unmarshal(v.AppendJSON(nil), into); err != nil {
		panic(fmt.Sprintf("spec: %v", err)) // the check let something through that the types do not hold
	}
}

// json returns the tree below n.
func (c *checker) json(b *jsontree.Builder, n *source.Node) jsontree.Value {
	switch n.Kind {
	case source.Map:
		fields := b.OpenMap()
		for _, f := range n.Fields {
			if !c.bad[f.Value] && !c.bad[f.Key] {
				b.AddField(f.Key.Text, c.json(b, f.Value))
			}
		}
		v, _ := b.CloseMap(fields)
		return v
	case source.List:
		items := b.OpenList()
		for _, item := range n.Items {
			if c.bad[item] {
				b.AddItem(jsontree.Value{})
			} else {
				b.AddItem(c.json(b, item))
			}
		}
		return b.CloseList(items)
	case source.Scalar:
		switch {
		case n.Quoted:
			return jsontree.Value{Kind: jsontree.String, Text: n.Text}
		case n.Text == "true" || n.Text == "false":
			return jsontree.Value{Kind: jsontree.Bool, Text: n.Text}
		}
		return jsontree.Value{Kind: jsontree.Number, Text: n.Text}
	}
	return jsontree.Value{}
}

// plain returns the tree below n in the types that CUE's Encode takes.
func (c *checker) plain(n *source.Node) any {
	switch n.Kind {
	case source.Map:
		m := make(map[string]any, len(n.Fields))
		for _, f := range n.Fields {
			if !c.bad[f.Value] && !c.bad[f.Key] {
				m[f.Key.Text] = c.plain(f.Value)
			}
		}
		return m
	case source.List:
		l := make([]any, len(n.Items))
		for i, item := range n.Items {
			if !c.bad[item] {
				l[i] = c.plain(item)
			}
		}
		return l
	case source.Scalar:
		if n.Quoted {
			return n.Text
		}
		if i, err := strconv.ParseInt(n.Text, 10, 64); err == nil {
			return i
		}
		return n.Text == "true"
	}
	return nil
}
