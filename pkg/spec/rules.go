package spec

import (
	"fmt"
	"slices"
	"strconv"

	"cuelang.org/go/cue"

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

// rules asks CUE what the fields of the document must agree on.
func (c *checker) rules() {
	set := schema.Rules()
	root := c.plain(c.root).(map[string]any)
	spec, _ := root["spec"].(map[string]any)
	metadata, _ := root["metadata"].(map[string]any)
	in := map[string]map[string]any{"spec": spec, "metadata": metadata}
	c.apply(set, set.Document, in, nil)
	c.apply(set, set.Container, map[string]map[string]any{"container": spec}, Path{"spec"})
	for _, list := range []string{"initContainers", "sidecars", "containers"} {
		items, _ := spec[list].([]any)
		for i, item := range items {
			if container, ok := item.(map[string]any); ok {
				at := Path{"spec", list, strconv.Itoa(i)}
				c.apply(set, set.Container, map[string]map[string]any{"container": container}, at)
			}
		}
	}
}

// apply runs the rules that have something to look at.
func (c *checker) apply(set *schema.RuleSet, rules []schema.Rule, in map[string]map[string]any, base Path) {
	encoded := map[string]cue.Value{}
	for _, rule := range rules {
		if !concerns(rule, in) {
			continue
		}
		for name := range rule.Inputs {
			if _, ok := encoded[name]; !ok {
				encoded[name] = set.Encode(nonNil(in[name]))
			}
		}
		var findings []ruleFinding
		if err := rule.Apply(encoded, &findings); err != nil {
			if len(c.ds) == 0 {
				panic(fmt.Sprintf("schema: rule %s: %v", rule.Name, err))
			}
			continue // what was reported left a hole that the rule stumbled over
		}
		for _, f := range findings {
			c.found(f, base)
		}
	}
}

func nonNil(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func concerns(rule schema.Rule, in map[string]map[string]any) bool {
	for name, fields := range rule.Inputs {
		if slices.ContainsFunc(fields, func(f string) bool { _, ok := in[name][f]; return ok }) {
			return true
		}
	}
	return false
}

// found reports what a rule found, unless it only follows from a field that
// was reported already.
func (c *checker) found(f ruleFinding, base Path) {
	at := append(base[:len(base):len(base)], steps(f.At)...)
	if c.tainted(at) {
		return
	}
	field, _ := locate(c.root, at)
	d := diag.Diagnostic{Code: diag.CodeRule, Message: f.Say, Hint: f.Hint}
	if f.Warn {
		d.Code, d.Severity = diag.CodeNote, diag.Warning
	}
	for _, w := range f.With {
		with := append(base[:len(base):len(base)], steps(w)...)
		if c.tainted(with) {
			return
		}
		if other, n := locate(c.root, with); n == len(with) {
			d.Related = append(d.Related, diag.Related{Place: c.file.Place(point(other).Pos), Message: fmt.Sprintf("%s stands here", Path(steps(w)))})
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
