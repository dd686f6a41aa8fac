package build_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
	"sigs.k8s.io/yaml"
)

// A secret value is nowhere but in a Secret, whatever is wrong with the spec.
func FuzzSecret(f *testing.F) {
	random(f, 120, func(t *testing.T, dir string, r *rand.Rand) {
		d := accepted(t, dir, r)
		hidden := hide(t, d, dir, r)
		env := ""
		if r.IntN(3) == 0 {
			env = overlayOnly(d, r)
		}
		text := d.YAML(r)
		switch r.IntN(4) {
		case 0:
			env = ""
			d.Break(r)
			text = d.YAML(r)
		case 1:
			text = d.JSON(r)
		case 2:
			env = ""
			text = damage(r, text)
		}
		opts := options(dir, text, "yaml")
		opts.Environment = env
		opts.LookupEnv = func(string) (string, bool) { return hidden + "\n", true }
		built := runWith(t, opts)
		if said := shown(built.Diagnostics); strings.Contains(said, hidden) {
			t.Fatalf("the secret is in the diagnostics:\n%s\nof:\n%s", said, text)
		}
		checkHidden(t, output(t, built), hidden)
		opts = options(dir, text, "yaml")
		opts.Format, opts.LookupEnv, opts.AllEnvironments = nil, nil, true
		checked := runWith(t, opts)
		if said := fmt.Sprintf("%+v %s", checked, shown(checked.Diagnostics)); strings.Contains(said, hidden) {
			t.Fatalf("the secret is in what validate says:\n%s\nof:\n%s", said, text)
		}
	})
}

// overlayOnly lays the document over itself, in an environment that it returns,
// and now and then takes the Secrets out of what is below.
func overlayOnly(d *spectest.Document, r *rand.Rand) string {
	d.Lay("prod", layer(d.Copy(d.Root)))
	if spec := d.Root.Get("spec"); r.IntN(2) == 0 {
		spec.Fields = slices.DeleteFunc(spec.Fields, func(f source.Field) bool { return f.Key.Text == "secrets" })
	}
	return "prod"
}

// hide puts a secret into the document, in every way that there is, and
// returns it.
func hide(t *testing.T, d *spectest.Document, dir string, r *rand.Rand) string {
	hidden := fmt.Sprintf("hidden-%x", r.Uint64())
	write(t, dir, "data/hidden", hidden)
	value := hidden + []string{"", "", "\n", "\nand " + hidden + "\n", " # x"}[r.IntN(5)]
	entry := func(from, value string) source.Field {
		return source.Field{Key: text(from), Value: fields(source.Field{Key: text(from), Value: text(value)})}
	}
	inValue := entry("value", value)
	switch inner := &inValue.Value.Fields[0]; r.IntN(12) {
	case 0:
		inner.Value = fields(source.Field{Key: text("inner"), Value: text(value)})
	case 1:
		inner.Value = &source.Node{Kind: source.List, Items: []*source.Node{text(value)}}
	case 2:
		inner.Key.Text = []string{"vlaue", "text", "stringData", "Value", "from"}[r.IntN(5)]
	case 3:
		inValue.Value = text(value)
	case 4:
		inValue.Value.Fields = append(inValue.Value.Fields, source.Field{Key: text("env"), Value: text("X")})
	case 5:
		inValue.Value = &source.Node{Kind: source.List, Items: []*source.Node{text(value)}}
	}
	data := fields(inValue, entry("env", "TOKEN"), entry("file", "data/hidden"))
	name := "data"
	if r.IntN(8) == 0 {
		name = []string{"stringData", "dta", "Data", "values"}[r.IntN(4)]
	}
	secret := fields(source.Field{Key: text(name), Value: data})
	spec := d.Root.Get("spec")
	spec.Fields = slices.DeleteFunc(spec.Fields, func(f source.Field) bool { return f.Key.Text == "secrets" })
	spec.Fields = append(spec.Fields, source.Field{Key: text("secrets"), Value: fields(source.Field{Key: text("hidden-one"), Value: secret})})
	return hidden
}

func text(s string) *source.Node { return &source.Node{Kind: source.Scalar, Text: s, Quoted: true} }

func fields(f ...source.Field) *source.Node { return &source.Node{Kind: source.Map, Fields: f} }

// damage changes some bytes of a text.
func damage(r *rand.Rand, text []byte) []byte {
	for range 1 + r.IntN(2) {
		i := r.IntN(len(text))
		switch r.IntN(3) {
		case 0:
			text = slices.Delete(slices.Clone(text), i, i+1)
		case 1:
			text = slices.Insert(slices.Clone(text), i, ":{}[]\"' \t\n-#&*?|"[r.IntN(16)])
		case 2:
			if end := slices.Index(text[i:], '\n'); end >= 0 {
				text = slices.Delete(slices.Clone(text), i, i+end)
			}
		}
	}
	return text
}

// checkHidden looks for the secret in all that is no Secret.
func checkHidden(t *testing.T, out, hidden string) {
	t.Helper()
	if strings.Contains(out, hidden) {
		t.Fatalf("the secret is in the output:\n%s", out)
	}
	for doc := range strings.SplitSeq(out, "\n---\n") {
		var object struct {
			Kind string
			Data map[string]string
		}
		if err := yaml.Unmarshal([]byte(doc), &object); err != nil {
			t.Fatal(err)
		}
		for key, value := range object.Data {
			plain, _ := base64.StdEncoding.DecodeString(value)
			if strings.Contains(string(plain), hidden) && object.Kind != "Secret" {
				t.Fatalf("the secret is under %s of:\n%s", key, doc)
			}
		}
	}
}
