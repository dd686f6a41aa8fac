package schema

import (
	"cmp"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
)

// This file reads the rules from their CUE files, as read.go does with the schema.

// rulesRead is what stands in the files of schema/rules.
type rulesRead struct {
	document, container []ruleText
	definitions         map[string]string // the text of each, by name
}

// readRules returns the rules in order of name.
func readRules() rulesRead {
	r := rulesRead{definitions: map[string]string{}}
	names, err := fs.Glob(ruleFiles, "rules/*.cue")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		src, err := ruleFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		r.cut(string(src))
	}
	for _, rules := range [][]ruleText{r.document, r.container} {
		slices.SortFunc(rules, func(a, b ruleText) int { return cmp.Compare(a.Name, b.Name) })
		for i := range rules {
			rules[i].look(r.needs)
		}
	}
	return r
}

// cut takes a file apart by the layout that `cue fmt` gives it, so that the text of each
// rule is as it was written. Imports are left out, which CUE finds by itself
// (cue.InferBuiltins). A test holds what is cut against what is parsed.
func (r *rulesRead) cut(src string) {
	var text strings.Builder
	var group *[]ruleText
	var rule *ruleText
	definition := ""
	for line := range strings.Lines(src) {
		bare := strings.TrimSuffix(line, "\n")
		switch {
		case bare == "document: {":
			group = &r.document
		case bare == "container: {":
			group = &r.container
		case group == nil && strings.HasPrefix(line, "#"):
			definition, _, _ = strings.Cut(bare, ":")
			r.definitions[definition] = line
		case group == nil && definition != "":
			r.definitions[definition] += line
			if bare == "}" {
				definition = ""
			}
		case group == nil: // the package, imports, comments
		case bare == "}":
			group = nil
		case strings.HasPrefix(line, "\t\""):
			rule = &ruleText{Name: strings.TrimSuffix(strings.TrimPrefix(bare, "\t\""), "\": {")}
			text.WriteString("{\n")
		case rule == nil: // a comment above a rule
		case bare == "\t}":
			rule.text = text.String() + "}"
			*group = append(*group, *rule)
			rule = nil
			text.Reset()
		case strings.HasPrefix(line, "\t\t@when("):
			rule.when(strings.TrimSuffix(strings.TrimPrefix(bare, "\t\t@when("), ")"))
		default:
			text.WriteString(line)
		}
	}
}

func (r *ruleText) when(body string) {
	for _, group := range strings.Split(strings.ReplaceAll(body, `"`, ""), ",") {
		group = strings.TrimSpace(group)
		if name, ok := strings.CutPrefix(group, "!"); ok {
			r.Unless = append(r.Unless, name)
		} else {
			r.When = append(r.When, strings.Split(group, "|"))
		}
	}
}

// look finds out what a rule reads.
func (r *ruleText) look(needs func(text string, names []string) []string) {
	expr, err := parser.ParseExpr(r.Name, r.text)
	if err != nil {
		panic(err)
	}
	for _, elt := range expr.(*ast.StructLit).Elts {
		if f, ok := elt.(*ast.Field); ok && label(f) != "out" {
			r.Inputs = append(r.Inputs, Input{label(f), fieldsRead(expr, label(f))})
		}
	}
	r.defined = needs(r.text, nil)
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

// definitionName finds the names of definitions in a text, and maybe more.
var definitionName = regexp.MustCompile(`#\w+`)

// needs adds the names of the definitions that a text needs to those given, in order.
func (r *rulesRead) needs(text string, names []string) []string {
	for _, name := range definitionName.FindAllString(text, -1) {
		if _, ok := r.definitions[name]; ok && !slices.Contains(names, name) {
			names = r.needs(r.definitions[name], append(names, name))
		}
	}
	slices.Sort(names)
	return names
}
