// Package seats_test holds every way of running jobgen against `jobgen build`: each
// makes the same objects of a project, and refuses the same mistake. The programs
// around it are the real ones. It is a module of its own, so that nobody who builds
// jobgen downloads them.
package seats_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/kyaml/kio"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// seat is a way of running jobgen. It works in the folder of a project and returns what
// it prints for the environment staging, Secrets left out, and what it says.
type seat struct {
	name string
	// sameBytes says that the output is that of `jobgen build`; else the objects in it
	// are, written by jobgen again, in any order.
	sameBytes bool
	// verdict says that it prints no objects, and only whether all is well.
	verdict bool
	run     func(t *testing.T, p project) (stdout, stderr string, err error)
}

// seats has one row for each.
var seats = []seat{
	{"jobgen build", true, false, program("jobgen", "build", "--secrets", "omit", "--env", "staging", "jobs")},
	{"kubectl-jobgen", true, false, program("kubectl-jobgen", "build", "--secrets", "omit", "--env", "staging", "jobs")},
	{"kubectl jobgen", true, false, program("kubectl", "jobgen", "build", "--secrets", "omit", "--env", "staging", "jobs")},
	{"Argo CD plugin", true, false, argoPlugin},
	{"Go library", true, false, library},
	{"Go library, specs in memory", true, false, libraryInMemory},
	{"jobgen fn, files", false, false, function("functionConfig: {apiVersion: v1, kind: ConfigMap, data: {files: jobs}}\nitems: []\n")},
	{"kustomize generator", false, false, generator},
	{"kustomize generator, a spec", false, false, inline},
	{"kustomize transformer", false, false, transformer},
	{"kpt fn eval", false, false, kptEval},
	{"kpt fn render", false, false, kptRender},
	{"pre-commit hook", false, true, hook},
}

// Every seat makes what `jobgen build` makes.
func TestSeatsAgree(t *testing.T) {
	want, said, err := seats[0].run(t, newProject(t, ""))
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, s := range seats {
		t.Run(s.name, func(t *testing.T) {
			got, said, err := s.run(t, newProject(t, ""))
			switch {
			case err != nil:
				t.Fatalf("%v\n%s%s", err, got, said)
			case strings.Contains(got+said, secretValue):
				t.Errorf("a secret value is shown:\n%s%s", got, said)
			case s.verdict:
			case s.sameBytes && got != want:
				t.Errorf("it prints\n%s\nand jobgen build\n%s", got, want)
			case !slices.Equal(objects(t, got), objects(t, want)):
				t.Errorf("it makes\n%s\nand jobgen build\n%s", strings.Join(objects(t, got), "---\n"), strings.Join(objects(t, want), "---\n"))
			}
		})
	}
}

// Every seat refuses a mistake with the words of `jobgen build`, makes nothing, and
// shows no secret.
func TestSeatsRefuse(t *testing.T) {
	for _, s := range seats {
		t.Run(s.name, func(t *testing.T) {
			got, said, err := s.run(t, newProject(t, mistake))
			if err == nil || strings.Contains(got, "batch/v1") {
				t.Fatalf("it is not refused:\n%s", got)
			}
			for _, want := range []string{`error: unknown field "comand" in spec [JG201]`, `did you mean "command"?`} {
				if !strings.Contains(said+got, want) {
					t.Errorf("the refusal lacks %q:\n%s%s", want, got, said)
				}
			}
			if strings.Contains(got+said, secretValue) {
				t.Errorf("a secret value is shown:\n%s%s", got, said)
			}
		})
	}
}

// project is a folder with a copy of examples/gitops, and more that is hard to carry.
type project struct{ dir string }

const (
	secretValue = "hunter2"
	// Texts that readers of YAML take for something else, or that writers of it break.
	hard = `apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata:
  name: ledger-report
  annotations: {acme.example/version: "1.10", acme.example/on: "yes", acme.example/at: "2001-01-01"}
spec:
  image: "registry.example.com/report:1.10"
  script: |
    #!/bin/sh
    cat <<EOF
    	tab, trailing blanks   
    --- # no marker
    {{ "a": 'b' }} ${HOME} $(HOME)
    EOF
  env: {EMPTY: "", OCTAL: "0644", TAB: "\ta", BREAKS: "a\n\n\nb\n", LONG: "` + long + `", BELL: "\a"}
  configMaps:
    ledger-report: {files: [report.ini]}
  secrets:
    ledger-report: {data: {password: {file: password}, literal: {value: "` + secretValue + `"}}}
`
	long    = "a text that is longer than the eighty characters at which some writers of YAML break a line in two, with one \\u2028 separator"
	mistake = "  comand: [x]\n"
)

// specs are the files of the specs.
var specs = []string{"close.yaml", "migrate.yaml", "report.yaml"}

// newProject makes a project, with a mistake at the end of the last spec or without.
func newProject(t *testing.T, mistake string) project {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/gitops")); err != nil {
		t.Fatal(err)
	}
	p := project{dir}
	p.write(t, "jobs/report.yaml", hard+mistake)
	p.write(t, "jobs/report.ini", "[report]\nversion = 1.10\n")
	p.write(t, "jobs/password", secretValue)
	return p
}

func (p project) write(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join(p.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// annotate adds an annotation to every spec.
func (p project) annotate(t *testing.T, annotation string) {
	t.Helper()
	for _, name := range specs {
		text, err := os.ReadFile(filepath.Join(p.dir, "jobs", name))
		if err != nil {
			t.Fatal(err)
		}
		annotated := strings.Replace(string(text), "annotations: {", "annotations: {"+annotation+", ", 1)
		if annotated == string(text) {
			annotated = strings.Replace(annotated, "metadata:\n", "metadata:\n  annotations: {"+annotation+"}\n", 1)
		}
		p.write(t, "jobs/"+name, annotated)
	}
}

// exec runs a program in a folder of the project.
func (p project) exec(folder, stdin string, command ...string) (stdout, stderr string, err error) {
	var out, said bytes.Buffer
	program := filepath.Join(path, command[0])
	if _, err := os.Stat(program); err != nil {
		program = command[0]
	}
	cmd := exec.Command(program, command[1:]...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = filepath.Join(p.dir, folder), strings.NewReader(stdin), &out, &said
	cmd.Env = append(os.Environ(), "PATH="+path+string(os.PathListSeparator)+os.Getenv("PATH"), "ARGOCD_ENV_ENVIRONMENT=staging")
	err = cmd.Run()
	return out.String(), said.String(), err
}

// program is a seat that is a command line.
func program(command ...string) func(*testing.T, project) (string, string, error) {
	return func(_ *testing.T, p project) (string, string, error) { return p.exec("", "", command...) }
}

// function hands a list to jobgen as an orchestrator does.
func function(list string) func(*testing.T, project) (string, string, error) {
	return func(_ *testing.T, p project) (string, string, error) {
		list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n" + list
		return p.exec("", list, "jobgen", "fn", "--secrets", "omit", "--env", "staging")
	}
}

// config is a function that kustomize runs, with its data.
const config = `apiVersion: v1
kind: ConfigMap
metadata:
  name: jobgen
  annotations:
    config.kubernetes.io/function: |
      exec: {path: jobgen, args: [fn]}
data:
  env: staging
  secrets: omit
`

// generator lets kustomize generate objects from the files of the project.
func generator(t *testing.T, p project) (string, string, error) {
	p.write(t, "kustomized/kustomization.yaml", "generators: [jobs.yaml]\n")
	p.write(t, "kustomized/jobs.yaml", config+"  files: ../jobs\n")
	return p.exec("", "", "kustomize", "build", "--enable-alpha-plugins", "--enable-exec", "kustomized")
}

// transformer lets kustomize read the specs, which the function then replaces.
func transformer(t *testing.T, p project) (string, string, error) {
	p.write(t, "jobs/kustomization.yaml", "resources: ["+strings.Join(specs, ", ")+"]\ntransformers: [function.yaml]\n")
	p.write(t, "jobs/function.yaml", config)
	return p.exec("", "", "kustomize", "build", "--enable-alpha-plugins", "--enable-exec", "jobs")
}

// inline lets kustomize generate objects from specs that are the configuration of a
// function.
func inline(t *testing.T, p project) (string, string, error) {
	p.annotate(t, `config.kubernetes.io/function: "exec: {path: jobgen, args: [fn, --env, staging, --secrets, omit]}"`)
	p.write(t, "jobs/kustomization.yaml", "generators: ["+strings.Join(specs, ", ")+"]\n")
	return p.exec("", "", "kustomize", "build", "--enable-alpha-plugins", "--enable-exec", "jobs")
}

// kptEval runs the function once, where the specs are: kpt tells it no folder.
func kptEval(_ *testing.T, p project) (string, string, error) {
	return p.exec("jobs", "", "kpt", "fn", "eval", ".", "--exec", "jobgen fn --secrets omit --env staging", "--output", "unwrap")
}

// kptRender renders a package of kpt in place, twice, since the second time what was
// made is among the items, and returns what is in its files.
func kptRender(t *testing.T, p project) (stdout, stderr string, err error) {
	p.write(t, "jobs/Kptfile", "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata: {name: jobs}\npipeline:\n  mutators:\n"+
		"  - exec: jobgen fn\n    configMap: {env: staging, secrets: omit}\n")
	p.annotate(t, `config.kubernetes.io/local-config: "true"`)
	for range 2 {
		if stdout, stderr, err = p.exec("", "", "kpt", "fn", "render", "jobs", "--allow-exec"); err != nil {
			return stdout, stderr, err
		}
	}
	var b strings.Builder
	err = filepath.WalkDir(filepath.Join(p.dir, "jobs"), func(file string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(file)
		if !strings.Contains(string(text), "apiVersion: jobgen.dev/") {
			b.WriteString("---\n" + string(text))
		}
		return err
	})
	return b.String(), stderr, err
}

// argoPlugin runs what Argo CD is told to run.
func argoPlugin(t *testing.T, p project) (string, string, error) {
	var plugin struct {
		Spec struct {
			Generate struct{ Command, Args []string }
		}
	}
	p.read(t, "argocd/plugin.yaml", &plugin)
	return p.exec("", "", slices.Concat(plugin.Spec.Generate.Command, plugin.Spec.Generate.Args)...)
}

// hook runs what pre-commit is told to run, on the specs.
func hook(t *testing.T, p project) (string, string, error) {
	var hooks []struct{ ID, Entry string }
	p.read(t, "../../.pre-commit-hooks.yaml", &hooks)
	return p.exec("", "", append(strings.Fields(hooks[0].Entry), "jobs")...)
}

// read reads a file of the project, or one beside it in the repository.
func (p project) read(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../examples/gitops", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// library builds the specs as a Go program does that knows their folder.
func library(_ *testing.T, p project) (string, string, error) {
	return run(build.Options{Dir: p.dir, Args: []string{"jobs"}})
}

// libraryInMemory builds texts, as a Go program does that has no files.
func libraryInMemory(t *testing.T, p project) (string, string, error) {
	opts := build.Options{Dir: p.dir}
	for _, name := range specs {
		text, err := os.ReadFile(filepath.Join(p.dir, "jobs", name))
		if err != nil {
			t.Fatal(err)
		}
		opts.Inputs = append(opts.Inputs, source.Input{Name: name, Text: text, Dir: filepath.Join(p.dir, "jobs")})
	}
	return run(opts)
}

// run runs the compiler for the environment staging, without Secrets.
func run(opts build.Options) (stdout, stderr string, err error) {
	format, _ := render.Lookup("yaml")
	opts.Format, opts.Environment, opts.Secrets.Mode = &format, "staging", secret.Omit
	result, err := build.Run(opts)
	if err != nil {
		return "", "", err
	}
	var out, said bytes.Buffer
	if err := result.Diagnostics.WriteText(&said, false); err != nil {
		return "", "", err
	}
	if result.Diagnostics.HasErrors() {
		return "", said.String(), errors.New("a spec is wrong")
	}
	err = result.Write(&out)
	return out.String(), said.String(), err
}

// objects returns the objects of a stream, or of a list, sorted, each as jobgen writes
// it. What only tools see is left out: specs, and the annotations by which they keep
// track of files.
func objects(t *testing.T, stream string) []string {
	t.Helper()
	reader := kio.ByteReader{Reader: strings.NewReader(stream), OmitReaderAnnotations: true}
	nodes, err := reader.Read()
	if err != nil {
		t.Fatalf("%v in\n%s", err, stream)
	}
	var texts []string
	for _, node := range nodes {
		for key := range node.GetAnnotations() {
			if strings.Contains(key, "config.kubernetes.io/") {
				err = errors.Join(err, node.PipeE(kyaml.ClearAnnotation(key)))
			}
		}
		err = errors.Join(err, kyaml.ClearEmptyAnnotations(node))
		asJSON, failed := node.MarshalJSON()
		if err = errors.Join(err, failed); err != nil {
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
		texts = append(texts, string(text))
	}
	slices.Sort(texts)
	return texts
}

// built are the programs that are built here, by what builds each in which module.
var built = []struct {
	name, module, from string
	env                []string
}{
	{"jobgen", "../..", "./cmd/jobgen", nil},
	{"kustomize", ".", "sigs.k8s.io/kustomize/kustomize/v5", nil},
	{"kubectl", "../controlplane/v1.37", "k8s.io/kubernetes/cmd/kubectl", nil},
	{"kpt", "kpt", ".", []string{"CGO_ENABLED=0"}}, // else it has a runtime for functions in WebAssembly
}

// path is the folder of the programs.
var path string

// TestMain builds them.
func TestMain(m *testing.M) {
	var err error
	if path, err = os.MkdirTemp("", "seats"); err == nil {
		err = buildAll()
	}
	status := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		status = m.Run()
	}
	os.RemoveAll(path)
	os.Exit(status)
}

func buildAll() error {
	for _, p := range built {
		cmd := exec.Command("go", "build", "-o", filepath.Join(path, p.name), p.from)
		cmd.Dir = p.module
		cmd.Env = append(os.Environ(), p.env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("building %s: %w\n%s", p.name, err, out)
		}
	}
	return os.Symlink("jobgen", filepath.Join(path, "kubectl-jobgen"))
}
