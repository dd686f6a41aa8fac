package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// project is the project file of the tree of files: three environments for all jobs.
const project = `apiVersion: jobgen.dev/v1alpha1
kind: Project
overlays:
  dev: {spec: {backoffLimit: 0}}
  staging: {spec: {resources: {limits: {memory: 2Gi}}}}
  prod: {metadata: {labels: {tier: prod}}, spec: {env: {LOG_LEVEL: warn}}}
secrets: {render: omit}
`

// inputs is the folder with one set of jobs as each tool reads it: specs, chart,
// cue; and, once jobgen has made them, manifests and kustomize.
type inputs string

func (in inputs) path(names ...string) string {
	return filepath.Join(append([]string{string(in)}, names...)...)
}

// moveAway puts what is at a path where it is removed when all is measured: some file
// systems are slow to make files for a minute after many were removed.
func (in inputs) moveAway(names ...string) error {
	away := filepath.Join(filepath.Dir(string(in)), measured)
	if err := os.MkdirAll(away, 0o755); err != nil {
		return err
	}
	to, err := os.MkdirTemp(away, "")
	if err != nil {
		return err
	}
	if err := os.Rename(in.path(names...), filepath.Join(to, "files")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// measured is the folder for what was measured, removed at the end.
const measured = "measured"

// write writes the jobs for the tools that start from jobs.
func (in inputs) write(jobs []job) error {
	if err := in.moveAway(); err != nil {
		return err
	}
	var values strings.Builder
	for _, j := range jobs {
		for _, folder := range []string{"specs", "tree/jobs"} {
			if err := in.file(j.spec(), folder, fmt.Sprintf("etl-%05d.yaml", j.number)); err != nil {
				return err
			}
		}
		values.WriteString(j.values())
	}
	var items strings.Builder
	for line := range strings.Lines(values.String()) {
		items.WriteString("  " + line)
	}
	list := "jobs:\n" + items.String()
	for name, text := range map[string]string{
		"chart/Chart.yaml": chartFile, "chart/values.yaml": list, "chart/templates/jobs.yaml": chart,
		"cue/jobs.cue": cueTemplate, "cue/jobs.yaml": list, "tree/jobgen.yaml": project, "cue/cue.mod/module.cue": "module: \"bench.example/jobs\"\nlanguage: version: \"v0.17.0\"\n",
	} {
		if err := in.file(text, name); err != nil {
			return err
		}
	}
	return nil
}

// writeManifests writes the objects that jobgen made for the tools that start from
// manifests: a file for each job, as the jobs are kept apart everywhere.
func (in inputs) writeManifests(jobs []job, stream []byte) error {
	files := map[string][]string{}
	for doc := range strings.SplitSeq(string(stream), "---\n") {
		_, name, _ := strings.Cut(doc, "app.kubernetes.io/name: ")
		name, _, _ = strings.Cut(name, "\n")
		files[name] = append(files[name], doc)
	}
	var resources strings.Builder
	for _, j := range jobs {
		name := fmt.Sprintf("etl-%d", j.number)
		text := strings.Join(files[name], "---\n")
		for _, folder := range []string{"manifests", "kustomize"} {
			if err := in.file(text, folder, name+".yaml"); err != nil {
				return err
			}
		}
		fmt.Fprintf(&resources, "- %s.yaml\n", name)
	}
	kustomization := "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nlabels:\n- pairs: {environment: prod}\nresources:\n"
	return in.file(kustomization+resources.String(), "kustomize", "kustomization.yaml")
}

// writeSchemas writes the JSON schemas that kubeconform reads, of the kinds that
// the jobs become.
func (in inputs) writeSchemas() error {
	definitions, err := swagger()
	if err != nil {
		return err
	}
	for _, d := range definitions {
		if d["properties"] != nil {
			d["additionalProperties"] = false // as for kubeconform -strict
		}
	}
	// What Kubernetes reads as a number too is a string in the document.
	definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"] = map[string]any{"type": []string{"string", "number"}}
	definitions["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] = map[string]any{"type": []string{"string", "integer"}}
	for file, name := range map[string]string{
		"job-batch-v1": "io.k8s.api.batch.v1.Job", "cronjob-batch-v1": "io.k8s.api.batch.v1.CronJob", "configmap-v1": "io.k8s.api.core.v1.ConfigMap",
		"secret-v1": "io.k8s.api.core.v1.Secret", "serviceaccount-v1": "io.k8s.api.core.v1.ServiceAccount",
	} {
		reached := map[string]any{}
		reach(definitions, name, reached)
		text, err := json.Marshal(map[string]any{"$ref": "#/definitions/" + name, "definitions": reached})
		if err != nil {
			return err
		}
		if err := in.file(string(text), "schemas", file+".json"); err != nil {
			return err
		}
	}
	return nil
}

// reach collects a definition and all that it refers to.
func reach(definitions map[string]map[string]any, name string, reached map[string]any) {
	if reached[name] != nil {
		return
	}
	reached[name] = definitions[name]
	var follow func(any)
	follow = func(node any) {
		switch node := node.(type) {
		case map[string]any:
			if ref, ok := node["$ref"].(string); ok {
				reach(definitions, strings.TrimPrefix(ref, "#/definitions/"), reached)
			}
			for _, value := range node {
				follow(value)
			}
		case []any:
			for _, item := range node {
				follow(item)
			}
		}
	}
	follow(any(definitions[name]))
}

// file writes one file below the folder.
func (in inputs) file(text string, names ...string) error {
	path := in.path(names...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
