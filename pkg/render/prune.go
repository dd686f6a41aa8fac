package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// rule says what becomes of one field that Kubernetes' Go types write although
// nobody set it. Fields without a rule stay as they are: an empty value can
// carry meaning, as podSelector: {} (all pods), emptyDir: {}, or an ingress
// rule that is {} (everything may come in).
type rule struct {
	path string // field names from the object, or from the place in kinds; * is every item
	act  func(parent map[string]any, name string)
}

// everywhere holds for each kind of object, also for custom resources.
var everywhere = []rule{
	{"status", remove},                     // the cluster's to write
	{"metadata.creationTimestamp", remove}, // the cluster's to write
	{"metadata", removeEmpty},              // a struct that cannot be left out
}

// metadata holds for a template that is no pod.
var metadata = []rule{
	{"metadata.creationTimestamp", remove},
	{"metadata", removeEmpty},
}

// pod holds for each pod and pod template.
var pod = []rule{
	{"metadata.creationTimestamp", remove},
	{"metadata", removeEmpty},
	{"spec.containers.*.resources", removeEmpty},
	{"spec.initContainers.*.resources", removeEmpty},
	{"spec.ephemeralContainers.*.resources", removeEmpty},
	{"spec.containers.*.env.*.valueFrom.resourceFieldRef.divisor", removeZero},
	{"spec.initContainers.*.env.*.valueFrom.resourceFieldRef.divisor", removeZero},
	{"spec.volumes.*.downwardAPI.items.*.resourceFieldRef.divisor", removeZero},
	{"spec.volumes.*.projected.sources.*.downwardAPI.items.*.resourceFieldRef.divisor", removeZero},
	{"spec.volumes.*.ephemeral.volumeClaimTemplate.metadata.creationTimestamp", remove},
	{"spec.volumes.*.ephemeral.volumeClaimTemplate.metadata", removeEmpty},
	{"spec.volumes.*.ephemeral.volumeClaimTemplate.spec.resources", removeEmpty},
}

// job holds for each Job spec. A null would ask kubectl to delete the field.
var job = []rule{
	{"podFailurePolicy.rules", nullToList},
	{"successPolicy.rules", nullToList},
}

// kinds has one row for each place where further rules hold.
var kinds = []struct {
	kind  string
	at    string // from here; "" is the object itself
	rules []rule
}{
	{"Pod", "", pod},
	{"Job", "spec", job},
	{"Job", "spec.template", pod},
	{"CronJob", "spec.jobTemplate", metadata},
	{"CronJob", "spec.jobTemplate.spec", job},
	{"CronJob", "spec.jobTemplate.spec.template", pod},
	{"Deployment", "spec.template", pod},
	{"Deployment", "", []rule{{"spec.strategy", removeEmpty}}},
	{"PersistentVolumeClaim", "", []rule{{"spec.resources", removeEmpty}}},
	{"Role", "", []rule{{"rules", nullToList}}},
	{"ClusterRole", "", []rule{{"rules", nullToList}}},
	{"Namespace", "", []rule{{"spec", removeEmpty}}},
}

func remove(parent map[string]any, name string) { delete(parent, name) }

func removeEmpty(parent map[string]any, name string) {
	if m, ok := parent[name].(map[string]any); ok && len(m) == 0 {
		delete(parent, name)
	}
}

// removeZero removes a quantity that nobody set.
func removeZero(parent map[string]any, name string) {
	if parent[name] == "0" {
		delete(parent, name)
	}
}

func nullToList(parent map[string]any, name string) {
	if v, ok := parent[name]; ok && v == nil {
		parent[name] = []any{}
	}
}

// tree returns the object as maps, lists and scalars, pruned.
func tree(object any) (map[string]any, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("encoding %T: %w", object, err)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // a float64 would lose digits of large integers
	var t map[string]any
	if err := dec.Decode(&t); err != nil {
		return nil, fmt.Errorf("encoding %T: %w", object, err)
	}
	kind, _ := t["kind"].(string)
	if version, _ := t["apiVersion"].(string); kind == "" || version == "" {
		return nil, fmt.Errorf("encoding %T: apiVersion or kind is not set", object)
	}
	prune(t, "", everywhere)
	known := false
	for _, k := range kinds {
		if k.kind == kind {
			prune(t, k.at, k.rules)
			known = true
		}
	}
	if known { // in a custom resource a null may mean something
		dropNulls(t)
	}
	return t, nil
}

// dropNulls removes what is null: Kubernetes' Go types write it for a few
// pointers that nobody set, and kubectl takes it for a field to delete.
func dropNulls(node any) {
	switch node := node.(type) {
	case map[string]any:
		for name, value := range node {
			if value == nil {
				delete(node, name)
				continue
			}
			dropNulls(value)
		}
	case []any:
		for _, item := range node {
			dropNulls(item)
		}
	}
}

// prune applies the rules to what stands at the path in the tree.
func prune(t map[string]any, at string, rules []rule) {
	for _, r := range rules {
		path := strings.TrimPrefix(at+"."+r.path, ".")
		visit(t, strings.Split(path, "."), r.act)
	}
}

// visit calls act for each field that the path leads to.
func visit(node any, path []string, act func(map[string]any, string)) {
	if items, ok := node.([]any); ok && path[0] == "*" {
		for _, item := range items {
			visit(item, path[1:], act)
		}
		return
	}
	m, ok := node.(map[string]any)
	if !ok {
		return
	}
	if len(path) == 1 {
		act(m, path[0])
		return
	}
	visit(m[path[0]], path[1:], act)
}
