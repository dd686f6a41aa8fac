package build

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// This file holds what only all specs together can tell: objects made twice,
// references that miss, policies that meet pods of another Job.

// made is an object that was encoded.
type made struct {
	key     compile.Key
	job     string            // the one Job that knows the name, where that ends in a hash
	encoded []byte            // nil where nothing stands for it in the output
	digest  [sha256.Size]byte // of the object without its labels
	place   diag.Place
	keys    []string // of a ConfigMap or Secret, in order
	keySet  map[string]bool
}

// has reports whether a ConfigMap or Secret has a key.
func (m *made) has(key string) bool {
	if m.keySet == nil {
		m.keySet = make(map[string]bool, len(m.keys))
		for _, k := range m.keys {
			m.keySet[k] = true
		}
	}
	return m.keySet[key]
}

// claim enters an object, and returns what was made. A second one of the same key becomes
// one with the first when they are equal but for labels; else it is a conflict.
func (s *scope) claim(o compile.Object, out output) (m *made, ds diag.List, err error) {
	id := o.Key().Detached()
	from := spec.Path{"metadata", "name"}
	if !isWorkload(o) {
		from = o.Origin(nil)
	}
	place, _ := o.Job.Place(from)
	if isWorkload(o) {
		id.Name = strings.Clone(o.Plain) // a hash behind the name does not make it another Job
	}
	if out.err != nil {
		return nil, nil, fmt.Errorf("encoding the %s %s: %w", o.Kind, o.Meta.Name, out.err)
	}
	if first := s.seen[id]; first != nil && o.Meta.Name != "" {
		if first.digest == out.digest && !isWorkload(o) {
			return nil, nil, nil
		}
		return nil, diag.List{s.conflict(o, place, first)}, nil
	}
	m = &made{key: o.Key().Detached(), digest: out.digest, encoded: out.encoded, place: place.Detached(), keys: keys(o.Value)}
	if o.Plain != o.Key().Name && !isWorkload(o) {
		m.job = strings.Clone(o.Job.Metadata.Name)
		s.seen[compile.Key{Kind: o.Kind, Namespace: o.Meta.Namespace, Name: o.Plain}] = m
	}
	s.seen[id] = m
	return m, nil, nil
}

// output is what is needed of an object to put it among those of all specs.
type output struct {
	encoded []byte            // what stands for it, nil if nothing does
	digest  [sha256.Size]byte // of the object without its labels; of a workload none
	err     error             // why there is none of this
}

// outputs encodes the objects of a spec.
func (r *run) outputs(objects []Object) []output {
	outputs := make([]output, len(objects))
	for i, o := range objects {
		out := &outputs[i]
		if !isWorkload(o.Object) { // one is never equal to another
			out.digest = digest(o.JSON)
		}
		if r.opts.Format != nil {
			out.encoded, out.err = r.encode(o)
		}
	}
	return outputs
}

// encode writes what stands for an object in the output, nil if nothing does.
func (r *run) encode(o Object) ([]byte, error) {
	value, stands, err := o.StandIn(r.opts.Secrets)
	if err != nil || !stands {
		return nil, err
	}
	text, err := r.opts.Format.Encode(value)
	if err == nil && r.opts.Origins {
		text, err = withOrigins(o.Object, text)
	}
	return deliver.Text(o.Job, text), err
}

func isWorkload(o compile.Object) bool { return o.Kind == "Job" || o.Kind == "CronJob" }

func (s *scope) conflict(o compile.Object, place diag.Place, first *made) diag.Diagnostic {
	where := ""
	if ns := o.Meta.Namespace; ns != "" {
		where = " in namespace " + ns
	}
	d := diag.Diagnostic{
		Code: diag.CodeConflict, Place: place,
		Message: fmt.Sprintf("the %s %s%s is made twice, and the two differ", o.Kind, o.Meta.Name, where),
		Hint:    "give one of them another name, or make it in one spec and refer to it in the other",
		Related: []diag.Related{{Place: first.place, Message: "first made here"}},
	}
	if isWorkload(o) {
		d.Message = fmt.Sprintf("two specs make the %s %s%s", o.Kind, o.Meta.Name, where)
		d.Hint = "give one of them another name"
	}
	if s.loose && place.File != first.place.File {
		d.Severity = diag.Warning
		d.Hint += ", if they are for the same cluster; a project file in each folder says that they are not"
	}
	return d
}

// digest is that of an object without its labels.
func digest(v jsontree.Value) [sha256.Size]byte {
	if meta := v.Find("metadata"); meta != nil && meta.Find("labels") != nil {
		bare := jsontree.Value{Kind: jsontree.Map, Fields: slices.Clone(meta.Fields)}
		bare.Remove("labels")
		v.Fields = slices.Clone(v.Fields)
		*v.Find("metadata") = bare
	}
	return sha256.Sum256(v.AppendJSON(nil))
}

// keys lists the keys of a ConfigMap or Secret.
func keys(object any) []string {
	switch o := object.(type) {
	case *corev1.ConfigMap:
		return detached(slices.Concat(slices.Sorted(maps.Keys(o.Data)), slices.Sorted(maps.Keys(o.BinaryData))))
	case *corev1.Secret:
		return detached(slices.Sorted(maps.Keys(o.Data)))
	}
	return nil
}

// detached puts copies in the place of texts, which keep nothing else of a file in memory.
func detached(texts []string) []string {
	for i, text := range texts {
		texts[i] = strings.Clone(text)
	}
	return texts
}

func detachedLabels(labels map[string]string) map[string]string {
	copied := make(map[string]string, len(labels))
	for key, value := range labels {
		copied[strings.Clone(key)] = strings.Clone(value)
	}
	return copied
}

// policy is a NetworkPolicy that was generated, and pods are those of a Job; job is the
// plain name of the Job that each belongs to.
type (
	policy struct {
		selector map[string]string
		job      string
		group    podGroup
		place    diag.Place
	}
	pods struct {
		job    string
		labels map[string]string
		place  diag.Place
	}
	// podGroup is what pods that one policy may select have in common.
	podGroup struct{ namespace, name string }
)

// note keeps what finish compares over all specs.
func (s *scope) note(job *spec.Job, objects []Object) {
	place, _ := job.Place(spec.Path{"metadata", "name"})
	place = place.Detached()
	name := cmp.Or(job.Metadata.Name, job.Metadata.GenerateName)
	for _, o := range objects {
		switch v := o.Value.(type) {
		case *networkingv1.NetworkPolicy:
			at, _ := job.Place(spec.Path{"spec", "networkPolicy"})
			selector := v.Spec.PodSelector.MatchLabels
			s.policies = append(s.policies, policy{selector, name, group(o.Object, selector), at.Detached()})
		case *batchv1.Job:
			s.notePods(o.Object, v.Spec.Template.Labels, place)
		case *batchv1.CronJob:
			s.notePods(o.Object, v.Spec.JobTemplate.Spec.Template.Labels, place)
		}
	}
	for _, ref := range job.References() {
		if !s.finds(ref) {
			s.lost = append(s.lost, ref)
		}
	}
}

// notePods notes the Pods that a Job makes.
func (s *scope) notePods(o compile.Object, labels map[string]string, place diag.Place) {
	labels = detachedLabels(labels)
	in := podGroup{strings.Clone(o.Meta.Namespace), labels[spec.LabelName]}
	s.pods[in] = append(s.pods[in], pods{strings.Clone(o.Plain), labels, place})
}

// finds reports whether a reference leads to something that was made.
func (s *scope) finds(ref spec.Reference) bool {
	m := s.seen[compile.Key{Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name}]
	return m != nil && (m.job == "" || m.job == ref.Job) && (ref.Key == "" || m.has(ref.Key))
}

func group(o compile.Object, labels map[string]string) podGroup {
	return podGroup{o.Meta.Namespace, labels[spec.LabelName]}
}

// finish reports what only all specs together show.
func (r *run) finish() {
	for _, root := range slices.Sorted(maps.Keys(r.scopes)) {
		s := r.scopes[root]
		r.result.Diagnostics = slices.Concat(r.result.Diagnostics, s.meetings(), s.references())
	}
}

// meetings reports network policies that hold for the pods of another Job.
func (s *scope) meetings() (ds diag.List) {
	for _, p := range s.policies {
		for _, other := range s.pods[p.group] {
			if other.job != p.job && selects(p.selector, other.labels) {
				ds = append(ds, diag.Diagnostic{
					Code: diag.CodeConflict, Place: p.place,
					Message: fmt.Sprintf("the network policy would also hold for the pods of %s", other.job),
					Hint:    "let the pods differ in app.kubernetes.io/name",
					Related: []diag.Related{{Place: other.place, Message: "the other Job"}},
				})
			}
		}
	}
	return ds
}

func selects(selector, labels map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return true
}

// maxGuesses bounds how many names all references that miss are compared with: of
// thousands of names and thousands of references the last ones get no guess.
const maxGuesses = 4_000_000

// references reports those that are a slip of something made here.
func (s *scope) references() (ds diag.List) {
	names := map[compile.Key][]string{} // without a name: the names of the kind and namespace
	for id := range s.seen {
		key := compile.Key{Kind: id.Kind, Namespace: id.Namespace}
		names[key] = append(names[key], id.Name)
	}
	for _, list := range names {
		slices.Sort(list)
	}
	guesses := 0 // compared so far
	among := func(names []string) []string {
		if guesses += len(names); guesses > maxGuesses {
			return nil
		}
		return names
	}
	for _, ref := range s.lost {
		m := s.seen[compile.Key{Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name}]
		switch {
		case s.finds(ref):
		case m == nil:
			if right := ref.SlipOf(among(names[compile.Key{Kind: ref.Kind, Namespace: ref.Namespace}])); right != "" {
				ds = append(ds, ref.Misnamed(right))
			}
		case m.job != "" && m.job != ref.Job:
			ds = append(ds, ref.Hashed(m.place))
		default:
			ds = append(ds, ref.Misses(among(m.keys)))
		}
	}
	return ds
}
