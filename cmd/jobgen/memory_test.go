package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/tree"
)

// remembering is a project that asks the disk everything that one can.
const remembering = `
-- jobgen.yaml --
apiVersion: jobgen.dev/v1alpha1
kind: Project
defaults: {spec: {backoffLimit: 2}}
overlays: {prod: {metadata: {labels: {tier: prod}}}, dev: {}}
policy: [policy/*.cue]
ignore: [drafts/**]
resources: [shared/*.yaml]
secrets: {render: omit}
-- policy/team.cue --
metadata: labels: team: string
-- shared/ns.yaml --
{apiVersion: v1, kind: Namespace, metadata: {name: batch}}
-- jobs/a.yaml --
apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: a, namespace: batch, labels: {team: x}}
spec:
  image: "acme/a:${TAG}"
  configMaps: {a: {files: ["../data/*.ini"], data: {one: {file: ../data/one.txt}}}}
  secrets: {a: {data: {token: {env: TOKEN}}}}
-- jobs/b.cue --
apiVersion: "jobgen.dev/v1alpha1"
kind: "Job"
metadata: {name: "b", namespace: "batch", labels: team: "y"}
spec: {image: "acme/b:2", env: N: "\(len("abc"))"}
-- data/one.txt --
one
-- data/x.ini --
x
-- drafts/c.yaml --
apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: c, namespace: batch, labels: {team: x}}
spec: {image: acme/c:1}
`

// remembered unpacks the project and renders it once.
func remembered(t *testing.T) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "project")
	writeFiles(t, dir, txtar.Parse([]byte(remembering)).Files)
	t.Chdir(dir)
	if _, stderr, status := in("render --out ../tree .", false); status != exitDone {
		t.Fatalf("status %d, and\n%s", status, stderr)
	}
}

// recalls reports whether render answers from memory: what was said is then what the
// memory says.
func recalls(t *testing.T, line string) bool {
	t.Helper()
	kept, ok := tree.Recall("../tree")
	if !ok {
		return false
	}
	was, err := os.ReadFile("../tree/.jobgen/memory.json")
	if err != nil {
		t.Fatal(err)
	}
	var m memory
	if err := json.Unmarshal(kept.Kept, &m); err != nil {
		t.Fatal(err)
	}
	m.Said = append(m.Said, diag.Diagnostic{Code: diag.CodeNote, Severity: diag.Note, Message: "remembered"})
	if kept.Kept, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	changed, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("../tree/.jobgen/memory.json", changed, 0o644); err != nil {
		t.Fatal(err)
	}
	_, stderr, _ := in(line, false)
	if err := os.WriteFile("../tree/.jobgen/memory.json", was, 0o644); err != nil {
		t.Fatal(err)
	}
	return strings.Contains(stderr, "remembered")
}

// Where nothing has changed render answers from memory, and says what it said. Other
// questions, and those that are asked to be sure, are answered anew.
func TestRenderRemembers(t *testing.T) {
	remembered(t)
	_, first, _ := in("render --out ../tree .", false)
	_, again, _ := in("render --out ../tree .", false)
	if first != again || !strings.Contains(first, "warning") {
		t.Errorf("the same run says\n%s\nand then\n%s", first, again)
	}
	for line, want := range map[string]bool{
		"render --out ../tree .":                        true,
		"render --out ../tree --prune .":                false,
		"render --out ../tree jobs":                     false,
		"render --out ../tree --verify .":               false,
		"render --out ../tree --check .":                false,
		"render --out ../tree --dry-run .":              false,
		"render --out ../tree --reseal .":               false,
		"render --out ../tree --kubernetes 1.33 .":      false,
		"render --out ../tree --layout flat .":          false,
		"render --out ../tree --layout kustomize .":     true,
		"render --out ../tree --stats .":                false,
		"render --out ../tree --cpuprofile ../p.prof .": true,
	} {
		remembered(t)
		if got := recalls(t, line); got != want {
			t.Errorf("%s: answered from memory: %v", line, got)
		}
	}
}

// No run is remembered that came by a file with secret values, though it did not read
// them: what the memory would say of it is more than anybody should know.
func TestRenderForgetsSecrets(t *testing.T) {
	for name, add := range map[string]txtar.File{
		"a file that a Secret is made of": {Name: "jobs/s.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: s, namespace: batch, labels: {team: x}}\nspec: {image: acme/s:1, secrets: {s: {data: {pin: {file: pin.yaml}}}}}\n")},
		"a Secret beside the specs":       {Name: "jobs/s.yaml", Data: []byte("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {pin: \"1234\"}\n")},
	} {
		t.Run(name, func(t *testing.T) {
			remembered(t)
			writeFiles(t, ".", []txtar.File{add, {Name: "jobs/pin.yaml", Data: []byte("1234")}})
			os.Remove("../tree/.jobgen/memory.json")
			if _, stderr, status := in("render --out ../tree .", false); status != exitDone {
				t.Fatalf("status %d, and\n%s", status, stderr)
			}
			if text, err := os.ReadFile("../tree/.jobgen/memory.json"); !os.IsNotExist(err) {
				t.Errorf("it is remembered (%v):\n%s", err, text)
			}
		})
	}
}

// Whatever is changed in a project, a render that may remember makes and says what one
// does that cannot.
func TestRememberedRenders(t *testing.T) {
	const seed, rounds = 1, 150
	random := rand.New(rand.NewPCG(seed, seed))
	remembered(t)
	recalled := 0
	for round := range rounds {
		what := change(t, random)
		if recalls(t, "render --out ../tree --prune .") {
			recalled++
		}
		_, said, status := in("render --out ../tree --prune .", false)
		os.RemoveAll("../fresh")
		_, want, wanted := in("render --out ../fresh .", false)
		said, want = withoutSummary(said), withoutSummary(want)
		if status != wanted || said != want {
			t.Fatalf("round %d, %s: status %d, and\n%s\na fresh tree: status %d, and\n%s", round, what, status, said, wanted, want)
		}
		if status == exitDone && !maps.EqualFunc(filesOf(t, "../tree"), filesOf(t, "../fresh"), bytes.Equal) {
			t.Fatalf("round %d, %s: the tree is not what a fresh one is", round, what)
		}
	}
	if recalled < rounds/20 || recalled > rounds/2 {
		t.Errorf("%d of %d renders were answered from memory", recalled, rounds)
	}
}

// withoutSummary leaves out the line that counts files.
func withoutSummary(said string) string {
	lines := strings.Split(said, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, "unchanged") }), "\n")
}

// filesOf returns the files of a tree, without what render keeps for itself.
func filesOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(name, ".jobgen") {
			return err
		}
		files[strings.TrimPrefix(name, dir)], err = os.ReadFile(name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// change changes something in the project, or nothing, and says what.
func change(t *testing.T, random *rand.Rand) string {
	t.Helper()
	all := txtar.Parse([]byte(remembering)).Files
	one := all[random.IntN(len(all))]
	other := filepath.Join(filepath.Dir(one.Name), "z"+filepath.Ext(one.Name))
	var err error
	what := ""
	switch random.IntN(6) {
	case 0:
		return "nothing"
	case 1:
		what = one.Name + " is as it was"
		err = os.WriteFile(one.Name, one.Data, 0o644)
	case 2:
		what = one.Name + " is edited"
		text := strings.NewReplacer("acme/", "acme/new-", "one", "two", "prod", "live", "TAG", "VERSION", "x", "w", "batch", "other").Replace(string(one.Data))
		err = os.WriteFile(one.Name, []byte(text), 0o644)
	case 3:
		what = one.Name + " is removed"
		err = os.Remove(one.Name)
	case 4:
		what = other + " is added"
		text := strings.NewReplacer("name: a,", "name: z,", "{a: ", "{z: ", `name: "b"`, `name: "z"`).Replace(string(one.Data))
		err = os.WriteFile(other, []byte(text), 0o644)
	case 5:
		what = other + " is removed"
		err = os.Remove(other)
	}
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return what
}
