package kustomize

import (
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

// sharedNamespace returns the namespace that all objects of the environment are
// in, "" where `namespace` is not needed or would do more: it moves every
// object, renames every Namespace, and gives a namespace to custom resources
// that have none.
func sharedNamespace(base, env []Object) string {
	var before, after []string
	for _, o := range base {
		if k, _ := kindOf(text(o.Tree["apiVersion"]), text(o.Tree["kind"])); !k.clusterScoped {
			before = append(before, namespaceOf(o.Tree))
		}
	}
	for _, o := range env {
		k, _ := kindOf(text(o.Tree["apiVersion"]), text(o.Tree["kind"]))
		switch {
		case !k.clusterScoped:
			after = append(after, namespaceOf(o.Tree))
		case k.name == "Namespace":
			after = append(after, nameOf(o.Tree))
		}
	}
	before, after = slices.Compact(before), slices.Compact(after)
	if len(before) != 1 || len(after) != 1 || before[0] == after[0] {
		return ""
	}
	return after[0]
}

// labels returns the entries of `labels`: the labels that each object of the
// environment has and not each of the base, with those that each template has
// too apart from those that only objects have.
func labels(all []pair) []types.Label {
	objects, templates := map[string]string{}, map[string]string{}
	first, missing := true, map[string]bool{}
	for _, p := range all {
		if p.env == nil {
			continue
		}
		own := labelsAt(p.env, "")
		if first {
			objects, templates, first = own, maps.Clone(own), false
		}
		keepCommon(objects, own)
		keepCommon(templates, own)
		for _, path := range p.kind.templates {
			keepCommon(templates, labelsAt(p.env, path))
		}
		if p.base == nil {
			continue
		}
		was := labelsAt(p.base, "")
		for name, value := range own {
			missing[name] = missing[name] || was[name] != value
		}
	}
	// kustomize loses the quotes of a name that is set so.
	maps.DeleteFunc(templates, func(name, _ string) bool { return !missing[name] || !isText(name) })
	maps.DeleteFunc(objects, func(name, _ string) bool { _, both := templates[name]; return both || !missing[name] || !isText(name) })
	var entries []types.Label
	if len(objects) > 0 {
		entries = append(entries, types.Label{Pairs: objects})
	}
	if len(templates) > 0 {
		anyTemplate := slices.ContainsFunc(all, func(p pair) bool { return p.env != nil && len(p.kind.templates) > 0 })
		entries = append(entries, types.Label{Pairs: templates, IncludeTemplates: anyTemplate})
	}
	return entries
}

// labelsAt returns the labels of an object, or of the template at the path.
func labelsAt(tree map[string]any, path string) map[string]string {
	found := map[string]string{}
	visit(tree, strings.Split(strings.TrimPrefix(path+"/metadata/labels", "/"), "/"), func(parent map[string]any, name string) {
		values, _ := parent[name].(map[string]any)
		for name, value := range values {
			found[name] = text(value)
		}
	})
	return found
}

// keepCommon leaves in the labels those that others have with the same value.
func keepCommon(labels, others map[string]string) {
	maps.DeleteFunc(labels, func(name, value string) bool {
		other, ok := others[name]
		return !ok || other != value
	})
}
