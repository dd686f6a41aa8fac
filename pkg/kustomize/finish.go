package kustomize

import (
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

// transforms are what an overlay does to all of its objects, after the patches,
// in this order.
type transforms struct {
	namespace string
	labels    []types.Label
	images    []types.Image
}

// none reports whether nothing is done.
func (t transforms) none() bool { return t.namespace == "" && len(t.labels) == 0 && len(t.images) == 0 }

// resource is an object as an overlay goes on with it after the patches.
type resource struct {
	kind *kind
	tree map[string]any
	// names are those it had before, and was is the namespace it had first. Both
	// are only noted of what was renamed, patched by JSON patch, or put into a
	// namespace.
	names []string
	was   string
}

// finish does to copies of the resources what kustomize does to them after the
// patches: namespace, labels, images, and names that others refer to. Where that is
// nothing they are not copied. It fails where kustomize does.
func finish(resources []resource, t transforms) ([]resource, error) {
	done := slices.Clone(resources)
	if t.none() && !slices.ContainsFunc(done, func(r resource) bool { return len(r.names) > 0 }) {
		return done, nil
	}
	for i := range done {
		r := &done[i]
		r.tree, _ = clone(r.tree).(map[string]any)
		if t.namespace != "" {
			r.enter(t.namespace)
		}
		for _, l := range t.labels {
			r.label(l)
		}
		for _, image := range t.images {
			retag(r.tree, image)
		}
	}
	for i := range done {
		if err := follow(&done[i], done); err != nil {
			return nil, err
		}
	}
	return done, nil
}

// clone copies the maps and lists of a tree.
func clone(node any) any {
	switch n := node.(type) {
	case map[string]any:
		c := make(map[string]any, len(n))
		for k, v := range n {
			c[k] = clone(v)
		}
		return c
	case []any:
		c := make([]any, len(n))
		for i, v := range n {
			c[i] = clone(v)
		}
		return c
	}
	return node
}

// remember notes the name and the namespace that the resource has.
func (r *resource) remember() {
	if len(r.names) == 0 {
		r.was = effective(namespaceOf(r.tree))
	}
	r.names = append(r.names, nameOf(r.tree))
}

// enter does what `namespace` does: it also renames a Namespace, and moves the
// subjects named "default" of bindings, wherever they are.
func (r *resource) enter(namespace string) {
	r.remember()
	meta := metadata(r.tree)
	if !r.kind.clusterScoped {
		meta["namespace"] = namespace
	}
	if r.kind.group == "" && r.kind.name == "Namespace" {
		meta["name"] = namespace
	}
	if strings.HasSuffix(r.kind.name, "RoleBinding") {
		visit(r.tree, []string{"subjects"}, func(parent map[string]any, name string) {
			subjects, _ := parent[name].([]any)
			for _, s := range subjects {
				if s, ok := s.(map[string]any); ok && s["name"] == "default" {
					s["namespace"] = namespace
				}
			}
		})
	}
}

// label does what `labels` does, which makes what is missing.
func (r *resource) label(l types.Label) {
	at := []string{""}
	if l.IncludeTemplates {
		at = append(at, r.kind.templates...)
	}
	for _, path := range at {
		node := r.tree
		for _, name := range strings.Split(strings.TrimPrefix(path+"/metadata/labels", "/"), "/") {
			node = child(node, name)
		}
		for name, value := range l.Pairs {
			node[name] = value
		}
	}
}

// child returns the map in a field, a new one if there is none.
func child(node map[string]any, name string) map[string]any {
	c, ok := node[name].(map[string]any)
	if !ok {
		c = map[string]any{}
		node[name] = c
	}
	return c
}

// visit calls act for each field that a path leads to, through every item of
// the lists on the way.
func visit(node any, path []string, act func(parent map[string]any, name string)) {
	switch n := node.(type) {
	case []any:
		for _, item := range n {
			visit(item, path, act)
		}
	case map[string]any:
		if _, ok := n[path[0]]; !ok {
			return
		}
		if len(path) == 1 {
			act(n, path[0])
			return
		}
		visit(n[path[0]], path[1:], act)
	}
}

// sortedKeys returns the keys of both maps in order.
func sortedKeys(a, b map[string]any) []string {
	keys := slices.AppendSeq(make([]string, 0, len(a)+len(b)), maps.Keys(a))
	for k := range b {
		if _, ok := a[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}
