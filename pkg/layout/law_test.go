package layout_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/layout"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
	"github.com/jobgen-dev/jobgen/pkg/tree"
)

var (
	cases = flag.Int("cases", 60, "how many random specs with overlays to try")
	seed  = flag.Uint64("seed", 1, "where the random specs start")
	out   = flag.String("write", "", "a folder to write the trees of goldens to, for programs to build them")
)

// made returns what the specs in a folder become in every environment, in a layout.
func made(t *testing.T, at layout.Layout, opts build.Options) (*layout.Tree, diag.List) {
	t.Helper()
	tree := layout.New(at, layout.Options{Read: func(string) []byte { return nil }, Valued: true})
	opts.Made, opts.AllEnvironments = tree.Add, true
	opts.LookupEnv = func(name string) (string, bool) { return "value of " + name, true }
	result, err := build.Run(opts)
	if err != nil {
		t.Fatal(err)
	}
	if !result.Diagnostics.HasErrors() {
		if err := tree.Carry(result.Resources); err != nil {
			t.Fatal(err)
		}
	}
	return tree, result.Diagnostics
}

// verified makes the files and holds them against the objects. It is false when the
// tree cannot be made.
func verified(t *testing.T, at layout.Layout, opts build.Options) bool {
	t.Helper()
	tree, ds := made(t, at, opts)
	if ds.HasErrors() {
		return false
	}
	files, ds, err := tree.Files()
	if err != nil {
		t.Fatal(err)
	}
	if ds.HasErrors() {
		return false
	}
	if err := tree.Verify(files); err != nil {
		var text strings.Builder
		for _, f := range files {
			fmt.Fprintf(&text, "-- %s --\n%s", f.Path, f.Content)
		}
		t.Errorf("%s: %v\n%s", at.Name, err, text.String())
	}
	if *out != "" && at.Name == "kustomize" {
		keep(t, tree, files)
	}
	return true
}

// keep writes a tree for each of its environments: its files, a link to the overlay,
// and what that must build to.
func keep(t *testing.T, made *layout.Tree, files []tree.File) {
	t.Helper()
	for _, environment := range made.Environments() {
		at := filepath.Join(*out, strings.ReplaceAll(t.Name(), "/", "-")+"-"+environment)
		if _, err := tree.Write(at, files, tree.Options{May: layout.MayHave}); err != nil {
			t.Fatal(err)
		}
		wanted, err := json.Marshal(made.Objects(environment))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(at, "wanted.json"), wanted, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join("overlays", environment), filepath.Join(at, "overlay")); err != nil {
			t.Fatal(err)
		}
	}
}

// What a tree builds to is what the specs become: of all goldens.
func TestGoldensInATree(t *testing.T) {
	held := 0
	for _, c := range golden.Cases(t) {
		if c.Args[0] != "build" || c.Want["stdout"] == "" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			for _, at := range layout.Layouts() {
				if verified(t, at, build.Options{Dir: c.Dir(t), Args: inputs(c.Args), Stdin: strings.NewReader("")}) {
					held++
				}
			}
		})
	}
	if held < 200 {
		t.Errorf("%d trees were compared", held)
	}
}

// inputs returns the arguments of a golden that are no flags.
func inputs(args []string) []string {
	var names []string
	for i := 1; i < len(args); i++ {
		switch {
		case args[i] == "-o" || args[i] == "--set" || args[i] == "--env" || args[i] == "--kubernetes":
			i++
		case !strings.HasPrefix(args[i], "-"):
			names = append(names, args[i])
		}
	}
	if names == nil {
		return []string{"."}
	}
	return names
}

// resources go along with random specs: among them some that speak of what those make,
// under the names that they have without a hash.
const resources = `apiVersion: apps/v1
kind: Deployment
metadata: {name: reader, annotations: {}}
spec:
  selector: {matchLabels: {app: reader}}
  template:
    metadata: {labels: {app: reader}, creationTimestamp: null}
    spec:
      serviceAccountName: etl
      containers:
      - {name: reader, image: "acme/reader:1", envFrom: [{configMapRef: {name: settings}}, {configMapRef: {name: files}}, {secretRef: {name: db}}], resources: {}}
---
apiVersion: v1
kind: Pod
metadata: {name: reader, namespace: prod}
spec:
  containers: [{name: reader, image: "acme/reader:1"}]
  volumes: [{name: settings, configMap: {name: settings}}, {name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: example.com/v1
kind: Reader
metadata: {name: reader}
spec: {keep: null, "on": "yes", size: 12345678901234567890, text: "a: b\n# c\n"}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: etl}
subjects: [{kind: ServiceAccount, name: etl, namespace: prod}]
`

// project carries them.
const project = "apiVersion: jobgen.dev/v1alpha1\nkind: Project\nresources: [resources/*.yaml]\n"

// And of random specs with random overlays for two environments, and what goes along
// with them. `make laws` tries thousands.
func TestRandomSpecsInATree(t *testing.T) {
	dir := t.TempDir()
	files := maps.Clone(spectest.Files)
	files["jobgen.yaml"], files["resources/all.yaml"] = project, resources
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	held, refused, pairs := 0, 0, 0
	for i := range *cases {
		r := spectest.Choices(fmt.Append(nil, *seed+uint64(i)))
		d := spectest.New(r)
		d.Overlay(r, "prod")
		d.Overlay(r, "staging")
		right := d.Repair(func(text []byte) (lines []int) {
			_, ds := made(t, layout.Layouts()[0], build.Options{Dir: dir, Args: []string{"-"}, Stdin: bytes.NewReader(text), Secrets: plain})
			for _, d := range ds {
				if d.Severity == diag.Error {
					lines = append(lines, d.Line)
				}
			}
			return lines
		})
		if !right {
			continue
		}
		for _, at := range layout.Layouts() {
			if verified(t, at, build.Options{Dir: dir, Args: []string{"-"}, Stdin: bytes.NewReader(d.YAML(nil)), Secrets: plain}) {
				held++
				pairs += 2
			} else {
				refused++
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", *seed+uint64(i), d)
		}
	}
	t.Logf("%d trees of %d specs hold, with %d environments; %d cannot be made", held, *cases, pairs, refused)
	if held < *cases/4 {
		t.Errorf("only %d of %d random specs make a tree", held, *cases)
	}
}

var plain = secret.Options{Mode: secret.Plain}
