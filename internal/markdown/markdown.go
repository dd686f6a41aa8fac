// Package markdown reads the pages of the repository as the code host shows them: what
// can be linked to on each, and where its links lead.
package markdown

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// Page is one file of Markdown.
type Page struct {
	Path     string // slash-separated, from the root of the repository
	Title    string // its first heading
	Source   []byte
	Doc      *ast.Document // each heading has its anchor as the attribute id
	Anchors  []string      // of headings and of <a id="…">, in the order of the page
	Links    []Link
	Headings []Heading
}

// Heading is a heading of a page.
type Heading struct {
	Level        int
	Text, Anchor string
}

// Link is a link of a page.
type Link struct {
	To   string // as written
	Line int
}

// New returns what reads and renders the pages: Markdown as the code host has it.
func New(options ...goldmark.Option) goldmark.Markdown {
	return goldmark.New(append([]goldmark.Option{goldmark.WithExtensions(extension.GFM)}, options...)...)
}

// All reads the pages below the root of the repository: those that stand there, and
// docs.
func All(root string) ([]*Page, error) {
	var pages []*Page
	add := func(name string) error {
		source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err == nil {
			pages = append(pages, Read(name, source))
		}
		return err
	}
	top, err := fs.Glob(os.DirFS(root), "*.md")
	if err != nil {
		return nil, fmt.Errorf("looking for pages: %w", err)
	}
	for _, name := range top {
		if err := add(name); err != nil {
			return nil, fmt.Errorf("reading a page: %w", err)
		}
	}
	err = fs.WalkDir(os.DirFS(root), "docs", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".md" {
			return err
		}
		return add(name)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the pages of docs: %w", err)
	}
	return pages, nil
}

// Read reads a page from its text.
func Read(name string, source []byte) *Page {
	p := &Page{Path: name, Source: source, Doc: New().Parser().Parse(text.NewReader(source)).(*ast.Document)}
	used := map[string]int{}
	_ = ast.Walk(p.Doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			p.visit(n, used)
		}
		return ast.WalkContinue, nil // no error comes back
	})
	return p
}

// visit notes what a node is for links.
func (p *Page) visit(n ast.Node, used map[string]int) {
	switch n := n.(type) {
	case *ast.Heading:
		h := Heading{Level: n.Level, Text: p.Text(n)}
		h.Anchor = slug(h.Text)
		if used[h.Anchor]++; used[h.Anchor] > 1 {
			h.Anchor = fmt.Sprintf("%s-%d", h.Anchor, used[h.Anchor]-1)
		}
		n.SetAttributeString("id", []byte(h.Anchor))
		p.Headings = append(p.Headings, h)
		p.Anchors = append(p.Anchors, h.Anchor)
		if p.Title == "" {
			p.Title = h.Text
		}
	case *ast.RawHTML:
		if id := p.id(n); id != "" {
			p.Anchors = append(p.Anchors, id)
		}
	case *ast.Link:
		p.Links = append(p.Links, Link{To: string(n.Destination), Line: p.line(n)})
	case *ast.Image:
		p.Links = append(p.Links, Link{To: string(n.Destination), Line: p.line(n)})
	}
}

// Anchor returns the anchor <a id="…"> that a paragraph begins with, "" for none.
func (p *Page) Anchor(paragraph ast.Node) string {
	if first, ok := paragraph.FirstChild().(*ast.RawHTML); ok {
		return p.id(first)
	}
	return ""
}

// id returns the anchor that a tag sets, "" for none.
func (p *Page) id(n *ast.RawHTML) string {
	if m := anchor.FindSubmatch(n.Segments.Value(p.Source)); m != nil {
		return string(m[1])
	}
	return ""
}

var anchor = regexp.MustCompile(`^<a id="([^"]+)">`)

// Text returns what a reader sees of a node's text, on one line.
func (p *Page) Text(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(p.Source))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		}
		return ast.WalkContinue, nil // no error comes back
	})
	return b.String()
}

// line returns the line that a node within a paragraph begins on.
func (p *Page) line(n ast.Node) int {
	line := 0
	_ = ast.Walk(n, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && line == 0 {
			line = 1 + bytes.Count(p.Source[:t.Segment.Start], []byte("\n"))
		}
		return ast.WalkContinue, nil // no error comes back
	})
	return line
}

// slug is what the code host makes of a heading.
func slug(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}
