package render

import (
	"encoding/json"
	"fmt"
	"reflect"
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

// byKind has the rules of each kind, their paths from the object.
var byKind = func() map[string][]rule {
	rules := map[string][]rule{}
	for _, k := range kinds {
		for _, r := range k.rules {
			r.path = strings.TrimPrefix(k.at+"."+r.path, ".")
			rules[k.kind] = append(rules[k.kind], r)
		}
	}
	return rules
}()

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

// Tree returns the object as maps, lists, strings, booleans and json.Number,
// without what only the cluster may write and without what Kubernetes' Go types
// force out: what Object of a Format encodes. It shares nothing with the object
// that can be changed.
func Tree(object any) (map[string]any, error) {
	t, err := encoded(object)
	if err != nil {
		return nil, err
	}
	kind, _ := t["kind"].(string)
	if version, _ := t["apiVersion"].(string); kind == "" || version == "" {
		return nil, fmt.Errorf("encoding %T: apiVersion or kind is not set", object)
	}
	prune(t, everywhere)
	if rules, known := byKind[kind]; known { // in a custom resource a null may mean something
		prune(t, rules)
		DropNulls(t)
	}
	return t, nil
}

// encoded returns the object as a tree, with all that its type writes.
func encoded(object any) (map[string]any, error) {
	if v := reflect.ValueOf(object); v.IsValid() {
		t, err := planOf(v.Type())(v)
		if m, ok := t.(map[string]any); ok && err == nil {
			return m, nil
		}
	}
	return encodedAsText(object)
}

// encodedAsText does the same by way of JSON. It is what a plan must agree with.
func encodedAsText(object any) (map[string]any, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("encoding %T: %w", object, err)
	}
	t, err := Parse[any](text)
	if err != nil {
		return nil, fmt.Errorf("encoding %T: %w", object, err)
	}
	m, ok := t.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("encoding %T: it is no object", object)
	}
	return m, nil
}

// DropNulls removes what is null: Kubernetes' Go types write it for a few
// pointers that nobody set, and kubectl takes it for a field to delete.
func DropNulls(node any) {
	switch node := node.(type) {
	case map[string]any:
		for name, value := range node {
			if value == nil {
				delete(node, name)
				continue
			}
			DropNulls(value)
		}
	case []any:
		for _, item := range node {
			DropNulls(item)
		}
	}
}

// prune applies the rules to the tree.
func prune(t map[string]any, rules []rule) {
	for _, r := range rules {
		visit(t, r.path, r.act)
	}
}

// visit calls act for each field that the path leads to.
func visit(node any, path string, act func(map[string]any, string)) {
	step, rest, more := strings.Cut(path, ".")
	if items, ok := node.([]any); ok && step == "*" {
		for _, item := range items {
			visit(item, rest, act)
		}
		return
	}
	m, ok := node.(map[string]any)
	switch {
	case !ok:
	case more:
		visit(m[step], rest, act)
	default:
		act(m, step)
	}
}
