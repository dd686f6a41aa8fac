package apiserver

import (
	"fmt"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/core"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// This file holds what the newest code no longer tells of older minors. Kubernetes
// removes a gate some minors after its feature became stable, and adds some rules
// without a gate. Each row was read in the code of both minors and is proved by
// the tests; a new Kubernetes release asks for a new comparison.

// gone are the features whose gates were removed, and that an older minor has off
// by default. Before its minor the field is dropped in silence.
var gone = []struct {
	feature string
	since   string
	drop    func(*batch.JobSpec, *core.PodSpec)
}{
	{"PodLifecycleSleepAction", "1.30", func(_ *batch.JobSpec, p *core.PodSpec) {
		hooks(p, func(_ string, h *core.LifecycleHandler) { h.Sleep = nil })
	}},
	{"JobSuccessPolicy", "1.31", func(j *batch.JobSpec, _ *core.PodSpec) {
		if j != nil {
			j.SuccessPolicy = nil
		}
	}},
}

// stricter are the rules that an older minor has and the newest has not.
var stricter = []struct {
	until string // the first minor without the rule
	early bool   // it is refused before any field is dropped
	check func(p *core.PodSpec, at string) []Fault
}{
	// The feature is ContainerRestartRules; its gate drops the field since 1.34,
	// the minors before know no such drop. An init container may only have Always.
	{"1.34", true, func(p *core.PodSpec, at string) []Fault {
		var faults []Fault
		for i, c := range p.Containers {
			if c.RestartPolicy != nil {
				faults = append(faults, Fault{Field: fmt.Sprintf("%s.containers[%d].restartPolicy", at, i), Type: field.ErrorTypeForbidden, Detail: "may not be set for non-init containers"})
			}
		}
		for i, c := range p.InitContainers {
			if c.RestartPolicy != nil && *c.RestartPolicy != core.ContainerRestartPolicyAlways {
				faults = append(faults, Fault{Field: fmt.Sprintf("%s.initContainers[%d].restartPolicy", at, i), Type: field.ErrorTypeNotSupported, Value: string(*c.RestartPolicy), Detail: `supported values: "Always"`})
			}
		}
		return faults
	}},
	// PodLifecycleSleepActionAllowZero
	{"1.33", false, func(p *core.PodSpec, at string) []Fault {
		var faults []Fault
		hooks(p, func(hook string, h *core.LifecycleHandler) {
			if h.Sleep != nil && h.Sleep.Seconds == 0 {
				faults = append(faults, Fault{Field: at + "." + hook + ".sleep", Type: field.ErrorTypeInvalid, Value: "0", Detail: "must be greater than 0"})
			}
		})
		return faults
	}},
	// RelaxedDNSSearchValidation
	{"1.33", false, func(p *core.PodSpec, at string) []Fault {
		var faults []Fault
		if p.DNSConfig == nil {
			return nil
		}
		for i, search := range p.DNSConfig.Searches {
			for _, message := range utilvalidation.IsDNS1123Subdomain(strings.TrimSuffix(search, ".")) {
				faults = append(faults, Fault{Field: fmt.Sprintf("%s.dnsConfig.searches[%d]", at, i), Type: field.ErrorTypeInvalid, Value: search, Detail: message})
			}
		}
		return faults
	}},
}

// laxer are the rules that the newest minor has without a gate and an older one
// has not: the faults of this type at such a path are none there.
var laxer = []struct {
	since string // the first minor with the rule
	kind  string // "": all
	typ   field.ErrorType
	at    *lazyregexp.Regexp
}{
	// A template may leave the reference of an image volume to the Pod.
	{"1.37", "Job", field.ErrorTypeRequired, lazyregexp.New(`\.volumes\[\d+\]\.image\.reference$`)},
	{"1.37", "CronJob", field.ErrorTypeRequired, lazyregexp.New(`\.volumes\[\d+\]\.image\.reference$`)},
	// The path of a token may lead anywhere; it is reported beside the sources.
	{"1.30", "", field.ErrorTypeInvalid, lazyregexp.New(`\.volumes\[\d+\]\.projected\.path$`)},
	// The values of required node affinity need not be label values.
	{"1.32", "", field.ErrorTypeInvalid, lazyregexp.New(`\.requiredDuringSchedulingIgnoredDuringExecution\.nodeSelectorTerms\[\d+\]\.matchExpressions\[\d+\]\.values\[\d+\]$`)},
	// hostUsers: false goes with block devices.
	{"1.34", "", field.ErrorTypeForbidden, lazyregexp.New(`ontainers\[\d+\]\.volumeDevices$`)},
	// An init container may ask for a restart when it is resized.
	{"1.36", "", field.ErrorTypeInvalid, lazyregexp.New(`\.initContainers\[\d+\]\.resizePolicy\[\d+\]\.restartPolicy$`)},
}

// undefaulted returns what an older minor misses of an object as it is written,
// because it has no default for it.
func (s *Server) undefaulted(versioned runtime.Object) []Fault {
	cron, ok := versioned.(*batchv1.CronJob)
	if !ok || !s.before("1.34") || cron.Spec.JobTemplate.Spec.PodFailurePolicy == nil {
		return nil
	}
	// A Job had the default of the status before, a CronJob's template had not.
	var faults []Fault
	for i, rule := range cron.Spec.JobTemplate.Spec.PodFailurePolicy.Rules {
		for j, condition := range rule.OnPodConditions {
			if condition.Status == "" {
				at := fmt.Sprintf("spec.jobTemplate.spec.podFailurePolicy.rules[%d].onPodConditions[%d].status", i, j)
				faults = append(faults, Fault{Field: at, Type: field.ErrorTypeRequired, Detail: `valid values: "False", "True", "Unknown"`})
			}
		}
	}
	return faults
}

// hooks calls f with each lifecycle hook that is set, and its path inside the Pod.
func hooks(p *core.PodSpec, f func(string, *core.LifecycleHandler)) {
	each := func(field string, list []core.Container) {
		for i, c := range list {
			if c.Lifecycle == nil {
				continue
			}
			if h := c.Lifecycle.PostStart; h != nil {
				f(fmt.Sprintf("%s[%d].lifecycle.postStart", field, i), h)
			}
			if h := c.Lifecycle.PreStop; h != nil {
				f(fmt.Sprintf("%s[%d].lifecycle.preStop", field, i), h)
			}
		}
	}
	each("initContainers", p.InitContainers)
	each("containers", p.Containers)
}

// before reports whether the server is older than a minor.
func (s *Server) before(minor string) bool { return s.minor.LessThan(mustMinor(minor)) }

// removeUnknownToMinor drops what a gate that is gone would have dropped. A CronJob
// keeps what only concerns the Job: it is dropped when the Job is made.
func (s *Server) removeUnknownToMinor(internal runtime.Object) {
	pod, _ := podOf(internal)
	if pod == nil {
		return
	}
	var job *batch.JobSpec
	if j, ok := internal.(*batch.Job); ok {
		job = &j.Spec
	}
	for _, g := range gone {
		if s.before(g.since) {
			g.drop(job, pod)
		}
	}
}

// asksEarly reports whether some rule of the minor is about an object before it is
// prepared.
func (s *Server) asksEarly() bool {
	for _, rule := range stricter {
		if rule.early && s.before(rule.until) {
			return true
		}
	}
	return false
}

// asOfMinor adds the faults that only an older minor has, and removes those that
// it has not.
func (s *Server) asOfMinor(k *kind, written, internal runtime.Object, faults []Fault) []Fault {
	var kept []Fault
	for _, f := range faults {
		if !s.forgives(k, f) {
			kept = append(kept, f)
		}
	}
	early, at := podOf(written)
	late, _ := podOf(internal)
	if early == nil {
		return kept
	}
	known := placesOf(kept)
	for _, rule := range stricter {
		if !s.before(rule.until) {
			continue
		}
		pod := late
		if rule.early {
			pod = early
		}
		for _, f := range rule.check(pod, at) {
			if known.add(f) {
				kept = append(kept, f)
			}
		}
	}
	return kept
}

func (s *Server) forgives(k *kind, f Fault) bool {
	for _, rule := range laxer {
		if s.before(rule.since) && (rule.kind == "" || rule.kind == k.name) && rule.typ == f.Type && rule.at.MatchString(f.Field) {
			return true
		}
	}
	return false
}

// faultPlaces are the places of faults, with their types.
type faultPlaces map[[2]string]bool

func placesOf(lists ...[]Fault) faultPlaces {
	places := faultPlaces{}
	for _, f := range slices.Concat(lists...) {
		places.add(f)
	}
	return places
}

// add reports whether no fault of the same type is at the place so far.
func (p faultPlaces) add(f Fault) bool {
	key := [2]string{f.Field, string(f.Type)}
	if p[key] {
		return false
	}
	p[key] = true
	return true
}

// podOf returns the Pod's spec in an object, and its path; nil if it has none.
func podOf(o runtime.Object) (*core.PodSpec, string) {
	switch o := o.(type) {
	case *batch.CronJob:
		return &o.Spec.JobTemplate.Spec.Template.Spec, "spec.jobTemplate.spec.template.spec"
	case *batch.Job:
		return &o.Spec.Template.Spec, "spec.template.spec"
	case *core.Pod:
		return &o.Spec, "spec"
	}
	return nil, ""
}
