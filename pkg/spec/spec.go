// Package spec turns documents into checked specs: every mistake at once, in
// jobgen's own words, at the place where the user wrote it.
package spec

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/image"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// APIVersion is the version of the language that this package reads.
const APIVersion = "jobgen.dev/v1alpha1"

// Job is a spec that was checked. Where the check reported mistakes, the fields
// that hold them are left out, so that later stages can look at the rest.
type Job struct {
	schema.Document
	// ConfigMaps and Secrets hold, by the names of the entries in the spec,
	// the content of what is made.
	ConfigMaps map[string]Content
	Secrets    map[string]Content

	check *checker
}

// Content is what a ConfigMap or Secret holds, by key.
type Content map[string][]byte

// Options say how documents are checked.
type Options struct {
	// Set are values laid over the document.
	Set []Assignment
	// LookupEnv finds the environment variables that secrets name. It is nil
	// where no output carries secret values; then none is looked at.
	LookupEnv func(name string) (string, bool)
	// Project holds the layers under and over every document; nil for none.
	Project *Project
}

// Check checks a document that is Written, and rewrites its short
// forms. It returns every mistake of it that shows where no environment is
// chosen; the Job is nil only where the document is of another kind or version.
func Check(doc source.Document, opts Options) (*Job, diag.List) {
	s, ds := Load(doc, opts)
	if s == nil {
		return nil, ds
	}
	job, found := s.Job("")
	return job, append(ds, found...)
}

// complete checks the fields of a whole document and what they must agree on,
// and makes the Job.
func (c *checker) complete(opts Options) (*Job, diag.List) {
	c.set(opts.Set)
	c.shape()
	c.rules()
	job := &Job{check: c}
	c.decode(c.root, &job.Document)
	c.contents(job, opts.LookupEnv)
	c.schedule(job)
	job.eachContainer(func(container *schema.ContainerFields, at Path) {
		c.envCircles(container.Env, at)
		c.placeholders(container.Image, at.With("image"))
	})
	for _, name := range slices.Sorted(maps.Keys(job.Spec.Volumes)) {
		if v := job.Spec.Volumes[name]; v.Image != nil {
			c.unfilled(v.Image.Reference, Path{"spec", "volumes", name, "image", "reference"}, image.Unfilled)
		}
	}
	return job, c.ds
}

func newChecker(file *source.File, root *source.Node) *checker {
	return &checker{
		file: file, root: root, bad: map[*source.Node]bool{}, gone: map[*source.Node][]string{}, secrets: map[string]bool{},
		short: map[*source.Node]bool{}, layers: map[*source.Node]Layer{}, removes: map[*source.Node]bool{},
	}
}

// shape checks every field by itself, and rewrites the short forms.
func (c *checker) shape() {
	c.referredAccount(c.root.Get("spec"))
	c.check(value{node: c.root, typ: schema.Written(), goes: reflect.TypeFor[schema.WrittenDocument]()})
	c.removals()
}

// known reports whether the document's kind and version are this package's.
func (c *checker) known() bool {
	version := c.root.Get("apiVersion")
	if version.Text != APIVersion {
		c.report(diag.Diagnostic{
			Code: diag.CodeDocument, Message: fmt.Sprintf("unknown version %q", version.Text), Hint: "this jobgen reads " + APIVersion,
		}, version)
		return false
	}
	kind := c.root.Field("kind")
	switch {
	case kind == nil:
		return true // reported as missing
	case kind.Value.Kind == source.Scalar && kind.Value.Text == "Project":
		c.report(diag.Diagnostic{
			Code: diag.CodeDocument, Message: "a project file is named jobgen.yaml or jobgen.cue", Hint: "rename this file, and put it into the folder above the specs",
		}, kind.Value)
		return false
	case kind.Value.Kind == source.Scalar && kind.Value.Text != "Job":
		h := "write `kind: Job`"
		if kind.Value.Text == "CronJob" {
			h += "; spec.schedule makes it a CronJob"
		}
		c.report(diag.Diagnostic{
			Code: diag.CodeDocument, Message: fmt.Sprintf("unknown kind %q", kind.Value.Text), Hint: h,
		}, kind.Value, kind.Value)
		kind.Value.Text = "Job" // reported once; what stands below is checked as one
	}
	return true
}

// referredAccount moves `serviceAccount: NAME`, which makes nothing, to the
// field of Kubernetes that means the same.
func (c *checker) referredAccount(spec *source.Node) {
	f := spec.Field("serviceAccount")
	if f == nil || f.Value.Kind != source.Scalar {
		return
	}
	if isBare(f.Value) {
		c.report(diag.Diagnostic{
			Code: diag.CodeType, Message: notName(f.Value),
			Hint: "write `serviceAccount: {}` to have an account made, or the name of one; to have none, leave it out",
		}, f.Value, f.Value)
		return
	}
	if other := spec.Field("serviceAccountName"); other != nil {
		if other.Value.Kind == source.Scalar && other.Value.Text != f.Value.Text {
			c.report(diag.Diagnostic{
				Code: diag.CodeRule, Message: "serviceAccount and serviceAccountName name two accounts", Hint: "keep one of them",
				Related: []diag.Related{{Place: c.place(other.Value), Message: "serviceAccountName stands here"}},
			}, f.Value)
		}
		spec.Fields = slices.DeleteFunc(spec.Fields, func(g source.Field) bool { return g.Key == f.Key })
		return
	}
	renamed := *f.Key
	renamed.Text = "serviceAccountName"
	f.Key = &renamed
}

// schedule warns of schedules that never come.
func (c *checker) schedule(job *Job) {
	if s := job.Spec.Schedule; s != "" && neverFires(s) {
		c.report(diag.Diagnostic{
			Code: diag.CodeNote, Severity: diag.Warning, Message: fmt.Sprintf("the schedule %q never comes: there is no such date", s),
			Hint: "Kubernetes accepts it, and never runs the Job; check the day of the month and the month",
		}, c.root.Get("spec").Get("schedule"))
	}
}

// placeholders warns of images that are none until another tool fills something in.
func (c *checker) placeholders(of schema.Image, at Path) {
	c.unfilled(of.Repository, at.With("repository"), image.Placeholder)
	c.unfilled(of.Tag, at.With("tag"), image.TagPlaceholder)
}

// unfilled warns of the part of a text that find returns, and of an image for ko.
func (c *checker) unfilled(text string, at Path, find func(string) string) {
	if strings.HasPrefix(text, image.KoScheme) {
		c.report(diag.Diagnostic{
			Code: diag.CodeNote, Severity: diag.Warning, Message: "Kubernetes does not build a ko:// image",
			Hint: "apply the output with ko, which does: `jobgen build | ko apply -f -`",
		}, Point(c.root, at))
	}
	if name := find(text); name != "" && !(strings.HasPrefix(name, "${") && c.byFlux()) {
		c.report(diag.Diagnostic{
			Code: diag.CodeNote, Severity: diag.Warning, Message: fmt.Sprintf("Kubernetes does not replace %s in an image", name),
			Hint: "another tool must fill it in before the Job is applied",
		}, Point(c.root, at))
	}
}

// byFlux reports whether Flux delivers the Job. What it does not fill in has a warning of
// its own.
func (c *checker) byFlux() bool {
	delivery := c.root.Get("spec").Get("delivery")
	return delivery != nil && delivery.Text == "flux"
}

// eachContainer calls visit for the main container and every listed one.
func (j *Job) eachContainer(visit func(c *schema.ContainerFields, at Path)) {
	visit(&j.Spec.ContainerFields, Path{"spec"})
	lists := []struct {
		field string
		items []schema.Container
	}{{"initContainers", j.Spec.InitContainers}, {"sidecars", j.Spec.Sidecars}, {"containers", j.Spec.Containers}}
	for _, list := range lists {
		for i := range list.items {
			visit(&list.items[i].ContainerFields, Path{"spec", list.field, strconv.Itoa(i)})
		}
	}
}

// Place returns where a field of the document stands, and whether a mistake
// was reported on the way to it. A path that is not in the document leads to
// the nearest field that is.
func (j *Job) Place(p Path) (place diag.Place, reported bool) {
	field, _ := Follow(j.check.root, p)
	return j.check.place(point(field)), j.check.tainted(p)
}

// Text returns the text at a path as it was typed, "" where none is.
func (j *Job) Text(p Path) string {
	field, steps := Follow(j.check.root, p)
	if steps < len(p) || field.Value.Kind != source.Scalar {
		return ""
	}
	return field.Value.Text
}

// KeyPlace is Place for the key of a field.
func (j *Job) KeyPlace(p Path) diag.Place {
	field, _ := Follow(j.check.root, p)
	if field.Key == nil {
		return j.check.place(point(field))
	}
	return j.check.place(field.Key)
}

// Long returns the document in its long form, in the types that CUE's Encode
// takes, without the fields that were reported.
func (j *Job) Long() map[string]any { return j.check.plain(j.check.root).(map[string]any) }

// Public is Long with "***" in place of every secret value.
func (j *Job) Public() map[string]any { return j.check.public(j.Long()).(map[string]any) }

func (c *checker) public(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = c.public(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = c.public(inner)
		}
	case string:
		if c.secrets[v] {
			return "***"
		}
	}
	return v
}

// File returns the file that the document stands in.
func (j *Job) File() *source.File { return j.check.file }
