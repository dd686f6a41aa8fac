package apiserver

import (
	"crypto/tls"
	"fmt"
	"reflect"
	"strconv"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/api/job"
	claims "k8s.io/kubernetes/pkg/api/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/networking"
	"k8s.io/kubernetes/pkg/features"
)

// madeUp stands for the UID that the server gives an object.
const madeUp = "00000000-0000-4000-8000-000000000000"

// generated stands for the five characters that the server appends to a
// generateName, of which it keeps at most generatedPrefix.
const (
	generated       = "xxxxx"
	generatedPrefix = utilvalidation.DNS1123LabelMaxLength - len(generated)
)

// admit does what the server does to every object before its strategy sees it.
func (s *Server) admit(k *kind, versioned runtime.Object) (internal runtime.Object, fault *Fault) {
	defer func() {
		if recover() != nil {
			internal, fault = nil, &Fault{Type: field.ErrorTypeInternal}
		}
	}()
	scheme().Default(versioned)
	internal, err := scheme().ConvertToVersion(versioned, schema.GroupVersion{Group: k.version.Group, Version: runtime.APIVersionInternal})
	if err != nil {
		return nil, &Fault{Type: field.ErrorTypeTypeInvalid, Detail: k.unless(err.Error())}
	}
	m, err := meta.Accessor(internal)
	if err != nil {
		return nil, &Fault{Type: field.ErrorTypeInternal}
	}
	// The storage refuses it, and reads any number but 0 as a version.
	if n, err := strconv.ParseUint(m.GetResourceVersion(), 10, 64); err == nil && n != 0 {
		return nil, &Fault{Field: "metadata.resourceVersion", Type: field.ErrorTypeForbidden, Detail: "resourceVersion should not be set on objects to be created"}
	}
	m.SetUID(madeUp)
	m.SetCreationTimestamp(metav1.Unix(0, 0))
	m.SetDeletionTimestamp(nil)
	m.SetDeletionGracePeriodSeconds(nil)
	m.SetSelfLink("")
	m.SetManagedFields(nil) // the server writes its own
	switch {
	case k.global:
		m.SetNamespace("")
	case m.GetNamespace() == "":
		m.SetNamespace("default")
	}
	if m.GetName() == "" && m.GetGenerateName() != "" {
		m.SetName(generatedName(m.GetGenerateName()))
	}
	return internal, nil
}

func generatedName(prefix string) string {
	return prefix[:min(len(prefix), generatedPrefix)] + generated
}

// unless returns the text, or nothing when it may tell a secret.
func (k *kind) unless(text string) string {
	if k.secret {
		return ""
	}
	return text
}

// omitted is what the server has for a value that is too long.
const omitted = "<value omitted>"

// brief writes a value for a message, "" when it is too long to be of use.
func brief(value any) string {
	v := reflect.ValueOf(value)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
	default:
		return ""
	}
	text := fmt.Sprint(v.Interface())
	if len(text) > 100 || text == omitted {
		return ""
	}
	return text
}

func prepareJob(o runtime.Object) {
	j := o.(*batch.Job)
	if j.Spec.ManualSelector == nil || !*j.Spec.ManualSelector {
		generateSelector(j)
	}
	j.Status = batch.JobStatus{}
	j.Generation = 1
	if !utilfeature.DefaultFeatureGate.Enabled(features.JobManagedBy) {
		j.Spec.ManagedBy = nil
	}
	job.DropDisabledFields(&j.Spec, nil)
	pod.DropDisabledTemplateFields(&j.Spec.Template, nil)
}

// generateSelector gives the Job the labels and the selector that tie its Pods to
// it, except where the user wrote some.
func generateSelector(j *batch.Job) {
	labels := &j.Spec.Template.Labels
	for _, key := range []string{batch.LegacyJobNameLabel, batch.JobNameLabel} {
		setMissing(labels, key, j.Name)
	}
	for _, key := range []string{batch.LegacyControllerUidLabel, batch.ControllerUidLabel} {
		setMissing(labels, key, string(j.UID))
	}
	if j.Spec.Selector == nil {
		j.Spec.Selector = &metav1.LabelSelector{}
	}
	setMissing(&j.Spec.Selector.MatchLabels, batch.ControllerUidLabel, string(j.UID))
}

func setMissing(m *map[string]string, key, value string) {
	if *m == nil {
		*m = map[string]string{}
	}
	if _, there := (*m)[key]; !there {
		(*m)[key] = value
	}
}

func prepareCronJob(o runtime.Object) {
	c := o.(*batch.CronJob)
	c.Status = batch.CronJobStatus{}
	c.Generation = 1
	job.DropDisabledFields(&c.Spec.JobTemplate.Spec, nil)
	pod.DropDisabledTemplateFields(&c.Spec.JobTemplate.Spec.Template, nil)
}

func preparePod(o runtime.Object) {
	p := o.(*core.Pod)
	p.Generation = 1
	p.Status = core.PodStatus{Phase: core.PodPending}
	pod.DropDisabledPodFields(p, nil)
	pod.DefaultPodLevelResources(p)
}

func prepareNamespace(o runtime.Object) {
	n := o.(*core.Namespace)
	n.Status = core.NamespaceStatus{Phase: core.NamespaceActive}
	n.Spec.Finalizers = append(n.Spec.Finalizers, core.FinalizerKubernetes)
}

func prepareClaim(o runtime.Object) {
	c := o.(*core.PersistentVolumeClaim)
	c.Status = core.PersistentVolumeClaimStatus{}
	claims.DropDisabledFields(&c.Spec, nil)
	claims.EnforceDataSourceBackwardsCompatibility(&c.Spec, nil)
	claims.NormalizeDataSources(&c.Spec)
}

func prepareNetworkPolicy(o runtime.Object) {
	o.(*networking.NetworkPolicy).Generation = 1
}

func prepareServiceAccount(o runtime.Object) {
	a := o.(*core.ServiceAccount)
	for i, s := range a.Secrets {
		a.Secrets[i] = core.ObjectReference{Name: s.Name}
	}
}

func nameWarning(name string) []string {
	if utilvalidation.IsDNS1123Label(name) == nil {
		return nil
	}
	return []string{"metadata.name: this is used in Pod names and hostnames, a DNS label is recommended"}
}

func secretWarnings(o runtime.Object) []string {
	s := o.(*core.Secret)
	if s.Type != core.SecretTypeTLS {
		return nil
	}
	if _, err := tls.X509KeyPair(s.Data[core.TLSCertKey], s.Data[core.TLSPrivateKeyKey]); err != nil {
		// The error is not told: it may quote the contents.
		return []string{"data: the certificate and the private key are not a pair that can be read"}
	}
	return nil
}

// enforceMountable is deprecated since 1.32.
const enforceMountable = "kubernetes.io/enforce-mountable-secrets"

func serviceAccountWarnings(o runtime.Object) []string {
	if _, there := o.(*core.ServiceAccount).Annotations[enforceMountable]; !there {
		return nil
	}
	return []string{"metadata.annotations[" + enforceMountable + "]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"}
}

func networkPolicyWarnings(o runtime.Object) []string {
	var warnings []string
	peers := func(at *field.Path, list []networking.NetworkPolicyPeer) {
		for i, peer := range list {
			if peer.IPBlock == nil {
				continue
			}
			at := at.Index(i).Child("ipBlock")
			warnings = append(warnings, utilvalidation.GetWarningsForCIDR(at.Child("cidr"), peer.IPBlock.CIDR)...)
			for k, except := range peer.IPBlock.Except {
				warnings = append(warnings, utilvalidation.GetWarningsForCIDR(at.Child("except").Index(k), except)...)
			}
		}
	}
	spec, at := o.(*networking.NetworkPolicy).Spec, field.NewPath("spec")
	for i, rule := range spec.Ingress {
		peers(at.Child("ingress").Index(i).Child("from"), rule.From)
	}
	for i, rule := range spec.Egress {
		peers(at.Child("egress").Index(i).Child("to"), rule.To)
	}
	return warnings
}
