package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/lint"
)

// parts make a Job, or a CronJob if it has cron: what is written into the maps of
// that name, in YAML's short form.
type parts struct{ meta, cron, job, pod, c string }

// object returns the manifest that the parts make.
func (p parts) object() string {
	job := fmt.Sprintf("{template: {spec: {containers: [{name: main, %s}], %s}}, %s}", p.c, p.pod, p.job)
	if p.cron == "" {
		return fmt.Sprintf("{apiVersion: batch/v1, kind: Job, metadata: {%s}, spec: %s}", p.meta, job)
	}
	return fmt.Sprintf("{apiVersion: batch/v1, kind: CronJob, metadata: {%s}, spec: {jobTemplate: {spec: %s}, %s}}", p.meta, job, p.cron)
}

const (
	pod  = "spec.template.spec"
	main = pod + ".containers[0]"
	cron = "spec.jobTemplate.spec"
)

// cases are of one rule each; want has the paths, and behind a plus sign the field
// that is missing there. Without want they are near misses.
var cases = []struct {
	rule string
	parts
	want string
}{
	{"JG001", parts{}, main + "+resources"},
	{"JG001", parts{c: "resources: {limits: {cpu: 1}}"}, main + ".resources.limits+memory"},
	{"JG001", parts{c: "resources: {requests: {memory: 1Gi}}"}, main + ".resources+limits"},
	{"JG001", parts{c: "resources: {limits: {memory: 1Gi}}"}, ""},
	{"JG001", parts{c: "resources: {limits: {memory: lots}}"}, ""}, // broken, not missing
	{"JG001", parts{pod: "resources: {limits: {memory: 1Gi}}"}, ""},
	{"JG001", parts{cron: "schedule: '@daily'"}, cron + ".template.spec.containers[0]+resources"},
	{"JG001", parts{c: "resources: {limits: {memory: 1}}", pod: "initContainers: [{name: a}]"}, pod + ".initContainers[0]+resources"},
	{"JG002", parts{}, main + "+resources"},
	{"JG002", parts{c: "resources: {requests: {cpu: 1}}"}, main + ".resources.requests+memory"},
	{"JG002", parts{c: "resources: {requests: {cpu: 1}, limits: {memory: 1Gi}}"}, ""},
	{"JG003", parts{c: "resources: {limits: {memory: 100m}}"}, main + `.resources.limits["memory"]`},
	{"JG003", parts{c: "resources: {requests: {memory: 0.5, ephemeral-storage: 1500m}}"}, main + `.resources.requests["ephemeral-storage"] ` + main + `.resources.requests["memory"]`},
	{"JG003", parts{c: "resources: {requests: {memory: 1.5Gi, cpu: 100m}, limits: {memory: 3000m}}"}, ""},
	{"JG003", parts{pod: "volumes: [{name: a, emptyDir: {sizeLimit: 10m}}]"}, pod + ".volumes[0].emptyDir.sizeLimit"},
	{"JG004", parts{pod: "volumes: [{name: a, emptyDir: {}}]"}, pod + ".volumes[0].emptyDir+sizeLimit"},
	{"JG004", parts{pod: "volumes: [{name: a, emptyDir: {sizeLimit: 1Gi}}, {name: b, emptyDir: {medium: Memory}}, {name: c}]"}, ""},
	// B 15: an amount that hardly anybody means.
	{"JG005", parts{c: "resources: {limits: {memory: 1e3, cpu: 0.0001}}"}, main + `.resources.limits["cpu"] ` + main + `.resources.limits["memory"]`},
	{"JG005", parts{c: "resources: {requests: {memory: 512, ephemeral-storage: 2k, cpu: 100u}}"}, main + `.resources.requests["cpu"] ` + main + `.resources.requests["ephemeral-storage"] ` + main + `.resources.requests["memory"]`},
	{"JG005", parts{pod: "volumes: [{name: a, emptyDir: {sizeLimit: 100}}], resources: {limits: {memory: 1}}"}, pod + `.resources.limits["memory"] ` + pod + ".volumes[0].emptyDir.sizeLimit"},
	{"JG005", parts{c: "resources: {limits: {memory: 9223372036854775808, cpu: 9223372036854775808}, requests: {memory: 2Pi}}"}, main + `.resources.limits["cpu"] ` + main + `.resources.limits["memory"] ` + main + `.resources.requests["memory"]`},
	{"JG003", parts{c: "resources: {limits: {memory: 9223372036854775808}}"}, ""},
	{"JG005", parts{c: "resources: {limits: {memory: 1e9, cpu: 1.5}, requests: {memory: 1Mi, cpu: 1m}}"}, ""},
	{"JG005", parts{c: "resources: {limits: {memory: 100m, nvidia.com/gpu: 1}, requests: {memory: 0, cpu: 0}}"}, ""}, // JG003

	{"JG010", parts{}, "spec+activeDeadlineSeconds"},
	{"JG010", parts{cron: "schedule: '@daily'"}, cron + "+activeDeadlineSeconds"},
	{"JG010", parts{job: "activeDeadlineSeconds: 0"}, ""},
	{"JG010", parts{pod: "activeDeadlineSeconds: 60"}, ""},
	{"JG011", parts{}, "spec+ttlSecondsAfterFinished"},
	{"JG011", parts{job: "ttlSecondsAfterFinished: 0"}, ""},
	{"JG011", parts{cron: "schedule: '@daily'"}, ""},
	{"JG011", parts{meta: "annotations: {helm.sh/hook: pre-install}"}, ""},
	{"JG011", parts{meta: "labels: {kustomize.toolkit.fluxcd.io/name: a}"}, ""},
	{"JG012", parts{cron: "schedule: '@daily'", job: "ttlSecondsAfterFinished: 600"}, cron + ".ttlSecondsAfterFinished"},
	{"JG012", parts{job: "ttlSecondsAfterFinished: 600"}, ""},
	{"JG013", parts{job: "ttlSecondsAfterFinished: 59"}, "spec.ttlSecondsAfterFinished"},
	{"JG013", parts{job: "ttlSecondsAfterFinished: 60"}, ""},
	{"JG014", parts{pod: "restartPolicy: OnFailure"}, pod + ".restartPolicy"},
	{"JG014", parts{pod: "restartPolicy: Never"}, ""},
	{"JG015", parts{job: "backoffLimit: 0"}, "spec.backoffLimit"},
	{"JG015", parts{job: "backoffLimit: 1"}, ""},
	{"JG015", parts{}, ""},
	{"JG015", parts{job: "backoffLimit: 0, podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}"}, ""},
	{"JG016", parts{job: "backoffLimit: 21"}, "spec.backoffLimit"},
	{"JG016", parts{job: "backoffLimit: 20"}, ""},
	{"JG016", parts{job: "backoffLimit: 40, completions: 2"}, ""},
	{"JG017", parts{c: "image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2'}, {name: b, image: a"}, main},
	{"JG017", parts{c: "image: a}, {name: b, image: 'istio/proxyv2@sha256:" + digest + "'"}, pod + ".containers[1]"},
	{"JG017", parts{c: "image: envoy"}, ""},
	{"JG017", parts{c: "image: envoy-tests}, {name: b, image: a"}, ""},
	{"JG017", parts{c: "image: envoy}, {name: b, image: a, command: [sh, -c, 'work; wget -q localhost:15020/quitquitquit']"}, ""},
	{"JG017", parts{c: "image: a", pod: "initContainers: [{name: b, image: envoy, restartPolicy: Always}]"}, ""},
	// I 5: endless by their command.
	{"JG017", parts{c: "image: a}, {name: b, image: a, command: [tail, -n, '0', -F, /log]"}, pod + ".containers[1]"},
	{"JG017", parts{c: "image: a}, {name: b, image: a, command: [sleep, infinity]"}, pod + ".containers[1]"},
	{"JG017", parts{c: "image: a}, {name: b, image: a, command: [sh, -c, 'while true; do sync; sleep 5; done']"}, pod + ".containers[1]"},
	{"JG017", parts{c: "image: a}, {name: b, image: a, command: [sh, -c, 'while :; do sync; sleep 5; done']"}, pod + ".containers[1]"},
	{"JG017", parts{c: "image: a, command: [sh, -c], args: ['exec tail --follow=name /log']}, {name: b, image: a"}, main},
	{"JG017", parts{c: "image: a}, {name: b, image: a, command: [sh, -c, 'while true; do test -f /done && exit 0; sleep 5; done']"}, ""},
	{"JG017", parts{c: "image: a}, {name: b, image: a, command: [sh, -c, 'until [ -f /done ]; do sleep 5; done']"}, ""},
	{"JG017", parts{c: "image: a}, {name: b, image: a, command: [sh, -c, 'tail -F /log & work']"}, ""},
	{"JG017", parts{c: "image: a}, {name: b, image: a, command: [tail, -n, '5', /log]"}, ""},
	{"JG017", parts{c: "image: a, command: [sleep, infinity]"}, ""},
	{"JG017", parts{c: "image: a, command: [work]", pod: "initContainers: [{name: b, image: a, command: [tail, -F, /log], restartPolicy: Always}]"}, ""},
	{"JG018", parts{c: "readinessProbe: {exec: {command: [a]}}"}, main + ".readinessProbe"},
	{"JG018", parts{c: "livenessProbe: {exec: {command: [a]}}, startupProbe: {exec: {command: [a]}}"}, ""},
	{"JG018", parts{c: "readinessProbe: {exec: {command: [a]}}", pod: "subdomain: a"}, ""},
	// H 2: Kueue suspends by itself.
	{"JG019", parts{meta: "labels: {kueue.x-k8s.io/queue-name: a}", job: "suspend: true"}, "spec.suspend"},
	{"JG019", parts{meta: "labels: {kueue.x-k8s.io/queue-name: a}", job: "suspend: false"}, ""},
	{"JG019", parts{job: "suspend: true"}, ""},
	{"JG019", parts{meta: "labels: {kueue.x-k8s.io/queue-name: a}", cron: "suspend: true"}, ""},

	{"JG020", parts{job: "completions: 8, parallelism: 2", c: "env: [{name: WORK_QUEUE, value: a}]"}, "spec.completions"},
	{"JG020", parts{job: "parallelism: 2", c: "env: [{name: WORK_QUEUE, value: a}]"}, ""},
	{"JG020", parts{job: "completions: 8, completionMode: Indexed", c: "env: [{name: WORK_QUEUE, value: a}]"}, ""},
	{"JG020", parts{job: "completions: 8", c: "env: [{name: QUEUEING, value: a}]"}, ""},
	{"JG021", parts{job: "completions: 2, parallelism: 3"}, "spec.parallelism"},
	{"JG021", parts{job: "completions: 3, parallelism: 3"}, ""},
	{"JG021", parts{job: "parallelism: 3"}, ""},
	{"JG022", parts{job: "completions: 3, completionMode: Indexed", c: "command: [sh, -c, echo one]"}, "spec.completionMode"},
	{"JG022", parts{job: "completions: 3, completionMode: Indexed", c: "command: [sh, -c, echo $JOB_COMPLETION_INDEX]"}, ""},
	{"JG022", parts{job: "completions: 3, completionMode: Indexed", c: "command: [sh, -c, python work.py]"}, ""},
	{"JG022", parts{job: "completions: 3, completionMode: Indexed", c: "command: [work]"}, ""},
	// K 3: each pod does the same.
	{"JG023", parts{job: "completions: 10, parallelism: 5", c: "args: [process, dataset]"}, "spec.completions"},
	{"JG023", parts{cron: "schedule: '@daily'", job: "completions: 2", c: "env: [{name: INPUT, value: /data}]"}, cron + ".completions"},
	{"JG023", parts{job: "completions: 10, completionMode: Indexed", c: "args: [process]"}, ""},
	{"JG023", parts{job: "completions: 10", c: "env: [{name: BROKER, value: 'amqp://a'}]"}, ""},
	{"JG023", parts{job: "completions: 10", c: "env: [{name: ME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"}, ""},
	{"JG023", parts{job: "completions: 10", c: "command: [sh, -c, 'work --part $HOSTNAME']"}, ""},
	{"JG023", parts{job: "completions: 1", c: "args: [process]"}, ""},
	// K 4: selectors that miss the Job's own pods.
	{"JG024", parts{meta: "name: a", pod: "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: a}}, topologyKey: b}]}}"}, pod + ".affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector"},
	{"JG024", parts{meta: "name: a", pod: "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {labelSelector: {matchExpressions: [{key: app, operator: In, values: [a]}]}, topologyKey: b}}]}}"}, pod + ".affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector"},
	{"JG024", parts{meta: "name: a", cron: "schedule: '@daily'", pod: "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {job-name: a}}, topologyKey: b}]}}"}, cron + ".template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector"},
	{"JG024", parts{pod: "topologySpreadConstraints: [{maxSkew: 1, labelSelector: {matchLabels: {app: a}}}, {maxSkew: 1}]"}, pod + ".topologySpreadConstraints[0].labelSelector " + pod + ".topologySpreadConstraints[1]+labelSelector"},
	{"JG024", parts{meta: "name: a", pod: "topologySpreadConstraints: [{maxSkew: 1, labelSelector: {matchLabels: {job-name: a}}}]"}, ""},
	{"JG024", parts{meta: "name: a", pod: "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: database}}, topologyKey: b}]}}"}, ""},
	{"JG024", parts{meta: "name: a", pod: "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {batch.kubernetes.io/job-name: a}}, topologyKey: b}]}}"}, ""},
	{"JG024", parts{meta: "name: a", pod: "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: a}}, namespaces: [b], topologyKey: b}]}}"}, ""},

	{"JG030", parts{cron: "schedule: '@daily'"}, "spec+startingDeadlineSeconds"},
	{"JG030", parts{cron: "schedule: '@daily', startingDeadlineSeconds: 5"}, ""},
	{"JG030", parts{}, ""},
	{"JG031", parts{cron: "startingDeadlineSeconds: 9"}, "spec.startingDeadlineSeconds"},
	{"JG031", parts{cron: "startingDeadlineSeconds: 10"}, ""},
	{"JG032", parts{cron: "schedule: '*/61 * * * *'"}, "spec.schedule"},
	{"JG032", parts{cron: "schedule: '0 */48 * * *'"}, "spec.schedule"},
	{"JG032", parts{cron: "schedule: '*/60 */24 * * *'"}, ""},
	// B 14: each second.
	{"JG032", parts{cron: "schedule: '@every 0s'"}, "spec.schedule"},
	{"JG032", parts{cron: "schedule: '@every -5m'"}, "spec.schedule"},
	{"JG032", parts{cron: "schedule: '@every 1ms'"}, "spec.schedule"},
	{"JG032", parts{cron: "schedule: '@every 5s'"}, ""},
	{"JG033", parts{cron: "schedule: '*/45 * * * *'"}, "spec.schedule"},
	{"JG033", parts{cron: "schedule: '0 0 */2 * *'"}, "spec.schedule"},
	{"JG033", parts{cron: "schedule: '*/15 */8 * */3 *'"}, ""},
	{"JG033", parts{cron: "schedule: '0-50/7 * * * *'"}, ""}, // as if written on purpose
	{"JG034", parts{cron: "schedule: '0 0 30 2 *'"}, "spec.schedule"},
	{"JG034", parts{cron: "schedule: '0 0 31 feb,4,JUN *'"}, "spec.schedule"},
	{"JG034", parts{cron: "schedule: '0 0 29 2 *'"}, ""},
	{"JG034", parts{cron: "schedule: '0 0 30 2 1'"}, ""}, // on Mondays
	{"JG034", parts{cron: "schedule: '0 0 31 */2 *'"}, ""},
	{"JG035", parts{cron: "schedule: '0 0 13 * 5'"}, "spec.schedule"},
	{"JG035", parts{cron: "schedule: '0 0 13 * ?'"}, ""},
	{"JG035", parts{cron: "schedule: '@weekly'"}, ""},
	{"JG036", parts{cron: "schedule: '@daily'"}, "spec+concurrencyPolicy"},
	{"JG036", parts{cron: "schedule: '*/10 * * * *'", job: "activeDeadlineSeconds: 601"}, "spec+concurrencyPolicy"},
	{"JG036", parts{cron: "schedule: '50,0 * * * *'", job: "activeDeadlineSeconds: 1200"}, "spec+concurrencyPolicy"},
	{"JG036", parts{cron: "schedule: '*/10 * * * *'", job: "activeDeadlineSeconds: 600"}, ""},
	{"JG036", parts{cron: "schedule: '@every 10m'", job: "activeDeadlineSeconds: 600"}, ""},
	{"JG036", parts{cron: "schedule: '@daily', concurrencyPolicy: Allow"}, ""},
	{"JG037", parts{cron: "failedJobsHistoryLimit: 0"}, "spec.failedJobsHistoryLimit"},
	{"JG037", parts{cron: "failedJobsHistoryLimit: 1, successfulJobsHistoryLimit: 0"}, ""},
	{"JG038", parts{cron: "schedule: '0 2 * * *'"}, "spec+timeZone"},
	{"JG038", parts{cron: "schedule: '@daily'"}, "spec+timeZone"},
	{"JG038", parts{cron: "schedule: '30 * * * *'"}, ""},
	{"JG038", parts{cron: "schedule: '0 2 * * *', timeZone: Etc/UTC"}, ""},
	{"JG038", parts{cron: "schedule: 'never'"}, ""},
	// B 16: hours that a change of the clock leaves out or repeats.
	{"JG039", parts{cron: "schedule: '30 2 * * *', timeZone: Europe/Berlin"}, "spec.schedule"},
	{"JG039", parts{cron: "schedule: '0,30 1-3 * * *', timeZone: America/New_York"}, "spec.schedule"},
	{"JG039", parts{cron: "schedule: '15 1 * * *', timeZone: America/New_York"}, "spec.schedule"},
	{"JG039", parts{cron: "schedule: '30 4 * * *', timeZone: Europe/Berlin"}, ""},
	{"JG039", parts{cron: "schedule: '0 3 * * *', timeZone: Europe/Berlin"}, ""},
	{"JG039", parts{cron: "schedule: '30 * * * *', timeZone: Europe/Berlin"}, ""},
	{"JG039", parts{cron: "schedule: '30 2 * * 1-5', timeZone: Europe/Berlin"}, ""}, // clocks change on Sundays
	{"JG039", parts{cron: "schedule: '30 2 * * *', timeZone: Etc/UTC"}, ""},
	{"JG039", parts{cron: "schedule: '30 2 * * *', timeZone: Asia/Tokyo"}, ""},
	{"JG039", parts{cron: "schedule: '30 2 * * *'"}, ""},
	{"JG039", parts{cron: "schedule: '@every 1h', timeZone: Europe/Berlin"}, ""},

	{"JG040", parts{c: "image: busybox"}, main + ".image"},
	{"JG040", parts{c: "image: 'registry.example:5000/a'"}, main + ".image"},
	{"JG040", parts{c: "image: 'a:latest'"}, main + ".image"},
	{"JG040", parts{c: "image: 'a:1.0'"}, ""},
	{"JG040", parts{c: "image: 'a:latest@sha256:" + digest + "'"}, ""},
	{"JG040", parts{c: "image: '{{ image }}'"}, ""},
	{"JG040", parts{c: "image: 'a:1'", pod: "volumes: [{name: a, image: {reference: a}}]"}, pod + ".volumes[0].image.reference"},
	{"JG041", parts{c: "args: [a, –delete]"}, main + ".args[1]"},
	{"JG041", parts{c: "args: [“a”]"}, main + ".args[0]"},
	{"JG041", parts{c: `command: [sh, -c, "rm –rf /a"]`}, main + ".command[2]"},
	{"JG041", parts{c: `args: ["Köln – Bonn", "2020–2024"]`}, ""},
	{"JG041", parts{c: `command: [sh, -c, "echo 'it’s –done'\n# –x"]`}, ""},
	{"JG042", parts{c: "args: [$(DAY)]"}, main + ".args[0]"},
	{"JG042", parts{c: "env: [{name: A, value: $(B)}, {name: B, value: b}]"}, main + ".env[0].value"},
	{"JG042", parts{c: "env: [{name: PATH, value: '/a:$(PATH)'}]"}, main + ".env[0].value"},
	{"JG042", parts{c: "env: [{name: B, value: b}, {name: A, value: $(B)}], args: [$(A), $$(C), $(date), $(DB_SERVICE_HOST)]"}, ""},
	{"JG042", parts{c: "args: [$(DAY)], envFrom: [{configMapRef: {name: a}}]"}, ""},
	{"JG042", parts{job: "completionMode: Indexed", c: "args: [$(JOB_COMPLETION_INDEX)]"}, ""},
	{"JG043", parts{c: "command: [echo hello]"}, main + ".command[0]"},
	{"JG043", parts{c: "command: [sh -c, echo hello]"}, main + ".command[0]"},
	{"JG043", parts{c: "command: [echo, hello you], args: [a b]"}, ""},
	{"JG043", parts{c: `command: ['C:\Program Files\a.exe']`}, ""},
	{"JG044", parts{c: "command: [/bin/sh, -c], args: [echo a, echo b]"}, main + ".args[1]"},
	{"JG044", parts{c: "command: [bash, -euo, pipefail, -c, echo, a]"}, main + ".command[5]"},
	{"JG044", parts{c: "command: [sh, -c, 'echo \"$1\"', sh, a]"}, ""},
	{"JG044", parts{c: "command: [sh, work.sh, -c, a, b]"}, ""},
	{"JG045", parts{c: "command: [a], args: [b, '&&', c]"}, main + ".args[1]"},
	{"JG045", parts{c: "command: [sh, -c, 'a && b']"}, ""},
	{"JG045", parts{c: "args: [a, '&&', b]"}, ""},
	{"JG045", parts{c: "command: [find, /a, -exec, rm, '{}', ;]"}, ""},
	// B 11: nothing fills it in.
	{"JG046", parts{c: "command: [echo, $FOO]"}, main + ".command[1]"},
	{"JG046", parts{c: "command: [work], args: ['--dir=${HOME}/data', $(date), '--at=$(date +%F)']"}, main + ".args[0] " + main + ".args[1] " + main + ".args[2]"},
	{"JG046", parts{c: "args: [$DAY], env: [{name: DAY, value: a}, {name: DIR, value: '/data/${DAY}'}]"}, main + ".args[0] " + main + ".env[1].value"},
	{"JG046", parts{c: "command: [work, '--at=${DAY:-monday}']"}, main + ".command[1]"},
	{"JG046", parts{c: "command: [sh, -c, 'echo $FOO $(date)']"}, ""},
	{"JG046", parts{c: "command: [echo, $(FOO), '$5', costs$, 's3://a/$', '{$.items}', '^a$']"}, ""},
	{"JG046", parts{c: "command: [awk, '{print $NF}'], args: [$FOO]"}, ""},
	{"JG046", parts{c: "args: [$DAY], env: [{name: PASSWORD_FORMAT, value: $NAME}]"}, ""},
	{"JG047", parts{c: "image: '{{ .Values.image }}', env: [{name: A, value: '${{ secrets.A }}'}, {name: B, value: '{{ name }}'}, {name: C, value: 'a <no value>'}]"}, main + ".env[0].value " + main + ".env[1].value " + main + ".env[2].value " + main + ".image"},
	{"JG047", parts{c: "args: ['--name={{ include \"a.fullname\" . }}', '{{ .Release.Name }}-a', '#{Octopus.Name}']"}, main + ".args[0] " + main + ".args[1] " + main + ".args[2]"},
	{"JG047", parts{c: "args: ['--format={{.Names}} {{.ID}}', '{\"a\": {\"b\": 1}}'], command: [sh, -c, 'docker ps --format \"{{ .Names }}\"']"}, ""},
	// B 12: a pipe hides a first command that fails.
	{"JG048", parts{c: "command: [sh, -c, 'pg_dump a | gzip > b']"}, main + ".command[2]"},
	{"JG048", parts{c: `command: [sh, -ec], args: ["set -u\nDAY=1 dump --all 'a|b' \\\n  | gzip > c"]`}, main + ".args[0]"},
	{"JG048", parts{c: "command: [bash, -c, 'a && mysqldump b | gzip | upload']"}, main + ".command[2]"},
	{"JG048", parts{c: "command: [bash, -c, 'set -eo pipefail; pg_dump a | gzip > b']"}, ""},
	{"JG048", parts{c: "command: [bash, -eo, pipefail, -c, 'pg_dump a | gzip > b']"}, ""},
	{"JG048", parts{c: "command: [sh, -c, 'echo a | tr a b; a || b; if get | grep -q c; then d; fi; get | grep c']"}, ""},
	{"JG048", parts{c: `command: [sh, -c, "case $1 in a|b) c;; esac; d 'e | f'\n# g | h"]`}, ""},
	{"JG048", parts{c: "command: [dump, '|', gzip]"}, ""}, // JG045
	// B 8: CR LF.
	{"JG049", parts{c: `command: [sh, -c, "set -e\r\nwork\r\n"], env: [{name: A, value: "b\r"}]`}, main + ".command[2] " + main + ".env[0].value"},
	{"JG049", parts{c: `command: [sh, -c, "printf 'a\\r\\n'"]`}, ""},

	{"JG050", parts{c: "env: [{name: DB_PASSWORD, value: hunter2}]"}, main + ".env[0].value"},
	{"JG050", parts{c: "env: [{name: apiKey, value: hunter2}]"}, main + ".env[0].value"},
	{"JG050", parts{c: "env: [{name: A, value: 'postgres://u:hunter2@db/a'}]"}, main + ".env[0].value"},
	{"JG050", parts{c: "env: [{name: A, value: AKIAIOSFODNN7EXAMPLE}]"}, main + ".env[0].value"},
	{"JG050", parts{c: "env: [{name: PASSWORD, valueFrom: {configMapKeyRef: {name: a, key: hunter2}}}]"}, main + ".env[0].valueFrom.configMapKeyRef"},
	{"JG050", parts{c: "env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: a, key: b}}}, {name: PASSWORD_FILE, value: /a}, {name: TOKEN, value: ''}]"}, ""},
	{"JG050", parts{c: "env: [{name: TOKEN, value: $(A)}, {name: A_SECRET, value: db-secret}, {name: MAX_TOKENS, value: '5'}, {name: USE_TOKEN, value: 'true'}]"}, ""},
	{"JG050", parts{c: "env: [{name: URL, value: 'postgres://u:$(PASSWORD)@db/a'}, {name: CREDENTIALS, value: /var/key.json}, {name: PASS, value: '<yours>'}]"}, ""},
	{"JG051", parts{c: "args: [--password=hunter2]"}, main + ".args[0]"},
	{"JG051", parts{c: "args: [--token, hunter2]"}, main + ".args[1]"},
	{"JG051", parts{c: "command: [sh, -c, 'run --api-key hunter2']"}, main + ".command[2]"},
	{"JG051", parts{c: "command: [sh, -c, 'export PGPASSWORD=hunter2; psql']"}, main + ".command[2]"},
	{"JG051", parts{c: "command: [sh, -c, 'mysql -u root -phunter2 db']"}, main + ".command[2]"},
	{"JG051", parts{c: "command: [sh, -c, 'curl -s -u a:hunter2 http://b']"}, main + ".command[2]"},
	{"JG051", parts{c: "args: ['https://u:hunter2@a/b']"}, main + ".args[0]"},
	{"JG051", parts{c: "args: [--password-file=/a, --token, $(TOKEN), --password=$(P), --secret=db-secret]"}, ""},
	{"JG051", parts{c: `command: [sh, -c, 'run --password "$P" --token=$(cat /t); mysql -p"$P"; T_PASSWORD=$P; curl -u a:$P b; read -p a']`}, ""},
	{"JG052", parts{c: "args: [-p, $(P)], env: [{name: P, valueFrom: {secretKeyRef: {name: a, key: b}}}]"}, main + ".args[1]"},
	{"JG052", parts{c: "args: [-p, $(P)], env: [{name: P, value: a}]"}, ""},
	{"JG052", parts{c: "args: [-p, $$(P)], env: [{name: P, valueFrom: {secretKeyRef: {name: a, key: b}}}]"}, ""},

	{"JG064", parts{pod: "hostNetwork: true, hostPID: true, hostIPC: true"}, pod + ".hostIPC " + pod + ".hostNetwork " + pod + ".hostPID"},
	{"JG064", parts{pod: "securityContext: {runAsUser: 0}, volumes: [{name: a, hostPath: {path: /}}]"}, pod + ".securityContext.runAsUser " + pod + ".volumes[0].hostPath"},
	{"JG064", parts{c: "securityContext: {privileged: true, capabilities: {add: [CHOWN, SYS_ADMIN]}}"}, main + ".securityContext.capabilities.add[1] " + main + ".securityContext.privileged"},
	{"JG064", parts{c: "securityContext: {privileged: false, runAsUser: 1, capabilities: {drop: [ALL]}}"}, ""},
	// I 2: names without case, with CAP_ or not, and more of them.
	{"JG064", parts{c: "securityContext: {capabilities: {add: [all, sys_admin, CAP_SYS_ADMIN, cap_net_admin, NET_RAW, SYS_PTRACE, SYS_MODULE, CHOWN, CAP_NET_BIND_SERVICE]}}"}, capabilities(7)},
	{"JG064", parts{c: "securityContext: {capabilities: {add: [chown, SETUID, cap_kill]}}"}, ""},
	{"JG065", parts{}, pod + "+automountServiceAccountToken"},
	{"JG065", parts{pod: "serviceAccountName: default"}, pod + "+automountServiceAccountToken"},
	{"JG065", parts{pod: "serviceAccountName: a"}, ""},
	{"JG065", parts{pod: "automountServiceAccountToken: true"}, ""},
	// B 6: a user by name never starts.
	{"JG066", parts{pod: "securityContext: {runAsNonRoot: true}"}, pod + ".securityContext.runAsNonRoot"},
	{"JG066", parts{c: "securityContext: {runAsNonRoot: true}"}, main + ".securityContext.runAsNonRoot"},
	{"JG066", parts{pod: "securityContext: {runAsNonRoot: true}", c: "securityContext: {runAsUser: 5}"}, ""},
	{"JG066", parts{pod: "securityContext: {runAsNonRoot: true, runAsUser: 5}"}, ""},
	{"JG066", parts{pod: "securityContext: {runAsNonRoot: true}", c: "securityContext: {runAsNonRoot: false}"}, ""},
	{"JG066", parts{pod: "securityContext: {runAsNonRoot: true}", c: "image: 'gcr.io/distroless/static:nonroot'"}, ""},
	{"JG070", parts{meta: "generateName: a-"}, "metadata.generateName"},
	{"JG070", parts{meta: "generateName: a-, name: a"}, ""},
	{"JG070", parts{meta: "generateName: a-, annotations: {argocd.argoproj.io/hook: PreSync}"}, ""}, // C 7
	{"JG071", parts{meta: "labels: {team: a}"}, "metadata.labels+app.kubernetes.io/name"},
	{"JG071", parts{meta: "name: a"}, "metadata+labels"},
	{"JG071", parts{meta: "labels: {app: a}"}, ""},
	{"JG072", parts{meta: "namespace: default"}, "metadata.namespace"},
	{"JG072", parts{meta: "namespace: batch"}, ""},
	// B 5: where nobody reads them.
	{"JG073", parts{meta: "annotations: {cluster-autoscaler.kubernetes.io/safe-to-evict: 'false', karpenter.sh/do-not-disrupt: 'true', vault.hashicorp.com/agent-inject: 'true'}"},
		`metadata.annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"] metadata.annotations["karpenter.sh/do-not-disrupt"] metadata.annotations["vault.hashicorp.com/agent-inject"]`},
	{"JG073", parts{meta: "labels: {sidecar.istio.io/inject: 'false', cloud.google.com/gke-spot: 'true'}"}, `metadata.labels["cloud.google.com/gke-spot"] metadata.labels["sidecar.istio.io/inject"]`},
	{"JG073", parts{cron: "schedule: '@daily'", meta: "labels: {kueue.x-k8s.io/queue-name: a}, annotations: {kueue.x-k8s.io/job-min-parallelism: '2', linkerd.io/inject: disabled}"},
		`metadata.annotations["kueue.x-k8s.io/job-min-parallelism"] metadata.annotations["linkerd.io/inject"] metadata.labels["kueue.x-k8s.io/queue-name"]`},
	{"JG073", parts{job: "template: {metadata: {annotations: {argocd.argoproj.io/hook: PreSync, helm.sh/hook: pre-install}, labels: {kueue.x-k8s.io/queue-name: a, prometheus.io/scrape: 'true'}}}"},
		`spec.template.metadata.annotations["argocd.argoproj.io/hook"] spec.template.metadata.annotations["helm.sh/hook"] spec.template.metadata.labels["kueue.x-k8s.io/queue-name"] spec.template.metadata.labels["prometheus.io/scrape"]`},
	{"JG073", parts{job: "template: {metadata: {annotations: {eks.amazonaws.com/role-arn: a, seccomp.security.alpha.kubernetes.io/pod: runtime/default}}}"},
		`spec.template.metadata.annotations["eks.amazonaws.com/role-arn"] spec.template.metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"]`},
	{"JG073", parts{job: "template: {metadata: {annotations: {cluster-autoscaler.kubernetes.io/safe-to-evict: 'false', dapr.io/enabled: 'true'}, labels: {azure.workload.identity/use: 'true'}}}", meta: "labels: {kueue.x-k8s.io/queue-name: a, app: b}, annotations: {argocd.argoproj.io/sync-wave: '1', dapr.io/enabled: 'true'}"}, ""},
	{"JG073", parts{meta: "labels: {kustomize.toolkit.fluxcd.io/name: a, team: b}, annotations: {example.com/prometheus.io: a}"}, ""},
	{"JG074", parts{meta: "labels: {kueue.x-k8s.io/max-exec-time-seconds: '0'}, annotations: {kueue.x-k8s.io/job-min-parallelism: '9'}", job: "parallelism: 4"},
		`metadata.annotations["kueue.x-k8s.io/job-min-parallelism"] metadata.labels["kueue.x-k8s.io/max-exec-time-seconds"]`},
	{"JG074", parts{meta: "annotations: {kueue.x-k8s.io/job-min-parallelism: '4', argocd.argoproj.io/hook: 'presync', helm.sh/hook: 'pre-install, post-instal', argocd.argoproj.io/sync-wave: first}", job: "parallelism: 4"},
		`metadata.annotations["argocd.argoproj.io/hook"] metadata.annotations["argocd.argoproj.io/sync-wave"] metadata.annotations["helm.sh/hook"] metadata.annotations["kueue.x-k8s.io/job-min-parallelism"]`},
	{"JG074", parts{job: "template: {metadata: {annotations: {linkerd.io/inject: 'false', kubectl.kubernetes.io/default-container: other, prometheus.io/port: http}}, spec: {containers: [{name: main}]}}"},
		`spec.template.metadata.annotations["kubectl.kubernetes.io/default-container"] spec.template.metadata.annotations["linkerd.io/inject"] spec.template.metadata.annotations["prometheus.io/port"]`},
	{"JG074", parts{meta: "labels: {kueue.x-k8s.io/max-exec-time-seconds: '60'}, annotations: {kueue.x-k8s.io/job-min-parallelism: '3', argocd.argoproj.io/hook: 'PreSync,PostSync', helm.sh/hook-weight: '-5', helm.sh/hook: '{{ .Values.hook }}'}", job: "parallelism: 4"}, ""},

	// B 18: Argo CD reads it of the CronJob.
	{"JG073", parts{cron: "schedule: '@daily'", meta: "annotations: {argocd.argoproj.io/ignore-healthcheck: 'true'}"}, ""},
	{"JG073", parts{job: "template: {metadata: {annotations: {argocd.argoproj.io/ignore-healthcheck: 'true'}}}"}, `spec.template.metadata.annotations["argocd.argoproj.io/ignore-healthcheck"]`},
	// B 5: a value that the cluster autoscaler knows from 1.36 on.
	{"JG074", parts{job: "template: {metadata: {annotations: {cluster-autoscaler.kubernetes.io/safe-to-evict: on-completion}}}"}, ""},
	{"JG074", parts{job: "template: {metadata: {annotations: {cluster-autoscaler.kubernetes.io/safe-to-evict: never}}}"}, `spec.template.metadata.annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"]`},

	// B 7: decimal where octal is meant.
	{"JG080", parts{pod: "volumes: [{name: a, configMap: {name: a, defaultMode: 400}}, {name: b, secret: {secretName: b, defaultMode: 444, items: [{key: a, path: b, mode: 440}]}}]"},
		pod + ".volumes[0].configMap.defaultMode " + pod + ".volumes[1].secret.defaultMode " + pod + ".volumes[1].secret.items[0].mode"},
	{"JG080", parts{pod: "volumes: [{name: a, projected: {defaultMode: 500, sources: [{configMap: {name: a, items: [{key: a, path: b, mode: 644}]}}, {downwardAPI: {items: [{path: c, mode: 755}]}}]}}]"},
		pod + ".volumes[0].projected.defaultMode " + pod + ".volumes[0].projected.sources[0].configMap.items[0].mode " + pod + ".volumes[0].projected.sources[1].downwardAPI.items[0].mode"},
	{"JG080", parts{pod: "volumes: [{name: a, configMap: {name: a, defaultMode: 0400}}, {name: b, secret: {secretName: b, defaultMode: 420}}, {name: c, secret: {secretName: c, defaultMode: 511}}, {name: d, downwardAPI: {defaultMode: 256}}]"}, ""},
	{"JG081", parts{pod: "securityContext: {runAsUser: 5}, volumes: [{name: a, secret: {secretName: b, defaultMode: 0400}}]", c: "volumeMounts: [{name: a, mountPath: /a}]"}, pod + ".volumes[0].secret.defaultMode"},
	{"JG081", parts{pod: "volumes: [{name: a, configMap: {name: b, items: [{key: a, path: b, mode: 0440}]}}]", c: "securityContext: {runAsUser: 5, runAsGroup: 5}, volumeMounts: [{name: a, mountPath: /a}]"}, pod + ".volumes[0].configMap.items[0].mode"},
	{"JG081", parts{pod: "securityContext: {runAsUser: 5, fsGroup: 5}, volumes: [{name: a, secret: {secretName: b, defaultMode: 0400}}]", c: "volumeMounts: [{name: a, mountPath: /a}]"}, ""},
	{"JG081", parts{pod: "volumes: [{name: a, secret: {secretName: b, defaultMode: 0400}}]", c: "volumeMounts: [{name: a, mountPath: /a}]"}, ""},
	{"JG081", parts{pod: "securityContext: {runAsUser: 5}, volumes: [{name: a, secret: {secretName: b, defaultMode: 0440}}]", c: "volumeMounts: [{name: a, mountPath: /a}]"}, ""},
	{"JG082", parts{pod: "volumes: [{name: a, configMap: {name: a}}, {name: b, emptyDir: {}}]", c: "volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /a/b}, {name: b, mountPath: /a/}]"}, main + ".volumeMounts[1].mountPath " + main + ".volumeMounts[2].mountPath"},
	{"JG082", parts{pod: "volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]", c: "volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /a/b}, {name: b, mountPath: /ab}]"}, ""},
	{"JG083", parts{c: "ports: [{containerPort: 80}]}, {name: b, ports: [{containerPort: 80, protocol: TCP}, {containerPort: 81}]"}, pod + ".containers[1].ports[0].containerPort"},
	{"JG083", parts{c: "ports: [{containerPort: 80}]", pod: "initContainers: [{name: b, restartPolicy: Always, ports: [{containerPort: 80}]}]"}, main + ".ports[0].containerPort"},
	// Issue item 5: a read-only file system that can be seen.
	{"JG084", parts{c: "securityContext: {readOnlyRootFilesystem: true}, command: [sh, -c, 'date > /tmp/now; work > /dev/null']"}, main + ".command[2]"},
	{"JG084", parts{pod: "volumes: [{name: a, configMap: {name: a}}, {name: b, emptyDir: {}}]", c: "volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /a/b, readOnly: true}], command: [sh, -c, 'mkdir -p /a/b/c']"}, main + ".command[2]"},
	{"JG084", parts{pod: "volumes: [{name: a, emptyDir: {}}]", c: "securityContext: {readOnlyRootFilesystem: true}, volumeMounts: [{name: a, mountPath: /tmp}], command: [sh, -c, 'date >> /tmp/now; work 2>/dev/null']"}, ""},
	{"JG084", parts{c: "command: [sh, -c, 'date > /tmp/now']"}, ""},
	{"JG084", parts{c: "securityContext: {readOnlyRootFilesystem: true}, command: [sh, -c, 'cat < /etc/hosts; echo \"a > /b\"']"}, ""},
	{"JG083", parts{c: "ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]", pod: "initContainers: [{name: b, ports: [{containerPort: 80}]}]"}, ""},
}

const digest = "9ae97d36d26566ff84e8893c64a6dc4fe8ca6d1144bf5b87b2b85a32def253c7"

// others are the cases of kinds that have no Pods.
var others = []struct{ rule, kind, fields, want string }{
	{"JG003", "v1 PersistentVolumeClaim", "spec: {resources: {requests: {storage: 10m}}}", `spec.resources.requests["storage"]`},
	{"JG003", "v1 PersistentVolumeClaim", "spec: {resources: {requests: {storage: 10M}}}", ""},
	{"JG005", "v1 PersistentVolumeClaim", "spec: {resources: {requests: {storage: 10}}}", `spec.resources.requests["storage"]`},
	{"JG005", "v1 PersistentVolumeClaim", "spec: {resources: {requests: {storage: 10Gi}}}", ""},
	{"JG049", "v1 ConfigMap", `data: {run.sh: "#!/bin/sh\r\nwork\r\n", a.conf: "b\r\n", c.bat: "d\r\n", e.txt: "f\n"}`, `data["a.conf"] data["run.sh"]`},
	{"JG053", "v1 ConfigMap", "data: {a.pem: '-----BEGIN RSA PRIVATE KEY-----'}", `data["a.pem"]`},
	{"JG053", "v1 ConfigMap", "data: {password: hunter2}", `data["password"]`},
	{"JG053", "v1 ConfigMap", "data: {url: 'http://a:b/c@d', password.hint: the usual, token: $TOKEN}", ""},
	// I 7: names of keys of clouds.
	{"JG053", "v1 ConfigMap", "data: {AZURE_BATCH_KEY: hunter2, OCI_CLI_KEY_CONTENT: hunter2, storage-key: hunter2}", `data["AZURE_BATCH_KEY"] data["OCI_CLI_KEY_CONTENT"] data["storage-key"]`},
	{"JG053", "v1 ConfigMap", "data: {AZURE_KEY_VAULT: a, GCP_PUBLIC_KEY: b, PARTITION_KEY: c, OCI_KEY_FILE: /d, keyboard: e, SSH_KEY_PATH: /f, AWS_ACCESS_KEY_ID: $A}", ""},
	{"JG060", "rbac.authorization.k8s.io/v1 Role", "rules: [{apiGroups: ['*'], resources: [pods, '*/scale'], verbs: ['*']}]", "rules[0].apiGroups[0] rules[0].resources[1] rules[0].verbs[0]"},
	{"JG060", "rbac.authorization.k8s.io/v1 ClusterRole", "rules: [{nonResourceURLs: ['/healthz/*'], verbs: [get]}]", ""},
	{"JG061", "rbac.authorization.k8s.io/v1 Role", "rules: [{}, {apiGroups: ['', apps], resources: [pods, secrets], verbs: [list]}]", "rules[1].resources[1]"},
	{"JG061", "rbac.authorization.k8s.io/v1 Role", "rules: [{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [a]}, {apiGroups: [''], resources: [secrets], verbs: [create]}]", ""},
	{"JG062", "rbac.authorization.k8s.io/v1 ClusterRoleBinding", "roleRef: {kind: ClusterRole, name: cluster-admin}", "roleRef.name"},
	{"JG062", "rbac.authorization.k8s.io/v1 RoleBinding", "roleRef: {kind: ClusterRole, name: admin}", ""},
	{"JG063", "rbac.authorization.k8s.io/v1 RoleBinding", "subjects: [{kind: ServiceAccount, name: a}, {kind: ServiceAccount, name: default}]", "subjects[1].name"},
	{"JG063", "rbac.authorization.k8s.io/v1 RoleBinding", "subjects: [{kind: Group, name: 'system:authenticated'}, {kind: User, name: 'system:anonymous'}]", "subjects[0].name subjects[1].name"},
	{"JG063", "rbac.authorization.k8s.io/v1 RoleBinding", "subjects: [{kind: User, name: default}, {kind: Group, name: 'system:masters'}]", ""},
}

// capabilities are the paths of the first so many that are added.
func capabilities(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("%s.securityContext.capabilities.add[%d]", main, i))
	}
	return strings.Join(all, " ")
}

// several are cases of objects of one file, with lines of --- between them.
var several = []struct{ rule, objects, want string }{
	// B 9: a claim for one pod or node.
	{"JG025", claimed("ReadWriteOnce", "parallelism: 2"), pod + ".volumes[0].persistentVolumeClaim.claimName"},
	{"JG025", claimed("ReadWriteOncePod", "parallelism: 2, completions: 5"), pod + ".volumes[0].persistentVolumeClaim.claimName"},
	{"JG025", claimed("ReadWriteOnce", "parallelism: 2, completions: 1"), ""},
	{"JG025", claimed("ReadWriteMany", "parallelism: 2"), ""},
	{"JG025", claimed("ReadWriteOncePod", ""), ""},
	{"JG025", "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: b}, spec: {accessModes: [ReadWriteOnce]}}\n---\n" + parts{job: "parallelism: 2", pod: "volumes: [{name: a, persistentVolumeClaim: {claimName: c}}]"}.object(), ""},
	{"JG025", "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {accessModes: [ReadWriteOncePod]}}\n---\n" +
		parts{cron: "schedule: '@daily', concurrencyPolicy: Allow", pod: "volumes: [{name: a, persistentVolumeClaim: {claimName: c}}]"}.object(), cron + ".template.spec.volumes[0].persistentVolumeClaim.claimName"},
	{"JG025", "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {accessModes: [ReadWriteOncePod]}}\n---\n" +
		parts{cron: "schedule: '@daily', concurrencyPolicy: Forbid", pod: "volumes: [{name: a, persistentVolumeClaim: {claimName: c}}]"}.object(), ""},
	// B 10: never filled in.
	{"JG042", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {URL: 'http://$(HOST)/', LAST: $$(HOST)}}\n---\n" + parts{c: "envFrom: [{configMapRef: {name: c}}]"}.object(), `data["URL"]`},
	{"JG042", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {url: 'http://$(HOST)/', other: $(HOST)}}\n---\n" + parts{c: "env: [{name: URL, valueFrom: {configMapKeyRef: {name: c, key: url}}}]"}.object(), `data["url"]`},
	{"JG042", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {run.sh: 'echo $(HOST)'}}\n---\n" + parts{pod: "volumes: [{name: a, configMap: {name: c}}]"}.object(), ""},
	// B 13: rights, and no way to use them.
	{"JG067", guarded("[]", "app: a"), "spec.egress"},
	{"JG067", guarded("[{to: [{podSelector: {}}]}, {ports: [{port: 53}]}]", "app: a"), "spec.egress"},
	{"JG067", guarded("[{to: [{ipBlock: {cidr: 10.0.0.1/32}}], ports: [{port: 5432}]}]", "app: a"), "spec.egress"},
	{"JG067", guarded("[{to: [{ipBlock: {cidr: 10.0.0.1/32}}], ports: [{port: 6000, endPort: 7000}]}]", "app: a"), ""},
	{"JG067", guarded("[{ports: [{port: 443}]}]", "app: a"), ""},
	{"JG067", guarded("[{}]", "app: a"), ""},
	{"JG067", guarded("[]", "app: other"), ""},
}

// claimed is a Job with a claim.
func claimed(mode, job string) string {
	return "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {accessModes: [" + mode + "]}}\n---\n" +
		parts{job: job, pod: "volumes: [{name: a, persistentVolumeClaim: {claimName: c}}]"}.object()
}

// guarded is a Job with rights and a network policy.
func guarded(egress, labels string) string {
	return "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {matchLabels: {" + labels + "}}, policyTypes: [Egress], egress: " + egress + "}}\n---\n" +
		"{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a}, roleRef: {name: a}, subjects: [{kind: ServiceAccount, name: a}]}\n---\n" +
		"{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {metadata: {labels: {app: a}}, spec: {serviceAccountName: a, containers: [{name: main}]}}}}"
}

// Each rule finds what it is about at its place, and leaves alone what is near.
func TestRules(t *testing.T) {
	tried := map[string][2]int{}
	try := func(rule, object, want string) {
		var got []string
		for _, f := range findings(t, object) {
			if f.Rule.Code != rule {
				continue
			}
			at := f.Path
			if f.Reason == validate.Missing {
				at += "+" + f.Name
			}
			got = append(got, at)
			if f.Message == "" || f.Hint == "" || strings.Contains(f.Message+f.Hint, "hunter2") {
				t.Errorf("%s of %s\nmessage %q, hint %q", rule, object, f.Message, f.Hint)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s of %s\nfinds %q, not %q", rule, object, got, want)
		}
		n := tried[rule]
		n[min(len(want), 1)]++
		tried[rule] = n
	}
	for _, c := range cases {
		try(c.rule, c.object(), c.want)
	}
	for _, o := range others {
		version, kind, _ := strings.Cut(o.kind, " ")
		try(o.rule, fmt.Sprintf("{apiVersion: %s, kind: %s, %s}", version, kind, o.fields), o.want)
	}
	for _, s := range several {
		try(s.rule, s.objects, s.want)
	}
	for _, r := range lint.Rules() {
		if n := tried[r.Code]; n[0] == 0 || n[1] == 0 {
			t.Errorf("%s has %d near misses and %d hits", r.Code, n[0], n[1])
		}
	}
}

// now is today for rules that name dates.
var now = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// findings returns what is found in objects in YAML, with lines of --- between them.
func findings(t testing.TB, object string) []lint.Finding {
	var values []*jsontree.Value
	for _, one := range strings.Split(object, "\n---\n") {
		text, err := yaml.YAMLToJSON([]byte(one))
		if err != nil {
			t.Fatalf("%s: %v", one, err)
		}
		values = append(values, valueOf(text))
	}
	return slices.Concat(lint.Objects(values, lint.Options{Now: now})...)
}

// valueOf reads JSON; what is none is null.
func valueOf(text []byte) *jsontree.Value {
	tree, err := jsontree.Parse[any](text)
	if err != nil {
		return &jsontree.Value{}
	}
	v := jsontree.OfTree(tree)
	return &v
}

func TestOrder(t *testing.T) {
	all := findings(t, parts{c: "image: b}, {name: c"}.object())
	sorted := slices.IsSortedFunc(all, func(a, b lint.Finding) int {
		return strings.Compare(a.Path+" "+a.Rule.Code, b.Path+" "+b.Rule.Code)
	})
	if len(all) < 8 || !sorted {
		t.Errorf("not in the order of paths and codes: %v", all)
	}
}

func TestOff(t *testing.T) {
	object := []byte(`{"apiVersion": "batch/v1", "kind": "Job", "spec": {}}`)
	has := func(off map[string]bool) bool {
		return slices.ContainsFunc(lint.Objects([]*jsontree.Value{valueOf(object)}, lint.Options{Off: off})[0], func(f lint.Finding) bool { return f.Rule.Code == "JG010" })
	}
	if !has(nil) || !has(map[string]bool{"JG010": false}) || has(map[string]bool{"JG010": true}) {
		t.Error("a rule runs unless it is off")
	}
}

func TestLookup(t *testing.T) {
	for _, name := range []string{"JG010", "no-deadline"} {
		if r, ok := lint.Lookup(name); !ok || r.Code != "JG010" {
			t.Errorf("Lookup(%q) is %v, %v", name, r, ok)
		}
	}
	if _, ok := lint.Lookup("JG000"); ok {
		t.Error("JG000 is a rule")
	}
}

// What is no object of these kinds has no findings, and does no harm.
func TestBroken(t *testing.T) {
	for _, text := range []string{
		"", "{", "null", "[]", `""`, "{}", `{"kind": 1}`, `{"apiVersion": "v1", "kind": "Pod"}`,
		`{"apiVersion": "batch/v1beta1", "kind": "CronJob", "spec": {}}`, `{"apiVersion": "v1", "kind": "Secret", "data": {"a": "hunter2"}}`,
	} {
		if got := lint.Objects([]*jsontree.Value{valueOf([]byte(text))}, lint.Options{})[0]; got != nil {
			t.Errorf("%s: %v", text, got)
		}
	}
	// The container is broken, the rest is not.
	all := findings(t, "{apiVersion: batch/v1, kind: Job, spec: {activeDeadlineSeconds: soon, backoffLimit: 0, template: {spec: {containers: [1]}}}}")
	codes := map[string]bool{}
	for _, f := range all {
		codes[f.Rule.Code] = true
	}
	if !codes["JG015"] || codes["JG010"] {
		t.Errorf("found %v", codes)
	}
}

// The dates are those of the next two changes after today that touch the schedule (B 16).
func TestClockChange(t *testing.T) {
	for schedule, want := range map[string]string{
		"30 2 * * *', timeZone: Europe/Berlin":       "two runs at 2026-10-25 02:30, no run at 2027-03-28 02:30",
		"30 1-2 * * SUN', timeZone: America/Denver":  "two runs at 2026-11-01 01:30, no run at 2027-03-14 02:30",
		"15 1 * * *', timeZone: America/Denver":      "two runs at 2026-11-01 01:15, two runs at 2027-11-07 01:15",
		"45 1 * * *', timeZone: Australia/Lord_Howe": "two runs at 2027-04-04 01:45, two runs at 2028-04-02 01:45", // by half an hour
	} {
		found := ""
		for _, f := range findings(t, parts{cron: "schedule: '" + schedule}.object()) {
			if f.Rule.Code == "JG039" {
				found = f.Message
			}
		}
		if !strings.HasSuffix(found, ": "+want) {
			t.Errorf("%s: %q", schedule, found)
		}
	}
}
