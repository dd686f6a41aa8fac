package source

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	cueerrors "cuelang.org/go/cue/errors"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/schema"
)

// faults reports what CUE found, in jobgen's own words: CUE's may show values.
func (r *cueReader) faults(err error) {
	all := cueerrors.Errors(err)
	alternatives := map[string]bool{}
	for _, e := range all {
		format, _ := e.Msg()
		if strings.Contains(format, "empty disjunction") {
			alternatives[strings.Join(e.Path(), ".")] = true
		}
	}
	for _, e := range all {
		format, _ := e.Msg()
		// What is wrong with each alternative says less than that none fits.
		if !alternatives[strings.Join(e.Path(), ".")] || strings.Contains(format, "empty disjunction") {
			r.fault(e, all)
		}
	}
}

// fault reports one error.
func (r *cueReader) fault(e cueerrors.Error, all []cueerrors.Error) {
	if r.ofSchema(e) {
		return
	}
	places := r.placesOf(e)
	format, args := e.Msg()
	if strings.Contains(format, "empty disjunction") {
		for _, other := range all {
			if slices.Equal(other.Path(), e.Path()) {
				places = append(places, r.placesOf(other)...)
			}
		}
	}
	s := cueWording(format, args, e)
	if inner := r.inImport(e); inner != nil {
		format, args := inner.Msg()
		s = cueWording(format, args, inner)
		s.message = "the package imported here is wrong: " + s.message
		s.hint = strings.TrimPrefix(s.hint+"\nCUE found it at "+r.elsewhere(inner), "\n")
	}
	if name := strings.Join(e.Path(), "."); name != "" {
		s.message = strings.Map(visible, name) + ": " + s.message
	}
	at, elsewhere := Pos{}, ""
	if len(places) > 0 {
		at = places[0]
	} else {
		at, elsewhere = r.placeOfPath(e.Path()), r.elsewhere(e)
	}
	if elsewhere != "" {
		s.hint = strings.TrimPrefix(s.hint+"\nCUE found it at "+elsewhere, "\n")
	}
	d := r.report(diag.CodeSyntax, at, s.message, s.hint)
	told := []Pos{at}
	for _, other := range places {
		if !slices.Contains(told, other) && len(told) <= 3 {
			told = append(told, other)
			d.Related = append(d.Related, diag.Related{Place: r.file.Place(other), Message: "the other value comes from here"})
		}
	}
}

// ofSchema reports an error in the words of jobgen's own schema, where it has some: what a
// field may hold, or what a rule finds, under the path of the field.
func (r *cueReader) ofSchema(e cueerrors.Error) bool {
	format, args := e.Msg()
	positions := cueerrors.Positions(e)
	if len(positions) == 0 || !strings.HasSuffix(positions[0].Filename(), schemaFile) || strings.Trim(format, "%sv; ") != "" {
		return false // CUE's own words
	}
	steps := e.Path()
	if len(steps) == 2 && steps[0] == "_refused" {
		steps = strings.Split(strings.Trim(steps[1], `"`), ".")
	}
	at := r.placeOfPath(steps)
	if places := r.placesOf(e); len(places) > 0 {
		at = places[len(places)-1]
	}
	message := fmt.Sprintf(format, args...)
	r.report(diag.CodeSyntax, at, strings.Map(visible, strings.Join(steps, ".")+": "+message), "")
	return true
}

// inImport returns what is wrong in a package, for which it cannot be imported; nil where
// nothing is, or the package is not there.
func (r *cueReader) inImport(e cueerrors.Error) cueerrors.Error {
	if format, _ := e.Msg(); !strings.Contains(format, "import failed") {
		return nil
	}
	var inner cueerrors.Error
	if !errors.As(errors.Unwrap(e), &inner) || r.elsewhere(inner) == "" {
		return nil
	}
	if deeper := r.inImport(inner); deeper != nil {
		return deeper
	}
	return inner
}

// placesOf returns the places of an error that are in the user's file.
func (r *cueReader) placesOf(e cueerrors.Error) []Pos {
	var places []Pos
	for _, pos := range cueerrors.Positions(e) {
		if r.owns(pos) {
			// The end of the file is an empty line: point to what stands before it.
			end := len(strings.TrimRight(r.file.text, " \t\r\n"))
			offset := min(pos.Offset(), lastBefore(r.file.text, end))
			places = append(places, r.loc.pos(offset, 1))
		}
	}
	return places
}

// placeOfPath returns the place of the field of the file that is nearest to
// where a path leads.
func (r *cueReader) placeOfPath(path []string) Pos {
	if r.syntax == nil {
		return Pos{}
	}
	at, sources := Pos{}, []ast.Node{r.syntax}
	for _, name := range path {
		var found []*ast.Field
		for _, source := range sources {
			found = fieldsNamed(found, source, name)
		}
		if len(found) == 0 {
			break
		}
		at, sources = r.posOf(found[0].Label), nil
		for _, field := range found {
			sources = append(sources, field.Value)
		}
	}
	return at
}

// elsewhere returns the place of an error in another file, relative to the
// project root if it is in there.
func (r *cueReader) elsewhere(e cueerrors.Error) string {
	for _, pos := range cueerrors.Positions(e) {
		if pos.IsValid() && !r.owns(pos) {
			name := strings.TrimPrefix(strings.TrimPrefix(pos.Filename(), r.file.Root), "/")
			return fmt.Sprintf("%s:%d:%d", name, pos.Line(), pos.Column())
		}
	}
	return ""
}

// cueWordings has the first match of a part of CUE's format first. Names are
// not told: a password without quotes looks like one. It is never changed.
var cueWordings = []struct{ part, message, hint string }{
	{"empty disjunction", "none of the alternatives fits", ""},
	{"does not satisfy", "this value is not allowed by a constraint", ""},
	{"conflicting values", "two values are given that differ", "a default that may be replaced is written with a star: *value | type"},
	{"out of bound", "this value is out of bounds", ""},
	{"reference %q not found", "there is no field or import of this name", "a text needs double quotes"},
	{"undefined field", "there is no field of this name", ""},
	{"field not allowed", "a definition does not allow this field", "look for a slip in its name, or add ... to the definition"},
	{"required but not present", "this field must be given a value", ""},
	{"incomplete", "this has no value yet", "give it a value, or a default: *value | type"},
	{"non-concrete", "this has no value yet", "give it a value, or a default: *value | type"},
	{"cannot use", "a value of another type is wanted here", ""},
	{"invalid operands", "this operator does not work on values of these types", `put numbers into texts as "\(number)"`},
	{"division by zero", "this divides by zero", ""},
	{"index out of range", "the list has no item with this index", ""},
	{"cycle", "this value is needed to find itself", ""},
	{"imported and not used", "this import is not used", "leave it out"},
	{"builtin package", "CUE's standard library has no such package", ""},
	{"not terminated", "this string or comment is never closed", ""},
	{"unknown escape", "this is no escape that CUE knows", `write \\ for a backslash, or the string as #"…"#`},
	{"illegal integer", "this is not a number as CUE writes it", "put it in double quotes if it is a text"},
	{"illegal", "this character or number cannot stand here", ""},
	{"missing ','", "a comma or line break is missing before this", "a text needs double quotes; lists are written as [a, b]"},
	{"explicit error", "the file says here that this must not be", ""},
	{"error in call", "this call fails", "check its arguments"},
}

// cueWording returns what to say about an error of CUE.
func cueWording(format string, args []any, e cueerrors.Error) said {
	if strings.Contains(e.Error(), "import cycle") {
		return said{message: "these imports lead back to themselves"}
	}
	if strings.Contains(format, "import failed") || strings.Contains(e.Error(), "cannot find") || strings.Contains(e.Error(), errNoRegistry.Error()) {
		return said{message: "this import cannot be found",
			hint: "a spec can import CUE's standard library, packages of the project's own cue.mod, and " + schema.ImportPath + "; nothing is read from a registry"}
	}
	if strings.HasPrefix(format, "expected ") && len(args) == 2 {
		return expectedWording(fmt.Sprint(args[0]), fmt.Sprint(args[1]))
	}
	text := format + " " + fmt.Sprint(args...)
	for _, w := range cueWordings {
		if strings.Contains(text, w.part) {
			return said{message: w.message, hint: w.hint}
		}
	}
	return said{message: "CUE cannot make a value of this", hint: "cue vet, run on this file, says more"}
}

// expectedWording is about a token that cannot stand where it does.
func expectedWording(wanted, found string) said {
	if found == "EOF" {
		return said{message: "the file ends too early", hint: "a bracket may not be closed, or a : may be missing"}
	}
	if strings.HasPrefix(wanted, "operand") {
		return said{message: "a value is missing before this"}
	}
	return said{message: "this cannot stand here", hint: "fields are written as name: value, and texts in double quotes"}
}
