package render_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/jobgen-dev/jobgen/pkg/render"
)

func encode(t testing.TB, format string, objects ...any) string {
	t.Helper()
	f, ok := render.Lookup(format)
	if !ok {
		t.Fatalf("no format %q", format)
	}
	var encoded [][]byte
	for _, o := range objects {
		b, err := f.Object(o)
		if err != nil {
			t.Fatal(err)
		}
		encoded = append(encoded, b)
	}
	var out bytes.Buffer
	if err := f.Join(&out, encoded); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func configMap(data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: "etl"},
		Data:       data,
	}
}

func cronJob() *batchv1.CronJob {
	return &batchv1.CronJob{
		TypeMeta:   metav1.TypeMeta{APIVersion: "batch/v1", Kind: "CronJob"},
		ObjectMeta: metav1.ObjectMeta{Name: "etl", CreationTimestamp: metav1.Unix(1, 0), Labels: map[string]string{"on": "y"}},
		Spec: batchv1.CronJobSpec{
			Schedule: "*/5 * * * *",
			JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{
				PodFailurePolicy: &batchv1.PodFailurePolicy{},
				Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
					RestartPolicy:   corev1.RestartPolicyNever,
					SecurityContext: &corev1.PodSecurityContext{},
					InitContainers:  []corev1.Container{{Name: "init", Image: "busybox:1.37"}},
					Containers: []corev1.Container{{
						Name:  "main",
						Image: "ghcr.io/acme/etl:1.4.2",
						Args:  []string{"run", "set -e\nif true; then\n\techo 1\nfi\n"},
						Env:   []corev1.EnvVar{{Name: "EMPTY"}, {Name: "MODE", Value: "on"}},
					}},
					Volumes: []corev1.Volume{
						{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
						{Name: "scratch", VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
							VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{
								Spec: corev1.PersistentVolumeClaimSpec{StorageClassName: new("")}}}}},
					},
				}},
			}},
		},
		Status: batchv1.CronJobStatus{LastScheduleTime: new(metav1.Unix(1, 0))},
	}
}

const cronJobYAML = `apiVersion: batch/v1
kind: CronJob
metadata:
  labels:
    "on": "y"
  name: etl
spec:
  jobTemplate:
    spec:
      podFailurePolicy:
        rules: []
      template:
        spec:
          containers:
          - args:
            - run
            - |
              set -e
              if true; then
              	echo 1
              fi
            env:
            - name: EMPTY
            - name: MODE
              value: "on"
            image: ghcr.io/acme/etl:1.4.2
            name: main
          initContainers:
          - image: busybox:1.37
            name: init
          restartPolicy: Never
          securityContext: {}
          volumes:
          - emptyDir: {}
            name: tmp
          - ephemeral:
              volumeClaimTemplate:
                spec:
                  storageClassName: ""
            name: scratch
  schedule: '*/5 * * * *'
`

func TestYAML(t *testing.T) {
	got := encode(t, "yaml", cronJob(), configMap(map[string]string{"a": ""}))
	want := cronJobYAML + `---
apiVersion: v1
data:
  a: ""
kind: ConfigMap
metadata:
  name: etl
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if got := encode(t, "yaml"); got != "" {
		t.Errorf("no objects give %q", got)
	}
}

// Each field that is empty and means something must stay, and the others must
// not be there.
func TestPruning(t *testing.T) {
	typed := func(version, kind string) metav1.TypeMeta {
		return metav1.TypeMeta{APIVersion: version, Kind: kind}
	}
	for name, c := range map[string]struct {
		object any
		want   string
	}{
		"all pods, any peer": {
			&networkingv1.NetworkPolicy{
				TypeMeta: typed("networking.k8s.io/v1", "NetworkPolicy"),
				Spec: networkingv1.NetworkPolicySpec{
					Ingress: []networkingv1.NetworkPolicyIngressRule{{}},
					Egress: []networkingv1.NetworkPolicyEgressRule{{To: []networkingv1.NetworkPolicyPeer{
						{PodSelector: &metav1.LabelSelector{}, NamespaceSelector: &metav1.LabelSelector{}}}}},
				}},
			`{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","spec":{` +
				`"egress":[{"to":[{"namespaceSelector":{},"podSelector":{}}]}],"ingress":[{}],"podSelector":{}}}`,
		},
		"claim": {
			&corev1.PersistentVolumeClaim{TypeMeta: typed("v1", "PersistentVolumeClaim")},
			`{"apiVersion":"v1","kind":"PersistentVolumeClaim","spec":{}}`,
		},
		"namespace": {
			&corev1.Namespace{TypeMeta: typed("v1", "Namespace"), ObjectMeta: metav1.ObjectMeta{Name: "a"}},
			`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}`,
		},
		"role without rules": {
			&rbacv1.Role{TypeMeta: typed("rbac.authorization.k8s.io/v1", "Role")},
			`{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","rules":[]}`,
		},
		"empty data": {
			&corev1.Secret{TypeMeta: typed("v1", "Secret"), Data: map[string][]byte{"a": {}}, StringData: map[string]string{"b": ""}},
			`{"apiVersion":"v1","data":{"a":""},"kind":"Secret","stringData":{"b":""}}`,
		},
		"another kind keeps what it has": {
			map[string]any{"apiVersion": "a/v1", "kind": "B", "status": 1, "metadata": map[string]any{"creationTimestamp": nil},
				"spec": map[string]any{"template": map[string]any{"metadata": map[string]any{}}, "status": map[string]any{}, "n": nil}},
			`{"apiVersion":"a/v1","kind":"B","spec":{"n":null,"status":{},"template":{"metadata":{}}}}`,
		},
		"large number, markup": {
			map[string]any{"apiVersion": "a/v1", "kind": "B", "n": int64(9223372036854775807), "s": "<a> && b"},
			`{"apiVersion":"a/v1","kind":"B","n":9223372036854775807,"s":"<a> && b"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := render.JSON(c.object)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestJSONFormat(t *testing.T) {
	one, two := configMap(map[string]string{"a": "<&>"}), configMap(nil)
	single := `{
    "apiVersion": "v1",
    "data": {
        "a": "<&>"
    },
    "kind": "ConfigMap",
    "metadata": {
        "name": "etl"
    }
}
`
	list := `{
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "etl"
            }
        },
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "etl"
            }
        }
    ]
}
`
	empty := `{
    "apiVersion": "v1",
    "kind": "List",
    "items": []
}
`
	for _, c := range []struct {
		objects []any
		want    string
	}{{nil, empty}, {[]any{one}, single}, {[]any{two, two}, list}} {
		got := encode(t, "json", c.objects...)
		if got != c.want {
			t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
		}
	}
	if got := encode(t, "json", one, two, one, two); !json.Valid([]byte(got)) {
		t.Errorf("not JSON:\n%s", got)
	}
}

func TestFormats(t *testing.T) {
	for _, f := range render.Formats() {
		got, ok := render.Lookup(f.Name)
		if !ok || got.Description == "" || strings.Contains(got.Description, "\n") {
			t.Errorf("format %q: %+v", f.Name, got)
		}
	}
	if _, ok := render.Lookup("toml"); ok {
		t.Error("Lookup found toml")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestErrors(t *testing.T) {
	for _, f := range render.Formats() {
		for _, objects := range [][][]byte{{[]byte("{}")}, {[]byte("{}"), []byte("{}")}} {
			if err := f.Join(broken{}, objects); !errors.Is(err, io.ErrClosedPipe) {
				t.Errorf("%s: a failing writer gives %v", f.Name, err)
			}
		}
		for _, o := range []any{nil, &corev1.ConfigMap{}, make(chan int), []any{1}} {
			if _, err := f.Object(o); err == nil {
				t.Errorf("%s: no error for %T", f.Name, o)
			}
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	objects := []any{cronJob(), configMap(map[string]string{
		"app.conf": strings.Repeat("key = value\n", 20), "run.sh": "set -e\nexec etl --day \"$DAY\"\n"})}
	for _, f := range render.Formats() {
		b.Run(f.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				encode(b, f.Name, objects...)
			}
		})
	}
}
