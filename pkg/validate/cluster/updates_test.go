package cluster

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/batch"
	rules "k8s.io/kubernetes/pkg/apis/batch/validation"
	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// unchanged has what changes are laid over, by kind: a spec.
var unchanged = map[string]string{
	"Job": `{"completionMode": "Indexed", "completions": 4, "parallelism": 4, "suspend": true, "template": {"metadata": {"labels": {"l": "v", "m": "w"}},
		"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "registry.example/a:1"}]}}}`,
	"CronJob": `{"schedule": "* * * * *", "concurrencyPolicy": "Allow", "jobTemplate": {"spec": {"template": {
		"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "registry.example/a:1"}]}}}}}`,
}

// TestUpstreamUpdates compares what is said of changes like those of upstream's tests, in
// each state of a Job, with what upstream's validation says of them, and both with what is
// written there (issue 13, item 2).
func TestUpstreamUpdates(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(golden.Root(t), "testdata", "upstream", "updates.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	states := []struct {
		letter string
		state  apiserver.State
		status batch.JobStatus
	}{
		{"R", apiserver.Running, batch.JobStatus{Active: 1, StartTime: &metav1.Time{}}},
		{"F", apiserver.Finished, batch.JobStatus{StartTime: &metav1.Time{}, Conditions: []batch.JobCondition{{Type: batch.JobComplete, Status: "True"}}}},
		{"S", apiserver.Suspended, batch.JobStatus{StartTime: &metav1.Time{}, Conditions: []batch.JobCondition{{Type: batch.JobSuspended, Status: "True"}}}},
		{"N", apiserver.NotStarted, batch.JobStatus{}},
	}
	for _, doc := range bytes.Split(text, []byte("---\n"))[1:] {
		var c struct {
			Kind, Name, Taken string
			Before, Now       map[string]any
		}
		if err := yaml.UnmarshalStrict(doc, &c); err != nil {
			t.Fatalf("%v in %s", err, doc)
		}
		before := changed(t, c.Kind, unchanged[c.Kind], c.Before)
		now := changed(t, c.Kind, string(specOf(t, before)), c.Now)
		got, want := "", ""
		err := apiserver.Under(validate.NewestMinor, func(s *apiserver.Server) {
			for _, one := range states {
				if len(s.Update(before, now, one.state)) == 0 {
					got += one.letter
				}
				if len(upstreamUpdate(t, before, now, one.status, one.letter == "S" || one.letter == "N")) == 0 {
					want += one.letter
				}
			}
		})
		if err != nil || got != want || want != c.Taken {
			t.Errorf("%s, %s: taken in the states %q, by upstream in %q, written %q, error %v", c.Kind, c.Name, got, want, c.Taken, err)
		}
	}
}

// changed returns an object whose spec has a JSON merge patch laid over it.
func changed(t *testing.T, kind, spec string, patch map[string]any) []byte {
	t.Helper()
	var tree map[string]any
	if err := json.Unmarshal([]byte(spec), &tree); err != nil {
		t.Fatal(err)
	}
	merge(tree, patch)
	object, err := json.Marshal(map[string]any{"apiVersion": "batch/v1", "kind": kind, "metadata": map[string]any{"name": "upstream", "namespace": "default"}, "spec": tree})
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func merge(into, patch map[string]any) {
	for name, value := range patch {
		inner, isMap := value.(map[string]any)
		under, there := into[name].(map[string]any)
		switch {
		case value == nil:
			delete(into, name)
		case isMap && there:
			merge(under, inner)
		default:
			into[name] = value
		}
	}
}

func specOf(t *testing.T, object []byte) json.RawMessage {
	t.Helper()
	var o struct{ Spec json.RawMessage }
	if err := json.Unmarshal(object, &o); err != nil {
		t.Fatal(err)
	}
	return o.Spec
}

// upstreamUpdate returns the errors of a change. A Job has the status when it comes, and
// is suspended or not; in the newest minor a suspended one takes scheduling directives and
// resources.
func upstreamUpdate(t *testing.T, before, now []byte, status batch.JobStatus, suspended bool) field.ErrorList {
	t.Helper()
	old, object := internalOf(t, before), internalOf(t, now)
	if c, isCron := object.(*batch.CronJob); isCron {
		was := old.(*batch.CronJob)
		return rules.ValidateCronJobUpdate(c, was, pod.GetValidationOptionsFromPodTemplate(&c.Spec.JobTemplate.Spec.Template, &was.Spec.JobTemplate.Spec.Template))
	}
	j, was := object.(*batch.Job), old.(*batch.Job)
	was.Status, was.Spec.Suspend = status, &suspended
	return rules.ValidateJobUpdate(j, was, rules.JobValidationOptions{
		PodValidationOptions:             pod.GetValidationOptionsFromPodTemplate(&j.Spec.Template, &was.Spec.Template),
		AllowMutableSchedulingDirectives: suspended, AllowMutablePodResources: suspended, RequirePrefixedLabels: true,
	})
}

// internalOf returns an object as the server has it once it is stored.
func internalOf(t *testing.T, object []byte) runtime.Object {
	t.Helper()
	var versioned runtime.Object = &batchv1.Job{}
	if bytes.Contains(object, []byte(`"kind":"CronJob"`)) {
		versioned = &batchv1.CronJob{}
	}
	if err := json.Unmarshal(object, versioned); err != nil {
		t.Fatal(err)
	}
	legacyscheme.Scheme.Default(versioned)
	internal, err := legacyscheme.Scheme.ConvertToVersion(versioned, batch.SchemeGroupVersion)
	if err != nil {
		t.Fatal(err)
	}
	m := internal.(metav1.Object)
	m.SetUID("1a2b")
	m.SetResourceVersion("1")
	if j, isJob := internal.(*batch.Job); isJob && (j.Spec.ManualSelector == nil || !*j.Spec.ManualSelector) {
		selected(j)
	}
	return internal
}
