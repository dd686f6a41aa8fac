package deliver_test

import (
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// name returns the name of the Job that delivered returns.
func name(t *testing.T, fields string) string {
	t.Helper()
	return delivered(t, fields).Name
}

// delivered returns the Job of a spec that runs again on a change, with fields of
// spec in YAML, a line each.
func delivered(t *testing.T, fields string) *batchv1.Job {
	t.Helper()
	for _, o := range objects(t, "rerun: onChange", fields) {
		if job, ok := o.Value.(*batchv1.Job); ok {
			return job
		}
	}
	return &batchv1.Job{} // the spec was reported
}

// objects returns what a spec becomes, with the fields of spec that it begins with, and
// others, a line each.
func objects(t *testing.T, first, fields string) []compile.Object {
	t.Helper()
	text := "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec:\n  " + first + "\n"
	if !strings.HasPrefix(fields, "image:") {
		text += "  image: b:1\n"
	}
	for line := range strings.Lines(fields) {
		text += "  " + line
	}
	_, docs, ds := source.ParseBytes("a.yaml", []byte(text), "/p", "/p", true)
	if ds.HasErrors() {
		t.Errorf("%v in\n%s", ds, text)
		return nil
	}
	job, ds := spec.Check(docs[0], spec.Options{LookupEnv: func(string) (string, bool) { return "value", true }})
	if ds.HasErrors() {
		t.Errorf("%v in\n%s", ds, text)
		return nil
	}
	return deliver.Objects(job, compile.Lower(job))
}

// The hashes of version 1. They never change: a name that changes is a Job that runs
// again, for everybody who updates jobgen.
var pinned = map[string]string{
	"":                       "a-f98b1d63",
	"command: [echo, '<&>']": "a-d98996cb",
	"completions: 3":         "a-ea487dec",
	"completionMode: Indexed\ncompletions: 3\nbackoffLimitPerIndex: 1":                           "a-d5e474af",
	"resources: {limits: {memory: 1024Mi}}":                                                      "a-c30e336c",
	"configMaps: {c: {data: {k: v}}}\nenvFrom: [{configMap: c}]":                                 "a-aedcf7d6",
	"secrets: {s: {data: {k: {env: V}}}}\nenvFrom: [{secret: s}]":                                "a-d6b4ca5b",
	"volumes: {d: {emptyDir: {}, mountPath: /d}}":                                                "a-6f680eb7",
	"podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}": "a-977d5e70",
}

func TestHashesArePinned(t *testing.T) {
	for fields, want := range pinned {
		if got := name(t, fields); got != want {
			t.Errorf("the Job with %q is %s, and must be %s for ever", fields, got, want)
		}
	}
}

// What the API gives a field that is not set is the same as the field with that value.
func TestDefaultsMoveNoHash(t *testing.T) {
	for with, without := range map[string]string{
		"completions: 1":                             "",
		"completionMode: NonIndexed":                 "",
		"terminationGracePeriodSeconds: 30":          "",
		"dnsPolicy: ClusterFirst":                    "",
		"enableServiceLinks: true":                   "",
		"schedulerName: default-scheduler":           "",
		"imagePullPolicy: IfNotPresent":              "",
		"terminationMessagePolicy: File":             "",
		"image: b\nimagePullPolicy: Always":          "image: b",
		"ports: [{containerPort: 1, protocol: TCP}]": "ports: [{containerPort: 1}]",
		"livenessProbe: {httpGet: {port: 1, path: /, scheme: HTTP}, periodSeconds: 10}":                              "livenessProbe: {httpGet: {port: 1}}",
		"volumes: {s: {secret: {secretName: s, defaultMode: 0644}, mountPath: /s}}":                                  "volumes: {s: {secret: s, mountPath: /s}}",
		"podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: 'True'}]}]}": "podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}",
	} {
		if a, b := name(t, with), name(t, without); a != b {
			t.Errorf("%q makes %s, %q makes %s", with, a, without, b)
		}
	}
}

// Where a secret value comes from moves the hash; the value itself does not.
func TestSecretValuesMoveNoHash(t *testing.T) {
	text := "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec:\n  rerun: onChange\n  image: b:1\n" +
		"  secrets: {s: {data: {k: {env: V}}}}\n  envFrom: [{secret: s}]\n"
	named := func(text, value string) string {
		_, docs, _ := source.ParseBytes("a.yaml", []byte(text), "/p", "/p", true)
		job, ds := spec.Check(docs[0], spec.Options{LookupEnv: func(string) (string, bool) { return value, true }})
		if ds.HasErrors() {
			t.Fatal(ds)
		}
		objects := deliver.Objects(job, compile.Lower(job))
		return objects[len(objects)-1].Meta.Name
	}
	if a, b := named(text, "one"), named(text, "two"); a != b {
		t.Errorf("another value makes %s of %s", b, a)
	}
	if a, b := named(text, "one"), named(strings.Replace(text, "env: V", "env: W", 1), "one"); a == b {
		t.Errorf("another variable makes %s too", a)
	}
}
