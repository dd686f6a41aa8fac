package source

import (
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// A 2: a file that nobody named is skipped if it is a template, or is of another tool
// and can be parsed. What cannot be parsed may be a spec or a manifest.
func TestSkippedFiles(t *testing.T) {
	tests := []struct {
		name, text string
		alone      bool
		docs       string
	}{
		{"helm.yaml", "a: 1\n---\n{{- if x }}\nb: 1\n{{ end }}\n", true, "{a: 1}"},
		{"cfn.yaml", "a: !Ref x\n", true, ""},
		{"twice.yaml", "a: 1\na: 2\n", true, "{a: 1}"},
		{"manifest.yaml", "kind: Job\nkind: Job\n", false, "{kind: Job}"},
		{"manifest.yaml", "apiVersion: v1\nkind: Pod\nspec:\n\tx: 1\n", false, ""},
		{"tab.yaml", "x:\n\ty: 1\n", false, ""},
		{"binary.yaml", "\x00\x01", false, ""},
		{"jinja.yaml", "kind: Job\n{% if x %}\nb: 1\n{% endif %}\n", true, ""},
		{"value.yaml", "kind: Job\nname: {{ .Values.name }}\n", true, ""},
		{"item.yaml", "kind: Job\nargs:\n  - {{ .x }}\n", true, ""},
		{"suffix.yaml", "kind: Job\nname: x-{{ .x }}\n\ta: 1\n", true, ""},
		{"flow.yaml", "{kind: Job, name: {{ .x }}}\n", true, ""},
		{"flow-item.yaml", "kind: Job\nargs: [a, {{ .x }}]\n", true, ""},
		{"flow-quoted.yaml", "kind: Job\nx: {name: \"a\", 'b': {{ .x | toJson }}}\n", true, ""},
		{"flow-quoted.yaml", "kind: Job\nx: {name: \"{{ .x }}\", b: 'it {{ y }}', b: 1}\n", false, "{kind: Job, x: {name: \"{{ .x }}\", b: \"it {{ y }}\"}}"},
		{"quoted.yaml", "kind: Job\nname: \"{{workflow.name}}\"\n\ta: 1\n", false, ""},
		{"comment.yaml", "kind: Job\n# {{ x }}\nname: a # {{ y }}\n\ta: 1\n", false, ""},
		{"slip.yaml", "apiversion: jobgen.io/v1alpha1\nname: {{ .x }}\n", false, "{apiversion: jobgen.io/v1alpha1, name: null}"},
		{"ours.yaml", "a: [\n---\napiVersion: jobgen.dev/v1alpha1\n", false, "{apiVersion: jobgen.dev/v1alpha1}"},
		{"ours.yaml", "apiVersion: jobgen.dev/v1alpha1\r\na: [\r\n", false, ""},
		{"ours.yaml", "x: 1\rapiVersion: jobgen.dev/v1alpha1\ra: [\r", false, ""},
		{"ours.yaml", "\"apiVersion\" : \"jobgen.dev/v1alpha1\"\na: [\n", false, ""},
		{"data.yaml", "x: |\n  apiVersion: jobgen.dev/v1alpha1\na: [\n", false, ""},
		{"flow.yaml", "[1]\n---\n{x: 1, apiVersion: jobgen.dev/v1}\n---\na: [\n", false, "[1] | {x: 1, apiVersion: jobgen.dev/v1}"},
		{"x.json", "{", true, ""},
		{"tsconfig.json", "{\"kind\": 1, // a comment\n}", true, ""},
		{"job.json", `{"apiVersion": "batch/v1"`, false, ""},
		{"x.json", `{"apiVersion": "jobgen.dev/v1alpha1"`, false, ""},
		{"x.cue", "a: string\n", true, ""},
		{"x.cue", "apiVersion: \"jobgen.dev/v1alpha1\"\na: string\n", false, ""},
	}
	for _, test := range tests {
		_, docs, diags := ParseBytes(test.name, []byte(test.text), t.TempDir(), "/", false)
		alone := len(diags) == 1 && diags[0].Severity == diag.Note && diags[0].Code == diag.CodeSkipped
		if alone != test.alone || len(diags) == 0 || dumpAll(docs) != test.docs {
			t.Errorf("%s %q: %s, %s", test.name, test.text, brief(diags), dumpAll(docs))
		}
		_, _, diags = ParseBytes(test.name, []byte(test.text), t.TempDir(), "/", true)
		if !diags.HasErrors() {
			t.Errorf("%s %q: no error when named", test.name, test.text)
		}
	}
}

func TestFaultsNearSecretsShowNoLine(t *testing.T) {
	const password = "hunter2"
	for name, text := range map[string]string{
		"a.yaml": "spec:\n  secrets:\n    db: {data: {p: {value: " + password + "}}\n",
		"b.yaml": "secrets: \"" + password + "\nx: 1\n",
		"c.yaml": "secrets: !" + password + " x\n",
		"d.yaml": "secrets: *" + password + "\n",
		"e.yaml": "secrets:\n  x: " + password + "\n  x: " + password + "\n",
		"f.yaml": "kind: Secret\nstringData:\n  x: a: " + password + "\n",
		"g.yaml": "secrets+: [" + password + "\n",
		"a.json": `{"secrets": {"a": ` + password + `}}`,
		"b.json": `{"secrets+": {"x": 1, "x": "` + password + `"}}`,
		"a.cue":  "secrets: x: " + password + "\n",
		"b.cue":  "secrets: x: \"" + password + "\"\nsecrets: x: \"y\"\n",
		"c.cue":  "spec: secrets: x: \"" + password + "\n",
	} {
		for _, named := range []bool{true, false} {
			_, _, diags := ParseBytes(name, []byte(text), t.TempDir(), "/", named)
			if len(diags) == 0 {
				t.Errorf("%s: no fault", name)
			}
			for _, d := range diags {
				shown := d.Message + d.Hint + d.Text
				for _, r := range d.Related {
					shown += r.Message + r.Text
				}
				if strings.Contains(shown, password) {
					t.Errorf("%s: %q", name, shown)
				}
			}
		}
	}
}

func TestOneDocumentsSecretsHideNothingElsewhere(t *testing.T) {
	_, diags := parseText(t, "x.yaml", "secrets: {}\n---\na: b: c\n")
	if len(diags) != 1 || diags[0].Text != "a: b: c" {
		t.Errorf("%+v", diags)
	}
}

func TestMask(t *testing.T) {
	text := "a: 1\nsecret:\n  one: |\n    p\n    q\n  two: 'r\n    s'\n  three: [t,\n    u]\nz: 1\n"
	dir := t.TempDir()
	file, docs, _ := ParseBytes("x.yaml", []byte(text), dir, dir, true)
	if got := file.Place(Pos{4, 5, 1}).Text; got != "    p" {
		t.Errorf("before: %q", got)
	}
	docs[0].Root.Get("secret").Mask()
	for line := 1; line <= 10; line++ {
		shown := file.Place(Pos{line, 1, 1}).Text != ""
		if want := line <= 2 || line == 10; shown != want {
			t.Errorf("line %d is shown: %v", line, shown)
		}
	}
	(*Node)(nil).Mask()
}

func TestPlace(t *testing.T) {
	file := newFile(Input{Name: "x"}, "one\r\ntwo\rthree\n\nlast")
	for line, want := range []string{"", "one", "two", "three", "", "last", ""} {
		if got := file.Place(Pos{Line: line}).Text; got != want {
			t.Errorf("line %d: %q", line, got)
		}
	}
	if got := (&File{Name: "x"}).Place(Pos{1, 2, 0}); got != (diag.Place{File: "x", Line: 1, Column: 2, Width: 1}) {
		t.Error(got)
	}
}

func TestStandardInput(t *testing.T) {
	for text, want := range map[string]string{
		"a: NO\n":               "{a: NO}",
		"{\"a\": 1}\n{\"b\":2}": "{a: 1} | {b: 2}",
		"{a: 1, b: [x]}\n":      "{a: 1, b: [x]}",
	} {
		_, docs, diags, err := Read(Input{Name: "-", Dir: t.TempDir(), Root: "/", Named: true}, strings.NewReader(text))
		if err != nil || len(diags) > 0 || dumpAll(docs) != want {
			t.Error(dumpAll(docs), brief(diags), err)
		}
	}
}

func TestFaultsHaveAnEnd(t *testing.T) {
	_, diags := parseText(t, "x.yaml", strings.Repeat("a: !x 1\n", 100_000))
	if len(diags) != maxFound {
		t.Error(len(diags))
	}
}
