package cluster

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	rules "k8s.io/kubernetes/pkg/apis/batch/validation"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
)

// TestUpstream compares what is said of objects like those of upstream's tests with what
// upstream's validation of them says, as its strategies call it.
func TestUpstream(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(golden.Root(t), "testdata", "upstream", "objects.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	docs := bytes.Split(text, []byte("---\n"))[1:]
	wrong := 0
	for _, doc := range docs {
		object, err := yaml.YAMLToJSON(doc)
		if err != nil {
			t.Fatal(err)
		}
		found, err := Objects([][]byte{object}, Options{Checks: []Check{OpenAPI, Server}})
		if err != nil {
			t.Fatal(err)
		}
		refused := false
		for _, f := range found[0] {
			refused = refused || !f.Warning
		}
		faults := upstream(t, object)
		if len(faults) > 0 {
			wrong++
		}
		if refused != (len(faults) > 0) {
			t.Errorf("%s\nupstream: %v\nfound: %v", doc, faults, found[0])
		}
	}
	if len(docs) < 100 || wrong < len(docs)/3 || wrong > len(docs)*4/5 {
		t.Errorf("%d objects, %d of them wrong", len(docs), wrong)
	}
}

// upstream returns the errors of creating a Job or CronJob, without what only the
// strategy does: it makes a selector and labels.
func upstream(t *testing.T, object []byte) field.ErrorList {
	t.Helper()
	var versioned runtime.Object = &batchv1.Job{}
	if bytes.Contains(object, []byte(`"kind":"CronJob"`)) {
		versioned = &batchv1.CronJob{}
	}
	if err := yaml.Unmarshal(object, versioned); err != nil {
		return field.ErrorList{field.Invalid(nil, nil, err.Error())}
	}
	legacyscheme.Scheme.Default(versioned)
	internal, err := legacyscheme.Scheme.ConvertToVersion(versioned, batch.SchemeGroupVersion)
	if err != nil {
		t.Fatal(err)
	}
	m, err := meta.Accessor(internal)
	if err != nil {
		t.Fatal(err)
	}
	m.SetUID("1a2b")
	declared := legacyscheme.Scheme.Validate(context.Background(), map[string]bool{"WorkloadWithJob": false}, versioned)
	switch o := internal.(type) {
	case *batch.CronJob:
		return append(declared, rules.ValidateCronJobCreate(o, pod.GetValidationOptionsFromPodTemplate(&o.Spec.JobTemplate.Spec.Template, nil))...)
	case *batch.Job:
		if o.Spec.ManualSelector == nil || !*o.Spec.ManualSelector {
			selected(o)
		}
		return append(declared, rules.ValidateJobCreate(o, rules.JobValidationOptions{
			PodValidationOptions: pod.GetValidationOptionsFromPodTemplate(&o.Spec.Template, nil), RequirePrefixedLabels: true,
		})...)
	}
	panic(fmt.Sprintf("%T", internal))
}

// selected does what the strategy of Jobs does to one without a selector of its own.
func selected(j *batch.Job) {
	labels := map[string]string{}
	for key, value := range j.Spec.Template.Labels {
		labels[key] = value
	}
	for key, value := range map[string]string{"job-name": j.Name, "controller-uid": string(j.UID)} {
		for _, name := range []string{key, "batch.kubernetes.io/" + key} {
			if _, there := labels[name]; !there {
				labels[name] = value
			}
		}
	}
	j.Spec.Template.Labels = labels
	if j.Spec.Selector == nil {
		j.Spec.Selector = &metav1.LabelSelector{}
	}
	if j.Spec.Selector.MatchLabels == nil {
		j.Spec.Selector.MatchLabels = map[string]string{}
	}
	if name := "batch.kubernetes.io/controller-uid"; j.Spec.Selector.MatchLabels[name] == "" {
		j.Spec.Selector.MatchLabels[name] = string(j.UID)
	}
}
