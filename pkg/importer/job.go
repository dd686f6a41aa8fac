package importer

import (
	"fmt"
	"maps"
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// importing is the state of making one spec.
type importing struct {
	run    *run
	server *apiserver.Server
	job    *object
	name   string // what jobgen names things after

	rest       map[string]any // of the Job, what has no place in the spec yet
	spec       map[string]any // the document, in its long form
	origins    []origin
	common     map[string]any  // labels of every level
	beside     []*object       // objects that the spec makes too
	configMaps map[string]bool // that the Job refers to
	left       bool            // one of those turned out to be another
	settled    bool            // none of those is left alone any more
	refused    []spec.Path     // of the Job
	ds         diag.List

	becomes []compile.Object // what the spec becomes, nil for one that is wrong
	edits   []edit           // what was added to the spec
	toDo    int              // what the lint rules find of it all the same
}

// newImporting begins the spec of a Job; a whole one says the server's defaults too
// where the manifest does.
func newImporting(r *run, server *apiserver.Server, o *object, whole bool) *importing {
	rest := render.Clone(o.tree).(map[string]any)
	if !whole {
		prune(server, rest, o.full)
	}
	return &importing{
		run: r, server: server, job: o, name: o.baseName(), rest: rest, configMaps: configMapsOf(o.tree),
		spec: map[string]any{"apiVersion": spec.APIVersion, "kind": "Job", "metadata": map[string]any{}, "spec": map[string]any{}},
	}
}

// make makes the document, and proves it.
func (im *importing) make() {
	im.labels()
	for _, t := range compile.Targets(im.job.isCron()) {
		if special, ok := specials[t.Field.String()]; ok {
			special(im, t)
		} else if value, ok := take(im.rest, t.Object...); ok {
			im.set(t.Field, value, t.Object)
		}
	}
	im.suspend()
	im.volumes()
	im.containers()
	im.around()
	im.leftovers()
	im.becomes = im.prove(im.write())
}

// specials are the fields of which more is to be done than to copy them.
var specials = map[string]func(im *importing, t compile.Target){
	"metadata.labels":       func(*importing, compile.Target) {}, // see labels
	"spec.jobLabels":        func(*importing, compile.Target) {},
	"spec.podLabels":        func(*importing, compile.Target) {},
	"spec.imagePullSecrets": (*importing).pullSecrets,
}

// set sets a field of the spec, which comes from a path of the Job.
func (im *importing) set(field spec.Path, value any, from spec.Path) {
	put(im.spec, value, field...)
	im.origin(field, im.job, from)
}

func (im *importing) origin(field spec.Path, o *object, from spec.Path) {
	im.origins = append(im.origins, origin{field, o, from})
}

// refuse reports what a spec cannot say.
func (im *importing) refuse(at spec.Path, message, hint string) {
	im.refused = append(im.refused, at)
	im.ds = append(im.ds, im.job.diagnostic(at, diag.Error, message, hint))
}

// follows reports whether a difference at a path is that of something refused.
func (im *importing) follows(at spec.Path) bool {
	return slices.ContainsFunc(im.refused, func(refused spec.Path) bool {
		n := min(len(refused), len(at))
		return slices.Equal(refused[:n], im.job.named(at)[:n])
	})
}

// level is a place that labels stand at.
type level struct{ field, at spec.Path }

// labels writes the labels of all levels at once: those that all have are common.
func (im *importing) labels() {
	var levels []level
	for _, t := range compile.Targets(im.job.isCron()) {
		if name := t.Field[len(t.Field)-1]; name == "labels" || name == "jobLabels" || name == "podLabels" {
			levels = append(levels, level{t.Field, t.Object})
		}
	}
	// The server gives a Job without labels those of its pods.
	if labels := mapAt(im.job.full, "metadata", "labels"); len(labels) > 0 {
		put(im.rest, render.Clone(labels), "metadata", "labels")
	}
	of := make([]map[string]any, len(levels))
	for i, l := range levels {
		labels, _ := take(im.rest, l.at...)
		of[i], _ = labels.(map[string]any)
		of[i] = im.withoutAdded(of[i])
	}
	im.common = maps.Clone(of[0])
	for _, labels := range of[1:] {
		maps.DeleteFunc(im.common, func(key string, value any) bool { return labels[key] != value })
	}
	if len(im.common) > 0 {
		im.set(spec.Path{"spec", "commonLabels"}, render.Clone(im.common), levels[0].at)
		im.labelOrigins(spec.Path{"spec", "commonLabels"}, im.common, levels)
	}
	for i, l := range levels {
		maps.DeleteFunc(of[i], func(key string, _ any) bool { return im.common[key] != nil })
		if len(of[i]) > 0 {
			im.set(l.field, of[i], l.at)
			im.labelOrigins(l.field, of[i], append([]level{l}, levels...))
		}
	}
}

// labelOrigins notes where each label of a field is written: at the first of the levels
// that has it, for the server copies those of the pods to a Job without labels.
func (im *importing) labelOrigins(field spec.Path, labels map[string]any, levels []level) {
	for _, key := range keys(labels) {
		for _, l := range levels {
			if _, written := im.job.Place(im.job.at(l.at.With(key))); written {
				im.origin(field.With(key), im.job, l.at.With(key))
				break
			}
		}
	}
}

// added are the labels that jobgen adds everywhere.
func (im *importing) added() map[string]any {
	return map[string]any{spec.LabelName: im.name, spec.LabelManagedBy: "jobgen"}
}

// withoutAdded returns labels without those that jobgen adds.
func (im *importing) withoutAdded(labels map[string]any) map[string]any {
	rest := map[string]any{}
	for key, value := range labels {
		if im.added()[key] != value {
			rest[key] = value
		}
	}
	return rest
}

func (im *importing) suspend() {
	cron := spec.Path{"spec", "suspend"}
	if value, ok := take(im.rest, cron...); ok {
		im.set(cron, value, cron)
	}
	job := compile.JobSpec(true).With("suspend")
	if value, ok := take(im.rest, job...); ok {
		im.set(spec.Path{"spec", "jobSuspend"}, value, job)
	}
}

func (im *importing) pullSecrets(t compile.Target) {
	var names []any
	for i, item := range listAt(im.rest, t.Object...) {
		if name, ok := take(item, "name"); ok {
			names = append(names, name)
			im.origin(t.Field.With(fmt.Sprint(i)), im.job, t.Object.With(fmt.Sprint(i), "name"))
		}
	}
	if names != nil {
		im.set(t.Field, names, t.Object)
	}
}

// leftovers reports what no field of the spec says.
func (im *importing) leftovers() {
	take(im.rest, "apiVersion")
	take(im.rest, "kind")
	if owners, ok := take(im.rest, "metadata", "ownerReferences"); ok {
		at := spec.Path{"metadata", "ownerReferences"}
		im.refuse(at, fmt.Sprintf("a spec cannot say %s: %s", at, brief(owners)), "leave them out where the Job is to outlive its owner")
	}
	leaves(im.rest, nil, func(at spec.Path, value any) {
		im.refuse(at, fmt.Sprintf("a spec cannot say %s: %v", at, value), "")
	})
}

// without leaves an object beside the Job alone. It reports whether it was part of the
// spec up to now.
func (im *importing) without(o *object, why string) bool {
	if o == im.job || im.settled || !slices.Contains(im.beside, o) {
		return false
	}
	if o.why == "" {
		o.why = why
	}
	im.left = true
	return true
}
