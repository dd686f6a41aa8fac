package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/manifest"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// object is one object of the input.
type object struct {
	manifest.Object
	file *source.File
	// tree is what it says, without what servers add to it; full is that with the
	// server's defaults, and nil until it is asked for.
	tree, full map[string]any
	// moved tells where in the manifest a path of the tree is written; nil: at the path.
	moved   func(at spec.Path) spec.Path
	moves   []origin         // field: a path of the tree, at: where in the manifest it is written, if elsewhere
	remarks map[int]*remarks // the comments of its file
	leftOut []leftOut        // what was removed because Kubernetes ignores it
	served  []spec.Path      // what was removed because servers set it

	refused bool   // a mistake in it was reported
	taken   bool   // it is part of a spec
	why     string // why it was left alone, "" if nobody asked for it
}

// document notes the objects of a document.
func (r *run) document(file *source.File, doc source.Document, named bool) {
	switch spec.ClassOf(doc) {
	case spec.Empty: // kubectl passes over these too
		return
	case spec.Mistyped:
		r.report(spec.Header(doc))
		return
	case spec.Written:
		r.report(diag.Diagnostic{Code: diag.CodeLeftAlone, Severity: diag.Note, Place: file.Place(doc.Root.Pos), Message: "this is a spec already, and is left alone"})
		return
	}
	if isPlanton(doc) {
		r.planton(file, doc)
		return
	}
	objects := manifest.Read(doc)
	if objects == nil && named {
		r.noObject(file, doc)
	}
	comments := r.remarks(file)
	for _, m := range objects {
		o := &object{Object: m, file: file, tree: parse(m.JSON()), remarks: comments}
		if o.tree == nil {
			o.report(r, nil, "this is no Kubernetes object", "")
			continue
		}
		o.clean()
		if f, none := validate.NoSuchKind(o.APIVersion, o.Kind); none && o.isMisspelt() {
			at, _ := spec.ParsePath(f.Path)
			o.report(r, at, f.Message, "write "+strings.Join(f.Known, ", "))
			continue
		}
		if o.isWorkload() {
			r.result.Jobs++
		}
		r.objects = append(r.objects, o)
	}
}

// noObject says of a document that the user named what it is not.
func (r *run) noObject(file *source.File, doc source.Document) {
	d := diag.Diagnostic{Code: diag.CodeImport, Place: file.Place(doc.Root.Pos), Message: "this document has neither apiVersion nor kind: it is no Kubernetes object"}
	if doc.Root.Kind == source.List && len(doc.Root.Items) > 0 && doc.Root.Items[0].Field("op") != nil {
		d.Message = "this is a JSON patch, not an object"
		d.Hint = "import what it is a patch of: `kustomize build FOLDER | jobgen import -`"
	}
	r.report(d)
}

// isWorkload reports whether the object is a Job or CronJob to make a spec of.
func (o *object) isWorkload() bool {
	if o.Kind == "Job" && o.APIVersion == "batch/v1" {
		return o.maker() == ""
	}
	_, now := validate.Removed(o.APIVersion, o.Kind)
	return o.Kind == "CronJob" && (o.APIVersion == "batch/v1" || now != "")
}

// isMisspelt reports whether the object of a kind that does not exist is meant to be a Job or
// CronJob.
func (o *object) isMisspelt() bool {
	return !o.isWorkload() && (strings.EqualFold(o.Kind, "Job") || strings.EqualFold(o.Kind, "CronJob"))
}

// maker names the controller that made the object, as a CronJob makes Jobs; "" for none.
func (o *object) maker() string {
	for _, owner := range listAt(o.tree, "metadata", "ownerReferences") {
		if get(owner, "controller") == true {
			return textAt(owner, "kind") + " " + textAt(owner, "name")
		}
	}
	return ""
}

func (o *object) isCron() bool { return o.Kind == "CronJob" }

func (o *object) namespace() string { return textAt(o.tree, "metadata", "namespace") }

// baseName is what jobgen names things after.
func (o *object) baseName() string {
	return cmp.Or(textAt(o.tree, "metadata", "name"), strings.TrimRight(textAt(o.tree, "metadata", "generateName"), "-"))
}

// name returns the object's name, or its generateName; "" if it has none.
func (o *object) name() string {
	return cmp.Or(textAt(o.tree, "metadata", "name"), textAt(o.tree, "metadata", "generateName"))
}

// String names the object for a message.
func (o *object) String() string { return o.Kind + " " + o.name() }

// served are the fields that only servers and tools write.
var served = []spec.Path{
	{"status"},
	{"metadata", "uid"}, {"metadata", "resourceVersion"}, {"metadata", "creationTimestamp"}, {"metadata", "generation"},
	{"metadata", "managedFields"}, {"metadata", "selfLink"}, {"metadata", "deletionTimestamp"}, {"metadata", "deletionGracePeriodSeconds"},
	{"metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"},
	{"metadata", "annotations", "batch.kubernetes.io/job-tracking"},
	{"metadata", "annotations", "batch.kubernetes.io/cronjob-scheduled-timestamp"},
	{"metadata", "annotations", "pv.kubernetes.io/bind-completed"},
	{"metadata", "annotations", "pv.kubernetes.io/bound-by-controller"},
	{"metadata", "labels", "kubernetes.io/metadata.name"},
	// jobgen itself puts them there.
	{"metadata", "annotations", deliver.ContentDigest},
	{"spec", "jobTemplate", "spec", "template", "metadata", "annotations", deliver.ContentDigest},
}

// ties are the labels by which the server ties a Job to its pods, and one of them that
// nobody writes by hand.
var ties = []string{"controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name"}

// clean takes out of the tree what servers add to it.
func (o *object) clean() {
	render.DropNulls(o.tree)
	if o.isWorkload() {
		o.tree["apiVersion"] = "batch/v1"
		o.readAlias()
	}
	for _, at := range served {
		o.serve(at)
	}
	switch {
	case o.Kind == "Namespace" && string(encode(get(o.tree, "spec", "finalizers"))) == `["kubernetes"]`:
		o.serve(spec.Path{"spec", "finalizers"})
	case o.Kind == "PersistentVolumeClaim" && string(encode(get(o.tree, "metadata", "finalizers"))) == `["kubernetes.io/pvc-protection"]`:
		o.serve(spec.Path{"metadata", "finalizers"})
	case o.Kind == "Job" && get(o.tree, "spec", "manualSelector") != true:
		o.untie()
	}
}

// untie removes the selector and labels that tie a Job of a server to its pods.
func (o *object) untie() {
	if selector := mapAt(o.tree, "spec", "selector", "matchLabels"); selector[ties[0]] != nil || selector[ties[1]] != nil {
		o.serve(spec.Path{"spec", "selector"})
	}
	for _, at := range []spec.Path{{"metadata", "labels"}, {"spec", "template", "metadata", "labels"}} {
		labels := mapAt(o.tree, at...)
		if labels[ties[0]] == nil && labels[ties[1]] == nil {
			continue
		}
		for _, tie := range ties {
			o.serve(at.With(tie))
		}
	}
}

// serve removes a field that a server set, and its parent if nothing else is in it.
func (o *object) serve(at spec.Path) {
	value, ok := take(o.tree, at...)
	if !ok {
		return
	}
	if !empty(value) {
		o.served = append(o.served, at)
	}
	if parent := at[:len(at)-1]; len(parent) > 0 && len(mapAt(o.tree, parent...)) == 0 {
		take(o.tree, parent...)
	}
}

// defaults fills in full.
func (o *object) defaults(server *apiserver.Server) error {
	text, err := server.Default(encode(o.tree))
	if err != nil {
		return fmt.Errorf("%s cannot be imported: %w", o, err)
	}
	o.full = parse(text)
	fillItems(o.tree, o.full)
	return nil
}

// at returns where a path of the tree is written in the manifest.
func (o *object) at(path spec.Path) spec.Path {
	if o.moved != nil {
		return o.named(o.moved(path))
	}
	for _, m := range o.moves {
		if slices.Equal(path, m.field) {
			path = m.at
		}
	}
	return o.named(path)
}

// named replaces the names of list items by their numbers.
func (o *object) named(path spec.Path) spec.Path {
	found := spec.Path{}
	for _, step := range path {
		if list := listAt(o.tree, found...); list != nil {
			for i, item := range list {
				if textAt(item, "name") == step {
					step = fmt.Sprint(i)
				}
			}
		}
		found = append(found, step)
	}
	return found
}

// diagnostic makes a diagnostic at a path of the object.
func (o *object) diagnostic(at spec.Path, severity diag.Severity, message, hint string) diag.Diagnostic {
	place, _ := o.Place(o.at(at))
	return diag.Diagnostic{Code: diag.CodeImport, Severity: severity, Place: place, Message: message, Hint: hint}
}

// report reports a mistake in the object, which is not imported.
func (o *object) report(r *run, at spec.Path, message, hint string) {
	o.refused = true
	r.report(o.diagnostic(at, diag.Error, message, hint))
}

// kinds are those that a spec can make beside the Job.
var kinds = []string{
	"Namespace", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding",
	"ConfigMap", "PersistentVolumeClaim", "NetworkPolicy",
}

// leftAlone says why the object is not part of a spec, in terms of the Jobs here if
// nothing else is known.
func (o *object) leftAlone(relation string) diag.Diagnostic {
	why, hint := o.why, "keep its manifest, and apply it beside the output"
	switch maker := o.maker(); {
	case maker != "":
		why, hint = "the "+maker+" makes it", ""
	case o.Kind == "Secret":
		why = "a spec refers to it by name and holds no secret values"
	case !slices.Contains(kinds, o.Kind):
		why = "a spec makes no such object"
	case why == "":
		why = relation
	}
	place, _ := o.Place(spec.Path{"kind"})
	return diag.Diagnostic{
		Code: diag.CodeLeftAlone, Severity: diag.Note, Place: place,
		Message: fmt.Sprintf("the %s is left as it is: %s", strings.TrimSpace(o.String()), why), Hint: hint,
	}
}
