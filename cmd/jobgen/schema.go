package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/jsonschema"
)

func newSchema(w world) *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of specs, for editors",
		Long: `schema prints the JSON Schema (draft 07) of specs, or of project files, with which an
editor shows what a field is for, completes names and words, and marks what is none.
docs/editors.md says how to set one up.

An editor does not see all that jobgen does: jobgen validate has the last word.`,
		Example: `  # For editors that take a schema from a file
  jobgen schema

  # That of project files
  jobgen schema --kind Project`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			kinds := jsonschema.Kinds()
			at := slices.IndexFunc(kinds, func(k jsonschema.Kind) bool { return k.Name == kind })
			if at < 0 {
				return fmt.Errorf("--kind: unknown kind %q: write %s", kind, strings.Join(kindNames(), " or "))
			}
			if _, err := w.stdout.Write(kinds[at].Schema()); err != nil {
				return fmt.Errorf("writing the output: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&kind, "kind", kindNames()[0], "the `KIND` of document: "+strings.Join(kindNames(), " or "))
	words := cobra.FixedCompletions(kindNames(), cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc("kind", words); err != nil {
		panic(err) // the flag stands one line above
	}
	return cmd
}

func kindNames() []string {
	var names []string
	for _, k := range jsonschema.Kinds() {
		names = append(names, k.Name)
	}
	return names
}
