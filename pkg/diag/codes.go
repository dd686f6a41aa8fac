package diag

import "strings"

// The codes of diagnostics. A code is stable: it never changes its meaning and
// is never used again for another. JG001 to JG099 are those of the lint rules,
// which pkg/validate/lint lists.
const (
	CodeWaiver = "JG099" // a lint waiver without a reason, of no rule, or of no use

	CodeSyntax     = "JG101" // the text is not YAML, JSON or CUE
	CodeDuplicate  = "JG102" // a key stands twice in one map
	CodeLimit      = "JG103" // an input is too large, too deep or expands to too much
	CodeUnreadable = "JG104" // a link that loops, a path that leaves the project
	CodeSkipped    = "JG105" // a file that was left alone, and why
	CodeYAMLTag    = "JG106" // a YAML tag, merge key or anchor that jobgen cannot read
	CodeUnchecked  = "JG107" // an object of a kind that jobgen has no rules for

	CodeUnknownField = "JG201" // no such field here
	CodeMissing      = "JG202" // a required field is not there
	CodeType         = "JG203" // another kind of value is wanted
	CodeValue        = "JG204" // not one of the words, out of bounds, or not of the form wanted
	CodeMisplaced    = "JG205" // a field of Kubernetes that is written elsewhere, or not at all
	CodeNull         = "JG206" // a null where there is nothing to remove
	CodeDocument     = "JG207" // a kind or version that this jobgen does not know
	CodeSet          = "JG208" // a --set that cannot be applied

	CodeRule = "JG301" // fields that do not go together
	CodeNote = "JG302" // accepted by Kubernetes, but hardly what was meant

	CodePolicy = "JG303" // a policy of the project does not allow it

	CodeFile      = "JG401" // a file, glob or variable that a spec names cannot be read
	CodeReference = "JG402" // a reference to something made here under another name
	CodeConflict  = "JG403" // two specs make the same object, and differ
	CodeSize      = "JG404" // a ConfigMap or Secret above 1 MiB
	CodeTree      = "JG406" // an object that cannot stand in a tree of files
	CodeSecret    = "JG405" // a Secret that cannot stand in an output
	CodeImport    = "JG407" // what a manifest says, and no spec can
	CodeLeftAlone = "JG408" // an object that import leaves as it is, and why
	CodeImproved  = "JG409" // what import adds to a spec

	CodeOpenAPI  = "JG501" // Kubernetes' OpenAPI document does not allow it
	CodeServer   = "JG502" // the API server refuses it, or warns of it
	CodeDropped  = "JG503" // the API server of a minor removes it without a word
	CodeSimulate = "JG504" // the cluster refuses a Job or Pod that is made later
	CodeApply    = "JG505" // kubectl apply cannot do it
	CodeSecurity = "JG506" // the Pod Security level refuses the pods
)

// The checks that need a name of their own, by code.
var checks = map[string]string{
	CodeOpenAPI:  "openapi",
	CodeServer:   "server",
	CodeDropped:  "dropped",
	CodeSimulate: "simulate",
	CodeApply:    "apply",
	CodeSecurity: "security",
}

// Check returns which check a code belongs to: "openapi", "server", "dropped",
// "simulate", "apply", "security" or "lint" for what is said of Kubernetes objects,
// "input" for a text that cannot be read, "spec" for the rest.
func Check(code string) string {
	switch {
	case checks[code] != "":
		return checks[code]
	case strings.HasPrefix(code, "JG0"):
		return "lint"
	case strings.HasPrefix(code, "JG1"):
		return "input"
	}
	return "spec"
}
