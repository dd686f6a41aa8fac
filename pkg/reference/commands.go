package reference

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// readOn has the pages that say more of a command.
var readOn = map[string]string{
	"build":    "[the language](language.md), [When a Job runs again](delivery.md)",
	"diff":     "[What a change will do](delivery.md#what-a-change-will-do)",
	"explain":  "[every field](language.md#every-field)",
	"fmt":      "[editors](editors.md#formatting)",
	"import":   "[From the manifests you have](import.md)",
	"init":     "[the quickstart](quickstart.md), [examples](../examples)",
	"render":   "[Jobs in git](gitops.md), [in CI](ci.md)",
	"schema":   "[editors](editors.md)",
	"validate": "[the lint rules](lint/README.md), [in CI](ci.md), [with pre-commit](pre-commit.md)",
}

// Commands returns the page of the commands below root.
func Commands(root *cobra.Command) []byte {
	var out bytes.Buffer
	out.WriteString("<!-- Written by pkg/reference from the commands of cmd/jobgen; `make generate` updates it. -->\n\n# Commands\n")
	prose(&out, root.Long)
	out.WriteString("\nStandard output is the product, standard error is for people. Every command has `--help`.\n\n| command | does |\n|---|---|\n")
	for _, cmd := range documented(root) {
		fmt.Fprintf(&out, "| [`%s`](#%s) | %s |\n", cmd.CommandPath(), strings.ReplaceAll(cmd.CommandPath(), " ", "-"), cmd.Short)
	}
	for _, cmd := range documented(root) {
		command(&out, cmd)
	}
	return out.Bytes()
}

// documented lists the commands right below one that have a section.
func documented(parent *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, cmd := range parent.Commands() {
		if cmd.IsAvailableCommand() && cmd.Name() != "help" {
			all = append(all, cmd)
		}
	}
	return all
}

// command writes the section of a command.
func command(out *bytes.Buffer, cmd *cobra.Command) {
	fmt.Fprintf(out, "\n## %s\n\n%s.\n\n```text\n%s\n```\n", cmd.CommandPath(), cmd.Short, cmd.UseLine())
	prose(out, cmd.Long)
	if parts := documented(cmd); len(parts) > 0 {
		fmt.Fprintf(out, "\n| command | does |\n|---|---|\n")
		for _, part := range parts {
			fmt.Fprintf(out, "| `%s` | %s |\n", part.CommandPath(), part.Short)
		}
	}
	flags(out, cmd)
	if cmd.Example != "" {
		fmt.Fprintf(out, "\n```sh\n%s\n```\n", strings.ReplaceAll("\n"+cmd.Example, "\n  ", "\n")[1:])
	}
	if pages := readOn[cmd.Name()]; pages != "" {
		fmt.Fprintf(out, "\nMore: %s.\n", pages)
	}
}

// option is a flag in a sentence.
var option = lazyregexp.New(`--[a-z][a-z-]+`)

// prose writes the paragraphs of a help text; those that are indented are tables of
// words, and keep their lines.
func prose(out *bytes.Buffer, text string) {
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		switch {
		case paragraph == "":
		case strings.HasPrefix(paragraph, "  "):
			fmt.Fprintf(out, "\n```text\n%s\n```\n", strings.ReplaceAll("\n"+paragraph, "\n  ", "\n")[1:])
		default:
			fmt.Fprintf(out, "\n%s\n", option.ReplaceAllString(paragraph, "`$0`"))
		}
	}
}

// flags writes the flags of a command but for --help.
func flags(out *bytes.Buffer, cmd *cobra.Command) {
	rows := 0
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		if rows++; rows == 1 {
			out.WriteString("\n| flag | does | default |\n|---|---|---|\n")
		}
		_, usage := pflag.UnquoteUsage(f)
		fmt.Fprintf(out, "| %s | %s | %s |\n", cell(flagNames(f)), cell(usage), cell(flagDefault(f)))
	})
}

// flagNames are those of a flag with what stands behind it.
func flagNames(f *pflag.Flag) string {
	name, _ := pflag.UnquoteUsage(f)
	long := "--" + f.Name
	switch {
	case name == "":
	case f.NoOptDefVal != "":
		long += fmt.Sprintf("[=%s]", name)
	default:
		long += " " + name
	}
	if f.Shorthand != "" {
		return "`-" + f.Shorthand + "`, `" + long + "`"
	}
	return "`" + long + "`"
}

// flagDefault is what a flag is without being given, where that says anything.
func flagDefault(f *pflag.Flag) string {
	switch f.DefValue {
	case "", "false", "[]":
		return ""
	}
	return "`" + f.DefValue + "`"
}

// cell makes a text fit for a table.
func cell(text string) string {
	text = strings.NewReplacer("|", `\|`, "***", "`***`").Replace(text)
	if strings.HasPrefix(text, "`") {
		return text
	}
	return option.ReplaceAllString(text, "`$0`")
}
