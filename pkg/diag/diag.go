// Package diag holds what jobgen has to say about a user's input: diagnostics
// as plain data, and the printers that show them to people.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says whether a diagnostic withholds the output.
type Severity uint8

// The severities. Only an Error withholds output and makes the exit status 1;
// a Note tells what was left alone, such as a file that is no spec.
const (
	Error Severity = iota
	Warning
	Note
)

// String returns "error", "warning" or "note".
func (s Severity) String() string {
	return [...]string{"error", "warning", "note"}[s]
}

// Place is a range of one line of an input, with the line itself, so that a
// printer needs nothing else to show it.
type Place struct {
	File   string // as the user named it, slash-separated; "-" is standard input
	Line   int    // 1-based; 0 when the finding is about the file as a whole
	Column int    // 1-based, in characters
	Width  int    // characters to underline, at least 1
	Text   string // the source line, or "" where it must not be shown
}

// Detached returns the place with a copy of its line, which keeps nothing else
// of the file in memory.
func (p Place) Detached() Place {
	p.Text = strings.Clone(p.Text)
	return p
}

// Typed returns the characters at the place, "" where they must not be shown.
func (p Place) Typed() string {
	line := []rune(p.Text)
	start := min(max(p.Column-1, 0), len(line))
	return string(line[start:min(start+p.Width, len(line))])
}

// Related is a second place that a diagnostic is about.
type Related struct {
	Place
	Message string
}

// Diagnostic is one mistake, or one warning, at the place the user can mend it.
type Diagnostic struct {
	Code     string // stable, "JG" and three digits; see Codes
	Severity Severity
	Place
	Message string // what is wrong, in one line
	Hint    string // what to write instead; may be empty, may have several lines
	Related []Related
}

// Error returns "file:line:column: message", the form that editors can click.
func (d Diagnostic) Error() string {
	return fmt.Sprintf("%s: %s", d.Place, d.Message)
}

// String returns "file:line:column", without the parts that are not known.
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// List is a set of diagnostics.
type List []Diagnostic

// Sort orders the list by file, line, column, code and message, and drops
// exact repetitions.
func (l *List) Sort() {
	slices.SortStableFunc(*l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	*l = slices.CompactFunc(*l, func(a, b Diagnostic) bool {
		return a.Place == b.Place && a.Code == b.Code && a.Message == b.Message
	})
}

// Count returns how many diagnostics of the list have the severity s.
func (l List) Count(s Severity) int {
	n := 0
	for _, d := range l {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// HasErrors reports whether the list withholds output.
func (l List) HasErrors() bool { return l.Count(Error) > 0 }
