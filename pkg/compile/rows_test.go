package compile

import (
	"slices"
	"testing"

	"github.com/jobgen-dev/jobgen/schema"
)

// Every field of the schema has exactly one row, and every row a field.
func TestRowsAreTheSchema(t *testing.T) {
	model := schema.Model()
	spec := model.Field("spec").Type
	container := spec.Field("containers").Type.Elem
	var perContainer, inSpec []string
	for _, f := range spec.Fields {
		if container.Field(f.Name) != nil && spec.Field(f.Name).Type == container.Field(f.Name).Type {
			perContainer = append(perContainer, f.Name)
		} else {
			inSpec = append(inSpec, "spec."+f.Name)
		}
	}
	for _, f := range model.Field("metadata").Type.Fields {
		inSpec = append(inSpec, "metadata."+f.Name)
	}
	var rows, containers []string
	for _, r := range specRows {
		rows = append(rows, r.field)
	}
	for _, r := range containerRows {
		containers = append(containers, r.field)
	}
	same(t, "specRows", rows, inSpec)
	same(t, "containerRows", containers, perContainer)
}

func same(t *testing.T, table string, rows, fields []string) {
	t.Helper()
	slices.Sort(rows)
	for i, r := range rows {
		if i > 0 && rows[i-1] == r {
			t.Errorf("%s has two rows for %s", table, r)
		}
		if !slices.Contains(fields, r) {
			t.Errorf("%s has a row for %s, which the schema does not have", table, r)
		}
	}
	for _, f := range fields {
		if !slices.Contains(rows, f) {
			t.Errorf("%s has no row for %s: the field would be dropped", table, f)
		}
	}
}

// What a list of containers has beside the fields of every container is lowered
// by listed, not by rows.
func TestListedContainerFields(t *testing.T) {
	container := schema.Model().Field("spec").Type.Field("containers").Type.Elem
	for _, f := range container.Fields {
		isRow := slices.ContainsFunc(containerRows, func(r containerRow) bool { return r.field == f.Name })
		if !isRow && !slices.Contains([]string{"name", "restartPolicy", "volumeMounts"}, f.Name) {
			t.Errorf("nothing lowers %s of a listed container", f.Name)
		}
	}
}
