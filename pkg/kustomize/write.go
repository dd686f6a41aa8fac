package kustomize

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/render"
)

// resources returns the folder of a base: its objects, one a file.
func resources(objects []Object) (Folder, error) {
	f := newFolder()
	names := make([][]string, len(objects))
	for i, o := range objects {
		p := newPair(o)
		p.env = o.Tree
		names[i] = possible("", &p)
	}
	for i, name := range choose(names) {
		if err := f.addText(name, objects[i].Text, objects[i].Tree, &f.Kustomization.Resources); err != nil {
			return Folder{}, err
		}
	}
	f.sort()
	return f, nil
}

// Resources returns a folder of objects of any kind that stay as they are. The error
// says which of them kustomize would not leave so.
func Resources(objects []Object) (Folder, error) {
	for _, o := range objects {
		if reason := unkept(o); reason != "" {
			return Folder{}, fmt.Errorf("%s %s cannot be in a kustomization: %s", text(o.Tree["kind"]), o.PlainName, reason)
		}
	}
	return resources(objects)
}

func newFolder() Folder {
	return Folder{Kustomization: types.Kustomization{
		TypeMeta:    types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind},
		SortOptions: Order(),
	}}
}

// Index returns a kustomization of other folders.
func Index(folders ...string) types.Kustomization {
	k := newFolder().Kustomization
	k.Resources = folders
	return k
}

// folder writes the overlay. Patches that delete come last, for kustomize goes
// on to look at what is deleted.
func (p *plan) folder(base string) (Folder, error) {
	f := newFolder()
	f.Kustomization.Namespace = p.transforms.namespace
	f.Kustomization.Labels = p.transforms.labels
	f.Kustomization.Images = p.transforms.images
	names := make([][]string, len(p.pairs))
	for i := range p.pairs {
		names[i] = possible(prefixes[p.edits[i].form], &p.pairs[i])
	}
	for i, name := range choose(names) {
		e := &p.edits[i]
		if e.form == nothing {
			continue
		}
		if e.form == add {
			if err := f.add(name, e.patch, &f.Kustomization.Resources); err != nil {
				return Folder{}, err
			}
			continue
		}
		patch := types.Patch{Path: name, Target: e.target}
		if e.form == strategic && e.target != nil {
			patch.Options = &types.PatchArgs{AllowNameChange: true}
		}
		f.Kustomization.Patches = append(f.Kustomization.Patches, patch)
		if err := f.add(name, e.patch, nil); err != nil {
			return Folder{}, err
		}
	}
	f.sort()
	deletes := func(patch types.Patch) bool { return strings.HasPrefix(patch.Path, prefixes[remove]) }
	slices.SortStableFunc(f.Kustomization.Patches, func(a, b types.Patch) int {
		return cmp.Or(compareBools(deletes(a), deletes(b)), cmp.Compare(a.Path, b.Path))
	})
	f.Kustomization.Resources = slices.Insert(f.Kustomization.Resources, 0, base)
	return f, nil
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// prefixes are what the names of files start with.
var prefixes = map[form]string{nothing: "", add: "", strategic: "patch-", json6902: "patch-", remove: "delete-"}

// add adds a file, and its name to a list of the kustomization.
func (f *Folder) add(name string, tree any, list *[]string) error {
	return f.addText(name, "", tree, list)
}

// addText adds a file of a tree, as it was written where that is known.
func (f *Folder) addText(name, written string, tree any, list *[]string) error {
	text, err := render.Written(written, tree)
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	f.Files = append(f.Files, File{Name: name, Content: text})
	if list != nil {
		*list = append(*list, name)
	}
	return nil
}

func (f *Folder) sort() {
	slices.Sort(f.Kustomization.Resources)
	slices.SortFunc(f.Files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
}

// possible are the names that the file of an object can have, the best first:
// the kind and the plain name, and where that is not enough the namespace and
// the group.
func possible(prefix string, p *pair) []string {
	tree := p.env
	if p.base != nil {
		tree = p.base
	}
	name := prefix + p.kind.name + "-" + p.plain
	long := name + "-" + effective(namespaceOf(tree))
	return []string{FileName(name), FileName(long), FileName(long + "-" + cmp.Or(p.kind.group, "core"))}
}

// FileName makes the name of a file of any text: of lower case letters, digits, "-"
// and ".". Upper and lower case are one to some file systems.
func FileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
}

// choose gives each file the first of its possible names that no other file
// can have. Where there is none it gets a number.
func choose(possible [][]string) []string {
	claims := map[string]int{}
	for _, names := range possible {
		for _, name := range slices.Compact(slices.Clone(names)) {
			claims[name]++
		}
	}
	chosen := make([]string, len(possible))
	for i, names := range possible {
		name := names[len(names)-1]
		if j := slices.IndexFunc(names, func(name string) bool { return claims[name] == 1 }); j >= 0 {
			name = names[j]
		} else {
			for n := 2; claims[name] > 0; n++ {
				name = names[len(names)-1] + "-" + strconv.Itoa(n)
			}
			claims[name]++
		}
		chosen[i] = name + ".yaml"
	}
	return chosen
}

// fields is the order in which a kustomization is written.
var fields = []string{"apiVersion", "kind", "namespace", "resources", "patches", "labels", "images", "sortOptions"}

// Encode returns a kustomization as the text of a kustomization.yaml.
func Encode(k types.Kustomization) ([]byte, error) {
	tree, err := jsontree.Of(k)
	if err != nil {
		return nil, fmt.Errorf("writing a kustomization: %w", err)
	}
	var out []byte
	for _, name := range fields {
		value := tree.Find(name)
		if value == nil {
			continue
		}
		part, err := render.YAML(jsontree.Value{Kind: jsontree.Map, Fields: []jsontree.Field{{Name: name, Value: *value}}})
		if err != nil {
			return nil, fmt.Errorf("writing a kustomization: %w", err)
		}
		out = append(out, part...)
	}
	return out, nil
}
