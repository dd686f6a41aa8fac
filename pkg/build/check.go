package build

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/manifest"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
	"github.com/jobgen-dev/jobgen/pkg/validate/lint"
)

// This file asks what clusters and the lint rules say of objects, those that
// specs become and those that stand in manifests, and tells it at the user's line.

// codes are those of what each check finds.
var codes = map[cluster.Check]string{
	cluster.OpenAPI:  diag.CodeOpenAPI,
	cluster.Server:   diag.CodeServer,
	cluster.Dropped:  diag.CodeDropped,
	cluster.Simulate: diag.CodeSimulate,
	cluster.Apply:    diag.CodeApply,
	cluster.Security: diag.CodeSecurity,
}

// finding is what a check or a lint rule found.
type finding struct {
	cluster.Finding
	code     string
	severity diag.Severity
	hint     string    // what to write instead
	rule     lint.Rule // that found it; none where a check did
}

// weigh says of what the checks find of each object how much it matters.
func weigh(found [][]cluster.Finding) [][]finding {
	all := make([][]finding, len(found))
	for i := range found {
		refused := slices.ContainsFunc(found[i], refuses)
		for _, f := range found[i] {
			if refused && f.Check == cluster.Simulate {
				continue // nothing is made of what is not there
			}
			one := finding{Finding: f, code: codes[f.Check], hint: f.Hint}
			// A field that no minor keeps by default is for clusters that set its gate.
			if f.Warning || f.Check == cluster.Dropped && f.Since == "" {
				one.severity = diag.Warning
			}
			all[i] = append(all[i], one)
		}
	}
	return all
}

// lint adds what the lint rules find of each object to what was found.
func (r *run) lint(objects []cluster.Object, found [][]finding, off map[string]bool) {
	values := make([]*jsontree.Value, len(objects))
	for i := range objects {
		if !slices.ContainsFunc(found[i], finding.ends) {
			values[i] = &objects[i].JSON
		}
	}
	for i, findings := range lint.Objects(values, lint.Options{Off: off, Now: r.opts.Lint.Now}) {
		for _, f := range findings {
			found[i] = append(found[i], finding{cluster.Finding{Finding: f.Finding}, f.Rule.Code, f.Rule.Severity, f.Hint, f.Rule})
		}
	}
}

// ends reports whether nothing else is worth saying of the object of a finding: it cannot
// be read to the end, or no request can hold it.
func (f finding) ends() bool { return f.Reason == validate.Endless || f.Large }

// saidOfSpecs are the lint rules that the language has too, and tells of a spec
// whenever it is read.
var saidOfSpecs = []string{"starting-deadline-too-short", "schedule-never-comes", "generated-name"}

// withoutSaid returns the rules that are not run on what specs become.
func (o *Lint) withoutSaid() map[string]bool {
	off := map[string]bool{}
	maps.Copy(off, o.Off)
	for _, name := range saidOfSpecs {
		rule, ok := lint.Lookup(name)
		if !ok {
			panic("build: there is no lint rule " + name)
		}
		off[rule.Code] = true
	}
	return off
}

// refuses reports whether a finding keeps an object from being created.
func refuses(f cluster.Finding) bool {
	return !f.Warning && (f.Check == cluster.OpenAPI || f.Check == cluster.Server)
}

// path returns where in the object a finding is.
func (f finding) path() spec.Path {
	at, _ := spec.ParsePath(f.Path)
	if f.Reason == validate.Missing {
		at = at.With(f.Name) // the path is that of its parent
	}
	return at
}

// diagnostic makes a diagnostic of a finding.
func (f finding) diagnostic(at diag.Place, hint string) diag.Diagnostic {
	if f.rule.FindsSecrets() {
		at.Text = ""
	}
	return diag.Diagnostic{Code: f.code, Severity: f.severity, Place: at, Message: f.Message, Hint: hint}
}

// rules says whose rules a finding comes from, and where in the object it is.
func (f finding) rules() string {
	return fmt.Sprintf("found by the rules of Kubernetes %s at %s", minorsText(f.Minors), cmp.Or(f.Path, "the top"))
}

// minorsText lists minors, those that follow one another in short.
func minorsText(minors []string) string {
	all, last := validate.Minors(), len(minors)-1
	from := slices.Index(all, minors[0])
	if last > 1 && slices.Equal(all[from:min(from+last+1, len(all))], minors) {
		return minors[0] + " to " + minors[last]
	}
	return strings.Join(minors, ", ")
}

// checkMade checks the objects of a spec. Where the spec is wrong, parts of it are
// missing from the objects, and only what the OpenAPI document says of the rest is
// worth telling: the API server's rules would mostly find the holes.
func (r *run) checkMade(job *spec.Job, objects []Object, wrong bool) (diag.List, error) {
	made := make([]cluster.Object, len(objects))
	for i, o := range objects {
		made[i] = cluster.Object{JSON: o.JSON, Typed: o.Value}
	}
	opts := r.opts.Cluster
	opts.PodSecurity = stricter(opts.PodSecurity, job.Spec.PodSecurity)
	if wrong {
		opts.Checks = r.onlyShape()
	}
	answers, err := cluster.Made(made, opts)
	if err != nil {
		return nil, err
	}
	found := weigh(answers)
	if r.opts.Lint != nil && !wrong {
		r.lint(made, found, r.opts.Lint.withoutSaid())
	}
	var ds diag.List
	for i, o := range objects {
		for _, f := range found[i] {
			if wrong && f.Check != cluster.OpenAPI {
				continue
			}
			// Without its values a Secret is a shell that only its shape is known of.
			if o.Kind == "Secret" && r.opts.LookupEnv == nil && f.Check != cluster.OpenAPI {
				continue
			}
			if d, ok := f.inSpec(o.Object); ok {
				ds = append(ds, d)
			}
		}
	}
	return ds, nil
}

// onlyShape returns the checks that tell what the OpenAPI document does not allow, if
// that is asked for: the server knows which of it a cluster takes nevertheless.
func (r *run) onlyShape() []cluster.Check {
	if r.opts.Cluster.Checks == nil || slices.Contains(r.opts.Cluster.Checks, cluster.OpenAPI) {
		return []cluster.Check{cluster.OpenAPI, cluster.Server}
	}
	return []cluster.Check{}
}

// stricter returns the stricter of two Pod Security levels.
func stricter(a, b string) string {
	levels := []string{"", "privileged", "baseline", "restricted"}
	if slices.Index(levels, a) > slices.Index(levels, b) {
		return a
	}
	return b
}

// inSpecs says in the words of the language what a lint rule advises in those of
// manifests. Of two that begin alike the longer one is first.
var inSpecs = strings.NewReplacer(
	"valueFrom: {secretKeyRef: {name: NAME, key: KEY}}", "{secret: NAME, key: KEY}",
	"spec.jobTemplate.spec.template.metadata.labels", "spec.podLabels", "spec.jobTemplate.spec.template.metadata.annotations", "spec.podAnnotations",
	"spec.template.metadata.labels", "spec.podLabels", "spec.template.metadata.annotations", "spec.podAnnotations",
	"spec.jobTemplate.metadata.labels", "spec.jobLabels", "spec.jobTemplate.metadata.annotations", "spec.jobAnnotations",
	"metadata.annotations of the ServiceAccount", "spec.serviceAccount.annotations", "metadata.labels of the Namespace", "spec.createNamespace.labels",
	" in the spec of the pods", " under spec", " in the securityContext of the pods", " under spec.podSecurityContext",
)

// inSpec turns a finding about an object into a diagnostic at the line of the spec.
// It is false for what only follows from a mistake that was reported, and for what is meant.
func (f finding) inSpec(o compile.Object) (diag.Diagnostic, bool) {
	if f.Reason == validate.Unfilled {
		return diag.Diagnostic{}, false // the spec has its own warning
	}
	from := o.Origin(f.path())
	level := spec.Path{"spec", "podSecurity"}
	if f.Check == cluster.Security && len(from) <= 1 {
		from = level // no field does it, but one that asks for more
	}
	if c := o.Job.Spec.PodSecurityContext; o.Job.Spec.PodSecurity != "" && strings.HasSuffix(f.Path, ".spec.securityContext.runAsNonRoot") && (c == nil || c.RunAsNonRoot == nil) {
		from = level // it fills the field in
	}
	place, reported := o.Job.Place(from)
	if reported || f.Check != "" && o.Job.Filled(from) || f.rule.IsMeant(place.Typed()) {
		return diag.Diagnostic{}, false
	}
	if at := f.path(); f.OnKey && len(from) > 0 && from[len(from)-1] == at[len(at)-1] {
		place = o.Job.KeyPlace(from)
	}
	hint := inSpecs.Replace(f.hint)
	if f.Check != "" {
		hint = strings.TrimSpace(hint + "\n" + f.rules() + " of the " + o.Kind)
	}
	return f.diagnostic(place, hint), true
}

// askManifests returns what is found of the objects that stand in a file.
func (r *run) askManifests(objects []manifest.Object) ([][]finding, error) {
	if len(objects) == 0 {
		return nil, nil
	}
	read := make([]cluster.Object, len(objects))
	for i, o := range objects {
		if _, now := validate.Removed(o.APIVersion, o.Kind); now != "" {
			o = o.As(now) // the rest of it is checked too
		}
		if read[i] = (cluster.Object{JSON: o.Value}); !o.Whole() {
			read[i].Text = o.JSON()
		}
	}
	answers, err := cluster.Made(read, r.opts.Cluster)
	if err != nil {
		return nil, err
	}
	found := weigh(answers)
	if r.opts.Lint != nil {
		r.lint(read, found, r.opts.Lint.Off)
	}
	for i, o := range objects {
		if f, none := validate.NoSuchKind(o.APIVersion, o.Kind); none {
			found[i] = slices.DeleteFunc(found[i], func(f finding) bool { return f.Reason == validate.UnknownKind })
			found[i] = append(found[i], finding{Finding: cluster.Finding{Finding: f}, code: diag.CodeOpenAPI})
		}
	}
	return found, nil
}

// tellManifests counts the objects that stand in a file, and tells what was found.
func (r *run) tellManifests(objects []manifest.Object, found [][]finding) diag.List {
	var ds diag.List
	for i, o := range objects {
		if slices.ContainsFunc(found[i], func(f finding) bool { return f.foreign(o) }) {
			ds = append(ds, r.notChecked(o)...)
			continue
		}
		r.result.Manifests++
		for _, f := range found[i] {
			if d, ok := f.inManifest(o); ok {
				ds = append(ds, d)
			}
		}
	}
	return ds
}

// checkManifests is askManifests and tellManifests in one.
func (r *run) checkManifests(objects []manifest.Object) (diag.List, error) {
	found, err := r.askManifests(objects)
	if err != nil {
		return nil, err
	}
	return r.tellManifests(objects, found), nil
}

// foreign reports whether a finding is that there are no rules for the object's
// kind, while somebody may have such a kind.
func (f finding) foreign(o manifest.Object) bool {
	_, none := validate.NoSuchKind(o.APIVersion, o.Kind)
	return f.Reason == validate.UnknownKind && !none && o.APIVersion != "" && o.Kind != ""
}

// apiGroup returns the group of an apiVersion, "" for Kubernetes' core.
func apiGroup(apiVersion string) string {
	if i := strings.IndexByte(apiVersion, '/'); i >= 0 {
		return apiVersion[:i]
	}
	return ""
}

// notChecked counts an object, and says so where that must not be.
func (r *run) notChecked(o manifest.Object) diag.List {
	kind := strings.TrimSpace(o.APIVersion + " " + o.Kind)
	r.result.NotChecked[kind]++
	if !r.opts.Strict {
		return nil
	}
	place, _ := o.Place(spec.Path{"kind"})
	return diag.List{{
		Code: diag.CodeUnchecked, Place: place, Message: fmt.Sprintf("jobgen has no rules for %s, so nothing is known of this object", kind),
		Hint: "leave the file out, or check without --strict",
	}}
}

// octalDigits matches a file mode as people write it.
var octalDigits = lazyregexp.New(`^0?[0-7]{3}$`)

// inManifest turns a finding about a manifest into a diagnostic. It is false for
// what only follows from a mistake that was reported, and for what is meant.
func (f finding) inManifest(o manifest.Object) (diag.Diagnostic, bool) {
	place, faulty := o.Place(f.path())
	if faulty || f.rule.IsMeant(place.Typed()) {
		return diag.Diagnostic{}, false
	}
	hints := []string{f.hint}
	if f.OnKey {
		place = o.KeyPlace(f.path())
	}
	if f.Reason == validate.UnknownField {
		place = o.KeyPlace(f.path())
		if meant := suggest.Nearest(f.Name, f.Known); meant != "" {
			hints = append(hints, suggest.Question(meant))
		} else if n := len(f.Known); n > 0 && n <= 12 {
			hints = append(hints, "known here: "+strings.Join(f.Known, ", "))
		}
	}
	if text, plain := o.Plain(f.path()); plain && strings.HasPrefix(f.Message, "a string is wanted") {
		hints = append(hints, fmt.Sprintf("to have a text, write %q", text))
	}
	if text, _ := o.Plain(f.path()); octalDigits.MatchString(text) && strings.HasPrefix(f.Message, "a number is wanted") && strings.HasSuffix(strings.ToLower(f.Path), "mode") {
		hints = append(hints, fmt.Sprintf("write 0%s without quotes: a leading 0 means octal, other numbers are decimal", strings.TrimPrefix(text, "0")))
	}
	if f.Reason == validate.UnknownKind {
		hints = append(hints, "write "+strings.Join(f.Known, ", "))
	}
	if f.Check != "" {
		hints = append(hints, f.rules())
	}
	return f.diagnostic(place, strings.TrimSpace(strings.Join(hints, "\n"))), true
}
