package spec

import (
	"fmt"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// Assignment is one --set: a value for a path, as typed.
type Assignment struct {
	Text  string // PATH=VALUE, for messages
	Path  Path
	Value string
}

// ParseAssignment reads PATH=VALUE. It returns an error when text has no "="
// or the path is none.
func ParseAssignment(text string) (Assignment, error) {
	end := pathEnd(text)
	if end < 0 {
		return Assignment{}, fmt.Errorf("--set %s: write PATH=VALUE, such as spec.parallelism=3", text)
	}
	p, ok := ParsePath(text[:end])
	if !ok {
		return Assignment{}, fmt.Errorf("--set %s: %q is no path; names with dots are written [\"NAME\"]", text, text[:end])
	}
	return Assignment{Text: text, Path: p, Value: text[end+1:]}, nil
}

// pathEnd finds the "=" that ends a path; one inside brackets does not.
func pathEnd(text string) int {
	inBracket := false
	for i := range len(text) {
		switch text[i] {
		case '[':
			inBracket = true
		case ']':
			inBracket = false
		case '=':
			if !inBracket {
				return i
			}
		}
	}
	return -1
}

// set lays assignments over the document, in order.
func (c *checker) set(assignments []Assignment) {
	for _, a := range assignments {
		n := c.root
		for i, step := range a.Path {
			next, problem := c.step(n, step)
			if problem != "" {
				c.ds = append(c.ds, diag.Diagnostic{
					Code: diag.CodeSet, Place: diag.Place{File: "--set " + a.Text},
					Message: fmt.Sprintf("%s %s", a.Path[:i+1], problem), Hint: "name a field of the document, such as spec.parallelism",
				})
				break
			}
			if n = next; i == len(a.Path)-1 {
				*n = source.Node{Kind: source.Scalar, Text: a.Value, Pos: n.Pos}
				if strings.TrimSpace(a.Value) == "null" {
					n.Kind = source.Null
				}
			}
		}
	}
}

// step goes down one step, and makes maps that are not there yet. Short forms
// on the way are spread out by the check, which knows what they are.
func (c *checker) step(n *source.Node, step string) (next *source.Node, problem string) {
	switch n.Kind {
	case source.List:
		if next := child(n, step).Value; next != nil {
			return next, ""
		}
		return nil, fmt.Sprintf("does not exist: the list has %d %s", len(n.Items), plural(len(n.Items), "item"))
	case source.Map:
		if next := n.Get(step); next != nil {
			return next, ""
		}
		added := &source.Node{Kind: source.Map, Pos: n.Pos}
		n.Fields = append(n.Fields, source.Field{Key: scalarAt(n.Pos, step), Value: added})
		return added, ""
	}
	return nil, "does not exist: what stands there is " + kindOf(n)
}
