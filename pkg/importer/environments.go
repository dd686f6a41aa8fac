package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
	"github.com/jobgen-dev/jobgen/schema"
)

// This file makes one spec of what a Job is in several environments.

// together makes the specs of several environments. Each Job is imported by itself
// first, so that what a spec cannot say is told of its own manifest.
func together(runs []*run, server *apiserver.Server, improve bool) (specs []written) {
	result := runs[0].result
	var all [][]*importing
	for _, r := range runs {
		var ofRun []*importing
		for _, o := range r.jobs() {
			if im := r.workload(server, o, improve); im != nil {
				ofRun = append(ofRun, im)
			}
		}
		all = append(all, ofRun)
	}
	if result.Diagnostics.HasErrors() {
		return nil
	}
	var alone [][]*importing
	for _, group := range groups(slices.Concat(all...)) {
		if twice(group) {
			continue
		}
		specs = append(specs, layered(group))
		if len(group) < len(runs) {
			alone = append(alone, group)
		}
	}
	for _, group := range alone {
		group[0].run.report(missingElsewhere(group, alone))
	}
	return specs
}

// finer tell Jobs of one name apart, where an environment has several.
var finer = []func(im *importing) string{
	func(im *importing) string { return textAt(im.job.tree, "metadata", "name") + " " + im.job.name() },
	func(im *importing) string { return im.job.Kind },
	func(im *importing) string { return im.job.namespace() },
}

// groups puts together what is one Job in several environments: what has one name, or
// also one kind and namespace where an environment has several of the name.
func groups(all []*importing) [][]*importing { return grouped(all, finer) }

func grouped(all []*importing, by []func(im *importing) string) [][]*importing {
	var names []string
	of := map[string][]*importing{}
	for _, im := range all {
		name := by[0](im)
		if of[name] == nil {
			names = append(names, name)
		}
		of[name] = append(of[name], im)
	}
	var found [][]*importing
	for _, name := range names {
		if group := of[name]; len(by) > 1 && second(group) != nil {
			found = append(found, grouped(group, by[1:])...)
		} else {
			found = append(found, group)
		}
	}
	return found
}

// second returns the second of two Jobs of a group that are of one environment, nil if
// there are none.
func second(group []*importing) *importing {
	seen := map[string]bool{}
	for _, im := range group {
		if seen[im.run.env] {
			return im
		}
		seen[im.run.env] = true
	}
	return nil
}

// twice reports a Job of which an environment has several.
func twice(group []*importing) bool {
	im := second(group)
	if im == nil {
		return false
	}
	first := group[slices.IndexFunc(group, func(other *importing) bool { return other.run.env == im.run.env })]
	place, _ := first.job.Place(spec.Path{"metadata", "name"})
	d := im.job.diagnostic(spec.Path{"metadata", "name"}, diag.Error, fmt.Sprintf("the %s stands twice in the environment %s", im.job, im.run.env), "keep one of them")
	d.Related = []diag.Related{{Place: place, Message: "it stands here first"}}
	im.run.report(d)
	return true
}

// layered makes the spec of what a Job is in its environments, and proves each.
func layered(group []*importing) written {
	text := write(document(group), group...)
	made := read(text)
	for _, im := range group {
		told := len(im.ds)
		im.proveIn(made)
		im.run.report(im.ds[told:]...)
	}
	return written{group[0].named(text), group}
}

// document makes the document of what a Job is in its environments, in its short form.
func document(group []*importing) map[string]any {
	model := schema.Model()
	var trees, names []any
	for _, im := range group {
		trees = append(trees, split(render.Clone(im.spec), model))
		names = append(names, im.run.env)
	}
	shared := base(trees, model).(map[string]any)
	overlays := map[string]any{}
	for i, im := range group {
		if layer := over(shared, trees[i], model); !isAbsent(layer) {
			overlays[im.run.env] = layer
		}
	}
	doc := whole(shared, model).(map[string]any)
	doc["environments"] = names
	if len(overlays) > 0 {
		doc["overlays"] = overlays
	}
	return doc
}

// missingElsewhere says of a Job that not every environment has where it is, and which
// other may have been meant to be the same.
func missingElsewhere(group []*importing, alone [][]*importing) diag.Diagnostic {
	var in []string
	for _, im := range group {
		in = append(in, im.run.env)
	}
	im := group[0]
	d := im.job.diagnostic(spec.Path{"metadata", "name"}, diag.Note,
		fmt.Sprintf("the %s is in %s alone, and so is its spec", im.job, strings.Join(in, " and ")), "")
	for _, other := range alone {
		if o := other[0]; !slices.Contains(in, o.run.env) && likely(im, o) {
			d.Severity = diag.Warning
			d.Hint = fmt.Sprintf("if %s of %s is meant to be the same, give it the same name, without namePrefix or nameSuffix: a spec has one name everywhere", o.job.name(), o.run.env)
			break
		}
	}
	return d
}

// likely reports whether two Jobs run one image under names that begin or end alike.
func likely(a, b *importing) bool {
	image := func(im *importing) any {
		return splitImage(textAt(im.spec, "spec", "image")).(map[string]any)["repository"]
	}
	first, second := strings.Split(a.job.baseName(), "-"), strings.Split(b.job.baseName(), "-")
	return image(a) == image(b) && (first[0] == second[0] || first[len(first)-1] == second[len(second)-1])
}
