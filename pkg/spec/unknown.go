package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/schema"
)

// unknown reports a field that the struct v does not have: where it belongs, or
// which field was meant.
func (c *checker) unknown(v value, f *source.Field) {
	name := f.Key.Text
	where := "the document"
	if len(v.path) > 0 {
		where = v.path.String()
	}
	d := diag.Diagnostic{Code: diag.CodeUnknownField, Message: fmt.Sprintf("unknown field %q in %s", name, where)}
	guess := v.meant(name)
	switch advice, home := schema.Elsewhere()[v.typ.Name][name], homes()[name]; {
	case advice != "":
		d.Code, d.Hint = diag.CodeMisplaced, advice
		d.Message = fmt.Sprintf("%q is no field of %s", name, where)
	case home != "" && !strings.EqualFold(name, guess):
		d.Code, d.Hint = diag.CodeMisplaced, fmt.Sprintf("%q belongs under %s", name, home)
		d.Message = fmt.Sprintf("%q is no field of %s", name, where)
	case guess != "":
		d.Hint = suggest.Question(guess)
		c.gone[v.node] = append(c.gone[v.node], guess)
	default:
		d.Hint = fieldsHint(v.typ)
	}
	if v.inSecrets() {
		f.Value.Mask()
	}
	for _, missing := range v.typ.Fields {
		if missing.Required && holds(f.Value, missing.Name) {
			c.gone[v.node] = append(c.gone[v.node], missing.Name)
		}
	}
	c.report(d, f.Key, f.Key, f.Value)
}

// holds reports whether a field of that name stands anywhere in n, as the
// image does in a pasted pod template.
func holds(n *source.Node, name string) bool {
	return n.Field(name) != nil ||
		slices.ContainsFunc(n.Fields, func(f source.Field) bool { return holds(f.Value, name) }) ||
		slices.ContainsFunc(n.Items, func(item *source.Node) bool { return holds(item, name) })
}

// meant guesses which field of v was meant, those that are not written yet
// first.
func (v value) meant(name string) string {
	names := fieldNames(v.typ)
	if v.typ.Short == "volume" {
		names = append(names, mountFields...)
	}
	if suggest.Nearest(name, names) == "" {
		return "" // and none of those that are not written yet
	}
	free := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return v.node.Field(n) != nil })
	return cmp.Or(suggest.Nearest(name, free), suggest.Nearest(name, names))
}

// homes says where the fields of the document, its metadata and its spec are
// written, and the fields that stand in one place of the spec alone.
var homes = sync.OnceValue(func() map[string]string {
	root := schema.Model()
	places := map[string][]string{}
	var visit func(t *schema.Type, path string, depth int)
	visit = func(t *schema.Type, path string, depth int) {
		switch {
		case t.Kind == schema.Struct:
			for _, f := range t.Fields {
				places[f.Name] = append(places[f.Name], path)
				visit(f.Type, path+"."+f.Name, depth+1)
			}
		case t.Kind == schema.Map && depth < 6:
			visit(t.Elem, path+".NAME", depth+1)
		}
	}
	visit(root, "", 0)
	found := map[string]string{}
	for name, at := range places {
		slices.SortStableFunc(at, func(a, b string) int { return cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")) })
		top := strings.TrimPrefix(at[0], ".")
		if len(at) == 1 || top == "spec" || top == "metadata" {
			found[name] = cmp.Or(top, "the document itself")
		}
	}
	return found
})
