package apiserver

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metarules "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchrules "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	corerules "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	networkrules "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/rbac"
	rbacrules "k8s.io/kubernetes/pkg/apis/rbac/validation"
	"k8s.io/kubernetes/pkg/features"
)

// State is what a Job is doing when it is changed, on which it depends what may change.
// Other kinds have none.
type State int

// The states of a Job.
const (
	Running    State = iota
	Finished         // complete
	Suspended        // after it had started
	NotStarted       // suspended since it was created
)

// set gives a Job the state, as its controller leaves it.
func (s State) set(j *batch.Job) {
	suspended := s == Suspended || s == NotStarted
	j.Spec.Suspend = &suspended
	start := metav1.Unix(0, 0)
	switch s {
	case Running:
		j.Status = batch.JobStatus{StartTime: &start, Active: 1}
	case Finished:
		j.Status = batch.JobStatus{StartTime: &start, Conditions: []batch.JobCondition{{Type: batch.JobComplete, Status: core.ConditionTrue}}}
	case Suspended:
		j.Status = batch.JobStatus{StartTime: &start, Conditions: []batch.JobCondition{{Type: batch.JobSuspended, Status: core.ConditionTrue}}}
	case NotStarted:
		j.Status = batch.JobStatus{}
	}
}

// updates are the rules of each kind's strategy for an object that changes. A claim is
// taken to have its volume.
var updates = map[string]func(now, before runtime.Object) field.ErrorList{
	"ClusterRole": func(now, before runtime.Object) field.ErrorList {
		return rbacrules.ValidateClusterRoleUpdate(now.(*rbac.ClusterRole), before.(*rbac.ClusterRole), rbacrules.ClusterRoleValidationOptions{})
	},
	"ClusterRoleBinding": func(now, before runtime.Object) field.ErrorList {
		return rbacrules.ValidateClusterRoleBindingUpdate(now.(*rbac.ClusterRoleBinding), before.(*rbac.ClusterRoleBinding))
	},
	"ConfigMap": func(now, before runtime.Object) field.ErrorList {
		return corerules.ValidateConfigMapUpdate(now.(*core.ConfigMap), before.(*core.ConfigMap))
	},
	"CronJob": func(now, before runtime.Object) field.ErrorList {
		c, old := now.(*batch.CronJob), before.(*batch.CronJob)
		return batchrules.ValidateCronJobUpdate(c, old,
			pod.GetValidationOptionsFromPodTemplate(&c.Spec.JobTemplate.Spec.Template, &old.Spec.JobTemplate.Spec.Template))
	},
	"Job": func(now, before runtime.Object) field.ErrorList {
		j, old := now.(*batch.Job), before.(*batch.Job)
		return batchrules.ValidateJobUpdate(j, old, jobOptions(j, old))
	},
	"Namespace": func(now, before runtime.Object) field.ErrorList {
		return corerules.ValidateNamespaceUpdate(now.(*core.Namespace), before.(*core.Namespace))
	},
	"NetworkPolicy": func(now, before runtime.Object) field.ErrorList {
		p, old := now.(*networking.NetworkPolicy), before.(*networking.NetworkPolicy)
		return networkrules.ValidateNetworkPolicyUpdate(p, old, networkrules.ValidationOptionsForNetworking(p, old))
	},
	"PersistentVolumeClaim": func(now, before runtime.Object) field.ErrorList {
		c, old := now.(*core.PersistentVolumeClaim), before.(*core.PersistentVolumeClaim)
		c.Status.Phase, old.Status.Phase = core.ClaimBound, core.ClaimBound
		return corerules.ValidatePersistentVolumeClaimUpdate(c, old, corerules.ValidationOptionsForPersistentVolumeClaim(c, old))
	},
	"Role": func(now, before runtime.Object) field.ErrorList {
		return rbacrules.ValidateRoleUpdate(now.(*rbac.Role), before.(*rbac.Role))
	},
	"RoleBinding": func(now, before runtime.Object) field.ErrorList {
		return rbacrules.ValidateRoleBindingUpdate(now.(*rbac.RoleBinding), before.(*rbac.RoleBinding))
	},
	"Secret": func(now, before runtime.Object) field.ErrorList {
		return corerules.ValidateSecretUpdate(now.(*core.Secret), before.(*core.Secret))
	},
	"ServiceAccount": func(now, before runtime.Object) field.ErrorList {
		return corerules.ValidateServiceAccountUpdate(now.(*core.ServiceAccount), before.(*core.ServiceAccount))
	},
}

// jobOptions are those of the strategy of Jobs (pkg/registry/batch/job), which the
// state of the Job decides.
func jobOptions(j, old *batch.Job) batchrules.JobValidationOptions {
	_, hasName := old.Spec.Template.Labels[batch.JobNameLabel]
	_, hasUID := old.Spec.Template.Labels[batch.ControllerUidLabel]
	suspended := old.Spec.Suspend != nil && *old.Spec.Suspend
	neverStarted := old.Status.StartTime == nil
	mutable := suspended && old.Status.Active == 0 && (neverStarted || batchrules.IsConditionTrue(old.Status.Conditions, batch.JobSuspended))
	opts := batchrules.JobValidationOptions{
		PodValidationOptions:             pod.GetValidationOptionsFromPodTemplate(&j.Spec.Template, &old.Spec.Template),
		AllowMutableSchedulingDirectives: suspended && neverStarted,
		RequirePrefixedLabels:            hasName && hasUID,
	}
	opts.AllowInvalidLabelValueInSelector = opts.AllowInvalidLabelValueInSelector || metarules.LabelSelectorHasInvalidLabelValue(old.Spec.Selector)
	if utilfeature.DefaultFeatureGate.Enabled(features.MutablePodResourcesForSuspendedJobs) {
		opts.AllowMutablePodResources = mutable
	}
	if utilfeature.DefaultFeatureGate.Enabled(features.MutableSchedulingDirectivesForSuspendedJobs) {
		opts.AllowMutableSchedulingDirectives = mutable
	}
	return opts
}

// Update returns what the server refuses of the change of an object into another one
// of its name, both given as JSON and such that Create finds no fault with them; nil
// too for kinds that there are no rules for. A Job is in the state when it is changed.
func (s *Server) Update(before, now []byte, state State) []Fault {
	kind, old := s.stored(before)
	other, object := s.stored(now)
	if kind == nil || other != kind || updates[kind.name] == nil {
		return nil
	}
	if j, isJob := old.(*batch.Job); isJob {
		state.set(j)
	}
	faults, _ := guarded(func() []Fault { return kind.faults(updates[kind.name](object, old)) })
	return faults
}

// stored returns an object as the server keeps it, nil if it cannot be read.
func (s *Server) stored(object []byte) (*kind, runtime.Object) {
	kind, versioned, _ := read(object)
	if versioned == nil {
		return nil, nil
	}
	internal, fault := s.admit(kind, versioned)
	if fault != nil {
		return nil, nil
	}
	if kind.prepare != nil {
		if _, ok := guarded(func() []Fault { kind.prepare(internal); return nil }); !ok {
			return nil, nil
		}
	}
	s.removeUnknownToMinor(internal)
	m, err := meta.Accessor(internal)
	if err != nil {
		return nil, nil
	}
	m.SetResourceVersion("1") // an update without one is refused
	return kind, internal
}
