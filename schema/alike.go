package schema

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// This file finds out of a rule whether it only asks which strings are there, which
// are equal, in which order they are and how long they are. Then it finds something
// in an input exactly if it does in another that differs from it in nothing else,
// and need not be run on both.

// Abstraction is what such a rule tells strings by, besides which are equal and in
// which order they are.
type Abstraction struct {
	Lengths  bool            // whether it asks how long strings are
	Literals map[string]bool // the strings that it knows: all words in its text
}

// abstract returns how a rule tells strings apart; nil where it may look into them.
func abstract(rule ast.Expr) *Abstraction {
	a := &Abstraction{Literals: map[string]bool{}}
	ok := true
	ast.Walk(rule, func(n ast.Node) bool {
		if f, isField := n.(*ast.Field); isField && isWords(f) {
			return false // what is said is not asked about
		}
		ok = ok && a.knows(n)
		return ok
	}, nil)
	if !ok {
		return nil
	}
	return a
}

// isWords reports whether a field holds nothing but words for people.
func isWords(f *ast.Field) bool {
	name, _, _ := ast.LabelName(f.Label)
	return name == "say" || name == "hint"
}

// knows reports whether a node of a rule's syntax looks into no string.
func (a *Abstraction) knows(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return knowsOperator(n)
	case *ast.UnaryExpr:
		return n.Op == token.NOT || n.Op == token.MUL
	case *ast.CallExpr:
		switch called(n) {
		case "len":
			a.Lengths = true
			return true
		case "list.Contains", "list.UniqueItems", "list.Concat":
			return true
		}
		return false
	case *ast.Ident:
		a.Literals[n.Name] = true
		return !strings.HasPrefix(n.Name, "#") // a definition may do anything
	case *ast.BasicLit:
		return a.knowsLiteral(n)
	case *ast.StructLit, *ast.ListLit, *ast.Field, *ast.Comprehension, *ast.IfClause, *ast.ForClause, *ast.LetClause,
		*ast.EmbedDecl, *ast.SelectorExpr, *ast.IndexExpr, *ast.ParenExpr, *ast.BottomLit, *ast.CommentGroup, *ast.Comment, *ast.Attribute:
		return true
	}
	return false
}

func (a *Abstraction) knowsLiteral(n *ast.BasicLit) bool {
	if n.Kind == token.STRING {
		text, err := strconv.Unquote(n.Value)
		a.Literals[text] = true
		return err == nil
	}
	return true
}

// knowsOperator reports whether a binary expression asks no more of strings than
// whether they are equal and which comes first.
func knowsOperator(n *ast.BinaryExpr) bool {
	switch n.Op {
	case token.EQL, token.NEQ, token.OR, token.LAND, token.LOR:
		return true
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		return !isText(n.X) && !isText(n.Y)
	case token.ADD, token.SUB:
		return isNumber(n.X) || isNumber(n.Y)
	}
	return false
}

func isText(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	return ok && lit.Kind == token.STRING
}

func isNumber(e ast.Expr) bool {
	if call, ok := e.(*ast.CallExpr); ok {
		return called(call) == "len"
	}
	lit, ok := e.(*ast.BasicLit)
	return ok && (lit.Kind == token.INT || lit.Kind == token.FLOAT)
}

// called names the function that is called.
func called(n *ast.CallExpr) string {
	switch f := n.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		of, _ := f.X.(*ast.Ident)
		name, _ := f.Sel.(*ast.Ident)
		if of != nil && name != nil {
			return of.Name + "." + name.Name
		}
	}
	return ""
}

// abstractor writes an input with each string told as an abstraction has it.
type abstractor struct {
	*Abstraction
	out   []byte
	order []string // all strings of the input, sorted
}

// digest returns what the input has in common with all that the rule tells alike.
func (a *Abstraction) digest(input map[string]any) (sum [sha256.Size]byte, err error) {
	w := abstractor{Abstraction: a}
	w.collect(input)
	slices.Sort(w.order)
	w.order = slices.Compact(w.order)
	if err := w.value(input); err != nil {
		return sum, err
	}
	return sha256.Sum256(w.out), nil
}

func (w *abstractor) collect(v any) {
	switch v := v.(type) {
	case string:
		w.order = append(w.order, v)
	case map[string]any:
		for key, value := range v {
			w.order = append(w.order, key)
			w.collect(value)
		}
	case []any:
		for _, item := range v {
			w.collect(item)
		}
	}
}

func (w *abstractor) value(v any) error {
	switch v := v.(type) {
	case string:
		w.string(v)
	case map[string]any:
		keys := make([]string, 0, len(v))
		for key := range v {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		w.out = append(w.out, '{')
		for _, key := range keys {
			w.string(key)
			if err := w.value(v[key]); err != nil {
				return err
			}
		}
		w.out = append(w.out, '}')
	case []any:
		w.out = append(w.out, '[')
		for _, item := range v {
			if err := w.value(item); err != nil {
				return err
			}
		}
		w.out = append(w.out, ']')
	default:
		text, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("encoding the inputs: %w", err)
		}
		w.out = append(append(w.out, text...), ' ')
	}
	return nil
}

func (w *abstractor) string(s string) {
	at, _ := slices.BinarySearch(w.order, s)
	w.out = append(strconv.AppendInt(append(w.out, '"'), int64(at), 10), ' ')
	switch {
	case w.Literals[s]:
		w.out = strconv.AppendQuote(w.out, s)
	case w.Lengths:
		w.out = append(strconv.AppendInt(w.out, int64(len(s)), 10), ' ')
	}
}
