package source

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// maxAliased is how many nodes the aliases of one document may stand for.
const maxAliased = 100_000

// builder makes the tree of one document out of the parser's.
type builder struct {
	*parsing
	shift   int               // lines of the file before the document
	restore *strings.Replacer // undoes withoutForeignBreaks
	budget  int               // nodes that aliases may still add
	tooDeep bool              // said so already
	flow    int               // braces and brackets around what is read
	built   map[*yaml.Node]*Node
	open    map[*yaml.Node]bool // anchored, and not built to the end
}

// node returns the tree of y. Where y is no good it reports that and returns
// a null, so that the rest is checked as well.
func (b *builder) node(y *yaml.Node, depth int) *Node {
	if depth > maxDepth {
		return b.deep(y)
	}
	first := b.loc.at(y.Line+b.shift, y.Column)
	if b.flow > 0 && first > 0 && b.file.text[first-1] == '?' {
		// To the parser that is a complex key, to YAML a part of a text.
		b.report(diag.CodeSyntax, b.loc.pos(first-1, 1), "an unquoted text in brackets or braces cannot start with ?", "put it in quotes")
	}
	if y.Kind == yaml.AliasNode {
		return b.alias(y, depth)
	}
	if y.Anchor != "" {
		b.open[y] = true
		defer delete(b.open, y)
	}
	var n *Node
	at := b.loc.pos(first, 1)
	start, nonSpecific := b.start(y, first)
	if y.Style&yaml.FlowStyle != 0 {
		b.flow++
		defer func() { b.flow-- }()
	}
	switch y.Kind {
	case yaml.MappingNode:
		n = b.mapping(y, start, depth)
	case yaml.SequenceNode:
		n = &Node{Kind: List, Pos: b.loc.pos(start, 1)}
		for _, item := range y.Content {
			n.Items = append(n.Items, b.node(item, depth+1))
		}
	default:
		n = b.scalar(y, start, nonSpecific)
	}
	b.checkTag(y, n, at)
	if y.Anchor != "" {
		b.built[y] = n
	}
	return n
}

// deep reports, once, that the document is nested too deeply.
func (b *builder) deep(y *yaml.Node) *Node {
	at := b.loc.pos(b.loc.at(y.Line+b.shift, y.Column), 1)
	if !b.tooDeep {
		b.tooDeep = true
		b.report(diag.CodeLimit, at, fmt.Sprintf("maps and lists are nested more than %d deep", maxDepth), "")
	}
	return &Node{Pos: at}
}

// start returns where the value of y begins, behind the anchor and tag that
// stand first, and whether that is the lone "!" which makes a string of a scalar.
func (b *builder) start(y *yaml.Node, first int) (offset int, nonSpecific bool) {
	text := b.file.text
	offset = first
	for offset < len(text) && (text[offset] == '&' || text[offset] == '!') {
		end := endOfProperty(text, offset)
		if text[offset] == '&' {
			b.checkAnchor(end)
		}
		nonSpecific = nonSpecific || text[offset:end] == "!"
		offset = skipBlank(text, end)
	}
	if y.Kind == yaml.ScalarNode && y.Value == "" && y.Style&quotedStyles == 0 {
		return first, nonSpecific // what comes behind them is another value
	}
	return offset, nonSpecific
}

// checkAnchor reports a name of an anchor that does not end where the parser ends it.
func (b *builder) checkAnchor(end int) {
	if text := b.file.text; end < len(text) && strings.IndexByte(" \t\r\n,[]{}", text[end]) < 0 {
		b.report(diag.CodeSyntax, b.loc.pos(end, 1), "an anchor name can only have letters, digits, - and _", "remove this character; a value that starts with & needs quotes")
	}
}

// endOfProperty returns the offset behind the anchor or tag at an offset.
func endOfProperty(text string, offset int) int {
	if text[offset] == '&' {
		name := strings.TrimLeft(text[offset+1:], anchorCharacters)
		return len(text) - len(name)
	}
	if strings.HasPrefix(text[offset:], "!<") {
		return until(text, offset, " \t\r\n")
	}
	return until(text, offset, " \t\r\n,[]{}")
}

const anchorCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-"

// until returns the offset of the first of the stop characters from offset
// on, or the end of the text.
func until(text string, offset int, stop string) int {
	if i := strings.IndexAny(text[offset:], stop); i >= 0 {
		return offset + i
	}
	return len(text)
}

// skipBlank returns the offset of what follows blanks, line breaks and comments.
func skipBlank(text string, offset int) int {
	for offset < len(text) {
		switch text[offset] {
		case ' ', '\t', '\r', '\n':
			offset++
		case '#':
			offset = until(text, offset, "\r\n")
		default:
			return offset
		}
	}
	return offset
}

const (
	quoteStyles  = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle
	blockStyles  = yaml.LiteralStyle | yaml.FoldedStyle
	quotedStyles = quoteStyles | blockStyles
)

// scalar returns the node of a scalar: a null, or the characters of it.
func (b *builder) scalar(y *yaml.Node, start int, nonSpecific bool) *Node {
	tag := ""
	if y.Style&yaml.TaggedStyle != 0 {
		tag = y.ShortTag()
	}
	n := &Node{Kind: Scalar, Text: b.restore.Replace(y.Value), Quoted: y.Style&quotedStyles != 0}
	switch {
	case tag == "!!str" || nonSpecific:
		n.Quoted = true
	case tag == "!!int", tag == "!!bool", tag == "!!float":
		n.Quoted = false
	case tag == "!!null", !n.Quoted && isNull(n.Text):
		n.Kind, n.Text, n.Quoted = Null, "", false
	}
	end := b.end(y, start)
	n.Pos = b.loc.between(start, end)
	if b.flow > 0 && y.Style&quotedStyles == 0 && strings.HasSuffix(y.Value, ":") {
		// Before a comma or bracket the colon ends a key in YAML, and a text to the parser.
		b.report(diag.CodeSyntax, b.loc.pos(end-1, 1), "a space is missing after this colon", "write a space after it, or put the text in quotes if the colon is part of it")
	}
	if y.Style&blockStyles != 0 {
		n.last = b.lastOfBlock(y, n.Pos.Line)
	} else if end > b.file.lineEnd(n.Pos.Line) {
		// Not through the locator, which would have to come back from there.
		n.last = n.Pos.Line + lineBreaks(b.file.text[start:end])
	}
	b.checkFinite(n)
	return n
}

// isNull reports whether a plain scalar is a null.
func isNull(text string) bool {
	return slices.Contains([]string{"", "~", "null", "Null", "NULL"}, text)
}

// lineBreaks counts the line breaks in a text.
func lineBreaks(text string) int {
	return strings.Count(text, "\n") + strings.Count(text, "\r") - strings.Count(text, "\r\n")
}

// end returns the offset behind a scalar; for a block, behind its header.
func (b *builder) end(y *yaml.Node, start int) int {
	text := b.file.text
	switch {
	case y.Style&yaml.SingleQuotedStyle != 0:
		for i := start + 1; i < len(text); i++ {
			if text[i] == '\'' && strings.HasPrefix(text[i+1:], "'") {
				i++
			} else if text[i] == '\'' {
				return i + 1
			}
		}
		return len(text)
	case y.Style&yaml.DoubleQuotedStyle != 0:
		for i := start + 1; i < len(text); i++ {
			if text[i] == '\\' {
				i++
			} else if text[i] == '"' {
				return i + 1
			}
		}
		return len(text)
	case y.Style&blockStyles != 0:
		return until(text, start, " \t\r\n")
	}
	// A plain scalar has no escapes: its words stand in the text as they are.
	end := start
	for word := range strings.FieldsFuncSeq(b.restore.Replace(y.Value), isBlank) {
		next := end
		for next < len(text) && isBlank(rune(text[next])) {
			next++
		}
		if !strings.HasPrefix(text[next:], word) {
			break
		}
		end = next + len(word)
	}
	return end
}

// isBlank reports whether YAML takes r for white space. The blanks of other
// scripts are ordinary characters to it.
func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// lastOfBlock returns the last line of a block scalar whose header stands in
// the line given.
func (b *builder) lastOfBlock(y *yaml.Node, header int) int {
	if strings.Trim(y.Value, "\n") == "" {
		return header + strings.Count(y.Value, "\n")
	}
	indent, last := -1, header
	for line := header + 1; line <= len(b.file.starts); line++ {
		text := b.file.Line(line)
		rest := strings.TrimLeft(text, " ")
		if rest == "" {
			continue
		}
		if indent < 0 {
			indent = len(text) - len(rest)
		}
		if len(text)-len(rest) < indent || isMarker(text, "---") || isMarker(text, "...") {
			break
		}
		last = line
	}
	return last
}

// checkTag reports a tag that jobgen does not know, or that does not fit.
func (b *builder) checkTag(y *yaml.Node, n *Node, at Pos) {
	if y.Style&yaml.TaggedStyle == 0 {
		return
	}
	fits, known := map[string]yaml.Kind{
		"!!str": yaml.ScalarNode, "!!int": yaml.ScalarNode, "!!bool": yaml.ScalarNode, "!!float": yaml.ScalarNode,
		"!!null": yaml.ScalarNode, "!!map": yaml.MappingNode, "!!seq": yaml.SequenceNode,
	}[y.ShortTag()]
	tag := y.ShortTag()
	at.Width = utf8.RuneCountInString(tag)
	switch {
	case tag == "!!binary":
		b.report(diag.CodeYAMLTag, at, "jobgen does not read the YAML tag !!binary",
			"put the bytes into a file and name that, as in {file: PATH}")
	case !known:
		// The tag is not named: an unquoted password may look like one.
		b.report(diag.CodeYAMLTag, at, "jobgen does not know this YAML tag",
			"a text that starts with ! needs quotes; tags of other tools have no meaning here")
	case fits != y.Kind:
		b.report(diag.CodeYAMLTag, at, "the tag "+tag+" does not fit this value", "leave the tag out")
	default:
		b.checkTagged(y, at)
		return
	}
	// What such a value is nobody knows, so nobody should check it further.
	*n = Node{Pos: n.Pos}
}

// visible drops control characters, for text that is quoted in a message.
func visible(r rune) rune {
	if strconv.IsPrint(r) {
		return r
	}
	return -1
}

// alias returns a copy of what an alias stands for.
func (b *builder) alias(y *yaml.Node, depth int) *Node {
	at := b.loc.pos(b.loc.at(y.Line+b.shift, y.Column), 1+utf8.RuneCountInString(y.Value))
	name := strings.Map(visible, b.restore.Replace(y.Value))
	target := b.built[y.Alias]
	if b.open[y.Alias] || target == nil {
		b.report(diag.CodeYAMLTag, at, "the alias *"+name+" stands within the value that it is an alias of", "")
		return &Node{Pos: at}
	}
	spent := b.budget <= 0
	n := b.copy(target, depth)
	if b.budget <= 0 && !spent {
		b.report(diag.CodeLimit, at, fmt.Sprintf("the alias *%s expands to too much: all aliases of a document together may stand for %d values", name, maxAliased), "")
	}
	return n
}

// copy returns a copy of a tree, cut off where the budget ends.
func (b *builder) copy(n *Node, depth int) *Node {
	b.budget--
	if b.budget <= 0 || depth > maxDepth {
		if depth > maxDepth && !b.tooDeep {
			b.tooDeep = true
			b.report(diag.CodeLimit, n.Pos, fmt.Sprintf("maps and lists are nested more than %d deep, through aliases", maxDepth), "")
		}
		return &Node{Pos: n.Pos}
	}
	twin := *n
	twin.Fields, twin.Items = nil, nil
	for _, f := range n.Fields {
		key := *f.Key
		b.budget--
		twin.Fields = append(twin.Fields, Field{Key: &key, Value: b.copy(f.Value, depth+1)})
	}
	for _, item := range n.Items {
		twin.Items = append(twin.Items, b.copy(item, depth+1))
	}
	twin.indexed()
	return &twin
}

// entry is what one pair of a mapping adds to a map: one field of its own, or
// those that a merge key brings in.
type entry struct {
	own    Field
	merged []Field
}

// mapping returns the node of a map, with merge keys resolved and only the
// first of several equal keys.
func (b *builder) mapping(y *yaml.Node, start, depth int) *Node {
	n := &Node{Kind: Map, Pos: b.loc.pos(start, 1)}
	var entries []entry
	own := map[string]*Node{}
	var mergeKey *Node
	unread := false // a key or a merged value was reported
	for i := 0; i+1 < len(y.Content); i += 2 {
		if isMerge(y.Content[i]) {
			key := b.node(y.Content[i], depth+1)
			fields, ok := b.mergeValue(y.Content[i+1], depth)
			unread = unread || !ok
			if mergeKey != nil {
				b.duplicate(key, mergeKey, "write one <<, with a list: <<: [*one, *two]")
				continue
			}
			mergeKey = key
			entries = append(entries, entry{merged: fields})
			continue
		}
		key := b.key(y.Content[i], depth+1)
		value := b.node(y.Content[i+1], depth+1)
		if key == nil {
			unread = true
			continue
		}
		if first := own[key.Text]; first != nil {
			b.duplicate(key, first, "keep one of the two")
			continue
		}
		own[key.Text] = key
		entries = append(entries, entry{own: Field{key, value}})
	}
	if mergeKey != nil {
		b.checkMergeOrder(entries)
	}
	n.Fields = fieldsOf(entries, own)
	n.indexed()
	if len(n.Fields) == 0 && unread {
		n.Kind = Faulty // nobody knows what would be in it
	}
	if y.Style&yaml.FlowStyle == 0 && len(entries) > 0 && entries[0].own.Key != nil && entries[0].own.Key.Pos.Line == n.Pos.Line {
		n.Pos.Width = entries[0].own.Key.Pos.Width
	}
	return n
}

// fieldsOf returns the fields of a map in the order of writing. A key of the
// map's own wins over a merged one, the earlier merged one over the later.
func fieldsOf(entries []entry, own map[string]*Node) []Field {
	var fields []Field
	taken := map[string]bool{}
	for _, e := range entries {
		if e.own.Key != nil {
			fields = append(fields, e.own)
		}
		for _, f := range e.merged {
			if own[f.Key.Text] == nil && !taken[f.Key.Text] {
				taken[f.Key.Text] = true
				fields = append(fields, f)
			}
		}
	}
	return fields
}

// isMerge reports whether a key is the plain <<.
func isMerge(y *yaml.Node) bool {
	return y.Kind == yaml.ScalarNode && y.Value == "<<" && y.Style == 0
}

// key returns the node of a key, a scalar, or nil after reporting why not.
func (b *builder) key(y *yaml.Node, depth int) *Node {
	before, differences := len(b.diags), len(b.kubectl.found)
	n := b.node(y, depth)
	if isNotFinite(n.Text) { // only a value has to be something in JSON
		b.kubectl.found = b.kubectl.found[:differences]
	}
	switch {
	case len(b.diags) > before, n.Kind == Faulty:
		return nil
	case n.Kind == Map || n.Kind == List:
		hint := "to have a text of it, put it in quotes"
		if y.Kind == yaml.MappingNode && y.Style&yaml.FlowStyle != 0 {
			hint = templateHint
		}
		b.report(diag.CodeSyntax, n.Pos, "a key must be a text, not a map or a list", hint)
		return nil
	case n.Kind == Null && y.Kind == yaml.AliasNode:
		b.report(diag.CodeSyntax, n.Pos, "a key must be a text, and this alias is null", "")
		return nil
	case n.Kind == Null && y.Value == "":
		b.report(diag.CodeSyntax, n.Pos, "there is no key before this colon", "")
		return nil
	case n.Kind == Null:
		// A key is a name, whatever it looks like.
		n.Kind, n.Text = Scalar, b.restore.Replace(y.Value)
		b.checkNullKey(n)
	}
	return n
}

// mergeValue returns the fields that a merge key brings in; ok is false if some of
// them could not be read, which was reported.
func (b *builder) mergeValue(y *yaml.Node, depth int) (fields []Field, ok bool) {
	before := len(b.diags)
	n := b.node(y, depth+1)
	maps := []*Node{n}
	if n.Kind == List {
		maps = n.Items
		b.checkMergeAlias(y, b.loc.pos(b.loc.at(y.Line+b.shift, y.Column), 1))
	}
	for _, m := range maps {
		if m.Kind != Map && len(b.diags) == before && b.budget > 0 {
			b.report(diag.CodeYAMLTag, m.Pos, "the merge key << takes a map, or a list of maps", `to have a field of that name, write it as "<<"`)
		}
		if m.Kind != Map {
			return fields, false
		}
		fields = append(fields, m.Fields...)
	}
	return fields, true
}

// duplicate reports a key that stands in the same map as an equal one.
func (b *builder) duplicate(second, first *Node, hint string) {
	d := b.report(diag.CodeDuplicate, second.Pos, fmt.Sprintf("the key %q stands in this map twice", second.Text), hint)
	d.Related = []diag.Related{{Place: b.file.Place(first.Pos), Message: "it stands here first"}}
}
