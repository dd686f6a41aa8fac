package main

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/jobgen-dev/jobgen/internal/markdown"
)

// group is a heading of the navigation and the pages below it.
type group struct {
	Title   string
	Entries []entry
}

// entry is a page in the navigation.
type entry struct {
	Title, URL string
}

// groups reads the navigation from the page that lists the pages: each heading and the
// first link of each item below it.
func (s *site) groups() []group {
	var groups []group
	for _, p := range s.pages {
		if p.Path != "docs/README.md" {
			continue
		}
		for n := p.Doc.FirstChild(); n != nil; n = n.NextSibling() {
			switch n := n.(type) {
			case *ast.Heading:
				if n.Level == 2 {
					groups = append(groups, group{Title: p.Text(n)})
				}
			case *ast.List:
				if len(groups) > 0 {
					last := &groups[len(groups)-1]
					last.Entries = append(last.Entries, s.entries(p, n)...)
				}
			}
		}
	}
	return groups
}

// entries are the pages that a list names.
func (s *site) entries(p *markdown.Page, list ast.Node) []entry {
	var entries []entry
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		if link, ok := item.FirstChild().FirstChild().(*ast.Link); ok {
			entries = append(entries, entry{p.Text(link), s.link(p, string(link.Destination))})
		}
	}
	return entries
}

// current is the entry that a page belongs to: its own, or that of its folder.
func (s *site) current(p *markdown.Page) string {
	url := s.urls[p.Path]
	if folder, _, ok := strings.Cut(url, "/"); ok {
		return folder + "/index.html"
	}
	return url
}
