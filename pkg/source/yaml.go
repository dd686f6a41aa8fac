package source

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// chunk is the text of one YAML document.
type chunk struct {
	line  int // number of its first line
	text  string
	empty bool // nothing in it but its marker and comments

	marker    int  // number of the line with its ---, or 0
	directive int  // number of a line before that which starts with %, or 0
	behindEnd bool // a line with ... is before it
}

// yaml reads the text from a line on as YAML, each document apart, so that a fault
// in one does not hide the others.
func (p *parsing) yaml(from int) {
	for _, c := range p.chunks(from) {
		before := len(p.diags)
		p.kubectl = differences{text: c.text}
		p.checkSeparators(c)
		if root, ok := p.document(c); ok {
			p.docs = append(p.docs, Document{p.file, root, p.withoutMarker(c)})
			if !isSpec(root) {
				p.differing = append(p.differing, p.kubectl)
			}
		}
		p.hideSecrets(before, c.text)
	}
}

// chunks cuts the text from a line on before the lines that start a document and at
// those that end one. In YAML they do so wherever they stand, even within quotes.
func (p *parsing) chunks(from int) []chunk {
	var chunks []chunk
	c, content := chunk{line: from}, false
	cut := func(end, next int) {
		if c.marker > 0 || c.directive > 0 || content {
			c.text = p.file.text[p.file.starts[c.line-1]:p.offsetOfLine(end)]
			c.empty = !content && !strings.Contains(c.text, "%")
			chunks = append(chunks, c)
		}
		c, content = chunk{line: next}, false
	}
	for line := from; line <= len(p.file.starts); line++ {
		text := p.file.Line(line)
		switch trimmed := strings.TrimLeft(text, " \t"); {
		case isMarker(text, "---"):
			if c.marker > 0 || content {
				cut(line, line)
			}
			rest := strings.TrimLeft(text[len("---"):], " \t")
			c.marker, content = line, rest != "" && rest[0] != '#'
		case isMarker(text, "..."):
			p.checkEnd(c, line, content)
			behind := content || c.behindEnd
			cut(line, line+1)
			c.behindEnd = behind
		case trimmed == "" || trimmed[0] == '#':
		case text[0] == '%' && c.marker == 0 && !content:
			c.directive = max(c.directive, line)
		case text[0] != '%' || c.marker > 0:
			content = true
		}
	}
	cut(len(p.file.starts)+1, 0)
	return chunks
}

// withoutMarker returns the text of a document without its line with ---, "" where more
// than a comment is on that line.
func (p *parsing) withoutMarker(c chunk) string {
	if c.marker == 0 {
		return c.text
	}
	if rest := strings.TrimLeft(p.file.Line(c.marker)[len("---"):], " \t"); rest != "" && rest[0] != '#' {
		return ""
	}
	return p.file.text[p.offsetOfLine(c.line):p.offsetOfLine(c.marker)] + c.text[p.offsetOfLine(c.marker+1)-p.offsetOfLine(c.line):]
}

// checkEnd looks at a line with ..., which ends a document.
func (p *parsing) checkEnd(c chunk, line int, content bool) {
	text := p.file.Line(line)
	if rest := strings.TrimLeft(text[len("..."):], " \t"); rest != "" && rest[0] != '#' {
		before := len(p.diags)
		p.report(diag.CodeSyntax, p.loc.pos(p.offsetOfLine(line)+len(text)-len(rest), 1), "only a comment can follow ... on its line", "start the next document on the next line, with ---")
		p.hideSecrets(before, p.file.text)
	}
	if !content && !c.behindEnd && (c.marker != 1 || p.file.Line(1) != "---") {
		p.lonelyEnd = max(p.lonelyEnd, line)
	}
}

// offsetOfLine returns where a line begins; the one after the last begins at
// the end of the text.
func (p *parsing) offsetOfLine(line int) int {
	if line > len(p.file.starts) {
		return len(p.file.text)
	}
	return p.file.starts[line-1]
}

// isMarker reports whether a line is a document marker, maybe with more after it.
func isMarker(line, marker string) bool {
	rest, ok := strings.CutPrefix(line, marker)
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// document parses one document; ok is false if there is none to be had.
func (p *parsing) document(c chunk) (root *Node, ok bool) {
	if !p.printable(c) {
		return nil, false
	}
	if c.empty {
		return nil, true
	}
	if c.directive > 0 && c.marker == 0 {
		p.report(diag.CodeSyntax, Pos{c.directive, 1, 1}, "a line that starts with % is a directive, and no --- follows it", "remove the line, or put the text in quotes")
		return nil, false
	}
	if root, ok := p.plain(c); ok {
		return root, true
	}
	return p.parsed(c)
}

// parsed parses one document that is not empty, whatever it holds.
func (p *parsing) parsed(c chunk) (root *Node, ok bool) {
	defer func() {
		// The parser is old and large; a fault of its own must not end the run.
		if recover() != nil {
			p.report(diag.CodeSyntax, Pos{Line: c.line, Column: 1}, "this YAML document cannot be read", "")
			root, ok = nil, false
		}
	}()
	text, restore := withoutForeignBreaks(c.text)
	if head, _, ok := strings.Cut(text, "\n---"); ok && strings.Contains(head, "%YAML 1.2") {
		// The parser reads 1.2 all right, and refuses only to be told so.
		text = strings.Replace(text, "%YAML 1.2", "%YAML 1.1", 1)
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n" // the parser reads a block that ends without a line break in a way of its own
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var tree, more yaml.Node
	err := decoder.Decode(&tree)
	if errors.Is(err, io.EOF) {
		return nil, true
	}
	if err == nil {
		// The parser stops after one document and would not see what is wrong behind it.
		err = decoder.Decode(&more)
	}
	if !errors.Is(err, io.EOF) {
		p.yamlFault(c, decoder, err)
		return nil, false
	}
	p.checkBreaks(c, &tree, restore)
	p.checkTabs(c)
	if isEmpty(tree.Content[0]) && !strings.Contains(text, "!") {
		return nil, true
	}
	b := &builder{parsing: p, shift: c.line - 1, restore: restore, budget: maxAliased,
		built: map[*yaml.Node]*Node{}, open: map[*yaml.Node]bool{}}
	return b.node(tree.Content[0], 1), true
}

// isEmpty reports whether nothing at all was written for a value.
func isEmpty(y *yaml.Node) bool {
	return y.Kind == yaml.ScalarNode && y.Value == "" && y.Style == 0 && y.Anchor == ""
}

// printable reports whether the text has only the characters that YAML
// allows, and says where not.
func (p *parsing) printable(c chunk) bool {
	if isPlainText(c.text) {
		return true
	}
	bad := strings.IndexFunc(c.text, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff
	})
	if bad < 0 {
		return true
	}
	r, _ := utf8.DecodeRuneInString(c.text[bad:])
	d := p.report(diag.CodeSyntax, p.loc.pos(p.offsetOfLine(c.line)+bad, 1),
		fmt.Sprintf("the control character U+%04X stands here, which YAML does not allow", r),
		fmt.Sprintf(`remove it, or write it in double quotes as "\u%04x"`, r))
	d.Text = ""
	return false
}

// isPlainText reports whether a text has nothing but the printable characters of
// ASCII and line feeds.
func isPlainText(text string) bool {
	for i := range len(text) {
		if (text[i] < ' ' || text[i] > '~') && text[i] != '\n' {
			return false
		}
	}
	return true
}

// withoutForeignBreaks returns the text with U+0085, U+2028 and U+2029, which
// the parser takes for line breaks and YAML 1.2 and editors do not, replaced
// by characters that the text does not use; restore puts them back.
func withoutForeignBreaks(text string) (replaced string, restore *strings.Replacer) {
	var there, back []string
	stand := rune(0xe000)
	for _, foreign := range []string{"\u0085", "\u2028", "\u2029"} {
		if !strings.Contains(text, foreign) {
			continue
		}
		for strings.ContainsRune(text, stand) {
			stand++
		}
		there, back = append(there, foreign, string(stand)), append(back, string(stand), foreign)
		stand++
	}
	return strings.NewReplacer(there...).Replace(text), strings.NewReplacer(back...)
}

// jsonFirst reads as JSON what the text begins with, and returns the line that YAML
// goes on from, 0 if there is none. kubectl reads so too: JSON has pairs of escapes
// for one character, and several values in a row, which YAML does not have.
func (p *parsing) jsonFirst() (line int) {
	first := strings.TrimLeft(p.file.text, " \t\r\n")
	if !strings.HasPrefix(first, "{") && !strings.HasPrefix(first, "[") {
		return 1
	}
	trial := &parsing{file: p.file, loc: &locator{file: p.file}}
	trial.json()
	switch {
	case len(trial.diags) == 0:
		p.docs, p.differing = trial.docs, trial.differing
		return 0
	case len(trial.diags) == 1 && len(trial.docs) == 1:
		rest := trial.diags[0].Place
		switch text := p.file.Line(rest.Line); {
		case rest.Column != 1:
		case isMarker(text, "---"), strings.HasPrefix(text, "#"):
			p.docs, p.differing = trial.docs, trial.differing
			return rest.Line
		case isMarker(text, "..."): // to kubectl, a document begins there
			p.lonelyEnd = rest.Line
		}
	}
	return 1
}
