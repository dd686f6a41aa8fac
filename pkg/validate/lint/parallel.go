package lint

import (
	"fmt"
	"slices"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// queues matches the names of variables and flags by which workers find their queue.
var queues = lazyregexp.New(`(?i)(^|[_-])(queue|queues|amqp|broker|rabbitmq|sqs)([_-]|$)`)

// queueWithCompletions: the workers of a queue end when it is empty; with
// completions new ones are started until so many have succeeded
// (k8s.io/kubernetes/pkg/controller/job, wantActivePods).
func queueWithCompletions(o *object) []found {
	if o.job == nil || o.job.Completions == nil || *o.job.Completions < 2 || isIndexed(o.job) {
		return nil
	}
	for _, c := range o.containers {
		for _, e := range c.Env {
			if !c.init && queues.MatchString(e.Name) {
				return []found{{
					at:      o.jobPath + ".completions",
					message: fmt.Sprintf("the variable %s tells of a work queue, and with completions workers are started when it is empty already", e.Name),
					hint:    "leave completions out: parallelism workers run until one succeeds and the others have ended;\nkeep it where each Pod takes exactly one item",
				}}
			}
		}
	}
	return nil
}

func isIndexed(job *batchv1.JobSpec) bool {
	return job.CompletionMode != nil && *job.CompletionMode == batchv1.IndexedCompletion
}

// parallelismAboveCompletions: no more Pods run than are missing.
func parallelismAboveCompletions(o *object) []found {
	if o.job == nil || o.job.Completions == nil || o.job.Parallelism == nil {
		return nil
	}
	return one(*o.job.Parallelism > *o.job.Completions, found{
		at:      o.jobPath + ".parallelism",
		message: fmt.Sprintf("no more Pods run at once than completions asks for, which is %d", *o.job.Completions),
		hint:    fmt.Sprintf("write %d, or more completions", *o.job.Completions),
	})
}

// index matches the ways by which a script can learn its index: the variable, the
// annotation, the host's name.
var index = lazyregexp.New(`JOB_COMPLETION_INDEX|job-completion-index|HOSTNAME|hostname`)

// programs matches what a script may start that reads the variable unseen.
var programs = lazyregexp.New(`\b(accelerate|deno|go|java|julia|node|perl|php|python[0-9.]*|Rscript|ruby|torchrun)\b|\.(jl|js|pl|py|rb|sh)\b|\./|/bin/`)

// indexNotRead: Pods that do not read their index all do the same work. Only
// scripts can be looked into, and not what they start.
func indexNotRead(o *object) []found {
	if o.job == nil || !isIndexed(o.job) || o.job.Completions == nil || *o.job.Completions < 2 {
		return nil
	}
	reads := slices.ContainsFunc(o.containers, func(c container) bool {
		unseen := c.script < 0 || programs.MatchString(c.words[c.script].text)
		return unseen && !c.sidecar || readsIndex(c)
	})
	return one(!reads && len(o.containers) > 0, found{
		at:      o.jobPath + ".completionMode",
		message: "no script reads its index: all Pods of this Indexed Job do the same",
		hint:    "use the variable JOB_COMPLETION_INDEX, from 0 to completions - 1",
	})
}

func readsIndex(c container) bool {
	for _, w := range c.words {
		if index.MatchString(w.text) {
			return true
		}
	}
	for _, e := range c.Env {
		if e.ValueFrom != nil && e.ValueFrom.FieldRef != nil && index.MatchString(e.ValueFrom.FieldRef.FieldPath) {
			return true
		}
	}
	return false
}
