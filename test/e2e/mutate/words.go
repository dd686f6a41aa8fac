package mutate

import (
	"encoding/json"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// wordsOfType are values of the texts of a Go type, by the type's name: words that
// the API knows, and texts that are right or nearly so.
var wordsOfType = map[string][]string{
	"AppArmorProfileType":                     {"Unconfined", "RuntimeDefault", "Localhost"},
	"AzureDataDiskCachingMode":                {"None", "ReadOnly", "ReadWrite"},
	"AzureDataDiskKind":                       {"Shared", "Dedicated", "Managed"},
	"Capability":                              {"ALL", "NET_ADMIN", "CAP_SYS_ADMIN", "SYS_ADMIN"},
	"CompletionMode":                          {"NonIndexed", "Indexed"},
	"ConcurrencyPolicy":                       {"Allow", "Forbid", "Replace"},
	"ConditionStatus":                         {"True", "False", "Unknown"},
	"ContainerRestartPolicy":                  {"Always", "Never", "OnFailure"},
	"ContainerRestartRuleAction":              {"Restart", "RestartAllContainers"},
	"ContainerRestartRuleOnExitCodesOperator": {"In", "NotIn"},
	"DNSPolicy":                               {"ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"},
	"FinalizerName":                           {"kubernetes", "a.example/b", "mine"},
	"HostPathType":                            {"", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket", "CharDevice", "BlockDevice"},
	"LabelSelectorOperator":                   {"In", "NotIn", "Exists", "DoesNotExist"},
	"ManagedFieldsOperationType":              {"Apply", "Update"},
	"MountPropagationMode":                    {"None", "HostToContainer", "Bidirectional"},
	"NodeInclusionPolicy":                     {"Honor", "Ignore"},
	"NodeSelectorOperator":                    {"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"},
	"OSName":                                  {"linux", "windows"},
	"PersistentVolumeAccessMode":              {"ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"},
	"PersistentVolumeMode":                    {"Filesystem", "Block"},
	"PodConditionType":                        {"DisruptionTarget", "Ready", "a.example/b"},
	"PodFailurePolicyAction":                  {"FailJob", "FailIndex", "Ignore", "Count"},
	"PodFailurePolicyOnExitCodesOperator":     {"In", "NotIn"},
	"PodFSGroupChangePolicy":                  {"OnRootMismatch", "Always"},
	"PodReplacementPolicy":                    {"TerminatingOrFailed", "Failed"},
	"PodSELinuxChangePolicy":                  {"Recursive", "MountOption"},
	"PolicyType":                              {"Ingress", "Egress"},
	"PreemptionPolicy":                        {"PreemptLowerPriority", "Never"},
	"ProcMountType":                           {"Default", "Unmasked"},
	"Protocol":                                {"TCP", "UDP", "SCTP"},
	"PullPolicy":                              {"Always", "IfNotPresent", "Never"},
	"RecursiveReadOnlyMode":                   {"Disabled", "IfPossible", "Enabled"},
	"ResourceName":                            {"cpu", "memory", "ephemeral-storage", "storage", "hugepages-2Mi", "nvidia.com/gpu", "pods", "requests.cpu"},
	"ResourceResizeRestartPolicy":             {"NotRequired", "RestartContainer"},
	"RestartPolicy":                           {"Always", "OnFailure", "Never"},
	"SeccompProfileType":                      {"Unconfined", "RuntimeDefault", "Localhost"},
	"SecretType":                              {"Opaque", "kubernetes.io/tls", "kubernetes.io/dockerconfigjson", "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth", "kubernetes.io/service-account-token", "acme.io/own"},
	"Signal":                                  {"SIGTERM", "SIGKILL", "SIGUSR1", "TERM"},
	"StorageMedium":                           {"", "Memory", "HugePages", "HugePages-2Mi", "Disk"},
	"SupplementalGroupsPolicy":                {"Merge", "Strict"},
	"TaintEffect":                             {"NoSchedule", "PreferNoSchedule", "NoExecute"},
	"TerminationMessagePolicy":                {"File", "FallbackToLogsOnError"},
	"TolerationOperator":                      {"Exists", "Equal", "Lt", "Gt"},
	"URIScheme":                               {"HTTP", "HTTPS"},
	"UnsatisfiableConstraintAction":           {"DoNotSchedule", "ScheduleAnyway"},
}

// wordsOfField are values of fields that are plain texts, by the field's name.
var wordsOfField = map[string][]string{
	"apiGroup":         {"rbac.authorization.k8s.io", "", "apps", "snapshot.storage.k8s.io"},
	"apiGroups":        {"", "apps", "*"},
	"apiVersion":       {"v1", "batch/v1", "apps/v1", "v1beta1", "a/b/c"},
	"cidr":             {"10.0.0.0/8", "2001:db8::/32", "10.0.0.1/8", "10.0.0.0", "010.0.0.0/8"},
	"containerName":    {"main", "sidecar", "hello"},
	"devicePath":       {"/dev/xvda", "dev/x", "/a/../b"},
	"divisor":          {"1", "1m", "1Mi", "2"},
	"except":           {"10.1.0.0/16", "11.0.0.0/8"},
	"fieldPath":        {"metadata.name", "metadata.namespace", "metadata.labels", "metadata.labels['a']", "metadata.annotations['a.b/c']", "metadata.uid", "spec.nodeName", "status.podIP", "status.phase", "spec.restartPolicy", "name", ""},
	"host":             {"example.com", "10.0.0.1", "a b"},
	"hostIP":           {"10.0.0.1", "127.0.0.1", "::1", "300.1.1.1"},
	"hostIPs":          {"10.0.0.1"},
	"image":            {"busybox:1.37", " busybox", "a/b@sha256:00", ""},
	"ip":               {"10.0.0.1", "2001:db8::1", "10.0.0.01", "a"},
	"key":              {"a", "a.b/c", "tls.key", "..", "../a", "a b", ""},
	"kind":             {"ServiceAccount", "User", "Group", "Role", "ClusterRole", "PersistentVolumeClaim", "VolumeSnapshot", "ConfigMap"},
	"localhostProfile": {"profiles/a.json", "/a", "../a", ""},
	"managedBy":        {"acme.io/jobs", "kubernetes.io/job-controller", "acme", "a/b/c"},
	"mountPath":        {"/a", "/data", "relative", "/a:b", ""},
	"nameservers":      {"10.0.0.1", "2001:db8::1", "dns.example"},
	"namespaces":       {"default", "a b"},
	"nonResourceURLs":  {"/healthz", "/metrics/*", "*", "a"},
	"path":             {"a", "a/b", "/a", "..", "../a", "a/../b", ""},
	"reference":        {"registry.example/a:1", ""},
	"resource":         {"limits.cpu", "requests.memory", "limits.ephemeral-storage", "limits.hugepages-2Mi", "cpu"},
	"resources":        {"pods", "jobs", "*", "pods/log"},
	"schedule":         {"* * * * *", "@daily", "@every 1h", "*/5 0-4 1,15 jan-mar sun", "* * * * 7", "* * * *", "TZ=UTC * * * * *", "CRON_TZ=UTC @daily", "@reboot", "0 0 31 2 *", "60 * * * *", "*/0 * * * *", " 0  0 * * * ", ""},
	"searches":         {"example.com", "a_b.example", ".", "a b", "example.com."},
	"signerName":       {"kubernetes.io/kube-apiserver-client", "acme.io/signer", "x"},
	"storageClassName": {"fast", "", "a b"},
	"subPath":          {"a", "a/b", "/a", "../a"},
	"subPathExpr":      {"$(A)", "a", "../a"},
	"succeededIndexes": {"0", "0-1", "0,2-3", "3,1", "a", "0-", "99", ""},
	"timeZone":         {"Etc/UTC", "Europe/Berlin", "europe/berlin", "Local", "Mars/Olympus", "", "UTC", "EST5EDT", "../UTC"},
	"topologyKey":      {"kubernetes.io/hostname", "topology.kubernetes.io/zone", "a b", ""},
	"uid":              {"0b7c5e4a-1111-2222-3333-444455556666", ""},
	"verbs":            {"get", "list", "*"},
	"volumeName":       {"a", "data", "a b"},
}

// wordsOfText are values of the types that JSON has as texts.
var wordsOfText = map[reflect.Type][]any{
	reflect.TypeFor[resource.Quantity]():  {"0", "1", "500m", "1Gi", "2Mi", "1.5", "1e3", "-1", "1K", "one", "", "1 Gi", "100n", "9223372036854775808", 1, 0, 2.5, -3, "0.0001"},
	reflect.TypeFor[metav1.Time]():        {"2001-02-03T04:05:06Z", "yesterday", "2001-02-03", ""},
	reflect.TypeFor[metav1.MicroTime]():   {"2001-02-03T04:05:06.000000Z", "yesterday"},
	reflect.TypeFor[[]byte]():             {"aGVsbG8=", "", "hello!", "e30=", "aGVsbG8"},
	reflect.TypeFor[intstr.IntOrString](): {80, "http", 0, -1, 65535, 65536, "", "80", "a b", "much-too-long-a-name", "50%", "a--b"},
}

// names are texts that name something, most of them right.
var names = []string{"a", "b", "data", "main", "a-b", "a.b", "0", "x1", "a.example/b", "default"}

// odd are texts that are wrong in most places, or at the edge.
var odd = []string{
	"", " ", "A", "a_b", "a b", "-a", "a-", ".", "..", "a..b", "a/b", "/", "a/", "é", "$(A)", "=", "A=B", "1", "1A", "true", "null", "*", "\n", "\x00", "%", "a:b", "10.0.0.1", "a\tb",
	"http://a", "kubernetes.io/a", "requests.a/b", "a.b/c/d", "k8s.io/" + strings.Repeat("a", 63), "kubernetes.io/" + strings.Repeat("a", 64),
}

// lengths are those around which the API has bounds.
var lengths = []int{15, 16, 52, 53, 57, 63, 64, 128, 129, 253, 254, 2049, 4096}

// limits are how long whole objects and parts of them may be.
var limits = []int{65536, 65537, 262144 - 8, 262145, 1 << 20, 1<<20 + 1}

// numbers are around the bounds of the API, and some are written oddly.
var numbers = []any{
	-1, 0, 1, 2, 3, 5, 10, 21, 63, 64, 100, 101, 255, 256, 511, 512, 599, 600, 1000, 1023, 1024, 3599, 3600, 10000, 10001, 65535, 65536, 100000, 100001,
	2147483647, int64(2147483648), int64(4294967296), int64(9223372036854775807), -2147483648, 1.5, -1e20, json.RawMessage("1.0"), json.RawMessage("1e2"), json.RawMessage("-0"),
}
