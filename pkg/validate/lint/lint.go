// Package lint finds what Kubernetes accepts of an object but hardly anybody
// means, or what one would better not do. A rule is a row in rules.go, a function
// and a page in docs/lint.
package lint

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// Rule is one lint rule.
type Rule struct {
	Code     string        // stable: JG001 to JG099
	Name     string        // kebab-case, such as "no-memory-limit"
	Summary  string        // what is found, in one line
	Severity diag.Severity // Warning for what is nearly always a mistake, else Note

	check func(o *object) []found
}

// FindsSecrets reports whether what the rule finds is a secret value, so that its line
// must not be shown.
func (r Rule) FindsSecrets() bool {
	return slices.Contains([]string{"secret-in-env", "secret-in-args", "secret-in-config-map"}, r.Name)
}

// IsMeant reports whether the characters typed where the rule finds something show that
// the value is meant as it is: 0620 is not a decimal number that happens to be 400.
func (r Rule) IsMeant(typed string) bool {
	return r.Name == "decimal-mode" && strings.HasPrefix(typed, "0")
}

// Rules returns the rules in the order of their codes.
func Rules() []Rule { return slices.Clone(rules) }

// Names returns the codes and names of all rules, which Lookup takes.
func Names() []string {
	var names []string
	for _, r := range Rules() {
		names = append(names, r.Code, r.Name)
	}
	return names
}

// Lookup returns the rule with a code or a name.
func Lookup(codeOrName string) (Rule, bool) {
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.Code == codeOrName || r.Name == codeOrName })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}

// Finding is one thing that a rule found.
type Finding struct {
	// Finding is at the field it is about, with the reason validate.Discouraged;
	// or at the parent of the field that is missing, with the reason
	// validate.Missing and the field as Name.
	validate.Finding
	Rule Rule
	Hint string // what to write instead, in Kubernetes' names of the fields
}

// Options say how the rules are run.
type Options struct {
	Off map[string]bool // the codes of the rules that are not run
	Now time.Time       // what rules that name dates take for today; zero: they are not run
}

// Objects returns what the rules find in each object, in the order of path and code. An
// object of a kind that no rule is about has no findings, nor has one that is nil or
// cannot be read; of one with broken values the rest is looked at. The objects are
// those of one file or spec: a rule may look at a ConfigMap that a Job among them
// uses. No finding holds a secret value.
func Objects(values []*jsontree.Value, opts Options) [][]Finding {
	objects := make([]*object, 0, len(values))
	for _, v := range values {
		o := &object{}
		if v != nil {
			o = cmp.Or(read(v), o)
		}
		objects = append(objects, o)
	}
	all := make([][]Finding, len(values))
	for i, o := range objects {
		if o.value != nil {
			o.now, o.together = opts.Now, objects
			all[i] = o.findings(opts.Off)
		}
	}
	return all
}

// findings runs the rules on one object.
func (o *object) findings(off map[string]bool) []Finding {
	var findings []Finding
	for _, rule := range rules {
		if off[rule.Code] {
			continue
		}
		for _, f := range rule.check(o) {
			if at, ok := o.locate(f); ok {
				findings = append(findings, Finding{Finding: at, Rule: rule, Hint: f.hint})
			}
		}
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(onlyPath(a).Compare(onlyPath(b)), cmp.Compare(a.Rule.Code, b.Rule.Code))
	})
	return findings
}

// onlyPath returns a finding that compares by its path alone.
func onlyPath(f Finding) validate.Finding {
	at := f.Finding
	at.Reason, at.Name, at.Message = 0, "", ""
	return at
}

// found is what a rule's function finds.
type found struct {
	at      string // the path of the field, as validate.Schema.Locate reads it
	missing bool   // the field is not there
	message string
	hint    string
}

// one is the result of a rule that finds at most one thing.
func one(is bool, f found) []found {
	if !is {
		return nil
	}
	return []found{f}
}

// item returns the path of an item of a list.
func item(list string, index int) string { return list + "[" + strconv.Itoa(index) + "]" }

// locate makes a finding of what was found, at a place of the object. It is false
// for a field that is said to be missing, but only has a value that is broken.
func (o *object) locate(f found) (validate.Finding, bool) {
	schema, tree := o.schema(), o.tree()
	at, _ := schema.Locate(tree, f.at)
	if !f.missing {
		return at.Finding(validate.Discouraged, f.message), true
	}
	if at.In(tree) != nil {
		return validate.Finding{}, false
	}
	for path := f.at; ; {
		parent, name := split(path)
		if at, _ = schema.Locate(tree, parent); parent == "" || at.In(tree) != nil {
			missing := at.Finding(validate.Missing, f.message)
			missing.Name = name
			return missing, true
		}
		path = parent
	}
}

// split cuts the last step off a path.
func split(path string) (parent, name string) {
	if inside, ok := strings.CutSuffix(path, "]"); ok {
		i := strings.LastIndexByte(inside, '[')
		return path[:i], inside[i+1:]
	}
	i := strings.LastIndexByte(path, '.')
	return path[:max(i, 0)], path[i+1:]
}
