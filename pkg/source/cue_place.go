package source

import (
	"strconv"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// made is a value together with the syntax in the user's file that made it.
// CUE can tell where a value was defined, but that may be in another package
// or behind a reference; the place to mend is the field in the file itself.
type made struct {
	value   cue.Value
	key     *Node      // of a field
	sources []ast.Node // expressions of the file for this value; may be empty
	at      Pos
	last    int // the line in which the expression ends
}

// members returns the fields of a struct.
func (r *cueReader) members(m made) []made {
	var members []made
	fields, err := m.value.Fields()
	if err != nil {
		return nil
	}
	for fields.Next() {
		name := fields.Selector().Unquoted()
		var found []*ast.Field
		for _, source := range m.sources {
			found = fieldsNamed(found, source, name)
		}
		member := made{value: fields.Value(), at: m.at}
		for _, field := range found {
			member.sources = append(member.sources, field.Value)
		}
		r.settlePlace(&member)
		member.key = &Node{Kind: Scalar, Text: name, Quoted: true, Pos: member.at}
		if field := r.labelled(found, member.value); field != nil {
			member.key.Pos = r.posOf(field.Label)
		}
		members = append(members, member)
	}
	return members
}

// items returns the values of a list.
func (r *cueReader) items(m made) []made {
	var items []made
	list, err := m.value.List()
	if err != nil {
		return nil
	}
	for i := 0; list.Next(); i++ {
		item := made{value: list.Value(), at: m.at}
		for _, source := range m.sources {
			item.sources = elements(item.sources, source, i)
		}
		r.settlePlace(&item)
		items = append(items, item)
	}
	return items
}

// labelled returns the field whose label to point at, or nil: the first in the
// file's own syntax, or the one that CUE knows of, if it is in the file.
func (r *cueReader) labelled(found []*ast.Field, value cue.Value) *ast.Field {
	if len(found) > 0 {
		return found[0]
	}
	if field, ok := value.Source().(*ast.Field); ok && r.owns(field.Pos()) {
		return field
	}
	return nil
}

// settlePlace decides where a value is. Without syntax of its own it is where
// CUE says, if that is in the file, or else where what it belongs to is.
func (r *cueReader) settlePlace(m *made) {
	if len(m.sources) == 0 {
		switch source := m.value.Source().(type) {
		case *ast.Field:
			if r.owns(source.Pos()) {
				m.sources = []ast.Node{source.Value}
			}
		case ast.Expr:
			if r.owns(source.Pos()) {
				m.sources = []ast.Node{source}
			}
		}
	}
	if len(m.sources) == 0 {
		if pos := m.value.Pos(); r.owns(pos) {
			m.at = r.loc.pos(pos.Offset(), 1)
		}
		return
	}
	best := m.sources[0]
	if literal := literalOf(m.sources); literal != nil {
		best = literal
	}
	m.at = r.posOf(best)
	if end := best.End(); r.owns(end) {
		m.last = r.loc.pos(end.Offset(), 1).Line
	}
}

// literalOf returns the literal among the sources of a value, or nil. It says
// the most; the others may be mere constraints.
func literalOf(sources []ast.Node) *ast.BasicLit {
	for _, source := range sources {
		if literal, ok := source.(*ast.BasicLit); ok {
			return literal
		}
	}
	return nil
}

// owns reports whether a position is in the user's file.
func (r *cueReader) owns(pos token.Pos) bool {
	return pos.IsValid() && pos.Filename() == r.path
}

// posOf returns the place of a piece of syntax of the file.
func (r *cueReader) posOf(node ast.Node) Pos {
	if !r.owns(node.Pos()) {
		return Pos{}
	}
	from, to := node.Pos().Offset(), node.Pos().Offset()
	if end := node.End(); r.owns(end) {
		to = end.Offset()
	}
	if _, ok := node.(*ast.StructLit); ok {
		to = from + 1
	}
	return r.loc.between(from, to)
}

// topPos returns the place of the file's value: its first field or expression.
func (r *cueReader) topPos() Pos {
	for _, decl := range r.syntax.Decls {
		switch decl := decl.(type) {
		case *ast.Field:
			return r.posOf(decl.Label)
		case *ast.EmbedDecl:
			return r.posOf(decl.Expr)
		}
	}
	return Pos{Line: 1, Column: 1, Width: 1}
}

// fieldsNamed adds the fields with that name that stand in a piece of syntax.
func fieldsNamed(found []*ast.Field, source ast.Node, name string) []*ast.Field {
	switch n := source.(type) {
	case *ast.File:
		return fieldsOfDecls(found, n.Decls, name)
	case *ast.StructLit:
		return fieldsOfDecls(found, n.Elts, name)
	case *ast.BinaryExpr:
		return fieldsNamed(fieldsNamed(found, n.X, name), n.Y, name)
	case *ast.ParenExpr:
		return fieldsNamed(found, n.X, name)
	case *ast.UnaryExpr:
		return fieldsNamed(found, n.X, name)
	}
	return found
}

// fieldsOfDecls adds the fields with that name among declarations.
func fieldsOfDecls(found []*ast.Field, decls []ast.Decl, name string) []*ast.Field {
	for _, decl := range decls {
		switch d := decl.(type) {
		case *ast.Field:
			if d.Constraint == token.ILLEGAL && labelIs(d.Label, name) {
				found = append(found, d)
			}
		case *ast.EmbedDecl:
			found = fieldsNamed(found, d.Expr, name)
		case *ast.Comprehension:
			found = fieldsNamed(found, d.Value, name)
		}
	}
	return found
}

// labelIs reports whether a label is written as that name.
func labelIs(label ast.Label, name string) bool {
	switch l := label.(type) {
	case *ast.Alias:
		inner, ok := l.Expr.(ast.Label)
		return ok && labelIs(inner, name)
	case *ast.Ident:
		return l.Name == name
	case *ast.BasicLit:
		text, err := strconv.Unquote(l.Value)
		return err == nil && text == name
	}
	return false
}

// elements adds the expressions that stand at an index of a list. Behind a
// comprehension nobody can count.
func elements(found []ast.Node, source ast.Node, index int) []ast.Node {
	switch n := source.(type) {
	case *ast.File:
		for _, decl := range n.Decls {
			if embedded, ok := decl.(*ast.EmbedDecl); ok {
				found = elements(found, embedded.Expr, index)
			}
		}
	case *ast.BinaryExpr:
		if n.Op == token.AND {
			return elements(elements(found, n.X, index), n.Y, index)
		}
	case *ast.ParenExpr:
		return elements(found, n.X, index)
	case *ast.ListLit:
		for i, element := range n.Elts[:min(index+1, len(n.Elts))] {
			switch element.(type) {
			case *ast.Comprehension, *ast.Ellipsis:
				return found
			}
			if i == index {
				found = append(found, element)
			}
		}
	}
	return found
}
