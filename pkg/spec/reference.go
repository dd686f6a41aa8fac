package spec

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/schema"
)

// Reference is a name of a ConfigMap, Secret, PersistentVolumeClaim or
// ServiceAccount in a spec. What it names may be made by any spec, or be in the
// cluster.
type Reference struct {
	Kind, Namespace, Name string
	Key                   string // of the ConfigMap or Secret; "" where none is named
	Job                   string // the name of the Job that refers
	name, key             diag.Place
}

// SlipOf returns which of the names, which are of objects that are made, the
// reference is a slip of, or "".
func (r Reference) SlipOf(names []string) string {
	for _, name := range names {
		if suggest.IsSlip(r.Name, name) {
			return name
		}
	}
	return ""
}

// Misnamed is the diagnostic for a reference that was meant to name right.
func (r Reference) Misnamed(right string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.CodeReference, Place: r.name,
		Message: fmt.Sprintf("no %s %q is made here", r.Kind, r.Name), Hint: suggest.Question(right),
	}
}

// Hashed is the diagnostic for a reference to what another Job makes under a name
// that ends in a hash.
func (r Reference) Hashed(made diag.Place) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.CodeReference, Place: r.name,
		Message: fmt.Sprintf("the %s %q is made under a name that ends in a hash, which only its own Job follows", r.Kind, r.Name),
		Hint:    "make it in this spec too, or leave `rerun: onChange` and `immutable: true` out of the other",
		Related: []diag.Related{{Place: made, Message: "made here"}},
	}
}

// Misses is the diagnostic for a key that the object, which is made, lacks.
func (r Reference) Misses(keys []string) diag.Diagnostic {
	d := diag.Diagnostic{
		Code: diag.CodeReference, Place: r.key,
		Message: fmt.Sprintf("the %s %q has no key %q", r.Kind, r.Name, r.Key), Hint: suggest.Question(suggest.Nearest(r.Key, keys)),
	}
	if d.Hint == "" && len(keys) > 0 && len(keys) <= 12 {
		d.Hint = "its keys are " + oneOf(keys)
	}
	return d
}

// References lists what the spec refers to, but for what was reported already.
func (j *Job) References() []Reference {
	r := referenceFinder{job: j}
	spec := &j.Spec
	j.eachContainer(r.container)
	for _, name := range slices.Sorted(maps.Keys(spec.Volumes)) {
		r.volume(spec.Volumes[name], Path{"spec", "volumes", name})
	}
	for i, name := range spec.ImagePullSecrets {
		r.add("Secret", name, Path{"spec", "imagePullSecrets", strconv.Itoa(i)})
	}
	r.add("ServiceAccount", spec.ServiceAccountName, Path{"spec", "serviceAccountName"})
	return r.found
}

// referenceFinder gathers the references of one spec.
type referenceFinder struct {
	job   *Job
	found []Reference
}

func (r *referenceFinder) add(kind, name string, at Path) {
	r.addKey(kind, name, at, "", nil)
}

func (r *referenceFinder) addKey(kind, name string, at Path, key string, keyAt Path) {
	if name == "" {
		return
	}
	place, reported := r.job.Place(at)
	if reported {
		return
	}
	ref := Reference{Kind: kind, Namespace: r.job.Metadata.Namespace, Name: name, Key: key, Job: r.job.Metadata.Name, name: place.Detached()}
	if key != "" {
		at, _ := r.job.Place(keyAt)
		ref.key = at.Detached()
	}
	r.found = append(r.found, ref)
}

func (r *referenceFinder) container(c *schema.ContainerFields, at Path) {
	var names []string
	for name, v := range c.Env {
		if v.Secret != "" || v.ConfigMap != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		v := c.Env[name]
		src := at.With("env", name)
		r.addKey("Secret", v.Secret, src.With("secret"), v.Key, src.With("key"))
		r.addKey("ConfigMap", v.ConfigMap, src.With("configMap"), v.Key, src.With("key"))
	}
	for i, f := range c.EnvFrom {
		src := at.With("envFrom", strconv.Itoa(i))
		r.add("Secret", f.Secret, src.With("secret"))
		r.add("ConfigMap", f.ConfigMap, src.With("configMap"))
	}
}

func (r *referenceFinder) volume(v schema.Volume, at Path) {
	source := v.VolumeSource.VolumeSource
	if cm := source.ConfigMap; cm != nil {
		r.items("ConfigMap", cm.Name, cm.Items, at.With("configMap"), "name")
	}
	if s := source.Secret; s != nil {
		r.items("Secret", s.SecretName, s.Items, at.With("secret"), "secretName")
	}
	if claim := v.PersistentVolumeClaim; claim != nil && claim.Create == nil {
		r.add("PersistentVolumeClaim", claim.ClaimName, at.With("persistentVolumeClaim", "claimName"))
	}
	if p := source.Projected; p != nil {
		for i, s := range p.Sources {
			src := at.With("projected", "sources", strconv.Itoa(i))
			if s.ConfigMap != nil {
				r.items("ConfigMap", s.ConfigMap.Name, s.ConfigMap.Items, src.With("configMap"), "name")
			}
			if s.Secret != nil {
				r.items("Secret", s.Secret.Name, s.Secret.Items, src.With("secret"), "name")
			}
		}
	}
}

// items adds a reference to an object, once for each key that is named.
func (r *referenceFinder) items(kind, name string, items []corev1.KeyToPath, at Path, field string) {
	r.add(kind, name, at.With(field))
	for i, item := range items {
		r.addKey(kind, name, at.With(field), item.Key, at.With("items", strconv.Itoa(i), "key"))
	}
}
