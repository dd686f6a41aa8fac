package spec

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// ruleFinding is what a rule of schema/rules lists.
type ruleFinding struct {
	At   []any   `json:"at"`
	Say  string  `json:"say"`
	Hint string  `json:"hint"`
	With [][]any `json:"with"`
	Warn bool    `json:"warn"`
}

// rules reports what the fields of the document do not agree on.
func (c *checker) rules() { c.follow(schema.Rules()) }

// follow runs a set of rules over the document and each of its containers.
func (c *checker) follow(set *schema.RuleSet) {
	spec := c.sound(c.root.Get("spec"))
	whole := len(c.ds) == 0 && !c.holed
	in := c.inputOf(spec)
	c.apply(set.Document, ruleInputs{"spec": in, "metadata": c.inputOf(c.sound(c.root.Get("metadata")))}, nil, whole)
	if len(set.Container) == 0 {
		return
	}
	c.apply(set.Container, ruleInputs{"container": in}, Path{"spec"}, whole)
	for _, list := range []string{"initContainers", "sidecars", "containers"} {
		items := c.sound(spec.Get(list))
		if items == nil {
			continue
		}
		for i, item := range items.Items {
			if in := c.inputOf(c.sound(item)); in != nil {
				c.apply(set.Container, ruleInputs{"container": in}, Path{"spec", list, strconv.Itoa(i)}, whole)
			}
		}
	}
}

// sound returns the value of a field, nil if it is none or was reported.
func (c *checker) sound(n *source.Node) *source.Node {
	if n == nil || c.bad[n] {
		return nil
	}
	return n
}

// ruleInput is a map that rules read. Its fields become values when a rule reads them.
type ruleInput struct {
	fields map[string]*ruleField
	words  schema.Words // those of all fields
	values map[string]any
}

type ruleField struct {
	value *source.Node
	words schema.Words // the names in it, its own and all others, that some @when asks for
}

// ruleInputs are what rules read, by name.
type ruleInputs map[string]*ruleInput

// inputOf returns a map as rules read it; nil for what is no map.
func (c *checker) inputOf(n *source.Node) *ruleInput {
	if n == nil || n.Kind != source.Map {
		return nil
	}
	in := &ruleInput{fields: map[string]*ruleField{}, values: map[string]any{}}
	for _, f := range n.Fields {
		if !c.bad[f.Key] && !c.bad[f.Value] {
			field := &ruleField{value: f.Value, words: schema.WordsOf(f.Key.Text)}
			c.collect(&field.words, f.Value)
			in.fields[f.Key.Text] = field
			in.words.Join(field.words)
		}
	}
	return in
}

// collect adds the names in a value that some @when asks for.
func (c *checker) collect(words *schema.Words, n *source.Node) {
	for _, f := range n.Fields {
		if !c.bad[f.Key] && !c.bad[f.Value] {
			words.Join(schema.WordsOf(f.Key.Text))
			c.collect(words, f.Value)
		}
	}
	for _, item := range n.Items {
		if !c.bad[item] {
			c.collect(words, item)
		}
	}
}

// concerns reports whether the rule's @when holds, and all that it reads is
// there, be it empty.
func (in ruleInputs) concerns(rule *schema.Rule) bool {
	var words schema.Words // that are in what the rule reads
	for _, read := range rule.Inputs {
		input := in[read.Name]
		if input == nil || slices.ContainsFunc(rule.Unless, func(name string) bool { return input.fields[name] != nil }) {
			return false
		}
		if read.Fields == nil {
			words.Join(input.words)
		}
		for _, name := range read.Fields {
			if f := input.fields[name]; f != nil {
				words.Join(f.words)
			}
		}
	}
	return !slices.ContainsFunc(rule.Wants, func(names schema.Words) bool { return !words.Meets(&names) })
}

// inputs returns the inputs of a rule as values.
func (c *checker) inputs(rule *schema.Rule, in ruleInputs) map[string]map[string]any {
	values := make(map[string]map[string]any, len(rule.Inputs))
	for _, read := range rule.Inputs {
		input := in[read.Name]
		for name := range input.fields {
			if read.Fields == nil {
				input.read(c, name)
			}
		}
		for _, name := range read.Fields {
			input.read(c, name)
		}
		values[read.Name] = input.values
	}
	return values
}

func (in *ruleInput) read(c *checker, name string) {
	if f := in.fields[name]; f != nil {
		if _, known := in.values[name]; !known {
			in.values[name] = c.plain(f.value)
		}
	}
}

// apply runs the rules that have something to look at.
func (c *checker) apply(rules []*schema.Rule, in ruleInputs, base Path, whole bool) {
	for _, rule := range rules {
		if !in.concerns(rule) {
			continue
		}
		var findings []ruleFinding
		if _, err := rule.Apply(c.inputs(rule, in), &findings); err != nil {
			if whole {
				panic(fmt.Sprintf("schema: rule %s: %v", rule.Name, err))
			}
			continue // what was reported left a hole that the rule stumbled over
		}
		for _, f := range findings {
			c.found(f, base)
		}
	}
}

// found reports what a rule found, unless it only follows from a field that
// was reported already.
func (c *checker) found(f ruleFinding, base Path) {
	at := append(base[:len(base):len(base)], steps(f.At)...)
	if c.tainted(at) {
		return
	}
	field, _ := Follow(c.root, at)
	d := diag.Diagnostic{Code: diag.CodeRule, Message: f.Say, Hint: f.Hint}
	if f.Warn {
		d.Code, d.Severity = diag.CodeNote, diag.Warning
	}
	for _, w := range f.With {
		with := append(base[:len(base):len(base)], steps(w)...)
		if c.tainted(with) {
			return
		}
		if other, n := Follow(c.root, with); n == len(with) && point(other) != point(field) {
			d.Related = append(d.Related, diag.Related{Place: c.place(point(other)), Message: fmt.Sprintf("%s stands here", Path(steps(w)))})
		}
	}
	c.report(d, point(field))
}

// point is where a field is pointed at: at its value when that stands on one
// line, else at its key.
func point(f source.Field) *source.Node {
	if f.Key != nil && f.Value.Kind != source.Scalar {
		return f.Key
	}
	return f.Value
}

func steps(path []any) Path {
	p := make(Path, len(path))
	for i, step := range path {
		p[i] = fmt.Sprint(step)
	}
	return p
}

// tainted reports whether a mistake was reported on the way to p, at p or,
// where the field p is missing, for p itself.
func (c *checker) tainted(p Path) bool {
	n := c.root
	for _, step := range p {
		if c.bad[n] {
			return true
		}
		next := child(n, step)
		if next.Value == nil {
			return slices.Contains(c.gone[n], step)
		}
		if next.Key != nil && c.bad[next.Key] {
			return true
		}
		n = next.Value
	}
	return c.anyBad(n)
}

// anyBad reports whether n or anything in it was reported.
func (c *checker) anyBad(n *source.Node) bool {
	if c.bad[n] {
		return true
	}
	for _, f := range n.Fields {
		if c.anyBad(f.Value) {
			return true
		}
	}
	return slices.ContainsFunc(n.Items, c.anyBad)
}
