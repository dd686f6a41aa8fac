package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/test/e2e/controlplane"
)

// TestPatterns runs a Job of each pattern on simulated nodes, to the status that
// the pattern promises.
func TestPatterns(t *testing.T) {
	s := start(t, controlplane.Options{Minor: controlplane.Newest, Workloads: true})
	client, err := kubernetes.NewForConfig(s.Config)
	if err != nil {
		t.Fatal(err)
	}
	jobs := client.BatchV1().Jobs("default")
	t.Chdir("../..")
	for _, c := range []struct {
		name, spec, job string
		before          func(t *testing.T) // what makes the Job run, if applying does not
		succeeded       int32
		indexes         string
	}{
		{name: "single", spec: "examples/hello.yaml", job: "hello", succeeded: 1},
		{name: "fixed completions", spec: "examples/parallel.yaml", job: "parallel-job", succeeded: 5},
		{name: "work queue", spec: "examples/redis-queue.yaml", job: "redis-queue", succeeded: 3},
		{name: "indexed", spec: "examples/indexed.yaml", job: "indexed-job", succeeded: 3, indexes: "0-2"},
		{name: "scheduled", spec: "examples/daily.yaml", job: "by-hand", succeeded: 1, before: func(t *testing.T) {
			s.kubectl(t, "", "create", "job", "by-hand", "--from=cronjob/daily-job")
		}},
		{name: "suspended", spec: "examples/suspended.yaml", job: "simulate-weather", succeeded: 8, indexes: "0-7", before: func(t *testing.T) {
			job := until(t, "is suspended", func(ctx context.Context) (*batchv1.Job, error) {
				return jobs.Get(ctx, "simulate-weather", metav1.GetOptions{})
			}, suspended)
			if job.Status.Active+job.Status.Succeeded > 0 {
				t.Errorf("Pods were made while it was suspended: %+v", job.Status)
			}
			s.kubectl(t, "", "patch", "job", "simulate-weather", "--type=merge", "--patch", `{"spec":{"suspend":false}}`)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.kubectl(t, compiled(t, c.spec), "apply", "-f", "-")
			if c.before != nil {
				c.before(t)
			}
			job := until(t, "is complete", func(ctx context.Context) (*batchv1.Job, error) { return jobs.Get(ctx, c.job, metav1.GetOptions{}) }, finished)
			if !has(job, batchv1.JobComplete) || job.Status.Succeeded != c.succeeded || job.Status.CompletedIndexes != c.indexes || job.Status.Failed != 0 {
				t.Errorf("%+v", job.Status)
			}
		})
	}
}

// compiled returns what jobgen makes of a spec.
func compiled(t *testing.T, path string) string {
	t.Helper()
	format, _ := render.Lookup("yaml")
	result, err := build.Run(build.Options{Args: []string{path}, Dir: ".", Format: &format, LookupEnv: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if result.Diagnostics.HasErrors() || result.Write(&out) != nil {
		t.Fatalf("%s does not build: %v", path, result.Diagnostics)
	}
	return out.String()
}

// until asks for a Job until a condition holds of it.
func until(t *testing.T, what string, get func(context.Context) (*batchv1.Job, error), condition func(*batchv1.Job) bool) *batchv1.Job {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	said := "nothing is known of it"
	for {
		job, err := get(ctx)
		if err == nil && condition(job) {
			return job
		}
		if err == nil {
			said = fmt.Sprintf("%+v", job.Status)
		}
		select {
		case <-ctx.Done():
			t.Fatalf("waited until the Job %s: %v; %s", what, err, said)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func suspended(job *batchv1.Job) bool { return has(job, batchv1.JobSuspended) }

func finished(job *batchv1.Job) bool {
	return has(job, batchv1.JobComplete) || has(job, batchv1.JobFailed)
}

func has(job *batchv1.Job, condition batchv1.JobConditionType) bool {
	for _, c := range job.Status.Conditions {
		if c.Type == condition && c.Status == corev1.ConditionTrue {
			return true
		}
	}
	return false
}
