package cluster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// goldenObjects are the objects that the goldens print and those that they check.
func goldenObjects(t testing.TB) [][]byte {
	var objects [][]byte
	add := func(stream []byte) {
		for doc := range bytes.SplitSeq(stream, []byte("---\n")) {
			text, err := yaml.YAMLToJSON(doc)
			if o := parse(text); err == nil && o.isKind() {
				objects = append(objects, text)
			}
		}
	}
	for _, c := range golden.Cases(t) {
		add([]byte(c.Want["stdout"]))
		for _, file := range c.Input {
			if strings.HasSuffix(file.Name, ".yaml") {
				add(file.Data)
			}
		}
	}
	if len(objects) < 300 {
		t.Fatalf("only %d objects", len(objects))
	}
	return objects
}

// others returns a function that puts other strings of the same class in the place
// of strings, the same ones for the same names.
func others(rng *rand.Rand) func(class, string) string {
	words := map[class][]string{
		anyName:   {"a", "z9", "default", "kube-system", "none", "baseline", "true", "a--b", strings.Repeat("x", maxName)},
		anyText:   {"a", " ", "\n", "$(A)", "--", "true", "1", "\u2028", "../..", "{{", strings.Repeat("long ", 20)},
		anyWord:   {"a", " ", "sh", "-c", "$(A)", "../..", strings.Repeat("long ", 20)},
		anyImage:  {"a", "a:b", "A@sha256:0", "registry.example/a/b:latest", "http://a", "%", strings.Repeat("y", 300)},
		anyBase64: {"", "YQ==", "YR==", "++//", "AAAA"},
	}
	names := map[string]string{}
	return func(c class, s string) string {
		other := words[c][rng.IntN(len(words[c]))]
		if c != anyName {
			return other
		}
		if names[s] == "" {
			// Another name becomes another one.
			if n := fmt.Sprint("n", len(names)); rng.IntN(2) == 0 || len(names) > 4 {
				other = n
			}
			for _, taken := range names {
				if taken == other {
					other = fmt.Sprint("n", len(names), "-m")
				}
			}
			names[s] = other
		}
		return names[s]
	}
}

// TestAlike puts other names and texts into objects: those that are alike must get
// findings, or none, together. Each is checked without what is remembered.
func TestAlike(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	reused := 0
	for _, text := range goldenObjects(t) {
		for _, opts := range []Options{{}, {Minors: []string{"1.29"}, PodSecurity: "restricted"}} {
			r := run{opts: opts}
			o := parse(text)
			first, ok := r.digest(&o.value)
			want := verdict(t, text, opts)
			for range 3 {
				changed := parse(text).value
				a := alike{put: others(rng)}
				a.object(&changed)
				second, still := r.digest(&changed)
				if !ok || !still || first != second {
					continue // a text was a name too, or it is too large
				}
				reused++
				varied := changed.AppendJSON(nil)
				if got := verdict(t, varied, opts); (len(got) == 0) != (len(want) == 0) {
					t.Errorf("%s\ngets %v\n%s\ngets %v", text, want, varied, got)
				}
			}
		}
	}
	if reused < 1000 {
		t.Errorf("only %d objects were alike", reused)
	}
}

// verdict checks an object as if it were the first.
func verdict(t testing.TB, text []byte, opts Options) []Finding {
	t.Helper()
	fine.Lock()
	clear(fine.objects)
	fine.Unlock()
	all, err := Objects([][]byte{text}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// TestDigestTells lists pairs that must not be taken for alike.
func TestDigestTells(t *testing.T) {
	r := run{}
	for _, c := range []struct{ base, one, other string }{
		{"job", `metadata.name = a`, `metadata.name = A`},
		{"job", `metadata.name = a`, `metadata.name = ` + strings.Repeat("a", maxName+1)},
		{"job", `C.name = primes`, `C.name = other`}, // the same as the Job, and not
		{"job", `C.env = [{name: A, value: a}]`, `C.env = [{name: B, value: a}]`},
		{"job", `C.env = [{name: A, value: a}]`, `C.env = [{name: A, value: ""}]`},
		{"job", `C.image = a`, `C.image = " a"`},
		{"job", `C.command = [a]`, `C.command = [a, a]`},
		{"job", `C.command = ["1"]`, `C.command = [1]`},
		{"job", `P.volumes = [{name: a, configMap: {name: a}}]`, `P.volumes = [{name: a, configMap: {name: b}}]`},
		{"job", `S.parallelism = 1`, `S.parallelism = 2`},
		{"job", `C.image = "a:1"`, `C.image = "a:1:2"`},
		{"job", `C.image = "a.b/c"`, `C.image = "a..b/c"`},
		{"job", `C.image = ` + long(63), `C.image = ` + long(64)},
		{"job", `C.image = a/` + long(100), `C.image = a/` + long(300)},
		{"job", `P.volumes = [{name: a, configMap: {name: x}}]`, `P.volumes = [{name: b, configMap: {name: x}}]`},
		{"secret", `data = {a: YQ==}`, `data = {a: YQ=}`},
		{"secret", `metadata.annotations = {a: "x\0b c\0\"zz"}`, `metadata.annotations = {a: x, "b c": zz}`}, // what looks like a separator
		{"secret", `metadata.annotations = {"}zad": "1"}`, `metadata.annotations = {}`},
		{"secret", `type = "kubernetes.io/tls"`, `type = Opaque`},
	} {
		one, other := parse(manifest(t, c.base, c.one)), parse(manifest(t, c.base, c.other))
		x, _ := r.digest(&one.value)
		y, _ := r.digest(&other.value)
		if x == y {
			t.Errorf("%s and %s are taken for alike", c.one, c.other)
		}
	}
}

// TestRepeatedKeyIsNotFine makes sure that a text with a key twice is checked, also
// when an object with the same tree was fine.
func TestRepeatedKeyIsNotFine(t *testing.T) {
	once := []byte(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"b:\":\\"}}`)
	twice := bytes.Replace(once, []byte(`"data":`), []byte(`"data":{},"data":`), 1)
	all, err := Objects([][]byte{once, once}, Options{})
	if err != nil || len(all[0])+len(all[1]) > 0 {
		t.Fatal(all, err)
	}
	if all, err = Objects([][]byte{twice}, Options{}); err != nil || len(all[0]) == 0 {
		t.Errorf("no finding: %v", err)
	}
}

// TestMade holds what is said of objects that are trees and Go values against what
// is said of their text.
func TestMade(t *testing.T) {
	for _, text := range goldenObjects(t) {
		o := parse(text)
		if repeats(text, &o.value) {
			continue
		}
		typed := map[string]runtime.Object{"Job": &batchv1.Job{}, "CronJob": &batchv1.CronJob{}, "ConfigMap": &corev1.ConfigMap{},
			"Secret": &corev1.Secret{}, "ServiceAccount": &corev1.ServiceAccount{}, "PersistentVolumeClaim": &corev1.PersistentVolumeClaim{}}[o.value.Get("kind")]
		if typed != nil && json.Unmarshal(text, typed) != nil {
			typed = nil
		}
		for _, minor := range []string{"1.30", validate.NewestMinor} {
			opts := Options{Minors: []string{minor}, PodSecurity: "baseline"}
			want := verdict(t, text, opts)
			fine.Lock()
			clear(fine.objects)
			fine.Unlock()
			got, err := Made([]Object{{JSON: o.value, Typed: typed}}, opts)
			if err != nil || len(got[0]) != len(want) || len(want) > 0 && !reflect.DeepEqual(got[0], want) {
				t.Errorf("%s\nmade: %v %v\nread: %v", text, got, err, want)
			}
		}
	}
}
