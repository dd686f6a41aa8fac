package compile

import (
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/schema"
)

// Target is a field of a Kubernetes object that a field of the spec becomes.
type Target struct {
	Kind string
	Path spec.Path // list items are numbers
}

// Targets returns what a field of the spec becomes, of a Job and of a CronJob, as
// far as the tables of this package say it: of a field inside one of their rows,
// that of the row, with the rest of the path behind it. Fields that a function
// takes apart have none.
func Targets(field spec.Path) []Target {
	to, in, rest := rowOf(field)
	if to == "" || in == beside {
		return nil
	}
	inside, _ := spec.ParsePath(to)
	var targets []Target
	for _, schedule := range []string{"", "@daily"} {
		job := &spec.Job{}
		job.Spec = schema.Spec{CronJobFields: schema.CronJobFields{Schedule: schedule}}
		l := newLowering(job)
		root, ok := l.roots[in]
		if !ok || in == cronSpec && l.cron == nil {
			continue
		}
		targets = append(targets, Target{l.workload().Kind, root.With(inside...).With(rest...)})
	}
	return targets
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
