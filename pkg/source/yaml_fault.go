package source

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// yamlFault is what the YAML parser found, where, and in the course of what.
type yamlFault struct {
	problem, context string
	at, from         Pos    // of the problem and of what it is part of
	line             string // the source line of the problem
	char             string // the character of the problem, "" at the end of the document
	first            bool   // nothing but blanks stands before it in its line
	ended            bool   // nothing but blanks follows in the document
}

// yamlFault reports a fault of the parser in jobgen's own words.
func (p *parsing) yamlFault(c chunk, decoder *yaml.Decoder, err error) {
	f := faultOf(decoder, err)
	p.settle(&f, c)
	for _, wording := range yamlWordings {
		if wording.fits(f) {
			p.reportFault(f, wording.say(f))
			return
		}
	}
	p.reportFault(f, said{message: "this is not valid YAML"})
}

// reportFault adds the diagnostic for a fault, with the hint that fits files
// which are to become YAML only when a template engine has been over them.
func (p *parsing) reportFault(f yamlFault, s said) {
	at, code := f.at, diag.CodeSyntax
	if s.atStart {
		at = f.from
	}
	if s.code != "" {
		code = s.code
	}
	at.Width = max(s.width, 1)
	if s.column > 0 {
		at.Column = s.column
	}
	if strings.Contains(f.line, "{{") {
		s.hint = templateHint
	}
	d := p.report(code, at, s.message, s.hint)
	if s.opened != "" && !s.atStart {
		d.Related = []diag.Related{{Place: p.file.Place(f.from), Message: s.opened}}
	}
}

const templateHint = "this looks like a template; jobgen reads it only when the template engine has filled it in"

// faultOf takes the fault out of the decoder. The parser keeps to itself in
// which column it stumbled, and its message names the line where the context
// began, often a page above. So the marks are read where it keeps them; if a
// version keeps them elsewhere, the line of the message has to do.
func faultOf(decoder *yaml.Decoder, err error) yamlFault {
	var f yamlFault
	if err != nil {
		f.problem = strings.TrimPrefix(err.Error(), "yaml: ")
	}
	if m := lazyregexp.New(`^line (\d+): (.*)`).FindStringSubmatch(f.problem); m != nil {
		f.at.Line, _ = strconv.Atoi(m[1])
		f.problem = m[2]
	}
	events := member(reflect.ValueOf(decoder), "parser")
	parser := member(events, "parser")
	if problem := member(parser, "problem"); problem.IsValid() && problem.String() != "" {
		f.problem = problem.String()
		f.context = member(parser, "context").String()
		f.at, f.from = markOf(member(parser, "problem_mark")), markOf(member(parser, "context_mark"))
	} else if event := member(events, "event"); event.IsValid() {
		f.at = markOf(member(event, "start_mark"))
		f.from = f.at
	}
	return f
}

// member returns the field of a struct that value is or points to, or the
// zero Value.
func member(value reflect.Value, name string) reflect.Value {
	for value.IsValid() && value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	if !value.IsValid() || value.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return value.FieldByName(name)
}

// markOf returns a mark of the parser, which counts from 0.
func markOf(mark reflect.Value) Pos {
	line, column := member(mark, "line"), member(mark, "column")
	if !line.IsValid() || !column.IsValid() || !line.CanInt() || !column.CanInt() {
		return Pos{}
	}
	return Pos{Line: int(line.Int()) + 1, Column: int(column.Int()) + 1, Width: 1}
}

// settle turns the marks into places of the file, and looks at what is there.
func (p *parsing) settle(f *yamlFault, c chunk) {
	end := len(strings.TrimRight(c.text, " \t\r\n")) + p.offsetOfLine(c.line)
	place := func(at Pos) int {
		return min(p.loc.at(max(at.Line, 1)+c.line-1, max(at.Column, 1)), end)
	}
	from, at := place(f.from), place(f.at)
	f.ended = at >= end
	if f.ended && end > 0 {
		at = lastBefore(p.file.text, end)
	}
	f.from, f.at = p.loc.pos(from, 1), p.loc.pos(at, 1)
	f.line = p.file.Line(f.at.Line)
	before := p.file.text[p.file.starts[f.at.Line-1]:at]
	f.first = strings.Trim(before, " \t") == ""
	if !f.ended {
		for _, r := range p.file.text[at:] {
			f.char = string(r)
			break
		}
	}
}

// lastBefore returns the offset of the last character before end, so that a
// caret stands under something.
func lastBefore(text string, end int) int {
	_, size := utf8.DecodeLastRuneInString(text[:end])
	return end - size
}

// said is what to tell about a fault.
type said struct {
	code, message, hint string
	opened              string // what to say of the place where the context began
	atStart             bool   // point to that place
	column, width       int    // point there in the line, if not 0
}

// wording is how one kind of fault is told.
type wording struct {
	fits func(yamlFault) bool
	say  func(yamlFault) said
}

// has returns a test for part of the parser's message, or of its context.
func has(part string) func(yamlFault) bool {
	return func(f yamlFault) bool {
		return strings.Contains(f.problem, part) || strings.Contains(f.context, part)
	}
}

// plainly returns what is said whatever the details are.
func plainly(s said) func(yamlFault) said { return func(yamlFault) said { return s } }

// yamlWordings has the first match first. It is never changed.
var yamlWordings = []wording{
	{isTab, sayTab},
	{has("exceeded max depth"), plainly(said{code: diag.CodeLimit, message: fmt.Sprintf("maps and lists are nested more than %d deep", maxDepth)})},
	{has("unknown anchor"), sayUnknownAnchor},
	{has("while scanning an alias"), plainly(said{message: "an alias needs a name behind the *", hint: starHint})},
	{has("while scanning an anchor"), plainly(said{message: "an anchor name can only have letters, digits, - and _", hint: "a value that starts with & needs quotes"})},
	{has("mapping values are not allowed"), sayColon},
	{has("cannot start any token"), sayReserved},
	{has("unknown escape"), plainly(said{message: "this is no escape that YAML knows", hint: `write \\ for a backslash, or use single quotes`, width: 2})},
	{has("hexdecimal number"), plainly(said{message: `this escape needs hexadecimal digits: \xHH, \uHHHH or \UHHHHHHHH`, hint: `write \\ for a backslash`})},
	{has("Unicode character escape"), sayNoCharacter},
	{isOpenQuote, plainly(said{message: "the quote that opens here is never closed", atStart: true})},
	{has("block scalar"), plainly(said{message: "behind | or > nothing may stand but -, + or a digit for the indentation", hint: "the text begins in the next line"})},
	{has("while parsing a flow sequence"), sayFlow("[", "]")},
	{has("while parsing a flow mapping"), sayFlow("{", "}")},
	{has("did not find expected node content"), sayNoContent},
	{has("did not find expected key"), sayNoKey},
	{has("expected '-' indicator"), sayNoDash},
	{has("could not find expected ':'"), plainly(said{message: "there is no colon behind this key", hint: "write it as KEY: VALUE; a text over several lines is indented below its key", atStart: true})},
	{has("block sequence entries are not allowed"), plainly(said{message: "a list cannot begin in the line of its key", hint: `put the "- " in the next line, or the text in quotes`})},
	{has("mapping keys are not allowed"), plainly(said{message: `a "? " cannot stand here`, hint: "a text that starts with ? and a blank needs quotes"})},
	{has("<document start>"), plainly(said{message: "the document ended before this", hint: "separate documents by a line with ---"})},
	{has("tag handle"), plainly(said{code: diag.CodeYAMLTag, message: "jobgen does not know this YAML tag", hint: "a text that starts with ! needs quotes"})},
	{has("while scanning a tag"), plainly(said{code: diag.CodeYAMLTag, message: "this is not a YAML tag", hint: "a text that starts with ! needs quotes"})},
	{has("while parsing a tag"), plainly(said{code: diag.CodeYAMLTag, message: "this is not a YAML tag", hint: "a text that starts with ! needs quotes"})},
	{has("directive"), plainly(said{message: "a line that starts with % is a directive, and this is none that YAML knows", hint: "leave the line out", atStart: true})},
	{has("incompatible YAML document"), plainly(said{message: "this version of YAML is not known", hint: "leave the %YAML line out"})},
}

const starHint = `a value that starts with * needs quotes, as in "*/5 * * * *"`

// isTab reports whether a tab stands where YAML wants indentation.
func isTab(f yamlFault) bool {
	if strings.Contains(f.context, "flow") || strings.Contains(f.context, "quoted") {
		return false // within brackets and quotes a tab is as good as a space
	}
	return strings.Contains(f.problem, " tab character") || f.char == "\t" || tabColumn(f.line) > 0
}

// tabColumn returns the column of a tab in the indentation of a line, or 0.
func tabColumn(line string) int {
	indentation := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	return strings.IndexByte(indentation, '\t') + 1
}

func sayTab(f yamlFault) said {
	return said{message: "a tab stands in the indentation, where YAML allows only spaces", hint: "indent with spaces", column: tabColumn(f.line)}
}

func sayUnknownAnchor(f yamlFault) said {
	_, name, _ := strings.Cut(f.problem, "'")
	name = strings.TrimSuffix(name, "' referenced")
	// The name is not told: an unquoted password may look like an alias.
	return said{code: diag.CodeYAMLTag, message: "this alias has no anchor before it in this document", hint: starHint, width: 1 + utf8.RuneCountInString(name)}
}

// isOpenQuote reports whether a quoted scalar runs into the end.
func isOpenQuote(f yamlFault) bool {
	return strings.Contains(f.context, "quoted scalar") && strings.Contains(f.problem, "unexpected")
}

// sayColon tells a key that does not line up from a value with a colon in it.
func sayColon(f yamlFault) said {
	before := string([]rune(f.line)[:f.at.Column-1])
	key := strings.TrimLeft(before, " -")
	if !strings.Contains(before, ": ") {
		return said{message: "this key does not line up with the lines above it",
			hint:   "indent it like its siblings; the line above it may lack a colon, or a blank behind the colon",
			column: f.at.Column - len([]rune(key)), width: len([]rune(key))}
	}
	return said{message: "a second colon cannot stand in this line", hint: `a value that has ": " in it needs quotes`}
}

// sayReserved is about a character that YAML keeps for itself.
func sayReserved(f yamlFault) said {
	return said{message: fmt.Sprintf("a value cannot start with %s", f.char), hint: "put it in quotes"}
}

// sayFlow returns what to say about a list or map in brackets.
func sayFlow(opening, closing string) func(yamlFault) said {
	return func(f yamlFault) said {
		if mark := questionMark(f); mark > 0 {
			return said{message: "an unquoted text in brackets or braces cannot contain this ?", hint: "put it in quotes", column: mark}
		}
		if f.ended {
			return said{message: fmt.Sprintf("the %s that opens here is never closed", opening), atStart: true}
		}
		return said{message: fmt.Sprintf("a comma or %s is missing before this", closing),
			hint:   "a text with brackets, braces or commas in it needs quotes",
			opened: "the " + opening + " stands here"}
	}
}

// questionMark returns the column of the question mark that the parser stumbled over,
// or skipped together with the bracket or comma behind it; else 0.
func questionMark(f yamlFault) int {
	before := strings.TrimRight(string([]rune(f.line)[:f.at.Column-1]), " \t,")
	switch {
	case f.char == "?":
		return f.at.Column
	case strings.HasSuffix(before, "?"):
		return utf8.RuneCountInString(before)
	}
	return 0
}

// sayNoCharacter is about an escape whose digits are no character.
func sayNoCharacter(f yamlFault) said {
	if lazyregexp.New(`^(?i:d[89a-f])`).MatchString(string([]rune(f.line)[f.at.Column-1:])) {
		return said{message: `YAML has no surrogate pairs, \ud800 to \udfff`, hint: `write the character itself, or \U and its eight hexadecimal digits`}
	}
	return said{message: "this escape stands for no character"}
}

func sayNoContent(f yamlFault) said {
	if f.ended {
		return said{message: "the document ends where a value should stand", hint: "a bracket may not be closed"}
	}
	return said{message: fmt.Sprintf("a value should stand here, not %s", f.char), hint: fmt.Sprintf("a text that starts with %s needs quotes", f.char)}
}

// sayNoKey is about what follows the entry of a map and is not another one.
func sayNoKey(f yamlFault) said {
	switch {
	case f.char == ":":
		return said{message: "there is no key before this colon"}
	case f.first && f.char == "-":
		return said{message: "a list item cannot stand among the keys of a map", hint: "indent it below the key that it belongs to"}
	case f.first:
		return said{message: "this line does not line up with any line above it", hint: "indent it like its siblings"}
	case strings.Contains("]},", f.char):
		return said{message: fmt.Sprintf("this %s closes nothing", f.char), hint: "a text with brackets, braces or commas in it needs quotes"}
	case strings.Contains(f.line, "'"):
		return said{message: "the value ended before this", hint: `within single quotes a quote is written twice, as in 'it''s'`}
	}
	return said{message: "the value ended before this", hint: "put the whole value in quotes"}
}

// sayNoDash is about what follows the items of a list and is not another one.
func sayNoDash(f yamlFault) said {
	if f.first {
		return said{message: "this line is no list item, and does not line up with any line above it",
			hint: `start it with "- ", or indent it like its siblings`}
	}
	return said{message: "the list item ended before this", hint: "put the whole value in quotes"}
}
