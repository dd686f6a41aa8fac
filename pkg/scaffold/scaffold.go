// Package scaffold writes first specs, to be edited by people.
package scaffold

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/pkg/format"
	"github.com/jobgen-dev/jobgen/pkg/jsonschema"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

//go:embed templates
var files embed.FS

// Template is a pattern that Jobs follow.
type Template struct {
	Name        string
	Description string // one line for the help text
	schedule    string // where the user gives none
	// Unscheduled says that something else than a schedule decides when it runs.
	Unscheduled bool
}

// templates has one row for each pattern, the default first; templates/NAME.yaml is
// what stands under spec.
var templates = []Template{
	{"job", "runs a command once", "", false},
	{"work-queue", "workers that empty a queue", "", false},
	{"indexed", "a pod for each part of the work", "", false},
	{"migration", "runs again when its image or command changes", "", true},
	{"backup", "runs by the clock and keeps files on a volume", "0 2 * * *", false},
}

// Templates returns the patterns, the default first.
func Templates() []Template { return slices.Clone(templates) }

// Job is what a first spec must know.
type Job struct {
	Name, Image string
	Schedule    string   // "" for that of the template
	Command     []string // none for the image's own
}

// Spec returns a spec of the job that follows the template.
func (t Template) Spec(job Job) []byte {
	job.Schedule = cmp.Or(job.Schedule, t.schedule)
	var out bytes.Buffer
	fmt.Fprintf(&out, "# yaml-language-server: $schema=%s\napiVersion: %s\nkind: Job\nmetadata:\n  name: %s\n", jsonschema.Kinds()[0].URL(), spec.APIVersion, scalar(job.Name))
	parsed := template.New("").Funcs(template.FuncMap{"scalar": scalar, "list": list})
	parsed = template.Must(parsed.ParseFS(files, "templates/parts.tmpl", "templates/"+t.Name+".yaml"))
	if err := parsed.ExecuteTemplate(&out, t.Name+".yaml", job); err != nil {
		panic(fmt.Sprintf("scaffold: %v", err)) // the templates are part of the program
	}
	formatted, err := format.YAML(append(bytes.TrimRight(out.Bytes(), "\n"), '\n'))
	if err != nil {
		panic(fmt.Sprintf("scaffold: %v", err))
	}
	return formatted
}

// scalar writes a text as YAML, with quotes where it needs them.
func scalar(text string) string {
	return flow(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text})
}

// list writes texts as a list on one line.
func list(texts []string) string {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, text := range texts {
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: quotes(text)})
	}
	return flow(n)
}

// quotes keeps a text of several lines on one.
func quotes(text string) yaml.Style {
	if strings.Contains(text, "\n") {
		return yaml.DoubleQuotedStyle
	}
	return 0
}

func flow(n *yaml.Node) string {
	n.Style = yaml.FlowStyle | n.Style | quotes(n.Value)
	text, err := yaml.Marshal(n)
	if err != nil {
		panic(fmt.Sprintf("scaffold: %v", err)) // there are only texts
	}
	return strings.TrimSpace(string(text))
}
