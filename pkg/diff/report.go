package diff

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/escape"
)

// Report is a comparison that is to be written.
type Report struct {
	Against      string        `json:"against"` // what the first state is, as the user named it
	Environments []Environment `json:"environments"`
}

// Empty reports whether nothing happens to any object.
func (r Report) Empty() bool {
	return !slices.ContainsFunc(r.Environments, func(e Environment) bool { return len(e.Changes) > 0 })
}

// Format is one way of writing a report.
type Format struct {
	Name  string // as it is named on the command line
	write func(b *bytes.Buffer, r Report) error
}

// formats has one row for each format, the default first.
var formats = []Format{{"text", writeText}, {"json", writeJSON}, {"markdown", writeMarkdown}}

// Formats returns all formats, the default first.
func Formats() []Format { return slices.Clone(formats) }

// Write writes a report.
func (f Format) Write(w io.Writer, r Report) error {
	var b bytes.Buffer
	if err := f.write(&b, r); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// nothing is said where there is nothing to say.
func (r Report) nothing() string {
	return "Nothing changes compared with " + escape.Line(r.Against) + ".\n"
}

// each visits the changes, one that is the same in several environments once; in is the
// names of its environments and what follows them, "" where there is only one.
func (r Report) each(visit func(in string, c Change)) {
	in := map[Change][]string{}
	for _, e := range r.Environments {
		for _, c := range e.Changes {
			in[c] = append(in[c], e.Name)
		}
	}
	for _, e := range r.Environments {
		for _, c := range e.Changes {
			switch names := in[c]; {
			case len(r.Environments) == 1:
				visit("", c)
			case len(names) > 0:
				visit(strings.Join(names, ", ")+": ", c)
			}
			delete(in, c) // it was visited
		}
	}
}

// assumed returns what the report relies on, a sentence each.
func (r Report) assumed() []string {
	var all []string
	for _, e := range r.Environments {
		for _, c := range e.Changes {
			if c.Assumed != "" && !slices.Contains(all, c.Assumed) {
				all = append(all, c.Assumed)
			}
		}
	}
	return all
}

// object names the object.
func (c Change) object() string {
	if c.Namespace != "" {
		return c.Kind + " " + c.Namespace + "/" + c.Name
	}
	return c.Kind + " " + c.Name
}

// writeText writes a sentence for each object, and then the objects.
func writeText(b *bytes.Buffer, r Report) error {
	if r.Empty() {
		b.WriteString(r.nothing())
		return nil
	}
	for _, sentence := range r.assumed() {
		b.WriteString(escape.Line(sentence) + "\n")
	}
	r.each(func(in string, c Change) { fmt.Fprintf(b, "%s %s\n", escape.Line(in+c.object()), escape.Line(c.Words)) })
	r.each(func(in string, c Change) {
		if c.Diff != "" {
			fmt.Fprintf(b, "\n# %s\n%s", escape.Line(in+c.object()), escape.Text(c.Diff))
		}
	})
	return nil
}

func writeJSON(b *bytes.Buffer, r Report) error { return escape.WriteJSON(b, r) }

// commentSize is how many bytes of Markdown a comment may have: GitHub takes 65536
// characters.
const commentSize = 60_000

// writeMarkdown writes a table with a row for each object, and then the objects, each
// folded up.
func writeMarkdown(b *bytes.Buffer, r Report) error {
	if r.Empty() {
		b.WriteString(escape.Markdown(strings.TrimSuffix(r.nothing(), "\n")) + "\n")
		return nil
	}
	fmt.Fprintf(b, "### What applying this changes, compared with %s\n\n", escape.Code(r.Against))
	for _, sentence := range r.assumed() {
		b.WriteString(escape.Markdown(sentence) + "\n\n")
	}
	b.WriteString("| Object | Effect | In words |\n|---|---|---|\n")
	r.each(func(in string, c Change) {
		fmt.Fprintf(b, "| %s | **%s** | %s |\n", escape.Markdown(in+c.object()), c.Effect, escape.Markdown(c.Words))
	})
	left := 0
	r.each(func(in string, c Change) {
		if c.Diff == "" {
			return
		}
		fence := "```"
		for strings.Contains(c.Diff, fence) {
			fence += "`"
		}
		details := fmt.Sprintf("\n<details><summary>%s</summary>\n\n%sdiff\n%s%s\n\n</details>\n", html.EscapeString(escape.Line(in+c.object())), fence, escape.Text(c.Diff), fence)
		if b.Len()+len(details) > commentSize {
			left++
			return
		}
		b.WriteString(details)
	})
	if left > 0 {
		fmt.Fprintf(b, "\nThe YAML of %d more is too long for a comment; `jobgen diff` shows it.\n", left)
	}
	return nil
}
