package diff_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/diff"
)

const job = `
apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  parallelism: 1
  template:
    spec:
      restartPolicy: Never
      containers: [{name: report, image: "acme/report:1", env: [{name: LEVEL, value: info}, {name: ZONE, value: a}]}]
`

const cronJob = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "0 0 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: report, image: "acme/report:1"}, {name: other, image: "acme/other:1"}]}}}}
`

const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: work}
spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
`

const binding = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: report}]
`

const settings = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: info}
`

const password = `
apiVersion: v1
kind: Secret
metadata: {name: db}
data: {password: "***", user: "***"}
`

// noon is when changes are applied in tests.
var noon = time.Date(2026, time.June, 2, 12, 0, 0, 0, time.UTC)

// A change is told in words, first what happens and then why.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		name, before string
		edit         []string // pairs of what is replaced in the state before
		was, is      diff.Object
		want         string
	}{
		{name: "no change", before: job},
		{name: "a Job that never runs again", before: job, edit: []string{"report:1", "report:2"}, is: diff.Object{Rerun: deliver.Never},
			want: "Job report refused: is refused because image changed (acme/report:1 → acme/report:2), and spec.template cannot change; write `rerun: onChange`, or give the Job another name"},
		{name: "what a Job lets change", before: job, edit: []string{"parallelism: 1", "parallelism: 2"},
			want: "Job report updated: is updated in place: parallelism changed (1 → 2); it does not run again"},
		{name: "a Job that expires", before: job, edit: []string{"parallelism: 1", "parallelism: 1\n  ttlSecondsAfterFinished: 5"},
			want: "Job report updated: is updated in place: ttlSecondsAfterFinished was added; it does not run again"},
		{name: "a Job that expired", before: strings.Replace(job, "parallelism: 1", "ttlSecondsAfterFinished: 5", 1), edit: []string{"Finished: 5", "Finished: 6"},
			want: "Job report updated: is updated in place: ttlSecondsAfterFinished changed (5 → 6); it does not run again; once its time to live has removed it, it is created anew and runs"},
		{name: "env", before: job, edit: []string{"name: report}", "name: report-22222222}", "value: info", "value: debug"}, is: diff.Object{Plain: "report", Delivery: deliver.Kubectl, Rerun: deliver.OnChange},
			was:  diff.Object{Plain: "report", Delivery: deliver.Kubectl},
			want: "Job report-22222222 was report runs again: runs again because env LEVEL changed, its name now ends in a hash; kubectl apply leaves the old one"},
		{name: "what does not move the hash", before: named(job, "report-11111111"), edit: []string{"report-11111111", "report-22222222", "parallelism: 1", "parallelism: 2", "{name: ZONE, value: a}", "{name: AREA, value: a}"},
			is:   diff.Object{Plain: "report", Delivery: deliver.ArgoCD, Rerun: deliver.OnChange},
			want: "Job report-22222222 was report-11111111 runs again: runs again because env AREA was added, env ZONE was removed; also parallelism changed (1 → 2); Argo CD prunes the old one if it is set to prune, and its pods with it"},
		{name: "a label of the pods", before: named(job, "report-11111111"), edit: []string{"report-11111111", "report-22222222", "template:", "template:\n    metadata: {labels: {team: a}}"},
			is:   diff.Object{Plain: "report", Delivery: deliver.Helm, Rerun: deliver.OnChange},
			want: "Job report-22222222 was report-11111111 runs again: runs again because pod label team was added; Helm deletes the old one, and its pods with it"},
		{name: "Secrets come from elsewhere", before: named(job, "report-11111111"), edit: []string{"report-11111111", "report-22222222"},
			is:   diff.Object{Plain: "report", Delivery: deliver.Flux, Rerun: deliver.OnChange},
			want: "Job report-22222222 was report-11111111 runs again: runs again because where the Secrets that it uses come from changed; Flux prunes the old one if it is set to prune, and its pods with it"},
		{name: "always", before: job, edit: []string{"report:1", "report:2"}, is: diff.Object{Rerun: deliver.Always},
			want: "Job report runs again: runs again, as at every sync; image changed (acme/report:1 → acme/report:2)"},
		{name: "a schedule", before: cronJob, edit: []string{"0 0", "30 1"},
			want: "CronJob report updated: is updated in place: schedule changed (0 0 * * * → 30 1 * * *); catches up the missed 01:30 run at 2026-06-03T00:00:00Z, the old schedule's next time, or earlier if one of its Jobs changes, the object is edited again or the controller restarts"},
		{name: "one of several containers", before: cronJob, edit: []string{"other:1", "other:2"},
			want: "CronJob report updated: is updated in place: image of the container other changed (acme/other:1 → acme/other:2); its next run has it"},
		{name: "a claim", before: claim, edit: []string{"fast", "slow"},
			want: "PersistentVolumeClaim work refused: is refused because spec.storageClassName changed (fast → slow), and spec cannot change; delete the object first, or give it another name"},
		{name: "a claim grows", before: claim, edit: []string{"1Gi", "2Gi"},
			want: "PersistentVolumeClaim work updated: is updated in place: spec.resources.requests.storage changed (1Gi → 2Gi)"},
		{name: "another role", before: binding, edit: []string{"Role, name: reader", "Role, name: writer"},
			want: "RoleBinding a/reader refused: is refused because roleRef.name changed (reader → writer), and roleRef cannot change; delete the object first, or give it another name"},
		{name: "another subject", before: binding, edit: []string{"Account, name: report", "Account, name: other"},
			want: "RoleBinding a/reader updated: is updated in place: subjects.other was added, subjects.report was removed"},
		{name: "an immutable ConfigMap", before: settings + "immutable: true\n", edit: []string{"info", "debug"},
			want: "ConfigMap settings refused: is refused because data.level changed, and data cannot change; delete the object first, or give it another name"},
		{name: "a ConfigMap with a hash", before: named(settings, "settings-11111111"), edit: []string{"11111111", "22222222", "info", "debug"}, is: diff.Object{Plain: "settings"},
			want: "ConfigMap settings-22222222 was settings-11111111 created: is created under another name, because data.level changed; the old one stays until something removes it"},
		{name: "the values of a Secret", before: password, edit: []string{`password: "***"`, `password: "cGFzc3dvcmQ="`}},
		{name: "the keys of a Secret", before: password, edit: []string{"user", "name"},
			want: "Secret db updated: is updated in place: data.name was added, data.user was removed"},
		{name: "the type of a Secret", before: password + "type: Opaque\n", edit: []string{"Opaque", "acme.io/db"},
			want: "Secret db refused: is refused because type changed (Opaque → acme.io/db), and type cannot change; delete the object first, or give it another name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.was.Tree, c.is.Tree = tree(t, c.before), tree(t, strings.NewReplacer(c.edit...).Replace(c.before))
			if got := told(t, []diff.Object{c.was}, []diff.Object{c.is}); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// B 17: what the CronJob controller does about missed runs after a change at 2026-06-02
// 12:00 UTC, a Tuesday, in design and on a live cluster.
func TestMissedRuns(t *testing.T) {
	const atOldTime = ", the old schedule's next time, or earlier if one of its Jobs changes, the object is edited again or the controller restarts"
	for _, c := range []struct{ name, before, now, want string }{
		{"the new time is past and the old one to come", `schedule: "0 23 * * *"`, `schedule: "0 5 * * *"`, "catches up the missed 05:00 run at 23:00 UTC" + atOldTime},
		{"whatever changes with it", `schedule: "0 23 * * *", concurrencyPolicy: Allow`, `schedule: "0 5 * * *", concurrencyPolicy: Forbid`, "catches up the missed 05:00 run at 23:00 UTC" + atOldTime},
		{"within the deadline", `schedule: "0 23 * * *", startingDeadlineSeconds: 64800`, `schedule: "0 5 * * *", startingDeadlineSeconds: 64800`, "catches up the missed 05:00 run at 23:00 UTC" + atOldTime},
		{"past the deadline", `schedule: "0 23 * * *", startingDeadlineSeconds: 64799`, `schedule: "0 5 * * *", startingDeadlineSeconds: 64799`, "does not catch up; its next run has it"},
		{"the old one ran after the new time", `schedule: "0 6 * * *"`, `schedule: "0 5 * * *"`, "does not catch up; its next run has it"},
		{"the new schedule comes first", `schedule: "0 23 * * *"`, `schedule: "0 5,13 * * *"`, "does not catch up; its next run has it"},
		{"both at the same time", `schedule: "0 23 * * *"`, `schedule: "0 5,23 * * *"`, "does not catch up; its next run has it"},
		{"another day", `schedule: "0 0 1 * *"`, `schedule: "0 5 * * 1"`, "does not catch up; its next run has it"},
		{"on another day", `schedule: "0 0 * * 6"`, `schedule: "0 5 * * 1"`, "catches up the missed 2026-06-01T05:00:00Z run at 2026-06-06T00:00:00Z" + atOldTime},
		{"a zone", `schedule: "0 13 * * *"`, `schedule: "0 13 * * *", timeZone: Europe/Berlin`, "catches up the missed 13:00 run at 13:00 UTC" + atOldTime},
		{"resumed", `schedule: "0 5 * * *", suspend: true`, `schedule: "0 5 * * *", suspend: false`, "catches up the missed 05:00 run at once"},
		{"resumed in a zone", `schedule: "0 23 * * *", timeZone: Asia/Tokyo, suspend: true`, `schedule: "0 23 * * *", timeZone: Asia/Tokyo`, "catches up the missed 2026-06-01T23:00:00+09:00 run at once"},
		{"resumed within the deadline", `schedule: "0 5 * * *", suspend: true`, `schedule: "0 5 * * *", startingDeadlineSeconds: 25200`, "catches up the missed 05:00 run at once"},
		{"resumed past the deadline", `schedule: "0 5 * * *", suspend: true`, `schedule: "0 5 * * *", startingDeadlineSeconds: 25199`, "does not catch up; its next run has it"},
		{"resumed with a new schedule", `schedule: "0 23 * * *", suspend: true`, `schedule: "0 5 * * *"`, "does not catch up; its next run has it"},
		{"a deadline alone", `schedule: "0 5 * * *", startingDeadlineSeconds: 20`, `schedule: "0 5 * * *", startingDeadlineSeconds: 80000`, "does not catch up; its next run has it"},
		{"suspended", `schedule: "0 5 * * *"`, `schedule: "0 6 * * *", suspend: true`, "it is suspended, and does not run until it is resumed"},
		{"nothing about time", `schedule: "0 5 * * *", concurrencyPolicy: Allow`, `schedule: "0 5 * * *", concurrencyPolicy: Forbid`, "its next run has it"},
		{"every so often", `schedule: "@every 1h"`, `schedule: "@every 2h"`, "its next run has it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			state := func(fields string) []diff.Object {
				return []diff.Object{{Tree: tree(t, strings.Replace(cronJob, "schedule: \"0 0 * * *\"\n  jobTemplate", strings.ReplaceAll(fields, ", ", "\n  ")+"\n  jobTemplate", 1))}}
			}
			got := told(t, state(c.before), state(c.now))
			if _, after, _ := strings.Cut(got, "; "); after != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// A Job that is suspended or resumed (H 6), and changes that depend on what it does.
func TestStatesOfAJob(t *testing.T) {
	suspended := strings.Replace(job, "parallelism: 1", "suspend: true", 1)
	for _, c := range []struct {
		name, before, now string
		is                diff.Object
		want              string
	}{
		{"resumed", suspended, strings.Replace(suspended, "suspend: true", "suspend: false", 1), diff.Object{},
			"runs: is updated in place: suspend changed (true → false); it is resumed, and runs"},
		{"no longer suspended", suspended, strings.Replace(suspended, "suspend: true", "backoffLimit: 1", 1), diff.Object{},
			"runs: is updated in place: backoffLimit was added, suspend was removed; it is resumed, and runs"},
		{"suspended", job, strings.Replace(job, "parallelism: 1", "parallelism: 1\n  suspend: true", 1), diff.Object{},
			"updated: is updated in place: suspend was added; its pods are stopped until it is resumed"},
		{"always, suspended", job, strings.Replace(job, "parallelism: 1", "parallelism: 1\n  suspend: true", 1), diff.Object{Rerun: deliver.Always},
			"updated: is created again, suspended; it runs once it is resumed; suspend was added"},
		{"always, resumed", suspended, strings.Replace(suspended, "suspend: true", "parallelism: 1", 1), diff.Object{Rerun: deliver.Always},
			"runs again: runs again, as at every sync; parallelism was added, suspend was removed"},
		{"a label of suspended pods", suspended, strings.Replace(suspended, "template:", "template:\n    metadata: {labels: {team: a}}", 1), diff.Object{},
			"updated: is updated in place: pod label team was added; it runs once it is resumed; once it has started, the change is refused, for spec.template cannot change then"},
		{"a label of pods", job, strings.Replace(job, "template:", "template:\n    metadata: {labels: {team: a}}", 1), diff.Object{Rerun: deliver.OnChange},
			"refused: is refused because pod label team was added, and spec.template cannot change; give the Job another name; while it is suspended, it is updated in place"},
		{"an image", suspended, strings.Replace(suspended, "report:1", "report:2", 1), diff.Object{Rerun: deliver.OnChange},
			"refused: is refused because image changed (acme/report:1 → acme/report:2), and spec.template.spec cannot change; give the Job another name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.is.Tree = tree(t, c.now)
			got := told(t, []diff.Object{{Tree: tree(t, c.before)}}, []diff.Object{c.is})
			if got != "Job report "+c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// J 6: a hook runs when its engine says so, which need not be at a sync.
func TestHooks(t *testing.T) {
	for annotation, want := range map[string]string{
		"argocd.argoproj.io/hook: Sync":                  "runs again, as at every sync",
		"argocd.argoproj.io/hook: 'SyncFail, PostSync'":  "runs again, as at every sync",
		"argocd.argoproj.io/hook: SyncFail":              "is a hook, which runs when a sync fails",
		"argocd.argoproj.io/hook: 'SyncFail,PostDelete'": "is a hook, which runs when a sync fails, and after the application is deleted",
		"argocd.argoproj.io/hook: Skip":                  "is a hook that is never applied",
		"helm.sh/hook: 'post-install,post-upgrade'":      "runs again, as at every sync",
		"helm.sh/hook: post-install":                     "is a hook, which runs when the release is installed",
		"helm.sh/hook: Test":                             "is a hook, which runs at `helm test`",
		"helm.sh/hook: pre-rollback":                     "is a hook, which runs when the release is rolled back",
		"helm.sh/hook: pre-delete":                       "is a hook, which runs before the release is deleted",
	} {
		hook := strings.Replace(job, "{name: report}", "{name: report, annotations: {"+annotation+"}}", 1)
		now := diff.Object{Tree: tree(t, strings.Replace(hook, "report:1", "report:2", 1)), Rerun: deliver.Always}
		got := told(t, []diff.Object{{Tree: tree(t, hook)}}, []diff.Object{now})
		if !strings.HasSuffix(got, ": "+want+"; image changed (acme/report:1 → acme/report:2)") {
			t.Errorf("%s: got\n%s\nwant\n%s", annotation, got, want)
		}
	}
}

// H 6: a Job that every sync runs again says so when only its ConfigMap changes.
func TestConfigMapOfAJobThatRunsAlways(t *testing.T) {
	pod := strings.Replace(job, "restartPolicy: Never", "restartPolicy: Never\n      volumes: [{name: v, configMap: {name: settings}}]", 1)
	using := func(level string) []diff.Object {
		return []diff.Object{
			{Tree: tree(t, pod), Plain: "report", Delivery: deliver.Helm, Rerun: deliver.Always},
			{Tree: tree(t, strings.Replace(settings, "info", level, 1)), Plain: "settings", Delivery: deliver.Helm},
		}
	}
	changes, err := diff.Compare(using("info"), using("debug"), diff.Options{At: noon})
	if err != nil || len(changes) != 2 || changes[1].Effect != diff.RunsAgain || changes[1].Words != "runs again, as at every sync; ConfigMap settings changed" {
		t.Errorf("got %v, error %v", changes, err)
	}
	if changes, err := diff.Compare(using("info"), using("info"), diff.Options{At: noon}); err != nil || len(changes) > 0 {
		t.Errorf("without a change: %v, error %v", changes, err)
	}
}

// J 6: a change that is the same in several environments is written once.
func TestSameChangeInSeveralEnvironments(t *testing.T) {
	state := func(image string) diff.State {
		s := diff.State{}
		for _, name := range []string{"dev", "prod", "test"} {
			edit := image
			if name == "prod" {
				edit += "-eu"
			}
			s[name] = []diff.Object{{Tree: tree(t, strings.Replace(job, "report:1", edit, 1))}}
		}
		return s
	}
	environments, err := diff.Environments(state("report:1"), state("report:2"), diff.Options{At: noon})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := diff.Formats()[0].Write(&b, diff.Report{Environments: environments}); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.HasPrefix(got, "dev, test: Job report is refused") || strings.Count(got, "-      - ") != 0 || strings.Count(got, "\n# ") != 2 {
		t.Errorf("got\n%s", got)
	}
}

// What comes and goes.
func TestCreatedAndRemoved(t *testing.T) {
	hook := strings.Replace(job, "{name: report}", "{name: report, annotations: {helm.sh/hook: 'post-install,post-upgrade'}}", 1)
	kept := strings.Replace(claim, "{name: work}", "{name: work, annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}", 1)
	for _, c := range []struct {
		object, delivery string
		created, removed string
	}{
		{job, "", "is created, and runs", "is no longer made: it stays until something removes it"},
		{strings.Replace(job, "parallelism: 1", "suspend: true", 1), deliver.Kubectl, "is created; it is suspended, and runs once it is resumed", "is no longer made: kubectl apply leaves it"},
		{strings.Replace(job, "parallelism", "ttlSecondsAfterFinished", 1), deliver.Kubectl, "is created, and runs", "is no longer made: it stays until its time to live is over"},
		{job, deliver.ArgoCD, "is created, and runs", "is no longer made: Argo CD prunes it if it is set to prune, and its pods with it"},
		{hook, deliver.Helm, "is created, and runs", "is no longer made: it stays until something removes it, for hooks are not pruned"},
		{cronJob, deliver.Helm, "is created; it runs by its schedule", "is no longer made: Helm deletes it"},
		{kept, deliver.Flux, "is created", "is no longer made: it stays, for it is marked to be kept"},
	} {
		one := []diff.Object{{Tree: tree(t, c.object), Delivery: c.delivery}}
		if got := told(t, nil, one); !strings.HasSuffix(got, ": "+c.created) {
			t.Errorf("got %q, want %q", got, c.created)
		}
		if got := told(t, one, nil); !strings.HasSuffix(got, ": "+c.removed) {
			t.Errorf("got %q, want %q", got, c.removed)
		}
	}
}

// In a tree a name may end in a hash, or only look so; and how it is delivered the
// other state tells.
func TestNamesOfATree(t *testing.T) {
	before := []diff.Object{
		{Tree: tree(t, named(job, "report-11111111"))}, {Tree: tree(t, named(job, "daily-22222222"))},
		{Tree: tree(t, named(job, "daily"))}, {Tree: tree(t, named(settings, "gone"))},
	}
	edited := strings.Replace(job, "report:1", "report:2", 1)
	now := []diff.Object{
		{Tree: tree(t, named(edited, "report-33333333")), Plain: "report", Delivery: deliver.Helm, Rerun: deliver.OnChange},
		{Tree: tree(t, named(job, "daily-22222222")), Plain: "daily-22222222", Delivery: deliver.Helm},
		{Tree: tree(t, named(job, "daily")), Plain: "daily", Delivery: deliver.Helm},
	}
	want := `ConfigMap gone removed: is no longer made: Helm deletes it
Job report-33333333 was report-11111111 runs again: runs again because image changed (acme/report:1 → acme/report:2); Helm deletes the old one, and its pods with it`
	if got := told(t, before, now); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The Job says which ConfigMap changed, not that a name did.
func TestConfigMapOfAJob(t *testing.T) {
	using := func(hash string) []diff.Object {
		pod := strings.Replace(job, "restartPolicy: Never", "restartPolicy: Never\n      volumes: [{name: v, configMap: {name: settings-"+hash+"}}]", 1)
		return []diff.Object{
			{Tree: tree(t, named(pod, "report-"+hash)), Plain: "report", Delivery: deliver.Kubectl, Rerun: deliver.OnChange},
			{Tree: tree(t, strings.Replace(named(settings, "settings-"+hash), "info", hash, 1)), Plain: "settings", Delivery: deliver.Kubectl},
		}
	}
	got := told(t, using("11111111"), using("22222222"))
	if want := "runs again because ConfigMap settings changed; kubectl apply leaves the old one"; !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Values of Secrets are in no output, wherever they come from.
func TestSecretsAreNotShown(t *testing.T) {
	const sealed = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db}\nspec: {encryptedData: {password: aGlkZGVu}}\n"
	for _, object := range []string{sealed, strings.Replace(password, "***", "aGlkZGVu", 1), password + "stringData: {a: aGlkZGVu}\n"} {
		before := diff.State{"a": {{Tree: tree(t, object)}}}
		now := diff.State{"a": {{Tree: tree(t, strings.NewReplacer("{name: db}", "{name: db, labels: {a: b}}", "aGlkZGVu", "b3RoZXI=").Replace(object))}}}
		environments, err := diff.Environments(before, now, diff.Options{At: noon})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range diff.Formats() {
			var b bytes.Buffer
			if err := f.Write(&b, diff.Report{Environments: environments}); err != nil {
				t.Fatal(err)
			}
			if got := b.String(); strings.Contains(got, "aGlkZGVu") || strings.Contains(got, "b3RoZXI=") || !strings.Contains(got, "label a was added") {
				t.Errorf("%s:\n%s", f.Name, got)
			}
		}
	}
}

// A comment holds no more than so much, and nothing in it is taken for markup.
func TestMarkdown(t *testing.T) {
	change := diff.Change{Kind: "ConfigMap", Name: "c", Effect: diff.Updated, Words: "changed (a|b → *<b>*), write `x`", Diff: strings.Repeat("+```\n", 5000)}
	var b bytes.Buffer
	report := diff.Report{Against: "HEAD", Environments: []diff.Environment{{Name: "prod", Changes: []diff.Change{change, change, change}}}}
	if err := diff.Formats()[2].Write(&b, report); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{"(a\\|b → \\*&lt;b&gt;\\*), write `x` |\n", "\n````diff\n", "The YAML of 1 more is too long"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%.500s", want, got)
		}
	}
	if len(got) > 65536 || strings.Count(got, "````") != 4 {
		t.Errorf("%d bytes, %d fences", len(got), strings.Count(got, "````"))
	}
}

// named gives an object in YAML another name.
func named(object, name string) string {
	meta, rest, _ := strings.Cut(object, "metadata: {name: ")
	_, rest, _ = strings.Cut(rest, "}")
	return meta + "metadata: {name: " + name + "}" + rest
}

func tree(t *testing.T, object string) map[string]any {
	t.Helper()
	text, err := yaml.YAMLToJSON([]byte(object))
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var found map[string]any
	if err := decoder.Decode(&found); err != nil {
		t.Fatal(err)
	}
	return found
}

// told compares, and returns a line for each change.
func told(t *testing.T, before, now []diff.Object) string {
	t.Helper()
	changes, err := diff.Compare(before, now, diff.Options{At: noon})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range changes {
		name := c.Name
		if c.Namespace != "" {
			name = c.Namespace + "/" + name
		}
		if c.Was != "" {
			name += " was " + c.Was
		}
		lines = append(lines, c.Kind+" "+name+" "+string(c.Effect)+": "+c.Words)
		if c.Diff == "" {
			t.Errorf("%s has no diff", name)
		}
	}
	return strings.Join(lines, "\n")
}
