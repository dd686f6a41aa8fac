package schema

import (
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// This file evaluates the part of CUE that the rules are written in. CUE's own evaluator
// looks for a field in all of a struct, and takes a thousand times as long for a large
// one. A test compares the two.
//
// Values are those of Go: nil, bool, int64, *big.Rat, string, []any, map[string]any, and
// bottom, which stands for what is not there and for what cannot be computed.

// bottom is CUE's _|_.
type bottom struct{}

func isBottom(v any) bool {
	_, is := v.(bottom)
	return is
}

// scope is a name that expressions may use, and the scope around it. Either it is one
// value, perhaps still to be evaluated, or all fields of a struct.
type scope struct {
	up    *scope
	name  string
	value any
	expr  ast.Expr // of the value, evaluated in up when it is asked for
	lit   *ast.StructLit
	given map[string]any // fields of the struct that have values from elsewhere
	known []evaluated    // of the struct
	rules *RuleSet
}

// evaluated is an expression in a struct and its value.
type evaluated struct {
	expr  ast.Expr
	value any
}

// with returns a scope in which a name has a value.
func (s *scope) with(name ast.Expr, value any) *scope {
	ident, ok := name.(*ast.Ident)
	if !ok || ident.Name == "_" {
		return s
	}
	return &scope{up: s, name: ident.Name, value: value, rules: s.rules}
}

// of returns the scope inside a struct, some of whose fields are given.
func (s *scope) of(lit *ast.StructLit, given map[string]any) *scope {
	return &scope{up: s, lit: lit, given: given, rules: s.rules}
}

// lookup returns the value of a name.
func (s *scope) lookup(name string) any {
	for ; s != nil; s = s.up {
		if s.lit != nil {
			if v, ok := s.member(name, true); ok {
				return v
			}
			continue
		}
		if s.name != name {
			continue
		}
		if s.expr != nil {
			expr := s.expr
			s.expr, s.value = nil, bottom{}
			s.value = s.up.eval(expr)
		}
		return s.value
	}
	return bottom{}
}

// member returns a field of a struct. From inside it is found by a plain name alone.
func (s *scope) member(name string, inside bool) (any, bool) {
	if v, ok := s.given[name]; ok {
		return v, true
	}
	for _, elt := range s.lit.Elts {
		var expr ast.Expr
		switch elt := elt.(type) {
		case *ast.Field:
			if _, plain := elt.Label.(*ast.Ident); label(elt) == name && (plain || !inside) {
				expr = elt.Value
			}
		case *ast.LetClause:
			if inside && elt.Ident.Name == name {
				expr = elt.Expr
			}
		}
		if expr != nil {
			return s.once(expr), true
		}
	}
	return nil, false
}

// once evaluates what stands in a struct, once.
func (s *scope) once(expr ast.Expr) any {
	for _, e := range s.known {
		if e.expr == expr {
			return e.value
		}
	}
	v := s.eval(expr)
	s.known = append(s.known, evaluated{expr, v})
	return v
}

// eval returns the value of an expression.
func (s *scope) eval(e ast.Expr) any {
	switch e := e.(type) {
	case *ast.Ident:
		if len(e.Name) > 1 && e.Name[0] == '#' {
			return s.rules.constant(e.Name)
		}
		return s.lookup(e.Name)
	case *ast.BasicLit:
		return literalValue(e)
	case *ast.Interpolation:
		return s.interpolate(e)
	case *ast.ParenExpr:
		return s.eval(e.X)
	case *ast.ListLit:
		return s.list(e)
	case *ast.StructLit:
		return s.of(e, nil).whole()
	case *ast.SelectorExpr:
		if inner := s.instance(e.X); inner != nil && inner.name == "#firsts" {
			return firsts(inner.given["of"])
		} else if inner != nil {
			if v, ok := inner.member(labelText(e.Sel), false); ok {
				return v
			}
			return bottom{}
		}
		return field(s.eval(e.X), labelText(e.Sel))
	case *ast.IndexExpr:
		return element(s.eval(e.X), s.eval(e.Index))
	case *ast.UnaryExpr:
		return negate(e.Op, s.eval(e.X))
	case *ast.BinaryExpr:
		if inner := s.instance(e); inner != nil {
			return inner.whole()
		}
		return s.binary(e)
	case *ast.CallExpr:
		return s.call(e)
	}
	return bottom{} // ⊥ itself, and types, which are no values
}

// instance returns the struct of a definition with some fields given, as in
// (#name & {field: value}); nil for anything else.
func (s *scope) instance(e ast.Expr) *scope {
	if paren, ok := e.(*ast.ParenExpr); ok {
		e = paren.X
	}
	and, ok := e.(*ast.BinaryExpr)
	if !ok || and.Op != token.AND {
		return nil
	}
	name, isName := and.X.(*ast.Ident)
	args, isStruct := and.Y.(*ast.StructLit)
	if !isName || !isStruct || !strings.HasPrefix(name.Name, "#") {
		return nil
	}
	given, ok := s.of(args, nil).whole().(map[string]any)
	if !ok {
		return nil
	}
	inner := s.rules.definition(name.Name)
	inner.name, inner.given = name.Name, given
	return inner
}

// whole returns a struct as a value: a map, or the one value that is embedded in it.
func (s *scope) whole() any {
	fields := make(map[string]any, len(s.lit.Elts))
	for _, elt := range s.lit.Elts {
		switch elt := elt.(type) {
		case *ast.Field:
			name := label(elt)
			if v, ok := s.given[name]; ok {
				fields[name] = v
			} else {
				fields[name] = merge(fields[name], s.once(elt.Value))
			}
		case *ast.EmbedDecl:
			inner, ok := s.eval(elt.Expr).(map[string]any)
			if !ok {
				return s.eval(elt.Expr)
			}
			for name, v := range inner {
				fields[name] = merge(fields[name], v)
			}
		case *ast.Comprehension:
			for _, v := range s.comprehend(nil, elt.Clauses, elt.Value) {
				inner, ok := v.(map[string]any)
				if !ok {
					return v
				}
				for name, v := range inner {
					fields[name] = merge(fields[name], v)
				}
			}
		}
	}
	return fields
}

// merge puts the parts of a field together.
func merge(a, b any) any {
	x, ok := a.(map[string]any)
	y, also := b.(map[string]any)
	if !ok || !also {
		return b
	}
	both := maps.Clone(x)
	for name, v := range y {
		both[name] = merge(both[name], v)
	}
	return both
}

func (s *scope) list(l *ast.ListLit) any {
	items := []any{}
	for _, elt := range l.Elts {
		switch elt := elt.(type) {
		case *ast.Comprehension:
			items = s.comprehend(items, elt.Clauses, elt.Value)
		case *ast.Ellipsis:
		default:
			items = append(items, s.eval(elt))
		}
	}
	return items
}

// comprehend adds what the clauses of a comprehension yield, bottom where they cannot
// be decided.
func (s *scope) comprehend(items []any, clauses []ast.Clause, value ast.Expr) []any {
	if len(clauses) == 0 {
		return append(items, s.eval(value))
	}
	switch clause := clauses[0].(type) {
	case *ast.IfClause:
		switch s.eval(clause.Condition) {
		case true:
			return s.comprehend(items, clauses[1:], value)
		case false:
			return items
		}
	case *ast.LetClause:
		return (&scope{up: s, name: clause.Ident.Name, expr: clause.Expr, rules: s.rules}).comprehend(items, clauses[1:], value)
	case *ast.ForClause:
		switch of := s.eval(clause.Source).(type) {
		case []any:
			for i, v := range of {
				items = s.each(clause, int64(i), v).comprehend(items, clauses[1:], value)
			}
			return items
		case map[string]any:
			for _, name := range sortedKeys(of) {
				items = s.each(clause, name, of[name]).comprehend(items, clauses[1:], value)
			}
			return items
		}
	}
	return append(items, bottom{})
}

// each returns the scope of one round of a loop.
func (s *scope) each(clause *ast.ForClause, key, value any) *scope {
	s = s.with(clause.Value, value)
	if clause.Key != nil {
		s = s.with(clause.Key, key)
	}
	return s
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func field(v any, name string) any {
	if m, ok := v.(map[string]any); ok {
		if inner, ok := m[name]; ok {
			return inner
		}
	}
	return bottom{}
}

func element(v, at any) any {
	switch at := at.(type) {
	case string:
		return field(v, at)
	case int64:
		if l, ok := v.([]any); ok && at >= 0 && at < int64(len(l)) {
			return l[at]
		}
	}
	return bottom{}
}

func literalValue(e *ast.BasicLit) any {
	switch e.Kind {
	case token.TRUE, token.FALSE:
		return e.Kind == token.TRUE
	case token.NULL:
		return nil
	case token.STRING:
		if e.Value[0] == '"' && !strings.Contains(e.Value, `\`) && !strings.HasPrefix(e.Value, `"""`) {
			return e.Value[1 : len(e.Value)-1]
		}
		text, err := literal.Unquote(e.Value)
		if err != nil {
			panic(err)
		}
		return text
	}
	if n, err := strconv.ParseInt(e.Value, 10, 64); err == nil {
		return n
	}
	number, ok := new(big.Rat).SetString(e.Value)
	if !ok {
		panic("schema: no number: " + e.Value)
	}
	if e.Kind == token.INT && number.Num().IsInt64() {
		return number.Num().Int64()
	}
	return number
}
