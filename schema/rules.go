package schema

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
)

//go:embed rules/*.cue
var ruleFiles embed.FS

// Rule is one cross-field rule of schema/rules. It is compiled when it first has
// something to look at: of more than a hundred a spec needs a few.
type Rule struct {
	*ruleText
	Wants []Words // When: it has something to look at where each set is met
	set   *RuleSet
	out   func() ast.Expr // what it lists
}

// ruleText is what is known of a rule from its text.
type ruleText struct {
	Name string
	// When is what @when says: of each list a field must be there, of Unless none.
	When   [][]string
	Unless []string

	Inputs []Input // the values that it reads

	text    string   // the struct that it is, as written
	defined []string // the definitions that it needs
}

// Input is a value that a rule reads: "spec" and "metadata" or "container".
type Input struct {
	Name   string
	Fields []string // that it names; nil where it uses the value in another way
}

// RuleSet holds the rules over a whole document and those over one container,
// each in order of name.
type RuleSet struct {
	Document, Container []*Rule
	definitions         sync.Map // to *ast.StructLit, by name
	constants           sync.Map // to values, by the name of a definition
}

// Rules returns the rules of the schema. The set may be used by several
// goroutines at a time.
var Rules = sync.OnceValue(func() *RuleSet {
	set := &RuleSet{}
	set.Document, set.Container = set.make(documentRules), set.make(containerRules)
	return set
})

func (s *RuleSet) make(texts []ruleText) []*Rule {
	rules := make([]*Rule, len(texts))
	for i := range texts {
		r := &Rule{ruleText: &texts[i], set: s}
		r.out = sync.OnceValue(r.parsedOut)
		for _, names := range r.When {
			r.Wants = append(r.Wants, wanted(names))
		}
		rules[i] = r
	}
	return rules
}

// parsed returns the struct that a text is.
func parsed(text string) *ast.StructLit {
	expr, err := parser.ParseExpr("rules", text)
	if err != nil {
		panic(err)
	}
	return expr.(*ast.StructLit)
}

// parsedOut returns what the rule lists, as written.
func (r *Rule) parsedOut() ast.Expr {
	for _, elt := range parsed(r.text).Elts {
		if f, ok := elt.(*ast.Field); ok && label(f) == "out" {
			return f.Value
		}
	}
	panic("schema: the rule " + r.Name + " has no out")
}

// definition is a definition of schema/rules, as written.
type definition struct{ name, text string }

// definitionText returns the text of a definition.
func definitionText(name string) string {
	for _, d := range ruleDefinitions {
		if d.name == name {
			return d.text
		}
	}
	panic("schema: no definition " + name)
}

// definition returns the scope inside a definition.
func (s *RuleSet) definition(name string) *scope {
	lit, ok := s.definitions.Load(name)
	if !ok {
		_, text, _ := strings.Cut(definitionText(name), ":")
		lit, _ = s.definitions.LoadOrStore(name, parsed(text))
	}
	return (&scope{rules: s}).of(lit.(*ast.StructLit), nil)
}

// constant returns the value of a definition that nothing is given to.
func (s *RuleSet) constant(name string) any {
	value, ok := s.constants.Load(name)
	if !ok {
		value, _ = s.constants.LoadOrStore(name, s.definition(name).whole())
	}
	return value
}

// Text returns the rule as CUE, with the definitions that it needs.
func (r *Rule) Text() string {
	var text strings.Builder
	text.WriteString("{\n")
	for _, name := range r.defined {
		text.WriteString(definitionText(name))
	}
	return text.String() + strings.TrimPrefix(r.text, "{\n")
}

// Apply runs the rule on its inputs and decodes what it lists in `out` into
// findings, a pointer to a slice, which is left alone where it lists nothing. It
// reports whether it found something.
func (r *Rule) Apply(inputs map[string]map[string]any, findings any) (bool, error) {
	top := &scope{rules: r.set}
	for _, in := range r.Inputs {
		top = &scope{up: top, name: in.Name, value: inputs[in.Name], rules: r.set}
	}
	out := top.eval(r.out())
	if !isWhole(out) { // what cannot be decided is not the same as no finding
		return false, fmt.Errorf("the rule %s cannot be decided", r.Name)
	}
	if list := out.([]any); len(list) == 0 {
		return false, nil
	}
	text, err := json.Marshal(out)
	if err != nil {
		return false, fmt.Errorf("encoding what the rule %s found: %w", r.Name, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // a number of an item is a step of a path
	return true, decoder.Decode(findings)
}

// isWhole reports whether nothing in a value is bottom.
func isWhole(v any) bool {
	switch v := v.(type) {
	case bottom:
		return false
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !isWhole(item) })
	case map[string]any:
		for _, inner := range v {
			if !isWhole(inner) {
				return false
			}
		}
	}
	return true
}
