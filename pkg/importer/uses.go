package importer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/jobgen-dev/jobgen/pkg/compile"
)

// This file says what the Jobs of a run have to do with an object that is left as it is,
// for no other reason than that no spec generates the same.

// relation returns why the object is no part of a spec, in terms of the Jobs here.
func (r *run) relation(o *object) string {
	switch o.Kind {
	case "NetworkPolicy":
		return r.selected(o)
	case "RoleBinding", "ClusterRoleBinding":
		if jobs := r.bound(o); jobs != nil {
			return "it binds the service account of " + listed(jobs) + ", in a way that no spec does"
		}
	case "Role", "ClusterRole":
		for _, binding := range r.objects {
			inNamespace := o.Kind == "ClusterRole" || binding.namespace() == o.namespace()
			if textAt(binding.tree, "roleRef", "kind") != o.Kind || textAt(binding.tree, "roleRef", "name") != o.name() || !inNamespace {
				continue
			}
			if jobs := r.bound(binding); jobs != nil {
				return fmt.Sprintf("the %s gives it to the service account of %s", binding, listed(jobs))
			}
		}
	}
	return "no Job here uses it"
}

// selected says whose pods a network policy selects.
func (r *run) selected(policy *object) string {
	var podSelector metav1.LabelSelector
	if err := json.Unmarshal(encode(mapAt(policy.tree, "spec", "podSelector")), &podSelector); err != nil {
		return "its podSelector cannot be read"
	}
	selector, err := metav1.LabelSelectorAsSelector(&podSelector)
	if err != nil {
		return "its podSelector is not valid"
	}
	if selector.Empty() {
		return "it selects all pods of its namespace"
	}
	var jobs []string
	for _, job := range r.jobs() {
		if job.namespace() == policy.namespace() && selector.Matches(job.podLabels()) {
			jobs = append(jobs, "the "+job.String())
		}
	}
	if jobs == nil {
		return "it selects the pods of no Job here"
	}
	return fmt.Sprintf("it selects the pods of %s by other labels than the policy of a spec", listed(jobs))
}

// podLabels returns the labels of the pods, those that Kubernetes generates for a Job
// included.
func (o *object) podLabels() labels.Set {
	set := labels.Set{}
	for key, value := range mapAt(o.tree, compile.JobSpec(o.isCron()).With("template", "metadata", "labels")...) {
		set[key], _ = value.(string)
	}
	if name := textAt(o.tree, "metadata", "name"); o.Kind == "Job" && get(o.tree, "spec", "manualSelector") != true {
		set["job-name"], set["batch.kubernetes.io/job-name"] = name, name
	}
	return set
}

// bound returns the Jobs whose service account a binding names.
func (r *run) bound(binding *object) (jobs []string) {
	for _, job := range r.jobs() {
		account := textAt(job.tree, compile.PodSpec(job.isCron()).With("serviceAccountName")...)
		named := func(subject any) bool {
			namespace := textAt(subject, "namespace")
			return textAt(subject, "kind") == "ServiceAccount" && textAt(subject, "name") == account && (namespace == job.namespace() || namespace == "" || job.namespace() == "")
		}
		if account != "" && slices.ContainsFunc(listAt(binding.tree, "subjects"), named) {
			jobs = append(jobs, "the "+job.String())
		}
	}
	return jobs
}

// listed joins names for a sentence: "a, b and c".
func listed(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
