package kustomize

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
)

// way is how far an overlay leans on what kustomize does by itself.
type way struct {
	transforms bool // use namespace, labels and images
	follow     bool // rename and move objects, so that references follow
}

// ways are tried in this order. The last one deletes an object whose name or
// namespace changes, and adds another one, which nothing follows.
var ways = []way{{transforms: true, follow: true}, {follow: true}, {}}

// overlay makes the overlay of an environment. apart are the keys of objects
// that the base must not have, for no patch can make what is wanted of them, or
// of what refers to them.
func overlay(base []Object, env Environment) (folder Folder, apart []key, err error) {
	var p *plan
	var failed []int
	for _, w := range ways {
		p = newPlan(base, env.Objects, w)
		if failed = p.solve(env.Others); len(failed) == 0 {
			folder, err = p.folder(env.Base)
			return folder, nil, err
		}
	}
	for i, twins := range p.pairs {
		if twins.base != nil && (slices.Contains(failed, i) || p.edits[i].form == json6902) {
			apart = append(apart, keyOf(twins.base))
		}
	}
	if len(apart) == 0 {
		k := keyOf(p.pairs[failed[0]].env)
		return Folder{}, nil, fmt.Errorf("no kustomization makes %s %s as it is wanted", k.kind, k.name)
	}
	return Folder{}, apart, nil
}

// form is what an overlay does to one object.
type form int

const (
	nothing form = iota
	strategic
	json6902
	remove
	add
)

// edit is what an overlay does to one object, and what comes of it before the
// transforms.
type edit struct {
	form   form
	patch  any
	target *types.Selector // nil where the patch names the object itself
	result map[string]any
	lossy  bool // a number would not come through
}

// plan is an overlay as it is worked out.
type plan struct {
	pairs      []pair
	transforms transforms
	edits      []edit // one for each pair
}

func newPlan(base, env []Object, w way) *plan {
	p := &plan{}
	if w.transforms {
		p.transforms.namespace = sharedNamespace(base, env)
	}
	for _, twins := range pairs(base, env, p.transforms.namespace) {
		changed := twins.renamed() || twins.moved()
		if !w.follow && changed && twins.replaceable() {
			gone, come := twins, twins
			gone.env, come.base = nil, nil
			p.pairs = append(p.pairs, gone, come)
			continue
		}
		p.pairs = append(p.pairs, twins)
	}
	if w.transforms {
		p.transforms.labels, p.transforms.images = labels(p.pairs), images(p.pairs)
	}
	p.edits = make([]edit, len(p.pairs))
	return p
}

// solve finds an edit for each pair. It returns those that do not become what
// is wanted, and all where others become something else.
func (p *plan) solve(others func() []Object) (failed []int) {
	trees := make([]map[string]any, len(p.pairs))
	every := make([]int, len(p.pairs))
	for i := range p.pairs {
		trees[i], every[i] = p.start(i), i
	}
	got, _, err := p.finish(trees)
	if err != nil {
		return every
	}
	for i := range p.pairs {
		p.edits[i] = p.edit(i, trees[i], got[i])
		trees[i] = p.edits[i].result
	}
	got, done, err := p.finish(trees)
	if err != nil {
		return every
	}
	if moving := eager(done); len(moving) > 0 && others != nil && slices.ContainsFunc(others(), func(o Object) bool { return disturbs(moving, o) }) {
		return every
	}
	return slices.DeleteFunc(every, func(i int) bool {
		wanted := p.pairs[i].env == nil || equal(got[i], p.pairs[i].env)
		return wanted && !p.edits[i].lossy && p.aim(i)
	})
}

// finish does to the objects what the overlay does after the patches.
func (p *plan) finish(trees []map[string]any) ([]map[string]any, []resource, error) {
	var here []resource
	for i, twins := range p.pairs {
		if twins.env == nil {
			continue
		}
		r := resource{kind: twins.kind, tree: trees[i]}
		if twins.base != nil && (p.renames(i) || p.moves(i) || p.edits[i].form == json6902) {
			before := resource{tree: twins.base}
			before.remember()
			r.names, r.was = before.names, before.was
		}
		here = append(here, r)
	}
	done, err := finish(here, p.transforms)
	if err != nil {
		return nil, nil, err
	}
	all := make([]map[string]any, len(p.pairs))
	next := 0
	for i, twins := range p.pairs {
		if twins.env != nil {
			all[i] = done[next].tree
			next++
		}
	}
	return all, done, nil
}

// renames reports whether a patch renames the object; `namespace` renames a
// Namespace by itself.
func (p *plan) renames(i int) bool {
	return p.pairs[i].renamed() && (p.transforms.namespace == "" || p.pairs[i].kind.name != "Namespace")
}

// moves reports whether a patch moves the object to another namespace.
func (p *plan) moves(i int) bool { return p.pairs[i].moved() && p.transforms.namespace == "" }

// start is the object before anything but its name and namespace is patched.
func (p *plan) start(i int) map[string]any {
	twins := &p.pairs[i]
	if twins.base == nil {
		return twins.env
	}
	if !p.renames(i) && !p.moves(i) {
		return twins.base
	}
	tree, meta := maps.Clone(twins.base), maps.Clone(metadata(twins.base))
	tree["metadata"] = meta
	meta["name"] = nameOf(twins.env)
	if p.moves(i) {
		delete(meta, "namespace")
		if to := namespaceOf(twins.env); to != "" {
			meta["namespace"] = to
		}
	}
	return tree
}

// edit returns what is to be done to an object that starts as base and that the
// overlay makes got of without a patch.
func (p *plan) edit(i int, base, got map[string]any) edit {
	twins := &p.pairs[i]
	switch {
	case twins.base == nil:
		return edit{form: add, patch: twins.env, result: twins.env}
	case twins.env == nil:
		patch := identity(twins.base)
		patch[directive] = "delete"
		return edit{form: remove, patch: patch}
	case equal(got, twins.env) && !p.renames(i) && !p.moves(i):
		return edit{result: base}
	}
	if e, ok := p.strategic(i, base, got); ok {
		return e
	}
	return p.json6902(i, base, got)
}

// identity is what a strategic merge patch names its object by.
func identity(tree map[string]any) map[string]any {
	meta := map[string]any{"name": nameOf(tree)}
	if ns := namespaceOf(tree); ns != "" {
		meta["namespace"] = ns
	}
	return map[string]any{"apiVersion": tree["apiVersion"], "kind": tree["kind"], "metadata": meta}
}

// strategic is a strategic merge patch, if one can make the object. Such a
// patch cannot change a namespace.
func (p *plan) strategic(i int, base, got map[string]any) (edit, bool) {
	twins := &p.pairs[i]
	if p.moves(i) || base["apiVersion"] != twins.env["apiVersion"] {
		return edit{}, false
	}
	m := merger{lists: twins.kind.lists}
	patch, ok := m.diff(base, got, twins.env, "")
	if !ok {
		return edit{}, false
	}
	result, ok := m.merge(base, patch, "")
	if !ok || p.renames(i) && losesMetadata(patch) {
		return edit{}, false
	}
	whole := maps.Clone(patch)
	name := identity(base)
	meta := name["metadata"].(map[string]any)
	if changes, ok := patch["metadata"].(map[string]any); ok {
		maps.Copy(meta, changes)
	}
	maps.Copy(whole, name)
	if p.renames(i) {
		delete(meta, "namespace") // the target finds the object
	}
	return edit{form: strategic, patch: whole, result: result}, true
}

// losesMetadata reports whether kustomize misreads the labels or annotations of a patch
// with a target: it takes all their values for texts, null for "null", and loses the
// quotes of their names.
func losesMetadata(patch map[string]any) bool {
	for _, name := range []string{"labels", "annotations"} {
		values, exists := metadata(patch)[name]
		all, ok := values.(map[string]any)
		if exists && !ok {
			return true
		}
		for key, value := range all {
			if value == nil || !isText(key) {
				return true
			}
		}
	}
	return false
}

// json6902 is a JSON patch.
func (p *plan) json6902(i int, base, got map[string]any) edit {
	twins := &p.pairs[i]
	patch := jsonPatch{lists: twins.kind.lists}
	at := pointer{"metadata"}
	if p.renames(i) {
		patch.add("replace", at.with("name"), nameOf(twins.env))
	}
	if p.moves(i) {
		op := "replace"
		switch {
		case namespaceOf(twins.base) == "":
			op = "add"
		case namespaceOf(twins.env) == "":
			op = "remove"
		}
		patch.add(op, at.with("namespace"), namespaceOf(twins.env))
	}
	result := patch.diff(base, got, twins.env, nil)
	return edit{form: json6902, patch: patch.ops, result: result, lossy: !exact(twins.base) || !exact(result)}
}

// aim finds the target of a patch that needs one. It reports false where every
// target would hit other objects too.
func (p *plan) aim(i int) bool {
	e := &p.edits[i]
	if e.form != json6902 && (e.form != strategic || !p.renames(i)) {
		return true
	}
	k := keyOf(p.pairs[i].base)
	short := key{kind: k.kind, name: k.name}
	long := k
	for _, t := range []key{short, {kind: k.kind, name: k.name, namespace: k.namespace}, long} {
		if p.hits(t) == 1 {
			e.target = &types.Selector{ResId: resid.ResId{
				Gvk:  resid.Gvk{Group: t.group, Kind: t.kind},
				Name: regexp.QuoteMeta(t.name), Namespace: regexp.QuoteMeta(t.namespace),
			}}
			return true
		}
	}
	return false
}

// hits counts the objects that a target selects. kustomize compares name and
// namespace each with what the object has and with what it had.
func (p *plan) hits(t key) int {
	count := 0
	for _, twins := range p.pairs {
		var names, namespaces []string
		for _, tree := range []map[string]any{twins.base, twins.env} {
			if tree != nil {
				names, namespaces = append(names, nameOf(tree)), append(namespaces, effective(namespaceOf(tree)))
			}
		}
		if twins.kind.name == t.kind && slices.Contains(names, t.name) &&
			(t.group == "" || t.group == twins.kind.group) && (t.namespace == "" || slices.Contains(namespaces, t.namespace)) {
			count++
		}
	}
	return count
}
