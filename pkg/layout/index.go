package layout

import (
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/kustomize"
)

// index finds the objects that speak of a name, in each environment: kustomize may
// follow the rename of one Job's object in those of another. It is made when an
// overlay first renames or moves something.
type index map[string]map[string][]mention

// mention is an object that speaks of a name.
type mention struct {
	folder string // of the Job, "" for what goes along with all
	object
}

// speaking are the fields that hold names of objects.
var speaking = []string{"claimName", "name", "resourceNames", "secretName", "serviceAccountName"}

// makeIndex makes the index of all Jobs, and of what goes along with them.
func (t *Tree) makeIndex() index {
	x := index{}
	for _, one := range t.pending {
		for _, e := range one.environments {
			x.enter(e.name, one.folder, e.objects)
		}
	}
	for _, e := range t.Environments() {
		x.enter(e, "", t.carried)
	}
	return x
}

// enter enters objects of a Job.
func (x index) enter(environment, folder string, objects []object) {
	if x[environment] == nil {
		x[environment] = map[string][]mention{}
	}
	for _, o := range objects {
		seen := map[string]bool{o.plain: true}
		names(o.value, false, seen)
		for name := range seen {
			x[environment][name] = append(x[environment][name], mention{folder, o})
		}
	}
}

// names gathers the texts in the fields that hold names.
func names(value *jsontree.Value, named bool, into map[string]bool) {
	for i := range value.Fields {
		names(&value.Fields[i].Value, slices.Contains(speaking, value.Fields[i].Name), into)
	}
	for i := range value.Items {
		names(&value.Items[i], named, into)
	}
	if named && value.Kind == jsontree.String {
		into[value.Text] = true
	}
}

// others returns the objects of other Jobs that speak of one of the objects of a Job
// in an environment, each once, in the order of entering.
func (x index) others(e environment, folder string) []kustomize.Object {
	var found []kustomize.Object
	seen := map[*jsontree.Value]bool{}
	for _, o := range e.objects {
		for _, spoken := range []string{o.plain, o.value.Find("metadata").Get("name")} {
			for _, m := range x[e.name][spoken] {
				if m.folder != folder && !seen[m.value] {
					seen[m.value] = true
					found = append(found, kustomize.Object{PlainName: m.plain, Tree: m.value.Map()})
				}
			}
		}
	}
	return found
}
