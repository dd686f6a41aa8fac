package cluster

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// bases are right objects that the tests break.
var bases = map[string]string{
	"job": `
apiVersion: batch/v1
kind: Job
metadata: {name: primes, namespace: maths, labels: {team: maths}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: main, image: "registry.example/primes:1"}
`,
	"cron": `
apiVersion: batch/v1
kind: CronJob
metadata: {name: primes, namespace: maths}
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - {name: main, image: "registry.example/primes:1"}
`,
	"configMap": `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a.txt: b}}`,
	"secret":    `{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {a: hunter2}}`,
	"account":   `{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}`,
	"namespace": `{apiVersion: v1, kind: Namespace, metadata: {name: a}}`,
	"claim": `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a},
  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}`,
	"role": `{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a},
  rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}`,
	"clusterRole": `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a},
  rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}`,
	"binding": `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a},
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}, subjects: [{kind: ServiceAccount, name: a, namespace: b}]}`,
	"clusterBinding": `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: a},
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}, subjects: [{kind: ServiceAccount, name: a, namespace: b}]}`,
	"policy": `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a},
  spec: {podSelector: {matchLabels: {a: b}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{protocol: TCP, port: 443}]}]}}`,
}

// manifest returns a base with changes, each "path = value" with the value in
// YAML; "path =" alone removes. P is the path of the Pod's spec, C of the first
// container, S of the Job's spec.
func manifest(t testing.TB, base string, changes ...string) []byte {
	t.Helper()
	var tree map[string]any
	if err := yaml.Unmarshal([]byte(bases[base]), &tree); err != nil {
		t.Fatal(err)
	}
	spec := "spec"
	if base == "cron" {
		spec = "spec.jobTemplate.spec"
	}
	short := strings.NewReplacer("S.", spec+".", "P.", spec+".template.spec.", "C.", spec+".template.spec.containers[0].")
	for _, change := range changes {
		path, value, _ := strings.Cut(change, " =")
		if len(path) > 1 && path[1] == '.' {
			path = short.Replace(path[:2]) + path[2:]
		}
		var v any
		if err := yaml.Unmarshal([]byte(value), &v); err != nil {
			t.Fatalf("%s: %v", change, err)
		}
		tree = put(tree, strings.Split(path, "."), v, strings.TrimSpace(value) == "").(map[string]any)
	}
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func put(tree any, path []string, value any, remove bool) any {
	if len(path) == 0 {
		return value
	}
	name, index, isItem := strings.Cut(path[0], "[")
	fields, _ := tree.(map[string]any)
	if fields == nil {
		fields = map[string]any{}
	}
	switch {
	case isItem:
		i, _ := strconv.Atoi(strings.TrimSuffix(index, "]"))
		items, _ := fields[name].([]any)
		for len(items) <= i {
			items = append(items, nil)
		}
		items[i] = put(items[i], path[1:], value, remove)
		fields[name] = items
	case len(path) == 1 && remove:
		delete(fields, name)
	default:
		fields[name] = put(fields[name], path[1:], value, remove)
	}
	return fields
}

// check returns the findings of one manifest as lines "check path: reason", with
// warnings left out.
func check(t testing.TB, object []byte, opts Options) []string {
	t.Helper()
	all, err := Objects([][]byte{object}, opts)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range all[0] {
		if !f.Warning {
			lines = append(lines, fmt.Sprintf("%s %s: %s", f.Check, f.Path, f.Reason))
		}
	}
	return slices.Compact(lines)
}

// printed returns all that is told of a manifest.
func printed(t testing.TB, object []byte, opts Options) string {
	t.Helper()
	all, err := Objects([][]byte{object}, opts)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range all[0] {
		fmt.Fprintf(&b, "%s %v %s: %s: %s\n", f.Check, f.Minors, f.Path, f.Reason, f.Message)
	}
	return b.String()
}
