package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/schema"
)

// EnvOrder returns the names of the variables in the order in which Kubernetes
// can expand them: alphabetic, but a variable after those that its value names
// by $(VAR). Variables that name each other in a circle stand together in
// alphabetic order; those of the first such circle are returned too.
func EnvOrder(env map[string]schema.EnvValue) (order, circle []string) {
	names := slices.AppendSeq(make([]string, 0, len(env)), maps.Keys(env))
	slices.Sort(names)
	if !slices.ContainsFunc(names, func(name string) bool { return references(env[name]) != nil }) {
		return names, nil
	}
	o := envOrder{env: env, index: make(map[string]int, len(env)), low: make(map[string]int, len(env))}
	for _, name := range names {
		if o.index[name] == 0 {
			o.visit(name)
		}
	}
	return o.order, o.circle
}

// envOrder is Tarjan's algorithm for strongly connected components, which
// yields a component after those that it leads to.
type envOrder struct {
	env        map[string]schema.EnvValue
	index, low map[string]int // from 1; low is 0 once a name is placed
	stack      []string
	order      []string
	circle     []string
}

func (o *envOrder) visit(name string) {
	o.index[name] = len(o.index) + 1
	o.low[name] = o.index[name]
	o.stack = append(o.stack, name)
	for _, used := range references(o.env[name]) {
		if _, ok := o.env[used]; !ok {
			continue
		}
		if o.index[used] == 0 {
			o.visit(used)
		}
		if o.low[used] != 0 {
			o.low[name] = min(o.low[name], o.low[used])
		}
	}
	if o.low[name] != o.index[name] {
		return
	}
	at := len(o.stack) - 1
	for o.stack[at] != name { // from the end: what is behind it belongs to its component
		at--
	}
	component := slices.Sorted(slices.Values(o.stack[at:]))
	o.stack = o.stack[:at]
	for _, n := range component {
		o.low[n] = 0
	}
	if len(component) > 1 && o.circle == nil {
		o.circle = component
	}
	o.order = append(o.order, component...)
}

// references lists the names that a value uses as $(NAME), in order. "$$" is
// an escaped "$" (k8s.io/kubernetes/third_party/forked/golang/expansion).
func references(v schema.EnvValue) []string {
	if v.Value == nil {
		return nil
	}
	var names []string
	for rest := *v.Value; ; {
		i := strings.IndexByte(rest, '$')
		if i < 0 || i+1 == len(rest) {
			return names
		}
		if rest[i+1] != '(' {
			rest = rest[i+2:]
			continue
		}
		name, after, closed := strings.Cut(rest[i+2:], ")")
		if !closed {
			return names
		}
		names, rest = append(names, name), after
	}
}

// envCircles warns of variables that name each other in a circle.
func (c *checker) envCircles(env map[string]schema.EnvValue, at Path) {
	_, circle := EnvOrder(env)
	if circle == nil {
		return
	}
	field, _ := Follow(c.root, at.With("env", circle[0]))
	if c.tainted(at.With("env")) {
		return
	}
	c.report(diag.Diagnostic{
		Code: diag.CodeNote, Severity: diag.Warning,
		Message: fmt.Sprintf("the variables %s name each other in a circle", few(circle)),
		Hint:    "Kubernetes replaces only variables that stand before; the others keep their $(NAME)",
	}, field.Key)
}

// few lists names for a sentence, and counts those that are too many for it.
func few(names []string) string {
	const most = 6
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
