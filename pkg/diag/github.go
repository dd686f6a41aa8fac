package diag

import (
	"bytes"
	"fmt"

	"github.com/jobgen-dev/jobgen/internal/escape"
)

// writeGitHub writes a workflow command for each diagnostic, which GitHub shows
// beside the line in a pull request.
func writeGitHub(b *bytes.Buffer, r Report) error {
	commands := [...]string{Error: "error", Warning: "warning", Note: "notice"}
	for _, d := range r.Diagnostics {
		place := "file=" + escape.Property(d.File)
		if d.Line > 0 {
			place += fmt.Sprintf(",line=%d,col=%d,endColumn=%d", d.Line, d.Column, d.end())
		}
		title := escape.Property(d.Code + " " + Check(d.Code))
		fmt.Fprintf(b, "::%s %s,title=%s::%s\n", commands[d.Severity], place, title, escape.Command(d.text()))
	}
	return nil
}
