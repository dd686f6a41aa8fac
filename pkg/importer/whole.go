package importer

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// This file builds all specs of an import together, as `jobgen build` does later. That
// shows what no spec shows alone, such as a name that two of them give.

// written is a spec with what it was made from, in each environment.
type written struct {
	Spec
	from []*importing
}

// in returns what the spec was made from in an environment, nil for nothing.
func (s written) in(env string) *importing {
	for _, im := range s.from {
		if im.run.env == env {
			return im
		}
	}
	return nil
}

// outside is a folder that does not exist, so that no project file applies.
var outside = filepath.Join(os.DevNull, "specs")

// buildTogether builds the specs in each environment, and reports errors where the
// manifests cause them.
func (r *Result) buildTogether(specs []written, environments []Environment) error {
	inputs := make([]source.Input, len(specs))
	for i, s := range specs {
		inputs[i] = source.Input{Name: strconv.Itoa(i) + ".yaml", Dir: outside, Root: outside, Named: true, Text: s.Text}
	}
	for _, env := range environments {
		if !slices.ContainsFunc(specs, func(s written) bool { return s.in(env.Name) != nil }) {
			continue // build knows no environment that no spec names
		}
		built, err := build.Run(build.Options{
			Dir: string(filepath.Separator), Inputs: inputs, Environment: env.Name,
			LookupEnv: func(string) (string, bool) { return "", true },
		})
		if err != nil {
			return fmt.Errorf("building the specs: %w", err)
		}
		for _, d := range built.Diagnostics {
			if d.Severity == diag.Error {
				r.refuse(specs, env.Name, d)
			}
		}
	}
	return nil
}

// refuse reports an error of a spec where the manifest causes it.
func (r *Result) refuse(specs []written, env string, d diag.Diagnostic) {
	im, at, o := cause(specs, env, d.Place)
	refused := o.diagnostic(at, diag.Error, "build refuses the spec of this: "+d.Message, d.Hint)
	if name := textAt(o.tree, at...); d.Code == diag.CodeReference && im.run.leaves(name, im.job.namespace()) {
		refused.Severity, refused.Message = diag.Note, "build looks for "+name+", whose manifest is left as it is"
		refused.Hint = "list the manifest under `resources` in the project file"
		d.Related = nil
	} else if d.Code == diag.CodeReference {
		refused.Hint = strings.TrimSpace(d.Hint + " If not, import the manifest of " + name + " too")
	}
	for _, related := range d.Related {
		_, at, o := cause(specs, env, related.Place)
		related.Place, _ = o.Place(o.at(at))
		refused.Related = append(refused.Related, related)
	}
	if !slices.ContainsFunc(r.Diagnostics, func(known diag.Diagnostic) bool {
		return known.Place == refused.Place && known.Message == refused.Message
	}) {
		r.Diagnostics = append(r.Diagnostics, refused)
	}
}

// cause returns what a place of a spec was made from in an environment.
func cause(specs []written, env string, place diag.Place) (im *importing, at spec.Path, o *object) {
	n, err := strconv.Atoi(place.File[:len(place.File)-len(".yaml")])
	if err != nil {
		panic("importer: build reports a file that it was not given: " + place.File)
	}
	im = cmp.Or(specs[n].in(env), specs[n].from[0])
	var field spec.Path
	fields(read(specs[n].Text).root, nil, func(pos source.Pos, at spec.Path) {
		if pos.Line == place.Line && pos.Column == place.Column {
			field = at
		}
	})
	o, at = im.from(im.ofSpec(field))
	return im, at, o
}

// leaves reports whether an object of a name and namespace stays a manifest.
func (r *run) leaves(name, namespace string) bool {
	return slices.ContainsFunc(r.objects, func(o *object) bool {
		return !o.taken && !o.isWorkload() && o.name() == name && o.namespace() == namespace
	})
}
