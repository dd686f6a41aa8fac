package layout

import (
	"fmt"
	"maps"
	"path"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/kustomize"
	"github.com/jobgen-dev/jobgen/pkg/render"
)

// resourcesFolder is where the objects stand that go along with all Jobs, in a tree
// for kustomize. Every environment refers to it.
const resourcesFolder = "resources"

func (t *Tree) kustomizeResources(resources []build.Resource) error {
	var objects []kustomize.Object
	for _, r := range resources {
		objects = append(objects, kustomize.Object{PlainName: r.Key.Name, Tree: Carried(r.Tree), Text: r.Text})
	}
	folder, err := kustomize.Resources(objects)
	if err != nil {
		return err
	}
	for _, o := range objects {
		value := jsontree.OfTree(o.Tree)
		t.carried = append(t.carried, object{o.PlainName, &value})
	}
	for _, e := range t.Environments() {
		t.want(e, t.carried)
	}
	files, err := filesOf(resourcesFolder, folder)
	t.files = append(t.files, files...)
	return err
}

// Carried returns an object that goes along as it is in a tree for kustomize, which leaves
// out annotations that are there but empty.
func Carried(object map[string]any) map[string]any {
	meta, _ := object["metadata"].(map[string]any)
	if annotations, there := meta["annotations"].(map[string]any); !there || len(annotations) > 0 {
		return object
	}
	object, meta = maps.Clone(object), maps.Clone(meta)
	delete(meta, "annotations")
	object["metadata"] = meta
	return object
}

// flatResources adds what goes along to each environment, one object a file.
func (t *Tree) flatResources(resources []build.Resource) error {
	for _, e := range t.Environments() {
		for _, r := range resources {
			value := jsontree.OfTree(r.Tree)
			text, err := render.Written(r.Text, r.Tree)
			if err != nil {
				return err
			}
			t.want(e, []object{{r.Key.Name, &value}})
			t.add(t.free(e, r.Key), text)
		}
	}
	return nil
}

// free names the file of an object that goes along, as no other file is named.
func (t *Tree) free(environment string, key compile.Key) string {
	name := kustomize.FileName(fmt.Sprintf("%02d-%s-%s", compile.Rank(key.Kind), key.Kind, key.Name))
	names := []string{name, name + "-" + kustomize.FileName(key.Namespace)}
	for i := 2; ; i++ {
		for _, one := range names {
			if at := path.Join(environment, one+".yaml"); !t.taken[at] {
				t.taken[at] = true
				return at
			}
		}
		names = []string{fmt.Sprintf("%s-%d", name, i)}
	}
}
