package compile

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/schema"
)

// row lowers one field of the spec. To add a field: add it to the schema, add
// its row here, and add a golden that uses it.
type row struct {
	field string // path in the spec
	in    part   // where it goes
	to    string // path in that part; "" when the function records origins itself
	lower func(l *lowering)
}

// nothing is the function of rows whose field is read by another row or by the
// workload itself, or that is acted on elsewhere.
func nothing(*lowering) {}

// specRows has one row for each field of metadata and spec, but for those that
// every container has.
var specRows = []row{
	{"metadata.name", workload, "metadata.name", nothing},
	{"metadata.generateName", workload, "metadata.generateName", nothing},
	{"metadata.namespace", workload, "metadata.namespace", nothing},
	{"metadata.labels", workload, "metadata.labels", nothing},
	{"metadata.annotations", workload, "metadata.annotations", nothing},

	{"spec.schedule", cronSpec, "schedule", (*lowering).schedule},
	{"spec.timeZone", cronSpec, "timeZone", ifCron(func(l *lowering) { l.cron.TimeZone = l.job.Spec.TimeZone })},
	{"spec.startingDeadlineSeconds", cronSpec, "startingDeadlineSeconds", ifCron(func(l *lowering) { l.cron.StartingDeadlineSeconds = l.job.Spec.StartingDeadlineSeconds })},
	{"spec.concurrencyPolicy", cronSpec, "concurrencyPolicy", ifCron(func(l *lowering) { l.cron.ConcurrencyPolicy = l.job.Spec.ConcurrencyPolicy })},
	{"spec.successfulJobsHistoryLimit", cronSpec, "successfulJobsHistoryLimit", ifCron(func(l *lowering) { l.cron.SuccessfulJobsHistoryLimit = l.job.Spec.SuccessfulJobsHistoryLimit })},
	{"spec.failedJobsHistoryLimit", cronSpec, "failedJobsHistoryLimit", ifCron(func(l *lowering) { l.cron.FailedJobsHistoryLimit = l.job.Spec.FailedJobsHistoryLimit })},
	{"spec.jobSuspend", jobSpec, "", (*lowering).jobSuspend},
	{"spec.jobLabels", jobMetadata, "labels", ifCron(func(l *lowering) { l.jobMeta.Labels = l.labels(optional(l.job.Spec.JobLabels)) })},
	{"spec.jobAnnotations", jobMetadata, "annotations", ifCron(func(l *lowering) { l.jobMeta.Annotations = l.job.Spec.JobAnnotations })},

	{"spec.parallelism", jobSpec, "parallelism", func(l *lowering) { l.jobSpec.Parallelism = l.job.Spec.Parallelism }},
	{"spec.completions", jobSpec, "completions", func(l *lowering) { l.jobSpec.Completions = l.job.Spec.Completions }},
	{"spec.completionMode", jobSpec, "completionMode", func(l *lowering) { l.jobSpec.CompletionMode = l.job.Spec.CompletionMode }},
	{"spec.activeDeadlineSeconds", jobSpec, "activeDeadlineSeconds", func(l *lowering) { l.jobSpec.ActiveDeadlineSeconds = l.job.Spec.ActiveDeadlineSeconds }},
	{"spec.backoffLimit", jobSpec, "backoffLimit", func(l *lowering) { l.jobSpec.BackoffLimit = l.job.Spec.BackoffLimit }},
	{"spec.backoffLimitPerIndex", jobSpec, "backoffLimitPerIndex", func(l *lowering) { l.jobSpec.BackoffLimitPerIndex = l.job.Spec.BackoffLimitPerIndex }},
	{"spec.maxFailedIndexes", jobSpec, "maxFailedIndexes", func(l *lowering) { l.jobSpec.MaxFailedIndexes = l.job.Spec.MaxFailedIndexes }},
	{"spec.ttlSecondsAfterFinished", jobSpec, "ttlSecondsAfterFinished", func(l *lowering) { l.jobSpec.TTLSecondsAfterFinished = l.job.Spec.TtlSecondsAfterFinished }},
	{"spec.suspend", jobSpec, "", (*lowering).suspend},
	{"spec.podFailurePolicy", jobSpec, "podFailurePolicy", func(l *lowering) { l.jobSpec.PodFailurePolicy = l.job.Spec.PodFailurePolicy }},
	{"spec.successPolicy", jobSpec, "successPolicy", func(l *lowering) { l.jobSpec.SuccessPolicy = l.job.Spec.SuccessPolicy }},
	{"spec.podReplacementPolicy", jobSpec, "podReplacementPolicy", func(l *lowering) { l.jobSpec.PodReplacementPolicy = l.job.Spec.PodReplacementPolicy }},
	{"spec.managedBy", jobSpec, "managedBy", func(l *lowering) { l.jobSpec.ManagedBy = l.job.Spec.ManagedBy }},
	{"spec.selector", jobSpec, "selector", func(l *lowering) { l.jobSpec.Selector = l.job.Spec.Selector }},
	{"spec.manualSelector", jobSpec, "manualSelector", func(l *lowering) { l.jobSpec.ManualSelector = l.job.Spec.ManualSelector }},
	{"spec.scheduling", jobSpec, "scheduling", func(l *lowering) { l.jobSpec.Scheduling = l.job.Spec.Scheduling }},

	{"spec.podLabels", podTemplate, "metadata.labels", func(l *lowering) { l.template.Labels = l.labels(l.job.Spec.PodLabels) }},
	{"spec.podAnnotations", podTemplate, "metadata.annotations", func(l *lowering) { l.template.Annotations = l.job.Spec.PodAnnotations }},
	{"spec.commonLabels", beside, "", nothing},
	{"spec.podSecurity", beside, "", nothing},
	{"spec.restartPolicy", podSpec, "restartPolicy", func(l *lowering) { l.pod.RestartPolicy = l.job.Spec.RestartPolicy }},
	{"spec.volumes", podSpec, "", (*lowering).volumes},
	{"spec.initContainers", podSpec, "", nothing},
	{"spec.containers", podSpec, "", nothing},
	{"spec.sidecars", podSpec, "", nothing},
	{"spec.imagePullSecrets", podSpec, "imagePullSecrets", (*lowering).imagePullSecrets},
	{"spec.podActiveDeadlineSeconds", podSpec, "activeDeadlineSeconds", func(l *lowering) { l.pod.ActiveDeadlineSeconds = l.job.Spec.PodActiveDeadlineSeconds }},
	{"spec.terminationGracePeriodSeconds", podSpec, "terminationGracePeriodSeconds", func(l *lowering) { l.pod.TerminationGracePeriodSeconds = l.job.Spec.TerminationGracePeriodSeconds }},
	{"spec.dnsPolicy", podSpec, "dnsPolicy", func(l *lowering) { l.pod.DNSPolicy = l.job.Spec.DnsPolicy }},
	{"spec.dnsConfig", podSpec, "dnsConfig", func(l *lowering) { l.pod.DNSConfig = l.job.Spec.DnsConfig }},
	{"spec.nodeSelector", podSpec, "nodeSelector", func(l *lowering) { l.pod.NodeSelector = l.job.Spec.NodeSelector }},
	{"spec.serviceAccountName", podSpec, "serviceAccountName", func(l *lowering) { l.pod.ServiceAccountName = l.job.Spec.ServiceAccountName }},
	{"spec.automountServiceAccountToken", podSpec, "automountServiceAccountToken", func(l *lowering) { l.pod.AutomountServiceAccountToken = l.job.Spec.AutomountServiceAccountToken }},
	{"spec.nodeName", podSpec, "nodeName", func(l *lowering) { l.pod.NodeName = l.job.Spec.NodeName }},
	{"spec.hostNetwork", podSpec, "hostNetwork", func(l *lowering) { l.pod.HostNetwork = l.job.Spec.HostNetwork }},
	{"spec.hostPID", podSpec, "hostPID", func(l *lowering) { l.pod.HostPID = l.job.Spec.HostPID }},
	{"spec.hostIPC", podSpec, "hostIPC", func(l *lowering) { l.pod.HostIPC = l.job.Spec.HostIPC }},
	{"spec.hostUsers", podSpec, "hostUsers", func(l *lowering) { l.pod.HostUsers = l.job.Spec.HostUsers }},
	{"spec.shareProcessNamespace", podSpec, "shareProcessNamespace", func(l *lowering) { l.pod.ShareProcessNamespace = l.job.Spec.ShareProcessNamespace }},
	{"spec.podSecurityContext", podSpec, "securityContext", func(l *lowering) { l.pod.SecurityContext = l.job.Spec.PodSecurityContext }},
	{"spec.podResources", podSpec, "resources", func(l *lowering) { l.pod.Resources = l.job.Spec.PodResources }},
	{"spec.hostname", podSpec, "hostname", func(l *lowering) { l.pod.Hostname = l.job.Spec.Hostname }},
	{"spec.subdomain", podSpec, "subdomain", func(l *lowering) { l.pod.Subdomain = l.job.Spec.Subdomain }},
	{"spec.hostnameOverride", podSpec, "hostnameOverride", func(l *lowering) { l.pod.HostnameOverride = l.job.Spec.HostnameOverride }},
	{"spec.setHostnameAsFQDN", podSpec, "setHostnameAsFQDN", func(l *lowering) { l.pod.SetHostnameAsFQDN = l.job.Spec.SetHostnameAsFQDN }},
	{"spec.hostAliases", podSpec, "hostAliases", func(l *lowering) { l.pod.HostAliases = l.job.Spec.HostAliases }},
	{"spec.affinity", podSpec, "affinity", func(l *lowering) { l.pod.Affinity = l.job.Spec.Affinity }},
	{"spec.tolerations", podSpec, "tolerations", func(l *lowering) { l.pod.Tolerations = l.job.Spec.Tolerations }},
	{"spec.topologySpreadConstraints", podSpec, "topologySpreadConstraints", func(l *lowering) { l.pod.TopologySpreadConstraints = l.job.Spec.TopologySpreadConstraints }},
	{"spec.schedulerName", podSpec, "schedulerName", func(l *lowering) { l.pod.SchedulerName = l.job.Spec.SchedulerName }},
	{"spec.schedulingGates", podSpec, "schedulingGates", func(l *lowering) { l.pod.SchedulingGates = l.job.Spec.SchedulingGates }},
	{"spec.schedulingGroup", podSpec, "schedulingGroup", func(l *lowering) { l.pod.SchedulingGroup = l.job.Spec.SchedulingGroup }},
	{"spec.evictionResponders", podSpec, "evictionResponders", func(l *lowering) { l.pod.EvictionResponders = l.job.Spec.EvictionResponders }},
	{"spec.priorityClassName", podSpec, "priorityClassName", func(l *lowering) { l.pod.PriorityClassName = l.job.Spec.PriorityClassName }},
	{"spec.priority", podSpec, "priority", func(l *lowering) { l.pod.Priority = l.job.Spec.Priority }},
	{"spec.preemptionPolicy", podSpec, "preemptionPolicy", func(l *lowering) { l.pod.PreemptionPolicy = l.job.Spec.PreemptionPolicy }},
	{"spec.runtimeClassName", podSpec, "runtimeClassName", func(l *lowering) { l.pod.RuntimeClassName = l.job.Spec.RuntimeClassName }},
	{"spec.overhead", podSpec, "overhead", func(l *lowering) { l.pod.Overhead = l.job.Spec.Overhead }},
	{"spec.readinessGates", podSpec, "readinessGates", func(l *lowering) { l.pod.ReadinessGates = l.job.Spec.ReadinessGates }},
	{"spec.enableServiceLinks", podSpec, "enableServiceLinks", func(l *lowering) { l.pod.EnableServiceLinks = l.job.Spec.EnableServiceLinks }},
	{"spec.os", podSpec, "os", func(l *lowering) { l.pod.OS = l.job.Spec.Os }},
	{"spec.resourceClaims", podSpec, "resourceClaims", func(l *lowering) { l.pod.ResourceClaims = l.job.Spec.ResourceClaims }},

	{"spec.containerName", mainContainer, "", (*lowering).containerName},
	{"spec.containerRestartPolicy", mainContainer, "restartPolicy", func(l *lowering) { l.main.RestartPolicy = l.job.Spec.ContainerRestartPolicy }},

	{"spec.createNamespace", beside, "", (*lowering).namespace},
	{"spec.serviceAccount", beside, "", (*lowering).serviceAccount},
	{"spec.configMaps", beside, "", (*lowering).configMaps},
	{"spec.secrets", beside, "", (*lowering).secrets},
	{"spec.networkPolicy", beside, "", (*lowering).networkPolicy},

	{"spec.rerun", beside, "", nothing},
	{"spec.idempotent", beside, "", nothing},
	{"spec.substitute", beside, "", nothing},
	{"spec.delivery", beside, "", nothing},
}

// ifCron runs f for CronJobs alone. Without a schedule the fields of a CronJob
// are reported by the check, and have nowhere to go.
func ifCron(f func(l *lowering)) func(l *lowering) {
	return func(l *lowering) {
		if l.cron != nil {
			f(l)
		}
	}
}

// containerRow lowers one field that every container has.
type containerRow struct {
	field string // under the container's own path
	to    string // path in the container; "" when the function records origins itself
	lower func(l *lowering, c *containerState)
}

// containerRows has one row for each field that every container has.
var containerRows = []containerRow{
	{"image", "image", func(_ *lowering, c *containerState) { c.out.Image = reference(c.in.Image) }},
	{"imagePullPolicy", "imagePullPolicy", func(_ *lowering, c *containerState) { c.out.ImagePullPolicy = c.in.ImagePullPolicy }},
	{"command", "command", func(_ *lowering, c *containerState) { c.out.Command = c.in.Command }},
	{"args", "args", func(_ *lowering, c *containerState) { c.out.Args = c.in.Args }},
	{"script", "", (*lowering).script},
	{"interpreter", "", func(*lowering, *containerState) {}},
	{"workingDir", "workingDir", func(_ *lowering, c *containerState) { c.out.WorkingDir = c.in.WorkingDir }},
	{"env", "", (*lowering).env},
	{"envFrom", "", (*lowering).envFrom},
	{"resources", "resources", func(_ *lowering, c *containerState) { c.out.Resources = c.in.Resources }},
	{"resizePolicy", "resizePolicy", func(_ *lowering, c *containerState) { c.out.ResizePolicy = c.in.ResizePolicy }},
	{"restartPolicyRules", "restartPolicyRules", func(_ *lowering, c *containerState) { c.out.RestartPolicyRules = c.in.RestartPolicyRules }},
	{"ports", "ports", func(_ *lowering, c *containerState) { c.out.Ports = c.in.Ports }},
	{"volumeDevices", "volumeDevices", func(_ *lowering, c *containerState) { c.out.VolumeDevices = c.in.VolumeDevices }},
	{"livenessProbe", "livenessProbe", func(_ *lowering, c *containerState) { c.out.LivenessProbe = c.in.LivenessProbe }},
	{"readinessProbe", "readinessProbe", func(_ *lowering, c *containerState) { c.out.ReadinessProbe = c.in.ReadinessProbe }},
	{"startupProbe", "startupProbe", func(_ *lowering, c *containerState) { c.out.StartupProbe = c.in.StartupProbe }},
	{"lifecycle", "lifecycle", func(_ *lowering, c *containerState) { c.out.Lifecycle = c.in.Lifecycle }},
	{"terminationMessagePath", "terminationMessagePath", func(_ *lowering, c *containerState) { c.out.TerminationMessagePath = c.in.TerminationMessagePath }},
	{"terminationMessagePolicy", "terminationMessagePolicy", func(_ *lowering, c *containerState) {
		c.out.TerminationMessagePolicy = c.in.TerminationMessagePolicy
	}},
	{"securityContext", "securityContext", func(_ *lowering, c *containerState) { c.out.SecurityContext = c.in.SecurityContext }},
	{"stdin", "stdin", func(_ *lowering, c *containerState) { c.out.Stdin = c.in.Stdin }},
	{"stdinOnce", "stdinOnce", func(_ *lowering, c *containerState) { c.out.StdinOnce = c.in.StdinOnce }},
	{"tty", "tty", func(_ *lowering, c *containerState) { c.out.TTY = c.in.Tty }},
}

// reference writes an image as one text.
func reference(i schema.Image) string {
	ref := i.Repository
	if i.Tag != "" {
		ref += ":" + i.Tag
	}
	if i.Digest != "" {
		ref += "@" + i.Digest
	}
	return ref
}

func (l *lowering) imagePullSecrets() {
	for _, name := range l.job.Spec.ImagePullSecrets {
		l.pod.ImagePullSecrets = append(l.pod.ImagePullSecrets, corev1.LocalObjectReference{Name: name})
	}
}
