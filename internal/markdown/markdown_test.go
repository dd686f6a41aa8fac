package markdown

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/internal/golden"
)

// No link between the pages of this repository leads nowhere.
func TestLinks(t *testing.T) {
	root := golden.Root(t)
	pages, err := All(root)
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, p := range pages {
		links += len(p.Links)
		if p.Title == "" {
			t.Errorf("%s has no heading", p.Path)
		}
	}
	if len(pages) < 60 || links < 400 {
		t.Errorf("%d links on %d pages were looked at", links, len(pages))
	}
	for _, found := range Check(root, pages) {
		t.Error(found)
	}
}

// Every page is found by somebody who begins at the README.
func TestEveryPageIsReached(t *testing.T) {
	pages, err := All(golden.Root(t))
	if err != nil {
		t.Fatal(err)
	}
	reached := map[string]bool{}
	next := []string{"README.md"}
	for len(next) > 0 {
		name := next[0]
		next = next[1:]
		i := slices.IndexFunc(pages, func(p *Page) bool { return p.Path == name })
		if i < 0 || reached[name] {
			continue
		}
		reached[name] = true
		for _, l := range pages[i].Links {
			if to, _, ok := pages[i].Target(l.To); ok {
				next = append(next, to)
			}
		}
	}
	for _, p := range pages {
		if !reached[p.Path] {
			t.Errorf("no link leads to %s", p.Path)
		}
	}
}

func TestCheck(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"docs", "examples"} {
		if err := os.Mkdir(filepath.Join(root, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var pages []*Page
	for name, text := range map[string]string{
		"README.md": "# Top\n\n[a](docs/a.md#two-words) [b](docs/b.md) [top](#top)\n[c](examples) <https://example.com/x.md#y>\n",
		"docs/a.md": "# A\n\n## Two `words`!\n\n## Two words\n\n- <a id=\"spec.x\"></a>x\n\n" +
			"[ok](../README.md#top), [ok](#spec.x), [ok](#two-words-1)\n\n[no](#three)\n[no](a%zz.md) [no](../../out.md) [no](../examples#x)\n",
		"docs/c.md": "# C\n\n- <a id=\"c\"></a>c\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, Read(name, []byte(text)))
	}
	got := Check(root, pages)
	slices.Sort(got)
	want := []string{
		"README.md:3: docs/b.md: there is no such file",
		"docs/a.md:11: #three: there is no such anchor",
		"docs/a.md:12: ../../out.md: that is outside the repository",
		"docs/a.md:12: ../examples#x: that file is no page, and has no anchors",
		"docs/a.md:12: a%zz.md: that is no address",
		"docs/c.md: two anchors c",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Anchors are those of the code host.
func TestSlug(t *testing.T) {
	for heading, want := range map[string]string{
		"What it does not do yet":     "what-it-does-not-do-yet",
		"`spec.schedule`, in short":   "specschedule-in-short",
		"JG001 no-memory-limit":       "jg001-no-memory-limit",
		"4. Check it":                 "4-check-it",
		"A **bold** [link](x.md) — é": "a-bold-link--é",
	} {
		if got := Read("x.md", []byte("# "+heading+"\n")).Headings[0].Anchor; got != want {
			t.Errorf("%s has the anchor %s, not %s", heading, got, want)
		}
	}
}
