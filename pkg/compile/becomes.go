package compile

import (
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// ObjectField is a field of a Kubernetes object that a field of a spec becomes.
type ObjectField struct {
	Kind string
	Path spec.Path // list items are numbers
}

// Becomes returns what a field of a spec becomes, of a Job and of a CronJob, as far
// as the tables of this package say it: of a field inside one of their rows, that of
// the row, with the rest of the path behind it. Fields that a function takes apart
// have none.
func Becomes(field spec.Path) []ObjectField {
	to, in, rest := rowOf(field)
	if to == "" || in == beside {
		return nil
	}
	inside, _ := spec.ParsePath(to)
	var fields []ObjectField
	for _, kind := range []string{"Job", "CronJob"} {
		cron := kind == "CronJob"
		root, ok := rootsOf(cron)[in]
		if !ok || in == cronSpec && !cron {
			continue
		}
		fields = append(fields, ObjectField{kind, root.With(inside...).With(rest...)})
	}
	return fields
}

// rowOf returns where the row of a field goes, and what of the path is inside it.
func rowOf(field spec.Path) (to string, in part, rest spec.Path) {
	if len(field) < 2 {
		return "", beside, nil
	}
	name := strings.Join(field[:2], ".")
	if i := slices.IndexFunc(specRows, func(r row) bool { return r.field == name }); i >= 0 {
		return specRows[i].to, specRows[i].in, field[2:]
	}
	if i := slices.IndexFunc(containerRows, func(r containerRow) bool { return "spec."+r.field == name }); i >= 0 {
		return containerRows[i].to, mainContainer, field[2:]
	}
	return "", beside, nil
}
