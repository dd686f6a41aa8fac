package main

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// tainted is a password that must be in no output. Its parts must not be either.
const tainted = "hunter2Correct,h0rseBattery"

// taints has places in a spec that a secret may be typed in by mistake, most of them with a
// mistake beside it that is reported at that very line. TAINT is the password.
var taints = map[string]string{
	"comment behind a null":      "secrets: {}\n  secretz:\n    db: {data: {p: {value: #TAINT\n      }}}\n",
	"comment":                    "secrets:\n    db:\n      data:\n        p: {vlaue: x} # TAINT\n",
	"value is a comment":         "secrets:\n    db:\n      data:\n        p:\n          value: #TAINT\n",
	"comma in a flow map":        "secrets: {db: {data: {p: {value: TAINT}}}}\n",
	"comma in a flow map, other": "secrets: {db: {data: {p: {lit: TAINT}}}}\n",
	"name of a Secret":           "secrets: {db: TAINT}\n",
	"list":                       "secrets: {db: {data: {p: {value: [TAINT]}}}}\n",
	"list of secrets":            "secrets: [TAINT]\n",
	"map in a value":             "secrets: {db: {data: {p: {value: {TAINT: x}}}}}\n",
	"null tag":                   "secrets: {db: {data: {p: {value: !!null TAINT}}}}\n",
	"unknown tag":                "secrets: {db: {data: {p: {value: !TAINT x}}}}\n",
	"binary tag":                 "secrets: {db: {data: {p: {value: !!binary TAINT}}}}\n",
	"integer tag":                "secrets: {db: {data: {p: {value: !!int TAINT}}}}\n",
	"anchor":                     "secrets: {db: {data: {p: {value: &TAINT x, vlaue: *TAINT}}}}\n",
	"unknown alias":              "secrets: {db: {data: {p: {value: *TAINT}}}}\n",
	"anchored elsewhere":         "podAnnotations: &p\n    a: TAINT # TAINT\n  secrets: {db: {data: *p}}\n",
	"alias elsewhere":            "secrets: {db: {data: {p: {value: &x TAINT}}}}\n  parallelism: *x\n  imgae: *x\n",
	"merge key":                  "podAnnotations: &p {value: TAINT, lit: TAINT}\n  secrets: {db: {data: {p: {<<: *p}}}}\n",
	"block with a mistake":       "secrets:\n    db:\n      data:\n        p:\n          vlaue: |\n            TAINT\n",
	"quoted":                     "secrets: {db: {data: {p: {vlaue: \"TAINT\"}}}}\n",
	"escaped":                    "secrets: {db: {data: {p: {\"hunter\\x32Correct,h0rseBattery\": x}}}}\n",
	"key in quotes":              "secrets: {db: {data: {p: {'TAINT': x}}}}\n",
	"file and value":             "secrets: {db: {data: {p: {file: TAINT.txt, value: TAINT}}}}\n",
	"plain":                      "secrets: {db: {data: {p: TAINT}}}\n",
	"under a Secret":             "secrets:\n    db:\n      p: TAINT\n",
	"type":                       "secrets: {db: {type: [TAINT], data: {p: {value: x}}}}\n",
	"string data":                "secrets: {db: {stringData: {p: TAINT}}}\n",
	"labels":                     "secrets: {db: {lables: {p: TAINT}, data: {p: {value: x}}}}\n",
	"slip of secrets":            "secerts: {db: {data: {p: {value: TAINT}}}}\n",
	"secret for secrets":         "secret: {db: {data: {p: {value: TAINT}}}}\n",
	"capitals":                   "Secrets: {db: {data: {p: {value: TAINT}}}}\n",
	"twice":                      "secrets: {db: {data: {p: {value: TAINT}, p: {value: TAINT}}}}\n",
	"twice, the key":             "secrets: {db: {data: {p: {TAINT: 1, TAINT: 2}}}}\n",
	"unclosed quote":             "secrets: {db: {data: {p: {value: \"TAINT}}}}\n",
	"unclosed brace":             "secrets: {db: {data: {p: {value: TAINT\n  image: y\n",
	"tab":                        "secrets:\n    db:\n\t  data: {p: {value: TAINT}}\n",
	"bad indentation":            "secrets:\n    db:\n      data:\n        p: TAINT\n       q: TAINT\n",
	"two colons":                 "secrets:\n    db:\n      data: {p: x}\n      TAINT: y: z\n",
	"broken behind a slip":       "secret:\n    db: {data: {p: {value: TAINT}\n",
	"broken behind another slip": "sercets:\n    db: {data: {p: {value: TAINT}\n",
	"percent":                    "secrets:\n    db: {data: {p: {value: %TAINT}}}\n",
	"at":                         "secrets:\n    db: {data: {p: {value: @TAINT}}}\n",
	"backquote":                  "secrets:\n    db: {data: {p: {value: `TAINT`}}}\n",
	"overlay":                    "parallelism: 1\noverlays:\n  prod:\n    spec:\n      secrets: {db: {data: {p: {lit: TAINT}}}}\n",
	"patch":                      "secrets: {db: {data: {p: {value: x}}}}\noverlays:\n  prod:\n    spec: {secrets: {$patch: TAINT}}\n",
	"volume":                     "volumes: {v: {secret: {data: {p: TAINT}}}}\n",
	"append":                     "secrets+: [TAINT]\n",
	"name of a variable":         "secrets: {db: {data: {p: {env: TAINT}}}}\n",
	"name of a file":             "secrets: {db: {data: {p: {file: TAINT}}}}\n",
	"names of files":             "secrets: {db: {files: [TAINT]}}\n",
	"login":                      "secrets: {db: {registry: {server: a, username: u, password: {env: TAINT}}}}\n",
	"another name":               "my-secrets: {db: {p: TAINT}}\n",
	"secret data":                "secretData: {p: TAINT}\n",
	"secret data, broken":        "secretData: {p: TAINT\n",
	"no-break spaces":            "secrets:\n    db:\n      data:\n\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0p: TAINT\n",
}

// G 1: a secret is in no output, wherever it was typed: not in an excerpt, not in a message,
// in no format. It is hidden by the place, whatever stands there.
func TestTaint(t *testing.T) {
	for name, text := range taints {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			spec := "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: x}\nspec:\n  image: a:1\n  completionMode: wrong\n  " + strings.ReplaceAll(text, "TAINT", tainted)
			writeFiles(t, dir, []txtar.File{{Name: "job.yaml", Data: []byte(spec)}})
			t.Chdir(dir)
			for _, line := range taintedCommands() {
				stdout, stderr, status := jobgenOn("", strings.Fields(line)...)
				leaks(t, line, stdout+stderr)
				if status != exitWrong {
					t.Errorf("%s: exit status %d: %s", line, status, stderr)
				}
			}
			item := "  " + strings.ReplaceAll(spec, "\n", "\n  ")
			stdout, stderr, _ := jobgenOn("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n-"+item[1:], "fn")
			leaks(t, "fn", stderr+resultsOf(stdout))
		})
	}
}

// taintedManifests are documents that are no specs, and that a secret may be typed in. Each
// has a mistake, most of them at that very line.
var taintedManifests = map[string]string{
	"base64":               "{apiVersion: v1, kind: Secret, metadata: {name: x}, data: {p: TAINT}}\n",
	"comma in a flow map":  "{apiVersion: v1, kind: Secret, metadata: {name: X}, stringData: {p: x,TAINT=: y}}\n",
	"list":                 "{apiVersion: v1, kind: Secret, metadata: {name: x}, stringData: {p: [TAINT]}}\n",
	"twice":                "{apiVersion: v1, kind: Secret, metadata: {name: x}, stringData: {p: TAINT, p: TAINT}}\n",
	"kind in small":        "{apiVersion: v1, kind: secret, metadata: {name: x}, data: {p: TAINT}}\n",
	"kind in capitals":     "{apiVersion: v1, kind: SECRET, metadata: {name: x}, data: {p: TAINT, p: TAINT}}\n",
	"kind misspelt":        "{apiVersion: v1, kind: Secert, metadata: {name: x}, data: {p: TAINT}}\n",
	"kind misspelt, twice": "{apiVersion: v1, kind: Scret, metadata: {name: x}, data: {p: TAINT, p: TAINT}}\n",
	"plural":               "{apiVersion: v1, kind: Secrets, metadata: {name: x}, data: {p: TAINT}}\n",
	"no kind":              "{apiVersion: v1, metadata: {name: x}, stringData: {p: TAINT}}\n",
	"no header":            "{stringData: {p: TAINT}}\n",
	"list of Secrets":      "{apiVersion: v1, kind: SecretList, items: [{metadata: {name: X}, stringData: {p: TAINT}}]}\n",
	"spec without header":  "{spec: {secrets: {d: {data: {p: {value: TAINT}}}}, image: a}}\n",
	"spec of Kubernetes":   "{apiVersion: v1, kind: Job, spec: {secrets: {d: {data: {p: {value: TAINT}}}}}}\n",
	"spec in a document":   "x: {kind: Job, apiVersion: jobgen.dev/v1alpha1, spec: {secrets: {d: {p: TAINT}}}}\n",
	"spec in a list":       "[{kind: Job, spec: {image: a, secrets: {d: {data: {p: {value: TAINT}}}}}}]\n",
}

// G 1: the same of documents that are no specs, named, or among the resources of a
// project.
func TestTaintManifests(t *testing.T) {
	for name, text := range taintedManifests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFiles(t, dir, []txtar.File{
				{Name: "job.yaml", Data: []byte(strings.ReplaceAll(text, "TAINT", tainted))},
				{Name: "along/jobgen.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Project\nresources: [job.yaml]\n")},
				{Name: "along/job.yaml", Data: []byte(strings.ReplaceAll(text, "TAINT", tainted))},
				{Name: "along/spec.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: x}\nspec: {image: \"a:1\"}\n")},
			})
			t.Chdir(dir)
			lines := append(taintedCommands(), "import job.yaml", "import --out specs job.yaml", "fmt --check job.yaml", "validate along")
			for _, line := range append(lines, "build along", "build --secrets placeholder along", "render --out tree along") {
				stdout, stderr, status := jobgenOn("", strings.Fields(line)...)
				if strings.HasPrefix(line, "build") && status == 0 {
					stdout = "" // it is what was asked for
				}
				leaks(t, line, stdout+stderr)
			}
		})
	}
}

// taintedCode are faults in CUE and JSON, by the ending of the file's name.
var taintedCode = map[string][]string{
	".cue": {
		`kind: "Job", spec: {image: "a", secrets: db: data: p: value: "TAINT" & "b"}`,
		`let pw = "TAINT", kind: "Job", spec: {image: "a", secrets: db: data: p: {value: pw & "other"}}`,
		`_pw: "TAINT", _pw: =~"^x", spec: {secrets: db: data: p: value: _pw}`,
		`#p: {value: "TAINT"}, spec: {secrets: db: data: p: #p & {value: 3}}`,
		`import "strconv", spec: {secrets: db: data: p: value: strconv.Atoi("TAINT")}`,
		`import "encoding/json", spec: {secrets: db: data: p: json.Unmarshal("TAINT")}`,
		`spec: {secrets: db: data: p: value: "TAINT}`,
		`spec: {secrets: db: data: "TAINT": string}`,
		`spec: {secrets: db: data: p: "TAINT": 1/0}`,
		`spec: {secrets: {db: data: p: value: TAINT}}`,
	},
	".json": {
		`{"spec": {"secrets": {"db": {"data": {"p": {"value": "TAINT" "x"}}}}}}`,
		`{"spec": {"secrets": {"db": {"data": {"p": {"value": TAINT}}}}}}`,
		`{"spec": {"secrets": {"db": {"data": {"TAINT": 1, "TAINT": 2}}}}}`,
		`{"spec": {"image": "a", "secrets": {"db": {"data": {"p": {"vlaue": "TAINT"}}}}}}`,
		`{"spec": {"secrets": {"db": {"data": {"p": {"value": "TAINT\x"}}}}}}`,
	},
}

// G 1: the same in what CUE and JSON find wrong, which CUE says with values and paths.
func TestTaintCode(t *testing.T) {
	for ending, texts := range taintedCode {
		for _, text := range texts {
			t.Chdir(t.TempDir())
			text = strings.ReplaceAll(text, "TAINT", tainted)
			if ending == ".cue" {
				text = strings.NewReplacer("\", ", "\"\n", "}, spec", "}\nspec").Replace(text) + "\napiVersion: \"jobgen.dev/v1alpha1\"\n"
			}
			writeFiles(t, ".", []txtar.File{{Name: "job" + ending, Data: []byte(text)}})
			for _, line := range append(taintedCommands(), "import job.yaml", "fmt --check job.yaml") {
				line = strings.ReplaceAll(line, "job.yaml", "job"+ending)
				stdout, stderr, status := jobgenOn("", strings.Fields(line)...)
				leaks(t, line+" "+text, stdout+stderr)
				if status == 0 && !strings.HasPrefix(line, "fmt") {
					t.Errorf("%s %s: no fault is found", line, text)
				}
			}
		}
	}
}

func taintedCommands() []string {
	lines := []string{"build job.yaml", "render --out tree job.yaml"}
	for _, f := range diag.Formats() {
		lines = append(lines, fmt.Sprintf("validate --format %s job.yaml", f.Name))
	}
	return lines
}

// resultsOf returns what a function says: its items are what it was given.
func resultsOf(list string) string {
	_, results, _ := strings.Cut(list, "\nresults:")
	return results
}

func leaks(t *testing.T, line, output string) {
	t.Helper()
	for _, part := range strings.Split(tainted, ",") {
		if strings.Contains(output, part) {
			t.Errorf("%s shows %s:\n%s", line, part, output)
		}
	}
}
