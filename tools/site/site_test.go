package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"html"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// built builds the site of the repository and returns its files.
func built(t *testing.T) map[string]string {
	t.Helper()
	s, err := read("../..")
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if err := s.write(out); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err = fs.WalkDir(os.DirFS(out), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path.Join(out, name))
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var (
	links = regexp.MustCompile(`(href|src|data-base)="([^"]*)"`)
	ids   = regexp.MustCompile(` id="([^"]*)"`)
)

// leads reports whether a link of a page leads to a file of the site, and to an anchor
// of it.
func leads(files map[string]string, from, to string) bool {
	name, anchor, _ := strings.Cut(to, "#")
	if name == "" {
		name = from
	} else {
		name = path.Join(path.Dir(from), name)
	}
	text, ok := files[name]
	if !ok || anchor == "" {
		return ok
	}
	for _, m := range ids.FindAllStringSubmatch(text, -1) {
		if m[1] == anchor {
			return true
		}
	}
	return false
}

// Every link within the site leads somewhere, and nothing is loaded from elsewhere.
func TestLinksOfTheSite(t *testing.T) {
	files := built(t)
	looked := 0
	for name, text := range files {
		if path.Ext(name) != ".html" {
			continue
		}
		for _, m := range links.FindAllStringSubmatch(text, -1) {
			kind, to := m[1], html.UnescapeString(m[2])
			switch {
			case kind == "data-base":
				if path.Join(path.Dir(name), to) != "." {
					t.Errorf("%s: the top of the site is not %s", name, to)
				}
			case strings.Contains(to, "://"):
				if kind == "src" {
					t.Errorf("%s loads %s", name, to)
				}
			default:
				looked++
				if !leads(files, name, to) {
					t.Errorf("%s: the link %s leads nowhere", name, to)
				}
			}
		}
	}
	if looked < 2000 {
		t.Errorf("%d links were looked at", looked)
	}
}

// The navigation of every page names each page but the lint rules, which have a list
// of their own, and the page that the navigation is made from.
func TestNavigation(t *testing.T) {
	s, err := read("../..")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, g := range s.nav {
		for _, e := range g.Entries {
			named = append(named, e.URL)
		}
	}
	for _, p := range s.pages {
		url := s.urls[p.Path]
		listed := slices.Contains(named, url)
		if want := !strings.HasPrefix(url, "lint/JG") && url != "index.html" && url != "contents.html"; listed != want {
			t.Errorf("%s is in the navigation: %v", url, listed)
		}
		if current := s.current(p); listed && current != url {
			t.Errorf("on %s the navigation marks %s", url, current)
		}
	}
}

// What the search finds is there, fields of the language among it.
func TestSearchIndex(t *testing.T) {
	files := built(t)
	text, ok := strings.CutPrefix(files["search-index.js"], "window.searchIndex = ")
	var places []place
	if err := json.Unmarshal([]byte(strings.TrimSuffix(text, ";\n")), &places); err != nil || !ok {
		t.Fatalf("the index is no JSON: %v", err)
	}
	texts := map[string]string{}
	for _, p := range places {
		if !leads(files, "index.html", p.URL) {
			t.Errorf("%s leads nowhere", p.URL)
		}
		texts[p.URL] += p.Text
	}
	for url, want := range map[string]string{
		"language.html#spec.schedule": "Makes a CronJob instead of a Job",
		"lint/JG001.html":             "A container without a memory limit",
		"cli.html#jobgen-render":      "build every environment from the files too",
		"from-helm.html#compare":      "Only the labels of Helm are left",
	} {
		if !strings.Contains(texts[url], want) {
			t.Errorf("at %s stands %q", url, texts[url])
		}
	}
	if size := len(files["search-index.js"]); size > 400_000 {
		t.Errorf("the index has %d bytes", size)
	}
}

func TestTwoBuildsAreEqual(t *testing.T) {
	a, b := built(t), built(t)
	if len(a) != len(b) {
		t.Errorf("%d files and %d", len(a), len(b))
	}
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s differs", name)
		}
	}
}

// Of a terminal the typed lines stand out, manifests are highlighted, and diagnostics
// stay as they are.
func TestTerminal(t *testing.T) {
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	if err := highlighted(w, "console", "$ cat a.yaml\napiVersion: v1\n$ jobgen build a.yaml\na.yaml:1:1: error: <x>\n"); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := `<b>$ cat a.yaml
</b><span class="nt">apiVersion</span><span class="p">:</span><span class="w"> </span><span class="l">v1</span><span class="w">
</span><b>$ jobgen build a.yaml
</b>a.yaml:1:1: error: &lt;x&gt;
`
	if out.String() != want {
		t.Errorf("it is\n%s", out.String())
	}
}
