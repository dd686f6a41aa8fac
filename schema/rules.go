package schema

import (
	"embed"
	"io/fs"
	"slices"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
)

//go:embed rules/*.cue
var ruleFiles embed.FS

// Rule is one cross-field rule of schema/rules.
type Rule struct {
	Name string
	// Inputs are the values that the rule reads, "spec", "metadata" or
	// "container", and the fields of each that it names.
	Inputs map[string][]string
	value  cue.Value
}

// RuleSet holds the rules over a whole document and those over one container.
type RuleSet struct {
	Document, Container []Rule
	context             *cue.Context
}

// Rules returns the rules of the schema. Compiling them takes a few
// milliseconds, once. The set may be used by several goroutines at a time.
var Rules = sync.OnceValue(func() *RuleSet {
	ctx := cuecontext.New()
	inst := build.NewContext().NewInstance("rules", nil)
	names, err := fs.Glob(ruleFiles, "rules/*.cue")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		if err := inst.AddSyntax(parse(ruleFiles, name)); err != nil {
			panic(err)
		}
	}
	if err := inst.Complete(); err != nil {
		panic(err)
	}
	all := ctx.BuildInstance(inst)
	if err := all.Err(); err != nil {
		panic(err)
	}
	return &RuleSet{
		Document:  rulesOf(inst, all, "document"),
		Container: rulesOf(inst, all, "container"),
		context:   ctx,
	}
})

// rulesOf collects the rules of one group over all files, in order of name.
func rulesOf(inst *build.Instance, all cue.Value, group string) []Rule {
	var rules []Rule
	for _, f := range inst.Files {
		for _, d := range f.Decls {
			field, ok := d.(*ast.Field)
			if !ok || label(field) != group {
				continue
			}
			for _, elt := range field.Value.(*ast.StructLit).Elts {
				name := label(elt.(*ast.Field))
				rules = append(rules, Rule{
					Name: name, Inputs: inputs(elt),
					value: all.LookupPath(cue.MakePath(cue.Str(group), cue.Str(name))),
				})
			}
		}
	}
	slices.SortFunc(rules, func(a, b Rule) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return rules
}

// inputs finds what a rule reads: its selectors spec.X, metadata.X, container.X.
func inputs(rule ast.Node) map[string][]string {
	found := map[string][]string{}
	ast.Walk(rule, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		of, isIdent := sel.X.(*ast.Ident)
		name, isName := sel.Sel.(*ast.Ident)
		if isIdent && isName && (of.Name == "spec" || of.Name == "metadata" || of.Name == "container") {
			if !slices.Contains(found[of.Name], name.Name) {
				found[of.Name] = append(found[of.Name], name.Name)
			}
		}
		return true
	}, nil)
	return found
}

// Encode prepares a value for Apply.
func (s *RuleSet) Encode(v any) cue.Value { return s.context.Encode(v) }

// Apply runs the rule on its inputs and decodes what it lists in `out` into
// findings, a pointer to a slice.
func (r Rule) Apply(inputs map[string]cue.Value, findings any) error {
	v := r.value
	for name := range r.Inputs {
		v = v.FillPath(cue.MakePath(cue.Str(name)), inputs[name])
	}
	return v.LookupPath(cue.MakePath(cue.Str("out"))).Decode(findings)
}
