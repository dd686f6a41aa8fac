package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/jobgen-dev/jobgen/internal/markdown"
)

// codeHost is where files are shown that are no pages.
const codeHost = "https://github.com/jobgen-dev/jobgen"

//go:embed assets
var assets embed.FS

var layout = template.Must(template.ParseFS(assets, "assets/page.html"))

// site is what is built.
type site struct {
	root  string
	pages []*markdown.Page
	urls  map[string]string // of pages, by path
	nav   []group
}

// read reads the pages of a repository. A link that leads nowhere is an error.
func read(root string) (*site, error) {
	pages, err := markdown.All(root)
	if err != nil {
		return nil, err
	}
	if found := markdown.Check(root, pages); len(found) > 0 {
		return nil, errors.New(strings.Join(found, "\n"))
	}
	s := &site{root: root, pages: pages, urls: map[string]string{}}
	for _, p := range pages {
		s.urls[p.Path] = urlOf(p.Path)
	}
	s.nav = s.groups()
	return s, nil
}

// urlOf says where a page stands in the site. The README is what people see first.
func urlOf(name string) string {
	switch name {
	case "README.md":
		return "index.html"
	case "docs/README.md":
		return "contents.html"
	}
	name, within := strings.CutPrefix(name, "docs/")
	if !within {
		name = strings.ToLower(name)
	}
	name = strings.TrimSuffix(name, ".md")
	if path.Base(name) == "README" {
		name = path.Join(path.Dir(name), "index")
	}
	return name + ".html"
}

// base leads from a page to the top of the site.
func (s *site) base(p *markdown.Page) string {
	return strings.Repeat("../", strings.Count(s.urls[p.Path], "/"))
}

// link turns a link of a page into one of the site: to a page, or to the code host.
func (s *site) link(p *markdown.Page, to string) string {
	name, anchor, ok := p.Target(to)
	if !ok {
		return to
	}
	if anchor != "" {
		anchor = "#" + anchor
	}
	if name == p.Path {
		return anchor
	}
	if url, ok := s.urls[name]; ok {
		return s.base(p) + url + anchor
	}
	return s.source(name)
}

// source is the place of a file or folder on the code host.
func (s *site) source(name string) string {
	if info, err := os.Stat(filepath.Join(s.root, filepath.FromSlash(name))); err == nil && info.IsDir() {
		return codeHost + "/tree/main/" + name
	}
	return codeHost + "/blob/main/" + name
}

// view is what the layout shows of a page.
type view struct {
	Title, About, URL, Base, Source string
	Nav                             []group
	Parts                           []markdown.Heading // of the second level
	Current                         string             // the entry of the navigation that the page belongs to
	Body                            template.HTML
}

// write writes the site into a folder, over what is there.
func (s *site) write(out string) error {
	for _, p := range s.pages {
		text, err := s.page(p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Path, err)
		}
		if err := writeFile(out, s.urls[p.Path], text); err != nil {
			return err
		}
	}
	style, err := stylesheet()
	if err != nil {
		return err
	}
	script, err := assets.ReadFile("assets/site.js")
	if err != nil {
		return err
	}
	index, err := s.index()
	if err != nil {
		return err
	}
	return errors.Join(writeFile(out, "style.css", style), writeFile(out, "site.js", script), writeFile(out, "search-index.js", index))
}

func writeFile(out, name string, text []byte) error {
	file := filepath.Join(out, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// page returns a page as HTML.
func (s *site) page(p *markdown.Page) ([]byte, error) {
	body, err := s.render(p)
	if err != nil {
		return nil, err
	}
	v := view{
		Title: p.Title, About: about(p), URL: s.urls[p.Path], Base: s.base(p), Source: s.source(p.Path),
		Nav: s.nav, Current: s.current(p), Body: template.HTML(body),
	}
	for _, h := range p.Headings {
		if h.Level == 2 {
			v.Parts = append(v.Parts, h)
		}
	}
	var out bytes.Buffer
	err = layout.Execute(&out, v)
	return out.Bytes(), err
}

// about is the first paragraph of a page.
func about(p *markdown.Page) string {
	for n := p.Doc.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindParagraph {
			return p.Text(n)
		}
	}
	return ""
}
