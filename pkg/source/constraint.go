package source

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"time"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	cueerrors "cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// Constraint is a CUE file that other values must satisfy. It is held against
// one value at a time.
type Constraint struct {
	Name   string // of its file, as the user sees it
	reader *cueReader
	value  cue.Value
	encode func(v any, options ...cue.EncodeOption) cue.Value
	said   map[int]bool // where in the file a call of error("…") stands
	limit  time.Duration
	broken bool // it once took too long, and may still be at work
}

// Violation is one way in which a value does not satisfy a constraint.
type Violation struct {
	Path  []string   // of the field; where one is missing, of that
	Said  string     // what the constraint says about it; may be empty
	Place diag.Place // of the rule
	Lacks bool       // the field is missing
}

// ReadConstraint reads a CUE file whose value need not be concrete. It returns
// nil where the file is wrong, which the diagnostics tell; the error is for what
// cannot be read at all.
func ReadConstraint(in Input) (*Constraint, diag.List, error) {
	text, err := readAll(in, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", in.Name, err)
	}
	decoded, fault := decode(text)
	file := newFile(in, decoded)
	r := &cueReader{parsing: &parsing{file: file, loc: &locator{file: file}}, path: inSmall(in.Path)}
	c := &Constraint{Name: in.Name, reader: r, limit: cueTime}
	switch {
	case len(text) > MaxBytes:
		r.report(diag.CodeLimit, Pos{}, "this file is larger than 16 MiB", "")
		return nil, r.diags, nil
	case fault != "":
		r.report(diag.CodeSyntax, Pos{}, fault, "save it as UTF-8")
		return nil, r.diags, nil
	case !r.readable():
		return nil, r.diags, nil
	}
	// As in reading a spec, what is given up after the limit may still write to r.
	outcome := file.disk.evaluate(in.Name, cueTime, c.compile)
	if outcome == finished {
		if len(r.diags) > 0 {
			return nil, r.diags, nil
		}
		return c, nil, nil
	}
	p := &parsing{file: file, loc: &locator{file: file}}
	p.gaveUp(outcome)
	return nil, p.diags, nil
}

// compile evaluates the file by itself.
func (c *Constraint) compile() {
	r := c.reader
	instance := r.load()
	for _, file := range instance.Files {
		if file.Filename == r.path {
			r.syntax = file
		}
	}
	if instance.Err != nil {
		r.faults(instance.Err)
		return
	}
	c.said = map[int]bool{}
	ast.Walk(r.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if name, ok := n.Fun.(*ast.Ident); ok && name.Name == "error" {
				c.said[n.Pos().Offset()] = true
			}
		case *ast.UnaryExpr:
			r.expression(n.Op, n.X)
		case *ast.BinaryExpr:
			r.expression(n.Op, n.Y)
		}
		return true
	}, nil)
	if len(r.diags) > 0 {
		return
	}
	context := cuecontext.New()
	c.value, c.encode = context.BuildInstance(instance), context.Encode
	if err := c.value.Validate(); err != nil {
		r.faults(err)
	}
}

// expression reports a text that is to be a regular expression and is none. CUE would say
// so of every value that it is held against.
func (r *cueReader) expression(op token.Token, operand ast.Expr) {
	text, ok := operand.(*ast.BasicLit)
	if !ok || op != token.MAT && op != token.NMAT {
		return
	}
	pattern, err := literal.Unquote(text.Value)
	if err != nil {
		return
	}
	if _, err := regexp.Compile(pattern); err != nil {
		var why *syntax.Error
		errors.As(err, &why)
		r.report(diag.CodeSyntax, r.posOf(text), fmt.Sprintf("this is no regular expression: %s", why.Code), "CUE takes those of the package regexp of Go")
	}
}

// Check returns where a value, in the types that CUE's Encode takes, does not
// satisfy the constraint, in the order of paths. Once a check has taken too long
// or made CUE panic it is false, and so is every later one.
func (c *Constraint) Check(value any) ([]Violation, bool) {
	if c.broken {
		return nil, false
	}
	w := &constraintWalk{Constraint: c, told: map[string]bool{}}
	if c.reader.file.disk.evaluate(c.Name, c.limit, func() { w.check(value) }) != finished {
		c.broken = true
		return nil, false
	}
	return w.found, true
}

// Unusable is the diagnostic for a constraint whose Check was false.
func (c *Constraint) Unusable() diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.CodeLimit, Place: diag.Place{File: c.Name, Width: 1},
		Message: fmt.Sprintf("this policy cannot be held against a Job within %d seconds", int(c.limit.Seconds())),
	}
}

// constraintWalk finds every violation. CUE's verdict on the whole names one of
// a kind and hides the rest, so the fields are asked one by one.
type constraintWalk struct {
	*Constraint
	both  cue.Value
	found []Violation
	told  map[string]bool // paths
}

func (w *constraintWalk) check(value any) {
	w.both = w.value.Unify(w.encode(value))
	err := w.both.Validate(cue.Final())
	if err == nil {
		return
	}
	w.visit(nil, nil, value)
	w.rest(err)
	slices.SortStableFunc(w.found, func(a, b Violation) int { return slices.Compare(a.Path, b.Path) })
}

// rest reports errors in fields that the value does not have.
func (w *constraintWalk) rest(err error) {
	for _, e := range cueerrors.Errors(err) {
		if path := pathOf(e); !w.told[strings.Join(path, "\x00")] {
			w.violated(path, []cueerrors.Error{e})
		}
	}
}

// pathOf is the path of an error, with names as they are.
func pathOf(e cueerrors.Error) []string {
	path := slices.Clone(e.Path())
	for i, step := range path {
		if name, err := strconv.Unquote(step); err == nil {
			path[i] = name
		}
	}
	return path
}

// visit asks for a field and all that is in it.
func (w *constraintWalk) visit(path []string, at []cue.Selector, value any) {
	v := w.both.LookupPath(cue.MakePath(at...))
	var own []cueerrors.Error
	for _, e := range cueerrors.Errors(v.Err()) {
		if slices.Equal(pathOf(e), path) {
			own = append(own, e)
		}
	}
	if len(own) > 0 {
		w.violated(path, own)
	}
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			w.visit(append(path[:len(path):len(path)], name), append(at[:len(at):len(at)], cue.Str(name)), inner)
		}
		w.others(path, v, w.value.LookupPath(cue.MakePath(at...)), value)
	case []any:
		for i, inner := range value {
			w.visit(append(path[:len(path):len(path)], strconv.Itoa(i)), append(at[:len(at):len(at)], cue.Index(i)), inner)
		}
	}
}

// others reports the fields that must be there and are not, and those that the
// constraint computes for itself. Alone is the constraint without the value, for
// a struct that has an error of its own: it knows what is asked for
// unconditionally.
func (w *constraintWalk) others(path []string, v, alone cue.Value, has map[string]any) {
	fields, err := v.Fields(cue.Optional(true), cue.Hidden(true))
	if err != nil {
		if fields, err = alone.Fields(cue.Optional(true), cue.Hidden(true)); err != nil {
			return
		}
	}
	for fields.Next() {
		name := fields.Selector()
		required := name.ConstraintType() == cue.RequiredConstraint
		if name.IsString() {
			if _, ok := has[name.Unquoted()]; ok {
				continue
			}
		}
		if name.ConstraintType() == cue.OptionalConstraint || required && !name.IsString() {
			continue
		}
		if !required {
			w.rest(fields.Value().Validate())
			continue
		}
		at := append(path[:len(path):len(path)], name.Unquoted())
		w.told[strings.Join(at, "\x00")] = true
		pos := fields.Value().Pos()
		if field, ok := fields.Value().Source().(*ast.Field); ok {
			pos = field.Pos()
		}
		w.found = append(w.found, Violation{Path: at, Said: w.comment(pos), Place: w.place(pos), Lacks: true})
	}
}

// violated adds what is wrong with one field.
func (w *constraintWalk) violated(path []string, errs []cueerrors.Error) {
	w.told[strings.Join(path, "\x00")] = true
	violation := Violation{Path: path}
	var pos token.Pos
	for _, e := range errs {
		// The last place is where a rule is used, the first may be its definition.
		for _, p := range cueerrors.Positions(e) {
			if p.IsValid() && p.Filename() != "" {
				pos = p
			}
			if violation.Said == "" && w.reader.owns(p) && w.said[p.Offset()] {
				format, args := e.Msg()
				violation.Said = oneLine(fmt.Sprintf(format, args...))
			}
		}
	}
	if violation.Said == "" {
		violation.Said = w.comment(pos)
	}
	violation.Place = w.place(pos)
	w.found = append(w.found, violation)
}

// place returns the place of a position, which may be in a file that the
// constraint imports.
func (w *constraintWalk) place(pos token.Pos) diag.Place {
	switch {
	case !pos.IsValid():
		return diag.Place{File: w.Name, Width: 1}
	case w.reader.owns(pos):
		return w.reader.file.Place(w.reader.loc.pos(pos.Offset(), 1))
	}
	name := strings.TrimPrefix(strings.TrimPrefix(pos.Filename(), w.reader.file.Root), "/")
	return diag.Place{File: name, Line: pos.Line(), Column: pos.Column(), Width: 1}
}

// comment returns the comment above the innermost field around a position that
// has one. That of a whole section, such as spec, says nothing about a rule.
func (w *constraintWalk) comment(pos token.Pos) string {
	if w.reader.syntax == nil || !w.reader.owns(pos) {
		return ""
	}
	said := ""
	depth := 0
	ast.Walk(w.reader.syntax, func(n ast.Node) bool {
		if n.Pos().IsValid() && (pos.Offset() < n.Pos().Offset() || pos.Offset() > n.End().Offset()) {
			return false
		}
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		depth++
		section, isStruct := field.Value.(*ast.StructLit)
		if depth == 1 && isStruct && section.Lbrace.IsValid() {
			return true
		}
		for _, group := range ast.Comments(field) {
			if group.Doc {
				said = oneLine(group.Text())
			}
		}
		return true
	}, nil)
	return said
}

// oneLine joins the lines of a text.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
