package source

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
)

// This file keeps secrets out of diagnostics. What may hold one is withheld by its place:
// all lines of the field, whatever stands in them, and in what is said about them the words
// that were typed there.

// IsSecrets reports whether a name is that of a field with secret values, or a slip of
// it. The name of a volume's and a variable's source is no slip.
func IsSecrets(name string) bool {
	const want = "secrets"
	if len(name) < len(want)-2 || len(name) > len("stringData")+2 || name == "secret" {
		return false
	}
	name = strings.ToLower(name)
	return suggest.Distance(name, want) <= 2 || suggest.Distance(name, "stringdata") <= 2
}

// Withhold withholds the source lines of a whole field from every Place that is made
// after it, and of what an alias brought into it from elsewhere.
func (f *File) Withhold(field Field) {
	first := field.Key.Pos.Line
	f.withhold(first, f.end(first, field.Value))
	if at := field.Value.Pos.Line; at != first {
		f.withhold(at, f.end(at, field.Value))
	}
}

// withhold withholds a range of lines, both ends in it.
func (f *File) withhold(first, last int) {
	if f.withheld == nil {
		f.withheld = make([]bool, len(f.starts)+1)
	}
	for line := max(first, 0); line <= min(last, len(f.starts)); line++ {
		f.withheld[line] = true
	}
}

// hidden reports whether a line is withheld.
func (f *File) hidden(line int) bool { return line > 0 && line < len(f.withheld) && f.withheld[line] }

// Public returns the text with *** in place of each line that is withheld.
func (f *File) Public() string {
	var b strings.Builder
	for line := 1; line <= len(f.starts); line++ {
		text := f.Line(line)
		if f.hidden(line) {
			text = text[:len(text)-len(strings.TrimLeft(text, " \t"))] + "***"
		}
		b.WriteString(text)
		if line < len(f.starts) {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// end returns the last line of the value of a field that begins in a line: the last that
// a part of it is in, or that is indented below the field.
func (f *File) end(first int, value *Node) int {
	last := max(first, value.lastLine())
	head := f.Line(first)
	indent := len(head) - len(strings.TrimLeft(head, " "))
	const blanks = " \t\u00a0" // a text from a web page may be indented with no-break spaces
	for line := last + 1; line <= len(f.starts); line++ {
		text := f.Line(line)
		rest := strings.TrimLeft(text, blanks)
		if rest != "" && len(text)-len(rest) <= indent && !strings.HasPrefix(rest, "#") {
			break
		}
		if rest != "" {
			last = line
		}
	}
	return last
}

// lastLine returns the last line that a value takes up in its own file.
func (n *Node) lastLine() int {
	last := max(n.Pos.Line, n.last)
	for _, field := range n.Fields {
		last = max(last, field.Key.Pos.Line, field.Value.lastLine())
	}
	for _, item := range n.Items {
		last = max(last, item.lastLine())
	}
	return last
}

// Mask withholds the source lines of every scalar and key in n, and its words from what
// is said about withheld lines. It is meant for values that nobody may see in a log.
func (n *Node) Mask() {
	if n == nil {
		return
	}
	if n.Kind == Scalar && n.File != nil {
		n.File.withhold(n.Pos.Line, max(n.Pos.Line, n.last))
		n.File.taint(n.Text)
	}
	for _, field := range n.Fields {
		field.Key.Mask()
		field.Value.Mask()
	}
	for _, item := range n.Items {
		item.Mask()
	}
}

// taint notes the words of a text that must not be shown.
func (f *File) taint(text string) {
	if f.tainted == nil {
		f.tainted = map[string]bool{}
	}
	for word := range strings.FieldsFuncSeq(text, isNoWord) {
		if utf8.RuneCountInString(word) >= leastWord {
			f.tainted[word] = true
		}
	}
}

// leastWord is the length of the shortest words that are kept out of messages. Shorter
// ones are in every sentence, and give nothing away.
const leastWord = 3

func isNoWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// Conceal takes out of diagnostics what is withheld: the source lines, and in what is
// said about them the words that were typed there.
func (f *File) Conceal(ds diag.List) {
	for i := range ds {
		d := &ds[i]
		secret := f.conceal(&d.Place)
		for j := range d.Related {
			secret = f.conceal(&d.Related[j].Place) || secret
		}
		if !secret {
			continue
		}
		d.Message, d.Hint = f.redacted(d.Message), f.redacted(d.Hint)
		d.Related = slices.Clone(d.Related)
		for j := range d.Related {
			d.Related[j].Message = f.redacted(d.Related[j].Message)
		}
	}
}

// conceal takes the source line out of a place, and reports whether it is withheld.
func (f *File) conceal(p *diag.Place) bool {
	if p.File != f.Name || !f.hidden(p.Line) {
		return false
	}
	p.Text = ""
	return true
}

// redacted returns a text with *** in place of every tainted word. A word of small letters
// in the sentence itself is the sentence's own; those that are quoted, or part of a path,
// were typed. A message may have cut a long word short.
func (f *File) redacted(text string) string {
	var b strings.Builder
	quoted, before := false, ' '
	for text != "" {
		n := strings.IndexFunc(text, isNoWord)
		if n < 0 {
			n = len(text)
		}
		word, rest := text[:n], text[n:]
		own := !quoted && before == ' ' && strings.IndexFunc(word, isNoSmallLetter) < 0 && (rest == "" || strings.ContainsRune(" ,;:", rune(rest[0])))
		if f.tainted[word] && !own || n > 0 && strings.HasPrefix(rest, "…") {
			word = "***"
		}
		b.WriteString(word)
		if rest == "" {
			break
		}
		next, size := utf8.DecodeRuneInString(rest)
		quoted = quoted != (next == '"')
		b.WriteString(rest[:size])
		before, text = next, rest[size:]
	}
	return b.String()
}

func isNoSmallLetter(r rune) bool { return r < 'a' || r > 'z' }

// What is looked for in a text that is no tree yet.
var (
	named       = lazyregexp.New(`\b([A-Za-z]{5,12})["']?\+?["']?\s*:`)
	kindNamed   = lazyregexp.New(`(?i)\bkind["']?\s*:\s*["']?(\w{4,8})\b`)
	quotedWords = lazyregexp.New(`"[^"]*"|\*\S+|\bsecrets?\.[^\s:]+`)
)

// mayHoldSecrets reports whether a text seems to hold secrets: nobody knows where, if it
// does not parse.
func mayHoldSecrets(text string) bool {
	isSecret := func(at []int) bool { return suggest.Distance(strings.ToLower(text[at[2]:at[3]]), "secret") <= 2 }
	if slices.ContainsFunc(kindNamed.FindAllStringSubmatchIndex(text, -1), isSecret) {
		return true
	}
	return slices.ContainsFunc(named.FindAllStringSubmatchIndex(text, -1), func(at []int) bool {
		name := text[at[2]:at[3]]
		rest, says := strings.CutPrefix(strings.ToLower(name), "secret")
		return IsSecrets(name) || says && !strings.HasSuffix(rest, "name") && !strings.HasSuffix(rest, "ref")
	})
}

// hideSecrets takes the source lines, and what is quoted of them, out of the diagnostics
// from the first-th on, if the text that they are about seems to hold secrets.
func (p *parsing) hideSecrets(first int, text string) {
	if first == len(p.diags) || !mayHoldSecrets(text) {
		return
	}
	for i := range p.diags[first:] {
		d := &p.diags[first+i]
		d.Text, d.Message = "", quotedWords.ReplaceAllString(d.Message, "***")
		for j := range d.Related {
			d.Related[j].Text = ""
		}
	}
}
