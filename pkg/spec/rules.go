package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

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
	spec, metadata := c.sound(c.root.Get("spec")), c.sound(c.root.Get("metadata"))
	whole := len(c.ds) == 0 && !c.holed
	document := []ruleInput{{"spec", spec}, {"metadata", metadata}}
	read := sync.OnceValue(func() ruleInputs { return c.inputsOf(document) })
	c.heed(set.Document, document, read, nil, whole)
	c.heed(set.Container, []ruleInput{{"container", spec}}, func() ruleInputs { return read().as("spec", "container") }, Path{"spec"}, whole)
	for _, list := range []string{"initContainers", "sidecars", "containers"} {
		items := c.sound(spec.Get(list))
		if items == nil {
			continue
		}
		for i, item := range items.Items {
			if item.Kind != source.Map || c.bad[item] {
				continue
			}
			container := []ruleInput{{"container", item}}
			c.heed(set.Container, container, func() ruleInputs { return c.inputsOf(container) }, Path{"spec", list, strconv.Itoa(i)}, whole)
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

// heed runs the rules over their inputs, which read returns as rules read them, unless
// it is known that they find nothing. A document is whole when the schema found
// nothing in it.
func (c *checker) heed(rules []*schema.Rule, inputs []ruleInput, read func() ruleInputs, base Path, whole bool) {
	if len(rules) == 0 {
		return
	}
	if len(c.bad) > 0 || c.holed { // parts are missing that the trees still have
		c.apply(rules, read(), base, whole)
		return
	}
	visit, fine := memoryOf(rules).look(inputs)
	if fine {
		return
	}
	before := len(c.ds)
	if concerned := c.apply(rules, read(), base, whole); len(c.ds) == before && len(c.bad) == 0 {
		visit.remember(concerned)
	}
}

// ruleInputs are the values that rules read, and, for each of their fields, the
// names of all fields in it.
type ruleInputs struct {
	values map[string]map[string]any
	names  map[string]map[string][]string
	all    map[string]bool // every name in names
}

// inputsOf returns the inputs as rules read them; those that are no maps are missing.
func (c *checker) inputsOf(inputs []ruleInput) ruleInputs {
	in := ruleInputs{map[string]map[string]any{}, map[string]map[string][]string{}, map[string]bool{}}
	for _, input := range inputs {
		if input.node == nil {
			continue
		}
		fields, ok := c.plain(input.node).(map[string]any)
		if !ok {
			continue
		}
		in.values[input.name] = fields
		in.names[input.name] = make(map[string][]string, len(fields))
		for name, value := range fields {
			names := appendNames([]string{name}, value)
			in.names[input.name][name] = names
			for _, n := range names {
				in.all[n] = true
			}
		}
	}
	return in
}

// as returns the inputs with one of them alone, under another name. Its fields
// are not collected again; anywhere knows those of the other inputs too, and has
// looks at its own.
func (in ruleInputs) as(input, name string) ruleInputs {
	one := ruleInputs{map[string]map[string]any{}, map[string]map[string][]string{name: in.names[input]}, in.all}
	if fields, ok := in.values[input]; ok {
		one.values[name] = fields
	}
	return one
}

func appendNames(names []string, v any) []string {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			names = appendNames(append(names, name), value)
		}
	case []any:
		for _, item := range v {
			names = appendNames(names, item)
		}
	}
	return names
}

// matches reports whether name is what @when asks for; a "*" at the end stands
// for any end.
func matches(name, wanted string) bool {
	start, isStart := strings.CutSuffix(wanted, "*")
	return name == wanted || isStart && strings.HasPrefix(name, start)
}

// anywhere reports whether a field that is wanted is in any of the values. It
// is asked first, because it needs nothing of the rule to be compiled.
func (in ruleInputs) anywhere(wanted string) bool {
	if !strings.HasSuffix(wanted, "*") {
		return in.all[wanted]
	}
	for name := range in.all {
		if matches(name, wanted) {
			return true
		}
	}
	return false
}

// has reports whether a field that is wanted is in what the rule reads.
func (in ruleInputs) has(rule *schema.Rule, wanted string) bool {
	for input, fields := range rule.Inputs() {
		for top, names := range in.names[input] {
			if (fields == nil || slices.Contains(fields, top)) && slices.ContainsFunc(names, func(n string) bool { return matches(n, wanted) }) {
				return true
			}
		}
	}
	return false
}

// concerns reports whether the rule's @when holds, and all that it reads is
// there, be it empty.
func (in ruleInputs) concerns(rule *schema.Rule) bool {
	every := func(is func(wanted string) bool) bool {
		return !slices.ContainsFunc(rule.When, func(names []string) bool { return !slices.ContainsFunc(names, is) })
	}
	if !every(in.anywhere) {
		return false
	}
	for input := range rule.Inputs() {
		for _, name := range rule.Unless {
			if _, ok := in.values[input][name]; ok {
				return false
			}
		}
		if in.values[input] == nil {
			return false
		}
	}
	return every(func(wanted string) bool { return in.has(rule, wanted) })
}

// apply runs the rules that have something to look at, and returns them.
func (c *checker) apply(rules []*schema.Rule, in ruleInputs, base Path, whole bool) []*schema.Rule {
	var concerned []*schema.Rule
	for _, rule := range rules {
		if !in.concerns(rule) {
			continue
		}
		concerned = append(concerned, rule)
		var findings []ruleFinding
		if _, err := rule.Apply(in.values, &findings); err != nil {
			if whole {
				panic(fmt.Sprintf("schema: rule %s: %v", rule.Name, err))
			}
			continue // what was reported left a hole that the rule stumbled over
		}
		for _, f := range findings {
			c.found(f, base)
		}
	}
	return concerned
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
