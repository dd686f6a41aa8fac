package mutate

import (
	"maps"
	"slices"
)

// combine writes fields that a rule ties to each other, in a Job.
func combine(c *change) {
	spec, _ := c.root["spec"].(map[string]any)
	if template, isCron := spec["jobTemplate"].(map[string]any); isCron {
		spec, _ = template["spec"].(map[string]any)
	}
	if _, isJob := spec["template"]; isJob {
		merge(spec, clone(pick(c, combinations)).(map[string]any))
	}
}

// merge lays fields over others; null takes one away.
func merge(under, over map[string]any) {
	for key, value := range over {
		inner, isMap := value.(map[string]any)
		beneath, both := under[key].(map[string]any)
		switch {
		case value == nil:
			delete(under, key)
		case isMap && both:
			merge(beneath, inner)
		default:
			under[key] = value
		}
	}
}

// pod makes the part of a Job with fields of its Pods.
func pod(fields map[string]any) map[string]any {
	return map[string]any{"template": map[string]any{"spec": fields}}
}

// with adds fields of the Job.
func with(part, fields map[string]any) map[string]any {
	merge(part, fields)
	return part
}

func one(value any) []any { return []any{value} }

var onExit = map[string]any{"rules": one(map[string]any{"action": "FailJob", "onExitCodes": map[string]any{"operator": "In", "values": []any{1, 42}}})}

// Parts of combinations.
var (
	onCondition = map[string]any{"rules": one(map[string]any{"action": "Ignore", "onPodConditions": one(map[string]any{"type": "Ready"})})}
	block       = map[string]any{"name": "block", "persistentVolumeClaim": map[string]any{"claimName": "a"}}
	device      = map[string]any{"name": "main", "image": "a", "volumeDevices": one(map[string]any{"name": "block", "devicePath": "/dev/a"})}
	resized     = map[string]any{"name": "first", "image": "a", "resizePolicy": one(map[string]any{"resourceName": "cpu", "restartPolicy": "RestartContainer"})}
	spread      = map[string]any{"maxSkew": 1, "topologyKey": "a", "whenUnsatisfiable": "ScheduleAnyway", "matchLabelKeys": one("a"),
		"labelSelector": map[string]any{"matchLabels": map[string]any{"a": "b"}}}
)

// token makes a volume of a token.
func token(path string) map[string]any {
	source := map[string]any{"serviceAccountToken": map[string]any{"path": path}}
	return map[string]any{"name": "token", "projected": map[string]any{"sources": one(source)}}
}

// combinations are parts of Jobs, right and wrong.
var combinations = []map[string]any{
	with(pod(map[string]any{"restartPolicy": "OnFailure"}), map[string]any{"podFailurePolicy": onExit}),
	with(pod(map[string]any{"restartPolicy": "Never"}), map[string]any{"podFailurePolicy": onExit}),
	{"podFailurePolicy": onExit, "podReplacementPolicy": "TerminatingOrFailed"},
	{"podFailurePolicy": map[string]any{"rules": []any{}}},
	{"completionMode": "Indexed", "completions": nil},
	{"completionMode": "Indexed", "completions": nil, "parallelism": 2},
	{"completionMode": "Indexed", "completions": 5, "backoffLimitPerIndex": 1, "maxFailedIndexes": 2},
	{"completionMode": "Indexed", "completions": 5, "maxFailedIndexes": 2, "backoffLimitPerIndex": nil},
	{"completionMode": "Indexed", "completions": 100001, "backoffLimitPerIndex": 1, "maxFailedIndexes": 10001},
	{"completionMode": "NonIndexed", "backoffLimitPerIndex": 1},
	{"completionMode": "Indexed", "completions": 5, "successPolicy": map[string]any{"rules": one(map[string]any{"succeededIndexes": "0-2", "succeededCount": 2})}},
	{"completionMode": "Indexed", "completions": nil, "parallelism": 1, "successPolicy": map[string]any{"rules": one(map[string]any{"succeededCount": 1})}},
	{"successPolicy": map[string]any{"rules": one(map[string]any{"succeededCount": 1})}},
	{"manualSelector": true},
	{"manualSelector": false, "selector": map[string]any{"matchLabels": map[string]any{"a": "b"}}},
	{"manualSelector": true, "selector": map[string]any{"matchLabels": map[string]any{"a": "b"}}, "template": map[string]any{"metadata": map[string]any{"labels": map[string]any{"a": "b"}}}},
	{"template": map[string]any{"metadata": map[string]any{"labels": map[string]any{"job-name": "other"}}}},
	{"template": map[string]any{"metadata": map[string]any{"annotations": map[string]any{"controller.kubernetes.io/pod-deletion-cost": "x"}}}},
	{"template": map[string]any{"metadata": map[string]any{"annotations": map[string]any{"container.apparmor.security.beta.kubernetes.io/main": "localhost/a"}}}},
	{"template": map[string]any{"metadata": map[string]any{"annotations": map[string]any{"seccomp.security.alpha.kubernetes.io/pod": "localhost/../a"}}}},
	pod(map[string]any{"hostPID": true, "shareProcessNamespace": true}),
	pod(map[string]any{"hostPID": true, "hostUsers": false}),
	pod(map[string]any{"hostNetwork": true, "hostUsers": false}),
	pod(map[string]any{"os": map[string]any{"name": "windows"}}),
	pod(map[string]any{"os": map[string]any{"name": "linux"}, "securityContext": map[string]any{"windowsOptions": map[string]any{"runAsUserName": "a"}}}),
	pod(map[string]any{"dnsPolicy": "None"}),
	pod(map[string]any{"setHostnameAsFQDN": true, "hostnameOverride": "a.example"}),
	pod(map[string]any{"serviceAccountName": "a", "serviceAccount": "b"}),
	pod(map[string]any{"nodeName": "a", "schedulingGates": one(map[string]any{"name": "a.example/b"})}),
	pod(map[string]any{"volumes": []any{}}),
	pod(map[string]any{"restartPolicy": nil}),
	pod(map[string]any{"resources": map[string]any{"limits": map[string]any{"cpu": "1", "memory": "1Gi"}}}),
	pod(map[string]any{"terminationGracePeriodSeconds": -1}),
	pod(map[string]any{"initContainers": one(map[string]any{"name": "side", "image": "a", "restartPolicy": "Always", "startupProbe": map[string]any{"tcpSocket": map[string]any{"port": 80}}})}),
	pod(map[string]any{"initContainers": one(map[string]any{"name": "first", "image": "a", "livenessProbe": map[string]any{"tcpSocket": map[string]any{"port": 80}}})}),
	pod(map[string]any{"initContainers": one(map[string]any{"name": "first", "image": "a", "restartPolicy": "Never"})}),
	with(pod(map[string]any{"restartPolicy": "Never"}), map[string]any{"podFailurePolicy": onCondition}),
	pod(map[string]any{"hostUsers": false, "volumes": one(block), "containers": one(device)}),
	pod(map[string]any{"restartPolicy": "OnFailure", "initContainers": one(resized)}),
	pod(map[string]any{"volumes": one(token("../a"))}),
	pod(map[string]any{"volumes": one(token("/a"))}),
	pod(map[string]any{"topologySpreadConstraints": one(spread)}),
	pod(map[string]any{"os": map[string]any{"name": "windows"}, "resources": map[string]any{"limits": map[string]any{"cpu": "1"}}}),
	pod(map[string]any{"hostNetwork": true, "securityContext": map[string]any{"sysctls": one(map[string]any{"name": "net.core.somaxconn", "value": "1"})}}),
}

// annotations are those of Pods that the server reads, each with a value or more.
var annotations = map[string][]string{
	"container.apparmor.security.beta.kubernetes.io/main":  {"", "runtime/default", "unconfined", "localhost/", "localhost/ a ", "a"},
	"container.apparmor.security.beta.kubernetes.io/other": {"runtime/default"},
	"container.seccomp.security.alpha.kubernetes.io/main":  {"", "runtime/default", "docker/default", "unconfined", "localhost/a", "localhost//a", "a"},
	"controller.kubernetes.io/pod-deletion-cost":           {"1", "-1", "01", "+1", "1.5", "2147483648", ""},
	"kubernetes.io/config.mirror":                          {"a", ""},
	"scheduler.alpha.kubernetes.io/tolerations":            {"[]", "{", `[{"key": "a b"}]`},
	"seccomp.security.alpha.kubernetes.io/pod":             {"runtime/default", "unconfined", "localhost/a", "localhost/../a", "a"},
}

// annotate writes an annotation that the server reads.
func annotate(c *change) {
	n, ok := c.find(func(n node) bool { return sortOf(n.typ) == structure && n.name == "template" })
	if key := pick(c, slices.Sorted(maps.Keys(annotations))); ok {
		value := pick(c, annotations[key])
		if template, isMap := n.value.(map[string]any); isMap {
			merge(template, map[string]any{"metadata": map[string]any{"annotations": map[string]any{key: value}}})
		}
	}
}
