package diag

import (
	"bytes"
	"fmt"
	"strings"
)

// The escapes of GitHub's workflow commands, in a message and in a property
// (actions/toolkit, packages/core, command.ts).
var (
	commandText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub writes a workflow command for each diagnostic, which GitHub shows
// beside the line in a pull request.
func writeGitHub(b *bytes.Buffer, r Report) error {
	commands := [...]string{Error: "error", Warning: "warning", Note: "notice"}
	for _, d := range r.Diagnostics {
		place := "file=" + commandProperty.Replace(d.File)
		if d.Line > 0 {
			place += fmt.Sprintf(",line=%d,col=%d,endColumn=%d", d.Line, d.Column, d.end())
		}
		title := commandProperty.Replace(d.Code + " " + Check(d.Code))
		fmt.Fprintf(b, "::%s %s,title=%s::%s\n", commands[d.Severity], place, title, commandText.Replace(d.text()))
	}
	return nil
}
