package schema

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// This file reads the schema from its CUE files. That takes milliseconds, so what is
// read stands as Go data in model_gen.go; TestModelIsUpToDate writes it.

// readModel returns the types of #Document, #Written and #Project. The schema is part
// of the program: one that this reader does not understand is a bug, and panics.
func readModel() (model, written, project *Type) {
	r := reader{defs: definitions(), types: map[string]*Type{}}
	model, written, project = r.definition("#Document"), r.definition("#Written"), r.definition("#Project")
	written.Name = "Document" // to a user it is the same
	return model, written, project
}

// definitions returns the syntax of every definition of the schema, by name.
var definitions = sync.OnceValue(func() map[string]*ast.Field {
	defs := map[string]*ast.Field{}
	for _, name := range fileNames() {
		for _, d := range parse(files, name).Decls {
			if field, ok := d.(*ast.Field); ok {
				defs[label(field)] = field
			}
		}
	}
	return defs
})

// parse reads an embedded file, which is part of the program and never wrong.
func parse(in embed.FS, name string) *ast.File {
	src, err := in.ReadFile(name)
	if err != nil {
		panic(err)
	}
	f, err := parser.ParseFile(name, src, parser.ParseComments)
	if err != nil {
		panic(err)
	}
	return f
}

// jobFile is made of the schema, and no part of it.
const jobFile = "job_gen.cue"

func fileNames() []string {
	names, err := fs.Glob(files, "*.cue")
	if err != nil {
		panic(err)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == jobFile })
}

// reader turns the syntax of the schema into types. It knows the part of CUE
// that the schema uses and panics on the rest.
type reader struct {
	defs  map[string]*ast.Field
	types map[string]*Type
}

func (r *reader) definition(name string) *Type {
	if t, ok := r.types[name]; ok {
		return t
	}
	field, ok := r.defs[name]
	if !ok {
		panic("schema: no definition " + name)
	}
	t := r.expr(field.Value)
	t.Name = strings.TrimPrefix(name, "#")
	t.Doc = doc(field)
	t = t.annotated(field)
	r.types[name] = t
	return t
}

func (r *reader) expr(e ast.Expr) *Type {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return r.expr(e.X)
	case *ast.Ident:
		return r.ident(e.Name)
	case *ast.StructLit:
		return r.structure(e)
	case *ast.ListLit:
		return r.list(e)
	case *ast.BasicLit:
		if e.Kind == token.NULL {
			return &Type{Nullable: true}
		}
		return &Type{Kind: String, Enum: []string{unquote(e)}}
	case *ast.UnaryExpr:
		return unary(e)
	case *ast.CallExpr:
		return call(e)
	case *ast.BinaryExpr:
		if e.Op == token.AND {
			t := *r.expr(e.X)
			t.and(r.expr(e.Y))
			return &t
		}
		t := *r.expr(e.X)
		t.or(r.expr(e.Y))
		return &t
	}
	panic(fmt.Sprintf("schema: unexpected %T at %v", e, e.Pos()))
}

func (r *reader) ident(name string) *Type {
	switch name {
	case "string":
		return &Type{Kind: String}
	case "int":
		return &Type{Kind: Int}
	case "bool":
		return &Type{Kind: Bool}
	case "_":
		return &Type{}
	}
	return r.definition(name)
}

func unary(e *ast.UnaryExpr) *Type {
	switch e.Op {
	case token.MUL:
		word := unquote(e.X)
		return &Type{Kind: String, Enum: []string{word}, Default: word}
	case token.GEQ, token.LEQ:
		n := integer(e.X)
		if e.Op == token.GEQ {
			return &Type{Kind: Int, Min: &n}
		}
		return &Type{Kind: Int, Max: &n}
	case token.NEQ:
		return &Type{Kind: String, NotEmpty: true}
	case token.MAT, token.NMAT:
		text := unquote(e.X)
		return &Type{Kind: String, Patterns: []Pattern{{Not: e.Op == token.NMAT, Regexp: lazyregexp.New(text)}}}
	}
	panic(fmt.Sprintf("schema: unexpected operator %v at %v", e.Op, e.Pos()))
}

func call(e *ast.CallExpr) *Type {
	switch name := callee(e); name {
	case "strings.MaxRunes":
		return &Type{Kind: String, MaxRunes: int(integer(e.Args[0]))}
	case "list.MinItems":
		return &Type{Kind: List, MinItems: int(integer(e.Args[0]))}
	case "list.MaxItems":
		return &Type{Kind: List, MaxItems: int(integer(e.Args[0]))}
	case "matchN":
		t := &Type{Kind: Struct, index: &index{}}
		for _, arm := range e.Args[1].(*ast.ListLit).Elts {
			t.OneOf = append(t.OneOf, label(arm.(*ast.StructLit).Elts[0].(*ast.Field)))
		}
		return t
	default:
		panic(fmt.Sprintf("schema: unexpected call of %s at %v", name, e.Pos()))
	}
}

// and narrows t by u.
func (t *Type) and(u *Type) {
	if t.Kind != u.Kind && u.Kind != Any {
		panic(fmt.Sprintf("schema: %v & %v", t.Kind, u.Kind))
	}
	t.Patterns = append(t.Patterns[:len(t.Patterns):len(t.Patterns)], u.Patterns...)
	t.OneOf = append(t.OneOf[:len(t.OneOf):len(t.OneOf)], u.OneOf...)
	t.MaxRunes = tighter(t.MaxRunes, u.MaxRunes)
	t.MinItems = max(t.MinItems, u.MinItems)
	t.MaxItems = tighter(t.MaxItems, u.MaxItems)
	t.NotEmpty = t.NotEmpty || u.NotEmpty
	if u.Min != nil {
		t.Min = u.Min
	}
	if u.Max != nil {
		t.Max = u.Max
	}
}

// tighter returns the smaller of two limits, of which 0 is none.
func tighter(a, b int) int {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// or widens t by u: more words, null, or text beside a number.
func (t *Type) or(u *Type) {
	t.Enum = append(t.Enum[:len(t.Enum):len(t.Enum)], u.Enum...)
	t.Nullable = t.Nullable || u.Nullable
	if t.Kind == Int && u.Kind == String {
		t.Kind = IntOrString
		t.Patterns, t.MaxRunes = u.Patterns, u.MaxRunes
	}
}

func (r *reader) list(e *ast.ListLit) *Type {
	return &Type{Kind: List, Elem: r.expr(e.Elts[0].(*ast.Ellipsis).Type)}
}

func (r *reader) structure(e *ast.StructLit) *Type {
	t := &Type{Kind: Struct, index: &index{}}
	for _, elt := range e.Elts {
		switch elt := elt.(type) {
		case *ast.Ellipsis:
			return &Type{Kind: Any}
		case *ast.EmbedDecl:
			for _, f := range r.expr(elt.Expr).Fields {
				t.add(f)
			}
		case *ast.Field:
			if key, ok := elt.Label.(*ast.ListLit); ok {
				return &Type{Kind: Map, Key: r.expr(key.Elts[0]), Elem: r.expr(elt.Value)}
			}
			t.add(r.field(elt))
		case *ast.Attribute, *ast.CommentGroup:
		default:
			panic(fmt.Sprintf("schema: unexpected %T at %v", elt, elt.Pos()))
		}
	}
	return t
}

func (t *Type) add(f *Field) {
	if slices.ContainsFunc(t.Fields, func(g *Field) bool { return g.Name == f.Name }) {
		panic("schema: two fields " + f.Name)
	}
	t.Fields = append(t.Fields, f)
}

func (r *reader) field(e *ast.Field) *Field {
	f := &Field{
		Name: label(e), Doc: doc(e), Type: r.expr(e.Value), Required: e.Constraint == token.NOT,
		Secret: hasAttribute(e, "secret"),
	}
	f.Type = f.Type.annotated(e)
	if f.Doc == "" {
		f.Doc = f.Type.Doc
	}
	if hint := attribute(e, "hint"); hint != "" {
		value, text, _ := strings.Cut(hint, ",")
		f.Hint = Hint{value, strings.Trim(text, `"`)}
	}
	return f
}

// annotated returns t with the attributes of e, which may differ from those of
// the definition that t comes from.
func (t *Type) annotated(e *ast.Field) *Type {
	format, short := attribute(e, "format"), attribute(e, "short")
	if format == "" && short == "" {
		return t
	}
	u := *t
	u.Format, u.Short = cmp.Or(format, t.Format), cmp.Or(short, t.Short)
	return &u
}

func label(f *ast.Field) string { return labelText(f.Label) }

func labelText(l ast.Label) string {
	switch l := l.(type) {
	case *ast.Ident:
		return l.Name
	case *ast.BasicLit:
		return unquote(l)
	}
	panic(fmt.Sprintf("schema: unexpected label %T at %v", l, l.Pos()))
}

func doc(f *ast.Field) string {
	var b strings.Builder
	for _, c := range ast.Comments(f) {
		if c.Doc {
			b.WriteString(c.Text())
		}
	}
	return strings.TrimSpace(b.String())
}

func hasAttribute(f *ast.Field, name string) bool {
	for _, a := range f.Attrs {
		if key, _ := a.Split(); key == name {
			return true
		}
	}
	return false
}

func attribute(f *ast.Field, name string) string {
	for _, a := range f.Attrs {
		if key, body := a.Split(); key == name {
			return body
		}
	}
	return ""
}

func callee(e *ast.CallExpr) string {
	switch f := e.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.X.(*ast.Ident).Name + "." + f.Sel.(*ast.Ident).Name
	}
	return ""
}

func unquote(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		panic(fmt.Sprintf("schema: a text is wanted at %v", e.Pos()))
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		panic(err)
	}
	return s
}

func integer(e ast.Expr) int64 {
	sign := ""
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.SUB {
		sign, e = "-", u.X
	}
	n, err := strconv.ParseInt(sign+e.(*ast.BasicLit).Value, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// Elsewhere returns, by the name of a definition and of a field that it does
// not have, what to write instead.
var Elsewhere = sync.OnceValue(func() map[string]map[string]string {
	advice := map[string]map[string]string{}
	for _, group := range definitions()["#Elsewhere"].Value.(*ast.StructLit).Elts {
		group := group.(*ast.Field)
		texts := map[string]string{}
		for _, entry := range group.Value.(*ast.StructLit).Elts {
			entry := entry.(*ast.Field)
			texts[label(entry)] = unquote(entry.Value)
		}
		advice[label(group)] = texts
	}
	return advice
})
