package lint

import (
	"fmt"
	"path"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/util/parsers"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// noDeadline: a Pod that cannot start, for want of its image say, is no failure
// that backoffLimit counts.
func noDeadline(o *object) []found {
	if o.job == nil {
		return nil
	}
	return one(o.job.ActiveDeadlineSeconds == nil && o.pod.ActiveDeadlineSeconds == nil, found{
		at: o.jobPath + ".activeDeadlineSeconds", missing: true,
		message: "the Job has no deadline: a Pod that hangs, or never starts, keeps it running for ever",
		hint:    "write activeDeadlineSeconds, a few times what a run takes: 3600 for one of some minutes",
	})
}

// deliverers are the beginnings of annotations and labels by which something else
// removes the Job, or would run it again when it is gone.
var deliverers = []string{"argocd.argoproj.io/", "helm.sh/hook", "helm.toolkit.fluxcd.io/", "kustomize.toolkit.fluxcd.io/"}

// noTTL: without it nothing removes a Job that no CronJob owns.
func noTTL(o *object) []found {
	if o.kind != "Job" || o.job.TTLSecondsAfterFinished != nil || len(o.meta.OwnerReferences) > 0 {
		return nil
	}
	for _, keys := range []map[string]string{o.meta.Annotations, o.meta.Labels} {
		for key := range keys {
			if slices.ContainsFunc(deliverers, func(start string) bool { return strings.HasPrefix(key, start) }) {
				return nil
			}
		}
	}
	return []found{{
		at: o.jobPath + ".ttlSecondsAfterFinished", missing: true,
		message: "nothing removes the Job and its Pods when it has finished",
		hint:    "write ttlSecondsAfterFinished, such as 86400 for a day; not under GitOps, which would run it again",
	}}
}

// ttlInCronJob: the two ways of cleaning up do not know of each other.
func ttlInCronJob(o *object) []found {
	return one(o.cron != nil && o.job.TTLSecondsAfterFinished != nil, found{
		at:      o.jobPath + ".ttlSecondsAfterFinished",
		message: "a CronJob cleans up by its history limits: with a TTL too, failed runs may be gone before they are looked at",
		hint:    "leave it out, and write successfulJobsHistoryLimit and failedJobsHistoryLimit",
	})
}

// leastTTL is how long a finished Job should stay: tools that wait for one ask
// every few seconds, and log collectors lag by some.
const leastTTL = 60

// ttlTooShort: whoever waits for the Job finds none and takes it for lost.
func ttlTooShort(o *object) []found {
	if o.kind != "Job" || o.job.TTLSecondsAfterFinished == nil {
		return nil
	}
	return one(*o.job.TTLSecondsAfterFinished < leastTTL, found{
		at:      o.jobPath + ".ttlSecondsAfterFinished",
		message: fmt.Sprintf("%d seconds after its end the Job is gone, with its logs: what waits for it may miss how it ended", *o.job.TTLSecondsAfterFinished),
		hint:    fmt.Sprintf("write %d or more", leastTTL),
	})
}

// onFailureLosesLogs: the Job controller deletes the Pod when backoffLimit is
// reached, where with Never every Pod that failed stays.
func onFailureLosesLogs(o *object) []found {
	return one(o.pod != nil && o.pod.RestartPolicy == corev1.RestartPolicyOnFailure, found{
		at:      o.podPath + ".restartPolicy",
		message: "with OnFailure the Pod is deleted, and its logs with it, when backoffLimit is reached",
		hint:    "write Never: each try is a Pod of its own that stays until the Job goes",
	})
}

// suspendedInQueue: Kueue's webhook suspends the Job by itself. To say it in the manifest
// too suspends it again with each apply, and its pods are killed.
func suspendedInQueue(o *object) []found {
	if o.kind != "Job" || o.job.Suspend == nil || !*o.job.Suspend || o.meta.Labels["kueue.x-k8s.io/queue-name"] == "" {
		return nil
	}
	return []found{{
		at:      "spec.suspend",
		message: "Kueue suspends the Job by itself; to apply suspend: true again kills the pods that run",
		hint:    "leave suspend out",
	}}
}

// disruptionFailsJob: to be evicted counts as a failure, unless a rule says otherwise.
func disruptionFailsJob(o *object) []found {
	if o.job == nil || o.job.BackoffLimit == nil || *o.job.BackoffLimit > 0 {
		return nil
	}
	if o.job.PodFailurePolicy != nil && slices.ContainsFunc(o.job.PodFailurePolicy.Rules, seesDisruption) {
		return nil
	}
	return []found{{
		at:      o.jobPath + ".backoffLimit",
		message: "with backoffLimit 0 the Job fails when its node is drained or its Pod evicted",
		hint: "where the work may start anew then, write restartPolicy: Never and\n" +
			"podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}",
	}}
}

func seesDisruption(r batchv1.PodFailurePolicyRule) bool {
	return slices.ContainsFunc(r.OnPodConditions, func(c batchv1.PodFailurePolicyOnPodConditionsPattern) bool {
		return c.Type == corev1.DisruptionTarget
	})
}

// mostRetries is for each completion. The waits double from 10 seconds to 10
// minutes, so this many take hours.
const mostRetries = 20

// manyRetries: what fails so often will not succeed, but is paid for and noticed late.
func manyRetries(o *object) []found {
	if o.job == nil || o.job.BackoffLimit == nil || o.job.BackoffLimitPerIndex != nil {
		return nil
	}
	completions := int64(1)
	if o.job.Completions != nil {
		completions = max(completions, int64(*o.job.Completions))
	}
	return one(int64(*o.job.BackoffLimit) > mostRetries*completions, found{
		at:      o.jobPath + ".backoffLimit",
		message: fmt.Sprintf("%d retries take hours before the Job is seen to fail", *o.job.BackoffLimit),
		hint:    "write what mends a passing fault, such as 3; for a Pod that waits for something, wait in the program",
	})
}

// helpers matches the last part of images of programs that go along with others
// and do not end by themselves.
var helpers = lazyregexp.New(`^(alloy|aws-otel-collector|cloud-sql-proxy|cloudsql-proxy|consul-dataplane|daprd|datadog-agent|envoy|` +
	`filebeat|fluent-?bit|fluentd|gce-proxy|grafana-agent|jaeger-agent|linkerd-proxy|oauth2-proxy|` +
	`opentelemetry-collector.*|pgbouncer|promtail|proxyv2|statsd-exporter|telegraf)$`)

// farewell matches how the main container tells a helper to end.
var farewell = lazyregexp.New(`quitquitquit|\bp?kill(all)?\b|/(shutdown|quit)\b`)

// endlessSidecar: a Job is done when all of its containers have ended, but for
// init containers that restart always (KEP-753).
func endlessSidecar(o *object) []found {
	var all []found
	others := false
	for _, c := range o.containers {
		switch {
		case c.init:
		case c.script < 0 && isHelper(c.Image):
			all = append(all, found{
				at:      c.path,
				message: "the container " + c.Name + " looks like a helper that never ends: the Job waits for it for ever",
				hint:    "move it to initContainers with restartPolicy: Always: it starts first and is ended with the others",
			})
		case c.script >= 0 && farewell.MatchString(c.words[c.script].text):
			return nil
		case c.neverEnds():
			all = append(all, found{
				at:      c.path,
				message: "the command of the container " + c.Name + " never ends: the Job waits for it for ever",
				hint:    "move it to initContainers with restartPolicy: Always: it starts first and is ended with the others",
			})
		default:
			others = true
		}
	}
	if !others {
		return nil // it is the Job's own work
	}
	return all
}

var (
	// endless matches commands and loops that do not end by themselves.
	endless = lazyregexp.New(`\bsleep\s+(infinity|inf)\b|\btail\s([^\n;&|]*\s)?(-[a-zA-Z0-9]*[fF]\b|--follow\b)|` +
		`\bwhile\s+(true|:|\[\s*1\s*\]|sleep\b)|\bfor\s*\(\(\s*;\s*;\s*\)\)|\buntil\s+false\b|\binotifywait\s+(-\S+\s+)*(-[a-z]*m|--monitor)\b`)

	// ends matches what ends such a loop after all, or leaves it behind.
	ends = lazyregexp.New(`\b(break|exit|return|timeout|trap|kill)\b|--pid\b|[^&>]&(\s|$)`)
)

// neverEnds reports whether the command of a container runs for ever.
func (c *container) neverEnds() bool {
	var words []string
	for _, w := range c.words {
		words = append(words, w.text)
	}
	text := strings.Join(words, " ")
	return endless.MatchString(text) && !ends.MatchString(text)
}

func isHelper(image string) bool {
	repository, _, _, err := parsers.ParseImageName(image)
	return err == nil && helpers.MatchString(path.Base(repository))
}

// readinessProbe: nothing sends requests to the Pods of a Job, and one that is not
// ready runs all the same. Under a subdomain readiness decides over DNS names.
func readinessProbe(o *object) []found {
	var all []found
	for _, c := range o.containers {
		if c.init || c.ReadinessProbe == nil || o.pod.Subdomain != "" {
			continue
		}
		all = append(all, found{
			at:      c.path + ".readinessProbe",
			message: "a readiness probe decides who gets requests: the Pods of a Job get none",
			hint:    "leave it out; a livenessProbe ends a container that hangs",
		})
	}
	return all
}
