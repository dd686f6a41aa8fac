package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/explain"
)

func newExplain(w world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain [FIELD | FILE:LINE [SPEC]...]",
		Short: "Say what a field is for, or which line of a spec made one of a manifest",
		Long: `explain FIELD says what a field of a spec does, what may stand in it, which field of
Kubernetes it becomes and since when there is one, and shows an example. "spec.", the
names of volumes, variables and the like, and the numbers of list items may be left
out. Names that people know from elsewhere are answered with what to write here.
Without FIELD it lists all fields.

explain FILE:LINE is for a line of a manifest: a file of a tree that render wrote, or
saved output of build. It shows the line of the spec, overlay or project file that made
it. The specs are those named behind it, or all below the current folder.`,
		Example: `  # Every field
  jobgen explain

  # One of them
  jobgen explain spec.parallelism

  # One inside another: the volume's name may be left out
  jobgen explain volumes.persistentVolumeClaim

  # Which line made the third of a manifest
  jobgen explain saved.yaml:3 primes.yaml`,
		RunE: func(_ *cobra.Command, args []string) error { return runExplain(w, args) },
	}
	return cmd
}

// fileAndLine is a place as compilers and editors write it.
var fileAndLine = lazyregexp.New(`^(.+?):([0-9]+)(?::[0-9]+)?$`)

func runExplain(w world, args []string) error {
	var out bytes.Buffer
	if err := explained(w, &out, args); err != nil {
		return err
	}
	if _, err := out.WriteTo(w.stdout); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return nil
}

func explained(w world, out *bytes.Buffer, args []string) error {
	if len(args) == 0 {
		return explain.Fields(out)
	}
	at := fileAndLine.FindStringSubmatch(args[0])
	if at == nil {
		if len(args) > 1 {
			return errors.New("explain takes one field")
		}
		return explain.Field(out, args[0])
	}
	line, err := strconv.Atoi(at[2])
	if err != nil {
		return fmt.Errorf("%s is no line", at[2])
	}
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the working directory: %w", err)
	}
	return explain.Line(out, explain.Manifest{Dir: dir, File: at[1], Line: line, Specs: args[1:], Color: w.colorOut()})
}
