package spec

import (
	"fmt"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// directive checks a field that says how a layer is merged: $patch, or KEY+. It
// is false for every other field.
func (c *checker) directive(v value, f *source.Field) bool {
	if !v.path.With(f.Key.Text).inLayer() {
		return false
	}
	if f.Key.Text == patchKey {
		c.patch(v, f)
		return true
	}
	name, appends := c.fieldName(v.typ, f.Key.Text)
	if !appends {
		return false
	}
	known := v.typ.Field(name)
	sub := value{node: f.Value, key: f.Key, path: v.path.With(f.Key.Text), typ: known.Type, goes: schema.FieldType(v.goes, name), secret: v.secret}
	if sub.typ.Kind == schema.Any && sub.goes != nil {
		sub.typ = schema.ShapeOf(sub.goes)
	}
	switch other := v.node.Field(name); {
	case sub.typ.Kind != schema.List:
		c.wrong(sub, diag.CodeType, fmt.Sprintf("%q cannot be appended to: it is no list", name), fmt.Sprintf("write %s", name))
	case other != nil:
		c.report(diag.Diagnostic{
			Code: diag.CodeRule, Message: fmt.Sprintf("%q and %q exclude each other in one layer", name, f.Key.Text),
			Hint:    "write the whole list under " + name,
			Related: []diag.Related{{Place: c.place(other.Key), Message: name + " stands here"}},
		}, f.Key, f.Key, f.Value)
	default:
		c.check(sub)
	}
	return true
}

// patch checks what stands under $patch.
func (c *checker) patch(v value, f *source.Field) {
	container := isContainer(v.typ)
	word := ""
	if f.Value.Kind == source.Scalar {
		word = f.Value.Text
	}
	switch {
	case word == patchReplace, word == patchDelete && container:
		return
	case word == patchDelete:
		c.wrong(value{node: f.Value, key: f.Key}, diag.CodeValue, "only a container of a list is left out with $patch", removed(v))
	default:
		h := "write `$patch: replace` where this map takes the place of the one below"
		if container {
			h += ", or `$patch: delete` to leave the container out"
		}
		c.wrong(value{node: f.Value, key: f.Key}, diag.CodeValue, fmt.Sprintf("$patch cannot be %s", value{node: f.Value}.shown()), h)
	}
}

// removed says how a map is left out.
func removed(v value) string {
	if v.key == nil || !v.path.inLayer() {
		return "write `$patch: replace` where these fields take the place of those below"
	}
	return "write `" + v.key.Text + ": null`"
}
