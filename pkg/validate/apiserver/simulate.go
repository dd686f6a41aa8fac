package apiserver

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/core"
)

// scheduled stands for the minutes since 1970 that the CronJob controller appends
// to the name of a Job: 8 digits until the year 2160.
const scheduled = "-29999999"

// completionIndex is the key of the annotation and label of an Indexed Job's Pod.
const completionIndex = "batch.kubernetes.io/job-completion-index"

// simulate adds what the server will refuse of the Job that a CronJob makes, and
// of the first and the last Pod of a Job. What is refused or dropped of the object
// itself is not told again.
func (r *Result) simulate(s *Server, internal runtime.Object) {
	guarded(func() []Fault {
		switch o := internal.(type) {
		case *batch.CronJob:
			r.job(s, o)
		case *batch.Job:
			r.pods(s, o, "")
		}
		return nil
	})
}

// job simulates the Job that a CronJob makes.
func (r *Result) job(s *Server, c *batch.CronJob) {
	// The controller copies labels and annotations, nothing else.
	template := &c.Spec.JobTemplate
	j := &batch.Job{Spec: *template.Spec.DeepCopy(), ObjectMeta: metav1.ObjectMeta{
		Name: c.Name + scheduled, Namespace: c.Namespace, UID: madeUp,
		Labels: maps.Clone(template.Labels), Annotations: maps.Clone(template.Annotations),
	}}
	setMissing(&j.Annotations, "batch.kubernetes.io/cronjob-scheduled-timestamp", "2027-01-15T08:39:00Z")
	made, ok := s.make(kinds["Job"], j).(*batch.Job)
	if !ok {
		return
	}
	before := made.DeepCopy()
	faults, ok := guarded(func() []Fault { return s.validate(kinds["Job"], before, made) })
	r.later(withoutCopies(faults, template.Labels), func(at string) string {
		if rest, ok := strings.CutPrefix(at, "spec"); ok {
			return "spec.jobTemplate.spec" + rest
		}
		if at == "metadata.name" {
			return at
		}
		return "spec.jobTemplate." + at
	})
	if !ok {
		return
	}
	for _, d := range dropped(kinds["Job"], before, made) {
		d.Field = "spec.jobTemplate." + d.Field
		if !slices.Contains(r.Dropped, d) {
			r.Dropped = append(r.Dropped, d)
		}
	}
	r.pods(s, made, "spec.jobTemplate.")
}

// pods simulates the first and the last Pod of a Job whose spec is at a path.
func (r *Result) pods(s *Server, j *batch.Job, under string) {
	last := int32(0)
	if j.Spec.Completions != nil {
		if *j.Spec.Completions <= 0 {
			return // no Pod is made
		}
		last = *j.Spec.Completions - 1
	}
	indexed := j.Spec.CompletionMode != nil && *j.Spec.CompletionMode == batch.IndexedCompletion
	r.pod(s, newPod(j, 0, indexed), under)
	if indexed && last > 0 {
		r.pod(s, newPod(j, last, indexed), under)
	}
}

func (r *Result) pod(s *Server, p *core.Pod, under string) {
	made, ok := s.make(kinds["Pod"], p).(*core.Pod)
	if !ok {
		return
	}
	_, indexed := p.Annotations[completionIndex]
	written := made
	if s.asksEarly() {
		written = made.DeepCopy()
	}
	faults, _ := guarded(func() []Fault { return s.validate(kinds["Pod"], written, made) })
	r.later(faults, func(at string) string {
		switch {
		case at == "metadata.namespace":
			return at
		case at == "metadata.name", at == "metadata.generateName", indexed && at == "spec.hostname":
			return "metadata.name"
		case at == "metadata.labels", at == "metadata.annotations":
			// So that it is the same as the server reports of the template.
			return under + "spec.template." + strings.TrimPrefix(at, "metadata.")
		}
		return under + "spec.template." + at
	})
}

// newPod returns the Pod that the Job controller makes for an index.
func newPod(j *batch.Job, index int32, indexed bool) *core.Pod {
	template := j.Spec.Template.DeepCopy()
	p := &core.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: j.Namespace, GenerateName: j.Name + "-", UID: madeUp,
		Labels: template.Labels, Annotations: template.Annotations,
		Finalizers: append(template.Finalizers, "batch.kubernetes.io/job-tracking"),
	}, Spec: template.Spec}
	if indexed {
		n := strconv.Itoa(int(index))
		setMissing(&p.Annotations, completionIndex, n)
		setMissing(&p.Labels, completionIndex, n)
		p.Spec.Hostname = j.Name + "-" + n
		p.GenerateName = j.Name[:min(len(j.Name), generatedPrefix-len(n)-2)] + "-" + n + "-"
	}
	p.Name = generatedName(p.GenerateName)
	if p.Spec.ServiceAccountName == "" {
		p.Spec.ServiceAccountName = "default" // as admission does
	}
	return p
}

// make gives an object the defaults that it gets on creation; nil if it cannot.
func (s *Server) make(k *kind, internal runtime.Object) runtime.Object {
	versioned, err := scheme().ConvertToVersion(internal, k.version)
	if err != nil {
		return nil
	}
	scheme().Default(versioned)
	made, err := scheme().ConvertToVersion(versioned, schema.GroupVersion{Group: k.version.Group, Version: runtime.APIVersionInternal})
	if err != nil {
		return nil
	}
	return made
}

// later adds faults of an object that is made later, at the paths of the one it
// is made from.
func (r *Result) later(faults []Fault, origin func(string) string) {
	known := placesOf(r.Faults, r.Simulated)
	for _, f := range faults {
		f.Field = origin(f.Field)
		if known.add(f) {
			r.Simulated = append(r.Simulated, f)
		}
	}
}
