package build

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// codes are those of what each check finds.
var codes = map[cluster.Check]string{
	cluster.OpenAPI:  diag.CodeOpenAPI,
	cluster.Server:   diag.CodeServer,
	cluster.Dropped:  diag.CodeDropped,
	cluster.Simulate: diag.CodeSimulate,
	cluster.Apply:    diag.CodeApply,
	cluster.Security: diag.CodeSecurity,
}

// validate asks what a cluster would make of the objects of a spec. Where the
// spec is wrong, parts of it are missing from the objects, and only what the
// OpenAPI document says of the rest is worth telling: the API server's rules
// would mostly find the holes.
func (r *run) validate(job *spec.Job, objects []compile.Object, minors []string, wrong bool) (diag.List, error) {
	texts := make([][]byte, len(objects))
	for i, o := range objects {
		var err error
		if texts[i], err = render.JSON(o.Value); err != nil {
			return nil, fmt.Errorf("encoding the %s %s: %w", o.Kind, o.Meta.Name, err)
		}
	}
	opts := cluster.Options{Minors: minors, PodSecurity: job.Spec.PodSecurity}
	if wrong {
		opts.Checks = []cluster.Check{cluster.OpenAPI}
	}
	findings, err := cluster.Objects(texts, opts)
	if err != nil {
		return nil, err
	}
	var ds diag.List
	for i, o := range objects {
		refused := slices.ContainsFunc(findings[i], refuses)
		for _, f := range findings[i] {
			if refused && f.Check == cluster.Simulate {
				continue // nothing is made of what is not there
			}
			// Without its values a Secret is a shell that only its shape is known of.
			if o.Kind == "Secret" && r.opts.LookupEnv == nil && f.Check != cluster.OpenAPI {
				continue
			}
			if d, ok := diagnose(o, f); ok {
				ds = append(ds, d)
			}
		}
	}
	return ds, nil
}

// refuses reports whether a finding keeps an object from being created.
func refuses(f cluster.Finding) bool {
	return !f.Warning && (f.Check == cluster.OpenAPI || f.Check == cluster.Server)
}

// diagnose turns a finding about an object into a diagnostic at the line of the
// spec. It is false for what only follows from a mistake that was reported.
func diagnose(o compile.Object, f cluster.Finding) (diag.Diagnostic, bool) {
	at, _ := spec.ParsePath(f.Path)
	if f.Reason == validate.Missing {
		at = at.With(f.Name) // the path is that of its parent
	}
	from := o.Origin(at)
	if f.Check == cluster.Security && len(from) <= 1 {
		from = spec.Path{"spec", "podSecurity"} // no field does it, but one that asks for more
	}
	place, reported := o.Job.Place(from)
	if reported {
		return diag.Diagnostic{}, false
	}
	d := diag.Diagnostic{Code: codes[f.Check], Place: place, Message: f.Message}
	// A field that no minor keeps by default is for clusters that set its gate.
	if f.Warning || f.Check == cluster.Dropped && f.Since == "" {
		d.Severity = diag.Warning
	}
	d.Hint = fmt.Sprintf("found by the rules of Kubernetes %s at %s of the %s", strings.Join(f.Minors, ", "), cmp.Or(f.Path, "the top"), o.Kind)
	return d, true
}
