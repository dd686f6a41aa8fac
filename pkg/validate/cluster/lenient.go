package cluster

import (
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// schemaAlone is what a finding of the schema says that the server does not share.
const schemaAlone = "; the API server takes it, checks against Kubernetes' schema do not"

// openAPI returns the findings of the OpenAPI check. Of a field that is missing or
// of another type the server has the last word: it reads null and what is missing
// as empty, and looks into nothing that it drops. Where it has no fault, the finding
// is a warning.
func (v *view) openAPI(faults []apiserver.Fault) []Finding {
	all := openAPI(v.findings)
	var places []string
	for i := range all {
		f := &all[i]
		if f.Reason != validate.Missing && f.Reason != validate.Type {
			continue
		}
		if places == nil {
			places = v.places(faults)
		}
		if !slices.ContainsFunc(places, func(place string) bool { return near(place, f.Path) }) {
			f.Warning = true
			f.Message += schemaAlone
		}
	}
	return all
}

// places returns where the faults are.
func (v *view) places(faults []apiserver.Fault) []string {
	places := make([]string, len(faults))
	for i, f := range faults {
		places[i] = v.locate(f).String()
	}
	return places
}

// near reports whether one of two paths leads through the other.
func near(a, b string) bool {
	return a == "" || b == "" || a == b || under(a, b) || under(b, a)
}
