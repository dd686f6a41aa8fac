package spec

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// ruleCase is a document that breaks one rule. The text is what stands in spec,
// or, with "metadata:" in front, all behind apiVersion and kind; mend is what
// has to be changed for the rule to be content.
type ruleCase struct {
	rule, text, want string
	mend             [2]string
}

func (c ruleCase) documents() (broken, mended string) {
	const head = "apiVersion: jobgen.dev/v1alpha1\nkind: Job\n"
	text := c.text
	switch {
	case strings.HasPrefix(text, "{"):
		text = "metadata: {name: a}\nspec: {image: b, " + text[1:]
	case !strings.HasPrefix(text, "metadata:"):
		text = "metadata: {name: a}\nspec:\n  image: b\n  " + strings.ReplaceAll(text, "\n", "\n  ")
	}
	return head + text + "\n", head + strings.Replace(text, c.mend[0], c.mend[1], 1) + "\n"
}

const long = "a234567890123456789012345678901234567890123456789012345678901" // 61 characters

var ruleCases = []ruleCase{
	{"name-required", "metadata: {}\nspec: {image: b}", "3:1 the Job has no name", [2]string{"{}", "{name: a}"}},
	{"generate-name-applies", "metadata: {generateName: a-}\nspec: {image: b}", "warning 3:26 generateName works with `kubectl create` alone: `kubectl apply` and GitOps tools need a name", [2]string{"generateName: a-", "generateName: a-, name: a"}},
	{"generate-name-objects", "metadata: {generateName: a-}\nspec: {image: b, configMaps: {c: {data: {d: e}}}}", "3:26 generateName cannot stand for name where objects are made beside the Job", [2]string{"generateName: a-", "generateName: a-, name: a"}},
	{"generate-name-objects", "metadata: {generateName: a-}\nspec: {image: b, volumes: {v: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}}", "3:26 generateName cannot stand for name where objects are made beside the Job", [2]string{"generateName: a-", "name: a"}},
	{"generate-name-rerun", "metadata: {generateName: a-}\nspec: {image: b, rerun: onChange}", "3:26 generateName does not go with `rerun: onChange`, which makes a name for each change", [2]string{"onChange", "never"}},
	{"indexed-needs-completions", "completionMode: Indexed", "6:19 completionMode: Indexed needs completions", [2]string{"Indexed", "Indexed\n  completions: 3"}},
	{"indexed-name-dots", "metadata: {name: a.b}\nspec: {image: b, completionMode: Indexed, completions: 2}", "3:18 the pods of an Indexed Job have host names that begin with its name, and a host name has no dot", [2]string{"a.b", "a-b"}},
	{"indexed-name-length", "metadata: {name: " + long + "}\nspec: {image: b, completionMode: Indexed, completions: 11}", "3:18 the last pod's host name, NAME-10, has 64 characters, at most 63 are allowed", [2]string{"11", "10"}},
	{"indexed-name-length", "metadata: {generateName: " + long[:57] + "-}\nspec: {image: b, completionMode: Indexed, completions: 1}", "3:26 the last pod's host name, NAME-0, has 65 characters, at most 63 are allowed", [2]string{"completions: 1", "completions: 0"}},
	{"indexed-parallelism", "{completionMode: Indexed, completions: 1, parallelism: 100001}", "4:72 an Indexed Job runs at most 100000 pods at a time", [2]string{"100001", "100000"}},
	{"indexed-parallelism", "{completionMode: Indexed, completions: 100001, backoffLimitPerIndex: 1, maxFailedIndexes: 1, parallelism: 10001}", "4:123 an Indexed Job runs at most 10000 pods at a time when it has more than 100000 indexes and backoffLimitPerIndex", [2]string{"10001}", "10000}"}},
	{"per-index-needs-indexed", "backoffLimitPerIndex: 1", "6:25 backoffLimitPerIndex is for Indexed Jobs", [2]string{": 1", ": 1\n  completionMode: Indexed\n  completions: 2"}},
	{"max-failed-indexes-needs-limit", "{completionMode: Indexed, completions: 5, maxFailedIndexes: 1}", "4:77 maxFailedIndexes needs backoffLimitPerIndex", [2]string{"maxFailedIndexes", "backoffLimitPerIndex: 1, maxFailedIndexes"}},
	{"max-failed-indexes-bounds", "{completionMode: Indexed, completions: 5, backoffLimitPerIndex: 1, maxFailedIndexes: 6}", "4:102 maxFailedIndexes is above 5, the number of completions", [2]string{"6", "5"}},
	{"max-failed-indexes-bounds", "{completionMode: Indexed, completions: 100001, backoffLimitPerIndex: 1}", "4:86 backoffLimitPerIndex with more than 100000 completions needs maxFailedIndexes", [2]string{"Index: 1", "Index: 1, maxFailedIndexes: 10000"}},
	{"max-failed-indexes-bounds", "{completionMode: Indexed, completions: 100001, backoffLimitPerIndex: 1, maxFailedIndexes: 10001}", "4:107 maxFailedIndexes is above 10000", [2]string{"10001}", "10000}"}},
	{"success-policy-needs-indexed", "successPolicy: {rules: [{succeededCount: 1}]}", "6:3 successPolicy is for Indexed Jobs", [2]string{"successPolicy", "completionMode: Indexed\n  completions: 1\n  successPolicy"}},
	{"success-rule-empty", "{completionMode: Indexed, completions: 5, successPolicy: {rules: [{}]}}", "4:83 the rule says neither which indexes must succeed nor how many", [2]string{"{}", "{succeededCount: 1}"}},
	{"success-indexes-below-completions", "{completionMode: Indexed, completions: 5, successPolicy: {rules: [{succeededIndexes: \"0,2-5\"}]}}", "4:102 there is no index 5: the Job has 5, from 0 to 4", [2]string{"2-5", "2-4"}},
	{"success-count-within-completions", "{completionMode: Indexed, completions: 5, successPolicy: {rules: [{succeededCount: 6}]}}", "4:100 succeededCount is above completions, which is 5", [2]string{"6", "5"}},
	{"success-count-within-indexes", "{completionMode: Indexed, completions: 5, successPolicy: {rules: [{succeededCount: 4, succeededIndexes: \"0,2-3\"}]}}", "4:100 succeededCount is above 3, the number of indexes in succeededIndexes", [2]string{"4,", "3,"}},
	{"replacement-with-failure-policy", "podReplacementPolicy: TerminatingOrFailed\npodFailurePolicy: {ignoreDisruptions: true}", "6:25 with a podFailurePolicy a pod is replaced only once it has ended", [2]string{"TerminatingOrFailed", "Failed"}},
	{"failure-policy-needs-never", "restartPolicy: OnFailure\npodFailurePolicy: {ignoreDisruptions: true}", "6:18 podFailurePolicy needs `restartPolicy: Never`", [2]string{"OnFailure", "Never"}},
	{"failure-rule-matches-one", "podFailurePolicy: {rules: [{action: Ignore}]}", "6:30 the rule does not say what it matches", [2]string{"Ignore", "Ignore, onPodConditions: [{type: DisruptionTarget}]"}},
	{"failure-rule-matches-one", "podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: A}], onExitCodes: {operator: In, values: [1]}}]}", "6:47 a rule matches exit codes or conditions, not both", [2]string{"onPodConditions: [{type: A}], ", ""}},
	{"failure-exit-codes", "podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: In, values: [3, 2]}}]}", "6:87 exit code 2 stands behind 3", [2]string{"3, 2", "2, 3"}},
	{"failure-exit-codes", "podFailurePolicy: {ignoreExitCodes: [3, 3]}", "6:43 exit code 3 is listed twice", [2]string{"3, 3", "3"}},
	{"failure-exit-codes", "podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: In, values: [0, 1]}}]}", "6:84 exit code 0 is success and cannot be matched with In", [2]string{"In", "NotIn"}},
	{"failure-container", "podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {containerName: b, operator: In, values: [1]}}]}\nsidecars: [{name: s, image: b}]", "6:76 there is no container \"b\"", [2]string{"containerName: b", "containerName: a"}},
	{"fail-index-needs-limit", "{completionMode: Indexed, completions: 3, podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [1]}}]}}", "4:95 FailIndex needs backoffLimitPerIndex", [2]string{"Indexed", "Indexed, backoffLimitPerIndex: 1"}},
	{"selector-is-manual", "selector: {matchLabels: {a: b}}", "6:3 the cluster makes the selector", [2]string{"selector", "manualSelector: true\n  podLabels: {a: b}\n  selector"}},
	{"selector-is-manual", "manualSelector: true", "6:19 manualSelector needs a selector", [2]string{"true", "false"}},
	{"selector-matches-pods", "manualSelector: true\nselector: {matchLabels: {a: b, app.kubernetes.io/name: a}}", "7:31 the pods do not have the label a: b, so the selector matches none of them", [2]string{"manual", "podLabels: {a: b}\n  manual"}},
	{"pod-labels-of-the-cluster", "podLabels: {job-name: a}", "6:25 the cluster sets the pods' label job-name", [2]string{"job-name", "job"}},
	{"script-or-command", "script: date\nargs: [a]", "7:3 script and args exclude each other: a script is run by interpreter", [2]string{"args: [a]", ""}},
	{"script-or-command", "initContainers: [{name: i, image: b, script: date, command: [c]}]", "6:54 script and command exclude each other: a script is run by interpreter", [2]string{", command: [c]", ""}},
	{"request-within-limit", "resources: {limits: {memory: 1Ki}, requests: {memory: 2Ki}}", "6:32 the memory limit 1Ki is below the request 2Ki", [2]string{"1Ki", "2048"}},
	{"interpreter-needs-script", "interpreter: [bash, -c]", "6:3 interpreter has no script to run", [2]string{"interpreter", "script: date\n  interpreter"}},

	{"needs-schedule", "timeZone: Etc/UTC", "6:13 timeZone is for CronJobs, and this Job has no schedule", [2]string{"timeZone", "schedule: 0 3 * * *\n  timeZone"}},
	{"needs-schedule", "jobLabels: {a: b}", "6:3 jobLabels is for CronJobs, and this Job has no schedule", [2]string{"jobLabels", "schedule: 0 3 * * *\n  jobLabels"}},
	{"cronjob-name-length", "metadata: {name: " + long[:53] + "}\nspec: {image: b, schedule: 0 3 * * *}", "3:18 the name of a CronJob has at most 52 characters, this one has 53", [2]string{long[:53], long[:52]}},
	{"cronjob-indexed-name-length", "metadata: {name: " + long[:52] + "}\nspec: {image: b, schedule: 0 3 * * *, completionMode: Indexed, completions: 11}", "3:18 the last pod's host name, NAME-MINUTES-10, has 64 characters, at most 63 are allowed", [2]string{"11", "10"}},
	{"cronjob-has-no-selector", "schedule: 0 3 * * *\nmanualSelector: true", "7:19 the Jobs of a CronJob cannot have a selector of their own", [2]string{"true", "false"}},
	{"starting-deadline-too-short", "schedule: 0 3 * * *\nstartingDeadlineSeconds: 9", "warning 7:28 with less than 10 seconds a run may never start: the cluster looks every 10 seconds", [2]string{"9", "10"}},

	{"cronjob-has-no-rerun", "schedule: 0 3 * * *\nrerun: onChange", "7:10 a CronJob takes no rerun: it runs by its schedule, and the next run has what was changed", [2]string{"rerun: onChange", ""}},
	{"rerun-with-manual-selector", "rerun: onChange\nmanualSelector: true", "7:19 manualSelector does not go with `rerun: onChange`: a new Job would take over the pods of the old one", [2]string{"true", "false"}},
	{"rerun-with-generate-name", "metadata: {generateName: a-}\nspec: {image: b, rerun: onChange}", "3:26 `rerun: onChange` makes the end of the name itself, from what the Job runs", [2]string{"rerun: onChange", ""}},
	{"name-with-hash", "metadata: {name: " + strings.Repeat("a", 55) + "}\nspec: {image: b, rerun: onChange}", "3:18 with `rerun: onChange` the name has at most 54 characters: a hash of 8 stands behind it", [2]string{"aa", "a"}},
	{"rerun-needs-delivery", "rerun: always", "6:10 `kubectl apply`, which delivers the Job unless delivery says otherwise, cannot run a Job again that has not changed", [2]string{"always", "onChange"}},
	{"always-needs-force", "metadata: {name: a, annotations: {argocd.argoproj.io/sync-options: 'Force=false'}}\nspec: {image: b, rerun: always, delivery: argocd}", "3:68 Force=false does not go with `rerun: always`: Argo CD runs the Job again by Replace=true,Force=true", [2]string{"Force=false", "Validate=false"}},
	{"rerun-fits-delivery", "delivery: argocd-hook", "6:13 an Argo CD hook runs at every full sync, and this Job must run once", [2]string{"argocd-hook", "argocd"}},
	{"rerun-fits-delivery", "rerun: onChange\ndelivery: argocd-hook", "7:13 an Argo CD hook runs at every full sync, not only on a change", [2]string{"onChange", "always"}},
	{"rerun-fits-delivery", "rerun: always\ndelivery: kubectl", "7:13 `kubectl apply` cannot run a Job again that has not changed", [2]string{"kubectl", "helm"}},
	{"rerun-fits-delivery", "rerun: always\ndelivery: flux", "7:13 Flux creates a Job anew only when it has changed", [2]string{"always", "onChange"}},
	// J 7: who fills in variables.
	{"substitute-fits-delivery", "delivery: argocd\nsubstitute: [A]", "7:3 variables are filled in by Flux alone, which does not deliver this Job", [2]string{"argocd", "flux"}},
	{"substitute-fits-delivery", "metadata: {name: a, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}\nspec: {image: b, delivery: flux, substitute: [A]}", "3:75 with `substitute`, jobgen decides where Flux replaces variables, and escapes every other $", [2]string{", substitute: [A]", ""}},
	{"ttl-fits-delivery", "ttlSecondsAfterFinished: 90\ndelivery: argocd", "6:28 Argo CD would create the Job again once its time to live has removed it", [2]string{"argocd", "kubectl"}},
	{"ttl-fits-delivery", "ttlSecondsAfterFinished: 90\ndelivery: flux", "6:28 Flux would create the Job again once its time to live has removed it", [2]string{"delivery", "schedule: 0 3 * * *\n  delivery"}},
	{"ttl-fits-delivery", "ttlSecondsAfterFinished: 59\ndelivery: argocd-hook\nrerun: always", "6:28 before version 3.0 Argo CD waits for ever for a hook that is removed too soon", [2]string{"59", "60"}},
	{"hook-annotations", "metadata: {name: a, annotations: {helm.sh/hook: post-install}}\nspec: {image: b, rerun: onChange}", "3:49 a hook runs at every sync, which is not what `rerun: onChange` says", [2]string{"rerun: onChange", ""}},
	{"hook-annotations", "metadata: {name: a, annotations: {argocd.argoproj.io/hook: Sync}}\nspec: {image: b, delivery: argocd}", "3:60 the annotation makes a hook, which `delivery: argocd` does not deliver", [2]string{"argocd}", "argocd-hook, rerun: always}"}},
	// B 4: what a hook needs must exist when it runs.
	{"hook-known", "metadata: {name: a, annotations: {argocd.argoproj.io/hook: Skip}}\nspec: {image: b}", "3:60 Argo CD never applies an object with `hook: Skip`", [2]string{"Skip", "Sync"}},
	{"hook-known", "metadata: {name: a, annotations: {argocd.argoproj.io/hook: 'PreSync, Presync'}}\nspec: {image: b}", "3:60 \"Presync\" is not a valid hook, and the Job is never applied", [2]string{"Presync", "PostSync"}},
	{"hook-known", "metadata: {name: a, annotations: {helm.sh/hook: before-install}}\nspec: {image: b}", "3:49 \"before-install\" is not a valid hook, and the Job is never applied", [2]string{"before-install", "Pre-Install"}},
	{"hook-known", "metadata: {name: a, annotations: {helm.sh/hook: ''}}\nspec: {image: b}", "3:49 \"\" is not a valid hook, and the Job is never applied", [2]string{"''", "test"}},
	{"hook-finds-its-objects", "metadata: {name: a, annotations: {argocd.argoproj.io/hook: PreSync}}\nspec: {image: b, serviceAccount: {}}", "3:60 the hook cannot succeed: the service account of this spec is only created after PreSync hooks", [2]string{"PreSync", "Sync"}},
	{"hook-finds-its-objects", "metadata: {name: a, annotations: {helm.sh/hook: 'pre-upgrade, PRE-INSTALL'}}\nspec: {image: b, configMaps: {c: {data: {k: v}}}, secrets: {s: {data: {k: {env: E}}}}}", "3:49 the hook cannot succeed: ConfigMap c, Secret s of this spec is only created after pre-install hooks", [2]string{"PRE-INSTALL", "post-install"}},
	{"hook-finds-its-objects", "metadata: {name: a, annotations: {helm.sh/hook: pre-install}}\nspec: {image: b, configMaps: {c: {data: {k: v}}}}", "3:49 the hook cannot succeed: ConfigMap c of this spec is only created after pre-install hooks", [2]string{"{data:", "{annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: '-1'}, data:"}},
	{"hook-finds-its-objects", "metadata: {name: a, annotations: {argocd.argoproj.io/hook: PostDelete}}\nspec: {image: b, volumes: {v: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}}", "3:60 the hook cannot succeed: the claim of volume v of this spec is deleted before a PostDelete hook runs", [2]string{"PostDelete", "PreDelete"}},
	{"hook-finds-its-objects", "metadata: {name: a, namespace: n, annotations: {helm.sh/hook: post-delete}}\nspec: {image: b, createNamespace: {}}", "3:63 the hook cannot succeed: the namespace of this spec is deleted before a post-delete hook runs", [2]string{"post-delete", "pre-delete"}},
	{"hook-finds-its-objects", "metadata: {name: a, annotations: {argocd.argoproj.io/hook: PreSync}}\nspec: {image: b, serviceAccount: {annotations: {argocd.argoproj.io/hook: PreSync}, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}}", "3:60 the hook cannot succeed: the role of the service account of this spec is only created after PreSync hooks", [2]string{", rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]", ""}},
	{"hook-runs", "rerun: always\ndelivery: argocd-hook\nsuspend: true", "warning 8:12 the Job is a hook, for which the sync or upgrade waits: it does not end until something resumes the Job", [2]string{"true", "false"}},
	{"hook-runs", "rerun: always\ndelivery: helm\nsuspend: true", "warning 8:12 the Job is a hook, for which the sync or upgrade waits: it does not end until something resumes the Job", [2]string{"always", "never"}},
	{"hook-runs", "metadata: {name: a, annotations: {helm.sh/hook: test}}\nspec: {image: b, suspend: true}", "warning 4:27 the Job is a hook, for which the sync or upgrade waits: it does not end until something resumes the Job", [2]string{"helm.sh/hook: test", "a.b/c: d"}},
	{"claim-before-post-sync", "metadata: {name: a, annotations: {argocd.argoproj.io/hook: PostSync}}\nspec: {image: b, volumes: {v: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}}", "warning 4:56 with a storage class that binds at the first use, Argo CD waits for this claim before it starts the PostSync hook that would bind it", [2]string{"PostSync", "Sync"}},
	{"wave-finds-its-objects", "metadata: {name: a, annotations: {argocd.argoproj.io/sync-wave: '-2'}}\nspec: {image: b, volumes: {v: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}}", "3:65 the Job cannot succeed: the claim of volume v of this spec is in a later sync wave, which waits for the Job", [2]string{"image: b", "image: b, delivery: argocd"}},
	{"wave-finds-its-objects", "metadata: {name: a, annotations: {argocd.argoproj.io/sync-wave: '-2'}}\nspec: {image: b, configMaps: {c: {data: {k: v}}}}", "3:65 the Job cannot succeed: ConfigMap c of this spec is in a later sync wave, which waits for the Job", [2]string{"{data:", "{annotations: {argocd.argoproj.io/sync-wave: '-2'}, data:"}},
	{"hook-annotations", "metadata: {name: a, annotations: {argocd.argoproj.io/sync-options: 'Force=true, Replace=true'}}\nspec: {image: b, rerun: never}", "3:68 Replace=true,Force=true makes Argo CD run the Job at every sync, which is not what `rerun: never` says", [2]string{"never", "always, delivery: argocd"}},
	{"ttl-fits-delivery", "metadata: {name: a, annotations: {argocd.argoproj.io/hook: Sync}}\nspec: {image: b, ttlSecondsAfterFinished: 5}", "4:43 before version 3.0 Argo CD waits for ever for a hook that is removed too soon", [2]string{"5}", "60}"}},
	{"not-idempotent", "idempotent: false\nrerun: always", "7:10 `rerun: always` runs the Job again and again, and `idempotent: false` forbids that", [2]string{"always", "onChange"}},
	{"not-idempotent", "idempotent: false\nttlSecondsAfterFinished: 90", "7:28 once its time to live has removed the Job, the next apply or sync runs it again, and `idempotent: false` forbids that", [2]string{"false", "true"}},
	{"not-idempotent", "idempotent: false\nrerun: never\ndelivery: argocd-hook", "8:13 an Argo CD hook runs at every sync and at its retries, and `idempotent: false` forbids that", [2]string{"argocd-hook", "argocd"}},
	{"not-idempotent", "metadata: {name: a, annotations: {helm.sh/hook: post-install}}\nspec: {image: b, idempotent: false}", "3:49 a hook runs at every sync, and `idempotent: false` forbids that", [2]string{"helm.sh/hook", "helm.sh/resource-policy"}},
	{"not-idempotent", "metadata: {name: a, annotations: {argocd.argoproj.io/sync-options: \"Replace=true,Force=true\"}}\nspec: {image: b, idempotent: false}", "3:68 Force=true makes Argo CD run the Job at every sync, and `idempotent: false` forbids that", [2]string{",Force=true", ""}},

	{"dns-none-needs-server", "dnsPolicy: None", "6:14 dnsPolicy: None leaves the pods without a name server", [2]string{"None", "None\n  dnsConfig: {nameservers: [10.0.0.1]}"}},
	{"dns-searches-length", "dnsConfig: {searches: [" + strings.Repeat(strings.Repeat("a", 250)+", ", 8) + strings.Repeat("a", 41) + "]}", "6:15 the search domains have 2049 characters in all, at most 2048 are allowed", [2]string{"aa]", "a]"}},
	{"host-users", "hostUsers: false\nhostPID: true", "7:12 hostPID does not go with `hostUsers: false`", [2]string{"hostUsers: false", "hostUsers: true"}},
	{"host-users", "hostUsers: false\nvolumes: {v: {persistentVolumeClaim: c}}\nsidecars: [{name: s, image: b, volumeDevices: [{name: v, devicePath: /dev/x}]}]", "8:34 volumeDevices does not go with `hostUsers: false`", [2]string{"false", "true"}},
	{"unmasked-proc-needs-user-namespace", "securityContext: {procMount: Unmasked}", "6:32 procMount: Unmasked needs a user namespace", [2]string{"Unmasked}", "Unmasked}\n  hostUsers: false"}},
	{"share-process-namespace", "shareProcessNamespace: true\nhostPID: true", "6:26 shareProcessNamespace and hostPID exclude each other", [2]string{"hostPID: true", "hostPID: false"}},
	{"hostname-override", "hostnameOverride: h\nsetHostnameAsFQDN: true", "6:21 hostnameOverride and setHostnameAsFQDN exclude each other", [2]string{"true", "false"}},
	{"gated-pod-has-no-node", "nodeName: n\nschedulingGates: [{name: example.com/g}]", "6:13 nodeName and schedulingGates exclude each other", [2]string{"nodeName: n", "nodeSelector: {kubernetes.io/hostname: n}"}},
	{"scheduling-gates-unique", "schedulingGates: [{name: g}, {name: g}]", "6:39 the gate g is listed twice", [2]string{"g}]", "h}]"}},
	{"toleration-key", "tolerations: [{effect: NoSchedule}]", "6:17 a toleration without a key needs `operator: Exists`", [2]string{"effect", "operator: Exists, effect"}},
	{"toleration-value", "tolerations: [{key: k, operator: Exists, value: v}]", "6:51 with `operator: Exists` a toleration takes no value", [2]string{"Exists", "Equal"}},
	{"toleration-seconds", "tolerations: [{key: k, tolerationSeconds: 5}]", "6:45 tolerationSeconds is for `effect: NoExecute` alone", [2]string{"key: k", "key: k, effect: NoExecute"}},
	{"spread-min-domains", "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, minDomains: 2}]", "6:110 minDomains is for `whenUnsatisfiable: DoNotSchedule` alone", [2]string{"ScheduleAnyway", "DoNotSchedule"}},
	{"spread-unique", "topologySpreadConstraints:\n- {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}\n- {maxSkew: 2, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}", "8:31 two constraints have the same topologyKey and whenUnsatisfiable", [2]string{"2, topologyKey: zone", "2, topologyKey: host"}},
	{"spread-label-keys", "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, matchLabelKeys: [a]}]", "6:98 matchLabelKeys needs a labelSelector", [2]string{"matchLabelKeys", "labelSelector: {}, matchLabelKeys"}},
	{"resource-claim-source", "resourceClaims: [{name: c}]", "6:20 the claim c does not say where it comes from", [2]string{"c}", "c, resourceClaimName: d}"}},
	{"resource-claim-source", "resourceClaims: [{name: c, resourceClaimName: d, resourceClaimTemplateName: e}]", "6:79 resourceClaimName and resourceClaimTemplateName exclude each other", [2]string{", resourceClaimName: d", ""}},
	{"resource-claims-unique", "resourceClaims: [{name: c, resourceClaimName: d}, {name: c, resourceClaimName: e}]", "6:60 two resource claims have the name c", [2]string{"{name: c, resourceClaimName: e}", "{name: d, resourceClaimName: e}"}},
	{"container-claim-exists", "resources: {claims: [{name: c}]}", "6:31 there is no resource claim \"c\"", [2]string{"resources", "resourceClaims: [{name: c, resourceClaimName: d}]\n  resources"}},
	{"pod-localhost-profile", "podSecurityContext: {seccompProfile: {type: Localhost}}", "6:47 a Localhost profile needs localhostProfile", [2]string{"Localhost", "RuntimeDefault"}},
	{"os-fields", "os: {name: windows}\npodSecurityContext: {fsGroup: 1}", "7:33 fsGroup is not for windows pods", [2]string{"windows", "linux"}},
	{"os-fields", "os: {name: linux}\nsecurityContext: {windowsOptions: {hostProcess: false}}", "7:21 windowsOptions is not for linux pods", [2]string{"linux", "windows"}},
	{"stop-signal-needs-os", "lifecycle: {stopSignal: SIGUSR1}", "6:27 stopSignal needs the pods' operating system", [2]string{"lifecycle", "os: {name: linux}\n  lifecycle"}},
	{"sleep-within-grace", "lifecycle: {preStop: {sleep: {seconds: 31}}}", "6:42 the container sleeps longer than terminationGracePeriodSeconds, which is 30", [2]string{"31", "30"}},
	{"pod-resource-names", "podResources: {limits: {ephemeral-storage: 1Gi}}", "6:46 ephemeral-storage cannot be set for the pods as a whole", [2]string{"ephemeral-storage", "memory"}},
	{"pod-request-within-limit", "podResources: {limits: {memory: 1Gi}, requests: {memory: 1025Mi}}", "6:35 the memory limit 1Gi is below the request 1025Mi", [2]string{"1025Mi", "1024Mi"}},
	{"container-within-pod-limit", "podResources: {limits: {memory: 1Gi}}\nsidecars: [{name: s, image: b, resources: {limits: {memory: 2Gi}}}]", "7:63 the memory limit 2Gi is above the pod's, 1Gi", [2]string{"2Gi", "1Gi"}},
	{"sysctls-unique", "podSecurityContext: {sysctls: [{name: net.a, value: \"1\"}, {name: net.a, value: \"2\"}]}", "6:68 the kernel parameter net.a is set twice", [2]string{"{name: net.a, value: \"2\"}", "{name: net.b, value: \"2\"}"}},
	{"sysctls-of-the-node", "hostIPC: true\npodSecurityContext: {sysctls: [{name: kernel.shmmax, value: \"1\"}]}", "7:41 with hostIPC the kernel parameter kernel.shmmax is the node's and cannot be set", [2]string{"hostIPC", "hostNetwork"}},
	{"root-is-refused", "podSecurityContext: {runAsNonRoot: true}\nsecurityContext: {runAsUser: 0}", "7:32 runAsUser 0 is root, which runAsNonRoot refuses: the container will not start", [2]string{"runAsUser: 0", "runAsUser: 0, runAsNonRoot: false"}},
	{"container-names-unique", "sidecars: [{name: a, image: b}]", "6:21 two containers have the name a: the main container's is the Job's", [2]string{"name: a,", "name: s,"}},
	{"container-names-unique", "containerName: m\ninitContainers: [{name: s, image: b}]\ncontainers: [{name: s, image: b}]", "8:23 two containers have the name s", [2]string{"containers: [{name: s", "containers: [{name: a"}},
	{"host-ports-unique", "ports: [{containerPort: 80, hostPort: 80}]\ncontainers: [{name: c, image: b, ports: [{containerPort: 81, hostPort: 80}]}]", "7:74 the node's port 80 is used twice", [2]string{"81, hostPort: 80", "81, hostPort: 80, protocol: UDP"}},
	{"host-network-ports", "hostNetwork: true\nports: [{containerPort: 80, hostPort: 81}]", "7:41 with hostNetwork the hostPort is the containerPort, 80", [2]string{"81", "80"}},
	{"init-container-has-no-probes", "initContainers: [{name: i, image: b, lifecycle: {preStop: {exec: {command: [c]}}}}]", "6:40 lifecycle is for containers that run beside the main one, and this one ends before it starts", [2]string{"lifecycle", "restartPolicy: Always, lifecycle"}},
	{"sidecar-restarts", "sidecars: [{name: s, image: b, restartPolicy: Never}]", "6:49 a sidecar is always restarted", [2]string{"Never", "Always"}},
	{"restart-rules-need-policy", "restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [1]}}]", "6:3 restartPolicyRules needs containerRestartPolicy, for what no rule matches", [2]string{"restartPolicyRules", "containerRestartPolicy: Never\n  restartPolicyRules"}},
	{"resize-restarts", "resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]", "6:53 with the pod's `restartPolicy: Never` a resize cannot restart a container", [2]string{"resizePolicy", "restartPolicy: OnFailure\n  resizePolicy"}},
	{"affinity-expressions", "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: k, operator: In}]}]}}}", "6:118 In needs values", [2]string{"operator: In", "operator: Exists"}},
	{"affinity-expressions", "affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: k, labelSelector: {matchExpressions: [{key: k, operator: Gt, values: [\"1\"]}]}}}]}}", "6:178 the operator is one of In, NotIn, Exists, DoesNotExist", [2]string{"Gt", "In"}},
	{"affinity-terms", "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 101, preference: {}}]}}", "6:88 a preference has a weight from 1 to 100", [2]string{"101", "100"}},
	{"affinity-terms", "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: host, matchLabelKeys: [a]}]}}", "6:101 matchLabelKeys needs a labelSelector", [2]string{"matchLabelKeys", "labelSelector: {}, matchLabelKeys"}},
	{"affinity-terms", "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: '', labelSelector: {}}]}}", "6:95 the term does not say what counts as one place", [2]string{"''", "host"}},
	{"affinity-terms", "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}", "6:29 no node fits: there is no nodeSelectorTerms", [2]string{"[]", "[{}]"}},
	{"selector-expressions", "networkPolicy: {egress: [{to: [{podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}]}]}", "6:95 Exists takes no values", [2]string{"Exists", "In"}},

	{"request-within-limit", "resources: {limits: {memory: 1G}, requests: {memory: 1Gi}}", "6:32 the memory limit 1G is below the request 1Gi", [2]string{"1Gi", "1e9"}},
	{"request-within-limit", "resources: {requests: {nvidia.com/gpu: 1}}", "6:42 nvidia.com/gpu has a request and no limit", [2]string{"requests", "limits"}},
	{"request-within-limit", "initContainers: [{name: i, image: b, resources: {limits: {nvidia.com/gpu: 2}, requests: {nvidia.com/gpu: 1}}}]", "6:77 the nvidia.com/gpu limit 2 is not the request 1, and it cannot be shared", [2]string{"gpu: 2", "gpu: 1"}},
	{"huge-pages", "resources: {limits: {hugepages-2Mi: 4Mi}}", "6:39 huge pages need cpu or memory beside them", [2]string{"limits: {", "limits: {cpu: 1, "}},
	{"huge-pages", "resources: {limits: {hugepages-2Mi: 3Mi, cpu: 1}}", "6:39 3Mi is not a whole number of 2Mi pages", [2]string{"3Mi", "4Mi"}},
	{"claims-unique", "resourceClaims: [{name: c, resourceClaimName: d}]\nresources: {claims: [{name: c}, {name: c}]}", "7:42 the claim c is listed twice", [2]string{"c}]}", "c, request: r}]}"}},
	{"probe-has-one-handler", "livenessProbe: {periodSeconds: 3}", "6:3 livenessProbe does not say how to probe", [2]string{"periodSeconds", "tcpSocket: {port: 80}, periodSeconds"}},
	{"probe-has-one-handler", "startupProbe: {tcpSocket: {port: 80}, httpGet: {port: 80}}", "6:18 httpGet and tcpSocket exclude each other", [2]string{"tcpSocket: {port: 80}, ", ""}},
	{"probe-success-threshold", "livenessProbe: {tcpSocket: {port: 80}, successThreshold: 2}", "6:60 for a livenessProbe the successThreshold is 1", [2]string{"2}", "1}"}},
	{"readiness-probe-kills-nothing", "readinessProbe: {tcpSocket: {port: 80}, terminationGracePeriodSeconds: 2}", "6:74 a readinessProbe stops no container, so it has no terminationGracePeriodSeconds", [2]string{"readinessProbe", "livenessProbe"}},
	{"hook-has-one-handler", "lifecycle: {preStop: {}}", "6:15 preStop does not say what to do", [2]string{"preStop: {}", "preStop: {sleep: {seconds: 1}}"}},
	{"exec-needs-command", "livenessProbe: {exec: {}}", "6:19 exec has no command", [2]string{"exec: {}", "exec: {command: [c]}"}},
	{"exec-needs-command", "lifecycle: {preStop: {exec: {command: []}}}", "6:25 exec has no command", [2]string{"[]", "[c]"}},
	{"port-names-unique", "ports: [{name: p, containerPort: 1}, {name: p, containerPort: 2}]", "6:47 two ports have the name p", [2]string{"p, containerPort: 2", "q, containerPort: 2"}},
	{"env-key", "env: {A: {secret: s}}", "6:21 the variable does not say which key of the secret it takes", [2]string{"s}", "s, key: k}"}},
	{"env-needs-path", "volumes: {v: {emptyDir: {}}}\nenv: {A: {volume: v, key: k}}", "7:21 the variable does not say which file of the volume it comes from", [2]string{"key", "path: p, key"}},
	{"env-fields-fit-source", "env: {A: {field: metadata.name, optional: true}}", "6:45 optional does not go with field", [2]string{", optional: true", ""}},
	{"env-key", "env: {A: {field: metadata.name, key: k}}", "6:40 key does not go with field", [2]string{", key: k", ""}},
	{"env-divisor", "env: {A: {resource: limits.cpu, divisor: 1Mi}}", "6:44 limits.cpu cannot be given in units of 1Mi", [2]string{"cpu", "memory"}},
	{"mount-paths-unique", "volumes: {v: {emptyDir: {}}}\nsidecars: [{name: s, image: b, volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a}]}]", "7:96 two volumes are mounted at /a", [2]string{"/a}]", "/b}]"}},
	{"mount-options", "volumes: {v: {emptyDir: {}}}\nsidecars: [{name: s, image: b, volumeMounts: [{name: v, mountPath: /a, subPath: b, subPathExpr: c}]}]", "7:99 subPath and subPathExpr exclude each other", [2]string{", subPath: b", ""}},
	{"mount-options", "volumes: {v: {emptyDir: {}}}\nsidecars: [{name: s, image: b, volumeMounts: [{name: v, mountPath: /a, mountPropagation: Bidirectional}]}]", "7:92 only a privileged container can pass mounts on to the node", [2]string{"s, image: b", "s, image: b, securityContext: {privileged: true}"}},
	{"volume-devices-unique", "volumes: {v: {persistentVolumeClaim: c}}\nvolumeDevices: [{name: v, devicePath: /dev/a}, {name: v, devicePath: /dev/b}]", "7:57 two volumeDevices have the name v", [2]string{", {name: v, devicePath: /dev/b}", ""}},
	{"resize-policy-unique", "resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: cpu, restartPolicy: NotRequired}]", "6:82 there are two policies for cpu", [2]string{"[{resourceName: cpu", "[{resourceName: memory"}},
	{"privileged-escalates", "securityContext: {allowPrivilegeEscalation: false, privileged: true}", "6:66 a privileged container can always gain rights", [2]string{", privileged: true", ""}},
	{"privileged-escalates", "securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}", "6:75 a container with CAP_SYS_ADMIN can always gain rights", [2]string{"false", "true"}},
	{"localhost-profile", "securityContext: {appArmorProfile: {type: RuntimeDefault, localhostProfile: p}}", "6:79 localhostProfile is for `type: Localhost` alone", [2]string{"RuntimeDefault", "Localhost"}},

	{"claim-name-or-create", "volumes: {v: {persistentVolumeClaim: {readOnly: true}}}", "6:17 the volume says neither which claim it is nor what to create", [2]string{"readOnly", "claimName: c, readOnly"}},
	{"claim-labels-need-create", "volumes: {v: {persistentVolumeClaim: {claimName: c, labels: {a: b}}}}", "6:55 labels are for a claim that is made here, and this one is not", [2]string{"labels", "create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}, labels"}},
	{"claim-made-twice", "volumes:\n  v: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}\n  w: {persistentVolumeClaim: {claimName: a-v, create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}", "8:49 the claim a-v is made twice", [2]string{"a-v", "a-x"}},
	{"claim-spec", "volumes: {v: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOncePod, ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}", "6:50 ReadWriteOncePod stands alone", [2]string{", ReadWriteOnce]", "]"}},
	{"claim-spec", "volumes: {v: {ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 0Gi}}}}}}}", "6:88 the claim asks for no storage", [2]string{"0Gi", "1Gi"}},
	{"claim-spec", "volumes: {v: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, dataSource: {kind: VolumeSnapshot, name: s}}}}}", "6:119 VolumeSnapshot needs an apiGroup", [2]string{"name: s", "name: s, apiGroup: snapshot.storage.k8s.io"}},
	{"claim-spec", "volumes: {v: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, dataSource: {kind: PersistentVolumeClaim, name: s}, dataSourceRef: {kind: PersistentVolumeClaim, name: t}}}}}", "6:119 dataSource and dataSourceRef name two sources", [2]string{"name: t", "name: s"}},
	{"projected-source", "volumes: {v: {projected: {sources: [{}]}}}", "6:39 the source is empty", [2]string{"{}", "{secret: {name: s}}"}},
	{"projected-paths-unique", "volumes: {v: {projected: {sources: [{secret: {name: s, items: [{key: k, path: p}]}}, {serviceAccountToken: {path: p}}]}}}", "6:117 two sources make the file p", [2]string{"p}}]", "q}}]"}},
	{"trust-bundle", "volumes: {v: {projected: {sources: [{clusterTrustBundle: {path: p}}]}}}", "6:40 clusterTrustBundle does not say which one", [2]string{"path", "name: n, path"}},
	{"trust-bundle", "volumes: {v: {projected: {sources: [{clusterTrustBundle: {path: p, name: n, labelSelector: {}}}]}}}", "6:79 labelSelector goes with signerName, not with name", [2]string{"name: n", "signerName: a.io/b"}},
	{"trust-bundle", "volumes: {v: {projected: {sources: [{clusterTrustBundle: {path: p, name: n, signerName: a.io/b}}]}}}", "6:91 name and signerName exclude each other", [2]string{", signerName: a.io/b", ""}},
	{"downward-file", "volumes: {v: {downwardAPI: {items: [{path: p}]}}}", "6:39 the file p does not say what it holds", [2]string{"path: p", "path: p, fieldRef: {fieldPath: metadata.name}"}},
	{"downward-file", "volumes: {v: {downwardAPI: {items: [{path: p, resourceFieldRef: {containerName: a, resource: limits.memory, divisor: 1m}}]}}}", "6:120 limits.memory cannot be given in units of 1m", [2]string{"1m", "1Mi"}},
	{"image-volume-needs-reference", "volumes: {v: {image: {pullPolicy: Always}}}", "6:17 the volume does not say which image", [2]string{"pullPolicy", "reference: r, pullPolicy"}},
	{"main-mount-paths-unique", "volumes:\n  v: {emptyDir: {}, mountPath: /a}\n  w: {emptyDir: {}, mountPath: /a}", "8:34 two volumes are mounted at /a", [2]string{"v: {emptyDir: {}, mountPath: /a}", "v: {emptyDir: {}, mountPath: /b}"}},
	{"main-mount-options", "volumes: {v: {emptyDir: {}, mountPath: /a, recursiveReadOnly: Enabled}}", "6:65 recursiveReadOnly is for mounts that are read-only", [2]string{"mountPath", "readOnly: true, mountPath"}},
	{"main-mount-options", "volumes: {v: {emptyDir: {}, mountPath: /a, readOnly: true, recursiveReadOnly: Enabled, mountPropagation: HostToContainer}}", "6:81 recursiveReadOnly does not go with `mountPropagation: HostToContainer`", [2]string{"HostToContainer", "None"}},
	{"volume-exists", "sidecars: [{name: s, image: b, volumeMounts: [{name: v, mountPath: /a}]}]", "6:56 there is no volume \"v\"", [2]string{"sidecars", "volumes: {v: {emptyDir: {}}}\n  sidecars"}},
	{"volume-exists", "volumes: {v: {emptyDir: {}}}\nenv: {A: {volume: w, path: p, key: k}}", "7:21 there is no volume \"w\"", [2]string{"volume: w", "volume: v"}},
	{"env-volume-is-empty-dir", "volumes: {v: {secret: s}}\nenv: {A: {volume: v, path: p, key: k}}", "7:21 variables can only come from a file of an emptyDir volume", [2]string{"secret: s", "emptyDir: {}"}},
	{"volume-device", "volumes: {v: {emptyDir: {}}}\nvolumeDevices: [{name: v, devicePath: /dev/a}]", "7:26 only a persistentVolumeClaim or an ephemeral volume can be a device", [2]string{"emptyDir: {}", "persistentVolumeClaim: c"}},
	{"volume-device", "volumes: {v: {persistentVolumeClaim: c, mountPath: /a}}\nvolumeDevices: [{name: v, devicePath: /dev/a}]", "7:26 the volume v is mounted in the same container", [2]string{", mountPath: /a", ""}},
	{"volume-mode-fits-use", "volumes: {v: {persistentVolumeClaim: {create: {volumeMode: Block, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}, mountPath: /a}}", "6:140 a volume of mode Block has no files to mount", [2]string{"Block", "Filesystem"}},
	{"volume-mode-fits-use", "volumes: {v: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}\nvolumeDevices: [{name: v, devicePath: /dev/a}]", "7:19 the volume v holds files and is no device", [2]string{"accessModes", "volumeMode: Block, accessModes"}},

	{"namespace-to-create", "createNamespace: true", "6:3 createNamespace does not know the namespace's name", [2]string{"{name: a}", "{name: a, namespace: n}"}},
	{"cluster-rules-need-namespace", "serviceAccount: {clusterRules: [{apiGroups: [\"\"], resources: [nodes], verbs: [get]}]}", "6:20 clusterRules need the namespace: what is made is cluster-wide, and names the account by it", [2]string{"{name: a}", "{name: a, namespace: n}"}},
	{"account-made-or-named", "serviceAccount: {}\nserviceAccountName: s", "7:23 the pods run as one account: serviceAccount makes one, serviceAccountName names another", [2]string{"serviceAccount: {}", ""}},
	{"policy-rules", "serviceAccount: {rules: [{apiGroups: [\"\"], verbs: [get]}]}", "6:28 the rule has no resources", [2]string{"verbs", "resources: [pods], verbs"}},
	{"policy-rules", "serviceAccount: {rules: [{nonResourceURLs: [/healthz], verbs: [get]}]}", "6:29 URLs belong to no namespace", [2]string{"nonResourceURLs: [/healthz]", "apiGroups: [\"\"], resources: [pods]"}},
	{"policy-rules", "serviceAccount: {rules: [{apiGroups: [\"\"], resources: [pods], verbs: []}]}", "6:65 the rule allows nothing: it has no verbs", [2]string{"verbs: []", "verbs: [get]"}},
	{"secret-type-keys", "secrets: {s: {type: kubernetes.io/tls, data: {tls.crt: {remote: {key: c}}}}}", "6:23 a Secret of the type kubernetes.io/tls needs the key tls.key", [2]string{"tls.crt: {remote: {key: c}}", "tls.crt: {remote: {key: c}}, tls.key: {remote: {key: k}}"}},
	{"secret-type-keys", "secrets: {s: {type: kubernetes.io/basic-auth, data: {user: {remote: {key: c}}}}}", "6:23 a Secret of the type kubernetes.io/basic-auth needs the key username or password", [2]string{"user", "username"}},
	{"secret-token-account", "secrets: {t: {type: kubernetes.io/service-account-token}}", "6:23 the Secret does not say which account the token is for", [2]string{"-token", "-token, annotations: {kubernetes.io/service-account.name: x}"}},
	{"network-policy-labels", "networkPolicy: {ingress: []}\npodLabels: {app.kubernetes.io/name: null}", "7:15 networkPolicy finds the pods by this label", [2]string{"null", "x"}},
	{"network-policy-empty", "networkPolicy: {}", "6:3 networkPolicy says neither who may connect to the pods nor whom they may connect to", [2]string{"{}", "{ingress: []}"}},
	{"dns-needs-egress", "networkPolicy: {ingress: [], dns: false}", "6:32 dns is for policies with egress; without it the pods may ask for names anyway", [2]string{"ingress", "egress"}},
	{"network-end-port", "networkPolicy: {ingress: [{ports: [{port: 80, endPort: 79}]}]}", "6:58 endPort is below port, which is 80", [2]string{"79", "80"}},
	{"network-end-port", "networkPolicy: {ingress: [{ports: [{port: http, endPort: 80}]}]}", "6:60 endPort does not go with a port's name", [2]string{"http", "80"}},
	{"network-end-port", "networkPolicy: {ingress: [{ports: [{endPort: 80}]}]}", "6:48 endPort needs port, where the range begins", [2]string{"endPort", "port"}},
	{"network-peer", "networkPolicy: {ingress: [{from: [{}]}]}", "6:37 the peer is empty", [2]string{"[{}]", "[{podSelector: {}}]"}},
	{"network-peer", "networkPolicy: {egress: [{to: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}", "6:52 ipBlock stands alone in a peer", [2]string{"podSelector: {}, ", ""}},
	{"network-except", "networkPolicy: {egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]}]}", "6:72 11.0.0.0/16 is no part of 10.0.0.0/8", [2]string{"11.0", "10.0"}},
}

// checked checks a document against the schema alone.
func checked(t testing.TB, text string) *checker {
	t.Helper()
	_, docs, ds := source.ParseBytes("job.yaml", []byte(text), "/", "/", true)
	if ds.HasErrors() || len(docs) != 1 {
		t.Fatalf("%v in\n%s", ds, text)
	}
	c := newChecker(docs[0].File, docs[0].Root)
	c.referredAccount(c.root.Get("spec"))
	c.check(value{node: c.root, typ: schema.Model(), goes: reflect.TypeFor[schema.Document]()})
	return c
}

// alone returns the set of one rule.
func alone(name string) *schema.RuleSet {
	set := *schema.Rules()
	other := func(r *schema.Rule) bool { return r.Name != name }
	set.Document = slices.DeleteFunc(slices.Clone(set.Document), other)
	set.Container = slices.DeleteFunc(slices.Clone(set.Container), other)
	return &set
}

func shown(ds diag.List) string {
	ds.Sort()
	var lines []string
	for _, d := range ds {
		line := fmt.Sprintf("%d:%d %s", d.Line, d.Column, d.Message)
		if d.Severity == diag.Warning {
			line = "warning " + line
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestRules(t *testing.T) {
	fired := map[string]bool{}
	for _, rc := range ruleCases {
		t.Run(rc.rule, func(t *testing.T) {
			broken, mended := rc.documents()
			c := checked(t, broken)
			if len(c.ds) > 0 {
				t.Fatalf("%v in\n%s", c.ds, broken)
			}
			c.follow(alone(rc.rule))
			if got := shown(c.ds); got != rc.want {
				t.Errorf("got\n%s\nwant\n%s\nin\n%s", got, rc.want, broken)
			}
			fired[rc.rule] = fired[rc.rule] || len(c.ds) > 0
			for _, d := range c.ds {
				if d.Hint == "" {
					t.Errorf("no hint: %s", d.Message)
				}
			}

			c = checked(t, mended)
			c.rules()
			if c.ds.HasErrors() {
				t.Errorf("mended, got\n%s\nin\n%s", shown(c.ds), mended)
			}
			c.ds = nil
			if c.follow(alone(rc.rule)); len(c.ds) > 0 {
				t.Errorf("mended, got\n%s\nin\n%s", shown(c.ds), mended)
			}
		})
	}
	for _, r := range slices.Concat(schema.Rules().Document, schema.Rules().Container) {
		if !fired[r.Name] {
			t.Errorf("the rule %s has no case", r.Name)
		}
	}
}

// A rule that stumbles is a panic, so no document may make one do so: here the
// cases with each of their fields left out in turn.
func TestRulesOnParts(t *testing.T) {
	for _, rc := range ruleCases {
		text, _ := rc.documents()
		for n := 0; ; n++ {
			c := checked(t, text)
			if withoutField(c.root, n) >= 0 {
				break
			}
			c.rules()
		}
	}
}

// withoutField removes the field number n of the tree, in the order of writing.
// Where there are fewer it removes none and returns how many are missing.
func withoutField(at *source.Node, n int) (left int) {
	for i := range at.Fields {
		if n == 0 {
			at.Fields = slices.Delete(at.Fields, i, i+1)
			return -1
		}
		if n = withoutField(at.Fields[i].Value, n-1); n < 0 {
			return n
		}
	}
	for _, item := range at.Items {
		if n = withoutField(item, n); n < 0 {
			return n
		}
	}
	return n
}

// Nor may one that the schema allows: here each field of a spec by itself, and
// several together.
func TestRulesOnRandomDocuments(t *testing.T) {
	r := &randomizer{rand.New(rand.NewPCG(1, 2))}
	model := schema.Model()
	fields := model.Field("spec").Type.Fields
	clean := 0
	run := func(picked []*schema.Field) {
		spec := map[string]any{"image": "b"}
		for _, f := range picked {
			spec[f.Name] = r.value(f.Type, schema.FieldType(reflect.TypeFor[schema.Spec](), f.Name), 0)
		}
		doc, err := json.Marshal(map[string]any{
			"apiVersion": APIVersion, "kind": "Job", "spec": spec,
			"metadata": r.value(model.Field("metadata").Type, nil, 0),
		})
		if err != nil {
			t.Fatal(err)
		}
		c := checked(t, string(doc))
		if len(c.ds) == 0 {
			clean++
		}
		defer func() {
			if p := recover(); p != nil {
				t.Errorf("%v in\n%s", p, doc)
			}
		}()
		c.rules()
	}
	const each = 5
	for _, f := range fields {
		for range each {
			run([]*schema.Field{f})
		}
	}
	single, all := clean, each*len(fields)
	for range 500 {
		var picked []*schema.Field
		for range 2 + r.IntN(8) {
			picked = append(picked, fields[r.IntN(len(fields))])
		}
		run(picked)
	}
	if single < all*2/3 || clean-single < 300 {
		t.Errorf("too few documents were without another mistake: %d of %d with one field, %d of 500 with several", single, all, clean-single)
	}
}

// randomizer makes values that the schema allows.
type randomizer struct{ *rand.Rand }

// words are tried in turn, from a random one on, until one is allowed.
var words = []string{
	"a", "b", "c", "true", "1", "2", "100", "10Mi", "500m", "0-1", "10.0.0.1", "10.0.0.0/8", "a/b", "A", "cpu", "memory",
	"nvidia.com/gpu", "hugepages-2Mi", "limits.cpu", "requests.memory", "metadata.name", "Memory", "0 3 * * *", "Etc/UTC", "/a",
	"SIGUSR1", "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "job-name", "net.a", "a.io/b", "In", "Exists", "",
}

func (r *randomizer) value(t *schema.Type, goes reflect.Type, depth int) any {
	if t.Kind == schema.Any && goes != nil {
		t = schema.ShapeOf(goes)
	}
	switch t.Kind {
	case schema.Struct:
		return r.structure(t, goes, depth)
	case schema.Map:
		m := map[string]any{}
		for range r.IntN(3) {
			key := "a"
			if t.Key != nil {
				key = r.text(t.Key)
			}
			m[key] = r.value(t.Elem, schema.ElementType(goes), depth+1)
		}
		return m
	case schema.List:
		l := make([]any, t.MinItems+r.IntN(3))
		for i := range l {
			l[i] = r.value(t.Elem, schema.ElementType(goes), depth+1)
		}
		return l
	case schema.Bool:
		return r.IntN(2) == 0
	case schema.Int:
		return r.integer(t)
	case schema.IntOrString:
		if r.IntN(2) == 0 {
			return r.integer(t)
		}
	}
	return r.text(t)
}

func (r *randomizer) structure(t *schema.Type, goes reflect.Type, depth int) any {
	m := map[string]any{}
	chosen := ""
	if len(t.OneOf) > 0 {
		chosen = t.OneOf[r.IntN(len(t.OneOf))]
	}
	for _, f := range t.Fields {
		wanted := f.Required || f.Name == chosen
		if !wanted && (slices.Contains(t.OneOf, f.Name) || r.IntN(2+depth/2) > 0) {
			continue
		}
		m[f.Name] = r.value(f.Type, schema.FieldType(goes, f.Name), depth+1)
	}
	return m
}

func (r *randomizer) integer(t *schema.Type) int64 {
	n := r.Int64N(5)
	if r.IntN(5) == 0 {
		n = 100001
	}
	if t.Min != nil {
		n = max(n, *t.Min)
	}
	if t.Max != nil {
		n = min(n, *t.Max)
	}
	return n
}

func (r *randomizer) text(t *schema.Type) string {
	from := words
	if len(t.Enum) > 0 {
		from = t.Enum
	}
	first := r.IntN(len(from))
	for i := range from {
		w := from[(first+i)%len(from)]
		if problem := ""; t.Allows(w) {
			if t.Format != "" {
				problem, _ = formats[t.Format](w)
			}
			if problem == "" {
				return w
			}
		}
	}
	return "a"
}

const typical = `apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: etl, namespace: data, labels: {team: math}}
spec:
  schedule: "0 3 * * *"
  timeZone: Europe/Berlin
  concurrencyPolicy: Forbid
  backoffLimit: 2
  activeDeadlineSeconds: 3600
  image: ghcr.io/acme/etl:1.4.2
  command: [etl, --full]
  env:
    LEVEL: debug
    PASSWORD: {secret: db, key: password}
    REGION: {configMap: shared, key: region}
    POD: {field: metadata.name}
  resources:
    requests: {cpu: 500m, memory: 1Gi}
    limits: {memory: 2Gi}
  volumes:
    work: {emptyDir: {sizeLimit: 10Gi}, mountPath: /work}
    settings: {configMap: settings, mountPath: /etc/etl, readOnly: true}
  securityContext: {allowPrivilegeEscalation: false}
  configMaps:
    settings: {data: {mode: full}}
`

// One CronJob with variables, resources, volumes and a ConfigMap, as many are.
func BenchmarkRules(b *testing.B) {
	c := checked(b, typical)
	c.rules() // compiles them
	for b.Loop() {
		c.rules()
	}
	if len(c.ds) > 0 {
		b.Error(c.ds)
	}
}
