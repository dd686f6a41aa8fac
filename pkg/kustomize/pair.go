package kustomize

import "strings"

// key is what kustomize knows an object by. The version is not part of it.
type key struct{ group, kind, namespace, name string }

func keyOf(tree map[string]any) key {
	group, _, found := strings.Cut(text(tree["apiVersion"]), "/")
	if !found {
		group = ""
	}
	return key{group, text(tree["kind"]), effective(namespaceOf(tree)), nameOf(tree)}
}

// effective is the namespace as kustomize compares it.
func effective(namespace string) string {
	if namespace == "" {
		return "default"
	}
	return namespace
}

func text(v any) string { s, _ := v.(string); return s }

func metadata(tree map[string]any) map[string]any {
	m, _ := tree["metadata"].(map[string]any)
	return m
}

func nameOf(tree map[string]any) string      { return text(metadata(tree)["name"]) }
func namespaceOf(tree map[string]any) string { return text(metadata(tree)["namespace"]) }

// pair is an object of the base and what it is in the environment. One of them
// is missing where an object is only in the base, or only in the environment.
type pair struct {
	kind      *kind
	plain     string
	base, env map[string]any
}

// pairs finds for each object of the base what it is in the environment.
//
// An object with the same key is the same object, whatever its plain name is:
// kustomize lets no other one take the key of an object of the base, not even
// where that gets another name or is deleted. So keys that are new in the
// environment are never those of the base. The rest goes by plain name.
func pairs(base, env []Object, shared string) []pair {
	rules := []func(b, e Object) bool{
		func(b, e Object) bool { return keyIn(b, shared) == keyIn(e, shared) },
		func(b, e Object) bool {
			return sameKind(b, e) && b.PlainName == e.PlainName && namespaceOf(b.Tree) == namespaceOf(e.Tree)
		},
		func(b, e Object) bool { return sameKind(b, e) && b.PlainName == e.PlainName },
		func(b, e Object) bool { return shared != "" && sameKind(b, e) && text(b.Tree["kind"]) == "Namespace" },
	}
	twin, taken := make([]int, len(base)), make([]bool, len(env))
	for i := range twin {
		twin[i] = -1
	}
	for _, same := range rules {
		for i := range base {
			for j := range env {
				if twin[i] < 0 && !taken[j] && same(base[i], env[j]) {
					twin[i], taken[j] = j, true
				}
			}
		}
	}
	var all []pair
	for i, b := range base {
		p := newPair(b)
		p.base = b.Tree
		if twin[i] >= 0 {
			p.env = env[twin[i]].Tree
		}
		all = append(all, p)
	}
	for j, e := range env {
		if !taken[j] {
			p := newPair(e)
			p.env = e.Tree
			all = append(all, p)
		}
	}
	return all
}

func newPair(o Object) pair {
	k, _ := kindOf(text(o.Tree["apiVersion"]), text(o.Tree["kind"]))
	return pair{kind: k, plain: o.PlainName}
}

// keyIn is the key once the object is in the namespace that all are to share;
// "" leaves it where it is.
func keyIn(o Object, shared string) key {
	k := keyOf(o.Tree)
	if shared != "" && k.namespace != "" {
		k.namespace = effective(shared)
	}
	return k
}

func sameKind(b, e Object) bool {
	one, other := keyOf(b.Tree), keyOf(e.Tree)
	return one.group == other.group && one.kind == other.kind
}

// renamed reports whether the environment has the object under another name.
func (p *pair) renamed() bool {
	return p.base != nil && p.env != nil && nameOf(p.base) != nameOf(p.env)
}

// moved reports whether the environment has the object in another namespace.
func (p *pair) moved() bool {
	return p.base != nil && p.env != nil && namespaceOf(p.base) != namespaceOf(p.env)
}

// replaceable reports whether the environment's object may stand beside that
// of the base, so that one can be deleted and the other added.
func (p *pair) replaceable() bool { return keyOf(p.base) != keyOf(p.env) }
