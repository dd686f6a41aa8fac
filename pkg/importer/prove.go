package importer

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// reading is a document that was made, read again.
type reading struct {
	spec *spec.Spec // nil for what cannot be read
	ds   diag.List  // what is wrong with its layers
	root *source.Node
}

// read reads a document that was made.
func read(text []byte) reading {
	_, docs, ds := source.ParseBytes("spec.yaml", text, "/", "/", true)
	if ds.HasErrors() || len(docs) != 1 {
		return reading{ds: ds}
	}
	r := reading{root: docs[0].Root}
	r.spec, r.ds = spec.Load(docs[0], spec.Options{LookupEnv: func(string) (string, bool) { return "", true }})
	return r
}

// prove builds the document, in the environment of the Job, and compares what it
// becomes with what it was made from. It returns the objects that it becomes.
func (im *importing) prove(text []byte) []compile.Object { return im.proveIn(read(text)) }

func (im *importing) proveIn(r reading) []compile.Object {
	if r.spec == nil {
		im.refuse(nil, fmt.Sprintf("the spec of it cannot be read again: %v", r.ds), "this is a mistake of jobgen")
		return nil
	}
	job, found := r.spec.Job(im.run.env)
	ds := append(slices.Clone(r.ds), found...)
	paths := map[[2]int]spec.Path{} // with those that short forms stand for, which are known now
	fields(r.root, nil, func(pos source.Pos, at spec.Path) { paths[[2]int{pos.Line, pos.Column}] = at })
	for _, d := range ds {
		im.told(d, im.ofSpec(paths[[2]int{d.Line, d.Column}]))
	}
	if job == nil || ds.HasErrors() {
		return nil
	}
	objects := deliver.Objects(job, compile.Lower(job)) // as build has them
	originals, made := im.originals(), map[*object]bool{}
	for _, object := range objects {
		o := originals[object.Key()]
		if object.Kind == im.job.Kind {
			o = im.job
		}
		im.compare(object, o)
		made[o] = true
	}
	for _, o := range im.beside {
		if !made[o] && !im.without(o, "a spec would not make it") {
			im.refuse(nil, fmt.Sprintf("the %s would no longer be made", o), "this is a mistake of jobgen")
		}
	}
	return objects
}

// ofSpec returns which field of the spec a path of the document is about.
func (im *importing) ofSpec(at spec.Path) spec.Path {
	if len(at) > 1 && at[0] == "overlays" {
		return at[2:]
	}
	return at
}

// fields calls visit for each key and value of a document.
func fields(n *source.Node, at spec.Path, visit func(pos source.Pos, at spec.Path)) {
	visit(n.Pos, at)
	for _, f := range n.Fields {
		visit(f.Key.Pos, at.With(f.Key.Text))
		fields(f.Value, at.With(f.Key.Text), visit)
	}
	for i, item := range n.Items {
		fields(item, at.With(strconv.Itoa(i)), visit)
	}
}

// from returns what a field of the spec was made from.
func (im *importing) from(field spec.Path) (o *object, at spec.Path) {
	o, best := im.job, -1
	for _, from := range im.origins {
		if n := len(from.field); n >= best && n <= len(field) && slices.Equal(from.field, field[:n]) {
			o, at, best = from.object, from.at.With(field[n:]...), n
		}
	}
	return o, at
}

// told tells what the check said of a field of the spec at the line of the manifest
// that it comes from.
func (im *importing) told(d diag.Diagnostic, field spec.Path) {
	o, at := im.from(field)
	if d.Severity == diag.Error && im.without(o, "a spec cannot say it: "+d.Message) {
		return
	}
	place, _ := o.Place(o.at(at))
	d.Place, d.Related = place, nil
	if d.Severity == diag.Error {
		d.Message = "a spec cannot say this: " + d.Message
		d.Code = diag.CodeImport
	}
	im.ds = append(im.ds, d)
}

// compare reports each difference of an object that was made from what it was made
// from, nil for nothing, but for what was improved.
func (im *importing) compare(made compile.Object, o *object) {
	if o == nil {
		if !im.isExtra(made) {
			im.refuse(nil, fmt.Sprintf("a %s %s would be made that was not there", made.Kind, made.Meta.Name), "this is a mistake of jobgen")
		}
		return
	}
	text, err := render.JSON(made.Value)
	if err == nil {
		text, err = im.server.Default(text)
	}
	if err == nil && o.full == nil {
		err = o.defaults(im.server)
	}
	if err != nil {
		if !im.without(o, err.Error()) {
			im.refuse(nil, err.Error(), "")
		}
		return
	}
	was, is := im.wanted(o), parse(text)
	withoutAddedLabels(was, is)
	normalize(was, o.isCron())
	normalize(is, o.isCron())
	differ(was, is, nil, func(at spec.Path, was, is any) {
		if o == im.job && im.follows(at) {
			return
		}
		message := fmt.Sprintf("%s differs: it is %s, and the spec would make it %s", at, brief(was), brief(is))
		if !im.without(o, fmt.Sprintf("a spec would make another one, in which %s is %s", at, brief(is))) {
			im.refuse(at, message, "")
		}
	})
	if o == im.job {
		im.orders(o.full, parse(text))
	}
}

// wanted returns what an object is to become: what it was, with what the edits say.
func (im *importing) wanted(o *object) map[string]any {
	tree := render.Clone(o.full).(map[string]any)
	if o == im.job {
		for _, e := range im.edits {
			for _, c := range e.changes {
				lay(tree, c.value, c.at)
			}
		}
	}
	return tree
}

// originals returns what the objects beside the Job are made from, by what they are.
func (im *importing) originals() map[compile.Key]*object {
	all := map[compile.Key]*object{}
	for _, o := range im.beside {
		if key := o.key(); all[key] == nil {
			all[key] = o
		}
	}
	return all
}

// isExtra reports whether an object is made on purpose that the input has not.
func (im *importing) isExtra(made compile.Object) bool {
	return made.Kind == "Secret" || im.job.moved != nil && made.Kind != "CronJob" && made.Kind != "Job"
}

// labelsAt are the places of labels that jobgen adds to.
var labelsAt = []spec.Path{
	{"metadata"}, {"spec", "template", "metadata"}, {"spec", "jobTemplate", "metadata"}, {"spec", "jobTemplate", "spec", "template", "metadata"},
}

// withoutAddedLabels removes the standard labels that only the second object has.
func withoutAddedLabels(was, is map[string]any) {
	for _, at := range labelsAt {
		before, after := mapAt(was, at.With("labels")...), mapAt(is, at.With("labels")...)
		for _, key := range []string{spec.LabelName, spec.LabelManagedBy} {
			if before[key] == nil {
				delete(after, key)
			}
		}
		if len(after) == 0 {
			take(is, at.With("labels")...)
		}
		if len(before) == 0 {
			take(was, at.With("labels")...)
		}
	}
}

// normalize removes what no spec says and nobody misses, and writes the lists without
// order as maps.
func normalize(tree map[string]any, cron bool) {
	render.DropNulls(tree)
	take(tree, "status")
	take(tree, "metadata", "creationTimestamp")
	job := compile.JobSpec(cron)
	if template := job.With("template", "metadata"); cron {
		take(tree, template.With("annotations", deliver.ContentDigest)...)
		if len(mapAt(tree, template.With("annotations")...)) == 0 {
			take(tree, template.With("annotations")...)
		}
	}
	pod := job.With("template", "spec")
	byName(tree, pod.With("volumes"), "name")
	for _, list := range []string{"initContainers", "containers"} {
		for i := range listAt(tree, pod.With(list)...) {
			at := pod.With(list, strconv.Itoa(i))
			byName(tree, at.With("env"), "name")
			byName(tree, at.With("volumeMounts"), "mountPath")
		}
	}
}

// byName turns a list into a map by a field of its items; not one where a name stands
// twice.
func byName(tree map[string]any, at spec.Path, field string) {
	items := map[string]any{}
	list := listAt(tree, at...)
	for _, item := range list {
		items[textAt(item, field)] = item
	}
	if len(list) > 0 && len(items) == len(list) {
		put(mapAt(tree, at[:len(at)-1]...), items, at[len(at)-1])
	}
}

// differ calls found for each difference of two trees.
func differ(was, is any, at spec.Path, found func(at spec.Path, was, is any)) {
	a, aMap := was.(map[string]any)
	b, bMap := is.(map[string]any)
	if aMap && bMap {
		all := maps.Clone(a)
		maps.Copy(all, b)
		for _, name := range keys(all) {
			differ(a[name], b[name], at.With(name), found)
		}
		return
	}
	c, aList := was.([]any)
	d, bList := is.([]any)
	if aList && bList && len(c) == len(d) {
		for i := range c {
			differ(c[i], d[i], at.With(strconv.Itoa(i)), found)
		}
		return
	}
	if !bytes.Equal(encode(was), encode(is)) {
		found(at, was, is)
	}
}

// brief writes a value for a message.
func brief(value any) string {
	if value == nil {
		return "not there"
	}
	text := string(encode(value))
	if len(text) > 80 {
		text = strings.ToValidUTF8(text[:77], "") + "…"
	}
	return text
}

// orders reports variables that would see others than before: $(NAME) stands for a
// variable only where that comes first.
func (im *importing) orders(was, is map[string]any) {
	pod := compile.PodSpec(im.job.isCron())
	for _, list := range []string{"initContainers", "containers"} {
		for i := range listAt(was, pod.With(list)...) {
			at := pod.With(list, strconv.Itoa(i), "env")
			before, after := seen(listAt(was, at...)), seen(listAt(is, at...))
			for _, name := range keys(before) {
				if before[name] != after[name] {
					im.refuse(at.With(name), fmt.Sprintf("the variable %s uses one that comes after it, which Kubernetes leaves as $(NAME); a spec would fill it in", name),
						"write $$(NAME) for the text, or put the variables in order")
				}
			}
		}
	}
}

// seen returns by variable which variables of the list its value uses.
func seen(env []any) map[string]string {
	uses, there := map[string]string{}, map[string]bool{}
	for _, item := range env {
		name := textAt(item, "name")
		var used []string
		value := strings.ReplaceAll(textAt(item, "value"), "$$", "")
		for _, part := range strings.Split(value, "$(")[1:] {
			if other, _, ok := strings.Cut(part, ")"); ok && there[other] {
				used = append(used, other)
			}
		}
		uses[name] = strings.Join(used, " ")
		there[name] = true
	}
	return uses
}
