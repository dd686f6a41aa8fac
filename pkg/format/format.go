// Package format writes specs in YAML in one form: what a reader looks for first, then
// the other fields as the reference has them, with two spaces of indentation. Comments, blank lines above fields, quotes
// and short forms stay as they were written.
package format

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/schema"
)

// YAML returns the text with every spec and project file in it formatted. Documents of
// other kinds stay as they are, and texts with directives, lines that begin with "%". The error is for a text that is no YAML, or that cannot
// be formatted without changing what it says.
func YAML(text []byte) ([]byte, error) {
	if bytes.HasPrefix(text, []byte("%")) || bytes.Contains(text, []byte("\n%")) {
		return text, nil
	}
	var out bytes.Buffer
	for _, part := range split(text) {
		formatted, err := document(part)
		if err == nil && !bytes.Equal(formatted, part) {
			// A block that the encoder folds comes to rest the second time.
			formatted, err = document(formatted)
		}
		if err != nil {
			return nil, err
		}
		out.Write(formatted)
	}
	return out.Bytes(), nil
}

// split cuts a text before each line that begins a document, and behind each that
// ends one.
func split(text []byte) [][]byte {
	var parts [][]byte
	var part []byte
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(line, []byte("---")) && len(part) > 0 {
			parts = append(parts, part)
			part = nil
		}
		part = append(part, line...)
	}
	return append(parts, part)
}

// roots are the types of documents, by their kind.
func roots() map[string]*schema.Type {
	return map[string]*schema.Type{"Job": schema.Written(), "Project": schema.ProjectModel()}
}

// document formats the text of one document, with the line "---" that may begin it.
func document(text []byte) ([]byte, error) {
	var before yaml.Node
	if err := yaml.Unmarshal(text, &before); err != nil {
		return nil, err
	}
	if len(before.Content) == 0 {
		return text, nil
	}
	typ := roots()[value(before.Content[0], "kind")]
	if typ == nil || !strings.HasPrefix(value(before.Content[0], "apiVersion"), "jobgen.dev/") {
		return text, nil
	}
	begin, body, ok := marker(text)
	if !ok {
		return text, nil
	}
	var after yaml.Node
	if err := yaml.Unmarshal(body, &after); err != nil {
		return nil, err
	}
	f := formatter{lines: strings.Split(string(body), "\n"), ordered: !hasAlias(&after)}
	top := after.Content[0].Content[0]
	comment := top.HeadComment // above the document, wherever its first field goes
	top.HeadComment = ""
	f.node(after.Content[0], typ)
	top = after.Content[0].Content[0]
	top.HeadComment = strings.Trim(comment+"\n"+top.HeadComment, "\n")
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&after); err != nil {
		return nil, err
	}
	formatted := append(begin, f.unmark(out.Bytes())...)
	var again yaml.Node
	if err := yaml.Unmarshal(formatted, &again); err != nil || !same(before.Content[0], again.Content[0]) || !slices.Equal(comments(&before), comments(&again)) {
		return nil, fmt.Errorf("line %d: this document cannot be formatted without changing what it says", before.Content[0].Line)
	}
	return formatted, nil
}

// marker cuts the line that begins a document off. It is false where the document
// itself begins on that line.
func marker(text []byte) (begin, body []byte, ok bool) {
	if !bytes.HasPrefix(text, []byte("---")) {
		return nil, text, true
	}
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	behind := strings.TrimSpace(string(line[3:]))
	return append(slices.Clone(line), '\n'), rest, behind == "" || behind[0] == '#'
}

func value(n *yaml.Node, name string) string {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				return n.Content[i+1].Value
			}
		}
	}
	return ""
}

// hasAlias reports whether there is one in n. An anchor must stand before it.
func hasAlias(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || slices.ContainsFunc(n.Content, hasAlias)
}

// formatter formats one document.
type formatter struct {
	lines   []string // of the document
	ordered bool     // whether fields are put in order
	typed   []string // scalars as they were typed

	line    int   // number of the line that offsets is of
	offsets []int // of each character in the line
}

// from returns the rest of a line from a column on. Many scalars may be on one line.
func (f *formatter) from(line, column int) string {
	text := f.lines[line-1]
	if f.line != line {
		f.line, f.offsets = line, f.offsets[:0]
		for at := range text {
			f.offsets = append(f.offsets, at)
		}
	}
	if column > len(f.offsets) {
		return ""
	}
	return text[f.offsets[column-1]:]
}

// keep replaces a scalar that stands on one line by a word, to be written later as
// it was typed: the encoder would choose quotes and escapes of its own.
func (f *formatter) keep(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode || n.Anchor != "" || n.Style&(yaml.LiteralStyle|yaml.TaggedStyle) != 0 {
		return
	}
	if n.Line > len(f.lines) { // YAML knows more line breaks than this
		return
	}
	begin := f.from(n.Line, n.Column)
	typed := ""
	if n.Style&yaml.FoldedStyle != 0 {
		typed = f.folded(begin, n)
	} else {
		typed = scalar(begin, n)
	}
	if typed == "" {
		return
	}
	f.typed = append(f.typed, typed)
	n.Value, n.Tag, n.Style = fmt.Sprintf("jobgen-scalar-%d-", len(f.typed)-1), "!!str", 0
}

// folded returns a folded block as it was typed, its lines without their common
// indentation: the encoder would fold it at other places. It is "" for one that says how
// far it is indented.
func (f *formatter) folded(header string, n *yaml.Node) string {
	if !foldedHeader.MatchString(header) {
		return ""
	}
	lines := f.lines[n.Line:]
	indentation, end := -1, 0
	for i, line := range lines {
		text := strings.TrimLeft(line, " ")
		if text == "" {
			continue
		}
		if indentation < 0 {
			indentation = len(line) - len(text)
		}
		if len(line)-len(text) < indentation {
			break
		}
		end = i + 1
	}
	if strings.Contains(header, "+") { // blank lines behind it are a part of it
		for end < len(lines)-1 && strings.TrimSpace(lines[end]) == "" {
			end++
		}
	}
	if indentation < 1 || end == 0 {
		return ""
	}
	block := strings.TrimRight(header, " ")
	for _, line := range lines[:end] {
		block += "\n" + line[min(indentation, len(line)):]
	}
	return block
}

// foldedHeader is that of a folded block, without an indentation or comment.
var foldedHeader = lazyregexp.New(`^>[-+]?[ ]*$`)

// scalar returns the characters of a scalar at the beginning of a line, "" where it
// does not end on it.
func scalar(line string, n *yaml.Node) string {
	if n.Style == 0 {
		if strings.HasPrefix(line, n.Value) {
			return n.Value
		}
		return ""
	}
	for end := 1; end < len(line); end++ {
		switch {
		case line[0] == '"' && line[end] == '\\', line[0] == '\'' && strings.HasPrefix(line[end:], "''"):
			end++
		case line[end] == line[0]:
			return line[:end+1]
		}
	}
	return ""
}

// blank is a comment that stands for a blank line while the document is written.
const blank = "#jobgen-blank-line"

// kept matches the words that stand for scalars.
var kept = regexp.MustCompile("jobgen-scalar-([0-9]+)-")

// unmark puts blank lines and scalars back to where something stands for them.
func (f *formatter) unmark(text []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(text) {
		if string(bytes.TrimSpace(line)) == blank {
			line = []byte("\n")
		}
		out.Write(kept.ReplaceAllFunc(line, func(word []byte) []byte {
			at, err := strconv.Atoi(string(kept.FindSubmatch(word)[1]))
			if err != nil || at >= len(f.typed) {
				return word
			}
			if !strings.Contains(f.typed[at], "\n") {
				return []byte(f.typed[at])
			}
			return []byte(indented(f.typed[at], string(line), string(word)))
		}))
	}
	return out.Bytes()
}

// indented returns a block that was typed as it stands in the place of a word on a line: its
// lines are indented below the field or item that has it.
func indented(typed, line, word string) string {
	rest := strings.TrimLeft(line, " ")
	for strings.HasPrefix(rest, "- ") {
		rest = strings.TrimLeft(rest[1:], " ")
	}
	column := len(line) - len(rest)
	if !strings.HasPrefix(rest, word) {
		column += 2 // the name of a field stands before it
	}
	lines := strings.Split(typed, "\n")
	for i := range lines[1:] {
		if lines[i+1] != "" {
			lines[i+1] = strings.Repeat(" ", column) + lines[i+1]
		}
	}
	return strings.Join(lines, "\n")
}

// node formats a value of a type; nil is one that the schema does not know.
func (f *formatter) node(n *yaml.Node, typ *schema.Type) {
	switch n.Kind {
	case yaml.ScalarNode:
		f.keep(n)
	case yaml.MappingNode:
		f.mapping(n, typ)
	case yaml.SequenceNode:
		var elem *schema.Type
		if typ != nil {
			elem = typ.Elem
		}
		for i, item := range n.Content {
			f.space(item, i == 0 || n.Style&yaml.FlowStyle != 0 || endsBlank(n.Content[i-1]))
			f.node(item, elem)
		}
	}
}

// pair is a field of a map.
type pair struct{ key, value *yaml.Node }

func (f *formatter) mapping(n *yaml.Node, typ *schema.Type) {
	var pairs []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		f.space(n.Content[i], i == 0 || n.Style&yaml.FlowStyle != 0 || endsBlank(n.Content[i-1]))
		pairs = append(pairs, pair{n.Content[i], n.Content[i+1]})
	}
	if typ != nil && typ.Kind == schema.Struct && f.ordered {
		slices.SortStableFunc(pairs, func(a, b pair) int { return Rank(typ, a.key.Value) - Rank(typ, b.key.Value) })
	}
	for _, p := range pairs {
		f.node(p.value, inner(typ, p.key.Value))
		f.keep(p.key)
	}
	if len(pairs) > 0 && pairs[0].key != n.Content[0] {
		pairs[0].key.HeadComment = strings.TrimPrefix(strings.TrimPrefix(pairs[0].key.HeadComment, blank), "\n")
	}
	n.Content = n.Content[:0]
	for _, p := range pairs {
		n.Content = append(n.Content, p.key, p.value)
	}
}

// inner returns the type of a field, or of a value of a map, nil if it is not known.
func inner(typ *schema.Type, name string) *schema.Type {
	switch {
	case typ == nil:
		return nil
	case typ.Kind == schema.Map:
		return typ.Elem
	case typ.Kind == schema.Struct:
		if field := typ.Field(strings.TrimSuffix(name, "+")); field != nil {
			return field.Type
		}
	}
	return nil
}

// space marks the blank line that stands above a field or item and its comment.
func (f *formatter) space(n *yaml.Node, first bool) {
	above := n.Line - 2 // counted from 0
	if n.HeadComment != "" {
		above -= 1 + strings.Count(n.HeadComment, "\n")
	}
	if first || above < 0 || above >= len(f.lines) || strings.TrimSpace(f.lines[above]) != "" {
		return
	}
	n.HeadComment = strings.TrimRight(blank+"\n"+n.HeadComment, "\n")
}

// endsBlank reports whether the blank line below a value is a part of it.
func endsBlank(n *yaml.Node) bool {
	for len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	return n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && strings.HasSuffix(n.Value, "\n\n")
}

// same reports whether two values say the same, but for the order of fields.
func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Tag != b.Tag || a.Value != b.Value || a.Anchor != b.Anchor || len(a.Content) != len(b.Content) {
		return false
	}
	quoted := func(n *yaml.Node) bool { return n.Style&^(yaml.FlowStyle|yaml.TaggedStyle) != 0 }
	if a.Kind == yaml.ScalarNode && quoted(a) != quoted(b) {
		return false
	}
	if a.Kind != yaml.MappingNode {
		return slices.EqualFunc(a.Content, b.Content, same)
	}
	return slices.EqualFunc(byName(a), byName(b), func(p, q pair) bool { return same(p.key, q.key) && same(p.value, q.value) })
}

// byName returns the fields of a map in order of their names.
func byName(n *yaml.Node) []pair {
	var pairs []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		pairs = append(pairs, pair{n.Content[i], n.Content[i+1]})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.key.Value, b.key.Value) })
	return pairs
}

// comments lists the lines of all comments, in order of their text.
func comments(n *yaml.Node) []string {
	var lines []string
	for _, text := range []string{n.HeadComment, n.LineComment, n.FootComment} {
		for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' }) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	for _, inner := range n.Content {
		lines = append(lines, comments(inner)...)
	}
	slices.Sort(lines)
	return lines
}
