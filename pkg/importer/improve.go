package importer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/lint"
	"github.com/jobgen-dev/jobgen/pkg/waiver"
)

// This file adds to a spec what the lint rules ask for. An edit only adds what the
// manifest says nothing of: what stands there somebody may have meant.

// edit is what is added to a spec for one finding.
type edit struct {
	rule    lint.Rule
	place   diag.Place // of the finding, in the manifest
	changes []change
	what    string    // is added and why; a second line says what to write where it does not fit
	at      spec.Path // the field that is new in the spec, or what it is in
}

// change is one field of an edit, and of the object that the spec becomes.
type change struct {
	field, at spec.Path
	value     any
}

// comment is what stands at the edit in the spec.
func (e *edit) comment() string {
	return "# " + e.rule.Code + " " + e.rule.Name + ", added by --improve: " + strings.ReplaceAll(e.what, "\n", "\n# ")
}

// finding is what a lint rule finds of an object that the spec becomes.
type finding struct {
	lint.Finding
	at    spec.Path // in the object, which is the Job where the rule is one of mends
	place diag.Place
}

// mends has a function for each rule that a default can mend without harm. It returns
// the changes and what edit says of them, none where a human must look at it.
// docs/import.md says why the other rules are not here.
var mends = map[string]func(im *importing, f finding) (changes []change, what string){
	"JG002": (*importing).addRequests,
	"JG010": (*importing).addDeadline,
	"JG011": (*importing).addTTL,
	"JG036": (*importing).addConcurrency,
	"JG065": (*importing).refuseToken,
}

// improve adds the edits to the spec, proves that they and nothing else make a
// difference, and tells of them and of what is left to do.
func (im *importing) improve() {
	for _, f := range im.findings() {
		mend := mends[f.Rule.Code]
		if mend == nil {
			continue
		}
		if changes, what := mend(im, f); changes != nil {
			im.edits = append(im.edits, edit{rule: f.Rule, place: f.place, changes: changes, what: what, at: im.missing(changes[0].field)})
			for _, c := range changes {
				lay(im.spec, c.value, c.field)
			}
		}
	}
	if im.edits != nil {
		im.becomes = im.prove(im.write())
		im.accepted()
	}
	if im.ds.HasErrors() {
		return
	}
	for _, e := range im.edits {
		im.ds = append(im.ds, im.tell(e))
	}
	im.leave()
}

// findings returns what the lint rules find of what the spec becomes, but for what is
// waived in the manifests or was said already.
func (im *importing) findings() []finding {
	var all []finding
	for _, made := range im.becomes {
		object, err := render.Ordered(made.Value)
		if err != nil {
			im.refuse(nil, err.Error(), "")
			return nil
		}
		for _, l := range lint.Objects([]*jsontree.Value{&object}, lint.Options{})[0] {
			f := finding{Finding: l}
			f.at, _ = spec.ParsePath(l.Path)
			if l.Reason == validate.Missing {
				f.at = f.at.With(l.Name)
			}
			o, from := im.from(made.Origin(f.at))
			if len(from) == 0 && o == im.job {
				from = f.at // no field of the spec says it, and none of the manifest
			}
			f.place, _ = o.Place(o.at(from))
			if !f.Rule.IsMeant(f.place.Typed()) {
				all = append(all, f)
			}
		}
	}
	return slices.DeleteFunc(im.unwaived(all), im.said)
}

// unwaived returns the findings that no comment in the manifests waives.
func (im *importing) unwaived(all []finding) []finding {
	var ds diag.List
	for _, f := range all {
		ds = append(ds, f.diagnostic())
	}
	files := map[*source.File]bool{}
	for _, o := range append([]*object{im.job}, im.beside...) {
		if !files[o.file] {
			files[o.file] = true
			ds = waiver.Apply(o.file, ds, false)
		}
	}
	return slices.DeleteFunc(all, func(f finding) bool {
		return !slices.ContainsFunc(ds, func(d diag.Diagnostic) bool { return d.Place == f.place && d.Code == f.Rule.Code })
	})
}

// said reports whether the check of the spec has told of a finding: some rules the
// language has too.
func (im *importing) said(f finding) bool {
	return slices.ContainsFunc(im.ds, func(d diag.Diagnostic) bool { return d.Code == diag.CodeNote && d.Place == f.place })
}

func (f finding) diagnostic() diag.Diagnostic {
	return diag.Diagnostic{Code: f.Rule.Code, Severity: f.Rule.Severity, Place: f.place, Message: f.Message, Hint: f.Hint}
}

// missing returns the outermost part of a field that the spec does not have.
func (im *importing) missing(field spec.Path) spec.Path {
	for i := range field {
		if get(im.spec, field[:i+1]...) == nil {
			return field[:i+1]
		}
	}
	return field
}

// accepted reports what the API server would refuse of the improved Job.
func (im *importing) accepted() {
	for _, made := range im.becomes {
		if made.Kind != im.job.Kind {
			continue
		}
		text, err := render.JSON(made.Value)
		if err != nil {
			im.refuse(nil, err.Error(), "")
			return
		}
		for _, fault := range im.server.Create(text).Faults {
			im.refuse(nil, fmt.Sprintf("with what --improve adds, Kubernetes would refuse %s: %s", fault.Field, fault.Detail), "import without it")
		}
	}
}

// tell tells of an edit, with each field that differs by it.
func (im *importing) tell(e edit) diag.Diagnostic {
	var lines []string
	for _, c := range e.changes {
		was, is := get(im.job.full, im.job.named(c.at)...), string(encode(c.value))
		if string(encode(was)) == is {
			lines = append(lines, fmt.Sprintf("no difference: %s is %s as before", c.at, is))
			continue
		}
		lines = append(lines, fmt.Sprintf("the difference: %s is %s, and was %s", c.at, is, brief(was)))
	}
	first, _, _ := strings.Cut(e.what, ";\n")
	return diag.Diagnostic{
		Code: diag.CodeImproved, Severity: diag.Note, Place: e.place,
		Message: fmt.Sprintf("improved as %s %s asks: %s", e.rule.Code, e.rule.Name, first),
		Hint:    strings.Join(lines, "\n"),
	}
}

// leave tells what the rules find of the improved spec.
func (im *importing) leave() {
	left := im.findings()
	im.toDo = len(left)
	for _, f := range left {
		d := f.diagnostic()
		d.Message = "left to do: " + d.Message
		im.ds = append(im.ds, d)
	}
}

// lay sets a value at a path that may lead through a list.
func lay(tree any, value any, at spec.Path) {
	for i := len(at) - 1; i > 0; i-- {
		if listAt(tree, at[:i]...) != nil {
			tree, at = get(tree, at[:i+1]...), at[i+1:]
			break
		}
	}
	put(tree.(map[string]any), value, at...)
}

func seconds(d time.Duration) json.Number {
	return json.Number(strconv.Itoa(int(d / time.Second)))
}

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// addDeadline ends a run that hangs. How long many Pods take together nobody can know.
func (im *importing) addDeadline(finding) ([]change, string) {
	job := compile.JobSpec(im.job.isCron())
	for _, field := range []string{"completions", "parallelism"} {
		if n := get(im.job.full, job.With(field)...); n != nil && n != json.Number("1") {
			return nil, ""
		}
	}
	limit, name := week, "a week"
	if im.job.isCron() && comesDaily(textAt(im.job.tree, "spec", "schedule")) {
		limit, name = day, "a day"
	}
	return []change{{spec.Path{"spec", "activeDeadlineSeconds"}, job.With("activeDeadlineSeconds"), seconds(limit)}},
		"a deadline of " + name + ", which ends a run that hangs;\nwrite a few times what a run takes."
}

// comesDaily reports whether a schedule has runs a day apart or less.
func comesDaily(schedule string) bool {
	times, err := cron.ParseStandard(schedule)
	if err != nil {
		return false
	}
	first := times.Next(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC))
	return !first.IsZero() && times.Next(first).Sub(first) <= day
}

// addTTL lets the cluster remove a Job that nothing would create anew: under a name that
// the cluster completes none is applied twice. Any other may be, and would run again.
func (im *importing) addTTL(finding) ([]change, string) {
	if textAt(im.job.tree, "metadata", "name") != "" {
		return nil, ""
	}
	return []change{{spec.Path{"spec", "ttlSecondsAfterFinished"}, compile.JobSpec(false).With("ttlSecondsAfterFinished"), seconds(week)}},
		"a week after its end the Job is removed, which nothing else does;\nwrite how long somebody may want to look at it."
}

// addConcurrency keeps runs apart. What a manifest says it says on, although it is the
// server's default.
func (im *importing) addConcurrency(finding) ([]change, string) {
	at := spec.Path{"spec", "concurrencyPolicy"}
	if said := textAt(im.job.tree, at...); said != "" {
		return []change{{at, at, said}}, "Allow is written down, since the manifest says it;\nwrite Forbid where two runs must not meet."
	}
	return []change{{at, at, "Forbid"}}, "Forbid skips a run while another is going;\nwrite Allow where two may meet."
}

// The requests of a container that says nothing: next to nothing on a node, and enough
// for the scheduler to count it.
const (
	leastCPU    = "100m"
	leastMemory = "128Mi"
)

// addRequests lets the scheduler count a container. A request takes nothing from it, as
// a limit would.
func (im *importing) addRequests(f finding) ([]change, string) {
	at := f.at[:slices.Index(f.at, "resources")]
	field := im.containerField(at)
	var changes []change
	var names []string
	for _, r := range [][2]string{{"cpu", leastCPU}, {"memory", leastMemory}} {
		if !asks(im.job.full, at.With("resources"), r[0]) && !asks(im.job.full, compile.PodSpec(im.job.isCron()).With("resources"), r[0]) {
			changes = append(changes, change{field.With("resources", "requests", r[0]), at.With("resources", "requests", r[0]), r[1]})
			names = append(names, r[0])
		}
	}
	return changes, "a little " + strings.Join(names, " and ") + ", since the scheduler counts by requests alone;\nwrite what the container usually needs."
}

// asks reports whether resources request one, by a limit too.
func asks(tree any, at spec.Path, name string) bool {
	return get(tree, at.With("requests", name)...) != nil || get(tree, at.With("limits", name)...) != nil
}

// containerField returns where a container of the Job stands in the spec.
func (im *importing) containerField(at spec.Path) spec.Path {
	for _, from := range im.origins {
		if from.object == im.job && from.at.String() == at.String() {
			return from.field
		}
	}
	return spec.Path{"spec"}
}

var (
	// callers match what programs, words and variables tell of calls to the API server.
	callers = lazyregexp.New(`(?i)kube|k8s|\bhelm\b|\boc\b|\bargo|\bvelero\b|\bistioctl\b|serviceaccount|client-go`)

	// injectors match annotations and labels by which something adds a container that
	// may read the token.
	injectors = lazyregexp.New(`(?i)inject|vault|istio|linkerd|dapr`)
)

// refuseToken keeps the token of the default account out of Pods that show no use for it.
func (im *importing) refuseToken(finding) ([]change, string) {
	if im.callsServer() {
		return nil, ""
	}
	at := compile.PodSpec(im.job.isCron()).With("automountServiceAccountToken")
	return []change{{spec.Path{"spec", "automountServiceAccountToken"}, at, false}},
		"no token, since nothing shows that the Job calls the API server;\nwrite serviceAccountName in place of this if it does."
}

// callsServer reports whether the Job looks like one that calls the API server, or
// somebody gave the default account rights.
func (im *importing) callsServer() bool {
	pod := compile.PodSpec(im.job.isCron())
	calls := false
	leaves(get(im.job.tree, pod...), nil, func(at spec.Path, value any) {
		text := fmt.Sprint(value)
		if len(at) == 3 && at[2] == "image" {
			host, path, found := strings.Cut(text, "/")
			if found && strings.ContainsAny(host, ".:") {
				text = path // registry.k8s.io is only where it comes from
			}
		}
		calls = calls || callers.MatchString(text)
	})
	for _, field := range []string{"annotations", "labels"} {
		for key := range mapAt(im.job.tree, pod[:len(pod)-1].With("metadata", field)...) {
			calls = calls || injectors.MatchString(key)
		}
	}
	for _, o := range im.run.objects {
		for _, subject := range listAt(o.tree, "subjects") {
			calls = calls || textAt(subject, "kind") == "ServiceAccount" && textAt(subject, "name") == "default"
		}
	}
	return calls
}
