package diag

import (
	"bytes"
	"cmp"
	"io"
	"slices"
)

// Report is all that a check of a project said, for a printer.
type Report struct {
	Diagnostics List
	Tool        string            // the version of jobgen
	Files       []string          // what was read, sorted
	Rules       map[string]string // a line about each code that has a page, by code
	Summary     Summary
}

// Summary counts what was checked.
type Summary struct {
	Files     int `json:"files"`
	Specs     int `json:"specs"`
	Manifests int `json:"manifests"` // Kubernetes objects that were read, not made
	Errors    int `json:"errors"`
	Warnings  int `json:"warnings"`
	Notes     int `json:"notes"`
	// NotChecked counts the objects of kinds that jobgen has no rules for, by
	// apiVersion and kind, such as "apps/v1 Deployment".
	NotChecked map[string]int `json:"notChecked,omitempty"`
}

// Format is one form of a report.
type Format struct {
	Name string
	// Write writes the report. Only text is coloured.
	Write func(w io.Writer, r Report, color bool) error
}

// Formats lists the formats; the first is for people.
func Formats() []Format {
	return []Format{
		{"text", func(w io.Writer, r Report, color bool) error { return r.Diagnostics.WriteText(w, color) }},
		{"json", plainly(writeJSON)},
		{"sarif", plainly(writeSARIF)},
		{"github", plainly(writeGitHub)},
		{"junit", plainly(writeJUnit)},
	}
}

// plainly makes a printer of one that knows no colours, and writes in one go.
func plainly(write func(b *bytes.Buffer, r Report) error) func(io.Writer, Report, bool) error {
	return func(w io.Writer, r Report, _ bool) error {
		var b bytes.Buffer
		if err := write(&b, r); err != nil {
			return err
		}
		_, err := w.Write(b.Bytes())
		return err
	}
}

// end returns the column behind a place.
func (p Place) end() int { return p.Column + max(p.Width, 1) }

// text returns what a diagnostic says, with its hint, for printers that have one
// field for all.
func (d Diagnostic) text() string {
	if d.Hint == "" {
		return d.Message
	}
	return d.Message + "\n" + d.Hint
}

// codes lists the codes of a list, sorted and each once.
func (l List) codes() []string {
	var codes []string
	for _, d := range l {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// byFile cuts a list that is sorted into those of each file.
func (l List) byFile() map[string]List {
	files := map[string]List{}
	for _, d := range l {
		name := cmp.Or(d.File, "-")
		files[name] = append(files[name], d)
	}
	return files
}
