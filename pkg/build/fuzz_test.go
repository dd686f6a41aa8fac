package build_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
)

// Whatever the input is, the compiler comes to an end without a panic, and says
// the same of it again. What it accepts is valid.
func FuzzBuild(f *testing.F) {
	err := filepath.WalkDir("../../examples", func(path string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err == nil && (ext == ".yaml" || ext == ".json") {
			text, err := os.ReadFile(path)
			f.Add(text)
			return err
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	for seed := range byte(20) {
		r := spectest.Choices([]byte{seed})
		d := spectest.New(r)
		f.Add(d.YAML(r))
		d.Overlay(r, "prod")
		d.Overlay(r, "staging")
		f.Add(d.YAML(r))
	}
	dir := folder(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		first, second := run(t, dir, text), run(t, dir, text)
		if shown(first.Diagnostics) != shown(second.Diagnostics) {
			t.Fatalf("two runs find:\n%s\n%s", shown(first.Diagnostics), shown(second.Diagnostics))
		}
		out := output(t, first)
		if again := output(t, second); out != again {
			t.Fatalf("two runs make:\n%s\n%s", out, again)
		}
		checkDecodes(t, out)
		validate := options(dir, text, "")
		validate.Format, validate.LookupEnv, validate.Manifests, validate.Lint = nil, nil, true, &build.Lint{}
		validate.AllEnvironments = true
		runWith(t, validate)
	})
}

// What is accepted makes the same bytes in whatever order and form it is
// written, and the same objects in every format.
func FuzzSpec(f *testing.F) {
	random(f, 80, func(t *testing.T, dir string, r *rand.Rand) {
		var docs []*spectest.Document
		for i := range 1 + r.IntN(3) {
			d := accepted(t, dir, r)
			d.Rename("job-" + strconv.Itoa(i))
			docs = append(docs, d)
		}
		first := run(t, dir, stream(docs, "---\n", func(d *spectest.Document) []byte { return d.YAML(nil) }))
		out := output(t, first)
		checkDecodes(t, out)
		if out == "" {
			return // they do not go together
		}
		validate := options(dir, stream(docs, "---\n", func(d *spectest.Document) []byte { return d.YAML(nil) }), "")
		validate.Format, validate.LookupEnv = nil, nil
		if found := runWith(t, validate).Diagnostics; found.HasErrors() {
			t.Fatalf("what builds does not validate:\n%s", shown(found))
		}
		styled := func(d *spectest.Document) []byte { return d.YAML(r) }
		for range 2 {
			r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
			text := stream(docs, "---\n", styled)
			if again := output(t, run(t, dir, text)); again != out {
				t.Fatalf("shuffled:\n%s\nmakes:\n%s\nnot:\n%s", text, again, out)
			}
		}
		text := stream(docs, "\n", func(d *spectest.Document) []byte { return d.JSON(r) })
		if again := output(t, run(t, dir, text)); again != out {
			t.Fatalf("as JSON:\n%s\nmakes:\n%s\nnot:\n%s", text, again, out)
		}
		checkFormats(t, out, output(t, runWith(t, options(dir, text, "json"))))
		if strings.Contains(string(text), "\ufeff") {
			return // CUE allows it nowhere
		}
		list := stream(docs, ",\n", func(d *spectest.Document) []byte { return d.JSON(r) })
		write(t, dir, "list.cue", "["+string(list)+"]")
		opts := options(dir, nil, "yaml")
		opts.Args = []string{"list.cue"}
		if again := output(t, runWith(t, opts)); again != out {
			t.Fatalf("as CUE:\n%s\nmakes:\n%s\nnot:\n%s", list, again, out)
		}
	})
}

func stream(docs []*spectest.Document, between string, write func(*spectest.Document) []byte) []byte {
	var b bytes.Buffer
	for i, d := range docs {
		if i > 0 {
			b.WriteString(between)
		}
		b.Write(write(d))
	}
	return b.Bytes()
}

// kinds are the types of what is made.
var kinds = map[string]func() any{
	"Namespace":             func() any { return &corev1.Namespace{} },
	"ServiceAccount":        func() any { return &corev1.ServiceAccount{} },
	"Role":                  func() any { return &rbacv1.Role{} },
	"RoleBinding":           func() any { return &rbacv1.RoleBinding{} },
	"ClusterRole":           func() any { return &rbacv1.ClusterRole{} },
	"ClusterRoleBinding":    func() any { return &rbacv1.ClusterRoleBinding{} },
	"ConfigMap":             func() any { return &corev1.ConfigMap{} },
	"Secret":                func() any { return &corev1.Secret{} },
	"PersistentVolumeClaim": func() any { return &corev1.PersistentVolumeClaim{} },
	"NetworkPolicy":         func() any { return &networkingv1.NetworkPolicy{} },
	"Job":                   func() any { return &batchv1.Job{} },
	"CronJob":               func() any { return &batchv1.CronJob{} },
}

// checkDecodes decodes every object strictly into its type and writes it again.
func checkDecodes(t *testing.T, out string) {
	t.Helper()
	if out == "" {
		return
	}
	format, _ := render.Lookup("yaml")
	for doc := range strings.SplitSeq(out, "\n---\n") {
		doc = strings.TrimSuffix(doc, "\n") + "\n"
		var head struct{ Kind string }
		if err := yaml.Unmarshal([]byte(doc), &head); err != nil || kinds[head.Kind] == nil {
			t.Fatalf("kind %q, error %v:\n%s", head.Kind, err, doc)
		}
		object := kinds[head.Kind]()
		if err := yaml.UnmarshalStrict([]byte(doc), object); err != nil {
			t.Fatalf("%v:\n%s", err, doc)
		}
		again, err := format.Object(object)
		if err != nil || !slices.EqualFunc(strings.Split(string(again), "\n"), strings.Split(doc, "\n"), sameLine) {
			t.Fatalf("error %v; decoded and written again:\n%s\nnot:\n%s", err, again, doc)
		}
	}
}

// sameLine reports whether two lines are the same, but for the spelling of a quantity.
func sameLine(a, b string) bool {
	name, x, _ := strings.Cut(a, ": ")
	other, y, _ := strings.Cut(b, ": ")
	if a == b || name != other {
		return a == b
	}
	p, err := resource.ParseQuantity(strings.Trim(x, `"'`))
	q, second := resource.ParseQuantity(strings.Trim(y, `"'`))
	return err == nil && second == nil && p.Cmp(q) == 0
}

// checkFormats compares the objects of a YAML stream with those in JSON.
func checkFormats(t *testing.T, inYAML, inJSON string) {
	t.Helper()
	var fromYAML []any
	for doc := range strings.SplitSeq(inYAML, "\n---\n") {
		var object any
		if err := yaml.Unmarshal([]byte(doc), &object); err != nil {
			t.Fatal(err)
		}
		fromYAML = append(fromYAML, object)
	}
	var list struct {
		Kind  string
		Items []any
	}
	if err := json.Unmarshal([]byte(inJSON), &list); err != nil {
		t.Fatal(err)
	}
	if list.Kind != "List" {
		list.Items = []any{nil}
		if err := json.Unmarshal([]byte(inJSON), &list.Items[0]); err != nil {
			t.Fatal(err)
		}
	}
	a, _ := json.Marshal(fromYAML)
	b, _ := json.Marshal(list.Items)
	if !bytes.Equal(a, b) {
		t.Fatalf("YAML holds:\n%s\nJSON holds:\n%s", a, b)
	}
}

// Every field of every object leads back to the spec: to a line of it, and,
// where only one field of the spec holds the text, to that field's.
func FuzzOrigin(f *testing.F) {
	random(f, 80, func(t *testing.T, dir string, r *rand.Rand) {
		d := accepted(t, dir, r)
		text := d.YAML(nil)
		_, docs, _ := source.ParseBytes("spec.yaml", text, dir, dir, true)
		job, _ := spec.Check(docs[0], spec.Options{LookupEnv: variable})
		lines := strings.Count(string(text), "\n")
		for _, o := range compile.Lower(job) {
			object, err := render.JSON(o.Value)
			if err != nil {
				t.Fatal(err)
			}
			var tree any
			if err := json.Unmarshal(object, &tree); err != nil {
				t.Fatal(err)
			}
			eachLeaf(tree, nil, func(path spec.Path, leaf any) {
				place, reported := job.Place(o.Origin(path))
				if place.Line < 1 || place.Line > lines || place.Column < 1 || reported {
					t.Fatalf("%s of the %s leads to %v (reported: %v):\n%s", path, o.Kind, place, reported, text)
				}
			})
		}
	})
}

// eachLeaf visits what is no map and no list, or an empty one.
func eachLeaf(tree any, at spec.Path, visit func(at spec.Path, leaf any)) {
	switch v := tree.(type) {
	case map[string]any:
		for k, inner := range v {
			eachLeaf(inner, at.With(k), visit)
		}
	case []any:
		for i, inner := range v {
			eachLeaf(inner, at.With(strconv.Itoa(i)), visit)
		}
	default:
		visit(at, tree)
	}
}

// One mistake is found, at its line, and drags hardly any other along.
func FuzzMistake(f *testing.F) {
	random(f, 120, func(t *testing.T, dir string, r *rand.Rand) {
		d := accepted(t, dir, r)
		what, at := d.Break(r)
		if at == nil {
			t.Skip("nothing to break")
		}
		text := d.YAML(r)
		errors := slices.DeleteFunc(run(t, dir, text).Diagnostics, func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
		if len(errors) == 0 || len(errors) > 3 || errors[0].Line != at.Line() {
			t.Fatalf("%s at %s, line %d of:\n%s\nis reported as:\n%s", what, at.Path(), at.Line(), text, shown(errors))
		}
	})
}
