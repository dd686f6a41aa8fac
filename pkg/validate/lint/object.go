package lint

import (
	"fmt"
	"reflect"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kjson "sigs.k8s.io/json"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// object is one object as the rules see it. What an object of its kind does not
// have is empty, and so are the lists of what it has none of.
type object struct {
	value      *jsontree.Value
	kind       string
	meta       metav1.ObjectMeta
	cron       *batchv1.CronJobSpec // of a CronJob
	schedule   schedule             // of a CronJob
	job        *batchv1.JobSpec     // of a Job, or the one that a CronJob makes
	jobPath    string
	pod        *corev1.PodSpec // of job
	podPath    string
	volumes    map[string]*corev1.Volume // of the pod; of several with one name the first
	containers []container
	rules      []rbacv1.PolicyRule
	roleRef    rbacv1.RoleRef
	subjects   []rbacv1.Subject
	data       map[string]string // of a ConfigMap
	claim      *corev1.PersistentVolumeClaimSpec

	policy *networkingv1.NetworkPolicySpec

	now      time.Time // see Options
	together []*object // those that were given with this one, and this one

	fields map[string]any // see tree
}

// kinds are the kinds that rules are about, and how each is read.
var kinds = map[metav1.TypeMeta]func(o *object, v *source) error{
	{APIVersion: "batch/v1", Kind: "Job"}: func(o *object, v *source) error {
		var k batchv1.Job
		err := v.into(&k)
		o.meta = k.ObjectMeta
		o.setJob(&k.Spec, "spec")
		return err
	},
	{APIVersion: "batch/v1", Kind: "CronJob"}: func(o *object, v *source) error {
		var k batchv1.CronJob
		err := v.into(&k)
		o.meta, o.cron, o.schedule = k.ObjectMeta, &k.Spec, parseSchedule(k.Spec.Schedule)
		o.setJob(&k.Spec.JobTemplate.Spec, "spec.jobTemplate.spec")
		return err
	},
	{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "Role"}: func(o *object, v *source) error {
		var k rbacv1.Role
		err := v.into(&k)
		o.meta, o.rules = k.ObjectMeta, k.Rules
		return err
	},
	{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole"}: func(o *object, v *source) error {
		var k rbacv1.ClusterRole
		err := v.into(&k)
		o.meta, o.rules = k.ObjectMeta, k.Rules
		return err
	},
	{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "RoleBinding"}: func(o *object, v *source) error {
		var k rbacv1.RoleBinding
		err := v.into(&k)
		o.meta, o.roleRef, o.subjects = k.ObjectMeta, k.RoleRef, k.Subjects
		return err
	},
	{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRoleBinding"}: func(o *object, v *source) error {
		var k rbacv1.ClusterRoleBinding
		err := v.into(&k)
		o.meta, o.roleRef, o.subjects = k.ObjectMeta, k.RoleRef, k.Subjects
		return err
	},
	{APIVersion: "v1", Kind: "ConfigMap"}: func(o *object, v *source) error {
		var k corev1.ConfigMap
		err := v.into(&k)
		o.meta, o.data = k.ObjectMeta, k.Data
		return err
	},
	{APIVersion: "v1", Kind: "PersistentVolumeClaim"}: func(o *object, v *source) error {
		var k corev1.PersistentVolumeClaim
		err := v.into(&k)
		o.meta, o.claim = k.ObjectMeta, &k.Spec
		return err
	},
	{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"}: func(o *object, v *source) error {
		var k networkingv1.NetworkPolicy
		err := v.into(&k)
		o.meta, o.policy = k.ObjectMeta, &k.Spec
		return err
	},
}

// source is an object to be decoded, all of it or what can be read of it.
type source struct {
	value *jsontree.Value
	text  []byte // nil until it is needed
}

// into decodes the object into its Go type. What does not go straight there goes by way
// of its text, as the API server reads it.
func (s *source) into(typed any) (err error) {
	defer func() {
		// What decodes itself may panic, as the API server's own code does.
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if s.value != nil && s.value.Decode(typed) {
		return nil
	}
	if s.text == nil {
		s.text = s.value.AppendJSON(nil)
	}
	reflect.ValueOf(typed).Elem().SetZero()
	return kjson.UnmarshalCaseSensitivePreserveInts(s.text, typed)
}

// read decodes an object, without those of its values that cannot be read. It is
// nil for what is of no kind that rules are about.
func read(v *jsontree.Value) *object {
	is := metav1.TypeMeta{Kind: v.Get("kind"), APIVersion: v.Get("apiVersion")}
	decode := kinds[is]
	if decode == nil {
		return nil
	}
	o, all := &object{value: v, kind: is.Kind}, &source{value: v}
	if decode(o, all) == nil {
		return o
	}
	o = &object{value: v, kind: is.Kind}
	if rest := apiserver.Readable(all.text); rest == nil || decode(o, &source{text: rest}) != nil {
		return nil
	}
	return o
}

// setJob enters a Job and its parts.
func (o *object) setJob(job *batchv1.JobSpec, path string) {
	o.job, o.jobPath = job, path
	o.pod, o.podPath = &job.Template.Spec, path+".template.spec"
	o.volumes = make(map[string]*corev1.Volume, len(o.pod.Volumes))
	for i := range o.pod.Volumes {
		if v := &o.pod.Volumes[i]; o.volumes[v.Name] == nil {
			o.volumes[v.Name] = v
		}
	}
	for i, c := range o.pod.InitContainers {
		sidecar := c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
		o.containers = append(o.containers, newContainer(c, item(o.podPath+".initContainers", i), true, sidecar))
	}
	for i, c := range o.pod.Containers {
		o.containers = append(o.containers, newContainer(c, item(o.podPath+".containers", i), false, false))
	}
}

// tree returns the object as it was given: a broken value still has a place.
func (o *object) tree() map[string]any {
	if o.fields == nil {
		o.fields = o.value.Map()
	}
	return o.fields
}

// schema returns what knows the places of an object.
func (o *object) schema() *validate.Schema {
	s, err := validate.OpenAPI(validate.NewestMinor)
	if err != nil {
		panic("lint: an embedded document cannot be read: " + err.Error())
	}
	return s
}

// workloads returns the Jobs and CronJobs of the same namespace that were given with the object.
func (o *object) workloads() []*object {
	var all []*object
	for _, other := range o.together {
		if other.job != nil && other.meta.Namespace == o.meta.Namespace {
			all = append(all, other)
		}
	}
	return all
}
