package importer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// This file removes fields that Kubernetes accepts and ignores, which no spec can say.

// leftOut is a group of fields that were removed from an object for the same reason.
type leftOut struct {
	parent spec.Path
	names  []string
	as     string // what is read in place of them, "" for nothing
	why    string
}

// note returns the note that reports the fields, at the first of them.
func (l leftOut) note(o *object) diag.Diagnostic {
	what := within(l.parent, l.names) + " is"
	if len(l.names) > 1 {
		what = within(l.parent, l.names) + " are"
	}
	read := "left out"
	if l.as != "" {
		read = "read as " + l.as
	}
	return o.diagnostic(l.parent.With(l.names[0]), diag.Note, what+" "+read+": "+l.why, "")
}

// within writes fields of one parent: metadata.name, metadata.{name, uid}.
func within(parent spec.Path, names []string) string {
	if len(names) == 1 {
		return parent.With(names[0]).String()
	}
	return fmt.Sprintf("%s.{%s}", parent, strings.Join(names, ", "))
}

// noteServed reports the fields that servers set, once for all objects of the specs, at
// the first of them.
func (r *Result) noteServed(runs []*run) {
	var first *object
	var parents []string
	groups := map[string]leftOut{}
	for _, one := range runs {
		for _, o := range one.objects {
			if len(o.served) == 0 || !o.taken && !o.isWorkload() {
				continue
			}
			first = cmp.Or(first, o)
			for _, at := range o.served {
				parent, name := at[:len(at)-1], at[len(at)-1]
				g, known := groups[parent.String()]
				if !known {
					parents = append(parents, parent.String())
				}
				if !slices.Contains(g.names, name) {
					groups[parent.String()] = leftOut{parent: parent, names: append(g.names, name)}
				}
			}
		}
	}
	if first == nil {
		return
	}
	var texts []string
	for _, parent := range parents {
		texts = append(texts, within(groups[parent].parent, groups[parent].names))
	}
	r.Diagnostics = append(r.Diagnostics, first.diagnostic(first.served[0], diag.Note,
		"fields that only servers and tools set are left out of all specs: "+strings.Join(texts, ", "), ""))
}

// leaveOut removes the fields of a parent that exist, and records why.
func (o *object) leaveOut(why string, parent spec.Path, names ...string) {
	l := leftOut{parent: parent, why: why}
	for _, name := range names {
		if value, ok := take(o.tree, parent.With(name)...); ok && value != "" && !empty(value) {
			l.names = append(l.names, name)
		}
	}
	if l.names != nil {
		o.leftOut = append(o.leftOut, l)
	}
}

// leaveOutUnused removes the fields that have no effect. It runs after the API server's
// checks, which read them.
func (o *object) leaveOutUnused() {
	meta := spec.Path{"metadata"}
	for _, name := range []string{"name", "generateName", "namespace"} {
		if get(o.tree, "metadata", name) == "" {
			take(o.tree, "metadata", name) // Kubernetes reads it as not set
		}
	}
	if textAt(o.tree, "metadata", "name") != "" {
		o.leaveOut("Kubernetes ignores it because metadata.name is set", meta, "generateName")
	}
	if !o.isWorkload() {
		return
	}
	if o.isCron() {
		o.keepOnly("a CronJob's Jobs get only labels and annotations from their template's metadata", spec.Path{"spec", "jobTemplate", "metadata"}, "labels", "annotations")
	}
	o.keepOnly("pods get only labels, annotations and finalizers from their template's metadata",
		compile.JobSpec(o.isCron()).With("template", "metadata"), "labels", "annotations", "finalizers")
	if o.Kind == "Job" && get(o.tree, "spec", "manualSelector") != true {
		o.leaveOutGenerated()
	}
	o.leaveOutPullSecrets()
	pod := compile.PodSpec(o.isCron())
	if grace := pod.With("terminationGracePeriodSeconds"); strings.HasPrefix(fmt.Sprint(get(o.tree, grace...)), "-") {
		put(o.tree, json.Number("1"), grace...)
		o.leftOut = append(o.leftOut, leftOut{pod, grace[len(pod):], "1", "Kubernetes gives pods one second where it is negative"})
	}
}

// leaveOutPullSecrets removes the names of registry logins that are empty, or listed
// before.
func (o *object) leaveOutPullSecrets() {
	at := compile.PodSpec(o.isCron()).With("imagePullSecrets")
	listed := map[string]bool{"": true}
	var rest []any
	for i, item := range listAt(o.tree, at...) {
		name := textAt(item, "name")
		if listed[name] {
			why := "a pod has the Secret already"
			if name == "" {
				why = "Kubernetes ignores it because it has no name"
			}
			o.leftOut = append(o.leftOut, leftOut{parent: at, names: []string{strconv.Itoa(i)}, why: why})
			continue
		}
		listed[name] = true
		o.moves = append(o.moves, origin{field: at.With(strconv.Itoa(len(rest)), "name"), at: at.With(strconv.Itoa(i), "name")})
		rest = append(rest, item)
	}
	if take(o.tree, at...); len(rest) > 0 {
		put(o.tree, rest, at...)
	}
}

// leaveOutGenerated removes the selector and the labels of pods that Kubernetes generates.
// The API server accepts no other values, and adds its own selector to a given one.
func (o *object) leaveOutGenerated() {
	at := spec.Path{"spec", "template", "metadata", "labels"}
	labels := mapAt(o.tree, at...)
	if len(mapAt(o.tree, "metadata", "labels")) == 0 && len(labels) > 0 {
		put(o.tree, render.Clone(labels), "metadata", "labels") // the server's default
	}
	o.leaveOut("Kubernetes generates the same", at, ties...)
	o.leaveOut("Kubernetes generates one that selects the same pods", spec.Path{"spec"}, "selector")
}

// readAlias reads serviceAccount, the deprecated alias of serviceAccountName, as the API
// server's defaults do: the alias counts where the name is empty.
func (o *object) readAlias() {
	pod := compile.PodSpec(o.isCron())
	name, alias := pod.With("serviceAccountName"), pod.With("serviceAccount")
	value, isText := get(o.tree, alias...).(string)
	if !isText {
		return
	}
	switch get(o.tree, name...) {
	case nil, "":
		take(o.tree, name...)
		take(o.tree, alias...)
		if value != "" {
			put(o.tree, value, name...)
			o.moves = append(o.moves, origin{field: name, at: alias})
		}
	case value: // what servers print
		take(o.tree, alias...)
	default:
		o.leaveOut("it is a deprecated alias, which Kubernetes ignores because serviceAccountName is set", pod, "serviceAccount")
	}
}

// keepOnly removes the fields of a parent other than those named.
func (o *object) keepOnly(why string, parent spec.Path, names ...string) {
	o.leaveOut(why, parent, slices.DeleteFunc(keys(mapAt(o.tree, parent...)), func(name string) bool { return slices.Contains(names, name) })...)
}
