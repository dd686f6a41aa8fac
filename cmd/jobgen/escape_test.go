package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/tools/txtar"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/diff"
)

// hostile is what a terminal, a log, a table and a line obey: escape sequences of seven and
// eight bits, a carriage return, a line break with a command of GitHub's, an override of the
// direction, a column of a table, markup.
const hostile = "x\x1b[2J\u009b2J\r\n::error::y\u202e|`<b>`"

// quotedHostile is that as a text in YAML, and for a name in a label.
const quotedHostile = `"x\e[2J\u009b2J\r\n::error::y\u202e|` + "`<b>`" + `"`

// G 5: nothing that is printed for people is obeyed by what shows it: not the name of a file,
// a kind, a name, a value, the text of a policy or an argument.
func TestOutputIsEscaped(t *testing.T) {
	dir := t.TempDir()
	name := strings.ReplaceAll(hostile, "/", "") + ".yaml"
	files := []txtar.File{
		{Name: name, Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a, annotations: {a: " + quotedHostile + "}}\nspec: {image: \"a:1\", parallelism: " + quotedHostile + "}\n")},
		{Name: "jobgen.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Project\npolicy: [policy.cue]\nresources: [resource.yaml]\n")},
		{Name: "policy.cue", Data: []byte("spec: backoffLimit!: error(\"x\\u001b[2J\\u009b2J\\r\\n::error::y\")\n")},
		{Name: "resource.yaml", Data: []byte("apiVersion: acme.com/v1\nkind: " + quotedHostile + "\nmetadata: {name: " + quotedHostile + "}\n")},
		{Name: "good/job.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec: {image: \"a:1\", env: {A: " + quotedHostile + "}}\n")},
		{Name: "good/jobgen.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Project\nresources: [resource.yaml]\n")},
	}
	files = append(files, txtar.File{Name: "good/resource.yaml", Data: files[3].Data})
	writeFiles(t, dir, files)
	t.Chdir(dir)
	lines := [][]string{
		{"build", "."}, {"build", "--env", hostile, "."}, {"build", hostile}, {"build", "--set", hostile, "."}, {"build", "--" + hostile}, {hostile}, {"render", "--out", hostile, "."},
		{"render", "--out", filepath.Join(dir, hostile), "--dry-run", "good"}, {"render", "--out", "tree" + hostile, "good"}, {"render", "--out", "tree" + hostile, "--check", "good"},
		{"import", name}, {"fmt", "--check", "."}, {"fmt", "--diff", "."}, {"explain", hostile}, {"explain", hostile + ":3"}, {"diff", "--against", hostile, "."}, {"init", "--image", hostile, hostile},
		{"validate", "--lint-off", hostile}, {"validate", "--checks", hostile},
	}
	for _, f := range diag.Formats() {
		lines = append(lines, []string{"validate", "--format", f.Name, "."}, []string{"validate", "--format", f.Name, "good"})
	}
	writeFiles(t, dir, []txtar.File{{Name: "good/jobgen.yaml", Data: []byte(strings.ReplaceAll(string(files[5].Data), "resource.yaml", ""))}})
	// A kustomization cannot have such names.
	if _, stderr, status := jobgen("render", "--layout", "flat", "--out", "m", "good"); status != exitDone {
		t.Fatal(stderr)
	}
	writeFiles(t, dir, files[5:6])
	for _, f := range diff.Formats() {
		line := []string{"diff", "--format", f.Name, "--against", "m", "good"}
		if stdout, stderr, _ := jobgen(line...); !strings.Contains(stdout, "::error::y") {
			t.Errorf("%q does not name the resource: %s%s", line, stdout, stderr)
		}
		lines = append(lines, line)
	}
	for _, line := range lines {
		stdout, stderr, _ := jobgen(line...)
		obeyed(t, line, stdout)
		obeyed(t, line, stderr)
	}
}

// obeyed reports what is in an output that would be obeyed.
func obeyed(t *testing.T, line []string, output string) {
	t.Helper()
	for _, r := range output {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("%q prints %U:\n%q", line, r, output)
			break
		}
	}
	command := line[0] == "validate" && strings.Contains(strings.Join(line, " "), "github") // its own
	for one := range strings.Lines(output) {
		if strings.HasPrefix(strings.TrimSpace(one), "::") && (!command || strings.HasPrefix(one, "::error::y")) {
			t.Errorf("%q prints a command:\n%s", line, output)
		}
		if strings.HasPrefix(one, "| ") && strings.Count(strings.ReplaceAll(one, `\|`, ""), "|") != 4 {
			t.Errorf("%q prints a broken row:\n%s", line, one)
		}
	}
	if strings.HasPrefix(output, "{") && !json.Valid([]byte(output)) {
		t.Errorf("%q prints no JSON:\n%s", line, output)
	}
}
