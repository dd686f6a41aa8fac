package krm_test

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bitnami-labs/sealed-secrets/pkg/crypto"
	"golang.org/x/tools/txtar"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/krm"
	"github.com/jobgen-dev/jobgen/pkg/secret"
)

// filed is a spec in a list, as the orchestrators write it.
const filed = `- apiVersion: jobgen.dev/v1alpha1
  kind: Job
  metadata: {name: report, annotations: {internal.config.kubernetes.io/path: PATH, internal.config.kubernetes.io/index: '0'}}
  spec: SPEC
`

func withSpec(path, spec string) string {
	return strings.NewReplacer("PATH", path, "SPEC", spec).Replace(filed)
}

// functions runs a function, and returns what it says and the list that it writes.
func function(t *testing.T, list string, opts krm.Options) (said string, written *yaml.RNode) {
	t.Helper()
	result, err := krm.Run(strings.NewReader(list), opts)
	if err != nil {
		return err.Error(), nil
	}
	var text, out bytes.Buffer
	if err := result.Diagnostics.WriteText(&text, false); err != nil {
		t.Fatal(err)
	}
	if err := result.Write(&out); err != nil {
		t.Fatal(err)
	}
	if out.Len() == 0 {
		return text.String(), nil
	}
	return text.String(), yaml.MustParse(out.String())
}

// idsOf names the items of a list, with their files.
func idsOf(t *testing.T, list *yaml.RNode) (ids []string) {
	t.Helper()
	items, err := list.Field("items").Value.Elements()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range items {
		annotations := i.GetAnnotations()
		id := i.GetKind() + "/" + i.GetName()
		if path := annotations["internal.config.kubernetes.io/path"]; path != "" {
			id += " " + path + ":" + annotations["internal.config.kubernetes.io/index"]
		}
		ids = append(ids, id)
	}
	return ids
}

// What stands where in the list that comes out.
func TestPlaces(t *testing.T) {
	const (
		spec    = "{image: alpine, configMaps: {settings: {data: {a: b}}}}"
		before  = "- {apiVersion: batch/v1, kind: Job, metadata: {name: report, labels: {app.kubernetes.io/managed-by: jobgen}, annotations: {internal.config.kubernetes.io/path: old.yaml, internal.config.kubernetes.io/index: '4'}}}\n"
		other   = "- {apiVersion: v1, kind: Service, metadata: {name: web, annotations: {internal.config.kubernetes.io/path: all.yaml, internal.config.kubernetes.io/index: '5'}}}\n"
		earlier = "- {apiVersion: batch/v1, kind: Job, metadata: {name: report-01234567, labels: {app.kubernetes.io/managed-by: jobgen}, annotations: {internal.config.kubernetes.io/path: old.yaml}}}\n" +
			"- {apiVersion: batch/v1, kind: Job, metadata: {name: report-0123456, labels: {app.kubernetes.io/managed-by: jobgen}, annotations: {internal.config.kubernetes.io/path: x.yaml, internal.config.kubernetes.io/index: '0'}}}\n" +
			"- {apiVersion: batch/v1, kind: Job, metadata: {name: report-abcdef01, annotations: {internal.config.kubernetes.io/path: by-hand.yaml, internal.config.kubernetes.io/index: '0'}}}\n"
	)
	kept := strings.Replace(withSpec("all.yaml", spec), "annotations: {", "annotations: {config.kubernetes.io/local-config: 'true', ", 1)
	for _, c := range []struct {
		name, items string
		want        []string
	}{
		{"in the place of the spec", other + withSpec("all.yaml", spec), []string{"Service/web all.yaml:5", "ConfigMap/settings all.yaml:0", "Job/report all.yaml:6"}},
		{"without a file", strings.Replace(withSpec("x", spec), "internal.config.kubernetes.io/path: x", "a: b", 1), []string{"ConfigMap/settings", "Job/report"}},
		{"a spec for tools stays", kept + other, []string{"Job/report all.yaml:0", "Service/web all.yaml:5", "ConfigMap/settings", "Job/report"}},
		{"what was made before is made anew", before + kept, []string{"Job/report old.yaml:4", "Job/report all.yaml:0", "ConfigMap/settings"}},
		{"earlier versions go", earlier + strings.Replace(kept, spec, "{image: alpine, rerun: onChange}", 1),
			[]string{"Job/report-0123456 x.yaml:0", "Job/report-abcdef01 by-hand.yaml:0", "Job/report all.yaml:0", "Job/report-827f96bb"}},
		{"nothing to do", other, []string{"Service/web all.yaml:5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			said, list := function(t, head+"items:\n"+c.items, krm.Options{Dir: t.TempDir()})
			if said != "" {
				t.Fatal(said)
			}
			got := idsOf(t, list)
			if !slices.Equal(got, c.want) {
				t.Errorf("the items are %q, not %q", got, c.want)
			}
		})
	}
}

// What a cluster would take for the same object, and somebody else made.
func TestConflicts(t *testing.T) {
	other := "- {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n"
	said, list := function(t, head+"items:\n"+other+withSpec("a.yaml", "{image: alpine, configMaps: {settings: {data: {a: b}}}}"), krm.Options{Dir: t.TempDir()})
	if !strings.Contains(said, "Job/report:3:18: error: the ConfigMap settings is made here, and is in the ResourceList too") {
		t.Errorf("it says\n%s", said)
	}
	if got := idsOf(t, list); len(got) != 2 {
		t.Errorf("the items are %q", got)
	}
}

// JSON is YAML: it comes out with the objects in place of the spec.
func TestJSON(t *testing.T) {
	list := `{"apiVersion": "config.kubernetes.io/v1beta1", "kind": "ResourceList", "items": [{"apiVersion": "jobgen.dev/v1alpha1", "kind": "Job", "metadata": {"name": "report"}, "spec": {"image": "alpine"}}]}`
	said, written := function(t, list, krm.Options{Dir: t.TempDir()})
	if said != "" || written.GetApiVersion() != "config.kubernetes.io/v1beta1" || !slices.Equal(idsOf(t, written), []string{"Job/report"}) {
		t.Errorf("it says\n%s\nand writes\n%s", said, written.MustString())
	}
}

// A spec that the environment does not have is left out, and said so.
func TestAbsent(t *testing.T) {
	items := "- {apiVersion: jobgen.dev/v1alpha1, kind: Job, metadata: {name: a}, environments: [dev], spec: {image: alpine}}\n" + withSpec("b.yaml", "{image: alpine}")
	said, list := function(t, head+"items:\n"+items, krm.Options{Dir: t.TempDir()})
	if !strings.Contains(said, "Job/a:1:1: note: the Job a exists in other environments alone, and is left out") {
		t.Errorf("it says\n%s", said)
	}
	if got := idsOf(t, list); !slices.Equal(got, []string{"Job/report b.yaml:0"}) {
		t.Errorf("the items are %q", got)
	}
	if severity := list.MustString(); !strings.Contains(severity, "severity: info") {
		t.Errorf("the results are not told in\n%s", severity)
	}
}

// What the project file carries along is added, unless it is in the list already.
func TestResources(t *testing.T) {
	dir := t.TempDir()
	golden.WriteFiles(t, dir, []txtar.File{
		{Name: "jobgen.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Project\nresources: [extra/*.yaml]\n")},
		{Name: "extra/a.yaml", Data: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n")},
	})
	items := withSpec("x.yaml", "{image: alpine}") + "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n"
	said, list := function(t, head+"items:\n"+items, krm.Options{Dir: dir})
	if got, want := idsOf(t, list), []string{"Job/report x.yaml:0", "ConfigMap/b", "ConfigMap/a"}; said != "" || !slices.Equal(got, want) {
		t.Errorf("the items are %q, not %q\n%s", got, want, said)
	}
}

// A SealedSecret that is in the list stays as it is: sealing is random, and needs
// values that not everybody knows.
func TestSealedStays(t *testing.T) {
	dir := t.TempDir()
	_, certificate, err := crypto.GeneratePrivateKeyAndCert(2048, time.Hour, "test")
	if err != nil {
		t.Fatal(err)
	}
	golden.WriteFiles(t, dir, []txtar.File{
		{Name: "jobgen.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Project\nsecrets: {render: sealed, certificate: tls.crt, scope: cluster-wide}\n")},
		{Name: "tls.crt", Data: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})},
	})
	spec := strings.Replace(withSpec("x.yaml", "{image: alpine, secrets: {db: {data: {password: {env: PASSWORD}}}}}"), "annotations: {", "annotations: {config.kubernetes.io/local-config: 'true', ", 1)
	opts := krm.Options{Dir: dir, LookupEnv: func(string) (string, bool) { return "hunter2", true }}
	said, first := function(t, head+"items:\n"+spec, opts)
	if said != "" || strings.Contains(first.MustString(), "hunter2") || !strings.Contains(first.MustString(), "encryptedData") {
		t.Fatalf("it says\n%s\nand writes\n%s", said, first.MustString())
	}
	opts.LookupEnv = func(string) (string, bool) { t.Error("a value is asked for"); return "", false }
	said, second := function(t, first.MustString(), opts)
	if said != "" || second.MustString() != first.MustString() {
		t.Errorf("it says\n%s\nand writes\n%s\nof\n%s", said, second.MustString(), first.MustString())
	}
}

// Nothing outside of the project is read, whatever an annotation or a spec says, and of
// no file is anything shown that is not the spec itself.
func TestFilesStayUnread(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "project")
	golden.WriteFiles(t, top, []txtar.File{
		{Name: "project/.git/HEAD", Data: nil},
		{Name: "project/private.yaml", Data: []byte("hunter2: [\n")},
		{Name: "project/report.yaml", Data: []byte("# hunter2\napiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: report}\nspec: {image: hunter2}\n")},
		{Name: "outside.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: report}\nspec: {image: alpine, imag: x} # hunter2\n")},
		{Name: "outside.txt", Data: []byte("hunter2")},
	})
	if err := os.Symlink(filepath.Join(top, "outside.yaml"), filepath.Join(dir, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	for _, spec := range []string{"{image: alpine, imag: x}", "{image: alpine, configMaps: {c: {files: [../outside.txt]}}}", "{image: alpine, configMaps: {c: {files: [" + filepath.ToSlash(top) + "/outside.txt]}}}"} {
		for _, path := range []string{"private.yaml", "report.yaml", "../outside.yaml", "link.yaml", filepath.ToSlash(top) + "/outside.yaml", "../outside.txt"} {
			list := head + "items:\n" + withSpec(path, spec)
			for _, list := range []string{list, strings.Replace(list, "annotations: {", "annotations: {internal.config.kubernetes.io/package-path: '"+filepath.ToSlash(top)+"', ", 1)} {
				said, written := function(t, list, krm.Options{Dir: dir})
				if !strings.HasPrefix(said, "Job/report:") || strings.Contains(said, "hunter2") || strings.Contains(written.MustString(), "hunter2") {
					t.Errorf("%s with %s says\n%s\nand writes\n%s", path, spec, said, written.MustString())
				}
			}
		}
	}
}

// A secret value is in no result and no message.
func TestSecretsAreNotShown(t *testing.T) {
	cases := 0
	for _, c := range golden.Cases(t) {
		if !strings.HasPrefix(c.Name, "mistakes/secret-values") {
			continue
		}
		cases++
		config := "functionConfig: {apiVersion: v1, kind: ConfigMap, data: {files: .}}\n"
		said, list := function(t, head+"items: []\n"+config, krm.Options{Dir: c.Dir(t), Secrets: secret.Plain})
		text := ""
		if list != nil {
			text = list.MustString()
		}
		if strings.Contains(said+text, "hunter2") {
			t.Errorf("%s shows the secret:\n%s%s", c.Name, said, text)
		}
	}
	if cases == 0 {
		t.Error("there is no golden of mistakes in secrets")
	}
}

// The results say of each mistake what the diagnostics say, and which field it is.
func TestResults(t *testing.T) {
	wrong := "- apiVersion: jobgen.dev/v1alpha1\n  kind: Job\n  metadata: {name: report, namespace: ops}\n  spec: {image: alpine, env: {'a.b': [1]}, initContainers: [{name: w, image: x, imag: y}], schedule: '61 * * * *'}\n"
	result, err := krm.Run(strings.NewReader(head+"items:\n"+wrong), krm.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := result.Write(&out); err != nil {
		t.Fatal(err)
	}
	var list struct {
		Results []struct {
			Message, Severity string
			ResourceRef       struct{ Kind, Name, Namespace string } `yaml:"resourceRef"`
			Field             struct{ Path string }
			Tags              map[string]string
		}
	}
	if err := yaml.Unmarshal(out.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for i, r := range list.Results {
		d := result.Diagnostics[i]
		if r.Severity != "error" || !strings.HasPrefix(r.Message, d.Message) || !strings.HasSuffix(r.Message, d.Hint) || r.Tags["code"] != d.Code || r.Tags["line"] != fmt.Sprint(d.Line) {
			t.Errorf("the result is %+v of %+v", r, d)
		}
		if r.ResourceRef.Kind != "Job" || r.ResourceRef.Name != "report" || r.ResourceRef.Namespace != "ops" {
			t.Errorf("the result is about %+v", r.ResourceRef)
		}
		paths = append(paths, r.Field.Path)
	}
	if want := []string{`spec.env["a.b"]`, "spec.initContainers[0].imag", "spec.schedule"}; !slices.Equal(paths, want) {
		t.Errorf("the fields are %q, not %q", paths, want)
	}
}

// A result names the other place that it is about.
func TestRelated(t *testing.T) {
	spec := "{image: alpine, configMaps: {c: {data: {a: %s}}}}"
	items := withSpec("a.yaml", fmt.Sprintf(spec, "b")) + strings.Replace(withSpec("b.yaml", fmt.Sprintf(spec, "c")), "name: report", "name: other", 1)
	said, list := function(t, head+"items:\n"+items, krm.Options{Dir: t.TempDir()})
	if want := "Job/report:4:36: first made here"; !strings.Contains(list.MustString(), want) || !strings.Contains(said, want) {
		t.Errorf("%q is not in\n%s\nof\n%s", want, list.MustString(), said)
	}
}

// No list makes it hang or fill the memory.
func TestAliases(t *testing.T) {
	list := head + "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for i := 'b'; i < 'l'; i++ {
		list += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", i, i, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1)
	}
	said, written := function(t, list+"items: [{apiVersion: v1, kind: X, a: *k}]\n", krm.Options{Dir: t.TempDir()})
	if written != nil || !strings.Contains(said, diag.CodeLimit) {
		t.Errorf("it says\n%s", said)
	}
}

// Every annotation by which kustomize keeps track of an object is known, so that it
// comes to stand on nothing that it is not about.
func TestKustomizeAnnotationsAreKnown(t *testing.T) {
	for _, key := range resource.BuildAnnotations {
		list := head + "items:\n" + strings.Replace(withSpec("x.yaml", "{image: alpine}"), "annotations: {", "annotations: {'"+key+"': '9', ", 1)
		if strings.HasSuffix(key, "/path") || strings.HasSuffix(key, "/index") || strings.HasSuffix(key, "/seqindent") {
			continue
		}
		_, written := function(t, list, krm.Options{Dir: t.TempDir()})
		items, err := written.Field("items").Value.Elements()
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"internal.config.kubernetes.io/path": "x.yaml", "internal.config.kubernetes.io/index": "0"}
		if got := items[0].GetAnnotations(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the annotations are %v", key, got)
		}
	}
}
