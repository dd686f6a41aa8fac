package importer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/schema"
)

// containers writes the main container right into the spec, and the others in lists.
func (im *importing) containers() {
	pod := compile.PodSpec(im.job.isCron())
	im.origin(spec.Path{"spec", "image"}, im.job, pod.With("containers")) // for comments
	sidecars, plain := 0, 0
	for i := range listAt(im.rest, pod.With("initContainers")...) {
		at := pod.With("initContainers", strconv.Itoa(i))
		// Sidecars start before init containers, so one that stands among those stays there.
		if plain == 0 && textAt(im.rest, at.With("restartPolicy")...) == "Always" {
			take(im.rest, at.With("restartPolicy")...)
			im.listed(at, spec.Path{"spec", "sidecars", strconv.Itoa(sidecars)})
			sidecars++
			continue
		}
		im.listed(at, spec.Path{"spec", "initContainers", strconv.Itoa(plain)})
		plain++
	}
	for i := range listAt(im.rest, pod.With("containers")...) {
		at := pod.With("containers", strconv.Itoa(i))
		if i > 0 {
			im.listed(at, spec.Path{"spec", "containers", strconv.Itoa(i - 1)})
			continue
		}
		if name, ok := take(im.rest, at.With("name")...); ok && name != im.name {
			im.set(spec.Path{"spec", "containerName"}, name, at.With("name"))
		}
		im.container(mapAt(im.spec, "spec"), at, spec.Path{"spec"})
	}
}

// ofLists are the fields that only a container in a list has, under the same name.
var ofLists = []string{"name", "restartPolicy", "volumeMounts"}

// listed appends a container to a list of the spec.
func (im *importing) listed(at, field spec.Path) {
	out := map[string]any{}
	list, _ := get(im.spec, field[:2]...).([]any)
	put(im.spec, append(list, out), field[:2]...)
	im.origin(field[:2], im.job, at[:len(at)-1])
	im.origin(field, im.job, at)
	for _, name := range ofLists {
		if value, ok := take(im.rest, at.With(name)...); ok {
			out[name] = value
			im.origin(field.With(name), im.job, at.With(name))
		}
	}
	im.container(out, at, field)
}

// container writes the fields that every container has.
func (im *importing) container(out map[string]any, at, field spec.Path) {
	for _, t := range compile.ContainerTargets() {
		if value, ok := take(im.rest, at.With(t.Object...)...); ok {
			put(out, value, t.Field...)
			im.origin(field.With(t.Field...), im.job, at.With(t.Object...))
		}
	}
	im.env(out, at, field)
	im.envFrom(out, at, field)
	im.script(out, at, field)
}

// variableSource is a place that variables come from, and what its fields are called.
type variableSource struct {
	kubernetes string
	fields     [][2]string // in Kubernetes, in a spec
	noise      [2]string   // a field that says what goes without saying
}

var variableSources = []variableSource{
	{"secretKeyRef", [][2]string{{"name", "secret"}, {"key", "key"}, {"optional", "optional"}}, [2]string{}},
	{"configMapKeyRef", [][2]string{{"name", "configMap"}, {"key", "key"}, {"optional", "optional"}}, [2]string{}},
	{"fieldRef", [][2]string{{"fieldPath", "field"}}, [2]string{"apiVersion", "v1"}},
	{"resourceFieldRef", [][2]string{{"resource", "resource"}, {"containerName", "container"}, {"divisor", "divisor"}}, [2]string{"divisor", "0"}},
	{"fileKeyRef", [][2]string{{"volumeName", "volume"}, {"path", "path"}, {"key", "key"}, {"optional", "optional"}}, [2]string{}},
}

// env writes the list of variables as a map.
func (im *importing) env(out map[string]any, at, field spec.Path) {
	vars := map[string]any{}
	for i, item := range listAt(im.rest, at.With("env")...) {
		from := at.With("env", strconv.Itoa(i))
		taken, _ := take(item, "name")
		name, _ := taken.(string)
		if vars[name] != nil {
			im.refuse(from, fmt.Sprintf("the variable %s stands twice", name), "Kubernetes uses the last one; remove the others")
		}
		value := map[string]any{}
		if text, ok := take(item, "value"); ok {
			value["value"] = text
		}
		for _, s := range variableSources {
			ref := mapAt(item, "valueFrom", s.kubernetes)
			if s.noise[0] != "" && fmt.Sprint(ref[s.noise[0]]) == s.noise[1] {
				delete(ref, s.noise[0])
			}
			for _, f := range s.fields {
				if inner, ok := ref[f[0]]; ok {
					value[f[1]] = inner
					delete(ref, f[0])
					im.origin(field.With("env", name, f[1]), im.job, from.With("valueFrom", s.kubernetes, f[0]))
				}
			}
		}
		if value["value"] == "" && len(value) > 1 {
			delete(value, "value") // what an API server prints beside valueFrom
		}
		if len(value) == 0 {
			value["value"] = ""
		}
		vars[name] = value
		im.origin(field.With("env", name), im.job, from)
		im.origin(field.With("env", name, "value"), im.job, from.With("value"))
	}
	if len(vars) > 0 {
		out["env"] = vars
		im.origin(field.With("env"), im.job, at.With("env"))
	}
}

func (im *importing) envFrom(out map[string]any, at, field spec.Path) {
	var all []any
	for i, item := range listAt(im.rest, at.With("envFrom")...) {
		from, to := at.With("envFrom", strconv.Itoa(i)), field.With("envFrom", strconv.Itoa(i))
		entry := map[string]any{}
		if prefix, ok := take(item, "prefix"); ok && prefix != "" {
			entry["prefix"] = prefix
		}
		for _, f := range [][2]string{{"configMapRef", "configMap"}, {"secretRef", "secret"}} {
			if name, ok := take(item, f[0], "name"); ok {
				entry[f[1]] = name
				im.origin(to.With(f[1]), im.job, from.With(f[0], "name"))
			}
			if optional, ok := take(item, f[0], "optional"); ok {
				entry["optional"] = optional
			}
		}
		all = append(all, entry)
		im.origin(to, im.job, from)
	}
	if all != nil {
		out["envFrom"] = all
		im.origin(field.With("envFrom"), im.job, at.With("envFrom"))
	}
}

// script writes a command that a shell runs as a script, where that is what it is.
func (im *importing) script(out map[string]any, at, field spec.Path) {
	list, _ := out["command"].([]any)
	var command []string
	for _, item := range list {
		word, ok := item.(string)
		if !ok {
			return
		}
		command = append(command, word)
	}
	in := &schema.ContainerFields{Env: map[string]schema.EnvValue{}}
	for name := range mapAt(out, "env") {
		in.Env[name] = schema.EnvValue{}
	}
	for i := range listAt(out, "envFrom") {
		in.EnvFrom = append(in.EnvFrom, schema.EnvFrom{Prefix: textAt(out, "envFrom", strconv.Itoa(i), "prefix")})
	}
	script, interpreter, ok := compile.Script(command, in)
	if _, args := out["args"]; args || !ok || interpreter != nil && !(isShell(interpreter) && strings.Contains(script, "\n")) {
		return
	}
	delete(out, "command")
	out["script"] = script
	im.origin(field.With("script"), im.job, at.With("command", strconv.Itoa(len(command)-1)))
	if interpreter != nil {
		out["interpreter"] = anys(interpreter)
		im.origin(field.With("interpreter"), im.job, at.With("command"))
	}
}

// isShell reports whether an interpreter ends in a flag such as -c or -ec: a script
// comes behind it.
func isShell(interpreter []string) bool {
	last := interpreter[len(interpreter)-1]
	return strings.HasPrefix(last, "-") && strings.HasSuffix(last, "c")
}

func anys(texts []string) []any {
	var all []any
	for _, text := range texts {
		all = append(all, text)
	}
	return all
}

// volumes writes the list of volumes as a map, with the mounts of the main container.
func (im *importing) volumes() {
	pod := compile.PodSpec(im.job.isCron())
	volumes := map[string]any{}
	taken, _ := take(im.rest, pod.With("volumes")...)
	list, _ := taken.([]any)
	for i, item := range list {
		volume, _ := item.(map[string]any)
		name := textAt(volume, "name")
		delete(volume, "name")
		if len(volume) == 0 {
			volume["emptyDir"] = map[string]any{} // the server's default
		}
		volumes[name] = volume
		im.origin(spec.Path{"spec", "volumes", name}, im.job, pod.With("volumes", strconv.Itoa(i)))
	}
	at := pod.With("containers", "0", "volumeMounts")
	mounts := listAt(im.rest, at...)
	for i, item := range mounts {
		mount, _ := item.(map[string]any)
		name := textAt(mount, "name")
		volume, ok := volumes[name].(map[string]any)
		if !ok {
			im.refuse(at.With(strconv.Itoa(i), "name"), fmt.Sprintf("there is no volume %s to mount", name), "")
			continue
		}
		mount = render.Clone(mount).(map[string]any)
		delete(mount, "name")
		of, _ := volume["mounts"].([]any)
		im.origin(spec.Path{"spec", "volumes", name, "mounts", strconv.Itoa(len(of))}, im.job, at.With(strconv.Itoa(i)))
		volume["mounts"] = append(slices.Clip(of), mount)
	}
	take(im.rest, at...)
	if len(volumes) > 0 {
		im.set(spec.Path{"spec", "volumes"}, volumes, pod.With("volumes"))
	}
}
