package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// check reports what the API server refuses of Jobs and CronJobs: of what it does not
// take nobody knows what it means. Other objects that it refuses are left alone.
func (r *run) check() error {
	texts := make([][]byte, len(r.objects))
	for i, o := range r.objects {
		texts[i] = encode(o.tree)
	}
	all, err := cluster.Objects(texts, cluster.Options{Checks: []cluster.Check{cluster.OpenAPI, cluster.Server}})
	if err != nil {
		return err
	}
	for i, o := range r.objects {
		for _, f := range all[i] {
			if f.Warning {
				continue
			}
			if !o.isWorkload() {
				o.why = "Kubernetes does not take it: " + f.Message
				break
			}
			r.refuse(o, f)
		}
	}
	return nil
}

// variable is how tools write what they fill in.
var variable = lazyregexp.New(`\$\{[^}]*\}|\$[A-Za-z_][A-Za-z0-9_]*|\{\{.*\}\}`)

// neverMissing are fields that every Job has, and patches mostly do not repeat.
var neverMissing = []string{"jobTemplate", "template", "containers", "image"}

// refuse reports a finding of the API server at its line.
func (r *run) refuse(o *object, f cluster.Finding) {
	at, _ := spec.ParsePath(f.Path)
	message, hint := f.Message, ""
	if text := textAt(o.tree, at...); variable.MatchString(text) {
		message = fmt.Sprintf("%s is a variable of some tool, and stands where Kubernetes wants a value of its own: %s", variable.FindString(text), f.Message)
		hint = "let the tool fill it in first, or write the value"
	}
	if f.Reason == validate.Missing && f.Name != "" {
		at = at.With(f.Name) // the path is that of its parent
	}
	missing := f.Reason == validate.Missing && len(at) > 0 && slices.Contains(neverMissing, at[len(at)-1])
	if f.Reason == validate.UnknownField && f.Name == "$patch" || missing {
		hint = "this looks like a patch: import what it is a patch of, `kustomize build FOLDER | jobgen import -`"
	} else if meant := suggest.Nearest(f.Name, f.Known); f.Reason == validate.UnknownField && meant != "" {
		hint = suggest.Question(meant)
	}
	o.refused = true
	d := o.diagnostic(at, diag.Error, message, strings.TrimSpace(hint))
	d.Code = diag.CodeServer
	if f.Check == cluster.OpenAPI {
		d.Code = diag.CodeOpenAPI
	}
	if f.Reason == validate.UnknownField {
		d.Place = o.KeyPlace(o.at(at))
	}
	r.report(d)
}
