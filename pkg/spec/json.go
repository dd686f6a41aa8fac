package spec

import (
	"encoding/json"
	"strconv"

	"github.com/jobgen-dev/jobgen/pkg/source"
)

// After the check a scalar that is Quoted is a text and any other a number or a
// boolean, so a tree can be handed on without knowing its types. What was
// reported is left out: a field is dropped, a list item stays as an empty one,
// so that the numbers of the others do not change.

// appendJSON appends the tree below n to b.
func (c *checker) appendJSON(b []byte, n *source.Node) []byte {
	switch n.Kind {
	case source.Map:
		b = append(b, '{')
		first := true
		for _, f := range n.Fields {
			if c.bad[f.Value] || c.bad[f.Key] {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = appendText(b, f.Key.Text)
			b = append(b, ':')
			b = c.appendJSON(b, f.Value)
		}
		return append(b, '}')
	case source.List:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			if c.bad[item] {
				b = append(b, "null"...)
				continue
			}
			b = c.appendJSON(b, item)
		}
		return append(b, ']')
	case source.Scalar:
		if n.Quoted {
			return appendText(b, n.Text)
		}
		return append(b, n.Text...)
	}
	return append(b, "null"...)
}

func appendText(b []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return append(b, quoted...)
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
