package cluster

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// view is one object as one minor sees it.
type view struct {
	*run
	*object
	schema   *validate.Schema
	findings []validate.Finding // of the OpenAPI check
}

// create returns what the server of the minor makes of the object.
func (v *view) create(s *apiserver.Server) []Finding {
	text := v.json()
	if slices.ContainsFunc(v.findings, isUnknownField) {
		// A server that is not asked to be strict leaves out what it does not know;
		// the linked code may know it.
		var err error
		if text, err = json.Marshal(validate.Without(v.tree(), v.findings)); err != nil {
			panic("cluster: a tree that was JSON cannot be written as JSON: " + err.Error())
		}
	}
	result := s.Create(text)
	v.refused = v.refused || len(result.Faults) > 0
	var all []Finding
	if v.checks[OpenAPI] && v.checks[Server] {
		all = v.openAPI(result.Faults)
	}
	if v.checks[Server] {
		for _, f := range result.Faults {
			if found, ok := v.fault(f); ok && !follows(f, found, result.Faults) && !v.filled(found.Path) {
				all = append(all, Finding{Finding: found, Check: Server})
			}
		}
		for _, w := range result.Warnings {
			all = append(all, Finding{Finding: v.warning(w), Check: Server, Warning: true})
		}
	}
	if v.checks[Dropped] {
		all = append(all, v.drops(result)...)
	}
	if v.checks[Simulate] {
		for _, f := range result.Simulated {
			if found, ok := v.fault(f); ok {
				found.Message = "accepted, but what is made of it is refused: " + found.Message
				all = append(all, Finding{Finding: found, Check: Simulate})
			}
		}
	}
	return all
}

// filled reports whether Flux is told to fill in a variable of the schedule or time zone of
// an object, which the server is given without it.
func (o *object) filled(path string) bool {
	metadata, spec := o.value.Find("metadata"), o.value.Find("spec")
	if metadata == nil || spec == nil || path != "spec.schedule" && path != "spec.timeZone" {
		return false
	}
	annotations := metadata.Find("annotations")
	return annotations != nil && strings.EqualFold(annotations.Get("kustomize.toolkit.fluxcd.io/substitute"), "enabled") &&
		strings.Contains(spec.Get(strings.TrimPrefix(path, "spec.")), "${")
}

// follows reports whether a fault is only that a wrong name makes a wrong label.
func follows(f apiserver.Fault, found validate.Finding, all []apiserver.Fault) bool {
	return found.Path == "metadata.name" && f.Field != found.Path &&
		slices.ContainsFunc(all, func(other apiserver.Fault) bool { return other.Field == found.Path })
}

func isUnknownField(f validate.Finding) bool { return f.Reason == validate.UnknownField }

// reasons and words tell of each type of the server's errors what it is here.
var reasons = map[field.ErrorType]struct {
	reason validate.Reason
	words  string
}{
	field.ErrorTypeRequired:     {validate.Missing, "a value is required here"},
	field.ErrorTypeInvalid:      {validate.Invalid, "the API server does not allow this value"},
	field.ErrorTypeNotSupported: {validate.Unsupported, "the API server does not know this value"},
	field.ErrorTypeDuplicate:    {validate.Duplicate, "this stands twice"},
	field.ErrorTypeForbidden:    {validate.Forbidden, "this must not be set"},
	field.ErrorTypeTooLong:      {validate.TooLong, "this is too long"},
	field.ErrorTypeTooMany:      {validate.TooLong, "these are too many"},
	field.ErrorTypeNotFound:     {validate.NotFound, "this refers to nothing"},
	field.ErrorTypeTypeInvalid:  {validate.Type, "the API server cannot read this value"},
	field.ErrorTypeInternal:     {validate.Internal, "the API server fails on this object with an internal error"},
}

// fault turns a fault into a finding. It is false for what the OpenAPI check has
// told already.
func (v *view) fault(f apiserver.Fault) (validate.Finding, bool) {
	at := v.locate(f)
	r, known := reasons[f.Type]
	if !known {
		r.reason, r.words = validate.Invalid, "the API server does not allow this"
	}
	if v.checks[OpenAPI] && v.told(at, r.reason) {
		return validate.Finding{}, false
	}
	message := r.words
	if name := lastName(at.String()); f.Type == field.ErrorTypeRequired && name != "" {
		message = name + " is required here"
	}
	// A value that cannot be read counts as missing, such as a boolean for a name.
	if value := at.In(v.tree()); f.Type == field.ErrorTypeTypeInvalid || f.Type == field.ErrorTypeRequired && value != nil {
		if mismatch := at.Mismatch(value); mismatch != "" {
			return at.Finding(validate.Type, mismatch), true
		}
	}
	if f.Value != "" {
		message += fmt.Sprintf(", %q", f.Value)
	}
	if f.Feature != "" && f.Type == field.ErrorTypeNotSupported {
		f.Detail = "" // the values that the server lists are not those that it would take
	}
	if f.Detail != "" {
		message += ": " + expression.ReplaceAllString(oneLine(f.Detail), "")
	}
	if f.Feature != "" {
		separator := ": "
		if f.Detail != "" {
			separator = "; "
		}
		message += separator + switchedOn(f.Feature, f.Since)
	}
	found := at.Finding(r.reason, message)
	found.OnKey = v.onKey(found.Path, f)
	return found, true
}

// onKey reports whether a fault is that the key at a path is wrong, and not its value.
func (v *view) onKey(path string, f apiserver.Fault) bool {
	if f.Value == "" { // a Secret's values are withheld, and its keys with them
		return f.Type == field.ErrorTypeInvalid && v.tree()["kind"] == "Secret" && strings.HasSuffix(path, "]")
	}
	quoted := "[" + strconv.Quote(f.Value) + "]" // in annotations it is in lower case
	return len(path) > len(quoted) && strings.EqualFold(path[len(path)-len(quoted):], quoted)
}

// switchedOn says since when a feature is on.
func switchedOn(feature, since string) string {
	if since != "" {
		return fmt.Sprintf("the feature %s is on from Kubernetes %s", feature, since)
	}
	return fmt.Sprintf("the feature %s is on in no Kubernetes up to %s unless its gate is set", feature, validate.NewestMinor)
}

// told reports whether the OpenAPI check has a finding that says the same.
func (v *view) told(at validate.Place, reason validate.Reason) bool {
	path := at.String()
	for _, f := range v.findings {
		switch {
		case f.Reason == validate.Type && (f.Path == path || under(path, f.Path)):
			return true
		case f.Reason == validate.Missing && reason == validate.Missing && path == strings.TrimPrefix(f.Path+"."+f.Name, "."):
			return true
		}
	}
	return false
}

// under reports whether a path leads through another one.
func under(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '[')
}

// expression is the end of what the server says of a text of a wrong form, behind
// the rule in words and examples.
var expression = lazyregexp.New(`, regex used for validation is '[^']*'`)

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// warning turns a warning, whose text may start with a path, into a finding.
func (v *view) warning(text string) validate.Finding {
	path, message, cut := strings.Cut(text, ": ")
	at, ok := v.newest.Locate(v.tree(), path)
	if !cut || !ok || path == "" {
		at, _ = v.newest.Locate(v.tree(), "")
		message = text
	}
	return at.Finding(validate.Discouraged, oneLine(message))
}

// unknownToNewest returns the fields that the linked code does not know.
func (o *object) unknownToNewest(newest *validate.Schema) []validate.Finding {
	if !o.asked {
		o.asked = true
		if newest.Accepts(&o.value) {
			return nil
		}
		for _, f := range newest.Check(o.json()) {
			if f.Reason == validate.UnknownField {
				o.unknown = append(o.unknown, f)
			}
		}
	}
	return o.unknown
}

// lastName returns the name that a path ends in.
func lastName(path string) string {
	path = path[strings.LastIndexByte(path, '.')+1:]
	name, _, _ := strings.Cut(path, "[")
	return name
}

// drops turns dropped fields into findings.
func (v *view) drops(result apiserver.Result) []Finding {
	dropped := slices.DeleteFunc(result.Dropped, func(d apiserver.Drop) bool {
		return slices.ContainsFunc(result.Faults, func(f apiserver.Fault) bool { return f.Field == d.Field })
	})
	var all []Finding
	for _, f := range v.object.unknownToNewest(v.newest) {
		// Only this minor knows it, and without its gate does nothing with it.
		if v.schema != v.newest && !slices.ContainsFunc(v.findings, func(g validate.Finding) bool { return g.Path == f.Path }) {
			dropped = append(dropped, apiserver.DropOf(f.Path))
		}
	}
	for _, d := range dropped {
		at, _ := v.schema.Locate(v.tree(), d.Field)
		// A default that is dropped again was not written by anyone.
		if at.In(v.tree()) == nil || slices.ContainsFunc(all, func(f Finding) bool { return under(at.String(), f.Path) }) {
			continue
		}
		message := fmt.Sprintf("the API server removes %s without a word", lastName(at.String()))
		if d.Feature != "" {
			message += ": " + switchedOn(d.Feature, d.Since)
		}
		all = append(all, Finding{Finding: at.Finding(validate.Dropped, message), Check: Dropped, Feature: d.Feature, Since: d.Since})
	}
	return all
}
