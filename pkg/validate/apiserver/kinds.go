package apiserver

import (
	"context"

	"k8s.io/apimachinery/pkg/api/validate"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/features"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/api/job"
	claims "k8s.io/kubernetes/pkg/api/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchrules "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	corerules "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	networkrules "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/rbac"
	rbacrules "k8s.io/kubernetes/pkg/apis/rbac/validation"
	kubefeatures "k8s.io/kubernetes/pkg/features"
	podsecurity "k8s.io/pod-security-admission/api"
)

// kind is what the server's strategy for one kind does on creation, written down
// again: the packages under pkg/registry would bring the storage with them.
type kind struct {
	name     string
	version  schema.GroupVersion
	global   bool // has no namespace
	secret   bool // its values must not be shown
	prepare  func(runtime.Object)
	validate func(runtime.Object) field.ErrorList
	warn     func(runtime.Object) []string
}

var (
	batchV1      = schema.GroupVersion{Group: "batch", Version: "v1"}
	coreV1       = schema.GroupVersion{Version: "v1"}
	networkingV1 = schema.GroupVersion{Group: "networking.k8s.io", Version: "v1"}
	rbacV1       = schema.GroupVersion{Group: "rbac.authorization.k8s.io", Version: "v1"}
)

// kinds are those that jobgen emits, and Pods, which their controllers make.
var kinds = table(
	kind{name: "ClusterRole", version: rbacV1, global: true, validate: func(o runtime.Object) field.ErrorList {
		return rbacrules.ValidateClusterRole(o.(*rbac.ClusterRole), rbacrules.ClusterRoleValidationOptions{})
	}},
	kind{name: "ClusterRoleBinding", version: rbacV1, global: true, validate: func(o runtime.Object) field.ErrorList {
		return rbacrules.ValidateClusterRoleBinding(o.(*rbac.ClusterRoleBinding))
	}},
	kind{name: "ConfigMap", version: coreV1, validate: func(o runtime.Object) field.ErrorList {
		return corerules.ValidateConfigMap(o.(*core.ConfigMap))
	}},
	kind{name: "CronJob", version: batchV1, prepare: prepareCronJob, warn: cronJobWarnings, validate: func(o runtime.Object) field.ErrorList {
		c := o.(*batch.CronJob)
		return batchrules.ValidateCronJobCreate(c, pod.GetValidationOptionsFromPodTemplate(&c.Spec.JobTemplate.Spec.Template, nil))
	}},
	kind{name: "Job", version: batchV1, prepare: prepareJob, warn: jobWarnings, validate: func(o runtime.Object) field.ErrorList {
		j := o.(*batch.Job)
		return batchrules.ValidateJobCreate(j, batchrules.JobValidationOptions{
			PodValidationOptions:  pod.GetValidationOptionsFromPodTemplate(&j.Spec.Template, nil),
			RequirePrefixedLabels: true,
		})
	}},
	kind{name: "Namespace", version: coreV1, global: true, prepare: prepareNamespace, validate: func(o runtime.Object) field.ErrorList {
		n := o.(*core.Namespace)
		// The admission of Pod Security, which is on by default, reads its labels.
		_, unread := podsecurity.PolicyToEvaluate(n.Labels, podsecurity.Policy{})
		return append(corerules.ValidateNamespace(n), unread...)
	}},
	kind{name: "NetworkPolicy", version: networkingV1, prepare: prepareNetworkPolicy, warn: networkPolicyWarnings, validate: func(o runtime.Object) field.ErrorList {
		p := o.(*networking.NetworkPolicy)
		return networkrules.ValidateNetworkPolicy(p, networkrules.ValidationOptionsForNetworking(p, nil))
	}},
	kind{name: "PersistentVolumeClaim", version: coreV1, prepare: prepareClaim, validate: func(o runtime.Object) field.ErrorList {
		c := o.(*core.PersistentVolumeClaim)
		return corerules.ValidatePersistentVolumeClaim(c, corerules.ValidationOptionsForPersistentVolumeClaim(c, nil))
	}, warn: func(o runtime.Object) []string {
		return claims.GetWarningsForPersistentVolumeClaim(o.(*core.PersistentVolumeClaim))
	}},
	kind{name: "Pod", version: coreV1, prepare: preparePod, validate: func(o runtime.Object) field.ErrorList {
		p := o.(*core.Pod)
		opts := pod.GetValidationOptionsFromPodSpecAndMeta(&p.Spec, nil, &p.ObjectMeta, nil)
		opts.ResourceIsPod = true
		return corerules.ValidatePodCreate(p, opts)
	}},
	kind{name: "Role", version: rbacV1, validate: func(o runtime.Object) field.ErrorList {
		return rbacrules.ValidateRole(o.(*rbac.Role))
	}},
	kind{name: "RoleBinding", version: rbacV1, validate: func(o runtime.Object) field.ErrorList {
		return rbacrules.ValidateRoleBinding(o.(*rbac.RoleBinding))
	}},
	kind{name: "Secret", version: coreV1, secret: true, warn: secretWarnings, validate: func(o runtime.Object) field.ErrorList {
		return corerules.ValidateSecret(o.(*core.Secret))
	}},
	kind{name: "ServiceAccount", version: coreV1, prepare: prepareServiceAccount, warn: serviceAccountWarnings, validate: func(o runtime.Object) field.ErrorList {
		return corerules.ValidateServiceAccount(o.(*core.ServiceAccount))
	}},
)

func table(rows ...kind) map[string]*kind {
	m := make(map[string]*kind, len(rows))
	for i := range rows {
		m[rows[i].name] = &rows[i]
	}
	return m
}

// validate prepares an object as the kind's strategy does and returns what the
// server refuses of it, by the rules written by hand and those generated from
// the types. The object as it was written is needed for what is dropped.
func (s *Server) validate(k *kind, written, internal runtime.Object) []Fault {
	if k.prepare != nil {
		k.prepare(internal)
	}
	s.removeUnknownToMinor(internal)
	byHand := k.validate(internal).MarkFromImperative()
	versioned, err := scheme().ConvertToVersion(internal, k.version)
	if err != nil {
		return []Fault{{Type: field.ErrorTypeInternal, Detail: err.Error()}}
	}
	ctx := context.Background()
	options := map[string]bool{string(kubefeatures.WorkloadWithJob): utilfeature.DefaultFeatureGate.Enabled(kubefeatures.WorkloadWithJob)}
	beta := utilfeature.DefaultFeatureGate.Enabled(features.DeclarativeValidationBeta)
	declared := validate.FilterEnforcedDeclarativeErrors(ctx, scheme().Validate(ctx, options, versioned), beta)
	all := append(validate.FilterCoveredHandwrittenErrors(ctx, byHand, declared, beta), declared...)
	return s.gated(s.asOfMinor(k, written, internal, k.faults(all)))
}

// faults turns the server's errors into faults.
func (k *kind) faults(errs field.ErrorList) []Fault {
	var faults []Fault
	for _, err := range errs {
		f := Fault{Field: err.Field, Type: err.Type, Detail: err.Detail}
		if !k.secret {
			f.Value = brief(err.BadValue)
		} else if err.Type == field.ErrorTypeInvalid && err.BadValue == "<secret contents redacted>" {
			// The detail tells a character of the contents.
			f.Detail = "it must be a JSON object"
		}
		faults = append(faults, f)
	}
	return faults
}

func (k *kind) warnings(internal runtime.Object) (warnings []string) {
	if k.warn == nil {
		return nil
	}
	defer func() {
		if recover() != nil { // a warning that cannot be made is none
			warnings = nil
		}
	}()
	return k.warn(internal)
}

func jobWarnings(o runtime.Object) []string {
	j := o.(*batch.Job)
	return append(nameWarning(j.Name), job.WarningsForJobSpec(context.Background(), field.NewPath("spec"), &j.Spec, nil)...)
}

func cronJobWarnings(o runtime.Object) []string {
	c := o.(*batch.CronJob)
	at := field.NewPath("spec", "jobTemplate", "spec")
	return append(nameWarning(c.Name), job.WarningsForJobSpec(context.Background(), at, &c.Spec.JobTemplate.Spec, nil)...)
}
