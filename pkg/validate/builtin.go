package validate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/suggest"
)

// builtin is one of the groups that the API server serves itself.
type builtin struct{ versions, kinds string }

// builtins holds the groups of Kubernetes, "" for its core, with their versions but for
// alpha ones, and the kinds in any of them: what k8s.io/api, k8s.io/apiextensions-apiserver
// and k8s.io/kube-aggregator register. Nobody else can add a kind to them; Config is that of kubectl's own files.
var builtins = map[string]builtin{
	"": {"v1", "Binding ComponentStatus Config ConfigMap Endpoints Event LimitRange List Namespace Node PersistentVolume PersistentVolumeClaim Pod " +
		"PodTemplate RangeAllocation ReplicationController ResourceQuota Secret SerializedReference Service ServiceAccount Status"},
	"admission.k8s.io": {"v1 v1beta1", "AdmissionReview"},
	"admissionregistration.k8s.io": {"v1 v1beta1", "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration " +
		"ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration"},
	"apiextensions.k8s.io":         {"v1", "CustomResourceDefinition"},
	"apiregistration.k8s.io":       {"v1", "APIService"},
	"apps":                         {"v1", "ControllerRevision DaemonSet Deployment ReplicaSet Scale StatefulSet"},
	"authentication.k8s.io":        {"v1 v1beta1", "SelfSubjectReview TokenRequest TokenReview"},
	"authorization.k8s.io":         {"v1", "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview"},
	"autoscaling":                  {"v1 v2", "HorizontalPodAutoscaler Scale"},
	"batch":                        {"v1", "CronJob Job"},
	"certificates.k8s.io":          {"v1 v1beta1", "CertificateSigningRequest ClusterTrustBundle PodCertificateRequest"},
	"coordination.k8s.io":          {"v1 v1beta1", "Lease LeaseCandidate"},
	"discovery.k8s.io":             {"v1", "EndpointSlice"},
	"events.k8s.io":                {"v1", "Event"},
	"extensions":                   {},
	"flowcontrol.apiserver.k8s.io": {"v1 v1beta3", "FlowSchema PriorityLevelConfiguration"},
	"networking.k8s.io":            {"v1 v1beta1", "IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR"},
	"node.k8s.io":                  {"v1", "RuntimeClass"},
	"policy":                       {"v1", "Eviction PodDisruptionBudget"},
	"rbac.authorization.k8s.io":    {"v1", "ClusterRole ClusterRoleBinding Role RoleBinding"},
	"resource.k8s.io":              {"v1 v1beta1 v1beta2", "DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourcePoolStatusRequest ResourceSlice"},
	"scheduling.k8s.io":            {"v1 v1beta1", "CompositePodGroup PodGroup PriorityClass Workload"},
	"storage.k8s.io":               {"v1 v1beta1", "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass"},
	"storagemigration.k8s.io":      {"v1 v1beta1", "StorageVersionMigration"},
}

// removedVersions are versions that Kubernetes had of the kinds in groupVersions, with the
// minor that removed them (the deprecation guide). Their fields are those of today.
var removedVersions = map[string]string{
	"CronJob batch/v1beta1": "1.25", "CronJob batch/v2alpha1": "1.21",
	"ClusterRole rbac.authorization.k8s.io/v1beta1": "1.22", "ClusterRoleBinding rbac.authorization.k8s.io/v1beta1": "1.22",
	"Role rbac.authorization.k8s.io/v1beta1": "1.22", "RoleBinding rbac.authorization.k8s.io/v1beta1": "1.22",
	"NetworkPolicy extensions/v1beta1": "1.16",
}

// Removed returns the minor that removed a version of a kind that jobgen emits, "" for
// none, and the apiVersion that the kind has now. Its fields are the same there.
func Removed(apiVersion, kind string) (minor, now string) {
	if minor = removedVersions[kind+" "+apiVersion]; minor == "" {
		return "", ""
	}
	return minor, groupVersions[kind].String()
}

// NoSuchKind returns what is wrong with an apiVersion and kind that no API server knows of
// the minors that jobgen knows. It is false for those that exist, and for those that others
// may have added.
func NoSuchKind(apiVersion, kind string) (Finding, bool) {
	if minor, now := Removed(apiVersion, kind); minor != "" {
		f := newFinding(path{field("apiVersion")}, UnknownKind, fmt.Sprintf("Kubernetes %s removed %s %s", minor, apiVersion, kind))
		f.Known = []string{now}
		return f, true
	}
	group, version, found := strings.Cut(apiVersion, "/")
	if !found {
		group, version = "", apiVersion
	}
	known, isBuiltin := builtins[group]
	if !isBuiltin || strings.Contains(version, "alpha") || apiVersion == "" || kind == "" {
		return Finding{}, false
	}
	kinds := strings.Fields(known.kinds)
	hasKind := slices.Contains(kinds, kind) || strings.HasSuffix(kind, "List") && slices.Contains(kinds, strings.TrimSuffix(kind, "List"))
	if hasKind && slices.Contains(strings.Fields(known.versions), version) {
		return Finding{}, false
	}
	at, meant := "apiVersion", homes(kind)
	if near := suggest.Nearest(kind, kinds); !hasKind && meant == nil && near != "" {
		at, meant = "kind", []string{near}
	}
	f := newFinding(path{field(at)}, UnknownKind, fmt.Sprintf("Kubernetes has no kind %s in %s", kind, apiVersion))
	f.Known = meant
	return f, true
}

// homes returns the apiVersions that have a kind, stable ones first.
func homes(kind string) (all []string) {
	for _, group := range slices.Sorted(maps.Keys(builtins)) {
		if b := builtins[group]; slices.Contains(strings.Fields(b.kinds), kind) {
			version := strings.Fields(b.versions)[0]
			all = append(all, strings.TrimPrefix(group+"/"+version, "/"))
		}
	}
	return all
}
