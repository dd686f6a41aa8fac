package apiserver

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// gatedValues are the values that a server allows under a feature gate alone: the server
// does not say so, and of a toleration lists the value among those that it supports.
var gatedValues = []struct {
	typ            field.ErrorType
	at             *lazyregexp.Regexp
	values         []string // nil: all
	feature, since string   // the first minor that has the feature by default, "" if none has
}{
	{field.ErrorTypeNotSupported, lazyregexp.New(`\.tolerations\[\d+\]\.operator$`), []string{"Gt", "Lt"}, "TaintTolerationComparisonOperators", ""},
	{field.ErrorTypeNotSupported, lazyregexp.New(`\.restartPolicyRules\[\d+\]\.action$`), []string{"RestartAllContainers"}, "RestartAllContainersOnContainerExits", "1.36"},
	{field.ErrorTypeForbidden, lazyregexp.New(`\.initContainers\[\d+\]\.restartPolicyRules$`), nil, "RestartAllContainersOnContainerExits", "1.36"},
	{field.ErrorTypeNotSupported, lazyregexp.New(`\.initContainers\[\d+\]\.restartPolicy$`), []string{"OnFailure", "Never"}, "ContainerRestartRules", "1.35"},
	{field.ErrorTypeForbidden, lazyregexp.New(`\.containers\[\d+\]\.restartPolicy$`), nil, "ContainerRestartRules", "1.35"},
	{field.ErrorTypeNotSupported, lazyregexp.New(`\.securityContext\.seLinuxChangePolicy$`), []string{"MountOption"}, "SELinuxMount", "1.37"},
	{field.ErrorTypeForbidden, lazyregexp.New(`\bspec\.hostNetwork$`), nil, "UserNamespacesHostNetworkSupport", ""},
	{field.ErrorTypeInvalid, lazyregexp.New(`\.env\[\d+\]\.name$|\.envFrom\[\d+\]\.prefix$`), nil, "RelaxedEnvironmentVariableValidation", "1.32"},
}

// gated names the features that would allow what the faults are about.
func (s *Server) gated(faults []Fault) []Fault {
	for i := range faults {
		f := &faults[i]
		for _, g := range gatedValues {
			switch {
			case g.typ != f.Type || !g.at.MatchString(f.Field) || g.values != nil && !slices.Contains(g.values, f.Value):
			case g.since != "" && !s.before(g.since):
			case f.Type == field.ErrorTypeInvalid && len(utilvalidation.IsRelaxedEnvVarName(f.Value)) > 0: // no minor allows it
			default:
				f.Feature, f.Since = g.feature, g.since
			}
		}
	}
	return faults
}

// withoutCopies leaves out the faults of labels that a Job without any gets from its Pods.
func withoutCopies(faults []Fault, labels map[string]string) []Fault {
	if len(labels) > 0 {
		return faults
	}
	return slices.DeleteFunc(slices.Clone(faults), func(f Fault) bool {
		ofPods := f
		ofPods.Field = "spec.template.labels"
		return f.Field == "metadata.labels" && slices.Contains(faults, ofPods)
	})
}

func labelsOf(o runtime.Object) map[string]string {
	if m, err := meta.Accessor(o); err == nil {
		return m.GetLabels()
	}
	return nil
}
