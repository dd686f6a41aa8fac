package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/jobgen-dev/jobgen/test/e2e/controlplane"
)

// change is a spec that is applied, changed, and applied again.
type change struct {
	name, spec string
	edit       []string // pairs of what is replaced for the second apply
	diff       string   // what jobgen diff says of it
	applied    string   // what kubectl says of the second apply
	refused    bool
	jobs       int // how many there are then
}

// changes are the cells of the table, but for those that refuse the spec itself.
func changes() []change {
	const configMap = "envFrom: [{configMap: settings}], configMaps: {settings: {data: {level: info}}}"
	return []change{
		{name: "never, unchanged", spec: "rerun: never", applied: "job.batch/report unchanged", jobs: 1},
		{name: "never, the template changes", spec: "env: {LEVEL: info}", edit: []string{"info", "warn"},
			diff: "Job refused", applied: "field is immutable", refused: true, jobs: 1},
		{name: "never, the parallelism changes", spec: "parallelism: 1, completions: 3", edit: []string{"parallelism: 1", "parallelism: 2"},
			diff: "Job updated", applied: "job.batch/report configured", jobs: 1},
		{name: "never, a ConfigMap changes", spec: configMap, edit: []string{"info", "warn"},
			diff: "ConfigMap updated", applied: "configmap/settings configured job.batch/report unchanged", jobs: 1},
		{name: "never, an immutable ConfigMap changes", spec: strings.Replace(configMap, "data:", "immutable: true, data:", 1), edit: []string{"info", "warn"},
			diff: "ConfigMap created, Job refused", applied: "configmap/settings-HASH created .*field is immutable", refused: true, jobs: 1},
		{name: "onChange, unchanged", spec: "rerun: onChange, " + configMap,
			applied: "configmap/settings-HASH unchanged job.batch/report-HASH unchanged", jobs: 1},
		{name: "onChange, the template changes", spec: "rerun: onChange, env: {LEVEL: info}", edit: []string{"info", "warn"},
			diff: "Job runs again", applied: "job.batch/report-HASH created", jobs: 2},
		{name: "onChange, the parallelism changes", spec: "rerun: onChange, parallelism: 1, completions: 3", edit: []string{"parallelism: 1", "parallelism: 2"},
			diff: "Job updated", applied: "job.batch/report-HASH configured", jobs: 1},
		{name: "onChange, a ConfigMap changes", spec: "rerun: onChange, " + configMap, edit: []string{"info", "warn"},
			diff: "ConfigMap created, Job runs again", applied: "configmap/settings-HASH created job.batch/report-HASH created", jobs: 2},
		{name: "a CronJob, unchanged", spec: `schedule: "0 0 1 1 *"`, applied: "cronjob.batch/report unchanged"},
		{name: "a CronJob changes", spec: `schedule: "0 0 1 1 *", env: {LEVEL: info}`, edit: []string{"0 0", "30 1", "info", "warn"},
			diff: "CronJob updated", applied: "cronjob.batch/report configured"},
		{name: "a CronJob's ConfigMap changes", spec: `schedule: "0 0 1 1 *", ` + configMap, edit: []string{"info", "warn"},
			diff: "ConfigMap updated, CronJob updated", applied: "configmap/settings configured cronjob.batch/report configured"},
	}
}

// TestReruns holds a cluster against the column `kubectl` of docs/delivery.md, and
// against what `jobgen diff` says before: a spec is rendered and applied, changed,
// compared, rendered and applied again.
func TestReruns(t *testing.T) {
	s := start(t, controlplane.Options{Minor: controlplane.Newest, Workloads: true})
	client, err := kubernetes.NewForConfig(s.Config)
	if err != nil {
		t.Fatal(err)
	}
	jobgen := built(t)
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			r := rerun{s, client, jobgen, t.TempDir(), namespace(c.name)}
			s.createNamespace(t, r.namespace)
			r.holds(t, c)
		})
	}
	t.Run("its time to live is over", func(t *testing.T) { testExpired(t, s, client, jobgen) })
	t.Run("always", func(t *testing.T) {
		r := rerun{s, client, jobgen, t.TempDir(), "always"}
		if out, err := r.run(t, "rerun: always", "build"); err == nil || !strings.Contains(out, "cannot run a Job again that has not changed") {
			t.Errorf("it is not refused: %s", out)
		}
	})
}

// holds makes a change, and compares what becomes of it with what should.
func (r rerun) holds(t *testing.T, c change) {
	t.Helper()
	r.render(t, c.spec)
	if out, err := r.apply(t); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	before := r.finished(t)

	changed := strings.NewReplacer(c.edit...).Replace(c.spec)
	if got := r.diff(t, changed); got != c.diff {
		t.Errorf("jobgen diff says %q, want %q", got, c.diff)
	}
	r.render(t, changed)
	out, err := r.apply(t)
	if (err != nil) != c.refused || !regexp.MustCompile(strings.ReplaceAll(c.applied, "HASH", "[0-9a-f]{8}")).MatchString(out) {
		t.Errorf("kubectl apply: %v, want %q\n%s", err, c.applied, out)
	}
	now := r.finished(t)
	if len(now) != c.jobs {
		t.Errorf("there are the Jobs %v, want %d", now, c.jobs)
	}
	for _, uid := range before {
		if !slices.Contains(now, uid) {
			t.Errorf("of the Jobs %v one is gone, or was made anew: %v", before, now)
		}
	}
}

// testExpired makes sure that an apply runs a Job again that its time to live has
// removed.
func testExpired(t *testing.T, s server, client kubernetes.Interface, jobgen string) {
	r := rerun{s, client, jobgen, t.TempDir(), "expired"}
	s.createNamespace(t, r.namespace)
	const spec = "ttlSecondsAfterFinished: 3"
	r.render(t, spec)
	if out, err := r.apply(t); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	first := r.finished(t)
	deadline := time.Now().Add(time.Minute)
	for len(r.list(t)) > 0 {
		if time.Now().After(deadline) {
			t.Fatal("the Job is still there")
		}
		time.Sleep(200 * time.Millisecond)
	}
	if out, err := r.apply(t); err != nil || !strings.Contains(out, "job.batch/report created") {
		t.Errorf("%v\n%s", err, out)
	}
	if now := r.list(t); len(now) != 1 || slices.Contains(first, now[0].UID) {
		t.Errorf("the Jobs are %v, and were %v", now, first)
	}
}

// rerun is a spec that is rendered and applied, in a namespace of its own.
type rerun struct {
	server
	client                 kubernetes.Interface
	jobgen, dir, namespace string
}

// namespace makes the name of a namespace of that of a test.
func namespace(test string) string {
	return strings.ToLower(strings.NewReplacer(",", "", " ", "-", "'", "").Replace(test))
}

// built builds jobgen, and returns its path.
func built(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "jobgen")
	cmd := exec.Command("go", "build", "-o", path, "./cmd/jobgen")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building jobgen: %v\n%s", err, out)
	}
	return path
}

// run runs jobgen on the spec of the Job, and returns all that it prints.
func (r rerun) run(t *testing.T, spec string, args ...string) (string, error) {
	t.Helper()
	file := filepath.Join(r.dir, "report.yaml")
	text := "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: report, namespace: " + r.namespace + "}\nspec: {image: \"registry.example.com/report:1\", " + spec + "}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), r.jobgen, append(args, "report.yaml")...)
	cmd.Dir = r.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (r rerun) render(t *testing.T, spec string) {
	t.Helper()
	if out, err := r.run(t, spec, "render", "--out", "tree", "--layout", "flat"); err != nil {
		t.Fatalf("jobgen render: %v\n%s", err, out)
	}
}

// diff returns the kinds of the objects that change, and what jobgen says becomes of
// them.
func (r rerun) diff(t *testing.T, spec string) string {
	t.Helper()
	out, err := r.run(t, spec, "diff", "--against", "tree", "--format", "json")
	if err != nil {
		t.Fatalf("jobgen diff: %v\n%s", err, out)
	}
	var report struct {
		Environments []struct {
			Changes []struct{ Kind, Effect string }
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Environments) != 1 {
		t.Fatalf("%v\n%s", err, out)
	}
	var said []string
	for _, c := range report.Environments[0].Changes {
		said = append(said, c.Kind+" "+c.Effect)
	}
	return strings.Join(said, ", ")
}

// apply applies the tree with kubectl, and returns what that prints, on one line.
func (r rerun) apply(t *testing.T) (string, error) {
	t.Helper()
	cmd, err := r.Kubectl(t.Context(), "apply", "-f", filepath.Join("tree", "default"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Dir = r.dir // to kubectl a comma in a path ends it
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return strings.ReplaceAll(strings.TrimSpace(string(out)), "\n", " "), err
}

func (r rerun) list(t *testing.T) []batchv1.Job {
	t.Helper()
	jobs, err := r.client.BatchV1().Jobs(r.namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return jobs.Items
}

// finished waits until all Jobs have finished, and returns which they are.
func (r rerun) finished(t *testing.T) []types.UID {
	t.Helper()
	var uids []types.UID
	for _, job := range r.list(t) {
		until(t, "has finished", func(ctx context.Context) (*batchv1.Job, error) {
			return r.client.BatchV1().Jobs(r.namespace).Get(ctx, job.Name, metav1.GetOptions{})
		}, finished)
		uids = append(uids, job.UID)
	}
	return uids
}
