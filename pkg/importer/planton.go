package importer

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/manifest"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// Project Planton describes a Job in a form of its own. It is turned into the Kubernetes
// object that it stands for, which is imported like any other.

const plantonVersion = "kubernetes.project-planton.org/v1"

// plantonKinds says of which of its kinds the object is a CronJob.
var plantonKinds = map[string]bool{"KubernetesJob": false, "KubernetesCronJob": true, "CronJobKubernetes": true}

func isPlanton(doc source.Document) bool {
	version, kind := doc.Root.Get("apiVersion"), doc.Root.Get("kind")
	return version != nil && kind != nil && version.Text == plantonVersion
}

// plantonRow says where a field of Planton goes. A row for Jobs and one for CronJobs
// may have the same field.
type plantonRow struct {
	field  string
	to     spec.Path
	noZero bool // 0 stands for nothing
}

// plantonRows are the fields that mean the same under another path.
func plantonRows(cron bool) []plantonRow {
	job, container := compile.JobSpec(cron), compile.PodSpec(cron).With("containers", "0")
	rows := []plantonRow{
		{"command", container.With("command"), false},
		{"args", container.With("args"), false},
		{"resources", container.With("resources"), false},
		{"restartPolicy", compile.PodSpec(cron).With("restartPolicy"), false},
		{"backoffLimit", job.With("backoffLimit"), false},
		{"suspend", spec.Path{"spec", "suspend"}, false},
		{"parallelism", job.With("parallelism"), true},
		{"completions", job.With("completions"), true},
		{"completionMode", job.With("completionMode"), false},
		{"activeDeadlineSeconds", job.With("activeDeadlineSeconds"), true},
		{"ttlSecondsAfterFinished", job.With("ttlSecondsAfterFinished"), true},
	}
	if cron {
		for _, name := range []string{"schedule", "concurrencyPolicy", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"} {
			rows = append(rows, plantonRow{name, spec.Path{"spec", name}, false})
		}
		rows = append(rows, plantonRow{"startingDeadlineSeconds", spec.Path{"spec", "startingDeadlineSeconds"}, true})
	}
	return rows
}

// planton is one manifest of Planton on its way.
type planton struct {
	run   *run
	o     *object
	from  map[string]any // what has no place in the object yet
	to    map[string]any // the object
	moves []origin       // field: in the object, at: in the manifest
	cron  bool
	main  spec.Path // the container
	pod   spec.Path

	besides []*object // what Planton makes beside the Job
}

// planton notes the object that a manifest of Planton stands for.
func (r *run) planton(file *source.File, doc source.Document) {
	for _, m := range manifest.Read(doc) {
		o := &object{Object: m, file: file, remarks: r.remarks(file)}
		cron, ok := plantonKinds[m.Kind]
		from := parse(m.JSON())
		if !ok || from == nil {
			o.tree = from
			r.report(o.leftAlone(""))
			continue
		}
		render.DropNulls(from)
		pod := compile.PodSpec(cron)
		p := &planton{run: r, o: o, from: from, to: map[string]any{}, cron: cron, pod: pod, main: pod.With("containers", "0")}
		o.moved = p.moved
		p.convert()
		o.tree, o.APIVersion, o.Kind, o.moves = p.to, "batch/v1", textAt(p.to, "kind"), p.moves
		r.result.Jobs++
		if !o.refused {
			r.objects = append(append(r.objects, o), p.besides...)
			d := o.diagnostic(nil, diag.Note, "Planton also gives the container HOSTNAME and K8S_POD_ID, its pod's address and name; the spec does not", "where the program uses them, add `HOSTNAME: {field: status.podIP}` and `K8S_POD_ID: {field: metadata.name}` to env")
			r.report(d)
		}
	}
}

// moved returns where in the manifest a path of the object is written.
func (p *planton) moved(at spec.Path) spec.Path {
	best := origin{}
	for _, m := range p.moves {
		if len(m.field) >= len(best.field) && len(m.field) <= len(at) && m.field.String() == at[:len(m.field)].String() {
			best = m
		}
	}
	return p.typed(best.at.With(at[len(best.field):]...))
}

// typed returns a path with its steps as they are typed: target_cluster is targetCluster.
func (p *planton) typed(at spec.Path) spec.Path {
	var typed spec.Path
	for _, step := range at {
		field, _ := spec.Follow(p.o.Node(), typed)
		if field.Value.Field(step) == nil && field.Value.Field(snake(step)) != nil {
			step = snake(step)
		}
		typed = append(typed, step)
	}
	return typed
}

func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// camel renames the keys of a map to those of the other spelling.
func camel(m map[string]any) {
	for _, name := range keys(m) {
		words := strings.Split(name, "_")
		for i, word := range words[1:] {
			if word != "" {
				words[i+1] = strings.ToUpper(word[:1]) + word[1:]
			}
		}
		value := m[name]
		delete(m, name)
		m[strings.Join(words, "")] = value
	}
}

// move puts a value into the object.
func (p *planton) move(value any, to spec.Path, from ...string) {
	put(p.to, value, to...)
	p.moves = append(p.moves, origin{field: to, at: from})
}

// refuse reports a field that no spec has.
func (p *planton) refuse(message, hint string, at ...string) {
	place := p.o.KeyPlace(p.typed(at))
	p.o.refused = true
	p.run.report(diag.Diagnostic{Code: diag.CodeImport, Place: place, Message: message, Hint: hint})
}

func (p *planton) convert() {
	kind := "Job"
	if p.cron {
		kind = "CronJob"
		p.to["spec"] = map[string]any{"concurrencyPolicy": "Forbid"} // its default, and not Kubernetes'
	}
	p.to["apiVersion"], p.to["kind"] = "batch/v1", kind
	put(p.to, []any{map[string]any{"name": "main"}}, p.pod.With("containers")...)
	put(p.to, "Never", p.pod.With("restartPolicy")...)
	take(p.from, "apiVersion")
	take(p.from, "kind")
	name, _ := take(p.from, "metadata", "name")
	p.move(name, spec.Path{"metadata", "name"}, "metadata", "name")
	p.set("name", name)
	fields := mapAt(p.from, "spec")
	camel(fields)
	p.namespace(fields)
	p.image(fields)
	for _, row := range plantonRows(p.cron) {
		value, ok := take(fields, row.field)
		if ok && !(row.noZero && value == json.Number("0")) {
			p.place(value, row.to, "spec", row.field)
		}
	}
	p.variables(fields)
	p.secrets(fields)
	p.configMaps(fields)
	p.volumes(fields)
	p.rest()
}

// set sets a field of the container.
func (p *planton) set(field string, value any) {
	mapAt(p.to, p.main...)[field] = value
}

// place is move for a path that may lead into the container.
func (p *planton) place(value any, to spec.Path, from ...string) {
	if len(to) == len(p.main)+1 && to[:len(p.main)].String() == p.main.String() {
		p.set(to[len(to)-1], value)
		p.moves = append(p.moves, origin{field: to, at: from})
		return
	}
	p.move(value, to, from...)
}

// text takes a text that may be written as {value: TEXT}.
func (p *planton) text(tree map[string]any, name string) (string, bool) {
	m, ok := tree[name].(map[string]any)
	if !ok {
		text, ok := tree[name].(string)
		delete(tree, name)
		return text, ok
	}
	text, ok := take(m, "value")
	if len(m) == 0 {
		delete(tree, name)
	}
	return fmt.Sprint(text), ok
}

func (p *planton) namespace(fields map[string]any) {
	name, ok := p.text(fields, "namespace")
	if !ok {
		return
	}
	p.move(name, spec.Path{"metadata", "namespace"}, "spec", "namespace")
	if create, _ := take(fields, "createNamespace"); create == true {
		p.beside("Namespace", name, "", nil, "spec", "createNamespace")
	}
}

func (p *planton) image(fields map[string]any) {
	image := mapAt(fields, "image")
	camel(image)
	repo, _ := take(image, "repo")
	text, _ := repo.(string)
	if tag, ok := take(image, "tag"); ok {
		text += ":" + fmt.Sprint(tag)
	}
	p.set("image", text)
	p.moves = append(p.moves, origin{field: p.main.With("image"), at: spec.Path{"spec", "image", "repo"}})
	if name, ok := take(image, "pullSecretName"); ok && name != "" {
		p.move([]any{map[string]any{"name": name}}, p.pod.With("imagePullSecrets"), "spec", "image", "pullSecretName")
	}
}

// variable appends a variable to the container.
func (p *planton) variable(entry map[string]any, from ...string) {
	env := listAt(p.to, p.main.With("env")...)
	p.set("env", append(env, entry))
	p.moves = append(p.moves, origin{field: p.main.With("env", strconv.Itoa(len(env))), at: from})
}

func (p *planton) variables(fields map[string]any) {
	all := mapAt(fields, "env", "variables")
	for _, name := range keys(all) {
		if value, ok := p.text(all, name); ok {
			p.variable(map[string]any{"name": name, "value": value}, "spec", "env", "variables", name)
		}
	}
}

// secrets takes the variables that come from Secrets. A value that is written down is
// refused: a spec holds none.
func (p *planton) secrets(fields map[string]any) {
	all := mapAt(fields, "env", "secrets")
	for _, name := range keys(all) {
		ref := mapAt(all, name, "secretRef")
		if _, ok := mapAt(all, name)["value"]; ok || ref == nil {
			p.o.Node().Get("spec").Get("env").Get("secrets").Get(name).Mask()
			delete(all, name)
			p.refuse(fmt.Sprintf("the secret value of %s stands here; import copies none", name),
				"put it into a Secret, and write secretRef: {name: …, key: …}", "spec", "env", "secrets", name)
			continue
		}
		secret, _ := take(ref, "name")
		key, _ := take(ref, "key")
		if len(ref) == 0 {
			delete(all, name)
		}
		p.variable(map[string]any{"name": name, "valueFrom": map[string]any{"secretKeyRef": map[string]any{"name": secret, "key": key}}},
			"spec", "env", "secrets", name)
	}
}

// beside adds an object that Planton makes beside the Job.
func (p *planton) beside(kind, name, namespace string, fields map[string]any, from ...string) {
	tree := map[string]any{"apiVersion": "v1", "kind": kind, "metadata": map[string]any{"name": name}}
	if namespace != "" {
		put(tree, namespace, "metadata", "namespace")
	}
	for key, value := range fields {
		tree[key] = value
	}
	o := &object{Object: p.o.Object, file: p.o.file, tree: tree}
	o.APIVersion, o.Kind = "v1", kind
	o.moved = func(spec.Path) spec.Path { return p.typed(from) }
	p.besides = append(p.besides, o)
}

func (p *planton) configMaps(fields map[string]any) {
	all := mapAt(fields, "configMaps")
	for _, name := range keys(all) {
		text, _ := take(all, name)
		p.beside("ConfigMap", name, textAt(p.to, "metadata", "namespace"), map[string]any{"data": map[string]any{name: text}}, "spec", "configMaps", name)
	}
}

// volumes takes the mounts, of which each has its volume with it.
func (p *planton) volumes(fields map[string]any) {
	var volumes, mounts []any
	for i, item := range listAt(fields, "volumeMounts") {
		m, ok := item.(map[string]any)
		if !ok {
			continue
		}
		camel(m)
		at := []string{"spec", "volumeMounts", strconv.Itoa(i)}
		name, _ := take(m, "name")
		mount, volume := map[string]any{"name": name}, map[string]any{"name": name}
		for _, field := range []string{"mountPath", "readOnly", "subPath"} {
			if value, ok := take(m, field); ok && value != "" {
				mount[field] = value
			}
		}
		for _, field := range keys(m) {
			if convert := plantonSources[field]; convert != nil {
				taken, _ := take(m, field)
				inner, _ := taken.(map[string]any)
				camel(inner)
				name, source := convert(inner)
				volume[name] = source
			}
		}
		volumes, mounts = append(volumes, volume), append(mounts, mount)
		p.moves = append(p.moves, origin{field: p.pod.With("volumes", strconv.Itoa(i)), at: at}, origin{field: p.main.With("volumeMounts", strconv.Itoa(i)), at: at})
	}
	if volumes != nil {
		put(p.to, volumes, p.pod.With("volumes")...)
		p.set("volumeMounts", mounts)
	}
}

// plantonSources turn a volume's source into Kubernetes'.
var plantonSources = map[string]func(m map[string]any) (string, map[string]any){
	"configMap": func(m map[string]any) (string, map[string]any) { return "configMap", oneKey(m, "name") },
	"secret":    func(m map[string]any) (string, map[string]any) { return "secret", oneKey(m, "secretName") },
	"hostPath":  func(m map[string]any) (string, map[string]any) { return "hostPath", m },
	"emptyDir":  func(m map[string]any) (string, map[string]any) { return "emptyDir", m },
	"pvc":       func(m map[string]any) (string, map[string]any) { return "persistentVolumeClaim", m },
}

// oneKey writes the key of a ConfigMap or Secret that is mounted, and its file.
func oneKey(m map[string]any, name string) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	value, _ := take(m, "name")
	m[name] = value
	key, ok := take(m, "key")
	path, given := take(m, "path")
	if !given {
		path = key
	}
	if ok {
		m["items"] = []any{map[string]any{"key": key, "path": path}}
	}
	return m
}

// plantonAdvice says of fields that no spec has what there is in their place.
var plantonAdvice = map[string]string{
	"targetCluster":       "a spec is for any cluster: the context of kubectl, or what delivers the objects, says which",
	"valueFrom":           "a spec cannot refer to other resources: write the value",
	"secretRef.namespace": "a Secret is read from the Job's namespace: leave namespace out, or copy the Secret",
}

// rest reports what has no place in the object.
func (p *planton) rest() {
	seen := map[string]bool{}
	leaves(p.from, nil, func(at spec.Path, _ any) {
		for i, step := range at {
			advice := plantonAdvice[step]
			if i > 0 && advice == "" {
				advice = plantonAdvice[at[i-1]+"."+step]
			}
			if advice != "" {
				at = at[:i+1]
				if !seen[at.String()] {
					seen[at.String()] = true
					p.refuse(fmt.Sprintf("a spec has no %s", at), advice, at...)
				}
				return
			}
		}
		p.refuse(fmt.Sprintf("a spec has no %s", at), "leave it out", at...)
	})
}
