// Package deliver gives the objects of a Job what its reruns and its delivery need:
// names that end in a hash of what runs, hooks, and the annotations that Argo CD,
// Flux and Helm read. docs/delivery.md says what for.
//
// It cannot fail: what does not go together is refused by the rules of the schema.
package deliver

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// The deliveries, and the answers to when a Job must run again.
const (
	Kubectl    = "kubectl"
	ArgoCD     = "argocd"
	ArgoCDHook = "argocd-hook"
	Flux       = "flux"
	Helm       = "helm"

	Never    = "never"
	OnChange = "onChange"
	Always   = "always"
)

// Objects changes the objects of a spec, as compile.Lower makes them, into what is
// delivered, and returns them with those that come along, in the order of
// compile.Key.
func Objects(job *spec.Job, objects []compile.Object) []compile.Object {
	d := newDelivery(job, objects)
	d.hashConfigMaps()
	if d.cron {
		d.annotateContent(&d.template.ObjectMeta, spec.Path{"spec", "jobTemplate", "spec", "template", "metadata", "annotations", ContentDigest})
	} else {
		d.rerun()
	}
	d.keep()
	if d.to == Flux {
		d.substitute()
	}
	slices.SortStableFunc(d.objects, func(a, b compile.Object) int { return a.Key().Compare(b.Key()) })
	return d.objects
}

// Base changes the objects of a spec into those of a base that environments are laid
// over: as Objects does, but with plain names and without digests.
func Base(job *spec.Job, objects []compile.Object) []compile.Object {
	d := newDelivery(job, objects)
	if !d.cron {
		d.mark()
	}
	d.keep()
	if d.to == Flux {
		d.fillIn()
	}
	return d.objects
}

// Of returns what delivers the Job of a spec, and when it must run again: what the spec
// says, or else what its annotations mean. A hook is delivered by its engine and runs
// always, and so does a Job that Argo CD replaces by force.
func Of(job *spec.Job) (delivery, rerun string) {
	delivery, rerun = job.Spec.Delivery, job.Spec.Rerun
	annotations := job.Metadata.Annotations
	by := ""
	if _, hook := annotations[argoHook]; hook {
		by = ArgoCDHook
	} else if _, hook := annotations[helmHook]; hook {
		by = Helm
	} else if IsForced(annotations) {
		by = ArgoCD
	}
	if by != "" {
		rerun = cmp.Or(rerun, Always)
	}
	return cmp.Or(delivery, by, Kubectl), cmp.Or(rerun, Never)
}

// IsForced reports whether annotations make Argo CD replace a Job, which then runs again.
func IsForced(annotations map[string]string) bool {
	return option(annotations[argoSync], "Replace=true") && option(annotations[argoSync], "Force=true")
}

// option reports whether a list, such as "Prune=false,Delete=false", has an item.
func option(list, item string) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(one string) bool { return strings.TrimSpace(one) == item })
}

// IsHook reports whether annotations make an object a hook, which no delivery prunes.
func IsHook(annotations map[string]string) bool {
	return annotations[argoHook] != "" || annotations[helmHook] != ""
}

// HookRuns returns when the engine runs a hook, in words such as "when a sync fails"; ""
// for what is applied at every sync, also because it is no hook.
func HookRuns(annotations map[string]string) string {
	for _, key := range []string{argoHook, helmHook} {
		hooks, there := annotations[key]
		if !there {
			continue
		}
		var words []string
		for name := range strings.SplitSeq(hooks, ",") {
			name = strings.TrimSpace(name)
			if key == helmHook {
				name = strings.ToLower(name)
			}
			when, known := moments[key][name]
			switch {
			case known && when == "":
				return ""
			case known && !slices.Contains(words, when):
				words = append(words, when)
			}
		}
		return cmp.Or(strings.Join(words, ", and "), "never")
	}
	return ""
}

// IsKept reports whether annotations keep an object from being pruned.
func IsKept(annotations map[string]string) bool {
	return option(annotations[argoSync], "Prune=false") || annotations[fluxPrune] == "disabled" || annotations[helmPolicy] == "keep"
}

// delivery is the state of one run of Objects.
type delivery struct {
	job      *spec.Job
	objects  []compile.Object
	workload *compile.Object // one of objects
	template *corev1.PodTemplateSpec
	jobSpec  *batchv1.JobSpec
	cron     bool
	to, when string
}

func newDelivery(job *spec.Job, objects []compile.Object) *delivery {
	d := &delivery{job: job, objects: objects}
	d.to, d.when = Of(job)
	for i := range objects {
		switch v := objects[i].Value.(type) {
		case *batchv1.Job:
			d.workload, d.jobSpec = &objects[i], &v.Spec
		case *batchv1.CronJob:
			d.workload, d.jobSpec, d.cron = &objects[i], &v.Spec.JobTemplate.Spec, true
		}
	}
	d.template = &d.jobSpec.Template
	return d
}

// hashConfigMaps puts a hash of its content behind the name of each ConfigMap whose
// name must change with it: one that a Job uses which runs again on a change, and one
// that the API server does not let change. The references follow.
func (d *delivery) hashConfigMaps() {
	used := map[string]bool{}
	eachConfigMap(&d.template.Spec, func(name *string) { used[*name] = true })
	renamed := map[string]string{}
	for i := range d.objects {
		cm, ok := d.objects[i].Value.(*corev1.ConfigMap)
		if !ok {
			continue
		}
		immutable := cm.Immutable != nil && *cm.Immutable
		if immutable || d.when == OnChange && !d.cron && used[cm.Name] {
			plain := cm.Name
			renamed[plain] = plain + "-" + contentHash(cm)
			d.objects[i].Rename(renamed[plain])
		}
	}
	if len(renamed) == 0 {
		return
	}
	// The template shares what it refers to with the spec, which keeps the plain names.
	d.jobSpec.Template = *d.jobSpec.Template.DeepCopy()
	eachConfigMap(&d.template.Spec, func(name *string) { *name = cmp.Or(renamed[*name], *name) })
}

// annotateContent puts a digest of the ConfigMaps and Secrets that the Pods use, of those
// made here, into metadata at a path of the workload: on the Pods of a CronJob, so that
// they show what they ran with, and on a Job that Argo CD replaces at every sync, so that
// it differs when only its ConfigMap does.
func (d *delivery) annotateContent(meta *metav1.ObjectMeta, at spec.Path) {
	content := d.content()
	if content.empty() {
		return
	}
	d.workload.From(at, spec.Path{"spec"})
	annotate(meta, ContentDigest, short(content))
}

// rerun makes a Job run again when it must.
func (d *delivery) rerun() {
	if d.when == OnChange {
		d.workload.Rename(d.workload.Meta.Name + "-" + d.hash())
	}
	d.mark()
	if d.job.Spec.Delivery == ArgoCD && d.when == Always {
		d.annotateContent(d.workload.Meta, spec.Path{"metadata", "annotations", ContentDigest})
	}
	if d.job.Spec.Delivery == ArgoCDHook {
		d.objects = append(d.objects, d.trigger())
		d.workload = nil // the slice may have moved
	}
}

// mark sets the annotations that make the delivery run the Job when it must. To a hook
// that the user wrote nothing is added, unless the spec asks for the delivery too.
func (d *delivery) mark() {
	if d.job.Spec.Delivery == "" {
		return
	}
	for _, a := range reruns[key{d.to, d.when}] {
		d.annotate(d.workload, a.key, a.value, "rerun")
	}
	if d.when == OnChange && d.job.Spec.Idempotent != nil && !*d.job.Spec.Idempotent {
		// To prune the old Job is to kill what may still run.
		for _, a := range kept[d.to] {
			d.annotate(d.workload, a.key, a.value, "idempotent")
		}
	}
}

// trigger returns the ConfigMap that changes with a hook: Argo CD does not sync an
// application in which only a hook has changed.
func (d *delivery) trigger() compile.Object {
	name := strings.TrimSuffix(d.workload.Key().Name, "-") // of a generateName, its start
	cm := &corev1.ConfigMap{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: metav1.ObjectMeta{
		Name: name + "-digest", Namespace: d.workload.Meta.Namespace, Labels: d.workload.Meta.Labels,
	}, Data: map[string]string{"digest": d.digest()}}
	return compile.NewObject(cm, &cm.ObjectMeta, d.job, spec.Path{"spec", "delivery"})
}

// keep keeps what is lost with its object from being pruned.
func (d *delivery) keep() {
	for i := range d.objects {
		o := &d.objects[i]
		if o.Kind != "PersistentVolumeClaim" && o.Kind != "Namespace" {
			continue
		}
		for _, a := range kept[d.to] {
			d.annotate(o, a.key, a.value, "delivery")
		}
		wave := d.job.Metadata.Annotations[argoWave]
		switch argo := d.to == ArgoCD || d.to == ArgoCDHook; {
		case o.Kind == "Namespace" && len(d.job.Spec.Secrets) > 0:
			BeforeJob(d.job, o.Meta) // a SealedSecret or ExternalSecret may come into it
		case argo && o.Kind == "PersistentVolumeClaim" && wave != "":
			d.annotate(o, argoWave, wave, "delivery") // a wave of its own may wait for the Job, which binds it
		}
	}
}

// BeforeJob makes Argo CD apply an object, and wait for it, before the Job of a spec. It
// does so by itself for the kinds of Kubernetes, but not for a SealedSecret or an
// ExternalSecret, nor for what these need. A wave that the user wrote is kept.
func BeforeJob(job *spec.Job, meta *metav1.ObjectMeta) {
	if to, _ := Of(job); (to == ArgoCD || to == ArgoCDHook) && meta.Annotations[argoWave] == "" {
		annotate(meta, argoWave, "-1")
	}
}

// annotate sets an annotation because of a field of the spec. One that holds a list
// is joined with what the user wrote there; else the user's own stands.
func (d *delivery) annotate(o *compile.Object, key, value, field string) {
	before, there := o.Meta.Annotations[key]
	switch {
	case there && !slices.Contains(lists, key):
		return
	case there:
		value = join(before, value)
	default:
		o.From(spec.Path{"metadata", "annotations", key}, spec.Path{"spec", field})
	}
	annotate(o.Meta, key, value)
}

// annotate sets an annotation. The map may be shared with another object.
func annotate(meta *metav1.ObjectMeta, key, value string) {
	annotations := map[string]string{key: value}
	for k, v := range meta.Annotations {
		if k != key {
			annotations[k] = v
		}
	}
	meta.Annotations = annotations
}

// join adds the items of a list to another, by the name in front of the "=".
func join(list, more string) string {
	items := strings.Split(list, ",")
	for item := range strings.SplitSeq(more, ",") {
		name, _, _ := strings.Cut(item, "=")
		if !slices.ContainsFunc(items, func(other string) bool { return strings.HasPrefix(strings.TrimSpace(other), name+"=") }) {
			items = append(items, item)
		}
	}
	return strings.Join(items, ",")
}

// Text returns an object as it is written for the delivery of its spec. A chart's
// templates are texts to Helm, in which {{ begins an action.
func Text(job *spec.Job, encoded []byte) []byte {
	if to, _ := Of(job); to != Helm {
		return encoded
	}
	return bytes.ReplaceAll(encoded, []byte("{{"), []byte(helmBraces))
}

// Braced is Text for Helm, of an object whose file another tool writes. It returns a copy.
func Braced(v jsontree.Value) jsontree.Value {
	if v.Kind == jsontree.String {
		v.Text = strings.ReplaceAll(v.Text, "{{", helmBraces)
	}
	v.Fields, v.Items = slices.Clone(v.Fields), slices.Clone(v.Items)
	for i := range v.Fields {
		v.Fields[i].Value = Braced(v.Fields[i].Value)
	}
	for i := range v.Items {
		v.Items[i] = Braced(v.Items[i])
	}
	return v
}

// helmBraces is what a template of Helm has for {{ in a text.
const helmBraces = "{{`{{`}}"

// Untext returns an object as Text was given it.
func Untext(written []byte) []byte {
	return bytes.ReplaceAll(written, []byte(helmBraces), []byte("{{"))
}
