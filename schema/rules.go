package schema

import (
	"crypto/sha256"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"
)

//go:embed rules/*.cue
var ruleFiles embed.FS

// Rule is one cross-field rule of schema/rules. It is parsed and compiled when
// it is first needed: of more than a hundred a spec needs a few.
type Rule struct {
	Name string
	// When is what @when says: of each list a field must be there, of Unless none.
	When   [][]string
	Unless []string

	text     string // the struct that it is, as written
	compiled func() compiledRule

	// fine holds the digests of inputs in which the rule found nothing, because
	// the specs of one team have many parts in common. Where the rule tells strings
	// by an abstraction, a digest stands for all inputs that are alike.
	mu   sync.Mutex
	fine map[[sha256.Size]byte]bool
}

// compiledRule is what takes time to know of a rule.
type compiledRule struct {
	inputs map[string][]string
	alike  *Abstraction // nil: it may look into strings
	value  cue.Value
	encode func(v any, options ...cue.EncodeOption) cue.Value
}

// RuleSet holds the rules over a whole document and those over one container,
// each in order of name.
type RuleSet struct {
	Document, Container []*Rule
	context             *cue.Context
	definitions         map[string]string // the text of each, by name
	scopes              *sync.Map         // to cue.Value, by the names of the definitions in them
}

// Rules returns the rules of the schema. The set may be used by several
// goroutines at a time.
var Rules = sync.OnceValue(func() *RuleSet {
	set := &RuleSet{context: cuecontext.New(), definitions: map[string]string{}, scopes: &sync.Map{}}
	names, err := fs.Glob(ruleFiles, "rules/*.cue")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		src, err := ruleFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		set.cut(string(src))
	}
	for _, rules := range [][]*Rule{set.Document, set.Container} {
		slices.SortFunc(rules, func(a, b *Rule) int { return strings.Compare(a.Name, b.Name) })
	}
	return set
})

// cut takes a file apart by the layout that `cue fmt` gives it, which is much
// faster than to parse it. Imports are left out, which CUE finds by itself
// (cue.InferBuiltins). A test holds what is cut against what is parsed.
func (s *RuleSet) cut(src string) {
	var text strings.Builder
	var group *[]*Rule
	var rule *Rule
	definition := ""
	for line := range strings.Lines(src) {
		bare := strings.TrimSuffix(line, "\n")
		switch {
		case bare == "document: {":
			group = &s.Document
		case bare == "container: {":
			group = &s.Container
		case group == nil && strings.HasPrefix(line, "#"):
			definition, _, _ = strings.Cut(bare, ":")
			s.definitions[definition] = line
		case group == nil && definition != "":
			s.definitions[definition] += line
			if bare == "}" {
				definition = ""
			}
		case group == nil: // the package, imports, comments
		case bare == "}":
			group = nil
		case strings.HasPrefix(line, "\t\""):
			rule = s.newRule(strings.TrimSuffix(strings.TrimPrefix(bare, "\t\""), "\": {"))
			text.WriteString("{\n")
		case rule == nil: // a comment above a rule
		case bare == "\t}":
			rule.text = text.String() + "}"
			*group = append(*group, rule)
			rule = nil
			text.Reset()
		case strings.HasPrefix(line, "\t\t@when("):
			rule.when(strings.TrimSuffix(strings.TrimPrefix(bare, "\t\t@when("), ")"))
		default:
			text.WriteString(line)
		}
	}
}

func (s *RuleSet) newRule(name string) *Rule {
	r := &Rule{Name: name, text: "{\n", fine: map[[sha256.Size]byte]bool{}}
	r.compiled = sync.OnceValue(func() compiledRule { return s.compile(r) })
	return r
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

func (s *RuleSet) compile(r *Rule) compiledRule {
	expr, err := parser.ParseExpr(r.Name, r.text)
	if err != nil {
		panic(err)
	}
	c := compiledRule{inputs: map[string][]string{}, encode: s.context.Encode}
	for _, elt := range expr.(*ast.StructLit).Elts {
		if f, ok := elt.(*ast.Field); ok && label(f) != "out" {
			c.inputs[label(f)] = fieldsRead(expr, label(f))
		}
	}
	c.alike = abstract(expr)
	options := []cue.BuildOption{cue.InferBuiltins(true)}
	if names := s.needs(r.text, nil); len(names) > 0 {
		options = append(options, cue.Scope(s.scope(names)))
	}
	c.value = s.build(r.text, options...)
	return c
}

// definitionName finds the names of definitions in a text, and maybe more.
var definitionName = regexp.MustCompile(`#\w+`)

// needs adds the names of the definitions that a text needs to those given, in order.
func (s *RuleSet) needs(text string, names []string) []string {
	for _, name := range definitionName.FindAllString(text, -1) {
		if _, ok := s.definitions[name]; ok && !slices.Contains(names, name) {
			names = s.needs(s.definitions[name], append(names, name))
		}
	}
	slices.Sort(names)
	return names
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
		text.WriteString(s.definitions[name])
	}
	v := s.build("{\n"+text.String()+"}", cue.InferBuiltins(true))
	s.scopes.Store(key, v)
	return v
}

func (r *Rule) when(body string) {
	for _, group := range strings.Split(strings.ReplaceAll(body, `"`, ""), ",") {
		group = strings.TrimSpace(group)
		if name, ok := strings.CutPrefix(group, "!"); ok {
			r.Unless = append(r.Unless, name)
		} else {
			r.When = append(r.When, strings.Split(group, "|"))
		}
	}
}

// fieldsRead returns the fields of an input that a rule names as INPUT.FIELD,
// or nil where it uses the input in another way.
func fieldsRead(rule ast.Node, input string) []string {
	var fields []string
	all := false
	ast.Walk(rule, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if label(n) == input {
				return false
			}
		case *ast.SelectorExpr:
			of, isIdent := n.X.(*ast.Ident)
			name, isName := n.Sel.(*ast.Ident)
			if isIdent && isName && of.Name == input {
				fields = append(fields, name.Name)
				return false
			}
		case *ast.Ident:
			all = all || n.Name == input
		}
		return true
	}, nil)
	if all {
		return nil
	}
	slices.Sort(fields)
	return slices.Compact(fields)
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
	out := c.value.Unify(c.encode(r.project(inputs))).LookupPath(cue.MakePath(cue.Str("out")))
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
