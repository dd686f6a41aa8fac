package lint

import (
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// level is where the reader of a label or annotation looks for it.
type level int

const (
	onObject    level = iota // the object that is applied
	onJob                    // the Job, which of a CronJob is its jobTemplate
	onPod                    // the pods
	onNode                   // nodes: a pod selects them
	onAccount                // the ServiceAccount
	onNamespace              // the Namespace
	onNothing                // nothing reads it any more
)

// Which of the two maps a key belongs to.
const (
	label = 1 << iota
	annotation
)

// placedKey is a label or annotation that something outside Kubernetes reads.
type placedKey struct {
	key   string // with a slash at the end: all keys that begin so
	in    int    // label, annotation or both
	level level
	by    string                                       // who reads it, or of onNothing what to write
	value func(o *object, text string) (wanted string) // what to write in place of a value that is not valid; may be nil
}

// placedKeys are sorted by what reads them. Of several rows that fit, the first counts. A
// comment names the source of the rows below it, up to the next comment or empty line;
// what has none follows the documentation of what reads it.
var placedKeys = []placedKey{
	// github.com/kubernetes/autoscaler, cluster-autoscaler/utils/drain/drain.go; on-completion is of 1.36.
	{"cluster-autoscaler.kubernetes.io/safe-to-evict", annotation, onPod, "the cluster autoscaler", oneOf("true", "false", "on-completion")},
	{"cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes", annotation, onPod, "the cluster autoscaler", nil},
	// sigs.k8s.io/karpenter v1.8.0, pkg/apis/v1/labels.go and pkg/utils/pod/scheduling.go.
	{"karpenter.sh/do-not-disrupt", annotation, onPod, "Karpenter", notOneOf("yes", "no", "1", "0", "on", "off", "enabled", "")},
	{"karpenter.sh/do-not-evict", annotation, onNothing, "Karpenter reads karpenter.sh/do-not-disrupt since 0.32", nil},
	{"karpenter.sh/do-not-consolidate", annotation, onNothing, "Karpenter reads karpenter.sh/do-not-disrupt since 0.32", nil},
	// sigs.k8s.io/descheduler v0.36.0, pkg/descheduler/evictions.
	{"descheduler.alpha.kubernetes.io/", annotation, onPod, "the descheduler", nil},

	// istio.io/api v1.32.0, annotation/annotations.gen.go and label/labels.gen.go, which name the resources.
	{"sidecar.istio.io/inject", label | annotation, onPod, "Istio", oneOf("true", "false")},
	{"sidecar.istio.io/", annotation, onPod, "Istio", nil},
	{"proxy.istio.io/", annotation, onPod, "Istio", nil},
	{"traffic.sidecar.istio.io/", annotation, onPod, "Istio", nil},
	{"inject.istio.io/", annotation, onPod, "Istio", nil},
	{"istio.io/rev", label, onPod, "Istio", nil},
	{"istio.io/dataplane-mode", label, onPod, "Istio", oneOf("ambient", "none")},
	{"istio-injection", label, onNamespace, "Istio", nil},
	// github.com/linkerd/linkerd2, pkg/k8s/labels.go.
	{"linkerd.io/inject", annotation, onPod, "Linkerd", oneOf("enabled", "disabled", "ingress")},
	{"config.linkerd.io/", annotation, onPod, "Linkerd", nil},
	{"config.alpha.linkerd.io/", annotation, onPod, "Linkerd", nil},
	// Documentation.
	{"kuma.io/sidecar-injection", label | annotation, onPod, "Kuma", oneOf("enabled", "disabled", "true", "false")},
	{"kuma.io/mesh", label | annotation, onPod, "Kuma", nil},
	{"consul.hashicorp.com/connect-inject", annotation, onPod, "Consul", truth},
	{"consul.hashicorp.com/", label | annotation, onPod, "Consul", nil},
	{"openservicemesh.io/sidecar-injection", annotation, onPod, "Open Service Mesh", nil},
	{"appmesh.k8s.aws/sidecarInjectorWebhook", annotation, onPod, "App Mesh", oneOf("enabled", "disabled")},
	// github.com/dapr/dapr v1.14.0, pkg/injector/annotations.
	{"dapr.io/enabled", annotation, onPod, "Dapr", truth},
	{"dapr.io/", annotation, onPod, "Dapr", nil},
	// github.com/hashicorp/vault-k8s, agent-inject/agent/annotations.go.
	{"vault.hashicorp.com/agent-inject", annotation, onPod, "the Vault injector", truth},
	{"vault.hashicorp.com/", annotation, onPod, "the Vault injector", nil},

	{"prometheus.io/scrape", annotation, onPod, "Prometheus", oneOf("true", "false")},
	{"prometheus.io/port", annotation, onPod, "Prometheus", wholeNumber(1, 65535)},
	{"prometheus.io/scheme", annotation, onPod, "Prometheus", oneOf("http", "https")},
	{"prometheus.io/", annotation, onPod, "Prometheus", nil},
	{"admission.datadoghq.com/enabled", label, onPod, "the Datadog admission controller", oneOf("true", "false")},
	{"admission.datadoghq.com/", annotation, onPod, "the Datadog admission controller", nil},
	{"ad.datadoghq.com/", annotation, onPod, "the Datadog agent", nil},
	{"instrumentation.opentelemetry.io/", annotation, onPod, "the OpenTelemetry operator", nil},
	{"sidecar.opentelemetry.io/inject", annotation, onPod, "the OpenTelemetry operator", nil},
	{"fluentbit.io/", annotation, onPod, "Fluent Bit", nil},
	{"co.elastic.logs/", annotation, onPod, "Elastic's agents", nil},
	{"co.elastic.metrics/", annotation, onPod, "Elastic's agents", nil},

	{"container.apparmor.security.beta.kubernetes.io/", annotation, onPod, "the kubelet", nil},
	{"seccomp.security.alpha.kubernetes.io/pod", annotation, onNothing, "Kubernetes reads securityContext.seccompProfile since 1.27", nil},
	{"container.seccomp.security.alpha.kubernetes.io/", annotation, onNothing, "Kubernetes reads securityContext.seccompProfile since 1.27", nil},
	{"scheduler.alpha.kubernetes.io/critical-pod", annotation, onNothing, "Kubernetes reads priorityClassName since 1.16", nil},
	{"kubectl.kubernetes.io/default-container", annotation, onPod, "kubectl", containerName},
	{"kubectl.kubernetes.io/default-logs-container", annotation, onPod, "kubectl", containerName},
	{"kubernetes.io/ingress-bandwidth", annotation, onPod, "the bandwidth plugin", nil},
	{"kubernetes.io/egress-bandwidth", annotation, onPod, "the bandwidth plugin", nil},
	{"k8s.v1.cni.cncf.io/networks", annotation, onPod, "Multus", nil},
	{"cni.projectcalico.org/", annotation, onPod, "Calico", nil},
	// github.com/vmware-tanzu/velero v1.18.3, pkg/apis/velero/v1/labels_annotations.go and internal/hook/item_hook_handler.go.
	{"backup.velero.io/", annotation, onPod, "Velero", nil},
	{"pre.hook.backup.velero.io/", annotation, onPod, "Velero", nil},
	{"post.hook.backup.velero.io/", annotation, onPod, "Velero", nil},
	// k8s.io/pod-security-admission, api/constants.go.
	{"pod-security.kubernetes.io/", label, onNamespace, "Pod Security admission", nil},

	{"azure.workload.identity/use", label, onPod, "Azure Workload Identity", oneOf("true")},
	{"azure.workload.identity/client-id", annotation, onAccount, "Azure Workload Identity", nil},
	{"azure.workload.identity/tenant-id", annotation, onAccount, "Azure Workload Identity", nil},
	{"azure.workload.identity/", annotation, onPod, "Azure Workload Identity", nil},
	{"aadpodidbinding", label, onPod, "AAD Pod Identity", nil},
	{"eks.amazonaws.com/role-arn", annotation, onAccount, "EKS", nil},
	{"eks.amazonaws.com/sts-regional-endpoints", annotation, onAccount, "EKS", nil},
	{"eks.amazonaws.com/skip-containers", annotation, onPod, "EKS", nil},
	{"iam.amazonaws.com/role", annotation, onPod, "kube2iam", nil},
	{"iam.gke.io/gcp-service-account", annotation, onAccount, "GKE", nil},
	{"gke-gcsfuse/volumes", annotation, onPod, "GKE's Cloud Storage driver", oneOf("true", "false")},
	{"gke-gcsfuse/", annotation, onPod, "GKE's Cloud Storage driver", nil},
	{"cloud.google.com/gke-spot", label | annotation, onNode, "GKE", nil},
	{"cloud.google.com/gke-nodepool", label | annotation, onNode, "GKE", nil},
	{"cloud.google.com/gke-accelerator", label | annotation, onNode, "GKE", nil},
	{"cloud.google.com/compute-class", label | annotation, onNode, "GKE", nil},
	{"eks.amazonaws.com/nodegroup", label | annotation, onNode, "EKS", nil},
	{"eks.amazonaws.com/capacityType", label | annotation, onNode, "EKS", nil},
	{"kubernetes.azure.com/scalesetpriority", label | annotation, onNode, "AKS", nil},
	{"karpenter.sh/capacity-type", label | annotation, onNode, "Karpenter", nil},
	{"karpenter.sh/nodepool", label | annotation, onNode, "Karpenter", nil},
	{"node.kubernetes.io/instance-type", label | annotation, onNode, "the scheduler", nil},

	// sigs.k8s.io/kueue v0.17.0, pkg/controller/constants, pkg/controller/jobs/job and pkg/workloadslicing.
	{"kueue.x-k8s.io/queue-name", label, onJob, "Kueue", nil},
	{"kueue.x-k8s.io/priority-class", label, onJob, "Kueue", nil},
	{"kueue.x-k8s.io/max-exec-time-seconds", label, onJob, "Kueue", wholeNumber(1, 1<<31-1)},
	{"kueue.x-k8s.io/prebuilt-workload-name", label, onJob, "Kueue", nil},
	{"kueue.x-k8s.io/job-min-parallelism", annotation, onJob, "Kueue", leastParallelism},
	{"kueue.x-k8s.io/job-completions-equal-parallelism", annotation, onJob, "Kueue", truth},
	{"kueue.x-k8s.io/elastic-job", annotation, onJob, "Kueue", truth},
	// The same, pkg/controller/jobframework/tas_validation.go and apis/kueue/v1beta2/topology_types.go: of the pods.
	{"kueue.x-k8s.io/podset-", annotation, onPod, "Kueue", nil},
	// The same, pkg/util/admissioncheck: of the Job, whose workload takes them along.
	{"provreq.kueue.x-k8s.io/", annotation, onJob, "Kueue", nil},
	// Documentation.
	{"scheduling.x-k8s.io/pod-group", label, onPod, "the coscheduling plugin", nil},
	{"scheduling.k8s.io/group-name", annotation, onPod, "Volcano", nil},
	{"yunikorn.apache.org/", label | annotation, onPod, "YuniKorn", nil},

	// github.com/argoproj/gitops-engine v0.7.3, pkg/sync/common/types.go.
	{"argocd.argoproj.io/hook", annotation, onObject, "Argo CD", listOf("PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete", "Skip")},
	{"argocd.argoproj.io/hook-delete-policy", annotation, onObject, "Argo CD", listOf("HookSucceeded", "HookFailed", "BeforeHookCreation")},
	{"argocd.argoproj.io/sync-wave", annotation, onObject, "Argo CD", wholeNumber(-1<<31, 1<<31-1)},
	{"argocd.argoproj.io/sync-options", annotation, onObject, "Argo CD", nil},
	{"argocd.argoproj.io/compare-options", annotation, onObject, "Argo CD", nil},
	{"argocd.argoproj.io/ignore-healthcheck", annotation, onObject, "Argo CD", nil},
	// helm.sh/helm/v4 v4.3.2, pkg/release/v1/hook.go; crd-install and test-success are of older releases.
	{"helm.sh/hook", annotation, onObject, "Helm", listOf("pre-install", "post-install", "pre-upgrade", "post-upgrade", "pre-delete", "post-delete", "pre-rollback", "post-rollback", "test", "test-success", "crd-install")},
	{"helm.sh/hook-weight", annotation, onObject, "Helm", wholeNumber(-1<<31, 1<<31-1)},
	{"helm.sh/hook-delete-policy", annotation, onObject, "Helm", listOf("before-hook-creation", "hook-succeeded", "hook-failed")},
	{"helm.sh/resource-policy", annotation, onObject, "Helm", oneOf("keep")},
	// Documentation: kustomize-controller reads them as labels and as annotations.
	{"kustomize.toolkit.fluxcd.io/force", label | annotation, onObject, "Flux", oneOf("enabled", "disabled", "Enabled", "Disabled")},
	{"kustomize.toolkit.fluxcd.io/prune", label | annotation, onObject, "Flux", oneOf("enabled", "disabled", "Enabled", "Disabled")},
	{"kustomize.toolkit.fluxcd.io/reconcile", label | annotation, onObject, "Flux", oneOf("enabled", "disabled", "Enabled", "Disabled")},
	{"kustomize.toolkit.fluxcd.io/ssa", label | annotation, onObject, "Flux", nil},
	{"kustomize.toolkit.fluxcd.io/substitute", label | annotation, onObject, "Flux", oneOf("enabled", "disabled", "Enabled", "Disabled")},
}

// placedKeyOf returns the row of a key, nil if there is none.
func placedKeyOf(key string) *placedKey {
	for i := range placedKeys {
		row := &placedKeys[i]
		isStart := strings.HasSuffix(row.key, "/") || strings.HasSuffix(row.key, "-")
		if key == row.key || isStart && strings.HasPrefix(key, row.key) {
			return row
		}
	}
	return nil
}

// holder is a metadata of an object, and the levels that it is.
type holder struct {
	path   string
	levels []level
	meta   *metav1.ObjectMeta
}

// holders returns the metadata of a Job or CronJob from the outermost on.
func (o *object) holders() []holder {
	pods := holder{o.jobPath + ".template.metadata", []level{onPod}, &o.job.Template.ObjectMeta}
	if o.cron == nil {
		return []holder{{"metadata", []level{onObject, onJob}, &o.meta}, pods}
	}
	return []holder{
		{"metadata", []level{onObject}, &o.meta},
		{"spec.jobTemplate.metadata", []level{onJob}, &o.cron.JobTemplate.ObjectMeta}, pods,
	}
}

// keyMaps are the two maps of metadata that hold keys.
var keyMaps = []struct {
	in   int
	name string
	of   func(*metav1.ObjectMeta) map[string]string
}{
	{label, "labels", func(m *metav1.ObjectMeta) map[string]string { return m.Labels }},
	{annotation, "annotations", func(m *metav1.ObjectMeta) map[string]string { return m.Annotations }},
}

// placed calls look for each label and annotation that the table has a row for.
func (o *object) placed(look func(row *placedKey, in int, h holder, at, key, value string)) {
	if o.job == nil {
		return
	}
	for _, h := range o.holders() {
		for _, m := range keyMaps {
			values := m.of(h.meta)
			for _, key := range slices.Sorted(maps.Keys(values)) {
				if row := placedKeyOf(key); row != nil {
					look(row, m.in, h, h.path+"."+m.name+"["+key+"]", key, values[key])
				}
			}
		}
	}
}

// fits reports whether a key of the row is read in a map of a holder.
func (row *placedKey) fits(in int, h holder) bool {
	return row.in&in != 0 && slices.Contains(h.levels, row.level)
}

// keyAtWrongLevel: labels and annotations are read at one level, and nowhere else.
// One that is at its own level too is there for people.
func keyAtWrongLevel(o *object) []found {
	var all []found
	o.placed(func(row *placedKey, in int, h holder, at, key, value string) {
		if row.fits(in, h) || o.hasPlaced(row, key) {
			return
		}
		all = append(all, o.misplaced(row, at, key, value))
	})
	return all
}

// hasPlaced reports whether the object has the key where it is read.
func (o *object) hasPlaced(row *placedKey, key string) bool {
	for _, h := range o.holders() {
		for _, m := range keyMaps {
			if _, ok := m.of(h.meta)[key]; ok && row.fits(m.in, h) {
				return true
			}
		}
	}
	return false
}

// misplaced says where a key belongs.
func (o *object) misplaced(row *placedKey, at, key, value string) found {
	what := "annotations"
	if row.in&label != 0 {
		what = "labels"
	}
	f := found{at: at}
	switch row.level {
	case onNode:
		f.message = key + " is a label of nodes: nothing reads it here"
		f.hint = "write nodeSelector: {" + key + ": " + quoted(value) + "} in the spec of the pods"
	case onAccount:
		f.message = row.by + " reads the annotation " + key + " of the ServiceAccount: nothing reads it here"
		f.hint = "write it under metadata.annotations of the ServiceAccount"
	case onNamespace:
		f.message = row.by + " reads the label " + key + " of the Namespace: nothing reads it here"
		f.hint = "write it under metadata.labels of the Namespace"
	case onNothing:
		f.message = "nothing reads " + key + " any more: " + row.by
		f.hint = "leave it out, and write what replaced it"
	default:
		f.message = row.by + " reads " + key + " among the " + what + " of " + levelNames[row.level] + ": nothing reads it here"
		f.hint = "write it under " + o.levelPath(row.level) + "." + what
	}
	return f
}

var levelNames = map[level]string{onObject: "the object that is applied", onJob: "the Job", onPod: "the pods"}

// levelPath returns the path of the metadata of a level.
func (o *object) levelPath(l level) string {
	for _, h := range o.holders() {
		if slices.Contains(h.levels, l) {
			return h.path
		}
	}
	return ""
}
