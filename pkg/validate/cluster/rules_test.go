package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// long is a name of n characters.
func long(n int) string { return strings.Repeat("a", n) }

// ruleCases are manifests that break one rule each, and what is found: the check,
// the path from the Pod's spec P, the container C or the Job's spec S, and the
// reason. No line means that the manifest is right: the neighbour of a wrong one.
var ruleCases = []struct {
	base    string
	changes []string
	want    []string
}{
	// metadata
	{"job", []string{`metadata.name = Primes`}, []string{"server metadata.name: invalid value"}},
	{"job", []string{`metadata.name = ` + long(63)}, nil},
	{"job", []string{`metadata.name = ` + long(64)}, []string{"server metadata.name: invalid value"}},
	{"job", []string{`metadata.name =`}, []string{"server metadata.name: missing field"}},
	{"job", []string{`metadata.name =`, `metadata.generateName = primes-`}, nil},
	{"job", []string{`metadata.name =`, `metadata.generateName = Primes-`}, []string{"server metadata.generateName: invalid value"}},
	{"job", []string{`metadata.labels = {a b: c}`}, []string{`server metadata.labels["a b"]: invalid value`}},
	{"job", []string{`metadata.labels = {a.b/c: "d e"}`}, []string{`server metadata.labels["a.b/c"]: invalid value`}},
	{"job", []string{`metadata.annotations = {"A.example/x y": ""}`}, []string{`server metadata.annotations["A.example/x y"]: invalid value`}},
	{"job", []string{`metadata.annotations = {A.Example/x: ""}`}, nil},
	{"job", []string{`metadata.annotations = {a: ` + long(262144) + `}`}, []string{"server metadata.annotations: too long"}},
	{"job", []string{`metadata.finalizers = [mine]`}, []string{"server metadata.finalizers[0]: invalid value"}},
	{"job", []string{`metadata.namespace = a.b`}, []string{"server metadata.namespace: invalid value"}},
	{"job", []string{`metadata.resourceVersion = "12"`}, []string{"server metadata.resourceVersion: forbidden"}},
	{"job", []string{`metadata.resourceVersion = "0"`}, nil},
	{"job", []string{`metadata.managedFields = [{}]`}, nil},
	{"policy", []string{`metadata.generation = -1`}, nil},
	{"role", []string{`metadata.generation = -1`}, []string{"server metadata.generation: invalid value"}},
	{"namespace", []string{`metadata.name = a.b`}, []string{"server metadata.name: invalid value"}},
	{"namespace", []string{`metadata.labels = {pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/warn-version: v1.30}`}, nil},
	{"namespace", []string{`metadata.labels = {pod-security.kubernetes.io/enforce: strict}`}, []string{`server metadata.labels["pod-security.kubernetes.io/enforce"]: invalid value`}},
	{"namespace", []string{`metadata.labels = {pod-security.kubernetes.io/audit-version: "1.30"}`}, []string{`server metadata.labels["pod-security.kubernetes.io/audit-version"]: invalid value`}},

	// Job
	{"job", []string{`S.parallelism = -1`}, []string{"server S.parallelism: invalid value"}},
	{"job", []string{`S.completions = 0`, `S.activeDeadlineSeconds = 0`, `S.backoffLimit = 0`, `S.ttlSecondsAfterFinished = 0`}, nil},
	{"job", []string{`S.completionMode = Sorted`}, []string{"server S.completionMode: unsupported value"}},
	{"job", []string{`S.completionMode = Indexed`, `S.parallelism = 2`}, []string{"server S.completions: missing field"}},
	{"job", []string{`S.completionMode = Indexed`}, nil},
	{"cron", []string{`S.completionMode = Indexed`}, []string{"server S.completions: missing field"}},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 11`, `metadata.name = ` + long(60)}, nil},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 11`, `metadata.name = ` + long(61)}, []string{"server metadata.name: invalid value"}},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 1`, `metadata.name = a.b`}, []string{"server metadata.name: invalid value"}},
	{"job", []string{`S.backoffLimitPerIndex = 1`}, []string{"server S.backoffLimitPerIndex: invalid value"}},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 3`, `S.maxFailedIndexes = 4`, `S.backoffLimitPerIndex = 1`}, []string{"server S.maxFailedIndexes: invalid value"}},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 3`, `S.maxFailedIndexes = 2`}, []string{"server S.backoffLimitPerIndex: missing field"}},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 100001`, `S.backoffLimitPerIndex = 1`}, []string{"server S.maxFailedIndexes: missing field"}},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 100001`, `S.parallelism = 100001`}, []string{"server S.parallelism: invalid value"}},
	{"job", []string{`S.managedBy = acme.io/jobs`}, nil},
	{"job", []string{`S.managedBy = acme`}, []string{"server S.managedBy: invalid value"}},
	{"job", []string{`S.managedBy = acme.io/` + long(60)}, []string{"server S.managedBy: too long"}},
	{"job", []string{`P.restartPolicy = Always`}, []string{"server P.restartPolicy: missing field"}},
	{"job", []string{`P.restartPolicy =`}, []string{"server P.restartPolicy: missing field"}},
	{"job", []string{`P.restartPolicy = Sometimes`}, []string{"server P.restartPolicy: unsupported value"}},
	{"job", []string{`S.selector = {matchLabels: {a: b}}`}, []string{"server S.selector: invalid value", "server S.template.metadata.labels: invalid value"}},
	{"job", []string{`S.manualSelector = true`}, []string{"server S.selector: missing field", "server S.template.metadata.labels: invalid value"}},
	{"job", []string{`S.manualSelector = true`, `S.selector = {matchLabels: {a: b}}`, `S.template.metadata = {labels: {a: b}}`, `metadata.name = ` + long(64)}, nil},
	{"job", []string{`S.template.metadata = {labels: {job-name: other}}`}, []string{`server S.template.metadata.labels["job-name"]: invalid value`}},
	{"job", []string{`S.template.metadata = {labels: {a: "b c"}}`}, []string{`server S.template.metadata.labels["a"]: invalid value`}},
	{"job", []string{`S.template.metadata = {annotations: {controller.kubernetes.io/pod-deletion-cost: many}}`}, []string{`server S.template.metadata.annotations["controller.kubernetes.io/pod-deletion-cost"]: invalid value`}},
	{"job", []string{`S.podReplacementPolicy = Failed`}, nil},
	{"job", []string{`S.podReplacementPolicy = Never`}, []string{"server S.podReplacementPolicy: unsupported value"}},

	// podFailurePolicy
	{"job", []string{`S.podFailurePolicy = {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]}`}, nil},
	{"job", []string{`S.podFailurePolicy = {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]}`, `P.restartPolicy = OnFailure`}, []string{"server P.restartPolicy: invalid value"}},
	{"job", []string{`S.podFailurePolicy = {rules: [{action: Explode, onExitCodes: {operator: In, values: [42]}}]}`}, []string{"server S.podFailurePolicy.rules[0].action: unsupported value"}},
	{"job", []string{`S.podFailurePolicy = {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [42]}}]}`}, []string{"server S.podFailurePolicy.rules[0].action: invalid value"}},
	{"job", []string{`S.podFailurePolicy = {rules: [{action: Ignore}]}`}, []string{"server S.podFailurePolicy.rules[0]: invalid value"}},
	{"job", []string{`S.podFailurePolicy = {rules: [{action: FailJob, onExitCodes: {operator: In, values: [0]}}]}`}, []string{"server S.podFailurePolicy.rules[0].onExitCodes.values[0]: invalid value"}},
	{"job", []string{`S.podFailurePolicy = {rules: [{action: FailJob, onExitCodes: {operator: In, values: [2, 1]}}]}`}, []string{"server S.podFailurePolicy.rules[0].onExitCodes.values: invalid value"}},
	{"job", []string{`S.podFailurePolicy = {rules: [{action: FailJob, onExitCodes: {operator: In, values: [1], containerName: other}}]}`}, []string{"server S.podFailurePolicy.rules[0].onExitCodes.containerName: invalid value"}},
	{"job", []string{`S.podFailurePolicy = {rules: [{action: Ignore, onPodConditions: [{type: "a b", status: "True"}]}]}`}, []string{"server S.podFailurePolicy.rules[0].onPodConditions[0].type: invalid value"}},

	// successPolicy
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 5`, `S.successPolicy = {rules: [{succeededIndexes: "0-2,4"}]}`}, nil},
	{"job", []string{`S.completions = 5`, `S.successPolicy = {rules: [{succeededIndexes: "0"}]}`}, []string{"server S.successPolicy: invalid value"}},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 5`, `S.successPolicy = {rules: [{succeededIndexes: "4,2"}]}`}, []string{"server S.successPolicy.rules[0].succeededIndexes: invalid value"}},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 5`, `S.successPolicy = {rules: [{succeededCount: 6}]}`}, []string{"server S.successPolicy.rules[0].succeededCount: invalid value"}},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 5`, `S.successPolicy = {rules: [{}]}`}, []string{"server S.successPolicy.rules[0]: missing field"}},
	{"cron", []string{`S.completionMode = Indexed`, `S.successPolicy = {rules: [{succeededCount: 1}]}`}, []string{"server : internal error"}},

	// CronJob
	{"cron", []string{`metadata.name = ` + long(52)}, nil},
	{"cron", []string{`metadata.name = ` + long(53)}, []string{"server metadata.name: invalid value"}},
	{"cron", []string{`spec.schedule = "* * * * 7"`}, []string{"server spec.schedule: invalid value"}},
	{"cron", []string{`spec.schedule = "@every 1h30m"`}, nil},
	{"cron", []string{`spec.schedule = "0 0 31 2 *"`}, nil},
	{"cron", []string{`spec.schedule = "TZ=UTC 0 0 * * *"`}, []string{"server spec.schedule: invalid value"}},
	{"cron", []string{`spec.schedule = ""`}, []string{"server spec.schedule: missing field"}},
	{"cron", []string{`spec.timeZone = Europe/Berlin`}, nil},
	{"cron", []string{`spec.timeZone = Europe/berlin`}, []string{"server spec.timeZone: invalid value"}},
	{"cron", []string{`spec.timeZone = Local`}, []string{"server spec.timeZone: invalid value"}},
	{"cron", []string{`spec.concurrencyPolicy = Never`}, []string{"server spec.concurrencyPolicy: unsupported value"}},
	{"cron", []string{`spec.startingDeadlineSeconds = -1`}, []string{"server spec.startingDeadlineSeconds: invalid value"}},
	{"cron", []string{`S.selector = {matchLabels: {a: b}}`}, []string{"server S.selector: invalid value"}},
	{"cron", []string{`P.restartPolicy = Always`}, []string{"server P.restartPolicy: missing field"}},

	// Pod
	{"job", []string{`P.containers = []`}, []string{"server P.containers: missing field"}},
	{"job", []string{`P.activeDeadlineSeconds = 0`}, []string{"server P.activeDeadlineSeconds: invalid value"}},
	{"job", []string{`P.dnsPolicy = None`}, []string{"server P.dnsConfig: missing field"}},
	{"job", []string{`P.nodeSelector = {a: "b c"}`}, []string{`server P.nodeSelector["a"]: invalid value`}},
	{"job", []string{`P.hostPID = true`, `P.shareProcessNamespace = true`}, []string{"server P.shareProcessNamespace: invalid value"}},
	{"job", []string{`P.hostPID = true`, `P.hostUsers = false`}, []string{"server P.hostPID: forbidden"}},
	{"job", []string{`P.os = {name: windows}`, `P.securityContext = {runAsUser: 1}`}, []string{"server P.securityContext.runAsUser: forbidden"}},
	{"job", []string{`P.serviceAccountName = a`, `P.serviceAccount = b`}, nil},
	{"job", []string{`P.tolerations = [{operator: Equal}]`}, []string{"server P.tolerations[0].operator: invalid value"}},
	{"job", []string{`P.tolerations = [{key: a, operator: Exists, tolerationSeconds: 1}]`}, []string{"server P.tolerations[0].effect: invalid value"}},
	{"job", []string{`P.affinity = {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}]}]}}}`},
		[]string{"server P.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: missing field"}},
	{"job", []string{`P.topologySpreadConstraints = [{maxSkew: 0, topologyKey: a, whenUnsatisfiable: DoNotSchedule}]`}, []string{"server P.topologySpreadConstraints[0].maxSkew: invalid value"}},
	{"job", []string{`P.securityContext = {sysctls: [{name: net.core.somaxconn, value: "1"}]}`, `P.hostNetwork = true`}, []string{"server P.securityContext.sysctls[0].name: invalid value"}},
	{"job", []string{`P.resources = {limits: {cpu: 1}}`, `C.resources = {limits: {cpu: 2}}`}, []string{`server C.resources.limits["cpu"]: invalid value`}},

	// containers
	{"job", []string{`C.name = Main`}, []string{"server C.name: invalid value"}},
	{"job", []string{`P.initContainers = [{name: main, image: a}]`}, []string{"server P.initContainers[0].name: duplicate"}},
	{"job", []string{`C.image =`}, []string{"server C.image: missing field"}},
	{"job", []string{`C.imagePullPolicy = Often`}, []string{"server C.imagePullPolicy: unsupported value"}},
	{"job", []string{`C.ports = [{containerPort: 70000}]`}, []string{"server C.ports[0].containerPort: invalid value"}},
	{"job", []string{`C.ports = [{containerPort: 80, name: eighty-eighty-eighty}]`}, []string{"server C.ports[0].name: invalid value"}},
	{"job", []string{`C.env = [{name: A}, {name: "B=C", value: x}]`}, []string{"server C.env[1].name: invalid value"}},
	{"job", []string{`C.env = [{name: 1A, value: x}]`}, nil},
	{"job", []string{`C.env = [{name: A, valueFrom: {}}]`}, []string{"server C.env[0].valueFrom: invalid value"}},
	{"job", []string{`C.env = [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]`}, []string{"server C.env[0].valueFrom: invalid value"}},
	{"job", []string{`C.env = [{name: A, valueFrom: {fieldRef: {fieldPath: status.phase}}}]`}, []string{"server C.env[0].valueFrom.fieldRef.fieldPath: unsupported value"}},
	{"job", []string{`C.env = [{name: A, valueFrom: {secretKeyRef: {name: s, key: "a b"}}}]`}, []string{"server C.env[0].valueFrom.secretKeyRef.key: invalid value"}},
	{"job", []string{`C.env = [{name: A, value: 5}]`}, []string{"server C.env[0].value: wrong type"}},
	{"job", []string{`C.envFrom = [{prefix: A}]`}, []string{"server C.envFrom[0]: invalid value"}},
	{"job", []string{`C.volumeMounts = [{name: v, mountPath: /v}]`}, []string{"server C.volumeMounts[0].name: not found"}},
	{"job", []string{`C.volumeMounts = [{name: v, mountPath: /v}]`, `P.volumes = [{name: v, emptyDir: {}}]`}, nil},
	{"job", []string{`C.resources = {requests: {cpu: 2}, limits: {cpu: 1}}`}, []string{"server C.resources.requests: invalid value"}},
	{"job", []string{`C.resources = {requests: {cpu: 1core}}`}, []string{`server C.resources.requests["cpu"]: wrong type`}},
	{"job", []string{`C.resources = {requests: {cpu: 1core, memory: 1 Gi}, limits: {gpu: 1}}`}, []string{`server C.resources.limits["gpu"]: invalid value`, `server C.resources.requests["cpu"]: wrong type`, `server C.resources.requests["memory"]: wrong type`}},
	{"job", []string{`C.resources = {requests: {nvidia.com/gpu: 1}}`}, []string{`server C.resources.limits: missing field`}},
	{"job", []string{`C.livenessProbe = {}`}, []string{"server C.livenessProbe: missing field"}},
	{"job", []string{`C.livenessProbe = {exec: {command: [a]}, successThreshold: 2}`}, []string{"server C.livenessProbe.successThreshold: invalid value"}},
	{"job", []string{`C.securityContext = {privileged: true}`}, nil},
	{"job", []string{`C.securityContext = {privileged: true, allowPrivilegeEscalation: false}`}, []string{"server C.securityContext: invalid value"}},
	{"job", []string{`C.securityContext = {seccompProfile: {type: Localhost}}`}, []string{"server C.securityContext.seccompProfile.localhostProfile: missing field"}},
	{"job", []string{`P.initContainers = [{name: a, image: a, livenessProbe: {exec: {command: [a]}}}]`}, []string{"server P.initContainers[0].livenessProbe: forbidden"}},
	{"job", []string{`P.initContainers = [{name: a, image: a, restartPolicy: Always, livenessProbe: {exec: {command: [a]}}}]`}, nil},
	{"job", []string{`C.lifecycle = {preStop: {sleep: {seconds: 31}}}`}, []string{"server C.lifecycle.preStop.sleep: invalid value"}},

	{"job", []string{`P.volumes = [{name: v, emptyDir: {}}]`, `C.volumeMounts = [{name: v, mountPath: /v}, {name: v, mountPath: /w, mountPropagation: Bidirectional}]`}, []string{"server C.volumeMounts[1].mountPropagation: forbidden"}},
	{"job", []string{`P.overhead = {gpu: 1}`}, []string{`server P.overhead["gpu"]: invalid value`}},
	{"job", []string{`P.affinity = {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a, namespaces: [a, a.b]}]}}`},
		[]string{"server P.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespaces[1]: invalid value"}},

	// volumes
	{"job", []string{`P.volumes = [{name: v, cephfs: {monitors: [a]}, emptyDir: {}}]`}, []string{"server P.volumes[0].cephfs: forbidden"}},
	{"job", []string{`P.volumes = [{name: v}]`}, nil},
	{"job", []string{`P.volumes = [{name: v, emptyDir: {}, configMap: {name: c}}]`}, []string{"server P.volumes[0].configMap: forbidden"}},
	{"job", []string{`P.volumes = [{name: v, configMap: {}}]`}, []string{"server P.volumes[0].configMap.name: missing field"}},
	{"job", []string{`P.volumes = [{name: v, configMap: {name: a, defaultMode: 777}}]`}, []string{"server P.volumes[0].configMap.defaultMode: invalid value"}},
	{"job", []string{`P.volumes = [{name: v, secret: {secretName: a, items: [{key: a, path: ../a}]}}]`}, []string{"server P.volumes[0].secret.items[0].path: invalid value"}},
	{"job", []string{`P.volumes = [{name: v, hostPath: {path: /a, type: Dir}}]`}, []string{"server P.volumes[0].hostPath.type: unsupported value"}},
	{"job", []string{`P.volumes = [{name: v, projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 60}}]}}]`}, []string{"server P.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: invalid value"}},
	{"job", []string{`P.volumes = [{name: v, image: {pullPolicy: Always}}]`}, []string{"server P.volumes[0].image.reference: missing field"}},

	// ConfigMap, Secret, claim
	{"configMap", []string{`data = {"a/b": c}`}, []string{`server data["a/b"]: invalid value`}},
	{"configMap", []string{`data = {a: b}`, `binaryData = {a: Yg==}`}, []string{`server data["a"]: invalid value`}},
	{"configMap", []string{`data = {a: ` + long(1<<20) + `}`}, nil},
	{"configMap", []string{`data = {a: ` + long(1<<20+1) + `}`}, []string{"server data: too long"}},
	{"configMap", []string{`binaryData = {a: "???"}`}, []string{`server binaryData["a"]: wrong type`}},
	{"secret", []string{`data = {a: aGk=}`, `stringData = {"a b": hunter2}`}, []string{`server stringData["a b"]: invalid value`}},
	{"secret", []string{`stringData = {a: ` + long(1<<20+1) + `}`}, []string{"server stringData: too long"}},
	{"secret", []string{`type = kubernetes.io/dockerconfigjson`, `stringData = {.dockerconfigjson: hunter2}`}, []string{`server stringData[".dockerconfigjson"]: invalid value`}},
	{"secret", []string{`type = kubernetes.io/tls`, `stringData = {tls.crt: hunter2}`}, []string{`server stringData["tls.key"]: missing field`}},
	{"secret", []string{`stringData =`, `data = {a: hunter2!}`}, []string{`server data["a"]: wrong type`}},
	{"claim", []string{`spec.resources.requests.storage = 0`}, []string{`server spec.resources.requests["storage"]: invalid value`}},
	{"claim", []string{`spec.resources =`}, []string{`server spec.resources.requests["storage"]: missing field`}},
	{"claim", []string{`spec.accessModes = [ReadWriteOncePod, ReadWriteOnce]`}, []string{"server spec.accessModes: forbidden"}},
	{"account", []string{`metadata.name = A`}, []string{"server metadata.name: invalid value"}},

	// RBAC and NetworkPolicy
	{"role", []string{`rules[0].verbs = []`}, []string{"server rules[0].verbs: missing field"}},
	{"role", []string{`rules[0] = {nonResourceURLs: [/healthz], verbs: [get]}`}, []string{"server rules[0].nonResourceURLs: invalid value"}},
	{"clusterRole", []string{`rules[0] = {nonResourceURLs: [/healthz], verbs: [get]}`}, nil},
	{"clusterRole", []string{`metadata.namespace = a`}, nil},
	{"role", []string{`metadata.name = a/b`}, []string{"server metadata.name: invalid value"}},
	{"binding", []string{`roleRef.kind = User`}, []string{"server roleRef.kind: unsupported value"}},
	{"binding", []string{`roleRef.name = ""`}, []string{"server roleRef.name: missing field"}},
	{"clusterBinding", []string{`subjects[0].namespace =`}, []string{"server subjects[0].namespace: missing field"}},
	{"policy", []string{`spec.egress[0].to = [{}]`}, []string{"server spec.egress[0].to[0]: missing field"}},
	{"policy", []string{`spec.egress[0].to[0].ipBlock.cidr = 10.0.0.1/8`}, []string{"server spec.egress[0].to[0].ipBlock.cidr: invalid value"}},
	{"policy", []string{`spec.egress[0].to[0].ipBlock.except = [11.0.0.0/8]`}, []string{"server spec.egress[0].to[0].ipBlock.except[0]: invalid value"}},
	{"policy", []string{`spec.egress[0].ports[0].endPort = 442`}, []string{"server spec.egress[0].ports[0].endPort: invalid value"}},
	{"policy", []string{`spec.policyTypes = [Both]`}, []string{"server spec.policyTypes[0]: unsupported value"}},
}

func TestRules(t *testing.T) {
	for _, c := range ruleCases {
		t.Run(name(c.base, c.changes), func(t *testing.T) {
			object := manifest(t, c.base, c.changes...)
			got := check(t, object, Options{Checks: []Check{OpenAPI, Server}})
			got = slices.DeleteFunc(got, func(line string) bool { return strings.HasPrefix(line, "openapi") && len(c.want) > 0 })
			if want := expand(c.base, c.want); !slices.Equal(got, want) {
				t.Errorf("found\n\t%s\nwant\n\t%s\nin\n%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"), printed(t, object, Options{Checks: []Check{OpenAPI, Server}}))
			}
		})
	}
}

// TestRulesHaveWords makes sure that every finding says something, in one line, and
// of a field, except where the object as a whole is meant.
func TestRulesHaveWords(t *testing.T) {
	for _, c := range ruleCases {
		all, err := Objects([][]byte{manifest(t, c.base, c.changes...)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all[0] {
			if f.Message == "" || strings.Contains(f.Message, "\n") || f.Path == "" && f.Reason != validate.Internal && f.Check != Apply {
				t.Errorf("%s: %q at %q", name(c.base, c.changes), f.Message, f.Path)
			}
		}
	}
}

func name(base string, changes []string) string {
	text := base + " " + strings.Join(changes, ", ")
	return text[:min(len(text), 120)]
}

// expand writes the short paths of the table out.
func expand(base string, want []string) []string {
	spec := " spec"
	if base == "cron" {
		spec = " spec.jobTemplate.spec"
	}
	short := strings.NewReplacer(" S.", spec+".", " P.", spec+".template.spec.", " C.", spec+".template.spec.containers[0].")
	var long []string
	for _, line := range want {
		long = append(long, short.Replace(line))
	}
	return long
}

// TestMain writes the cases to a file on demand, for the tests on real servers.
func TestMain(m *testing.M) {
	if file := os.Getenv("JOBGEN_CASES"); file != "" {
		if err := writeCases(file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// writeCases writes a line of JSON for each case of the tables: a name and an object.
func writeCases(file string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	lines := json.NewEncoder(out)
	write := func(base string, changes []string) {
		object := json.RawMessage(manifest(&testing.T{}, base, changes...))
		err = errors.Join(err, lines.Encode(map[string]any{"name": name(base, changes), "object": object}))
	}
	for _, c := range ruleCases {
		write(c.base, c.changes)
	}
	for _, c := range minorCases {
		write(c.base, c.changes)
	}
	return err
}
