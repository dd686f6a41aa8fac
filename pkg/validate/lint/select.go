package lint

import (
	"fmt"
	"maps"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// selectorMissesOwnPods: a spread constraint counts the pods that it selects, and an
// affinity that names the Job means its own pods. One that misses them does nothing.
func selectorMissesOwnPods(o *object) []found {
	if o.job == nil {
		return nil
	}
	own := labels.Set(o.podLabels())
	var all []found
	for i, c := range o.pod.TopologySpreadConstraints {
		if misses(c.LabelSelector, own) {
			all = append(all, o.missing(item(o.podPath+".topologySpreadConstraints", i), c.LabelSelector, "the constraint counts"))
		}
	}
	if a := o.pod.Affinity; a != nil {
		if a.PodAntiAffinity != nil {
			all = append(all, o.affinity("podAntiAffinity", a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution, a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution)...)
		}
		if a.PodAffinity != nil {
			all = append(all, o.affinity("podAffinity", a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution, a.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution)...)
		}
	}
	return all
}

// affinity looks at the terms that name the Job.
func (o *object) affinity(name string, required []corev1.PodAffinityTerm, preferred []corev1.WeightedPodAffinityTerm) []found {
	own, at := labels.Set(o.podLabels()), o.podPath+".affinity."+name
	var all []found
	look := func(term corev1.PodAffinityTerm, at string) {
		elsewhere := term.NamespaceSelector != nil || len(term.Namespaces) > 0
		if !elsewhere && o.names(term.LabelSelector) && misses(term.LabelSelector, own) {
			all = append(all, o.missing(at, term.LabelSelector, "the term is about"))
		}
	}
	for i, term := range required {
		look(term, item(at+".requiredDuringSchedulingIgnoredDuringExecution", i))
	}
	for i, term := range preferred {
		look(term.PodAffinityTerm, item(at+".preferredDuringSchedulingIgnoredDuringExecution", i)+".podAffinityTerm")
	}
	return all
}

// names reports whether a selector has the name of the Job as a value.
func (o *object) names(s *metav1.LabelSelector) bool {
	if s == nil || o.meta.Name == "" {
		return false
	}
	return slices.Contains(slices.Collect(maps.Values(s.MatchLabels)), o.meta.Name) ||
		slices.ContainsFunc(s.MatchExpressions, func(e metav1.LabelSelectorRequirement) bool {
			return e.Operator == metav1.LabelSelectorOpIn && slices.Contains(e.Values, o.meta.Name)
		})
}

// misses reports whether a selector does not select pods with the labels. One that
// cannot be read does not count.
func misses(s *metav1.LabelSelector, own labels.Set) bool {
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && !selector.Matches(own)
}

// podLabels returns the labels of the Job's own pods, with those that the controller
// adds and that are known before.
func (o *object) podLabels() map[string]string {
	all := maps.Clone(o.job.Template.Labels)
	if all == nil {
		all = map[string]string{}
	}
	if o.cron == nil {
		all[batchv1.JobNameLabel], all["job-name"] = o.meta.Name, o.meta.Name
	}
	return all
}

func (o *object) missing(at string, s *metav1.LabelSelector, what string) found {
	hint := "select labels that are set on the pods"
	if own := o.job.Template.Labels; len(own) > 0 {
		key := slices.Sorted(maps.Keys(own))[0]
		for _, name := range nameLabels {
			if own[name] != "" {
				key = name
				break
			}
		}
		hint = fmt.Sprintf("select labels that are set on the pods, such as matchLabels: {%s: %s}", key, own[key])
	} else if o.cron == nil {
		hint = "select matchLabels: {" + batchv1.JobNameLabel + ": " + o.meta.Name + "}, or set the labels on the pods"
	}
	f := found{at: at + ".labelSelector", message: what + " pods with " + metav1.FormatLabelSelector(s) + ", which the pods of this " + o.kind + " do not have", hint: hint}
	if s == nil {
		f.missing, f.message = true, what+" no pods without a labelSelector"
	}
	return f
}

// divider matches what lets pods of one Job take different parts of the work.
var divider = lazyregexp.New(`(?i)queue|amqp|broker|rabbit|redis|kafka|pubsub|sqs|nats|celery|shard|partition|worker|lock|lease|` +
	`random|hostname|pod_?name|job_completion_index|uuid|master|rank|peer|database|dsn|psql|postgres|mysql|mongo`)

// workNotDivided: without an index each pod gets the same command and variables.
func workNotDivided(o *object) []found {
	if o.job == nil || o.job.Completions == nil || *o.job.Completions < 2 || isIndexed(o.job) || len(o.containers) == 0 {
		return nil
	}
	if slices.ContainsFunc(o.containers, divides) {
		return nil
	}
	return []found{{
		at:      o.jobPath + ".completions",
		message: fmt.Sprintf("nothing divides the work: %d pods run the same command with the same input", *o.job.Completions),
		hint:    "set completionMode: Indexed and let the program read JOB_COMPLETION_INDEX, from 0 to completions - 1;\nkeep it where the same is wanted so often",
	}}
}

func divides(c container) bool {
	if len(c.EnvFrom) > 0 || c.Image != "" && divider.MatchString(c.Image) {
		return true // it may bring the address of a queue
	}
	for _, w := range c.words {
		if divider.MatchString(w.text) {
			return true
		}
	}
	return slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool {
		if e.ValueFrom != nil && e.ValueFrom.FieldRef != nil {
			return slices.Contains([]string{"metadata.name", "metadata.uid", "status.podIP"}, e.ValueFrom.FieldRef.FieldPath)
		}
		return divider.MatchString(e.Name) || divider.MatchString(e.Value)
	})
}
