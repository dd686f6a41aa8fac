package cluster

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// guard checks Pods against a level of the Pod Security Standards.
type guard struct {
	level api.Level
}

func newGuard(level string) *guard { return &guard{api.Level(level)} }

// evaluators holds the evaluator of all checks, which knows which check of the
// restricted level stands for one of baseline, and one for each check alone, to
// tell them apart.
var evaluators = sync.OnceValue(func() (e struct {
	all  policy.Evaluator
	each map[policy.CheckID]policy.Evaluator
}) {
	e.all = evaluator(policy.DefaultChecks())
	e.each = map[policy.CheckID]policy.Evaluator{}
	for _, check := range policy.DefaultChecks() {
		check.Versions = append([]policy.VersionedCheck(nil), check.Versions...)
		for i := range check.Versions {
			check.Versions[i].OverrideCheckIDs = nil
		}
		e.each[check.ID] = evaluator([]policy.Check{check})
	}
	return e
})

func evaluator(checks []policy.Check) policy.Evaluator {
	e, err := policy.NewEvaluator(checks, nil)
	if err != nil {
		panic("cluster: the checks of Pod Security do not fit together: " + err.Error())
	}
	return e
}

// fields tells for each check which field of the Pod mends it, or of its one
// container that is wrong where the field starts with "containers[].".
var fields = map[policy.CheckID]string{
	"allowPrivilegeEscalation":   "containers[].securityContext.allowPrivilegeEscalation",
	"appArmorProfile":            "securityContext.appArmorProfile",
	"capabilities_baseline":      "containers[].securityContext.capabilities",
	"capabilities_restricted":    "containers[].securityContext.capabilities",
	"hostNamespaces":             "",
	"hostPathVolumes":            "volumes",
	"hostPorts":                  "containers[].ports",
	"hostProbesAndHostLifecycle": "containers[]",
	"privileged":                 "containers[].securityContext.privileged",
	"procMount":                  "containers[].securityContext.procMount",
	"procMount_restricted":       "containers[].securityContext.procMount",
	"restrictedVolumes":          "volumes",
	"runAsNonRoot":               "securityContext.runAsNonRoot",
	"runAsUser":                  "securityContext.runAsUser",
	"seLinuxOptions":             "securityContext.seLinuxOptions",
	"seccompProfile_baseline":    "securityContext.seccompProfile",
	"seccompProfile_restricted":  "securityContext.seccompProfile",
	"sysctls":                    "securityContext.sysctls",
	"windowsHostProcess":         "securityContext.windowsOptions",
}

// check returns what Pod Security of a minor refuses of the Pods of an object.
func (g *guard) check(schema *validate.Schema, o *object, minor string) []Finding {
	path, template := podTemplate(o)
	if template == nil {
		return nil
	}
	lv := api.LevelVersion{Level: g.level, Version: version(minor)}
	var all []Finding
	for _, result := range evaluators().all.EvaluatePod(lv, &template.ObjectMeta, &template.Spec) {
		if result.Allowed {
			continue
		}
		at, _ := schema.Locate(o.tree(), strings.TrimSuffix(path+"."+fieldOf(lv, result, template), "."))
		message := fmt.Sprintf("Pod Security %q refuses the Pods: %s", g.level, result.ForbiddenReason)
		if result.ForbiddenDetail != "" {
			message += ": " + oneLine(result.ForbiddenDetail)
		}
		all = append(all, Finding{Finding: at.Finding(validate.Forbidden, message), Check: Security})
	}
	return all
}

// fieldOf finds the field that mends a result, by the check that it comes from.
func fieldOf(lv api.LevelVersion, result policy.CheckResult, template *corev1.PodTemplateSpec) string {
	for _, id := range policyIDs() {
		one := evaluators().each[id]
		alone := one.EvaluatePod(lv, &template.ObjectMeta, &template.Spec)
		if len(alone) != 1 || alone[0] != result {
			continue
		}
		inside, ofContainer := strings.CutPrefix(fields[id], "containers[]")
		if !ofContainer {
			return fields[id]
		}
		if list, i := onlyWrong(one, lv, template); list != "" {
			return fmt.Sprintf("%s[%d]%s", list, i, inside)
		}
		return ""
	}
	return ""
}

// policyIDs lists the checks in their own order.
func policyIDs() []policy.CheckID {
	var ids []policy.CheckID
	for _, check := range policy.DefaultChecks() {
		ids = append(ids, check.ID)
	}
	return ids
}

// onlyWrong returns the container that alone makes a check fail; "" if it is not
// just one.
func onlyWrong(one policy.Evaluator, lv api.LevelVersion, template *corev1.PodTemplateSpec) (list string, index int) {
	wrong := 0
	try := func(name string, containers []corev1.Container) {
		for i := range containers {
			alone := template.Spec
			alone.InitContainers, alone.EphemeralContainers, alone.Containers = nil, nil, containers[i:i+1]
			if r := policy.AggregateCheckResults(one.EvaluatePod(lv, &template.ObjectMeta, &alone)); !r.Allowed {
				wrong, list, index = wrong+1, name, i
			}
		}
	}
	try("initContainers", template.Spec.InitContainers)
	try("containers", template.Spec.Containers)
	if wrong != 1 {
		return "", 0
	}
	return list, index
}

func version(minor string) api.Version {
	_, text, _ := strings.Cut(minor, ".")
	n, _ := strconv.Atoi(text)
	return api.MajorMinorVersion(1, n)
}

// podTemplate returns the Pod's template of an object, without what cannot be read
// of it, and the path of its spec; nil if it has none.
func podTemplate(o *object) (string, *corev1.PodTemplateSpec) {
	var template *corev1.PodTemplateSpec
	kind := o.value.Get("kind")
	path, err := "", error(nil)
	read := func(text []byte) {
		switch kind {
		case "Job":
			job := batchv1.Job{}
			err = json.Unmarshal(text, &job)
			path, template = "spec.template.spec", &job.Spec.Template
		case "CronJob":
			cron := batchv1.CronJob{}
			err = json.Unmarshal(text, &cron)
			path, template = "spec.jobTemplate.spec.template.spec", &cron.Spec.JobTemplate.Spec.Template
		}
	}
	if read(o.json()); err != nil {
		read(apiserver.Readable(o.json()))
	}
	if err != nil {
		return "", nil
	}
	return path, template
}
