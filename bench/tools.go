package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// tool is a program that is built from a Go module.
type tool struct {
	name    string
	path    string // of the main package
	version string
}

// peers are the tools that jobgen is measured beside.
var peers = []tool{
	{"helm", "helm.sh/helm/v4/cmd/helm", "v4.3.1"},
	{"kustomize", "sigs.k8s.io/kustomize/kustomize/v5", "v5.8.2"},
	{"kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform", "v0.8.0"},
	{"cue", "cuelang.org/go/cmd/cue", "v0.17.1"},
}

// install builds the tools that are wanted and are not there yet, and jobgen
// always. It returns the folder they are in.
func install(opts options) (string, error) {
	bin := filepath.Join(opts.dir, "bin")
	for _, t := range peers {
		if !opts.wants(t.name) {
			continue
		}
		file := filepath.Join(bin, t.version, t.name)
		if _, err := os.Stat(file); err != nil {
			if err := t.build(opts.dir, file); err != nil {
				return "", err
			}
		}
		if err := unpack(file); err != nil {
			return "", err
		}
	}
	if opts.jobgen != "" {
		return bin, nil
	}
	root, err := filepath.Abs("..")
	if err != nil {
		return "", err
	}
	file := filepath.Join(bin, "jobgen")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, "./cmd/jobgen")
	cmd.Dir, cmd.Stderr, cmd.Env = root, os.Stderr, append(os.Environ(), "CGO_ENABLED=0")
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("building jobgen (run bench in its own folder): %w", err)
	}
	return bin, unpack(file)
}

// build builds a tool, in a folder outside of any module.
func (t tool) build(dir, file string) error {
	fmt.Fprintf(os.Stderr, "building %s %s\n", t.name, t.version)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	cmd := exec.Command("go", "install", "-trimpath", t.path+"@"+t.version)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = append(os.Environ(), "GOBIN="+filepath.Dir(file), "GOFLAGS=", "CGO_ENABLED=0")
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("building %s: %w", t.name, err)
	}
	return nil
}

// unpack writes a program anew, piece by piece, as one is written that is unpacked from
// a release. What a linker has just written stands in memory in smaller pieces, which
// costs each start some milliseconds.
func unpack(file string) error {
	program, err := os.Open(file)
	if err != nil {
		return err
	}
	defer program.Close()
	unpacked, err := os.OpenFile(file+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	// As plain a reader and writer as those of an archive: a file would copy itself.
	_, err = io.Copy(struct{ io.Writer }{unpacked}, struct{ io.Reader }{program})
	if err := errors.Join(err, unpacked.Close()); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// program returns the file of a tool.
func (o options) program(bin, name string) string {
	for _, t := range peers {
		if t.name == name {
			return filepath.Join(bin, t.version, name)
		}
	}
	if o.jobgen != "" {
		return o.jobgen
	}
	return filepath.Join(bin, name)
}

// kubernetes is the module whose OpenAPI document kubeconform gets its schemas from.
const kubernetes = "k8s.io/kubernetes@v1.37.1"

// swagger returns the definitions of Kubernetes' OpenAPI document.
func swagger() (map[string]map[string]any, error) {
	out, err := exec.Command("go", "mod", "download", "-json", kubernetes).Output()
	if err != nil {
		return nil, fmt.Errorf("downloading %s: %w", kubernetes, err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(module.Dir, "api", "openapi-spec", "swagger.json"))
	if err != nil {
		return nil, err
	}
	var document struct{ Definitions map[string]map[string]any }
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if len(document.Definitions) == 0 {
		return nil, errors.New("the OpenAPI document has no definitions")
	}
	return document.Definitions, nil
}
