package importer

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// around takes the objects along that the Job uses and a spec makes.
func (im *importing) around() {
	for _, o := range im.run.objects {
		if take := besides[o.Kind]; take != nil && !o.taken && o.why == "" && im.isHere(o) {
			take(im, o)
		}
	}
}

// isHere reports whether an object is in the Job's namespace, or the namespace.
func (im *importing) isHere(o *object) bool {
	return o.namespace() == im.job.namespace() || o.Kind == "Namespace"
}

// besides has a function for each kind that a spec makes beside the Job and that is
// found by itself; roles and bindings are found with the account. It takes the object
// along if the Job uses it. Whether it is the same as before is proved later.
var besides = map[string]func(im *importing, o *object){
	"Namespace":             (*importing).createNamespace,
	"ConfigMap":             (*importing).configMap,
	"PersistentVolumeClaim": (*importing).claim,
	"ServiceAccount":        (*importing).serviceAccount,
	"NetworkPolicy":         (*importing).networkPolicy,
}

// add makes an entry of the spec of an object beside the Job: its metadata, and those of
// its fields that have another name or place in the entry.
func (im *importing) add(o *object, entry map[string]any, field spec.Path, inherits bool, fields ...[2]string) {
	im.beside = append(im.beside, o)
	im.origin(field, o, nil)
	labels := im.ownLabels(o, inherits)
	if len(labels) > 0 {
		entry["labels"] = labels
		im.origin(field.With("labels"), o, spec.Path{"metadata", "labels"})
	}
	if annotations := mapAt(o.tree, "metadata", "annotations"); len(annotations) > 0 {
		entry["annotations"] = render.Clone(annotations)
		im.origin(field.With("annotations"), o, spec.Path{"metadata", "annotations"})
	}
	for _, f := range fields {
		from, _ := spec.ParsePath(f[0])
		if value := get(o.tree, from...); value != nil {
			entry[f[1]] = render.Clone(value)
			im.origin(field.With(f[1]), o, from)
		}
	}
}

// ownLabels returns the labels that an object has beside those that it gets from the
// spec; null leaves out one that it does not have.
func (im *importing) ownLabels(o *object, inherits bool) map[string]any {
	has := im.withoutAdded(mapAt(o.tree, "metadata", "labels"))
	if !inherits {
		return has
	}
	gets := map[string]any{}
	for _, from := range []map[string]any{im.common, mapAt(im.spec, "metadata", "labels")} {
		for key, value := range from {
			gets[key] = value
		}
	}
	own := map[string]any{}
	for key, value := range mapAt(o.tree, "metadata", "labels") {
		if was, ok := gets[key]; ok && was != value || !ok && has[key] != nil {
			own[key] = value
		}
	}
	for key := range gets {
		if _, ok := mapAt(o.tree, "metadata", "labels")[key]; !ok && im.added()[key] == nil {
			own[key] = nil
		}
	}
	return own
}

func (im *importing) createNamespace(o *object) {
	if textAt(o.tree, "metadata", "name") != im.job.namespace() {
		return
	}
	entry, field := map[string]any{}, spec.Path{"spec", "createNamespace"}
	im.add(o, entry, field, false)
	put(im.spec, entry, field...)
}

// configMapRefs are the ends of the paths at which a Job names a ConfigMap.
var configMapRefs = []spec.Path{{"configMap", "name"}, {"configMapRef", "name"}, {"configMapKeyRef", "name"}}

// configMapsOf returns the names of the ConfigMaps that a Job refers to.
func configMapsOf(job map[string]any) map[string]bool {
	names := map[string]bool{}
	leaves(job, nil, func(at spec.Path, value any) {
		for _, end := range configMapRefs {
			if name, ok := value.(string); ok && len(at) >= len(end) && slices.Equal(at[len(at)-len(end):], end) {
				names[name] = true
			}
		}
	})
	return names
}

// made reports whether the labels of an object say that jobgen made it beside the Job.
func (im *importing) made(o *object) bool {
	labels := mapAt(o.tree, "metadata", "labels")
	return labels[spec.LabelName] == im.name && labels[spec.LabelManagedBy] == "jobgen"
}

func (im *importing) configMap(o *object) {
	name := textAt(o.tree, "metadata", "name")
	if !im.made(o) && !im.configMaps[name] {
		return
	}
	if o.tree["binaryData"] != nil {
		o.why = "binaryData would have to be files beside the spec"
		return
	}
	if get(o.tree, "immutable") == true {
		o.why = "it is immutable, and jobgen puts a hash behind the name of such a one"
		return
	}
	entry, field := map[string]any{}, spec.Path{"spec", "configMaps", name}
	im.add(o, entry, field, true, [2]string{"immutable", "immutable"})
	if data := mapAt(o.tree, "data"); data != nil {
		texts := map[string]any{}
		for key, value := range data {
			texts[key] = map[string]any{"value": value}
		}
		entry["data"] = texts
		im.origin(field.With("data"), o, spec.Path{"data"})
	}
	put(im.spec, entry, field...)
}

func (im *importing) claim(o *object) {
	name := textAt(o.tree, "metadata", "name")
	volumes := mapAt(im.spec, "spec", "volumes")
	for _, volume := range keys(volumes) {
		claim := mapAt(volumes, volume, "persistentVolumeClaim")
		if claim["claimName"] != name {
			continue
		}
		field := spec.Path{"spec", "volumes", volume, "persistentVolumeClaim"}
		if name == im.name+"-"+volume {
			delete(claim, "claimName")
		}
		im.add(o, claim, field, true, [2]string{"spec", "create"})
		return
	}
}

func (im *importing) networkPolicy(o *object) {
	selects := mapAt(o.tree, "spec", "podSelector", "matchLabels")
	if selects[spec.LabelName] != im.name || selects[spec.LabelManagedBy] != "jobgen" {
		return // a spec's policy selects by these
	}
	entry, field := map[string]any{}, spec.Path{"spec", "networkPolicy"}
	im.add(o, entry, field, true, [2]string{"spec.ingress", "ingress"}, [2]string{"spec.egress", "egress"})
	for _, direction := range listAt(o.tree, "spec", "policyTypes") {
		name := map[any]string{"Ingress": "ingress", "Egress": "egress"}[direction]
		if entry[name] == nil {
			entry[name] = []any{}
		}
	}
	if rules, ok := entry["egress"].([]any); ok {
		ports := []any{}
		if last := len(rules) - 1; last >= 0 {
			if ports = nameServers(rules[last]); len(ports) > 0 {
				entry["egress"] = rules[:last]
			}
		}
		if !slices.Equal(texts(ports), []string{"53"}) {
			entry["dns"] = map[string]any{"ports": ports}
		}
	}
	put(im.spec, entry, field...)
}

// nameServers returns the ports of a rule like the one that jobgen adds, so that names can
// be found: each for UDP and TCP. It is empty for another rule.
func nameServers(rule any) []any {
	ports := []any{}
	for i, p := range listAt(rule, "ports") {
		if port := mapAt(p)["port"]; i%2 == 0 {
			ports = append(ports, port)
		}
	}
	made := []any{}
	for _, port := range ports {
		made = append(made, map[string]any{"port": port, "protocol": "UDP"}, map[string]any{"port": port, "protocol": "TCP"})
	}
	forNames := slices.Contains(texts(ports), "53") || slices.Contains(texts(ports), "5353")
	if !forNames || string(encode(map[string]any{"ports": made})) != string(encode(rule)) {
		return []any{}
	}
	return ports
}

// texts writes each value as a text.
func texts(values []any) []string {
	var all []string
	for _, v := range values {
		all = append(all, fmt.Sprint(v))
	}
	return all
}

// serviceAccount takes an account along, with what it may do.
func (im *importing) serviceAccount(o *object) {
	name := textAt(o.tree, "metadata", "name")
	if textAt(im.spec, "spec", "serviceAccountName") != name {
		return
	}
	for _, field := range []string{"secrets", "imagePullSecrets"} {
		if o.tree[field] != nil {
			o.why = "a spec cannot say " + field + " of an account"
			return
		}
	}
	entry, field := map[string]any{}, spec.Path{"spec", "serviceAccount"}
	im.origin(field, im.job, compile.PodSpec(im.job.isCron()).With("serviceAccountName")) // for comments
	im.add(o, entry, field, true, [2]string{"automountServiceAccountToken", "automountToken"})
	if name != im.name {
		entry["name"] = name
	}
	take(im.spec, "spec", "serviceAccountName")
	put(im.spec, entry, field...)
	cluster := im.job.namespace() + "-" + im.name
	im.rules(entry, "rules", name, im.find("Role", im.name), im.find("RoleBinding", im.name))
	im.rules(entry, "clusterRules", name, im.find("ClusterRole", cluster), im.find("ClusterRoleBinding", cluster))
	im.bindings(entry, name)
}

// find returns an object that is not part of a spec, nil if there is none.
func (im *importing) find(kind, name string) *object {
	for _, o := range im.run.objects {
		global := kind == "ClusterRole" || kind == "ClusterRoleBinding"
		if o.Kind == kind && textAt(o.tree, "metadata", "name") == name && !o.taken && o.why == "" && (global || im.isHere(o)) {
			return o
		}
	}
	return nil
}

// rules takes a role along that is bound to the account.
func (im *importing) rules(entry map[string]any, field, account string, role, binding *object) {
	if role == nil || binding == nil || !binds(binding, role.Kind, role.name(), account) {
		return
	}
	entry[field] = render.Clone(listAt(role.tree, "rules"))
	at := spec.Path{"spec", "serviceAccount", field}
	im.origin(at, role, spec.Path{"rules"})
	im.beside = append(im.beside, role, binding)
}

// binds reports whether a binding gives a role to the account.
func binds(binding *object, kind, role, account string) bool {
	subjects := listAt(binding.tree, "subjects")
	return textAt(binding.tree, "roleRef", "kind") == kind && textAt(binding.tree, "roleRef", "name") == role &&
		len(subjects) == 1 && textAt(subjects[0], "kind") == "ServiceAccount" && textAt(subjects[0], "name") == account
}

// bindings takes along what binds the account to other roles.
func (im *importing) bindings(entry map[string]any, account string) {
	var all []any
	for _, o := range im.run.objects {
		kind, role := textAt(o.tree, "roleRef", "kind"), textAt(o.tree, "roleRef", "name")
		if o.Kind != "RoleBinding" || o.taken || o.why != "" || slices.Contains(im.beside, o) || !binds(o, kind, role, account) || !im.isHere(o) {
			continue
		}
		if want := im.name + "-" + role; o.name() != want && o.name() != im.name+"-clusterrole-"+role {
			o.why = fmt.Sprintf("a spec would name it %s", want)
			continue
		}
		im.origin(spec.Path{"spec", "serviceAccount", "bind", strconv.Itoa(len(all))}, o, nil)
		im.beside = append(im.beside, o)
		all = append(all, map[string]any{map[string]string{"Role": "role", "ClusterRole": "clusterRole"}[kind]: role})
	}
	if all != nil {
		entry["bind"] = all
	}
}

// key names an object beside the Job as the compiler does.
func (o *object) key() compile.Key {
	return compile.Key{Kind: o.Kind, Namespace: o.namespace(), Name: o.name()}
}
