package kustomize_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/kustomize"
)

// mutations are what happens to the objects of a base on the way to an
// environment, the frequent ones several times.
var mutations = []func(r *rand.Rand, objects []kustomize.Object, pool [][]kustomize.Object) []kustomize.Object{
	fieldsOf, fieldsOf, fieldsOf, containersOf, containersOf, containersOf, rename, rename, namespaceOfAll, namespaceOfAll,
	namespaceOfOne, imagesOf, imagesOf, labelsOf, labelsOf, drop, bring, annotationsOf, duplicate, hugeNumber,
}

func mutate(r *rand.Rand, base []kustomize.Object, pool [][]kustomize.Object) []kustomize.Object {
	env := make([]kustomize.Object, len(base))
	for i, o := range base {
		env[i] = kustomize.Object{PlainName: o.PlainName, Tree: copied(o.Tree)}
	}
	for range r.IntN(5) {
		env = mutations[r.IntN(len(mutations))](r, env, pool)
	}
	for _, o := range env {
		meta := o.Tree["metadata"].(map[string]any)
		if none, ok := meta["annotations"].(map[string]any); ok && len(none) == 0 {
			delete(meta, "annotations")
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(env, func(o kustomize.Object) bool {
		k := id(o.Tree)
		was := seen[k]
		seen[k] = true
		return was
	})
}

var texts = []string{"x", "yes", "0755", "1e3", "line\nbreak\n", "", " ", "a: b", "~", "grüße", "$(FIRST)", "# no", "- item", "tail \n", "\u2028", "null", "9007199254740993", "{}", "2001-01-01"}

// fieldsOf changes, removes or adds fields anywhere.
func fieldsOf(r *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	for range 1 + r.IntN(3) {
		if len(objects) > 0 {
			change(r, objects[r.IntN(len(objects))].Tree, "")
		}
	}
	return objects
}

// change goes down one way and changes what is there.
func change(r *rand.Rand, node map[string]any, path string) {
	names := slices.Sorted(maps.Keys(node))
	names = slices.DeleteFunc(names, func(n string) bool {
		return path == "" && (n == "apiVersion" || n == "kind") || path == "/metadata" && (n == "name" || n == "namespace")
	})
	if len(names) == 0 {
		return
	}
	name := names[r.IntN(len(names))]
	at := path + "/" + name
	inside := strings.HasPrefix(at, "/metadata")
	switch value := node[name].(type) {
	case map[string]any:
		switch n := r.IntN(10); {
		case n == 0 && at != "/metadata":
			delete(node, name)
		case n == 1 && !inside:
			node[name] = map[string]any{}
		case n == 2 && !inside:
			value["added"+fmt.Sprint(r.IntN(3))] = some(r)
		default:
			change(r, value, at)
		}
	case []any:
		node[name] = items(r, value, at)
		if r.IntN(12) == 0 {
			delete(node, name)
		}
	case string:
		if node[name] = texts[r.IntN(len(texts))]; r.IntN(3) == 0 && at != "/subjects/*/name" { // kustomize fails on such a subject
			delete(node, name)
		}
	default:
		if node[name] = json.Number(fmt.Sprint(r.IntN(100))); r.IntN(3) == 0 {
			delete(node, name)
		}
	}
}

// some is a new value.
func some(r *rand.Rand) any {
	switch r.IntN(7) {
	case 0:
		return map[string]any{}
	case 1:
		return []any{}
	case 2:
		return map[string]any{"a/b~c": "d", "list": []any{map[string]any{"name": "x"}, "y"}}
	case 3:
		return json.Number("7")
	case 4:
		return true
	}
	return texts[r.IntN(len(texts))]
}

// items reorders, removes, adds or changes items of a list.
func items(r *rand.Rand, list []any, path string) []any {
	if len(list) == 0 {
		return list
	}
	i := r.IntN(len(list))
	switch r.IntN(6) {
	case 0:
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	case 1:
		return slices.Delete(list, i, i+1)
	case 2:
		added := copyOf(list[i])
		if m, ok := added.(map[string]any); ok {
			for _, name := range []string{"name", "mountPath", "containerPort", "devicePath", "ip", "topologyKey"} {
				if _, ok := m[name].(string); ok {
					m[name] = fmt.Sprint("new-", r.IntN(4))
					break
				}
				if _, ok := m[name].(json.Number); ok {
					m[name] = json.Number(fmt.Sprint(1000 + r.IntN(4)))
				}
			}
		}
		if path == "/metadata/finalizers" {
			return list
		}
		return slices.Insert(list, r.IntN(len(list)+1), added)
	default:
		switch item := list[i].(type) {
		case map[string]any:
			change(r, item, path+"/*")
		case string:
			list[i] = texts[r.IntN(len(texts))]
		}
	}
	return list
}

// pods calls act for each pod spec.
func pods(objects []kustomize.Object, act func(spec map[string]any)) {
	for _, o := range objects {
		node := o.Tree
		for _, name := range []string{"spec", "jobTemplate", "spec", "template", "spec"} {
			if next, ok := node[name].(map[string]any); ok {
				node = next
			}
		}
		if _, ok := node["containers"].([]any); ok {
			act(node)
		}
	}
}

// containersOf changes what is typical of an environment.
func containersOf(r *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	pods(objects, func(spec map[string]any) {
		if r.IntN(3) == 0 {
			return
		}
		for _, c := range spec["containers"].([]any) {
			environment(r, c.(map[string]any))
		}
		volumes, _ := spec["volumes"].([]any)
		for _, v := range volumes {
			if v := v.(map[string]any); r.IntN(3) == 0 {
				for name := range v {
					if name != "name" {
						delete(v, name)
					}
				}
				switch r.IntN(3) {
				case 0:
					v["emptyDir"] = map[string]any{}
				case 1:
					v["configMap"] = map[string]any{"name": "other", "items": []any{map[string]any{"key": "a", "path": "b"}}}
				case 2:
					v["persistentVolumeClaim"] = map[string]any{"claimName": "other"}
				}
			}
		}
		switch r.IntN(8) {
		case 0:
			spec["nodeSelector"] = map[string]any{"pool": "a/b"}
		case 1:
			spec["tolerations"] = []any{map[string]any{"key": "k", "operator": "Exists", "tolerationSeconds": json.Number("30")}}
		case 2:
			spec["imagePullSecrets"] = []any{map[string]any{"name": "registry"}, map[string]any{"name": "other"}}
		case 3:
			spec["topologySpreadConstraints"] = []any{map[string]any{"topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "maxSkew": json.Number("1")}}
		case 4:
			spec["hostAliases"] = []any{map[string]any{"ip": "10.0.0.1", "hostnames": []any{"a", "b"}}, map[string]any{"ip": "10.0.0.2"}}
		case 5:
			spec["initContainers"] = []any{map[string]any{"name": "init", "image": "busybox:1"}, map[string]any{"name": "init-2", "image": "busybox:1", "ports": []any{map[string]any{"containerPort": json.Number("80")}}}}
		}
	})
	return objects
}

// environment changes the variables, ports and resources of a container.
func environment(r *rand.Rand, c map[string]any) {
	env, _ := c["env"].([]any)
	for range r.IntN(4) {
		name := []string{"LOG_LEVEL", "FEATURE", "PGHOST", "A", "B"}[r.IntN(5)]
		env = slices.DeleteFunc(env, func(v any) bool { return v.(map[string]any)["name"] == name })
		env = slices.Insert(env, r.IntN(len(env)+1), any(map[string]any{"name": name, "value": texts[r.IntN(len(texts))]}))
	}
	for _, v := range env {
		switch v := v.(map[string]any); r.IntN(6) {
		case 0:
			delete(v, "value")
			v["valueFrom"] = map[string]any{"secretKeyRef": map[string]any{"name": "s", "key": "k"}}
		case 1:
			delete(v, "valueFrom")
			v["value"] = "now"
		case 2:
			delete(v, "value")
			v["valueFrom"] = map[string]any{"fieldRef": map[string]any{"fieldPath": "metadata.name"}}
		}
	}
	if len(env) > 0 && r.IntN(6) == 0 {
		r.Shuffle(len(env), func(i, j int) { env[i], env[j] = env[j], env[i] })
	}
	if len(env) > 0 {
		c["env"] = env
	}
	switch r.IntN(6) {
	case 0:
		c["resources"] = map[string]any{"limits": map[string]any{"memory": "1Gi"}}
	case 1:
		c["ports"] = []any{map[string]any{"containerPort": json.Number("8080"), "protocol": "TCP"}, map[string]any{"containerPort": json.Number("8080"), "protocol": "UDP", "name": "x"}}
	case 2:
		c["ports"] = []any{map[string]any{"containerPort": json.Number("9090"), "name": "m"}, map[string]any{"containerPort": json.Number("8080")}}
	case 3:
		c["args"] = []any{"--new", "a"}
	}
}

// rename puts a hash to the names of some objects and to what refers to them.
func rename(r *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	for _, o := range objects {
		kind := o.Tree["kind"].(string)
		if r.IntN(2) == 0 || kind == "Namespace" {
			continue
		}
		meta := o.Tree["metadata"].(map[string]any)
		old := meta["name"].(string)
		now := old + fmt.Sprintf("-%08x", r.Uint32())
		meta["name"] = now
		stale := r.IntN(20) == 0
		for _, other := range objects {
			if other.Tree["metadata"].(map[string]any)["namespace"] == meta["namespace"] && !stale {
				refer(other.Tree, kind, old, now)
			}
		}
	}
	return objects
}

// refer changes the fields that name an object of the kind.
func refer(node any, kind, old, now string) {
	switch n := node.(type) {
	case []any:
		for _, item := range n {
			refer(item, kind, old, now)
			if m, ok := item.(map[string]any); ok && m["kind"] == kind && m["name"] == old {
				m["name"] = now
			}
		}
	case map[string]any:
		for name, value := range n {
			switch v := value.(type) {
			case map[string]any:
				if name == "configMap" && kind == "ConfigMap" || name == "configMapRef" && kind == "ConfigMap" || name == "configMapKeyRef" && kind == "ConfigMap" ||
					(name == "secretRef" || name == "secretKeyRef" || name == "secret") && kind == "Secret" || name == "roleRef" && v["kind"] == kind {
					if v["name"] == old {
						v["name"] = now
					}
				}
			case string:
				if v == old && (name == "secretName" && kind == "Secret" || name == "serviceAccountName" && kind == "ServiceAccount" || name == "claimName" && kind == "PersistentVolumeClaim") {
					n[name] = now
				}
			case []any:
				if name == "imagePullSecrets" && kind == "Secret" {
					for _, item := range v {
						if m := item.(map[string]any); m["name"] == old {
							m["name"] = now
						}
					}
				}
			}
			refer(value, kind, old, now)
		}
	}
}

// clusterScoped are the kinds without a namespace.
var clusterScoped = []string{"Namespace", "ClusterRole", "ClusterRoleBinding"}

// namespaceOfAll puts all objects into one namespace.
func namespaceOfAll(r *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	ns := []string{"staging", "prod", "default"}[r.IntN(3)]
	for _, o := range objects {
		meta := o.Tree["metadata"].(map[string]any)
		kind := o.Tree["kind"].(string)
		if kind == "Namespace" && r.IntN(4) > 0 {
			meta["name"] = ns
		}
		if !slices.Contains(clusterScoped, kind) {
			meta["namespace"] = ns
		}
		subjects, _ := o.Tree["subjects"].([]any)
		for _, s := range subjects {
			if s := s.(map[string]any); s["kind"] == "ServiceAccount" && r.IntN(8) > 0 {
				s["namespace"] = ns
			}
		}
	}
	return objects
}

func namespaceOfOne(r *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	if len(objects) > 0 {
		o := objects[r.IntN(len(objects))]
		if !slices.Contains(clusterScoped, o.Tree["kind"].(string)) {
			if r.IntN(4) == 0 {
				delete(o.Tree["metadata"].(map[string]any), "namespace")
			} else {
				o.Tree["metadata"].(map[string]any)["namespace"] = "elsewhere"
			}
		}
	}
	return objects
}

var digest = "@sha256:" + strings.Repeat("0a", 32)

// imagesOf changes images, mostly all of a repository in one way.
func imagesOf(r *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	tag := []string{":2.0", ":1.10", "", ":2.0" + digest, digest}[r.IntN(5)]
	pods(objects, func(spec map[string]any) {
		for _, list := range []string{"containers", "initContainers"} {
			all, _ := spec[list].([]any)
			for _, c := range all {
				c := c.(map[string]any)
				image, _ := c["image"].(string)
				name, _, _ := strings.Cut(image, "@")
				if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
					name = name[:i]
				}
				switch r.IntN(12) {
				case 0:
				case 1:
					c["image"] = "mirror.example.com/" + name + tag
				default:
					c["image"] = name + tag
				}
			}
		}
	})
	return objects
}

// labelsOf puts a label on all objects, and maybe on all templates.
func labelsOf(r *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	templates := r.IntN(3) > 0
	name, value := []string{"env", "team", "app.kubernetes.io/part-of"}[r.IntN(3)], []string{"prod", "true", "1.10", "NO"}[r.IntN(4)]
	put := func(node map[string]any) {
		meta, _ := node["metadata"].(map[string]any)
		if meta == nil {
			meta = map[string]any{}
			node["metadata"] = meta
		}
		labels, _ := meta["labels"].(map[string]any)
		if labels == nil {
			labels = map[string]any{}
			meta["labels"] = labels
		}
		labels[name] = value
	}
	for _, o := range objects {
		put(o.Tree)
		spec, _ := o.Tree["spec"].(map[string]any)
		if jobs, ok := spec["jobTemplate"].(map[string]any); ok && templates {
			put(jobs)
			spec, _ = jobs["spec"].(map[string]any)
		}
		if pod, ok := spec["template"].(map[string]any); ok && templates {
			put(pod)
		}
	}
	return objects
}

func drop(r *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	if len(objects) < 2 {
		return objects
	}
	i := r.IntN(len(objects))
	return slices.Delete(objects, i, i+1)
}

// bring adds objects, some of which have keys of the base.
func bring(r *rand.Rand, objects []kustomize.Object, pool [][]kustomize.Object) []kustomize.Object {
	if pool == nil {
		return objects
	}
	return append(objects, pick(r, pool)...)
}

func annotationsOf(r *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	for _, o := range objects {
		meta := o.Tree["metadata"].(map[string]any)
		switch r.IntN(3) {
		case 0:
			meta["annotations"] = map[string]any{"example.com/a~b": texts[r.IntN(len(texts))], "note": "x"}
		case 1:
			delete(meta, "annotations")
		}
	}
	return objects
}

// duplicate repeats a variable, which Kubernetes allows.
func duplicate(_ *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	pods(objects, func(spec map[string]any) {
		c, _ := slices.Concat(spec["containers"].([]any), []any{nil})[0].(map[string]any)
		if env, ok := c["env"].([]any); ok && len(env) > 0 {
			c["env"] = append(env, map[string]any{"name": env[0].(map[string]any)["name"], "value": "again"})
		}
	})
	return objects
}

func hugeNumber(_ *rand.Rand, objects []kustomize.Object, _ [][]kustomize.Object) []kustomize.Object {
	pods(objects, func(spec map[string]any) { spec["terminationGracePeriodSeconds"] = json.Number("9007199254740993") })
	return objects
}
