package schema

import (
	"crypto/sha256"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"
)

//go:embed rules/*.cue
var ruleFiles embed.FS

// Rule is one cross-field rule of schema/rules. It is compiled when it first has
// something to look at: of more than a hundred a spec needs a few.
type Rule struct {
	*ruleText
	compiled func() compiledRule

	// fine holds the digests of inputs in which the rule found nothing, because
	// the specs of one team have many parts in common. Where the rule tells strings
	// by an abstraction, a digest stands for all inputs that are alike.
	mu   sync.Mutex
	fine map[[sha256.Size]byte]bool
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
	value  func() cue.Value
	encode func(v any, options ...cue.EncodeOption) cue.Value
}

// RuleSet holds the rules over a whole document and those over one container,
// each in order of name.
type RuleSet struct {
	Document, Container []*Rule
	context             *cue.Context
	scopes              *sync.Map // to cue.Value, by the names of the definitions in them
}

// Rules returns the rules of the schema. The set may be used by several
// goroutines at a time.
var Rules = sync.OnceValue(func() *RuleSet {
	set := &RuleSet{context: cuecontext.New(), scopes: &sync.Map{}}
	set.Document, set.Container = set.make(documentRules), set.make(containerRules)
	return set
})

func (s *RuleSet) make(texts []ruleText) []*Rule {
	rules := make([]*Rule, len(texts))
	for i := range texts {
		r := &Rule{ruleText: &texts[i], fine: map[[sha256.Size]byte]bool{}}
		r.compiled = sync.OnceValue(func() compiledRule { return s.compile(r.ruleText) })
		rules[i] = r
	}
	return rules
}

// build compiles an expression.
func (s *RuleSet) build(text string, options ...cue.BuildOption) cue.Value {
	expr, err := parser.ParseExpr("rules", text)
	if err != nil {
		panic(err)
	}
	v := s.context.BuildExpr(expr, options...)
	if err := v.Err(); err != nil {
		panic(err)
	}
	return v
}

// compile makes of a rule what is needed to run it; its value when it is run.
func (s *RuleSet) compile(r *ruleText) compiledRule {
	c := compiledRule{inputs: map[string][]string{}, encode: s.context.Encode}
	for _, in := range r.inputs {
		c.inputs[in.name] = in.fields
	}
	if r.tells != nil {
		c.alike = &Abstraction{Lengths: r.tells.lengths, Literals: map[string]bool{}}
		for _, word := range r.tells.literals {
			c.alike.Literals[word] = true
		}
	}
	c.value = sync.OnceValue(func() cue.Value {
		options := []cue.BuildOption{cue.InferBuiltins(true)}
		if len(r.defined) > 0 {
			options = append(options, cue.Scope(s.scope(r.defined)))
		}
		return s.build(r.text, options...)
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

// scope returns a value with the definitions of these names. Most rules need one or
// two of them, and to compile all takes milliseconds.
func (s *RuleSet) scope(names []string) cue.Value {
	key := strings.Join(names, " ")
	if v, ok := s.scopes.Load(key); ok {
		return v.(cue.Value)
	}
	var text strings.Builder
	for _, name := range names {
		text.WriteString(definitionText(name))
	}
	v := s.build("{\n"+text.String()+"}", cue.InferBuiltins(true))
	s.scopes.Store(key, v)
	return v
}

// Inputs returns the values that the rule reads, "spec" and "metadata" or
// "container", and the fields of each that it names; nil stands for all.
func (r *Rule) Inputs() map[string][]string { return r.compiled().inputs }

// Abstraction returns what the rule tells strings by; nil where it may look into them.
func (r *Rule) Abstraction() *Abstraction { return r.compiled().alike }

// maxFine bounds what a rule remembers.
const maxFine = 1024

// Apply runs the rule on its inputs and decodes what it lists in `out` into
// findings, a pointer to a slice, which is left alone where it lists nothing. It
// is not run where it is known to find nothing.
func (r *Rule) Apply(inputs map[string]map[string]any, findings any) error {
	digest, err := r.digest(inputs)
	if err != nil {
		return err
	}
	r.mu.Lock()
	known := r.fine[digest]
	r.mu.Unlock()
	if known {
		return nil
	}
	found, err := r.Evaluate(inputs, findings)
	if err != nil || found {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.fine) >= maxFine {
		clear(r.fine)
	}
	r.fine[digest] = true
	return nil
}

// Evaluate does what Apply does, without a memory, and reports whether the rule
// found something.
func (r *Rule) Evaluate(inputs map[string]map[string]any, findings any) (bool, error) {
	c := r.compiled()
	out := c.value().Unify(c.encode(r.project(inputs))).LookupPath(cue.MakePath(cue.Str("out")))
	if err := out.Validate(cue.Concrete(true)); err != nil { // Decode takes what cannot be decided for no finding
		return false, err
	}
	if n, err := out.Len().Int64(); err == nil && n == 0 {
		return false, nil
	}
	return true, out.Decode(findings)
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
