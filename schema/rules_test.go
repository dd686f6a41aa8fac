package schema

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"
)

// TestCut holds the rules that are cut out of the files by their layout against
// those that CUE's parser sees.
func TestCut(t *testing.T) {
	parsed := map[string][]string{}
	names, err := fs.Glob(ruleFiles, "rules/*.cue")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		for _, d := range parse(ruleFiles, name).Decls {
			f, ok := d.(*ast.Field)
			if !ok || strings.HasPrefix(label(f), "#") {
				continue
			}
			for _, elt := range f.Value.(*ast.StructLit).Elts {
				rule := elt.(*ast.Field)
				parsed[label(f)] = append(parsed[label(f)], label(rule)+" "+attribute(whenOf(rule), "when"))
			}
		}
	}
	for group, rules := range map[string][]*Rule{"document": Rules().Document, "container": Rules().Container} {
		var cut []string
		for _, r := range rules {
			var when []string
			for _, names := range r.When {
				when = append(when, strings.Join(names, "|"))
			}
			for _, name := range r.Unless {
				when = append(when, "!"+name)
			}
			cut = append(cut, r.Name+" "+strings.Join(when, ", "))
			r.out()
		}
		for _, want := range [][]string{cut, parsed[group]} {
			for i := range want {
				want[i] = sortedWhen(want[i])
			}
			slices.Sort(want)
		}
		if !slices.Equal(cut, parsed[group]) {
			t.Errorf("%s:\ncut    %q\nparsed %q", group, cut, parsed[group])
		}
	}
}

// whenOf gives the attributes of a rule's struct the place of a field's.
func whenOf(rule *ast.Field) *ast.Field {
	f := &ast.Field{}
	for _, elt := range rule.Value.(*ast.StructLit).Elts {
		if a, ok := elt.(*ast.Attribute); ok {
			f.Attrs = append(f.Attrs, a)
		}
	}
	return f
}

// sortedWhen puts the parts behind a rule's name in order.
func sortedWhen(s string) string {
	name, when, _ := strings.Cut(s, " ")
	parts := strings.Split(strings.ReplaceAll(when, `"`, ""), ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	slices.Sort(parts)
	return name + " " + strings.Join(parts, ",")
}
