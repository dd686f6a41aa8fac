package render

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

func joinYAML(w io.Writer, objects [][]byte) error {
	for i, object := range objects {
		if i > 0 {
			if _, err := io.WriteString(w, "---\n"); err != nil {
				return err
			}
		}
		if _, err := w.Write(object); err != nil {
			return err
		}
	}
	return nil
}

// documentByLibrary returns the tree as YAML; it is what the emitter must agree
// with. The library corrupts or obscures some strings, so it is given a name in
// place of each of them, and the names are replaced in what it wrote. The tree is
// changed.
func documentByLibrary(t any) ([]byte, error) {
	text, err := compact(t)
	if err != nil {
		return nil, err
	}
	names := aliases{prefix: "jobgenText"}
	for bytes.Contains(text, []byte(names.prefix)) {
		names.prefix += "Q"
	}
	t = names.replace(t)
	if len(names.texts) > 0 {
		if text, err = compact(t); err != nil {
			return nil, err
		}
	}
	out, err := yaml.JSONToYAML(text)
	if err != nil {
		return nil, err
	}
	return names.restore(out), nil
}

// aliases gives names to the strings that the YAML library must not see.
type aliases struct {
	prefix string   // stands nowhere else in the object
	texts  []string // text i has the name prefix, i in nine digits
}

// name returns what to write for s: its name, or s itself.
func (a *aliases) name(s string) string {
	if !awkward(s) {
		return s
	}
	a.texts = append(a.texts, s)
	return fmt.Sprintf("%s%09d", a.prefix, len(a.texts)-1)
}

// replace puts names into the tree and returns the node to put in its place.
// Keys are visited in order, as a name decides where its key is written.
func (a *aliases) replace(node any) any {
	switch n := node.(type) {
	case string:
		return a.name(n)
	case []any:
		for i := range n {
			n[i] = a.replace(n[i])
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(n)) {
			n[key] = a.replace(n[key])
			if name := a.name(key); name != key {
				n[name] = n[key]
				delete(n, key)
			}
		}
	}
	return node
}

// restore puts the texts back into YAML, each in a form that every reader
// understands.
func (a *aliases) restore(doc []byte) []byte {
	if len(a.texts) == 0 {
		return doc
	}
	var out []byte
	for line := range bytes.Lines(doc) {
		out = a.line(out, line)
	}
	return out
}

// line appends one line with its names replaced, at most a key and a value.
func (a *aliases) line(out, line []byte) []byte {
	whole := line
	for {
		before, rest, found := bytes.Cut(line, []byte(a.prefix))
		out = append(out, before...)
		if !found {
			return out
		}
		i := 0
		for _, digit := range rest[:9] {
			i = i*10 + int(digit-'0')
		}
		line = rest[9:]
		if text := a.texts[i]; string(line) == "\n" && blockable(text) {
			return block(out, whole, text)
		}
		out = quote(out, a.texts[i])
	}
}

// block appends the text as a block scalar that ends the given line. In a map
// it is indented below its key, in a list below its dash.
func block(out, line []byte, text string) []byte {
	depth := 0
	for line[depth] == ' ' || line[depth] == '-' && line[depth+1] == ' ' {
		depth++
	}
	if bytes.Contains(line[depth:], []byte(": ")) {
		depth += 2
	}
	return appendBlock(out, text, depth)
}

// appendBlock appends a block scalar whose lines have the depth.
func appendBlock(out []byte, text string, depth int) []byte {
	out = append(out, '|')
	if strings.ContainsRune(" \t\n", rune(text[0])) {
		out = append(out, '2') // readers would guess the indentation wrong
	}
	body := strings.TrimRight(text, "\n")
	switch len(text) - len(body) {
	case 0:
		out = append(out, '-')
	case 1:
	default:
		out = append(out, '+')
	}
	out = append(out, '\n')
	for l := range strings.Lines(text) {
		if l != "\n" {
			for range depth {
				out = append(out, ' ')
			}
		}
		out = append(out, strings.TrimSuffix(l, "\n")...)
		out = append(out, '\n')
	}
	return out
}

// invisible are the characters written as escapes: readers of YAML drop or
// change some of them, and the others hide from whoever reviews the output.
var invisible = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00, Hi: 0x08, Stride: 1},
		{Lo: 0x0B, Hi: 0x1F, Stride: 1},
		{Lo: 0x7F, Hi: 0x9F, Stride: 1},     // DEL, C1 controls, next line
		{Lo: 0x061C, Hi: 0x061C, Stride: 1}, // direction mark
		{Lo: 0x200B, Hi: 0x200B, Stride: 1}, // zero width space
		{Lo: 0x200E, Hi: 0x200F, Stride: 1}, // direction marks
		{Lo: 0x2028, Hi: 0x202E, Stride: 1}, // line and paragraph separator, direction overrides
		{Lo: 0x2060, Hi: 0x206F, Stride: 1}, // word joiner, direction isolates
		{Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1}, // byte order mark
		{Lo: 0xFFF9, Hi: 0xFFFB, Stride: 1}, // annotations
		{Lo: 0xFFFE, Hi: 0xFFFF, Stride: 1}, // not characters
	},
	LatinOffset: 3,
}

// misread matches the strings that the library leaves bare although readers of
// YAML 1.1 or 1.2 take them for something else: numbers too large for a
// machine word, dates with a time zone, and the "=" and "<<" of YAML 1.1.
var misread = lazyregexp.New(`^(?:=|<<|` +
	`[-+]?0[xX][0-9a-fA-F_]+|[-+]?0[oO][0-7_]+|[-+]?0[bB][01_]+|` +
	`[-+]?\.[0-9][0-9_]*|[-+]?[0-9._]+[eE][-+]?[0-9]+|` +
	`[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9:.]+[ \t]*(?:Z|[-+][0-9:]+)?)$`)

// awkward reports whether s must be kept from the YAML library.
func awkward(s string) bool {
	if s == "" {
		return false
	}
	lines, tabs := false, false
	for _, r := range s {
		// Characters beyond U+FFFF are sound, but come out as escapes.
		if r > 0xFFFF || unicode.Is(invisible, r) {
			return true
		}
		lines = lines || r == '\n'
		tabs = tabs || r == '\t'
	}
	if lines {
		// The library would put tabs on one line, and nothing on many.
		return tabs || strings.Trim(s, "\n") == ""
	}
	return strings.IndexByte("=<+-.0123456789", s[0]) >= 0 && misread.MatchString(s)
}

// blockable reports whether s can be a block scalar without hiding anything: a
// blank at the end of a line is easily lost. A tab at the start is read well,
// but kustomize writes it again in a way that it does not read itself.
func blockable(s string) bool {
	if !strings.Contains(s, "\n") || strings.Trim(s, "\n") == "" || s[0] == '\t' {
		return false
	}
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		if strings.TrimRight(line, " \t") != line {
			return false
		}
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(invisible, r) })
}

// quote appends s in double quotes, in the escapes that YAML and JSON share.
func quote(out []byte, s string) []byte {
	out = append(out, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\n':
			out = append(out, `\n`...)
		case r == '\t':
			out = append(out, `\t`...)
		case r == '\r':
			out = append(out, `\r`...)
		case unicode.Is(invisible, r):
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, string(r)...)
		}
	}
	return append(out, '"')
}
