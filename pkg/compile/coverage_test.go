package compile_test

import (
	"slices"
	"testing"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/schema"
)

// Every field of the schema, and every word of its closed sets, occurs in a
// golden or an example that builds.
func TestEveryFieldIsInAGolden(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range golden.Cases(t) {
		for _, doc := range c.Documents(t) {
			if spec.ClassOf(doc) != spec.Written {
				continue
			}
			if job, ds := spec.Check(doc, spec.Options{}); job != nil && !ds.HasErrors() {
				mark(seen, schema.Model(), job.Long(), "")
			}
		}
	}
	var missing []string
	want(schema.Model(), "", func(path string) {
		if !seen[path] {
			missing = append(missing, path)
		}
	})
	slices.Sort(missing)
	for _, path := range slices.Compact(missing) {
		t.Errorf("no golden has %s", path)
	}
}

// mark notes the paths of a value, names of maps as NAME and items as [], and
// the words that are used of a closed set as path=word. What stands in a
// definition of the schema is noted once for all places where it is used.
func mark(seen map[string]bool, t *schema.Type, v any, path string) {
	seen[path] = true
	path = inDefinition(t, path)
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			switch {
			case t.Kind == schema.Map:
				mark(seen, t.Elem, value, path+".NAME")
			case t.Field(name) != nil:
				mark(seen, t.Field(name).Type, value, path+"."+name)
			}
		}
	case []any:
		for _, item := range v {
			if t.Kind == schema.List {
				mark(seen, t.Elem, item, path+"[]")
			}
		}
	case string:
		if len(t.Enum) > 0 {
			seen[path+"="+v] = true
		}
	}
}

// want calls visit for every path that mark can note.
func want(t *schema.Type, path string, visit func(path string)) {
	visit(path)
	path = inDefinition(t, path)
	for _, word := range t.Enum {
		visit(path + "=" + word)
	}
	switch t.Kind {
	case schema.Struct:
		for _, f := range t.Fields {
			if t.Name != "Container" || !isMain(f) {
				want(f.Type, path+"."+f.Name, visit)
			}
		}
	case schema.Map:
		want(t.Elem, path+".NAME", visit)
	case schema.List:
		want(t.Elem, path+"[]", visit)
	}
}

func inDefinition(t *schema.Type, path string) string {
	if t.Kind == schema.Struct && t.Name != "" {
		return "#" + t.Name
	}
	return path
}

// isMain reports whether a container's field is the main container's too, and
// so wanted under spec.
func isMain(f *schema.Field) bool {
	main := schema.Model().Field("spec").Type.Field(f.Name)
	return main != nil && main.Type == f.Type
}
