package diag

import (
	"bytes"

	"github.com/jobgen-dev/jobgen/internal/escape"
)

// jsonReport is the form of --format json. Fields may be added to it, and none is
// taken away or changes its meaning.
type jsonReport struct {
	Version     string           `json:"version"` // of jobgen
	Summary     Summary          `json:"summary"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
}

type jsonDiagnostic struct {
	Code     string `json:"code"`
	Check    string `json:"check"`
	Severity string `json:"severity"`
	jsonPlace
	Message string        `json:"message"`
	Hint    string        `json:"hint,omitempty"`
	Related []jsonRelated `json:"related,omitempty"`
}

type jsonPlace struct {
	File      string `json:"file"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndColumn int    `json:"endColumn,omitempty"`
}

type jsonRelated struct {
	jsonPlace
	Message string `json:"message"`
}

func (p Place) json() jsonPlace {
	if p.Line == 0 {
		return jsonPlace{File: p.File}
	}
	return jsonPlace{p.File, p.Line, p.Column, p.end()}
}

func writeJSON(b *bytes.Buffer, r Report) error {
	out := jsonReport{Version: r.Tool, Summary: r.Summary, Diagnostics: []jsonDiagnostic{}}
	for _, d := range r.Diagnostics {
		one := jsonDiagnostic{d.Code, Check(d.Code), d.Severity.String(), d.Place.json(), d.Message, d.Hint, nil}
		for _, related := range d.Related {
			one.Related = append(one.Related, jsonRelated{related.Place.json(), related.Message})
		}
		out.Diagnostics = append(out.Diagnostics, one)
	}
	return escape.WriteJSON(b, out)
}
