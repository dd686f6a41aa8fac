package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/diag"
)

const (
	// MaxBytes is how large one input may be.
	MaxBytes = 16 << 20

	maxDepth = 200  // of maps and lists within each other
	maxFound = 1000 // faults that are reported of one input
)

// Read reads one input. What is wrong with its text is in the diagnostics;
// the error is for what cannot be read at all. The documents are those that
// did parse. For a file that the user did not name, and that is a template or
// something else that was never meant for jobgen, all that is wrong with it is one note
// that it is skipped.
// Only the input "-" reads stdin.
func Read(in Input, stdin io.Reader) (*File, []Document, diag.List, error) {
	text, err := readAll(in, stdin)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("reading %s: %w", in.Name, err)
	}
	if in.Disk.noting() && secretManifest.Match(text) {
		in.Disk.Unnoted()
	}
	file, docs, diags := parse(in, text)
	return file, docs, diags, nil
}

// secretManifest finds what a Secret manifest has, and no spec.
var secretManifest = lazyregexp.New(`\bstringData["']?\s*:|\bkind["']?\s*:\s*["']?Secret\b`)

// ParseBytes is Read for a text that is in memory already: dir and root are
// what File says of them, name decides by its ending what language it is in.
func ParseBytes(name string, text []byte, dir, root string, named bool) (*File, []Document, diag.List) {
	return parse(Input{Name: name, Path: filepath.Join(dir, filepath.Base(name)), Dir: dir, Root: root, Named: named}, text)
}

// readAll returns the bytes of an input, and no more than one above the limit.
func readAll(in Input, stdin io.Reader) ([]byte, error) {
	if in.Text != nil {
		return in.Text, nil
	}
	if in.Path != "" {
		return in.Disk.ReadFile(in.Path)
	}
	return io.ReadAll(io.LimitReader(stdin, MaxBytes+1))
}

// parsing is the state of reading one input.
type parsing struct {
	file  *File
	loc   *locator
	docs  []Document
	diags diag.List

	kubectl   differences   // of the document that is being read
	differing []differences // of all that are not specs
	lonelyEnd int           // number of a line with ... that ends no document, or 0
}

// parse turns a text into documents, and its faults into a note if the file
// is skipped.
func parse(in Input, text []byte) (*File, []Document, diag.List) {
	decoded, encodingFault := decode(text)
	file := newFile(in, decoded)
	p := &parsing{file: file, loc: &locator{file: file}}
	switch ext := strings.ToLower(filepath.Ext(in.Name)); {
	case len(text) > MaxBytes:
		p.report(diag.CodeLimit, Pos{}, "this file is larger than 16 MiB", "")
	case encodingFault != "":
		p.report(diag.CodeSyntax, Pos{}, encodingFault, "save it as UTF-8")
	case !p.readable():
	case ext == ".json":
		p.json()
	case ext == ".cue":
		p.cue(in)
	default:
		if from := p.jsonFirst(); from > 0 {
			p.yaml(from)
		}
	}
	p.docs = eachOf(p.docs)
	p.keepDifferences(text)
	if !in.Named && p.diags.HasErrors() && !p.meantToBeRead(in.Name) {
		p.skip()
	}
	p.diags.Sort()
	for i := range p.docs {
		file.stamp(p.docs[i].Root)
	}
	return file, p.docs, p.diags
}

// eachOf returns documents with the items of a list of specs as documents of their own, as
// CUE and programs that write JSON have them.
func eachOf(docs []Document) []Document {
	var all []Document
	for _, doc := range docs {
		if doc.Root == nil || doc.Root.Kind != List || !slices.ContainsFunc(doc.Root.Items, isSpec) {
			all = append(all, doc)
			continue
		}
		for _, item := range doc.Root.Items {
			all = append(all, Document{File: doc.File, Root: item})
		}
	}
	return all
}

// decode returns the text as UTF-8 without a byte order mark, or else what is
// wrong with its encoding.
func decode(text []byte) (decoded, fault string) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(text, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(text, []byte("\xfe\xff")):
		order = binary.BigEndian
	default:
		return withoutMarks(string(text)), ""
	}
	text = text[2:]
	if len(text)%2 == 1 {
		return "", "this file starts like UTF-16, but ends within a character"
	}
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	decoded = string(utf16.Decode(units))
	if strings.ContainsRune(decoded, utf8.RuneError) {
		return "", "this file starts like UTF-16, but is not"
	}
	return withoutMarks(decoded), ""
}

// byteOrderMarks are those that begin a line: files put one after the other
// leave some before a later document.
var byteOrderMarks = lazyregexp.New(`(^|[\r\n])\x{feff}+`)

// withoutMarks returns the text without marks, which nobody sees in an editor.
func withoutMarks(text string) string {
	if !strings.Contains(text, "\ufeff") {
		return text
	}
	return byteOrderMarks.ReplaceAllString(text, "$1")
}

// readable reports whether the text is UTF-8 without NUL, and says where not.
func (p *parsing) readable() bool {
	text := p.file.text
	if utf8.ValidString(text) && !strings.Contains(text, "\x00") {
		return true
	}
	for i, r := range text {
		if r == 0 {
			p.report(diag.CodeSyntax, p.loc.pos(i, 1), "a NUL byte stands here: this is not a text file", "save it as UTF-8")
			break
		}
		if _, size := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 {
			p.report(diag.CodeSyntax, p.loc.pos(i, 1), "this byte is not UTF-8", "save the file as UTF-8")
			break
		}
	}
	// The line itself would put the same bytes on the reader's terminal.
	p.diags[0].Text = ""
	return false
}

// report adds an error at a place of the file, and returns it for more. Nobody
// reads the thousandth, and megabytes of nothing but faults would fill the memory.
func (p *parsing) report(code string, at Pos, message, hint string) *diag.Diagnostic {
	if len(p.diags) >= maxFound {
		return &diag.Diagnostic{}
	}
	place := p.file.Place(at)
	p.diags = append(p.diags, diag.Diagnostic{Code: code, Place: place, Message: message, Hint: hint})
	return &p.diags[len(p.diags)-1]
}

// What a text has that says what it is.
var (
	yamlClaim = lazyregexp.New(`(?im)^(?:\{[ \t]*)?["']?api_?version["']?[ \t]*:[ \t]*["']?\w*jobgen`)
	claim     = lazyregexp.New(`\bapiVersion["']?\s*:\s*["']?\w*jobgen`)
	objectKey = lazyregexp.New(`(?im)^\s*["']?(?:apiVersion|kind)["']?\s*:`)
	// An action of Go's or Jinja's templates outside of quotes and comments, which YAML
	// cannot read before it is filled in.
	template = lazyregexp.New(`(?m)^(?:[^"'#\n]|"[^"\n]*"|'[^'\n]*')*\{[{%]|<%`)
)

// meantToBeRead reports whether the faults of a file that nobody named are errors. A
// template is not; nor is what has no apiVersion or kind, such as the configuration of
// another tool, while its text can be parsed.
func (p *parsing) meantToBeRead(name string) bool {
	// A line break may be a lone CR, which ends no line for a regular expression.
	text := strings.ReplaceAll(p.file.text, "\r", "\n")
	switch ext := strings.ToLower(filepath.Ext(name)); {
	case ext == ".cue":
		return claim.MatchString(text)
	case ext == ".json":
		return strings.Contains(text, `"apiVersion"`) || yamlClaim.MatchString(text) || claim.MatchString(text)
	case yamlClaim.MatchString(text) || slices.ContainsFunc(p.docs, claims):
		return true
	case template.MatchString(text):
		return false
	}
	return objectKey.MatchString(text) || slices.ContainsFunc(p.diags, func(d diag.Diagnostic) bool { return d.Code == diag.CodeSyntax })
}

// hasFault reports whether a value in n could not be read.
func hasFault(n *Node) bool {
	return n != nil && (n.Kind == Faulty || slices.ContainsFunc(n.Items, hasFault) ||
		slices.ContainsFunc(n.Fields, func(f Field) bool { return hasFault(f.Value) }))
}

// claims reports whether a document says that it is a spec.
func claims(doc Document) bool {
	version := doc.Root.Get("apiVersion")
	return version != nil && strings.HasPrefix(version.Text, "jobgen.dev/")
}

// skip makes one note of all that was found, and leaves out the documents that it is in.
func (p *parsing) skip() {
	p.docs = slices.DeleteFunc(p.docs, func(doc Document) bool { return hasFault(doc.Root) })
	p.diags.Sort()
	first, why := p.diags[0], "cannot be read"
	if template.MatchString(p.file.text) {
		why = "is a template"
	}
	p.diags = diag.List{{
		Code: diag.CodeSkipped, Severity: diag.Note, Place: first.Place,
		Message: fmt.Sprintf("this file is skipped, because it %s: %s", why, first.Message),
	}}
}
