package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	kubectl "sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// This file finds what jobgen reads and kubectl does not, or reads as something else.
// Specs may have it, but a manifest is for kubectl: TestKubectl compares the two.

// differences are what kubectl reads differently of one document, or of none.
type differences struct {
	found diag.List
	text  string // of the document
}

// differs notes a difference of the document that is being read.
func (p *parsing) differs(at Pos, message, hint string) {
	if len(p.kubectl.found) < maxFound {
		p.kubectl.found = append(p.kubectl.found, diag.Diagnostic{Code: diag.CodeSyntax, Place: p.file.Place(at), Message: message, Hint: hint})
	}
}

// isManifest reports whether a document is an object of Kubernetes, as far as its
// header says.
func isManifest(root *Node) bool {
	version, kind := root.Get("apiVersion"), root.Get("kind")
	return version != nil && kind != nil && !isSpec(root)
}

// isSpec reports whether a document is one of jobgen's own.
func isSpec(root *Node) bool {
	version := root.Get("apiVersion")
	return version != nil && strings.HasPrefix(version.Text, "jobgen.dev/")
}

// Differences returns what kubectl cannot read in the file, or reads as something
// else, if there are manifests in it. They are errors only for whoever gives the file
// to kubectl.
func (f *File) Differences() diag.List { return f.differences }

// EncodingDifferences returns the same of the file's encoding.
func (f *File) EncodingDifferences() diag.List { return f.encoding }

// keepDifferences puts into the file what Differences and EncodingDifferences return.
func (p *parsing) keepDifferences(raw []byte) {
	if !p.hasManifests() {
		return
	}
	twin := &parsing{file: p.file, loc: p.loc}
	if p.lonelyEnd > 0 {
		twin.report(diag.CodeSyntax, Pos{p.lonelyEnd, 1, 3}, "kubectl cannot read a file with ... where no document ends", "remove the line")
	}
	for _, one := range p.differing {
		before := len(twin.diags)
		twin.diags = append(twin.diags, one.found...)
		twin.hideSecrets(before, one.text)
	}
	twin.diags.Sort()
	p.file.differences = twin.diags
	p.file.encoding = p.encodingDifferences(raw)
}

// hasManifests reports whether one of the documents is an object of Kubernetes.
func (p *parsing) hasManifests() bool {
	return slices.ContainsFunc(p.docs, func(doc Document) bool { return isManifest(doc.Root) })
}

// checkSeparators notes what kubectl, which cuts a file apart before it reads YAML,
// makes of the lines around a document.
func (p *parsing) checkSeparators(c chunk) {
	switch {
	case c.directive > 0 && !c.behindEnd:
		p.differs(Pos{c.directive, 1, 1}, "kubectl cannot read YAML directives", "remove the line that starts with %")
	case c.behindEnd && c.marker == 0:
		p.differs(Pos{c.line, 1, 1}, "kubectl ignores everything between ... and the next ---", "start the document with a --- line")
	case c.marker > 0:
		start, line := p.offsetOfLine(c.marker), p.file.Line(c.marker)
		if rest := strings.TrimSpace(line[len("---"):]); rest != "" && rest[0] != '#' {
			p.differs(p.loc.pos(start+strings.Index(line, rest), 1), "kubectl cannot read a document that starts on the same line as ---", "start it on the next line")
		}
		if isLoneCR(p.file.text, start-1) || isLoneCR(p.file.text, start+len(line)) {
			p.differs(Pos{c.marker, 1, 3}, "kubectl does not recognize this ---, because the lines of this file end with a lone carriage return", "end the lines with a line feed")
		}
	}
	if at := strings.Index(c.text, "\r\r\n"); at >= 0 {
		p.differs(p.loc.pos(p.offsetOfLine(c.line)+at, 1), "kubectl reads these two carriage returns and a line feed as one line break", "remove the carriage returns")
	}
	for at := dashes(c.text, 0); at >= 0; at = dashes(c.text, at+1) {
		if line := c.text[at:]; !isMarker(line[:until(line, 0, "\r\n")], "---") {
			p.differs(p.loc.pos(p.offsetOfLine(c.line)+at, 3), "kubectl treats a line that starts with --- as the end of the document", "indent the line, or write the text differently")
		}
	}
}

// dashes returns where the next line that begins with --- does, from an offset on, or -1.
func dashes(text string, from int) int {
	if from == 0 && strings.HasPrefix(text, "---") {
		return 0
	}
	if at := strings.Index(text[from:], "\n---"); at >= 0 {
		return from + at + 1
	}
	return -1
}

// isLoneCR reports whether a carriage return without a line feed is at an offset.
func isLoneCR(text string, at int) bool {
	return at >= 0 && at < len(text) && text[at] == '\r' && (at+1 == len(text) || text[at+1] != '\n')
}

// encodingDifferences returns what kubectl, which reads UTF-8 only, makes of the bytes.
func (p *parsing) encodingDifferences(raw []byte) diag.List {
	twin := &parsing{file: p.file, loc: p.loc}
	mark := max(bytes.LastIndex(raw, []byte("\n\ufeff")), bytes.LastIndex(raw, []byte("\r\ufeff")))
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		twin.report(diag.CodeSyntax, Pos{}, "kubectl cannot read UTF-16", "save the file as UTF-8")
	case mark >= 0:
		line := min(2+lineBreaks(string(raw[:mark])), len(p.file.starts))
		twin.report(diag.CodeSyntax, Pos{line, 1, 1}, "kubectl cannot read a byte order mark inside a file, and this line starts with one", "save the file without byte order marks")
	}
	return twin.diags
}

// checkFinite notes a number that YAML has and JSON does not.
func (p *parsing) checkFinite(n *Node) {
	if !n.Quoted && isNotFinite(n.Text) {
		p.differs(n.Pos, "kubectl cannot read this number, which JSON does not have", fmt.Sprintf("if it is a text, write %q", n.Text))
	}
}

// isNotFinite reports whether a scalar without quotes is infinite, or not a number.
func isNotFinite(text string) bool {
	if text == "" || text[0] != '.' && text[0] != '-' && text[0] != '+' {
		return false
	}
	unsigned := strings.TrimPrefix(strings.TrimPrefix(text, "-"), "+")
	return len(unsigned) >= len(text)-1 && slices.Contains([]string{".inf", ".Inf", ".INF"}, unsigned) ||
		slices.Contains([]string{".nan", ".NaN", ".NAN"}, text)
}

// checkRange notes a number of JSON that no variable of kubectl can hold.
func (p *parsing) checkRange(n *Node, number json.Number) {
	if _, err := number.Float64(); err != nil {
		p.differs(n.Pos, "kubectl cannot read a number of this size", "if it is a text, put it in quotes")
	}
}

// checkNullKey notes a key that is a null to kubectl.
func (p *parsing) checkNullKey(key *Node) {
	if !key.Quoted && isNull(key.Text) {
		p.differs(key.Pos, "kubectl cannot read a map with null as a key", fmt.Sprintf("if it is a text, write %q", key.Text))
	}
}

// checkMergeOrder notes the keys that kubectl lets a merge key behind them override.
func (p *parsing) checkMergeOrder(entries []entry) {
	before := map[string]*Node{}
	for _, e := range entries {
		if e.own.Key != nil {
			before[e.own.Key.Text] = e.own.Key
		}
		for _, f := range e.merged {
			if own := before[f.Key.Text]; own != nil {
				p.differs(own.Pos, "kubectl lets the merge key << below override this key", "write << before the other keys of the map")
			}
		}
	}
}

// checkMergeAlias notes a merge of a list that an alias stands for.
func (p *parsing) checkMergeAlias(y *yaml.Node, at Pos) {
	if y.Kind == yaml.AliasNode && y.Alias.Kind == yaml.SequenceNode {
		p.differs(at, "kubectl cannot merge a list through an alias", "write the list here, with an alias for each map")
	}
}

// checkTagged notes a scalar that kubectl does not read with its tag.
func (p *parsing) checkTagged(y *yaml.Node, at Pos) {
	switch tag := y.ShortTag(); tag {
	case "!!int", "!!float", "!!bool", "!!null":
		if _, err := kubectl.YAMLToJSON([]byte(tag + " " + strconv.QuoteToASCII(y.Value))); err != nil && (tag == "!!null" || !isNotFinite(y.Value)) {
			p.differs(at, "kubectl cannot read this value with the tag "+tag, "remove the tag")
		}
	}
}

// checkBreaks notes characters that kubectl takes for line breaks, if that makes a
// difference. The tree is the document's without them.
func (p *parsing) checkBreaks(c chunk, tree *yaml.Node, restore *strings.Replacer) {
	at := strings.IndexAny(c.text, "\u0085\u2028\u2029")
	if at < 0 {
		return
	}
	var with yaml.Node
	if err := yaml.Unmarshal([]byte(c.text+"\n"), &with); err == nil && sameTree(tree, &with, restore) {
		return
	}
	r, _ := utf8.DecodeRuneInString(c.text[at:])
	p.differs(p.loc.pos(p.offsetOfLine(c.line)+at, 1), fmt.Sprintf("kubectl treats the character U+%04X as a line break", r), fmt.Sprintf(`write it in double quotes as "\u%04x"`, r))
}

// tabbedComment is a comment with a tab before it, which two versions of the parser
// do not take in the same places.
var tabbedComment = lazyregexp.New(`(?m)^[ ]*\t[ \t]*#`)

// checkTabs notes a comment that kubectl does not read for the tab before it.
func (p *parsing) checkTabs(c chunk) {
	if !strings.Contains(c.text, "\t") {
		return
	}
	found := tabbedComment.FindStringSubmatch(c.text)
	if found == nil {
		return
	}
	if _, err := kubectl.YAMLToJSON([]byte(c.text)); err != nil {
		at := p.offsetOfLine(c.line) + strings.Index(c.text, found[0]) + len(found[0]) - 1
		p.differs(p.loc.pos(at, 1), "kubectl cannot read this file because of the tab before this comment", "indent it with spaces")
	}
}

// sameTree reports whether two trees have the same values, those of the first restored.
func sameTree(one, other *yaml.Node, restore *strings.Replacer) bool {
	if one.Kind != other.Kind || one.ShortTag() != other.ShortTag() || restore.Replace(one.Value) != other.Value || len(one.Content) != len(other.Content) {
		return false
	}
	for i := range one.Content {
		if !sameTree(one.Content[i], other.Content[i], restore) {
			return false
		}
	}
	return true
}
