package layout

import (
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/kustomize"
)

// index finds the objects that speak of a name, in each environment: kustomize may
// follow the rename of one Job's object in those of another.
type index struct {
	mentions map[string]map[string][]mention
	entered  int
}

// mention is an object that speaks of a name.
type mention struct {
	id     int
	folder string // of the Job
	object kustomize.Object
}

// speaking are the fields that hold names of objects.
var speaking = []string{"claimName", "name", "resourceNames", "secretName", "serviceAccountName"}

// enter enters an object of a Job.
func (x *index) enter(environment, folder string, o kustomize.Object) {
	if x.mentions == nil {
		x.mentions = map[string]map[string][]mention{}
	}
	if x.mentions[environment] == nil {
		x.mentions[environment] = map[string][]mention{}
	}
	x.entered++
	seen := map[string]bool{o.PlainName: true}
	names(o.Tree, false, seen)
	for name := range seen {
		x.mentions[environment][name] = append(x.mentions[environment][name], mention{x.entered, folder, o})
	}
}

// names gathers the texts in the fields that hold names.
func names(value any, named bool, into map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			names(inner, slices.Contains(speaking, key), into)
		}
	case []any:
		for _, item := range value {
			names(item, named, into)
		}
	case string:
		if named {
			into[value] = true
		}
	}
}

// others returns the objects of other Jobs that speak of one of the objects, each
// once, in the order of entering.
func (x *index) others(environment, folder string, objects []kustomize.Object) []kustomize.Object {
	var found []kustomize.Object
	seen := map[int]bool{}
	for _, o := range objects {
		meta, _ := o.Tree["metadata"].(map[string]any)
		name, _ := meta["name"].(string)
		for _, spoken := range []string{o.PlainName, name} {
			for _, m := range x.mentions[environment][spoken] {
				if m.folder != folder && !seen[m.id] {
					seen[m.id] = true
					found = append(found, m.object)
				}
			}
		}
	}
	return found
}
