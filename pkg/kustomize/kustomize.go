// Package kustomize makes a kustomization of a base and of each environment
// that is built on it, so that `kustomize build` of an overlay gives exactly
// the objects of the environment.
//
// An overlay is what a reviewer would have written: `namespace`, `labels` and
// `images` where they give what is wanted and nothing else, and for the rest
// the smallest patch. kustomize is never run for it. The package has a model of
// what kustomize does to an object (merge.go, finish.go, follow.go) and takes
// only what comes out of the model as wanted. The model follows kustomize 5.8.2
// and the 5.5.0 that is in kubectl; the tests hold it against both.
package kustomize

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"
)

// Object is one object of a base or of an environment.
type Object struct {
	// PlainName is the name before a hash of the content was put to it. It names
	// the file, and with the kind it tells which object of the base this one is.
	PlainName string
	// Tree is the object as maps, lists, strings, booleans and json.Number. It
	// is not changed. Annotations that are there but empty are lost: kustomize
	// leaves them out.
	Tree map[string]any
	// Text is how somebody wrote a resource. Its file is that, where it has the same values.
	Text string
}

// Environment is what an overlay is to build.
type Environment struct {
	Objects []Object
	// Base is the path from the folder of the overlay to that of the base, with
	// slashes.
	Base string
	// Others, if not nil, returns the objects of the environment that other overlays
	// make, which are built together with this one. What they refer to stays as it is.
	// It is asked where something is renamed or moved alone.
	Others func() []Object
}

// Folder is a folder with a kustomization.
type Folder struct {
	Kustomization types.Kustomization
	Files         []File // that the kustomization names, sorted
}

// File is a file beside a kustomization.yaml.
type File struct {
	Name    string
	Content []byte
}

// Make returns the folder of the base, and one for each environment in the
// order given.
//
// Each overlay builds to the objects of its environment, with lists in their
// order; the order of the objects is that of Order. An object that no patch
// could change is not in the base: the overlays have it whole. Such an object
// has duplicates in a list that kustomize merges, which rules out a strategic
// patch, and an integer above 2^53, which rules out a JSON patch.
//
// An error says which object no kustomization can have.
func Make(base []Object, environments ...Environment) (Folder, []Folder, error) {
	for _, objects := range slices.Concat([][]Object{base}, objectsOf(environments)) {
		if err := check(objects); err != nil {
			return Folder{}, nil, err
		}
	}
	shared := slices.Clone(base)
	for {
		overlays, apart, err := overlaysOf(shared, environments)
		if err != nil {
			return Folder{}, nil, err
		}
		if len(apart) == 0 {
			folder, err := resources(shared)
			return folder, overlays, err
		}
		shared = slices.DeleteFunc(shared, func(o Object) bool { return slices.Contains(apart, keyOf(o.Tree)) })
	}
}

// overlaysOf makes the overlays, up to the first for which the base must not
// have some objects.
func overlaysOf(base []Object, environments []Environment) (overlays []Folder, apart []key, err error) {
	for _, e := range environments {
		folder, apart, err := overlay(base, e)
		if err != nil || len(apart) > 0 {
			return nil, apart, err
		}
		overlays = append(overlays, folder)
	}
	return overlays, nil, nil
}

func objectsOf(environments []Environment) [][]Object {
	var all [][]Object
	for _, e := range environments {
		all = append(all, e.Objects)
	}
	return all
}

// reserved are the annotations that kustomize acts on or drops.
var reserved = []string{
	"config.kubernetes.io/local-config", "config.kubernetes.io/path", "config.kubernetes.io/index", "config.kubernetes.io/id",
	"kustomize.config.k8s.io/behavior", "kustomize.config.k8s.io/needs-hash",
	"internal.config.kubernetes.io/path", "internal.config.kubernetes.io/index", "internal.config.kubernetes.io/id",
}

// check finds what no kustomization can have.
func check(objects []Object) error {
	seen := map[key]bool{}
	for _, o := range objects {
		k := keyOf(o.Tree)
		if reason := refused(o); reason != "" {
			return fmt.Errorf("%s %s cannot be in a kustomization: %s", k.kind, cmp.Or(k.name, o.PlainName), reason)
		}
		if seen[k] {
			return fmt.Errorf("%s %s is there twice", k.kind, k.name)
		}
		seen[k] = true
	}
	return nil
}

// refused says why kustomize cannot build an object as it is.
func refused(o Object) string {
	if nameOf(o.Tree) == "" {
		return "it has no name, and kustomize does not know generateName"
	}
	if _, known := kindOf(text(o.Tree["apiVersion"]), text(o.Tree["kind"])); !known {
		return "overlays are not made for objects of its kind"
	}
	return unkept(o)
}

// unkept says what kustomize would not leave in an object as it is.
func unkept(o Object) string {
	annotations, _ := metadata(o.Tree)["annotations"].(map[string]any)
	for _, name := range sortedKeys(annotations, nil) {
		if slices.Contains(reserved, name) {
			return "kustomize takes the annotation " + name + " for itself"
		}
		if !isText(name) {
			return "kustomize loses the quotes of the annotation " + name + ", which is then no text"
		}
	}
	return unwritable(o.Tree)
}

// isText reports whether YAML takes a bare word for a text.
func isText(word string) bool {
	if strings.Contains(word, "/") {
		return true
	}
	var node yaml.Node
	return yaml.Unmarshal([]byte(word), &node) == nil && len(node.Content) == 1 && node.Content[0].Tag == "!!str"
}

// unwritable says what is in a tree that kustomize reads, writes, and then
// cannot read: characters that YAML allows only as an escape, and a key that
// means a merge where it has no quotes.
func unwritable(node any) string {
	switch n := node.(type) {
	case string:
		for _, r := range n {
			if r >= 0x7f && r <= 0x9f || r == 0xfffe || r == 0xffff {
				return fmt.Sprintf("kustomize cannot write the character %U", r)
			}
		}
	case []any:
		for _, item := range n {
			if reason := unwritable(item); reason != "" {
				return reason
			}
		}
	case map[string]any:
		for _, name := range sortedKeys(n, nil) {
			if name == "<<" {
				return "kustomize cannot write the key <<"
			}
			if reason := cmp.Or(unwritable(name), unwritable(n[name])); reason != "" {
				return reason
			}
		}
	}
	return ""
}

// Order is the order in which kustomize prints what it builds: what something
// needs stands before it. kustomize looks at the one in the kustomization that
// is built alone, so every kustomization has it.
func Order() *types.SortOptions {
	return &types.SortOptions{Order: types.LegacySortOrder, LegacySortOptions: &types.LegacySortOptions{
		OrderFirst: []string{
			"Namespace", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding",
			"ConfigMap", "Secret", "SealedSecret", "ExternalSecret", "PersistentVolumeClaim", "NetworkPolicy",
		},
		OrderLast: []string{"CronJob", "Job"},
	}}
}
