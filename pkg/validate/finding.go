package validate

import "slices"

// Reason says what sort of thing is wrong.
type Reason uint8

// The reasons of a Finding.
const (
	UnknownField Reason = iota // the schema has no such field here
	Missing                    // a required field is not there, or null
	Type                       // another sort of value is wanted
	UnknownKind                // no such kind, or not in this apiVersion
	Invalid                    // not of the form wanted, out of bounds, or against another field
	Unsupported                // not one of the words
	Duplicate                  // stands twice
	Forbidden                  // must not be set, here or with another field
	TooLong                    // too long, or too many
	NotFound                   // refers to nothing
	Internal                   // the API server fails on it
	Dropped                    // the API server removes it without a word
	Discouraged                // allowed, but warned of
	Unfilled                   // another tool must fill it in or replace it first
	Endless                    // the API server, and any other program with its code, does not come to an end with it
)

// String returns the reason in words.
func (r Reason) String() string {
	return [...]string{
		"unknown field", "missing field", "wrong type", "unknown kind", "invalid value", "unsupported value",
		"duplicate", "forbidden", "too long", "not found", "internal error", "dropped", "discouraged", "unfilled", "endless",
	}[r]
}

// Finding is one thing that Kubernetes does not allow.
type Finding struct {
	// Path is where in the object: the unknown field, the value of the wrong
	// type, the parent of the missing field. It is written as in
	// spec.template.spec.containers[0].env[1].name, with the keys of maps in
	// brackets and quoted as in Go, metadata.labels["a.b/c"]; "" is the object
	// as a whole. A field whose name would not read back as one, which only an
	// unknown one can have, is in brackets too.
	Path    string
	Message string   // what is wrong, in one line
	Name    string   // the unknown or missing field, else ""
	Known   []string // for an unknown field: those that may stand there, in order
	Reason  Reason
	OnKey   bool // it is the last key of Path that is wrong, not what is under it

	steps path // Path before it was written
}

// newFinding returns a finding at the place that the steps lead to.
func newFinding(at path, reason Reason, message string) Finding {
	return Finding{Path: at.String(), Message: message, Reason: reason, steps: at}
}

// sortFindings orders findings by path, list items by number, and drops
// repetitions.
func sortFindings(findings []Finding) []Finding {
	slices.SortFunc(findings, Finding.Compare)
	return slices.CompactFunc(findings, func(a, b Finding) bool {
		return a.Path == b.Path && a.Reason == b.Reason && a.Message == b.Message
	})
}
