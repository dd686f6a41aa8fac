package krm

import (
	"encoding/json"
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// This file takes what the specs become, and holds it against the other items.

// object is one object that was made.
type object struct {
	key  compile.Key
	base string // its name without a hash, "" if it has none
	node *yaml.RNode
	from *item      // nil: of a file that the configuration names
	at   diag.Place // of the spec that it was made from
	old  *item      // in whose place it stands, because it is the same object
}

// take takes what a spec becomes.
func (f *function) take(m build.Made) error {
	name, _ := m.Job.Place(spec.Path{"metadata", "name"})
	from := f.itemAt(name)
	if from != nil {
		from.built = true
	}
	for _, environment := range m.Environments {
		for _, o := range environment.Objects {
			node, err := f.encode(o, m.Secrets)
			if err != nil {
				return fmt.Errorf("encoding the %s %s: %w", o.Kind, o.Meta.Name, err)
			}
			if node == nil {
				continue
			}
			one := &object{key: o.Key(), node: node, from: from, at: name.Detached()}
			if o.Plain != o.Key().Name {
				one.base = o.Plain
			}
			f.made = append(f.made, one)
		}
	}
	return nil
}

// itemAt returns the item that a place is in, nil if it is in none.
func (f *function) itemAt(at diag.Place) *item {
	if t := f.textAt(at); t != nil {
		return t.item
	}
	return nil
}

func (f *function) textAt(at diag.Place) *text {
	i := slices.IndexFunc(f.texts, func(t *text) bool { return t.Name == at.File && t.first <= at.Line && at.Line <= t.last })
	if i < 0 {
		return nil
	}
	return f.texts[i]
}

// encode returns what stands for an object in the list, nil if nothing does, with the
// very text that `jobgen build` prints.
func (f *function) encode(o build.Object, secrets secret.Options) (*yaml.RNode, error) {
	if o.Kind == "Secret" && secrets.Mode == secret.Sealed {
		kept := f.sealed(o.Object)
		secrets.Seal.Kept = func(compile.Object) *secret.SealedSecret { return kept }
		if !f.valued && !secrets.Seal.Keeps(o.Object) {
			f.needs = true
			return nil, nil
		}
	}
	value, stands, err := o.StandIn(secrets)
	if err != nil || !stands {
		return nil, err
	}
	return encodeTree(value.Map(), func(text []byte) []byte { return deliver.Text(o.Job, text) })
}

func encodeTree(tree map[string]any, written func([]byte) []byte) (*yaml.RNode, error) {
	text, err := render.Document(tree)
	if err != nil {
		return nil, err
	}
	node, err := yaml.Parse(string(written(text)))
	if err != nil {
		return nil, err
	}
	return untracked(node) // what was for the spec
}

// sealed returns the SealedSecret in the list that stands for a Secret so far.
func (f *function) sealed(o compile.Object) *secret.SealedSecret {
	kept := &secret.SealedSecret{}
	i := f.list.others[id{"bitnami.com", "SealedSecret", o.Meta.Namespace, o.Meta.Name}]
	if i == nil {
		return nil
	}
	text, err := i.node.MarshalJSON()
	if err != nil || json.Unmarshal(text, kept) != nil {
		return nil
	}
	return kept
}

// carry adds what the project says goes along, as far as it is not in the list.
func (f *function) carry(resources []build.Resource) error {
	if len(f.made) == 0 {
		return nil
	}
	for _, r := range resources {
		node, err := encodeTree(r.Tree, func(text []byte) []byte { return text })
		if err != nil {
			return fmt.Errorf("encoding the %s %s: %w", r.Key.Kind, r.Key.Name, err)
		}
		if f.list.others[idOf(node)] == nil {
			f.made = append(f.made, &object{key: r.Key, node: node})
		}
	}
	return nil
}

// conflicts finds the items that are what was made. One that jobgen made before gives
// its place to the new one; anybody else's is a conflict.
func (f *function) conflicts() (ds diag.List) {
	for _, o := range f.made {
		i := f.list.others[idOf(o.node)]
		if i == nil {
			continue
		}
		if sameManager(i.node, o.node) {
			o.old = i
			continue
		}
		ds = append(ds, diag.Diagnostic{
			Code: diag.CodeConflict, Place: o.at, Message: fmt.Sprintf("the %s %s is made here, and is in the ResourceList too", o.key.Kind, o.key.Name),
			Hint: "remove one of the two, or give it another name",
		})
	}
	return ds
}

// absent tells of the specs that are left out because they exist in other environments
// alone.
func (f *function) absent() (ds diag.List) {
	for _, t := range f.texts {
		if t.item.built {
			continue
		}
		ds = append(ds, diag.Diagnostic{
			Code: diag.CodeSkipped, Severity: diag.Note, Place: diag.Place{File: t.Name, Line: t.first, Column: 1, Width: 1},
			Message: fmt.Sprintf("the Job %s exists in other environments alone, and is left out", t.item.node.GetName()),
		})
	}
	return ds
}
