package schema

import (
	"cmp"
	"math/big"
	"net/netip"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// This file holds the operators and functions that the rules use.

// binary evaluates an operator and its operands, as far as they decide.
func (s *scope) binary(e *ast.BinaryExpr) any {
	switch e.Op {
	case token.OR:
		return s.choice(e)
	case token.AND:
		return narrowed(s.eval(e.X), e.Y)
	case token.LAND, token.LOR:
		x, ok := s.eval(e.X).(bool)
		if ok && x == (e.Op == token.LAND) {
			x, ok = s.eval(e.Y).(bool)
		}
		if !ok {
			return bottom{}
		}
		return x
	case token.EQL, token.NEQ:
		if _, ok := e.Y.(*ast.BottomLit); ok {
			return isBottom(s.eval(e.X)) == (e.Op == token.EQL)
		}
	}
	return operate(e.Op, s.eval(e.X), s.eval(e.Y))
}

// narrowed returns a value that is of a type, {...} for any struct.
func narrowed(v any, typ ast.Expr) any {
	is := false
	switch typ := typ.(type) {
	case *ast.StructLit:
		_, is = v.(map[string]any)
	case *ast.Ident:
		switch typ.Name {
		case "string":
			_, is = v.(string)
		case "int":
			_, is = v.(int64)
		}
	}
	if !is {
		return bottom{}
	}
	return v
}

// choice evaluates *default | others: the first that is a value, the default before all.
func (s *scope) choice(e *ast.BinaryExpr) any {
	operands := []ast.Expr{e.Y}
	for x := e.X; ; {
		or, ok := x.(*ast.BinaryExpr)
		if !ok || or.Op != token.OR {
			operands = append(operands, x)
			break
		}
		operands, x = append(operands, or.Y), or.X
	}
	var rest []ast.Expr
	for i := len(operands) - 1; i >= 0; i-- {
		star, ok := operands[i].(*ast.UnaryExpr)
		if !ok || star.Op != token.MUL {
			rest = append(rest, operands[i])
			continue
		}
		if v := s.eval(star.X); !isBottom(v) {
			return v
		}
	}
	for _, operand := range rest {
		if v := s.eval(operand); !isBottom(v) {
			return v
		}
	}
	return bottom{}
}

func negate(op token.Token, v any) any {
	switch v := v.(type) {
	case bool:
		if op == token.NOT {
			return !v
		}
	case int64:
		if op == token.SUB {
			return -v
		}
	}
	return bottom{}
}

// operate applies an operator to two values; of those it is not for the result is bottom.
func operate(op token.Token, x, y any) any {
	if isBottom(x) || isBottom(y) {
		return bottom{}
	}
	switch op {
	case token.EQL, token.NEQ:
		return equal(x, y) == (op == token.EQL)
	}
	if a, ok := x.(string); ok {
		b, ok := y.(string)
		if !ok {
			return bottom{}
		}
		switch op {
		case token.ADD:
			return a + b
		case token.MAT, token.NMAT:
			return expression(b).MatchString(a) == (op == token.MAT)
		}
		return ordered(op, strings.Compare(a, b))
	}
	if a, ok := x.(int64); ok {
		if b, ok := y.(int64); ok && op != token.ADD && op != token.SUB && op != token.MUL && op != token.QUO {
			return ordered(op, cmp.Compare(a, b))
		}
	}
	a, b := number(x), number(y)
	if a == nil || b == nil {
		return bottom{}
	}
	result := new(big.Rat)
	switch op {
	case token.ADD:
		return plainNumber(result.Add(a, b), x, y)
	case token.SUB:
		return plainNumber(result.Sub(a, b), x, y)
	case token.MUL:
		return plainNumber(result.Mul(a, b), x, y)
	case token.QUO:
		if b.Sign() == 0 {
			return bottom{}
		}
		return result.Quo(a, b)
	}
	return ordered(op, a.Cmp(b))
}

func ordered(op token.Token, sign int) any {
	switch op {
	case token.LSS:
		return sign < 0
	case token.LEQ:
		return sign <= 0
	case token.GTR:
		return sign > 0
	case token.GEQ:
		return sign >= 0
	}
	return bottom{}
}

func equal(x, y any) bool {
	switch x := x.(type) {
	case string:
		text, ok := y.(string)
		return ok && x == text
	case bool:
		is, ok := y.(bool)
		return ok && x == is
	}
	if a, b := number(x), number(y); a != nil && b != nil {
		return a.Cmp(b) == 0
	}
	return reflect.DeepEqual(x, y)
}

// number returns a number as a fraction, nil for anything else.
func number(v any) *big.Rat {
	switch v := v.(type) {
	case int64:
		return new(big.Rat).SetInt64(v)
	case *big.Rat:
		return v
	}
	return nil
}

// plainNumber returns what two whole numbers make as one.
func plainNumber(result *big.Rat, x, y any) any {
	_, a := x.(int64)
	_, b := y.(int64)
	if a && b && result.IsInt() && result.Num().IsInt64() {
		return result.Num().Int64()
	}
	return result
}

var expressions sync.Map // from the text of a regular expression

func expression(text string) *regexp.Regexp {
	if known, ok := expressions.Load(text); ok {
		return known.(*regexp.Regexp)
	}
	compiled := regexp.MustCompile(text)
	expressions.Store(text, compiled)
	return compiled
}

func (s *scope) interpolate(e *ast.Interpolation) any {
	first, last := e.Elts[0].(*ast.BasicLit), e.Elts[len(e.Elts)-1].(*ast.BasicLit)
	quotes, _, _, err := literal.ParseQuotes(first.Value, last.Value)
	if err != nil {
		panic(err)
	}
	var b strings.Builder
	for i, elt := range e.Elts {
		if i%2 == 1 {
			text, ok := textOf(s.eval(elt))
			if !ok {
				return bottom{}
			}
			b.WriteString(text)
			continue
		}
		text, err := quotes.Unquote(elt.(*ast.BasicLit).Value[1:])
		if err != nil {
			panic(err)
		}
		b.WriteString(text)
	}
	return b.String()
}

// textOf returns a value as a text that it is put into has it.
func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case *big.Rat:
		return v.FloatString(40), true
	}
	return "", false
}

// firsts is #firsts of schema/rules/list.cue.
func firsts(of any) any {
	texts, ok := of.([]any)
	if !ok {
		return bottom{}
	}
	where := make(map[string]int64, len(texts))
	out := make([]any, len(texts))
	for i, v := range texts {
		text, ok := v.(string)
		if !ok {
			out[i] = bottom{}
			continue
		}
		if _, seen := where[text]; !seen {
			where[text] = int64(i)
		}
		out[i] = where[text]
	}
	return out
}

// functions are those of CUE that take values of their own kinds.
var functions = map[string]any{
	"strings.Contains": strings.Contains, "strings.HasPrefix": strings.HasPrefix, "strings.HasSuffix": strings.HasSuffix,
	"strings.TrimPrefix": strings.TrimPrefix, "strings.TrimSuffix": strings.TrimSuffix, "strings.TrimRight": strings.TrimRight,
	"strings.TrimSpace": strings.TrimSpace, "strings.ToLower": strings.ToLower, "strconv.Quote": strconv.Quote,
}

// call evaluates a call.
func (s *scope) call(e *ast.CallExpr) any {
	args := make([]any, len(e.Args))
	for i, arg := range e.Args {
		if args[i] = s.eval(arg); isBottom(args[i]) {
			return bottom{}
		}
	}
	name := called(e)
	switch f := functions[name].(type) {
	case func(string) string:
		if x, ok := args[0].(string); ok {
			return f(x)
		}
		return bottom{}
	case func(string, string) string:
		if x, y, ok := texts(args); ok {
			return f(x, y)
		}
		return bottom{}
	case func(string, string) bool:
		if x, y, ok := texts(args); ok {
			return f(x, y)
		}
		return bottom{}
	}
	if l, ok := args[0].([]any); ok {
		return ofList(name, l, args[1:])
	}
	return ofText(name, args)
}

func texts(args []any) (x, y string, ok bool) {
	x, isX := args[0].(string)
	y, isY := args[1].(string)
	return x, y, isX && isY
}

// ofText evaluates the other functions of texts.
func ofText(name string, args []any) any {
	if m, ok := args[0].(map[string]any); ok && name == "len" {
		return int64(len(m))
	}
	text, ok := args[0].(string)
	if !ok {
		return bottom{}
	}
	switch name {
	case "len":
		return int64(len(text))
	case "strconv.Atoi":
		if n, err := strconv.Atoi(text); err == nil {
			return int64(n)
		}
	case "strconv.ParseFloat":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			n, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
			return n
		}
	case "strings.Split":
		var parts []any
		for part := range strings.SplitSeq(text, args[1].(string)) {
			parts = append(parts, part)
		}
		return parts
	case "strings.Replace":
		return strings.Replace(text, args[1].(string), args[2].(string), int(args[3].(int64)))
	case "net.InCIDR":
		ip, err := netip.ParseAddr(text)
		prefix, err2 := netip.ParsePrefix(args[1].(string))
		if err == nil && err2 == nil {
			return prefix.Contains(ip)
		}
	default:
		panic("schema: no function " + name)
	}
	return bottom{}
}

// ofList evaluates the functions of lists.
func ofList(name string, l []any, rest []any) any {
	switch name {
	case "len":
		return int64(len(l))
	case "list.Contains":
		for _, v := range l {
			if equal(v, rest[0]) {
				return true
			}
		}
		return false
	case "list.Take":
		return l[:min(int64(len(l)), rest[0].(int64))]
	case "list.Concat":
		var all []any
		for _, part := range l {
			items, ok := part.([]any)
			if !ok {
				return bottom{}
			}
			all = append(all, items...)
		}
		return all
	case "list.UniqueItems":
		seen := map[string]bool{}
		for _, v := range l {
			text, ok := v.(string)
			if !ok || seen[text] {
				return false
			}
			seen[text] = true
		}
		return true
	case "list.Sum":
		sum := any(int64(0))
		for _, v := range l {
			sum = operate(token.ADD, sum, v)
		}
		return sum
	case "strings.Join":
		parts := make([]string, len(l))
		for i, v := range l {
			text, ok := v.(string)
			if !ok {
				return bottom{}
			}
			parts[i] = text
		}
		return strings.Join(parts, rest[0].(string))
	}
	panic("schema: no function " + name)
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
