package scaffold

import (
	"bytes"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/build"
)

// Every first spec is one that builds and that the lint rules find nothing in,
// whatever the command is.
func TestTemplates(t *testing.T) {
	for _, template := range Templates() {
		for _, schedule := range []string{"", "*/5 * * * *", "@daily"} {
			if template.Unscheduled && schedule != "" {
				continue
			}
			for _, command := range [][]string{nil, {"run"}, {"sh", "-c", "echo \"$JOB_COMPLETION_INDEX: a\tb\"\nexit"}, {"NO", "1.10", "- x", "#", "", "null", "'"}} {
				text := template.Spec(Job{Name: "first", Image: "registry.example.com/first:1.4@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", Schedule: schedule, Command: command})
				lint := build.Lint{Off: map[string]bool{"JG022": true}} // whether the command reads the index is not the template's to say
				var got []string
				result, err := build.Run(build.Options{
					Dir: t.TempDir(), Args: []string{"-"}, Stdin: bytes.NewReader(text), Lint: &lint,
					Made: func(m build.Made) error { got = m.Job.Spec.Command; return nil },
				})
				if err != nil {
					t.Fatal(err)
				}
				if result.Jobs != 1 || len(result.Diagnostics) > 0 {
					t.Errorf("%s: %v\n%s", template.Name, result.Diagnostics, text)
				}
				if len(got) != len(command) {
					t.Fatalf("%s: the command is %q", template.Name, got)
				}
				for i, want := range command {
					if got[i] != want {
						t.Errorf("%s: the command has %q, not %q", template.Name, got[i], want)
					}
				}
			}
		}
	}
}
