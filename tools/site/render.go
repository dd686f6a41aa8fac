package main

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/alecthomas/chroma/v2"
	highlight "github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/alecthomas/chroma/v2/styles"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	markup "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"github.com/jobgen-dev/jobgen/internal/markdown"
)

// render returns the text of a page as HTML.
func (s *site) render(p *markdown.Page) ([]byte, error) {
	own := renderer.WithNodeRenderers(util.Prioritized(&pageRenderer{s, p}, 1))
	var out bytes.Buffer
	// The pages are our own, and mark places by <a id="…">.
	md := markdown.New(goldmark.WithRendererOptions(markup.WithUnsafe(), own))
	err := md.Renderer().Render(&out, p.Source, p.Doc)
	return out.Bytes(), err
}

// pageRenderer renders what a page of the site has differently from plain Markdown.
type pageRenderer struct {
	site *site
	page *markdown.Page
}

// RegisterFuncs names the nodes that it renders.
func (r *pageRenderer) RegisterFuncs(register renderer.NodeRendererFuncRegisterer) {
	register.Register(ast.KindLink, r.link)
	register.Register(ast.KindHeading, r.heading)
	register.Register(ast.KindFencedCodeBlock, r.code)
	register.Register(tables.KindTable, r.table)
}

// link leads to the page of the site.
func (r *pageRenderer) link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</a>")
		return ast.WalkContinue, err
	}
	to := r.site.link(r.page, string(n.(*ast.Link).Destination))
	_, err := fmt.Fprintf(w, `<a href="%s">`, html.EscapeString(to))
	return ast.WalkContinue, err
}

// heading can be linked to.
func (r *pageRenderer) heading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	level := n.(*ast.Heading).Level
	value, _ := n.AttributeString("id")
	id := html.EscapeString(string(value.([]byte)))
	var err error
	if entering {
		_, err = fmt.Fprintf(w, `<h%d id="%s">`, level, id)
	} else {
		_, err = fmt.Fprintf(w, ` <a class="anchor" href="#%s" aria-label="Link to this part">#</a></h%d>`+"\n", id, level)
	}
	return ast.WalkContinue, err
}

// table scrolls by itself where it is too wide.
func (r *pageRenderer) table(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	text := "<div class=\"scroll\" tabindex=\"0\"><table>\n"
	if !entering {
		text = "</table></div>\n"
	}
	_, err := w.WriteString(text)
	return ast.WalkContinue, err
}

// code is highlighted; the name of a file that it shows stands above it.
func (r *pageRenderer) code(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := n.(*ast.FencedCodeBlock)
	var text strings.Builder
	for i := range block.Lines().Len() {
		line := block.Lines().At(i)
		text.Write(line.Value(source))
	}
	language, file := "", ""
	if block.Info != nil {
		language, file, _ = strings.Cut(string(block.Info.Value(source)), " ")
	}
	fmt.Fprintf(w, `<figure class="code" data-language="%s">`, html.EscapeString(language))
	if file != "" {
		fmt.Fprintf(w, "<figcaption>%s</figcaption>", html.EscapeString(caption(file)))
	}
	_, _ = w.WriteString(`<pre class="chroma" tabindex="0"><code>`)
	if err := highlighted(w, language, text.String()); err != nil {
		return ast.WalkStop, err
	}
	_, err := w.WriteString("</code></pre></figure>\n")
	return ast.WalkSkipChildren, err
}

// caption says which file a block is, or the end of which.
func caption(file string) string {
	if end, ok := strings.CutPrefix(file, ">>"); ok {
		return "at the end of " + end
	}
	return file
}

// highlighted writes code with a class for each kind of word.
func highlighted(w util.BufWriter, language, text string) error {
	if language == "console" {
		return terminal(w, text)
	}
	lexer := lexers.Get(language)
	if lexer == nil {
		lexer = lexers.Fallback
	}
	tokens, err := chroma.Coalesce(lexer).Tokenise(nil, text)
	if err != nil {
		return err
	}
	return formatter().Format(w, styles.Fallback, tokens)
}

// terminal writes what a terminal shows: what was typed, and what came of it.
func terminal(w util.BufWriter, text string) error {
	var output strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "$ ") {
			output.WriteString(line)
			continue
		}
		if err := printed(w, output.String()); err != nil {
			return err
		}
		output.Reset()
		fmt.Fprintf(w, `<b>%s</b>`, html.EscapeString(line))
	}
	return printed(w, output.String())
}

// finding is the first line of a diagnostic.
var finding = regexp.MustCompile(`(?m)^\S+:\d+:\d+: `)

// printed writes what a program printed: manifests or specs, and diagnostics after them.
func printed(w util.BufWriter, text string) error {
	end := len(text)
	if at := finding.FindStringIndex(text); at != nil {
		end = at[0]
	}
	if strings.Contains(text[:end], "apiVersion: ") {
		if err := highlighted(w, "yaml", text[:end]); err != nil {
			return err
		}
		text = text[end:]
	}
	_, err := w.WriteString(html.EscapeString(text))
	return err
}

func formatter() *highlight.Formatter {
	return highlight.New(highlight.WithClasses(true), highlight.PreventSurroundingPre(true))
}

// stylesheet is the style of the site, with that of code in light and dark.
func stylesheet() ([]byte, error) {
	style, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(style)
	for _, scheme := range []struct{ name, style string }{{"light", "github"}, {"dark", "github-dark"}} {
		fmt.Fprintf(out, "\n@media (prefers-color-scheme: %s) {\n", scheme.name)
		if err := formatter().WriteCSS(out, styles.Get(scheme.style)); err != nil {
			return nil, err
		}
		out.WriteString("}\n")
	}
	return out.Bytes(), nil
}
