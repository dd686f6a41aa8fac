package main

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/yuin/goldmark/ast"
	tables "github.com/yuin/goldmark/extension/ast"

	"github.com/jobgen-dev/jobgen/internal/markdown"
)

// place is what the search finds: a part of a page, or a field of the reference.
type place struct {
	Page  string `json:"p"`
	Title string `json:"t"`
	URL   string `json:"u"`
	Text  string `json:"x"`
}

// index returns the places as JSON, in a script: a page that is opened as a file may
// load no other.
func (s *site) index() ([]byte, error) {
	places := []place{}
	for _, p := range s.pages {
		if p.Path != "docs/README.md" { // it only names the others
			places = append(places, s.places(p)...)
		}
	}
	var out bytes.Buffer
	out.WriteString("window.searchIndex = ")
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(places); err != nil {
		return nil, err
	}
	return append(bytes.TrimSuffix(out.Bytes(), []byte("\n")), ";\n"...), nil
}

// places divides a page at its headings, and at the fields that have anchors.
func (s *site) places(p *markdown.Page) []place {
	url := s.urls[p.Path]
	places := []place{{Page: p.Title, Title: p.Title, URL: url}}
	_ = ast.Walk(p.Doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		last := &places[len(places)-1]
		switch n := n.(type) {
		case *ast.Heading:
			title := p.Text(n)
			if title != p.Title {
				id, _ := n.AttributeString("id")
				places = append(places, place{Page: p.Title, Title: title, URL: url + "#" + string(id.([]byte))})
			}
			return ast.WalkSkipChildren, nil
		case *ast.Paragraph, *ast.TextBlock, *tables.TableCell:
			if id := p.Anchor(n); id != "" {
				places = append(places, place{Page: p.Title, Title: id, URL: url + "#" + id})
				last = &places[len(places)-1]
			}
			last.Text = strings.TrimSpace(last.Text + " " + p.Text(n))
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil // no error comes back
	})
	return places
}
