// Package yamlgen makes random YAML for tests: what people write, what hardly anybody
// writes, and what is broken.
package yamlgen

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// Generator makes documents. Equal sources of randomness make equal documents.
type Generator struct {
	*rand.Rand
	anchors []string
}

// New returns a generator for a seed.
func New(seed uint64) *Generator { return &Generator{Rand: rand.New(rand.NewPCG(seed, 1))} }

func (g *Generator) pick(words []string) string { return words[g.IntN(len(words))] }

// one reports true once in n times.
func (g *Generator) one(n int) bool { return g.IntN(n) == 0 }

var plain = []string{
	"a", "b", "c", "x y", "x  y", "NO", "yes", "true", "False", "on", "null", "~", "Null", "0", "1", "-1", "+1", "0123", "0o17", "0x1F", "0b1", "1_000", "1.5", "1.10", ".5", "5.", "1e3", "1E400", "-.5", "1:30", "2024-01-01",
	"12345678901234567890", "a:b", "a#b", "http://x/y?z=1&w", "é", "日本", "😀", "-a", "--", "a-", "a'b", `a"b`, "a|b", "$(X)", "=", "a\\nb", "1e", "0x", "0.0", "-0", "a\tb", "a @b", "<<", "",
}

// odd is what YAML reads in another way than many think, or not at all.
var odd = []string{
	".inf", "-.Inf", "+.INF", ".nan", "?a", ":a", "a?b", "*/5", "%a", "a,b", "a]b", "{{ x }}", "@a", "`a", "!a", "&", "*", "-", "?", ":", "a:", "---a", "...a", "a: b", "a #c", "[", "}", "a:,", "x?",
}

var quoted = []string{
	`""`, `"a"`, `"a b"`, `"\n"`, `"\t\\\""`, `"\x41"`, `"\u00e9"`, `"\U0001F600"`, `"\e\0\a\b\v\f\r\N\_\L\P"`, "\"a\n  b\"", "\"a\n\n  b\"", "\"a\\\n  b\"", "\"a \\\n \\ b\"", "\" a \"", "\"a\t\n\tb\"",
	`''`, `'a'`, `'it''s'`, `'a: b'`, `'\n'`, "'a\n  b'", "'a\n\n\n  b'", "' a '", `'"'`, `"'"`, `"NO"`, `'1'`,
}

// oddQuoted is what is hardly ever in quotes, or around them.
var oddQuoted = []string{`"\ud83d\ude00"`, `"\/"`, `"\q"`, `"a" #c`, `"a"#c`, `"a"b`, "\"a\n---\nb\"", "\"a\n--- b\"", "'a\nb'", "\"a\u2028 b\"", "'a \u0085  b'"}

var keys = []string{"a", "b", "c", "d", "e", "f", "g", "a.b/c-d", "k e y", `"q"`, `'s'`, "é"}

var oddKeys = []string{
	"1", "NO", "null", "~", "1.5", "<<", `"<<"`, "a b", "-a", "?a", "0x10", ".inf", "a:b", "? x\n", "!!str t", "&k n", "[a]", "{a: b}", "", `""`, "?x", "*x ", "!!int 1",
}

var tags = []string{"!!str", "!!str", "!!str", "!", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq", "!x", "!!binary", "!<tag:yaml.org,2002:str>", "!!str,"}

// Value returns a value that is indented by so many blanks, without the blank or line
// break before it: block reports whether it begins in a line of its own.
func (g *Generator) Value(indent, depth int) (text string, block bool) {
	switch n := g.IntN(24); {
	case depth <= 0 || n < 7:
		return g.scalar(), false
	case n < 10:
		return g.quoted(), false
	case n < 12:
		return g.Flow(depth), false
	case n < 14:
		return g.blockScalar(indent), false
	case n < 15:
		name := g.pick([]string{"x", "y", "z_1", "a-b", "x", "y", "z", "an:chor", "a.b"})
		g.anchors = append(g.anchors, name)
		text, block = g.Value(indent, depth-1)
		if block {
			return "&" + name + "\n" + text, false
		}
		return "&" + name + " " + text, false
	case n < 16 && len(g.anchors) > 0:
		return "*" + g.pick(g.anchors), false
	case n < 17:
		text, block = g.Value(indent, depth-1)
		if block {
			return g.pick(tags) + "\n" + text, false
		}
		return g.pick(tags) + " " + text, false
	case n < 20:
		return g.list(indent, depth), true
	}
	return g.Map(indent, depth, ""), true
}

func (g *Generator) scalar() string {
	switch g.IntN(40) {
	case 0:
		return g.pick(odd)
	case 1, 2:
		return g.pick(plain) + "\n" + strings.Repeat("\n", g.IntN(3)) + strings.Repeat(" ", 8+g.IntN(4)) + g.pick(plain)
	case 3:
		return g.pick(plain) + g.pick([]string{"\n  ", "\u2028", "\u0085", "\ufeff", " \t", "\n\t", "\r", "\r\n  "}) + g.pick(plain)
	}
	return g.pick(plain)
}

func (g *Generator) quoted() string {
	if g.one(20) {
		return g.pick(oddQuoted)
	}
	return g.pick(quoted)
}

// key returns a key, which has the number in it unless it is odd.
func (g *Generator) key(number int) string {
	if g.one(30) {
		return g.pick(oddKeys)
	}
	key := g.pick(keys)
	if last := len(key) - 1; key[last] == '"' || key[last] == '\'' {
		return key[:last] + strconv.Itoa(number) + key[last:]
	}
	return key + strconv.Itoa(number)
}

// blockScalar returns a literal or folded text.
func (g *Generator) blockScalar(indent int) string {
	var b strings.Builder
	b.WriteString(g.pick([]string{"|", ">"}) + g.pick([]string{"", "", "", "-", "-", "+", "+", "2", "1-", "x"}) + g.pick([]string{"", "", "", "", "", " ", " # c", "#c"}))
	inner := indent + 1 + g.IntN(3)
	for range g.IntN(5) {
		b.WriteByte('\n')
		switch g.IntN(8) {
		case 0:
		case 1:
			b.WriteString(strings.Repeat(" ", g.IntN(inner+3)))
		case 2:
			b.WriteString(strings.Repeat(" ", inner) + g.pick([]string{"\t", " ", "\ta", "# a", "---", "a\t"}))
		case 3:
			b.WriteString(strings.Repeat(" ", inner+g.IntN(3)) + g.pick(plain))
		default:
			b.WriteString(strings.Repeat(" ", inner) + g.pick(plain))
		}
	}
	return b.String()
}

// Flow returns a value in brackets or braces.
func (g *Generator) Flow(depth int) string {
	closing, n := "]", g.IntN(4)
	var b strings.Builder
	if g.one(2) {
		closing = "}"
	}
	b.WriteString(map[string]string{"]": "[", "}": "{"}[closing] + g.gap())
	for i := range n {
		if closing == "}" || g.one(8) {
			b.WriteString(g.key(i) + g.pick([]string{": ", ": ", ": ", ": ", ": ", ": ", ": ", ": ", ":", " : ", "", "\n : "}))
		}
		switch {
		case depth > 0 && g.one(4):
			b.WriteString(g.Flow(depth - 1))
		case g.one(3):
			b.WriteString(g.quoted())
		default:
			b.WriteString(g.scalar())
		}
		if i < n-1 || g.one(6) {
			b.WriteString(g.gap() + "," + g.gap())
		}
	}
	b.WriteString(g.gap() + closing)
	return b.String()
}

// gap is what may be between the parts of a flow.
func (g *Generator) gap() string {
	return g.pick([]string{"", "", "", " ", " ", " ", "", "", "", " ", " ", "\n          ", "\n  ", "\t", " #c\n          ", "\n"})
}

func (g *Generator) list(indent, depth int) string {
	var lines []string
	for range 1 + g.IntN(3) {
		text, block := g.Value(indent+2, depth-1)
		switch {
		case block && !g.one(4): // in the line of the dash
			lines = append(lines, strings.Repeat(" ", indent)+"- "+strings.TrimPrefix(text, strings.Repeat(" ", indent+2)))
		case block:
			lines = append(lines, strings.Repeat(" ", indent)+"-\n"+text)
		default:
			lines = append(lines, strings.Repeat(" ", indent)+"-"+g.pick([]string{" ", " ", " ", " ", " ", " ", " ", " ", "   ", "\t"})+text+g.end())
		}
	}
	return g.join(lines)
}

// Map returns a block map whose first lines are given.
func (g *Generator) Map(indent, depth int, first string) string {
	var lines []string
	if first != "" {
		lines = append(lines, first)
	}
	for i := range 1 + g.IntN(4) {
		key := g.key(i)
		if g.one(10) && len(g.anchors) > 0 {
			lines = append(lines, strings.Repeat(" ", indent)+"<<: "+g.pick([]string{"*" + g.pick(g.anchors), "[*" + g.pick(g.anchors) + "]", "{a: 1, c0: 2}", "[]", "{}", "[{a0: 1}, {b1: 2, a0: 3}]"}))
			continue
		}
		inner := indent + 1 + g.IntN(4)
		if g.one(4) {
			inner = indent // a list may be so
		}
		text, block := g.Value(inner, depth-1)
		head := strings.Repeat(" ", indent) + key + g.pick([]string{":", ":", ":", ":", " :", ":"})
		if block {
			lines = append(lines, head+g.end()+"\n"+text)
		} else {
			lines = append(lines, head+g.pick([]string{" ", " ", " ", " ", " ", " ", " ", "  ", "\t"})+text+g.end())
		}
	}
	return g.join(lines)
}

// end is what may follow a value on its line.
func (g *Generator) end() string {
	if g.one(10) {
		return g.pick([]string{" ", " # c", " # c", "  #", " #: x", "\t# c", "\t", "# c"})
	}
	return ""
}

func (g *Generator) join(lines []string) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
			if g.one(15) {
				b.WriteString(g.pick([]string{"\n", "\n", "# c\n", "# c\n", "   # c\n", "  \n", "\t\n", "\t# c\n"}))
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// Document returns a block map that begins with the lines given, without markers.
func (g *Generator) Document(first string) string {
	g.anchors = nil
	return g.Map(0, 4, first)
}

var (
	begins    = []string{"%YAML 1.1\n---\n", "%YAML 1.2\n--- # c\n", "\ufeff", "--- ", "...\n", "\n\n", "---\n---\n", "%TAG ! !x\n---\n", "%FOO\n---\n", "---\n...\n---\n", "---\r", "\ufeff---\n"}
	separates = []string{"\n---#c\n", "\n---\t\n", "\n...\n---\n", "\n...\n", "\n... # c\n", "\n... x\n", "\n---\n---\n", "\n---\n...\n---\n", "\n---\n# c\n---\n", "\n--- ", "\n%YAML 1.1\n---\n", "\n...\n%YAML 1.1\n---\n",
		"\n\ufeff---\n", "\n---\n\ufeff", "\r\n---\r\n", "\r---\r", "\n----\n", "\n ---\n", "\n", "\n...\n...\n---\n", "\n--- # c\n"}
	ends = []string{"\n---\n", "\n---", "\n...\n", "\n...", "\n# c", "\n   ", "\n\n", "\r\n", "\n--- # c\n...\n", "\n%a\n", "\n... x"}
)

// File puts documents into a file.
func (g *Generator) File(documents []string) string {
	or := func(usual, unusual []string) string {
		if g.one(5) {
			return g.pick(unusual)
		}
		return g.pick(usual)
	}
	var b strings.Builder
	b.WriteString(or([]string{"", "", "---\n", "# c\n---\n", "# c\n"}, begins))
	for i, text := range documents {
		if i > 0 {
			b.WriteString(or([]string{"\n---\n"}, separates))
		}
		b.WriteString(text)
	}
	b.WriteString(or([]string{"\n", "\n", ""}, ends))
	text := b.String()
	switch {
	case g.one(12):
		text = strings.ReplaceAll(text, "\n", "\r\n")
	case g.one(60):
		text = strings.ReplaceAll(text, "\n", "\r")
	}
	return text
}

// Mutate changes a few characters of a text.
func (g *Generator) Mutate(text string) string {
	runes := []rune(text)
	soup := []rune("\n\n\n   \t:-#?,[]{}&*!|>'\"%@`~<.\\ab01\r\u0085\u2028\ufeff")
	for range 1 + g.IntN(3) {
		if len(runes) == 0 {
			break
		}
		at := g.IntN(len(runes))
		switch g.IntN(4) {
		case 0:
			runes = append(runes[:at], runes[at+1:]...)
		case 1:
			runes[at] = soup[g.IntN(len(soup))]
		case 2:
			from := g.IntN(len(runes))
			piece := string(runes[from:min(from+1+g.IntN(12), len(runes))])
			runes = []rune(string(runes[:at]) + piece + string(runes[at:]))
		default:
			runes = []rune(string(runes[:at]) + string(soup[g.IntN(len(soup))]) + string(runes[at:]))
		}
	}
	return string(runes)
}
