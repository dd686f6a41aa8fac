package krm_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/krm"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// command is what a golden runs, as far as a function can do it.
type command struct {
	opts krm.Options
	args []string
}

// commandOf reads the command of a golden; ok is false for one that prints nothing, or
// that a function cannot do.
func commandOf(t *testing.T, c golden.Case) (cmd command, ok bool) {
	cmd.opts = krm.Options{Secrets: secret.Plain, LookupEnv: func(string) (string, bool) { return "", false }}
	if c.Args[0] != "build" || c.Want["stdout"] == "" {
		return cmd, false
	}
	for i := 1; i < len(c.Args); i++ {
		value := func() string { i++; return c.Args[i] }
		switch arg := c.Args[i]; arg {
		case "--env":
			cmd.opts.Environment = value()
		case "--secrets":
			cmd.opts.Secrets = secret.Mode(value())
		case "--kubernetes":
			var err error
			if cmd.opts.Minors, err = validate.ParseMinors(value()); err != nil {
				t.Fatal(err)
			}
		default:
			if strings.HasPrefix(arg, "-") {
				return cmd, false
			}
			cmd.args = append(cmd.args, arg)
		}
	}
	return cmd, true
}

// A function that is given the files of a golden prints what `jobgen build` does.
func TestGoldensByName(t *testing.T) {
	tried := 0
	for _, c := range golden.Cases(t) {
		cmd, ok := commandOf(t, c)
		if !ok {
			continue
		}
		tried++
		t.Run(c.Name, func(t *testing.T) {
			cmd.opts.Dir = c.Dir(t)
			config := "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  data:\n    files: |\n"
			for _, arg := range cmd.args {
				config += "      " + arg + "\n"
			}
			items := run(t, head+"items: []\n"+config, cmd.opts)
			same(t, c.Want["stdout"], strings.Join(texts(t, items), "---\n"))
		})
	}
	if tried < 130 {
		t.Errorf("%d goldens were tried", tried)
	}
}

// Specs that are items become what `jobgen build` makes of them in their files: when
// they are found there, and when the list is all that there is of them.
func TestGoldensAsItems(t *testing.T) {
	tried := 0
	for _, c := range golden.Cases(t) {
		cmd, ok := commandOf(t, c)
		if !ok {
			continue
		}
		dir := c.Dir(t)
		specs, nested := specsIn(dir, cmd.args)
		if len(specs) == 0 {
			continue
		}
		tried++
		cmd.opts.Dir = dir
		want := strings.Split(c.Want["stdout"], "---\n")
		slices.Sort(want)
		check := func(t *testing.T, specs []*yaml.RNode) {
			got := texts(t, run(t, listOf(t, specs), cmd.opts))
			slices.Sort(got)
			same(t, strings.Join(want, "---\n"), strings.Join(got, "---\n"))
		}
		t.Run(c.Name, func(t *testing.T) { check(t, specs) })
		if nested {
			continue
		}
		t.Run(c.Name+"/unplaced", func(t *testing.T) {
			for _, s := range specs {
				if err := s.PipeE(yaml.ClearAnnotation(kioutil.PathAnnotation)); err != nil {
					t.Fatal(err)
				}
			}
			check(t, specs)
		})
	}
	if tried < 100 {
		t.Errorf("%d goldens were tried", tried)
	}
}

// specsIn reads the specs that arguments stand for as kpt does, and says whether some
// are in folders below. It returns none where one is in another language than YAML, or
// an argument is a glob.
func specsIn(dir string, args []string) (specs []*yaml.RNode, nested bool) {
	visit := func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte("jobgen.dev/v1")) || strings.HasPrefix(filepath.Base(path), "jobgen.") {
			return err
		}
		if ext := filepath.Ext(path); ext != ".yaml" && ext != ".yml" {
			return os.ErrInvalid
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		reader := kio.ByteReader{Reader: bytes.NewReader(text), DisableUnwrapping: true, SetAnnotations: map[string]string{kioutil.PathAnnotation: name}}
		nodes, err := reader.Read()
		for _, node := range nodes {
			if strings.HasPrefix(node.GetApiVersion(), "jobgen.dev/") {
				specs = append(specs, node)
			}
		}
		nested = nested || strings.Contains(name, "/")
		return err
	}
	for _, arg := range args {
		if filepath.WalkDir(filepath.Join(dir, arg), visit) != nil {
			return nil, false
		}
	}
	return specs, nested
}

const head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"

// listOf writes a ResourceList as kustomize and kpt do.
func listOf(t *testing.T, nodes []*yaml.RNode) string {
	t.Helper()
	var b bytes.Buffer
	err := kio.ByteWriter{Writer: &b, KeepReaderAnnotations: true, WrappingAPIVersion: kio.ResourceListAPIVersion, WrappingKind: kio.ResourceListKind}.Write(nodes)
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// run runs a function in which all is well, and returns the items.
func run(t *testing.T, list string, opts krm.Options) []*yaml.RNode {
	t.Helper()
	result, err := krm.Run(strings.NewReader(list), opts)
	if err != nil {
		t.Fatalf("%v of\n%s", err, list)
	}
	var b, said bytes.Buffer
	if err := result.Diagnostics.WriteText(&said, false); err != nil || result.Diagnostics.HasErrors() {
		t.Fatalf("%s of\n%s", said.String(), list)
	}
	if err := result.Write(&b); err != nil {
		t.Fatal(err)
	}
	reader := kio.ByteReader{Reader: &b, OmitReaderAnnotations: true}
	items, err := reader.Read()
	if err != nil || reader.WrappingKind != "ResourceList" || reader.WrappingAPIVersion != "config.kubernetes.io/v1" {
		t.Fatalf("error %v, a %s of %s", err, reader.WrappingKind, reader.WrappingAPIVersion)
	}
	return items
}

// texts writes items as `jobgen build` writes objects, without the annotations of those
// who run functions.
func texts(t *testing.T, items []*yaml.RNode) []string {
	t.Helper()
	var all []string
	for _, item := range items {
		for key := range item.GetAnnotations() {
			if strings.HasPrefix(key, "internal.config.kubernetes.io/") || strings.HasPrefix(key, "config.kubernetes.io/") {
				if err := item.PipeE(yaml.ClearAnnotation(key)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := yaml.ClearEmptyAnnotations(item); err != nil {
			t.Fatal(err)
		}
		asJSON, err := item.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		decoder := json.NewDecoder(bytes.NewReader(asJSON))
		decoder.UseNumber()
		if err := decoder.Decode(&tree); err != nil {
			t.Fatal(err)
		}
		text, err := render.Document(tree)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}

func same(t *testing.T, want, got string) {
	t.Helper()
	if got != want {
		t.Errorf("%s", diff.Diff("build", []byte(want), "fn", []byte(got)))
	}
}
