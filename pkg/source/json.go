package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// json reads the text as JSON, several values in a row as several documents.
func (p *parsing) json() {
	text := p.file.text
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	r := &jsonReader{parsing: p, decoder: decoder}
	defer p.hideSecrets(len(p.diags), text)
	for {
		p.kubectl = differences{text: text}
		token, err := r.next()
		if errors.Is(err, io.EOF) {
			return
		}
		var root *Node
		if err == nil {
			root, err = r.value(token, 1)
		}
		if err != nil {
			r.fault(err)
			return
		}
		p.docs = append(p.docs, Document{File: p.file, Root: root})
		if !isSpec(root) {
			p.differing = append(p.differing, p.kubectl)
		}
	}
}

// jsonReader reads JSON token by token.
type jsonReader struct {
	*parsing
	decoder *json.Decoder
	start   int   // offset of the token read last
	end     int   // offset behind it
	opened  []int // offsets of the brackets that are open
}

// errTooDeep ends reading where values are nested too deeply.
var errTooDeep = errors.New("nested too deeply")

// next reads a token and notes where it stands.
func (r *jsonReader) next() (json.Token, error) {
	r.start = r.after()
	token, err := r.decoder.Token()
	if err == nil {
		r.end = int(r.decoder.InputOffset())
	}
	return token, err
}

// after returns the offset of what follows the token read last, and the one
// comma or colon that may stand between the two.
func (r *jsonReader) after() int {
	text := r.file.text
	at := skipJSONBlank(text, r.end)
	if at < len(text) && (text[at] == ',' || text[at] == ':') && len(r.opened) > 0 {
		at = skipJSONBlank(text, at+1)
	}
	return at
}

// skipJSONBlank returns the offset of what follows white space.
func skipJSONBlank(text string, offset int) int {
	for offset < len(text) && isBlank(rune(text[offset])) {
		offset++
	}
	return offset
}

// value returns the node for the value that starts with token.
func (r *jsonReader) value(token json.Token, depth int) (*Node, error) {
	n := &Node{Kind: Scalar, Pos: r.loc.between(r.start, r.end)}
	switch t := token.(type) {
	case json.Delim:
		if depth > maxDepth {
			return nil, errTooDeep
		}
		r.opened = append(r.opened, r.start)
		var err error
		if t == '{' {
			n.Kind, err = Map, r.fields(n, depth)
		} else {
			n.Kind, err = List, r.items(n, depth)
		}
		if err != nil {
			return nil, err
		}
		if _, err = r.next(); err != nil { // the closing bracket
			return nil, unexpectedEnd(err)
		}
		r.opened = r.opened[:len(r.opened)-1]
		return n, nil
	case string:
		n.Text, n.Quoted = t, true
		r.checkHalves(n, t)
	case json.Number:
		n.Text = t.String()
		r.checkRange(n, t)
	case bool:
		n.Text = fmt.Sprint(t)
	case nil:
		n.Kind = Null
	}
	return n, nil
}

// checkHalves reports an escape for half a character. The decoder puts a
// replacement character in its place, without a word.
func (r *jsonReader) checkHalves(n *Node, text string) {
	raw := r.file.text[r.start:r.end]
	if strings.ContainsRune(text, utf8.RuneError) && !strings.ContainsRune(raw, utf8.RuneError) &&
		!strings.Contains(strings.ToLower(raw), `\ufffd`) {
		r.report(diag.CodeSyntax, n.Pos, `this string has an escape for half a character, between \ud800 and \udfff`, "write both halves, or the character itself")
	}
}

// fields reads the entries of a map up to its closing bracket.
func (r *jsonReader) fields(n *Node, depth int) error {
	seen := map[string]*Node{}
	for r.decoder.More() {
		token, err := r.next()
		if err != nil {
			return unexpectedEnd(err)
		}
		key, err := r.value(token, depth+1)
		if err != nil {
			return err
		}
		if token, err = r.next(); err != nil {
			return unexpectedEnd(err)
		}
		value, err := r.value(token, depth+1)
		if err != nil {
			return err
		}
		if first := seen[key.Text]; first != nil {
			d := r.report(diag.CodeDuplicate, key.Pos, fmt.Sprintf("the key %q stands in this map twice", key.Text), "keep one of the two")
			d.Related = []diag.Related{{Place: r.file.Place(first.Pos), Message: "it stands here first"}}
			continue
		}
		seen[key.Text] = key
		n.Add(Field{key, value})
	}
	return nil
}

// items reads the values of a list up to its closing bracket.
func (r *jsonReader) items(n *Node, depth int) error {
	for r.decoder.More() {
		token, err := r.next()
		if err != nil {
			return unexpectedEnd(err)
		}
		item, err := r.value(token, depth+1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	return nil
}

// unexpectedEnd keeps an end within a value from looking like one behind it.
func unexpectedEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// fault reports what the decoder stumbled over, by the character that stands
// there. The decoder's own offsets leave out the brackets and commas before.
func (r *jsonReader) fault(err error) {
	text := r.file.text
	at := r.after()
	switch {
	case errors.Is(err, errTooDeep):
		r.report(diag.CodeLimit, r.loc.pos(r.start, 1), fmt.Sprintf("maps and lists are nested more than %d deep", maxDepth), "")
	case at < len(text):
		s, at := r.wording(at)
		r.report(diag.CodeSyntax, r.loc.pos(at, 1), s.message, s.hint)
	case len(r.opened) > 0:
		open := r.opened[len(r.opened)-1]
		r.report(diag.CodeSyntax, r.loc.pos(open, 1), fmt.Sprintf("the %c that opens here is never closed", text[open]), "")
	default:
		r.report(diag.CodeSyntax, r.loc.pos(lastBefore(text, len(text)), 1), "the text ends within a value", "")
	}
}

// wording returns what to say about the token at an offset that cannot stand
// there, and the offset to point to.
func (r *jsonReader) wording(at int) (said, int) {
	text := r.file.text
	before := strings.TrimRight(text[:at], " \t\r\n")
	last := before[max(len(before)-1, 0):]
	switch c := text[at]; {
	case (c == '}' || c == ']') && last == ",":
		return said{message: "JSON has no comma behind the last entry", hint: "leave out the comma before this bracket"}, at
	case c == '}' || c == ']':
		return said{message: fmt.Sprintf("a %c cannot stand here", c)}, at
	case c == '/' || c == '#':
		return said{message: "JSON has no comments", hint: "leave it out, or write YAML"}, at
	case c == ',' || c == ':':
		return said{message: fmt.Sprintf("something is missing before this %c", c)}, at
	case len(r.opened) > 0 && !strings.Contains(",:[{", last):
		return said{message: "a comma or colon is missing before this"}, at
	case c == '"':
		return stringWording(text, at)
	case c == '\'':
		return said{message: "JSON has no single quotes", hint: `write strings as "…"`}, at
	case c >= '0' && c <= '9', c == '+', c == '.', c == '-':
		return said{message: "a number is wanted here as JSON writes it, or a key", hint: "put it in double quotes if it is a text"}, at
	}
	return said{message: "this is neither a string in quotes, nor a number, true, false or null", hint: "put keys and texts in double quotes"}, at
}

// stringWording says what is wrong with the string that starts at an offset,
// and where.
func stringWording(text string, start int) (said, int) {
	for at := start + 1; at < len(text); at++ {
		switch c := text[at]; {
		case c < ' ':
			return said{message: "a line break or control character cannot stand within a string", hint: `write it as \n, \t or \u00XX`}, at
		case c == '\\' && at+1 < len(text) && text[at+1] == 'u' && hexDigits(text[at+2:]) < 4:
			return said{message: `the escape \u needs four hexadecimal digits`, hint: `write \\ for a backslash`}, at
		case c == '\\' && at+1 < len(text) && strings.IndexByte(`"\/bfnrtu`, text[at+1]) < 0:
			return said{message: "this is no escape that JSON knows", hint: `write \\ for a backslash`}, at
		case c == '\\':
			at++
		case c == '"':
			return said{message: "this string cannot stand here", hint: "a comma, colon or bracket may be missing"}, start
		}
	}
	return said{message: "the quote that opens here is never closed"}, start
}

// hexDigits counts the hexadecimal digits that a text starts with.
func hexDigits(text string) int {
	return len(text) - len(strings.TrimLeft(text, "0123456789abcdefABCDEF"))
}
