// Package compile lowers checked specs to Kubernetes objects.
//
// Lowering cannot fail: whatever can be wrong with a spec is found before, by
// package spec, or after, by package validate. Each field of the language is
// one row of a table (rows.go); a row says which field of which object it
// becomes, so that a finding about an object leads back to the spec.
package compile

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// otherKinds stands for the kinds that the order of kinds does not name.
const otherKinds = ""

// kinds lists kinds in the order in which objects are printed and can be applied:
// what something needs comes before it. jobgen makes all but CustomResourceDefinitions
// and the other kinds, which go along with what it makes.
var kinds = []string{
	"Namespace", "CustomResourceDefinition", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding",
	"ConfigMap", "Secret", "PersistentVolumeClaim", "NetworkPolicy", otherKinds, "Job", "CronJob",
}

// Object is one Kubernetes object made from a spec.
type Object struct {
	Value runtime.Object // a pointer to a type of k8s.io/api, with its TypeMeta
	Meta  *metav1.ObjectMeta
	Kind  string
	Job   *spec.Job // the spec it was made from
	// Plain is the name that the object has without a hash, or the start of one that
	// the cluster completes. It stays the same when what it holds changes.
	Plain string

	rows    map[string]spec.Path // what the tables say of every Job or CronJob, as in an originIndex
	origins []origin             // what else there is to say of this one
	index   *originIndex         // of the origins
}

// originIndex holds where fields come from, by where they are in the object (see
// joined). It is filled when it is first needed: most objects have no findings.
type originIndex struct {
	once sync.Once
	from map[string]spec.Path
}

// indexOf returns origins by their places in the object. Of several of one place the last
// counts.
func indexOf(origins []origin) map[string]spec.Path {
	from := make(map[string]spec.Path, len(origins))
	for _, o := range origins {
		from[joined(o.object)] = o.spec
	}
	return from
}

func joined(path spec.Path) string { return strings.Join(path, "\x00") }

// origin says that a field of the object, and what is in it, came from a field
// of the spec, and what is in that.
type origin struct{ object, spec spec.Path }

// Origin returns the path in the spec of what stands at path in the object. A
// field that jobgen added itself leads to what made it do so.
func (o *Object) Origin(path spec.Path) spec.Path {
	o.index.once.Do(func() { o.index.from = indexOf(o.origins) })
	for n := len(path); n >= 0; n-- {
		at := joined(path[:n])
		from, ok := o.index.from[at]
		if !ok {
			from, ok = o.rows[at]
		}
		if ok {
			return from.With(path[n:]...)
		}
	}
	return spec.Path{"spec"} // several fields together, or none that has a name
}

// NewObject returns an object that comes from one field of a spec.
func NewObject(value runtime.Object, meta *metav1.ObjectMeta, job *spec.Job, from spec.Path) Object {
	return Object{
		Value: value, Meta: meta, Kind: value.GetObjectKind().GroupVersionKind().Kind, Job: job, Plain: meta.Name,
		origins: []origin{{nil, from}}, index: &originIndex{},
	}
}

// Rename gives the object another name; Plain stays.
func (o *Object) Rename(name string) { o.Meta.Name = name }

// From notes that what stands at a path of the object came from a field of the spec.
func (o *Object) From(at, field spec.Path) {
	o.origins, o.index = append(o.origins, origin{at, field}), &originIndex{}
}

// Key names an object. Two objects of one key are the same one to a cluster,
// unless the name is only generated. The Kind is followed by its group, after a dot,
// where that is not one of Kubernetes' own: Certificate.cert-manager.io.
type Key struct{ Kind, Namespace, Name string }

// Key returns the key of the object; its Name is the start of the name where
// the cluster completes it.
func (o *Object) Key() Key {
	return Key{o.Kind, o.Meta.Namespace, cmp.Or(o.Meta.Name, o.Meta.GenerateName)}
}

// Detached returns the key with copies of its texts, which keep nothing else of the file
// that they were read from in memory.
func (k Key) Detached() Key {
	return Key{k.Kind, strings.Clone(k.Namespace), strings.Clone(k.Name)}
}

// Rank returns the place of a kind in the order in which objects are applied. Kinds
// that it does not name share the place before Jobs.
func Rank(kind string) int {
	if i := slices.Index(kinds, kind); i >= 0 {
		return i
	}
	return slices.Index(kinds, otherKinds)
}

// Compare orders objects as they are printed: by kind, namespace and name.
func (k Key) Compare(other Key) int {
	return cmp.Or(
		cmp.Compare(Rank(k.Kind), Rank(other.Kind)),
		strings.Compare(k.Kind, other.Kind),
		strings.Compare(k.Namespace, other.Namespace),
		strings.Compare(k.Name, other.Name),
	)
}

// Lower makes the objects of a spec, in the order of Key.Compare.
func Lower(job *spec.Job) []Object {
	l := newLowering(job)
	for _, r := range specRows {
		r.lower(l)
	}
	main := containerState{out: l.main, in: &job.Spec.ContainerFields, at: l.roots[mainContainer], src: spec.Path{"spec"}}
	for i := range containerRows {
		containerRows[i].lower(l, &main)
	}
	l.lists()
	l.secure()
	l.objects = append(l.objects, l.workload())
	slices.SortStableFunc(l.objects, func(a, b Object) int { return a.Key().Compare(b.Key()) })
	for i := range l.objects {
		l.objects[i].Plain = l.objects[i].Key().Name
	}
	return l.objects
}

// lowering is the state of one run of Lower.
type lowering struct {
	job  *spec.Job
	name string // metadata.name, or generateName without its last "-"

	cron     *batchv1.CronJobSpec // nil for a Job
	jobSpec  *batchv1.JobSpec
	jobMeta  *metav1.ObjectMeta // of a CronJob's Jobs; nil for a Job
	template *corev1.PodTemplateSpec
	pod      *corev1.PodSpec
	main     *corev1.Container

	// roots are the paths of the parts above in the Job or CronJob.
	roots   map[part]spec.Path
	origins []origin // of the Job or CronJob
	objects []Object // made beside it
}

// part is a piece of the Job or CronJob that fields of a spec are lowered to.
type part int

const (
	workload part = iota
	cronSpec
	jobSpec
	jobMetadata
	podTemplate
	podSpec
	mainContainer
	beside // an object of its own, which records its own origins
)

func newLowering(job *spec.Job) *lowering {
	l := &lowering{
		job:      job,
		name:     cmp.Or(job.Metadata.Name, strings.TrimRight(job.Metadata.GenerateName, "-")),
		jobSpec:  &batchv1.JobSpec{},
		template: &corev1.PodTemplateSpec{},
	}
	l.roots = rootsOf(job.Spec.Schedule != "")
	if job.Spec.Schedule != "" {
		l.cron, l.jobMeta = &batchv1.CronJobSpec{}, &metav1.ObjectMeta{}
	}
	l.pod = &l.template.Spec
	l.pod.Containers = make([]corev1.Container, 1, 1+len(job.Spec.Containers))
	l.main = &l.pod.Containers[0]
	return l
}

// rowOrigins say where the fields of rows go, in a Job and in a CronJob.
var rowOrigins = sync.OnceValue(func() map[bool]map[string]spec.Path {
	all := map[bool]map[string]spec.Path{}
	for _, cron := range []bool{false, true} {
		roots := rootsOf(cron)
		var rows []origin
		for _, r := range specRows {
			if root, ok := roots[r.in]; ok && r.to != "" && r.in != beside {
				rows = append(rows, origin{root.With(parsed(r.to)...), parsed(r.field)})
			}
		}
		all[cron] = indexOf(append(rows, containerOrigins(roots[mainContainer], spec.Path{"spec"})...))
	}
	return all
})

// containerOrigins say where the fields of a container go.
func containerOrigins(at, src spec.Path) []origin {
	var all []origin
	for i := range containerRows {
		if r := &containerRows[i]; r.to != "" {
			all = append(all, origin{at.With(r.to), src.With(r.field)})
		}
	}
	return all
}

func parsed(text string) spec.Path {
	path, _ := spec.ParsePath(text)
	return path
}

// from notes that a field of the Job or CronJob came from a field of the spec.
func (l *lowering) from(object spec.Path, field ...string) {
	l.origins = append(l.origins, origin{object, field})
}

// workload puts the Job or CronJob together.
func (l *lowering) workload() Object {
	meta := metav1.ObjectMeta{
		Name: l.job.Metadata.Name, Namespace: l.job.Metadata.Namespace,
		Labels: l.labels(l.job.Metadata.Labels), Annotations: l.job.Metadata.Annotations,
	}
	if meta.Name == "" {
		meta.GenerateName = l.job.Metadata.GenerateName
	}
	l.jobSpec.Template = *l.template
	o := Object{Job: l.job, rows: rowOrigins()[l.cron != nil], origins: l.origins, index: &originIndex{}}
	if l.cron == nil {
		j := &batchv1.Job{TypeMeta: typeMeta("batch/v1", "Job"), ObjectMeta: meta, Spec: *l.jobSpec}
		o.Value, o.Meta, o.Kind = j, &j.ObjectMeta, j.Kind
		return o
	}
	l.cron.JobTemplate = batchv1.JobTemplateSpec{ObjectMeta: *l.jobMeta, Spec: *l.jobSpec}
	c := &batchv1.CronJob{TypeMeta: typeMeta("batch/v1", "CronJob"), ObjectMeta: meta, Spec: *l.cron}
	o.Value, o.Meta, o.Kind = c, &c.ObjectMeta, c.Kind
	return o
}

func typeMeta(version, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: version, Kind: kind}
}
