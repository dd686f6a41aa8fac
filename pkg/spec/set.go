package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// Assignment is one --set: a value for a path, as typed.
type Assignment struct {
	Path  Path
	Value string
}

// ParseAssignment reads PATH=VALUE. It returns an error when text has no "="
// or the path is none.
func ParseAssignment(text string) (Assignment, error) {
	end := pathEnd(text)
	if end < 0 {
		if value := strings.IndexAny(text, ": ="); value >= 0 {
			text = text[:value] + "…" // it may be a secret
		}
		return Assignment{}, fmt.Errorf("--set %s: write PATH=VALUE, such as spec.parallelism=3", text)
	}
	p, ok := ParsePath(text[:end])
	if !ok {
		return Assignment{}, fmt.Errorf("--set: %q is no path; names with dots are written [\"NAME\"]", text[:end])
	}
	return Assignment{Path: p, Value: text[end+1:]}, nil
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

// place returns the place of a node. Values that came from --set have the
// negative number of their assignment for a line, counted from 1.
func (c *checker) place(n *source.Node) diag.Place {
	switch {
	case n.Pos.Line < 0:
		return diag.Place{File: "--set " + c.sets[-n.Pos.Line-1].Path.String()}
	case n.File != nil:
		return n.File.Place(n.Pos)
	}
	return c.file.Place(n.Pos)
}

// set lays the assignments over the document, in order. They speak of the long
// form, so a first check, whose findings are dropped, spreads the short ones.
func (c *checker) set(assignments []Assignment) {
	if len(assignments) == 0 {
		return
	}
	if !c.merged { // merging has spread them
		first := newChecker(c.file, c.root)
		first.shape()
	}
	c.sets = assignments
	for i, a := range assignments {
		if slices.ContainsFunc(assignments[:i], func(b Assignment) bool { return slices.Equal(a.Path, b.Path) }) {
			c.report(diag.Diagnostic{Code: diag.CodeSet, Message: "the field is set twice, and has one value"}, &source.Node{Pos: source.Pos{Line: -i - 1}})
			continue
		}
		if a.Path[0] == "overlays" || a.Path[0] == "environments" {
			problem := "--set is laid over what an environment makes: set metadata or spec, and choose the environment with --env"
			c.report(diag.Diagnostic{Code: diag.CodeSet, Message: problem}, &source.Node{Pos: source.Pos{Line: -i - 1}})
			continue
		}
		if problem := assign(c.root, a, &source.Node{Pos: source.Pos{Line: -i - 1, Width: 1}}); problem != "" {
			c.report(diag.Diagnostic{Code: diag.CodeSet, Message: problem}, &source.Node{Pos: source.Pos{Line: -i - 1}})
		}
	}
}

// assign puts one value in its place, and says what is in the way.
func assign(root *source.Node, a Assignment, at *source.Node) (problem string) {
	n, typ := root, schema.Model()
	for i, step := range a.Path {
		last := i == len(a.Path)-1
		switch n.Kind {
		case source.Map:
			makeRoom(n, typ, step)
			if last && a.Value == "null" && !nullable(typ, step) {
				return remove(n, a.Path)
			}
			next := n.Get(step)
			if t := below(typ, step); next == nil && !last && t != nil && t.Kind == schema.List {
				return fmt.Sprintf("%s does not exist: there is no list %s", a.Path[:i+2], a.Path[:i+1])
			}
			if next == nil {
				next = &source.Node{Kind: source.Map, Pos: at.Pos}
				n.Add(source.Field{Key: scalarAt(at, step), Value: next})
			}
			n = next
		default:
			next := child(n, step).Value
			if next == nil {
				return fmt.Sprintf("%s does not exist: what stands before it is %s", a.Path[:i+1], kindOf(n))
			}
			n = next
		}
		typ = below(typ, step)
	}
	*n = source.Node{Kind: source.Scalar, Text: a.Value, Pos: at.Pos}
	if a.Value == "null" {
		n.Kind = source.Null
	}
	return ""
}

// makeRoom takes out what a new member of a choice replaces.
func makeRoom(n *source.Node, typ *schema.Type, step string) {
	if typ == nil {
		return
	}
	choices := typ.OneOf
	if typ.Name == "Image" && step != "repository" {
		choices = []string{"tag", "digest"}
	}
	if slices.Contains(choices, step) {
		n.Fields = slices.DeleteFunc(n.Fields, func(f source.Field) bool {
			return f.Key.Text != step && slices.Contains(choices, f.Key.Text)
		})
	}
}

func nullable(typ *schema.Type, step string) bool {
	t := below(typ, step)
	return t != nil && t.Nullable
}

func remove(n *source.Node, p Path) (problem string) {
	at := slices.IndexFunc(n.Fields, func(f source.Field) bool { return f.Key.Text == p[len(p)-1] })
	if at < 0 {
		return fmt.Sprintf("there is no %s to remove", p)
	}
	n.Fields = slices.Delete(n.Fields, at, at+1)
	return ""
}

// below returns the type of what stands under step in a value of type t, or
// nil where the schema does not say.
func below(t *schema.Type, step string) *schema.Type {
	if t == nil {
		return nil
	}
	if t.Kind == schema.Struct {
		if f := t.Field(step); f != nil {
			return f.Type
		}
		return nil
	}
	return t.Elem
}
