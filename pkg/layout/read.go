package layout

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/tree"
)

// Environments returns the environments that the files of a tree are of, by their
// paths, and which layout they have; none for files that are no tree of this package.
func Environments(paths []string) (layout string, names []string) {
	layout = "flat"
	for _, name := range paths {
		first, rest, _ := strings.Cut(name, "/")
		if first == "overlays" || first == "base" {
			layout = Kustomize
		}
		if first == "overlays" {
			first, rest, _ = strings.Cut(rest, "/")
		}
		if rest != "" && first != "base" && !slices.Contains(names, first) {
			names = append(names, first)
		}
	}
	if layout == Kustomize {
		names = slices.DeleteFunc(names, func(name string) bool { return name == resourcesFolder })
	}
	slices.Sort(names)
	return layout, names
}

// Objects returns the objects of an environment in the files of a tree, as maps,
// lists, strings, booleans and json.Number. An overlay is built with kustomize's own
// library, some milliseconds a Job.
func Objects(files []tree.File, environment string) ([]map[string]any, error) {
	if layout, _ := Environments(tree.Paths(files)); layout == Kustomize {
		return kustomized(files, environment)
	}
	var objects []map[string]any
	for _, f := range files {
		if path.Dir(f.Path) != environment {
			continue
		}
		object, err := decode(deliver.Untext(f.Content))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Path, err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

func kustomized(files []tree.File, environment string) ([]map[string]any, error) {
	disk := filesys.MakeFsInMemory()
	for _, f := range files {
		if err := disk.WriteFile("/"+f.Path, f.Content); err != nil {
			return nil, err
		}
	}
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified // the kustomizations say it themselves
	built, err := krusty.MakeKustomizer(options).Run(disk, "/"+path.Join("overlays", environment))
	if err != nil {
		return nil, fmt.Errorf("kustomize build overlays/%s: %w", environment, err)
	}
	var objects []map[string]any
	for _, r := range built.Resources() {
		text, err := r.MarshalJSON()
		if err != nil {
			return nil, err
		}
		object, err := decode(deliver.Untext(text))
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// decode reads one object in YAML or JSON.
func decode(text []byte) (map[string]any, error) {
	inJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	return jsontree.Parse[map[string]any](inJSON)
}

// Verify builds every environment from the files, and compares that with what the
// specs become there. The error names the first object that differs.
func (t *Tree) Verify(files []tree.File) error {
	for _, environment := range t.Environments() {
		built, err := Objects(files, environment)
		if err != nil {
			return err
		}
		if err := same(t.Objects(environment), built); err != nil {
			return fmt.Errorf("the environment %s: %w", environment, err)
		}
	}
	return nil
}

// same compares two sets of objects.
func same(wanted, built []map[string]any) error {
	left := map[string]map[string]any{}
	for _, o := range built {
		left[nameOf(o)] = o
	}
	for _, want := range wanted {
		name := nameOf(want)
		got, there := left[name]
		switch {
		case !there:
			return fmt.Errorf("%s is not in the files", name)
		case !reflect.DeepEqual(got, want):
			return fmt.Errorf("%s differs in the files:\n%s", name, difference(want, got))
		}
		delete(left, name)
	}
	for name := range left {
		return fmt.Errorf("%s is in the files, and nothing makes it", name)
	}
	return nil
}

// difference compares two objects by their lines.
func difference(want, got map[string]any) []byte {
	wanted, err := render.Document(want)
	if err != nil {
		return nil
	}
	built, err := render.Document(got)
	if err != nil {
		return nil
	}
	return diff.Diff("wanted", wanted, "built", built)
}

func nameOf(object map[string]any) string {
	meta, _ := object["metadata"].(map[string]any)
	return fmt.Sprint(object["apiVersion"], " ", object["kind"], " ", meta["namespace"], "/", meta["name"])
}
