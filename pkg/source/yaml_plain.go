package source

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// This file reads the part of YAML that most files keep to, in one pass: block maps
// and lists, flow ones that stay on their line, scalars on one line, and literal
// blocks. Whatever else stands in a document, and whatever is wrong with it, is for
// the parser and the builder: FuzzPlain holds the two against each other.

// plain reads one document. It is false if the document is for the parser, which
// alone knows what is wrong with one.
func (p *parsing) plain(c chunk) (root *Node, ok bool) {
	r := &plainReader{file: p.file, loc: p.loc, number: c.line - 1, last: c.line + strings.Count(strings.TrimSuffix(c.text, "\n"), "\n")}
	for i := range len(c.text) {
		switch b := c.text[i]; {
		case b == '\r':
			return nil, false
		case b >= utf8.RuneSelf:
			r.wide = true
		}
	}
	if r.wide && strings.ContainsAny(c.text, "\u0085\u2028\u2029\ufeff") {
		return nil, false // what these break or begin is a long story
	}
	if first := p.file.Line(c.line); first == "---" {
		r.number++
	} else if isMarker(first, "---") || strings.HasPrefix(first, "%") {
		return nil, false
	}
	r.nodes = make([]Node, 0, 2*(r.last-r.number)+8)
	r.next()
	if r.doubt || r.ended || r.indent > 0 {
		return nil, false
	}
	root = r.mapping(0, 1)
	return root, !r.doubt && r.ended
}

// plainReader stands at a line that has something in it.
type plainReader struct {
	file       *File
	loc        *locator
	number     int                     // of the line
	last       int                     // number of the document's last line
	wide       bool                    // there are characters of several bytes
	indent     int                     // blanks that the line begins with; behind "- " more
	at, end    int                     // offsets of what follows them, and of the line's end
	ended      bool                    // there is no such line any more
	doubt      bool                    // this document is for the parser
	fieldsOpen []Field                 // of the maps that are being read
	itemsOpen  []*Node                 // of the lists
	names      map[int]map[string]bool // of the fields of maps that have many, by where they begin in fieldsOpen
	lines      []byte                  // of the literal block that is being read

	nodes []Node // what is read is cut from them
}

const (
	plainDepth = 100 // below maxDepth, where the parser has something to say
	keyLength  = 256 // below the parser's limit of a key
	manyNames  = 32  // fields of a map that are looked through one by one
)

// next goes to the next line with something in it.
func (r *plainReader) next() {
	for r.number++; r.number <= r.last; r.number++ {
		start, end := r.file.starts[r.number-1], r.file.lineEnd(r.number)
		at := start
		for at < end && r.file.text[at] == ' ' {
			at++
		}
		if at == end || r.file.text[at] == '#' {
			continue
		}
		r.indent, r.at, r.end = at-start, at, end
		// A tab may mean anything, and so may a marker.
		r.doubt = r.doubt || strings.IndexByte(r.file.text[start:end], '\t') >= 0
		return
	}
	r.ended, r.indent, r.at, r.end = true, -1, 0, 0
}

// node returns a new node at text[from:to], which is on the line.
func (r *plainReader) node(kind Kind, from, to int) *Node {
	if len(r.nodes) == cap(r.nodes) {
		r.nodes = make([]Node, 0, 64)
	}
	column, width := from-r.file.starts[r.number-1]+1, to-from
	if r.wide {
		at := r.loc.pos(from, 1)
		column, width = at.Column, utf8.RuneCountInString(r.file.text[from:to])
	}
	r.nodes = append(r.nodes, Node{Kind: kind, Pos: Pos{Line: r.number, Column: column, Width: max(width, 1)}})
	return &r.nodes[len(r.nodes)-1]
}

// doubtful says that the document is for the parser.
func (r *plainReader) doubtful() *Node {
	r.doubt, r.ended, r.indent = true, true, -1
	return nil
}

// mapping reads the block map whose first key is where the reader stands.
func (r *plainReader) mapping(indent, depth int) *Node {
	if depth > plainDepth {
		return r.doubtful()
	}
	n := r.node(Map, r.at, r.at)
	before := len(r.fieldsOpen)
	for r.indent == indent && !r.doubt {
		key, after, ok := r.key(r.at, r.end)
		if !ok || after < r.end && r.file.text[after] != ' ' || r.taken(before, key.Text) {
			return r.doubtful()
		}
		if len(r.fieldsOpen) == before {
			n.Pos.Width = key.Pos.Width
		}
		r.fieldsOpen = append(r.fieldsOpen, Field{Key: key})
		at := len(r.fieldsOpen) - 1
		value := r.value(after, indent, depth)
		r.fieldsOpen[at].Value = value
	}
	if r.doubt || r.indent > indent {
		return r.doubtful()
	}
	r.keepFields(n, before)
	return n
}

// taken reports whether one of the open fields from the first-th on has the name, which
// is that of the next one.
func (r *plainReader) taken(first int, name string) bool {
	open := r.fieldsOpen[first:]
	if len(open) < manyNames {
		return slices.ContainsFunc(open, func(f Field) bool { return f.Key.Text == name })
	}
	if len(open) == manyNames {
		if r.names == nil {
			r.names = map[int]map[string]bool{}
		}
		r.names[first] = make(map[string]bool, 2*manyNames)
		for _, f := range open {
			r.names[first][f.Key.Text] = true
		}
	}
	names := r.names[first]
	taken := names[name]
	names[name] = true
	return taken
}

// keepFields closes a map: the open fields from the first-th on are its own.
func (r *plainReader) keepFields(n *Node, first int) {
	n.Fields = append([]Field(nil), r.fieldsOpen[first:]...)
	n.indexed()
	r.fieldsOpen = r.fieldsOpen[:first]
	delete(r.names, first)
}

// keepItems closes a list.
func (r *plainReader) keepItems(n *Node, first int) {
	n.Items = append([]*Node(nil), r.itemsOpen[first:]...)
	r.itemsOpen = r.itemsOpen[:first]
}

// key reads the key at an offset, and returns the offset behind its colon.
func (r *plainReader) key(from, end int) (key *Node, after int, ok bool) {
	text := r.file.text
	if from < end && (text[from] == '"' || text[from] == '\'') {
		if key, after, ok = r.quoted(from, end); !ok || after-from > keyLength {
			return nil, 0, false
		}
	} else {
		after = from
		for after < end && isKeyByte(text[after]) {
			after++
		}
		if after == from || after-from > keyLength || text[from] == '-' {
			return nil, 0, false
		}
		key = r.node(Scalar, from, after)
		key.Text = text[from:after]
		if isNull(key.Text) { // the same
			return nil, 0, false
		}
	}
	if after >= end || text[after] != ':' {
		return nil, 0, false
	}
	return key, after + 1, true
}

// isKeyByte reports whether a key without quotes may have the byte, for all that
// this reader knows.
func isKeyByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '-' || b == '.' || b == '/'
}

// value reads what follows a key of a map with the indent, from behind its colon on,
// and goes to the line behind it.
func (r *plainReader) value(colon, indent, depth int) *Node {
	if from := r.skipBlanks(colon); !r.atEnd(from) {
		return r.inline(from, indent, depth)
	}
	null := r.node(Null, colon, colon)
	r.next()
	switch {
	case r.indent > indent:
		return r.block(depth + 1)
	case r.indent == indent && r.isItem():
		return r.list(indent, depth+1)
	}
	return null
}

// block reads the map or list that begins where the reader stands.
func (r *plainReader) block(depth int) *Node {
	if r.isItem() {
		return r.list(r.indent, depth)
	}
	return r.mapping(r.indent, depth)
}

// isItem reports whether an item of a list begins where the reader stands.
func (r *plainReader) isItem() bool {
	return !r.ended && r.file.text[r.at] == '-' && (r.at+1 == r.end || r.file.text[r.at+1] == ' ')
}

// list reads the block list whose first item is where the reader stands.
func (r *plainReader) list(indent, depth int) *Node {
	if depth > plainDepth {
		return r.doubtful()
	}
	n := r.node(List, r.at, r.at)
	before := len(r.itemsOpen)
	for r.indent == indent && !r.doubt && r.isItem() {
		from := r.skipBlanks(r.at + 1)
		if r.atEnd(from) {
			return r.doubtful()
		}
		item := r.item(from, indent, depth)
		r.itemsOpen = append(r.itemsOpen, item)
	}
	if r.doubt || r.indent > indent {
		return r.doubtful()
	}
	r.keepItems(n, before)
	return n
}

// item reads one item of a list with the indent.
func (r *plainReader) item(from, indent, depth int) *Node {
	r.indent, r.at = r.indent+from-r.at, from
	if r.isItem() {
		return r.doubtful()
	}
	if r.isKey(from) {
		return r.mapping(r.indent, depth+1)
	}
	return r.inline(from, indent, depth)
}

// isKey reports whether a key stands at an offset.
func (r *plainReader) isKey(from int) bool {
	nodes := len(r.nodes)
	_, after, ok := r.key(from, r.end)
	r.nodes = r.nodes[:min(nodes, len(r.nodes))]
	return ok && (after == r.end || r.file.text[after] == ' ')
}

// inline reads a value that begins on the line, inside a map or list with the
// indent, and goes to the line behind it.
func (r *plainReader) inline(from, indent, depth int) *Node {
	var n *Node
	var after int
	ok := true
	switch r.file.text[from] {
	case '|':
		return r.literal(from, indent)
	case '{', '[':
		n, after, ok = r.flow(from, depth+1)
	case '"', '\'':
		n, after, ok = r.quoted(from, r.end)
	default:
		n, after, ok = r.scalar(from)
	}
	if !ok || !r.atEnd(r.skipBlanks(after)) || after < r.end && r.file.text[after] != ' ' {
		return r.doubtful()
	}
	r.next()
	if r.indent > indent {
		return r.doubtful() // it goes on there
	}
	return n
}

func (r *plainReader) skipBlanks(from int) int {
	for from < r.end && r.file.text[from] == ' ' {
		from++
	}
	return from
}

// atEnd reports whether nothing but a comment follows, at an offset behind a blank.
func (r *plainReader) atEnd(at int) bool { return at >= r.end || r.file.text[at] == '#' }

// scalar reads a scalar without quotes, outside of flow.
func (r *plainReader) scalar(from int) (n *Node, after int, ok bool) {
	text := r.file.text
	if !r.begins(from) {
		return nil, 0, false
	}
	after = from
	for i := from; i < r.end; i++ {
		switch text[i] {
		case ' ':
			continue
		case '#':
			if text[i-1] == ' ' {
				return r.plainNode(from, after), after, true
			}
		case ':':
			if i+1 == r.end || text[i+1] == ' ' {
				return nil, 0, false
			}
		}
		after = i + 1
	}
	return r.plainNode(from, after), after, true
}

// begins reports whether a scalar without quotes begins at an offset, for all that
// this reader knows.
func (r *plainReader) begins(from int) bool {
	switch b := r.file.text[from]; b {
	case '-':
		return from+1 < r.end && r.file.text[from+1] != ' '
	case '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`':
		return false
	}
	return true
}

// plainNode returns the node of a scalar without quotes.
func (r *plainReader) plainNode(from, to int) *Node {
	n := r.node(Scalar, from, to)
	if n.Text = r.file.text[from:to]; isNull(n.Text) {
		n.Kind, n.Text = Null, ""
	}
	r.doubt = r.doubt || isNotFinite(n.Text) // kubectl has something to say of it
	return n
}

// quoted reads a scalar in quotes that ends on its line.
func (r *plainReader) quoted(from, end int) (n *Node, after int, ok bool) {
	text, quote := r.file.text, r.file.text[from]
	escaped := false
	for after = from + 1; after < end && text[after] != quote; after++ {
		if quote == '"' && text[after] == '\\' {
			escaped = true
			after++
		}
	}
	if after >= end || quote == '\'' && after+1 < end && text[after+1] == '\'' {
		return nil, 0, false
	}
	n = r.node(Scalar, from, after+1)
	n.Quoted, n.Text = true, text[from+1:after]
	if escaped {
		n.Text, ok = unescaped(n.Text)
		return n, after + 1, ok
	}
	return n, after + 1, true
}

// unescaped returns what stands for a text between double quotes. It is false for
// the escapes that are rare.
func unescaped(text string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch text[i] {
		case '\\', '"':
			b.WriteByte(text[i])
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		default:
			return "", false
		}
	}
	return b.String(), true
}

// flow reads a map or list in braces or brackets that ends on its line.
func (r *plainReader) flow(from, depth int) (n *Node, after int, ok bool) {
	if depth > plainDepth {
		return nil, 0, false
	}
	text, closing := r.file.text, byte(']')
	n = r.node(List, from, from)
	if text[from] == '{' {
		n.Kind, closing = Map, '}'
	}
	fields, items := len(r.fieldsOpen), len(r.itemsOpen)
	at := r.skipBlanks(from + 1)
	for at < r.end && text[at] != closing {
		if n.Kind == Map {
			at, ok = r.flowField(fields, at, depth)
		} else {
			var item *Node
			if item, at, ok = r.flowValue(at, depth); ok {
				r.itemsOpen = append(r.itemsOpen, item)
			}
		}
		if at = r.skipBlanks(at); !ok || at >= r.end {
			return nil, 0, false
		}
		if text[at] == ',' {
			at = r.skipBlanks(at + 1)
		} else if text[at] != closing {
			return nil, 0, false
		}
	}
	if at >= r.end {
		return nil, 0, false
	}
	r.keepFields(n, fields)
	r.keepItems(n, items)
	return n, at + 1, true
}

// flowField reads one field of a map in braces whose open fields are those from the
// first-th on.
func (r *plainReader) flowField(first, from, depth int) (after int, ok bool) {
	key, after, ok := r.key(from, r.end)
	if !ok || after >= r.end || r.file.text[after] != ' ' || r.taken(first, key.Text) {
		return 0, false
	}
	if after = r.skipBlanks(after); after >= r.end {
		return 0, false
	}
	r.fieldsOpen = append(r.fieldsOpen, Field{Key: key})
	at := len(r.fieldsOpen) - 1
	value, after, ok := r.flowValue(after, depth)
	r.fieldsOpen[at].Value = value
	return after, ok
}

// flowValue reads one value within braces or brackets.
func (r *plainReader) flowValue(from, depth int) (n *Node, after int, ok bool) {
	text := r.file.text
	switch text[from] {
	case '{', '[':
		return r.flow(from, depth+1)
	case '"', '\'':
		return r.quoted(from, r.end)
	}
	if !r.begins(from) {
		return nil, 0, false
	}
	after = from
scan:
	for i := from; i < r.end; i++ {
		switch text[i] {
		case ' ':
			continue
		case ',', ']', '}':
			break scan
		case '[', '{', '#', '?':
			return nil, 0, false
		case ':':
			if i+1 == r.end || !isKeyByte(text[i+1]) {
				return nil, 0, false
			}
		}
		after = i + 1
	}
	return r.plainNode(from, after), after, true
}

// literal reads the block behind a "|", inside a map or list with the indent.
func (r *plainReader) literal(from, indent int) *Node {
	header := from + 1
	if header < r.end && (r.file.text[header] == '-' || r.file.text[header] == '+') {
		header++
	}
	if r.skipBlanks(header) < r.end {
		return r.doubtful()
	}
	n := r.node(Scalar, from, header)
	n.Quoted = true
	end := r.blockLines(n, indent)
	if end == 0 {
		return r.doubtful()
	}
	switch r.file.text[header-1] {
	case '-':
		n.Text = string(r.lines[:end-1])
	case '+':
		n.Text = string(r.lines)
	default:
		n.Text = string(r.lines[:end])
	}
	r.number-- // the line that is no longer in it is the next to read
	r.next()
	if r.indent > indent {
		return r.doubtful()
	}
	return n
}

// blockLines collects the lines of a literal block, and returns how long they are
// without the empty ones at the end; 0 if there are no others.
func (r *plainReader) blockLines(n *Node, indent int) (end int) {
	inner := 0
	r.lines = r.lines[:0]
	for r.number++; r.number <= r.last; r.number++ {
		line := r.file.Line(r.number)
		blanks := len(line) - len(strings.TrimLeft(line, " "))
		empty := blanks == len(line)
		switch {
		case inner == 0 && (empty || blanks <= indent || line[blanks] == '\t'):
			return 0 // how far it is indented is a question for the parser
		case inner == 0:
			inner = blanks
		case blanks < inner && !empty:
			return end
		}
		r.lines = append(append(r.lines, line[min(blanks, inner):]...), '\n')
		if !empty {
			n.last = r.number
		}
		if len(line) > inner {
			end = len(r.lines)
		}
	}
	return end
}
