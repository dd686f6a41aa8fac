package compile

import (
	"sync"

	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// Target says where a field of a spec goes: what stands there in the object is what
// stands in the field, but for short forms and added labels.
type Target struct{ Field, Object spec.Path }

// Targets returns where the fields of metadata and spec go in the CronJob or Job
// that they become, in the order of the table. Fields that more than one path of
// the object is made from, or none, are not among them, nor are those that every
// container has.
func Targets(cron bool) []Target {
	var targets []Target
	roots := rootsOf(cron)
	for _, r := range specRows {
		root, ok := roots[r.in]
		if r.to == "" || r.in == beside || !ok || r.in == cronSpec && !cron {
			continue
		}
		targets = append(targets, target(r.field, root, r.to))
	}
	return targets
}

// ContainerTargets is Targets for the fields that every container has; both paths
// begin at the container.
func ContainerTargets() []Target {
	var targets []Target
	for _, r := range containerRows {
		if r.to != "" {
			targets = append(targets, target(r.field, nil, r.to))
		}
	}
	return targets
}

func target(field string, root spec.Path, to string) Target {
	from, _ := spec.ParsePath(field)
	at, _ := spec.ParsePath(to)
	return Target{from, root.With(at...)}
}

// PodSpec returns where the pod's spec stands in a CronJob or Job.
func PodSpec(cron bool) spec.Path { return rootsOf(cron)[podSpec] }

// JobSpec returns where the Job's spec stands in a CronJob or Job.
func JobSpec(cron bool) spec.Path { return rootsOf(cron)[jobSpec] }

// rootsOf returns the paths of the parts of a CronJob or Job. A part that it has not
// is not in it. It must not be changed.
func rootsOf(cron bool) map[part]spec.Path { return roots()[cron] }

var roots = sync.OnceValue(func() map[bool]map[part]spec.Path {
	return map[bool]map[part]spec.Path{false: makeRoots(false), true: makeRoots(true)}
})

func makeRoots(cron bool) map[part]spec.Path {
	path := spec.Path{"spec"}
	roots := map[part]spec.Path{workload: {}, cronSpec: path}
	if cron {
		roots[jobMetadata] = path.With("jobTemplate", "metadata")
		path = path.With("jobTemplate", "spec")
	}
	roots[jobSpec] = path
	roots[podTemplate] = path.With("template")
	roots[podSpec] = path.With("template", "spec")
	roots[mainContainer] = path.With("template", "spec", "containers", "0")
	return roots
}
