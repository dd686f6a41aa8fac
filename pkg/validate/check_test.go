package validate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	kubejson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/kube-openapi/pkg/util/proto"
	kubectl "k8s.io/kubectl/pkg/util/openapi"
	"k8s.io/kubectl/pkg/validation"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

// typed returns a rich object of each kind, as JSON.
func typed(t testing.TB) map[string][]byte {
	t.Helper()
	of := func(kind string) metav1.TypeMeta {
		return metav1.TypeMeta{APIVersion: groupVersions[kind].String(), Kind: kind}
	}
	meta := metav1.ObjectMeta{
		Name: "a", Namespace: "b", CreationTimestamp: metav1.Unix(0, 0),
		Labels:      map[string]string{"app.kubernetes.io/name": "a", "x": "1"},
		Annotations: map[string]string{"a.b/c[0]": "x"},
	}
	rules := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get"}}}
	subjects := []rbacv1.Subject{{Kind: "ServiceAccount", Name: "a", Namespace: "b"}}
	port := intstr.FromInt32(53)
	objects := map[string]any{
		"ClusterRole":        rbacv1.ClusterRole{TypeMeta: of("ClusterRole"), ObjectMeta: meta, Rules: rules},
		"ClusterRoleBinding": rbacv1.ClusterRoleBinding{TypeMeta: of("ClusterRoleBinding"), ObjectMeta: meta, Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "a"}},
		"ConfigMap":          corev1.ConfigMap{TypeMeta: of("ConfigMap"), ObjectMeta: meta, Data: map[string]string{"a.txt": "List", "b.txt": "null"}, BinaryData: map[string][]byte{"b": {1}}},
		"CronJob": batchv1.CronJob{TypeMeta: of("CronJob"), ObjectMeta: meta, Spec: batchv1.CronJobSpec{
			Schedule: "@daily", TimeZone: new("Etc/UTC"), JobTemplate: batchv1.JobTemplateSpec{Spec: jobSpec()}}},
		"Job":       batchv1.Job{TypeMeta: of("Job"), ObjectMeta: meta, Spec: jobSpec()},
		"Namespace": corev1.Namespace{TypeMeta: of("Namespace"), ObjectMeta: meta},
		"NetworkPolicy": networkingv1.NetworkPolicy{TypeMeta: of("NetworkPolicy"), ObjectMeta: meta, Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: meta.Labels},
			Egress:      []networkingv1.NetworkPolicyEgressRule{{Ports: []networkingv1.NetworkPolicyPort{{Port: &port}}}}}},
		"PersistentVolumeClaim": corev1.PersistentVolumeClaim{TypeMeta: of("PersistentVolumeClaim"), ObjectMeta: meta, Spec: corev1.PersistentVolumeClaimSpec{
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{"storage": resource.MustParse("1Gi")}}}},
		"Role":           rbacv1.Role{TypeMeta: of("Role"), ObjectMeta: meta, Rules: rules},
		"RoleBinding":    rbacv1.RoleBinding{TypeMeta: of("RoleBinding"), ObjectMeta: meta, Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "a"}},
		"Secret":         corev1.Secret{TypeMeta: of("Secret"), ObjectMeta: meta, StringData: map[string]string{"k": "<v>"}, Type: corev1.SecretTypeOpaque},
		"ServiceAccount": corev1.ServiceAccount{TypeMeta: of("ServiceAccount"), ObjectMeta: meta, AutomountServiceAccountToken: new(false)},
	}
	return encode(t, objects)
}

// encode returns the objects as JSON.
func encode(t testing.TB, objects map[string]any) map[string][]byte {
	t.Helper()
	encoded := map[string][]byte{}
	for kind, object := range objects {
		data, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		encoded[kind] = data
	}
	return encoded
}

// jobSpec returns a Job's spec with fields of every shape.
func jobSpec() batchv1.JobSpec {
	port := intstr.FromString("http")
	return batchv1.JobSpec{
		BackoffLimit: new(int32(3)),
		Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			NodeSelector:  map[string]string{"kubernetes.io/arch": "amd64"},
			Containers: []corev1.Container{{
				Name: "main", Image: "registry.example/a:1", Args: []string{"a", "b > c"},
				Env: []corev1.EnvVar{{Name: "A", Value: "1"}, {Name: "B", ValueFrom: &corev1.EnvVarSource{
					SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "s"}, Key: "k"}}}},
				Resources:      corev1.ResourceRequirements{Requests: corev1.ResourceList{"cpu": resource.MustParse("100m")}},
				VolumeMounts:   []corev1.VolumeMount{{Name: "v", MountPath: "/v"}},
				ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Port: port}}},
			}},
			Volumes: []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
		}},
	}
}

func TestTypedObjectsHaveNoFindings(t *testing.T) {
	s, objects := newest(t), typed(t)
	for _, kind := range kindNames() {
		if objects[kind] == nil {
			t.Errorf("no object of the kind %s", kind)
			continue
		}
		if findings := s.Check(objects[kind]); findings != nil {
			t.Errorf("%s: %+v\n%s", kind, findings, objects[kind])
		}
		if findings := s.explain(decoded(objects[kind])); findings != nil {
			t.Errorf("%s, the long way: %+v", kind, findings)
		}
		if value := valueOf(t, objects[kind]); !s.Accepts(&value) {
			t.Errorf("%s: an object without a doubt took the long way", kind)
		}
	}
}

// TestEveryKindRefuses breaks the object of each kind in the same three ways.
func TestEveryKindRefuses(t *testing.T) {
	s, objects := newest(t), typed(t)
	for _, kind := range kindNames() {
		for _, c := range []struct{ path, value, want string }{
			{"metadata.nmae", `"a"`, `metadata.nmae: unknown field "nmae"`},
			{"whatever", `null`, `whatever: unknown field "whatever"`},
			{"metadata", `[]`, `metadata: a map is wanted, this is a list`},
			{"metadata.labels", `{"a.b/c": {}}`, `metadata.labels["a.b/c"]: a string is wanted, this is a map`},
			{"apiVersion", `"batch/v2"`, fmt.Sprintf("apiVersion: kind %q has the apiVersion %q, not %q", kind, gvkOf(kind).GroupVersion(), "batch/v2")},
			{"kind", `"X"`, `kind: unknown kind "X"`},
		} {
			expect(t, s, changed(t, objects[kind], c.path, c.value), c.want)
		}
	}
}

// changed returns the object with a field, named by its path, set to a value.
func changed(t *testing.T, object []byte, place, value string) string {
	t.Helper()
	var tree map[string]any
	if err := json.Unmarshal(object, &tree); err != nil {
		t.Fatal(err)
	}
	names, at := strings.Split(place, "."), tree
	for _, name := range names[:len(names)-1] {
		at = at[name].(map[string]any)
	}
	at[names[len(names)-1]] = json.RawMessage(value)
	data, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// expect checks that the object has exactly the findings wanted, each written as
// its path, a colon and its message, in that order.
func expect(t *testing.T, s *Schema, object string, want ...string) {
	t.Helper()
	var got []string
	for _, f := range s.Check([]byte(object)) {
		got = append(got, f.Path+": "+f.Message)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\n got %q\nwant %q", object, got, want)
	}
}

// The beginnings of a Job, and of one up to the fields of its pod.
const (
	job = `"apiVersion": "batch/v1", "kind": "Job"`
	pod = job + `, "spec": {"template": {"spec": {"containers": [{"name": "a"}], `
)

// checkCases are objects and all that is wrong with them, as expect has it.
var checkCases = map[string]struct {
	object string
	want   []string
}{
	"required fields of nested objects": {`{` + job + `, "spec": {"template": {"spec": {"containers": [{"name": "a"}, {"env": [{"value": "x"}]}]}}}}`, []string{
		`spec.template.spec.containers[1]: required field "name" is missing`,
		`spec.template.spec.containers[1].env[0]: required field "name" is missing`}},
	"required field that is null": {`{` + job + `, "spec": {"template": null}}`, []string{`spec: required field "template" is missing`}},
	"items in the order of their numbers": {`{` + pod + `"volumes": [0,0,0,0,0,0,0,0,0,0,0]}}}}`, []string{
		"spec.template.spec.volumes[0]: a map is wanted, this is a number", "spec.template.spec.volumes[1]: a map is wanted, this is a number",
		"spec.template.spec.volumes[2]: a map is wanted, this is a number", "spec.template.spec.volumes[3]: a map is wanted, this is a number",
		"spec.template.spec.volumes[4]: a map is wanted, this is a number", "spec.template.spec.volumes[5]: a map is wanted, this is a number",
		"spec.template.spec.volumes[6]: a map is wanted, this is a number", "spec.template.spec.volumes[7]: a map is wanted, this is a number",
		"spec.template.spec.volumes[8]: a map is wanted, this is a number", "spec.template.spec.volumes[9]: a map is wanted, this is a number",
		"spec.template.spec.volumes[10]: a map is wanted, this is a number"}},
	"scalars": {`{` + pod + `"hostNetwork": "yes", "priority": "1", "nodeName": ["n"], "hostPID": null}}}}`, []string{
		"spec.template.spec.hostNetwork: a boolean is wanted, this is a string",
		"spec.template.spec.nodeName: a string is wanted, this is a list",
		"spec.template.spec.priority: a number is wanted, this is a string"}},
	"any scalar is a string": {`{` + pod + `"nodeName": 1, "hostname": true}}}}`, nil},
	"number or string":       {`{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": {"ingress": [{"ports": [{"port": {}}]}]}}`, []string{"spec.ingress[0].ports[0].port: a number or a string is wanted, this is a map"}},
	"nulls in lists and maps": {`{` + job + `, "metadata": {"labels": {"a": null}, "finalizers": [null]}}`, []string{
		"metadata.finalizers[0]: a string is wanted, this is null", `metadata.labels["a"]: a string is wanted, this is null`}},
	"unknown nulls": {`{` + pod + `"nope": null, "volumes": [{"name": "v", "nope": null}]}}}}`, []string{
		`spec.template.spec.nope: unknown field "nope"`, `spec.template.spec.volumes[0].nope: unknown field "nope"`}},
	"keys that look like paths": {`{` + job + `, "metadata": {"labels": {"a": "", "a.b": {}, "a[0]": {}, "%2E": {}, "": {}, "\"": {}}}}`, []string{
		`metadata.labels[""]: a string is wanted, this is a map`, `metadata.labels["\""]: a string is wanted, this is a map`,
		`metadata.labels["%2E"]: a string is wanted, this is a map`, `metadata.labels["a.b"]: a string is wanted, this is a map`,
		`metadata.labels["a[0]"]: a string is wanted, this is a map`}},
	"unknown fields that look like paths": {`{` + job + `, "spec.template": {}, "a[0]": 1, "": 1}`, []string{
		`[""]: unknown field ""`, `["a[0]"]: unknown field "a[0]"`, `["spec.template"]: unknown field "spec.template"`}},
	"case counts":          {`{` + job + `, "Spec": {}}`, []string{`Spec: unknown field "Spec"`}},
	"no kind":              {`{}`, []string{`: required field "apiVersion" is missing`, `: required field "kind" is missing`}},
	"kind of another type": {`{"apiVersion": 1, "kind": ["Job"]}`, []string{"apiVersion: a string is wanted, this is a number", "kind: a string is wanted, this is a list"}},
	"old version":          {`{"apiVersion": "batch/v1beta1", "kind": "CronJob"}`, []string{`apiVersion: kind "CronJob" has the apiVersion "batch/v1", not "batch/v1beta1"`}},
	"foreign kind":         {`{"apiVersion": "apps/v1", "kind": "Deployment"}`, []string{`kind: unknown kind "Deployment"`}},
	"empty kind":           {`{"apiVersion": "", "kind": ""}`, []string{`kind: unknown kind ""`}},
	"empty List":           {`{"apiVersion": "v1", "kind": "List", "items": []}`, []string{`kind: unknown kind "List"`}},
	"List of one good job": {`{"apiVersion": "v1", "kind": "\u004cist", "items": [{` + job + `}]}`, []string{`kind: unknown kind "List"`}},
	"not an object":        {`[]`, []string{": a map is wanted, this is a list"}},
	"null":                 {`null`, []string{": a map is wanted, this is null"}},
	"YAML":                 {"apiVersion: v1\nkind: Namespace\n", []string{": a map is wanted, this is no JSON that can be read"}},
	"nothing":              {``, []string{": a map is wanted, this is no JSON that can be read"}},
	"two objects":          {`{} {}`, []string{": a map is wanted, this is no JSON that can be read"}},
}

func TestCheck(t *testing.T) {
	for name, c := range checkCases {
		t.Run(name, func(t *testing.T) { expect(t, newest(t), c.object, c.want...) })
	}
}

func TestFindingsSayWhatIsKnown(t *testing.T) {
	s := newest(t)
	field := s.Check([]byte(`{"apiVersion": "v1", "kind": "ConfigMap", "dta": {}}`))
	if len(field) != 1 || field[0].Name != "dta" || field[0].Reason != UnknownField ||
		!slices.Equal(field[0].Known, []string{"apiVersion", "binaryData", "data", "immutable", "kind", "metadata"}) {
		t.Errorf("unknown field: %+v", field)
	}
	kind := s.Check([]byte(`{"apiVersion": "v1", "kind": "ConfigMaps"}`))
	if len(kind) != 1 || kind[0].Name != "ConfigMaps" || kind[0].Reason != UnknownKind || !slices.Equal(kind[0].Known, kindNames()) {
		t.Errorf("unknown kind: %+v", kind)
	}
	version := s.Check([]byte(`{"apiVersion": "batch/v1", "kind": "ConfigMap"}`))
	if len(version) != 1 || version[0].Name != "batch/v1" || version[0].Reason != UnknownKind || !slices.Equal(version[0].Known, []string{"v1"}) {
		t.Errorf("unknown apiVersion: %+v", version)
	}
}

// FuzzCheck holds the laws of Check for any JSON: it does not panic, says the same
// each time, in order, in its own words, about places that the object has; and
// the short way accepts nothing that the long way does not.
func FuzzCheck(f *testing.F) {
	s := newest(f)
	for _, object := range typed(f) {
		f.Add(object)
	}
	for _, object := range []string{
		``, `null`, `{}`, `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret"}]}`, "\u0085{}",
		`{"apiVersion":"/v1","kind":"Secret","data":{"a.b":null,"a[0]":[null]},"metadata":{"managedFields":[{"fieldsV1":{"f:a":{".":null}}}]}}`,
		`{"apiVersion":"batch/v1","kind":"Job","spec":{"template":{"spec":{"containers":[[],{"%2E":{"a":1}}]}},"\ud800":1e999}}`,
	} {
		f.Add([]byte(object))
	}
	f.Fuzz(func(t *testing.T, object []byte) {
		findings := s.Check(object)
		tree := decoded(object)
		if value, err := jsontree.Parse[any](object); err == nil && tree != nil {
			if v := jsontree.OfTree(value); s.Accepts(&v) && findings != nil {
				t.Fatalf("accepted, and yet: %v", findings)
			}
		}
		asKubectl(t, s, object, findings)
		for i, finding := range findings {
			if i > 0 && slices.CompareFunc(findings[i-1].steps, finding.steps, step.compare) > 0 {
				t.Errorf("%q comes after %q", finding.Path, findings[i-1].Path)
			}
			if strings.Contains(finding.Message, "does not allow this") {
				t.Errorf("upstream's words: %q", finding.Message)
			}
			if tree != nil && !leads(finding.steps, tree) {
				t.Errorf("%q is not in the object", finding.Path)
			}
		}
	})
}

// decoded returns JSON as a tree, nil if it cannot be read.
func decoded(object []byte) (tree any) {
	if kubejson.Unmarshal(object, &tree) != nil {
		return nil
	}
	return tree
}

// valueOf reads an object as Accepts wants it.
func valueOf(t testing.TB, object []byte) jsontree.Value {
	t.Helper()
	tree, err := jsontree.Parse[any](object)
	if err != nil {
		t.Fatal(err)
	}
	return jsontree.OfTree(tree)
}

// kinds is a schema as kubectl's validation asks for it.
type kinds struct{ *Schema }

func (k kinds) OpenAPISchema() (kubectl.Resources, error) { return k, nil }

func (k kinds) LookupResource(gvk schema.GroupVersionKind) proto.Schema { return k.models()[gvk.Kind] }

func (kinds) GetConsumes(schema.GroupVersionKind, string) []string { return nil }

// asKubectl fails where kubectl refuses an object without findings, or takes one
// that has some, but for null fields, which are more than kubectl sees.
func asKubectl(t *testing.T, s *Schema, object []byte, findings []Finding) {
	t.Helper()
	tree, _ := decoded(object).(map[string]any)
	if kind, _ := tree["kind"].(string); s.models()[kind] == nil || strings.Contains(string(object), "null") ||
		slices.ContainsFunc(findings, func(f Finding) bool {
			return f.Reason == UnknownKind || f.Path == "apiVersion" || f.Name == "apiVersion"
		}) {
		return
	}
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	if err := validation.NewSchemaValidation(kinds{s}).ValidateBytes(text); (err == nil) != (findings == nil) {
		t.Errorf("kubectl: %v\nfindings: %v\n%s", err, findings, object)
	}
}

// leads reports whether the path leads to a value of the JSON tree.
func leads(p path, value any) bool {
	for _, s := range p {
		switch at := value.(type) {
		case map[string]any:
			inner, ok := at[s.key]
			if !ok || s.index >= 0 {
				return false
			}
			value = inner
		case []any:
			if s.index < 0 || s.index >= len(at) {
				return false
			}
			value = at[s.index]
		default:
			return false
		}
	}
	return true
}

func BenchmarkCheck(b *testing.B) {
	s, objects := newest(b), typed(b)
	bad := []byte(strings.Replace(string(objects["Job"]), `"image"`, `"imag"`, 1))
	for _, c := range []struct {
		name   string
		object []byte
	}{{"Job", objects["Job"]}, {"CronJob", objects["CronJob"]}, {"Role", objects["Role"]}, {"JobWithMistake", bad}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.object)))
			b.ReportAllocs()
			for b.Loop() {
				s.Check(c.object)
			}
		})
	}
}
