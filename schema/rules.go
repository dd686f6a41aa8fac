package schema

import (
	"bytes"
	"crypto/sha256"
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
	set      *RuleSet
	compiled func() compiledRule
}

// ruleText is what is known of a rule from its text.
type ruleText struct {
	Name string
	// When is what @when says: of each list a field must be there, of Unless none.
	When   [][]string
	Unless []string

	text    string      // the struct that it is, as written
	inputs  []ruleInput // the values that it reads
	tells   *tells      // nil: it may look into strings
	defined []string    // the definitions that it needs
}

// ruleInput is a value that a rule reads.
type ruleInput struct {
	name   string
	fields []string // that it names; nil where it uses the value in another way
}

// tells is an Abstraction as data.
type tells struct {
	lengths  bool
	literals []string
}

// compiledRule is what takes time to know of a rule.
type compiledRule struct {
	inputs map[string][]string
	alike  *Abstraction // nil: it may look into strings
	out    func() ast.Expr
}

// RuleSet holds the rules over a whole document and those over one container,
// each in order of name.
type RuleSet struct {
	Document, Container []*Rule
	definitions         sync.Map // to *ast.StructLit, by name
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
		r.compiled = sync.OnceValue(func() compiledRule { return compile(r.ruleText) })
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

// compile makes of a rule what is needed to run it; its value when it is run.
func compile(r *ruleText) compiledRule {
	c := compiledRule{inputs: map[string][]string{}}
	for _, in := range r.inputs {
		c.inputs[in.name] = in.fields
	}
	if r.tells != nil {
		c.alike = &Abstraction{Lengths: r.tells.lengths, Literals: map[string]bool{}}
		for _, word := range r.tells.literals {
			c.alike.Literals[word] = true
		}
	}
	c.out = sync.OnceValue(func() ast.Expr {
		for _, elt := range parsed(r.text).Elts {
			if f, ok := elt.(*ast.Field); ok && label(f) == "out" {
				return f.Value
			}
		}
		panic("schema: the rule " + r.Name + " has no out")
	})
	return c
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

// Text returns the rule as CUE, with the definitions that it needs.
func (r *Rule) Text() string {
	var text strings.Builder
	text.WriteString("{\n")
	for _, name := range r.defined {
		text.WriteString(definitionText(name))
	}
	return text.String() + strings.TrimPrefix(r.text, "{\n")
}

// Inputs returns the values that the rule reads, "spec" and "metadata" or
// "container", and the fields of each that it names; nil stands for all.
func (r *Rule) Inputs() map[string][]string { return r.compiled().inputs }

// Abstraction returns what the rule tells strings by; nil where it may look into them.
func (r *Rule) Abstraction() *Abstraction { return r.compiled().alike }

// Apply runs the rule on its inputs and decodes what it lists in `out` into
// findings, a pointer to a slice, which is left alone where it lists nothing. It
// reports whether it found something.
func (r *Rule) Apply(inputs map[string]map[string]any, findings any) (bool, error) {
	top := &scope{rules: r.set}
	for name := range r.Inputs() {
		top = &scope{up: top, name: name, value: inputs[name], rules: r.set}
	}
	out := top.eval(r.compiled().out())
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

// Alike reports whether two inputs differ in nothing that the rule asks about, so
// that it finds something in both of them or in none.
func (r *Rule) Alike(a, b map[string]map[string]any) bool {
	x, errX := r.digest(a)
	y, errY := r.digest(b)
	return errX == nil && errY == nil && x == y
}

// digest is that of what the rule can tell of its inputs.
func (r *Rule) digest(inputs map[string]map[string]any) (sum [sha256.Size]byte, err error) {
	read := r.project(inputs)
	if alike := r.compiled().alike; alike != nil {
		return alike.digest(read)
	}
	text, err := json.Marshal(read)
	if err != nil {
		return sum, fmt.Errorf("encoding the inputs: %w", err)
	}
	return sha256.Sum256(text), nil
}

// project picks what the rule reads out of the inputs.
func (r *Rule) project(inputs map[string]map[string]any) map[string]any {
	read := make(map[string]any, len(r.Inputs()))
	for name, fields := range r.Inputs() {
		input := inputs[name]
		if fields != nil {
			input = make(map[string]any, len(fields))
			for _, f := range fields {
				if value, ok := inputs[name][f]; ok {
					input[f] = value
				}
			}
		}
		read[name] = input
	}
	return read
}
