package kustomize

import (
	"errors"
	"slices"
	"strings"
)

// reference is a field that names an object. kustomize changes it when that
// object gets another name, in this order.
type reference struct {
	group, target string // the kind that is named
	referrers     string // kinds, separated by blanks; "pod" is all that have one
	path          string
}

var references = slices.Concat(
	inContainers("ConfigMap", "env/valueFrom/configMapKeyRef/name", "envFrom/configMapRef/name"),
	[]reference{
		{"", "ConfigMap", "pod", "volumes/configMap/name"},
		{"", "ConfigMap", "pod", "volumes/projected/sources/configMap/name"},
		{"", "ConfigMap", "Role ClusterRole", "rules/resourceNames"},
	},
	inContainers("Secret", "env/valueFrom/secretKeyRef/name", "envFrom/secretRef/name"),
	[]reference{
		{"", "Secret", "pod", "volumes/secret/secretName"},
		{"", "Secret", "pod", "volumes/projected/sources/secret/name"},
		{"", "Secret", "pod", "imagePullSecrets/name"},
		{"", "Secret", "ServiceAccount", "imagePullSecrets/name"},
		{"", "Secret", "Role ClusterRole", "rules/resourceNames"},
		{rbac, "Role", "RoleBinding", "roleRef/name"},
		{rbac, "ClusterRole", "RoleBinding ClusterRoleBinding", "roleRef/name"},
		{"", "ServiceAccount", "RoleBinding ClusterRoleBinding", "subjects"},
		{"", "ServiceAccount", "pod", "serviceAccountName"},
		{"", "PersistentVolumeClaim", "pod", "volumes/persistentVolumeClaim/claimName"},
	},
)

func inContainers(target string, paths ...string) []reference {
	var all []reference
	for _, list := range []string{"containers", "initContainers"} {
		for _, path := range paths {
			all = append(all, reference{"", target, "pod", list + "/" + path})
		}
	}
	return all
}

// in returns the path of the field in an object of the kind, nil if it is not
// one that kustomize looks at.
func (f *reference) in(k *kind) []string {
	if f.referrers == "pod" && k.pod() != "" {
		return strings.Split(k.pod()+"/spec/"+f.path, "/")
	}
	if f.referrers == "pod" && k.name == "Pod" && k.group == "" {
		return strings.Split("spec/"+f.path, "/")
	}
	if slices.Contains(strings.Fields(f.referrers), k.name) && (k.group == rbac || k.group == "") {
		return strings.Split(f.path, "/")
	}
	return nil
}

// follow changes the names by which a resource refers to others.
func follow(r *resource, all []resource) error {
	var failed error
	reach := reachable(r, all)
	for i := range references {
		f := &references[i]
		path := f.in(r.kind)
		if path == nil || f.path == "roleRef/name" && !refersTo(r.tree, f) {
			continue
		}
		if candidates := f.candidates(r, reach); len(candidates) > 0 {
			visit(r.tree, path, func(parent map[string]any, name string) {
				failed = errors.Join(failed, followField(parent, name, candidates, reach))
			})
		}
	}
	return failed
}

func refersTo(tree map[string]any, f *reference) bool {
	ref, _ := tree["roleRef"].(map[string]any)
	return ref["kind"] == f.target && ref["apiGroup"] == f.group
}

// reachable are the objects that a resource can refer to: those of its
// namespace, of none, and of the namespaces of a RoleBinding's accounts. What
// has no namespace itself reaches all.
func reachable(r *resource, all []resource) []*resource {
	accounts := map[string]bool{}
	if r.kind.name == "RoleBinding" {
		subjects, _ := r.tree["subjects"].([]any)
		for _, s := range subjects {
			if s, ok := s.(map[string]any); ok && s["kind"] == "ServiceAccount" {
				accounts[text(s["namespace"])] = s["namespace"] != nil
			}
		}
	}
	var found []*resource
	for i := range all {
		if r.near(&all[i]) || accounts[namespaceOf(all[i].tree)] {
			found = append(found, &all[i])
		}
	}
	return found
}

// near reports whether one of both has no namespace, or they share one.
func (r *resource) near(other *resource) bool {
	return r.kind.clusterScoped || other.kind.clusterScoped || effective(namespaceOf(r.tree)) == effective(namespaceOf(other.tree))
}

// candidates are the objects whose names the field is compared with: those of
// its kind that had another name or namespace, and that are near. Only a
// ServiceAccount may be far.
func (f *reference) candidates(r *resource, reach []*resource) []*resource {
	var found []*resource
	for _, c := range reach {
		if len(c.names) > 0 && c.kind.name == f.target && c.kind.group == f.group && (f.target == "ServiceAccount" || r.near(c)) {
			found = append(found, c)
		}
	}
	return found
}

// followField changes one field: a name, a list of names, or a list of subjects
// with a name and a namespace each.
func followField(parent map[string]any, name string, candidates, reach []*resource) error {
	items, ok := parent[name].([]any)
	if !ok {
		return followName(candidates, text(parent[name]), func(now string) { parent[name] = now })
	}
	var failed error
	for i, item := range items {
		if subject, ok := item.(map[string]any); ok {
			failed = errors.Join(failed, followSubject(subject, candidates, reach))
			continue
		}
		failed = errors.Join(failed, followName(candidates, text(item), func(now string) { items[i] = now }))
	}
	return failed
}

func followName(candidates []*resource, name string, set func(now string)) error {
	now, err := current(name, candidates, false)
	if now != nil {
		set(nameOf(now.tree))
	}
	return err
}

// followSubject changes a subject of whatever kind: kustomize does not look at
// it. Where it has a namespace, the account must have been there, or if nothing
// was, be there now. Where it has none, it gets that of the account.
func followSubject(subject map[string]any, candidates, reach []*resource) error {
	if ns, ok := subject["namespace"]; ok {
		in := func(c *resource) bool { return effective(namespaceOf(c.tree)) == ns }
		if slices.ContainsFunc(reach, func(c *resource) bool { return !c.kind.clusterScoped && c.origin() == ns }) {
			in = func(c *resource) bool { return c.origin() == ns }
		}
		candidates = slices.DeleteFunc(slices.Clone(candidates), func(c *resource) bool { return !in(c) })
	}
	now, err := current(text(subject["name"]), candidates, true)
	if now == nil || err != nil {
		return err
	}
	subject["name"] = nameOf(now.tree)
	if ns := namespaceOf(now.tree); ns != "" {
		subject["namespace"] = ns
	}
	return nil
}

// origin is the namespace that the resource had first.
func (r *resource) origin() string {
	if len(r.names) > 0 {
		return r.was
	}
	return effective(namespaceOf(r.tree))
}

// errAmbiguous is what kustomize says of a name that several objects had.
var errAmbiguous = errors.New("found multiple possible referrals")

// current returns the resource that had the name, nil if none had.
func current(name string, candidates []*resource, withNamespace bool) (*resource, error) {
	var found *resource
	for _, c := range candidates {
		if !slices.Contains(c.names, name) {
			continue
		}
		if found != nil && (nameOf(found.tree) != nameOf(c.tree) || withNamespace && namespaceOf(found.tree) != namespaceOf(c.tree)) {
			return nil, errAmbiguous
		}
		if found == nil {
			found = c
		}
	}
	return found, nil
}

// disturbs reports whether kustomize changes, in an object of another folder
// that is built together with these, what refers to one of them.
func disturbs(done []resource, other Object) bool {
	k, _ := kindOf(text(other.Tree["apiVersion"]), text(other.Tree["kind"]))
	r := resource{kind: k, tree: other.Tree}
	reach := reachable(&r, done)
	if len(reach) == 0 {
		return false
	}
	r.tree, _ = clone(r.tree).(map[string]any)
	return follow(&r, done) != nil || !equal(r.tree, other.Tree)
}

// eager returns the resources of which kustomize changes what refers to them:
// those with another name, and accounts, whose namespace it writes too.
func eager(done []resource) []resource {
	return slices.DeleteFunc(slices.Clone(done), func(r resource) bool {
		now := nameOf(r.tree)
		return len(r.names) == 0 || r.kind.name != "ServiceAccount" && !slices.ContainsFunc(r.names, func(was string) bool { return was != now })
	})
}
