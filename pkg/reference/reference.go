// Package reference writes the reference of the spec language from the schema.
package reference

//go:generate go test -run TestPageIsUpToDate -update

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/schema"
)

//go:embed introduction.md
var introduction []byte

// section is one part of the reference: fields that belong together.
type section struct {
	title  string
	text   string
	prefix string       // of the anchors: the path of the fields, or their type's name
	typ    string       // the definition whose fields they are
	part   reflect.Type // those of the fields that this part of the definition holds; nil for all
}

// sections has one row for each part, in the order of the page. Definitions
// that no row names are written below the first field that uses them.
var sections = []section{
	{"The document", "", "", "Document", nil},
	{"Name and labels", "These stand under `metadata`.", "metadata", "Metadata", nil},
	{"When it runs: fields of a CronJob", "These stand under `spec`, as do those of the sections up to Delivery. With `schedule` the spec becomes a " +
		"[CronJob](https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/), without it a Job. Without it, the other fields here are an error.",
		"spec", "Spec", reflect.TypeFor[schema.CronJobFields]()},
	{"How it runs: fields of a Job", "Kubernetes' [JobSpec](https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/#JobSpec).",
		"spec", "Spec", reflect.TypeFor[schema.JobFields]()},
	{"Pods", "Kubernetes' [PodSpec](https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec), and the labels and annotations of the pods.",
		"spec", "Spec", reflect.TypeFor[schema.PodFields]()},
	{"The main container", "The main container has the fields of every container, which the next section lists, right under `spec`, and these two.",
		"spec", "Spec", reflect.TypeFor[schema.MainContainer]()},
	{"Containers", "Kubernetes' [Container](https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container). " +
		"The main container has these fields right under `spec`; the items of `initContainers`, `containers` and `sidecars` have them too.",
		"spec", "Spec", reflect.TypeFor[schema.ContainerFields]()},
	{"Containers in lists", "What the items of `initContainers`, `containers` and `sidecars` have beside the fields of the section before.",
		"Container", "Container", reflect.TypeFor[schema.ListedContainer]()},
	{"Volumes", "The values of `spec.volumes`.", "Volume", "Volume", nil},
	{"Other objects", "[Objects made beside the Job](#objects-made-beside-the-job) shows them at work.", "spec", "Spec", reflect.TypeFor[schema.ObjectFields]()},
	{"Delivery", "[When a Job runs again](delivery.md) shows what they do under each tool that applies the objects.", "spec", "Spec", reflect.TypeFor[schema.DeliveryFields]()},
	{"Overlay", "The values of `overlays`. [One spec, several environments](#one-spec-several-environments) says how they are laid over the document.", "Overlay", "Overlay", nil},
	{"The project file, field by field", "These stand in `jobgen.yaml` or `jobgen.cue`; [The project file](#the-project-file) shows them at work.", "Project", "Project", nil},
}

// Markdown returns the whole page.
func Markdown() []byte {
	w := newWriter()
	w.out.WriteString("<!-- Written by pkg/reference from schema/ and pkg/reference/introduction.md; `make generate` updates it. -->\n\n")
	w.out.Write(introduction)
	w.out.WriteString("\n# Every field\n\nA field is optional unless it is marked *required*.\n")
	for _, s := range sections {
		w.section(s)
	}
	w.forms()
	w.elsewhere()
	return w.out.Bytes()
}

// writer holds the page so far.
type writer struct {
	out     bytes.Buffer
	types   map[string]*schema.Type // every definition that the language reaches, by name
	written map[string]bool         // definitions that have their place
	waiting []string                // definitions used by what was written, without a place yet
}

func newWriter() *writer {
	w := &writer{types: map[string]*schema.Type{}, written: map[string]bool{}}
	w.reach(schema.Written())
	w.reach(schema.ProjectModel())
	for _, s := range sections {
		w.written[s.typ] = true
	}
	return w
}

// reach notes the definitions that t uses. One that a field narrows is another
// type of the same name; what stands in its own place is the same.
func (w *writer) reach(t *schema.Type) {
	if t == nil || t.Name != "" && w.types[t.Name] != nil {
		return
	}
	if t.Name != "" {
		w.types[t.Name] = t
	}
	for _, f := range t.Fields {
		w.reach(f.Type)
	}
	w.reach(t.Key)
	w.reach(t.Elem)
}

func (w *writer) section(s section) {
	fmt.Fprintf(&w.out, "\n## %s\n", s.title)
	if s.text != "" {
		fmt.Fprintf(&w.out, "\n%s\n", s.text)
	}
	if s.part == nil {
		w.choice(w.definition(s.typ))
	}
	w.out.WriteString("\n")
	w.fields(w.fieldsOf(s), s.prefix, "")
	for len(w.waiting) > 0 {
		name := w.waiting[0]
		w.waiting = w.waiting[1:]
		w.shape(name)
	}
}

// definition returns a definition, which must be there.
func (w *writer) definition(name string) *schema.Type {
	if name == "Spec" {
		return schema.Model().Field("spec").Type
	}
	t := w.types[name]
	if t == nil {
		panic("reference: the schema has no definition " + name)
	}
	return t
}

// Group is a part of the reference: fields that belong together.
type Group struct {
	Title  string
	Prefix string // the path of the fields, or the name of their type
	Fields []*schema.Field
}

// Groups returns the parts of the reference, in the order of the page.
func Groups() []Group {
	w := newWriter()
	var groups []Group
	for _, s := range sections {
		groups = append(groups, Group{s.title, s.prefix, w.fieldsOf(s)})
	}
	return groups
}

// fieldsOf returns the fields of a section.
func (w *writer) fieldsOf(s section) []*schema.Field {
	fields := w.definition(s.typ).Fields
	if s.part == nil {
		return fields
	}
	names := jsonNames(s.part)
	return slices.DeleteFunc(slices.Clone(fields), func(f *schema.Field) bool { return !names[f.Name] })
}

// jsonNames lists the fields of a generated struct.
func jsonNames(t reflect.Type) map[string]bool {
	names := map[string]bool{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		names[name] = true
	}
	return names
}

// shape writes a definition that fields share.
func (w *writer) shape(name string) {
	t := w.types[name]
	fmt.Fprintf(&w.out, "\n### %s\n", name)
	if t.Doc != "" {
		fmt.Fprintf(&w.out, "\n%s\n", oneLine(t.Doc))
	}
	w.choice(t)
	w.out.WriteString("\n")
	w.fields(t.Fields, name, "")
}

// choice tells which fields of a struct exclude each other.
func (w *writer) choice(t *schema.Type) {
	if len(t.OneOf) > 0 && !strings.Contains(t.Doc, "xactly one") {
		fmt.Fprintf(&w.out, "\nExactly one of %s is written.\n", codes(t.OneOf, "and"))
	}
}

// fields writes a list with one item for each field. Fields of a struct that
// has no name of its own are a list within it.
func (w *writer) fields(fields []*schema.Field, prefix, indent string) {
	for _, f := range fields {
		anchor, words := strings.TrimPrefix(prefix+"."+f.Name, "."), w.words(f.Type)
		fmt.Fprintf(&w.out, "%s- <a id=%q></a>**`%s`** · %s", indent, anchor, f.Name, words)
		if f.Required {
			w.out.WriteString(" · *required*")
		}
		if f.Type.Default != "" {
			fmt.Fprintf(&w.out, " · default `%s`", f.Type.Default)
		}
		if comment := oneLine(f.Doc); comment != "" && f.Doc != f.Type.Doc && comment != words+"." {
			fmt.Fprintf(&w.out, "<br>\n%s  %s", indent, comment)
		}
		w.out.WriteString("\n")
		w.fields(unnamed(f.Type), anchor, indent+"  ")
	}
}

// unnamed returns the fields of a struct without a name that stands in t.
func unnamed(t *schema.Type) []*schema.Field {
	for t.Elem != nil {
		t = t.Elem
	}
	if t.Kind == schema.Struct && t.Name == "" {
		return t.Fields
	}
	return nil
}

// forms writes the definitions of single values.
func (w *writer) forms() {
	w.out.WriteString("\n## Forms of values\n\n")
	for _, name := range slices.Sorted(maps.Keys(w.types)) {
		t := w.types[name]
		if title, rest, ok := strings.Cut(t.Doc, ": "); ok && isScalar(t) {
			fmt.Fprintf(&w.out, "- <a id=%q></a>**%s**: %s%s\n", name, title, rest, limit(t))
		}
	}
}

// elsewhereTitles says where the names of a group of schema.Elsewhere are
// looked for.
var elsewhereTitles = map[string]string{
	"Document": "in the document", "Metadata": "under `metadata`", "Spec": "under `spec`",
	"Container": "in a list of containers", "EnvValue": "in `env`", "EnvFrom": "in `envFrom`",
	"Volume": "in `volumes`", "Resources": "in `resources`", "Secret": "in `secrets`", "ConfigMap": "in `configMaps`",
	"ServiceAccount": "in `serviceAccount`", "NetworkPolicy": "in `networkPolicy`",
	"Overlay": "in an overlay", "Project": "in the project file",
}

// elsewhere writes which names are no fields, and what is written in their place.
func (w *writer) elsewhere() {
	w.out.WriteString("\n## Names that are no fields\n\nPeople look for these; jobgen answers with the right column.\n\n")
	w.out.WriteString("| name | where | instead |\n|---|---|---|\n")
	groups := schema.Elsewhere()
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		where := elsewhereTitles[group]
		if where == "" {
			where = "in " + group
		}
		for _, name := range slices.Sorted(maps.Keys(groups[group])) {
			fmt.Fprintf(&w.out, "| `%s` | %s | %s |\n", name, where, groups[group][name])
		}
	}
}

func oneLine(doc string) string { return strings.ReplaceAll(doc, "\n", " ") }
