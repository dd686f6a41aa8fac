package markdown

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Target says where a link of a page leads: to a path from the root of the repository
// and an anchor there. It is false for one that leads out of the repository.
func (p *Page) Target(to string) (name, anchor string, ok bool) {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" {
		return "", "", false
	}
	if u.Path == "" {
		return p.Path, u.Fragment, true
	}
	return path.Join(path.Dir(p.Path), u.Path), u.Fragment, true
}

// Check lists the links that lead nowhere and the anchors that are there twice, each
// with its page.
func Check(root string, pages []*Page) []string {
	var found []string
	byPath := map[string]*Page{}
	for _, p := range pages {
		byPath[p.Path] = p
	}
	for _, p := range pages {
		for i, a := range p.Anchors {
			if slices.Contains(p.Anchors[:i], a) {
				found = append(found, fmt.Sprintf("%s: two anchors %s", p.Path, a))
			}
		}
		for _, l := range p.Links {
			if why := broken(root, byPath, p, l); why != "" {
				found = append(found, fmt.Sprintf("%s:%d: %s: %s", p.Path, l.Line, l.To, why))
			}
		}
	}
	return found
}

// broken says why a link leads nowhere, "" where it leads somewhere.
func broken(root string, pages map[string]*Page, p *Page, l Link) string {
	if _, err := url.Parse(l.To); err != nil {
		return "that is no address"
	}
	name, anchor, ok := p.Target(l.To)
	if !ok {
		return ""
	}
	if strings.HasPrefix(name, "../") {
		return "that is outside the repository"
	}
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err != nil {
		return "there is no such file"
	}
	if anchor == "" {
		return ""
	}
	target := pages[name]
	if target == nil {
		return "that file is no page, and has no anchors"
	}
	if !slices.Contains(target.Anchors, anchor) {
		return "there is no such anchor"
	}
	return ""
}
