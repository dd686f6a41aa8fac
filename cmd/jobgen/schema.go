package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/jsonschema"
	"github.com/jobgen-dev/jobgen/schema"
)

func newSchema(w world) *cobra.Command {
	var kind, output string
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the schema of specs, as JSON Schema or CUE",
		Long: `schema prints the JSON Schema (draft 07) of specs, or of project files, with which an
editor shows what a field is for, completes names and words, and marks what is none.
docs/editors.md says how to set one up.

With -o cue it prints the CUE package of the language in one file. Its definition #Job
is a spec as people write it, with the rules and the defaults; docs/cue.md shows what
to do with it.

Neither sees all that jobgen does: jobgen validate has the last word.`,
		Example: `  # For editors that take a schema from a file
  jobgen schema

  # That of project files
  jobgen schema --kind Project

  # The CUE package, for: cue vet schema.cue job.yaml -d '#Job'
  jobgen schema -o cue`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, err := schemaText(kind, output, cmd.Flags().Changed("kind"))
			if err != nil {
				return err
			}
			if _, err := w.stdout.Write(text); err != nil {
				return fmt.Errorf("writing the output: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "json", "the `FORMAT`: json for JSON Schema, or cue")
	cmd.Flags().StringVar(&kind, "kind", kindNames()[0], "the `KIND` of document: "+strings.Join(kindNames(), " or "))
	for flag, words := range map[string][]string{"kind": kindNames(), "output": {"json", "cue"}} {
		if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(err) // the flags stand right above
		}
	}
	return cmd
}

// schemaText returns the schema of a kind of document in a format.
func schemaText(kind, output string, kindGiven bool) ([]byte, error) {
	switch {
	case output == "cue" && kindGiven:
		return nil, errors.New("--kind is for -o json: the CUE package has every kind")
	case output == "cue":
		return []byte(schema.CUE()), nil
	case output != "json":
		return nil, fmt.Errorf("--output: unknown format %q: write json or cue", output)
	}
	kinds := jsonschema.Kinds()
	at := slices.IndexFunc(kinds, func(k jsonschema.Kind) bool { return k.Name == kind })
	if at < 0 {
		return nil, fmt.Errorf("--kind: unknown kind %q: write %s", kind, strings.Join(kindNames(), " or "))
	}
	return kinds[at].Schema(), nil
}

func kindNames() []string {
	var names []string
	for _, k := range jsonschema.Kinds() {
		names = append(names, k.Name)
	}
	return names
}
