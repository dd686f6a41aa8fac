package deliver_test

import (
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
	"github.com/jobgen-dev/jobgen/schema"
)

// fields says of each field of spec whether it moves the hash, and with which value
// that is tried; behind "|" are fields that it needs, which both Jobs have. Those of a
// CronJob, those that need more than spec, and those that cannot stand beside
// `rerun: onChange` are not tried. Fields that the API server drops, because their
// feature gate is off, move the hash too: in another cluster it may be on.
const fields = `
activeDeadlineSeconds: no 60
affinity: yes {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [a]}]}]}}}
args: yes [a]
automountServiceAccountToken: yes false
backoffLimit: no 3
backoffLimitPerIndex: yes 1 | completionMode: Indexed | completions: 2
command: yes [a]
commonLabels: yes {a: b}
completionMode: yes Indexed | completions: 1
completions: yes 2
concurrencyPolicy: cronjob
configMaps: no {c: {data: {k: v}}}
containerName: yes c
containerRestartPolicy: yes OnFailure
containers: yes [{name: c, image: c}]
createNamespace: beside
delivery: no flux
dnsConfig: yes {nameservers: [10.0.0.1]}
dnsPolicy: yes Default
enableServiceLinks: yes false
env: yes {A: b}
envFrom: yes [{configMap: c}]
evictionResponders: gated [{name: acme.io/drainer, priority: 100}]
failedJobsHistoryLimit: cronjob
hostAliases: yes [{ip: 10.0.0.1, hostnames: [a]}]
hostIPC: yes true
hostNetwork: yes true
hostPID: yes true
hostUsers: yes false
hostname: yes h
hostnameOverride: yes h
idempotent: no false
image: yes c:2
imagePullPolicy: yes Always
imagePullSecrets: yes [s]
initContainers: yes [{name: c, image: c}]
interpreter: yes [bash, -c] | script: a
jobAnnotations: cronjob
jobLabels: cronjob
jobSuspend: cronjob
lifecycle: yes {preStop: {exec: {command: [a]}}}
livenessProbe: yes {exec: {command: [a]}}
managedBy: yes acme.io/c
manualSelector: forbidden
maxFailedIndexes: no 1 | completionMode: Indexed | completions: 2 | backoffLimitPerIndex: 1
networkPolicy: no {egress: []}
nodeName: yes n
nodeSelector: yes {a: b}
os: yes {name: linux}
overhead: yes {cpu: 1} | runtimeClassName: r
parallelism: no 2 | completions: 3
podActiveDeadlineSeconds: yes 60
podAnnotations: yes {a: b}
podFailurePolicy: yes {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}
podLabels: yes {a: b}
podReplacementPolicy: no Failed
podResources: yes {limits: {cpu: 1}}
podSecurity: yes restricted
podSecurityContext: yes {runAsUser: 1}
ports: yes [{containerPort: 1}]
preemptionPolicy: yes Never
priority: yes 1
priorityClassName: yes p
readinessGates: yes [{conditionType: a.b/c}]
readinessProbe: yes {exec: {command: [a]}}
rerun: forbidden
resizePolicy: yes [{resourceName: cpu, restartPolicy: NotRequired}]
resourceClaims: yes [{name: c, resourceClaimName: c}]
resources: yes {limits: {cpu: 1}}
restartPolicy: yes OnFailure
restartPolicyRules: yes [{action: Restart, exitCodes: {operator: In, values: [42]}}] | containerRestartPolicy: Never
runtimeClassName: yes r
schedule: cronjob
schedulerName: yes s
scheduling: no {}
schedulingGates: yes [{name: a.b/c}]
schedulingGroup: gated {podGroupName: g}
script: yes a
secrets: no {s: {data: {k: {env: V}}}}
securityContext: yes {runAsUser: 1}
selector: forbidden
serviceAccount: yes {}
serviceAccountName: yes s
setHostnameAsFQDN: yes true
shareProcessNamespace: yes true
sidecars: yes [{name: c, image: c}]
startingDeadlineSeconds: cronjob
startupProbe: yes {exec: {command: [a]}}
stdin: yes true
stdinOnce: yes true | stdin: true
subdomain: yes s
successPolicy: yes {rules: [{succeededCount: 1}]} | completionMode: Indexed | completions: 2
successfulJobsHistoryLimit: cronjob
substitute: no [A] | delivery: flux
suspend: no true
terminationGracePeriodSeconds: yes 5
terminationMessagePath: yes /a
terminationMessagePolicy: yes FallbackToLogsOnError
timeZone: cronjob
tolerations: yes [{operator: Exists}]
topologySpreadConstraints: yes [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}]
ttlSecondsAfterFinished: no 100
tty: yes true
volumeDevices: yes [{name: v, devicePath: /dev/v}] | volumes: {v: {persistentVolumeClaim: {claimName: c}}}
volumes: yes {v: {emptyDir: {}}}
workingDir: yes /a
`

// A field moves the hash where the API server does not let it change, and nowhere
// else.
func TestEveryFieldAndTheHash(t *testing.T) {
	known := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(fields)) {
		field, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		known[field] = true
		moves, value, tried := strings.Cut(rest, " ")
		if !tried {
			continue
		}
		value, needs, _ := strings.Cut(value, " | ")
		needs = strings.ReplaceAll(needs, " | ", "\n")
		before, now := delivered(t, needs), delivered(t, field+": "+value+"\n"+needs)
		if moved := before.Name != now.Name; moved != (moves != "no") {
			t.Errorf("%s moves the hash: %v", field, moved)
		}
		if faults := update(t, before, now); (len(faults) > 0) != (moves == "yes") {
			t.Errorf("to the change of %s the API server says %v", field, faults)
		}
	}
	for _, f := range schema.Model().Field("spec").Type.Fields {
		if !known[f.Name] {
			t.Errorf("whether %s moves the hash is not said", f.Name)
		}
	}
}

// H 4: a change of any field of a hook moves the digest in the ConfigMap beside it, for
// Argo CD does not sync a change of hooks alone.
func TestEveryFieldAndTheDigest(t *testing.T) {
	for line := range strings.Lines(strings.TrimSpace(fields)) {
		field, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		_, value, tried := strings.Cut(rest, " ")
		if !tried || slices.Contains([]string{"configMaps", "delivery", "idempotent", "networkPolicy", "scheduling", "secrets", "substitute"}, field) {
			continue
		}
		value, needs, _ := strings.Cut(value, " | ")
		needs = strings.ReplaceAll(needs, " | ", "\n")
		if before, now := digest(t, needs), digest(t, field+": "+value+"\n"+needs); before == now {
			t.Errorf("%s moves no digest", field)
		}
	}
}

// digest returns what the ConfigMap beside a hook holds.
func digest(t *testing.T, fields string) string {
	t.Helper()
	for _, o := range objects(t, "rerun: always\n  delivery: argocd-hook", fields) {
		if cm, ok := o.Value.(*corev1.ConfigMap); ok && cm.Name == "a-digest" {
			return cm.Data["digest"]
		}
	}
	t.Errorf("there is no digest with %s", fields)
	return ""
}

// H 5: Argo CD may apply only what differs, and a Job that is replaced at every sync
// differs when only its ConfigMap does.
func TestDigestOnReplacedJobs(t *testing.T) {
	digests := map[string]bool{}
	for _, content := range []string{"v", "w"} {
		for _, o := range objects(t, "rerun: always\n  delivery: argocd", "configMaps: {c: {data: {k: "+content+"}}}\nenvFrom: [{configMap: c}]") {
			if o.Kind == "Job" {
				digests[o.Meta.Annotations[deliver.ContentDigest]] = true
			}
		}
	}
	if len(digests) != 2 || digests[""] {
		t.Errorf("the digests are %v", digests)
	}
}

// update returns what the API server says when one Job becomes the other.
func update(t *testing.T, before, now *batchv1.Job) (faults []apiserver.Fault) {
	t.Helper()
	before.Name, now.Name = "a", "a"
	old, err := render.JSON(before)
	if err != nil {
		t.Fatal(err)
	}
	text, err := render.JSON(now)
	if err != nil {
		t.Fatal(err)
	}
	if err := apiserver.Under(validate.NewestMinor, func(s *apiserver.Server) { faults = s.Update(old, text, apiserver.Running) }); err != nil {
		t.Fatal(err)
	}
	return faults
}
