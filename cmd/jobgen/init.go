package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/scaffold"
)

// initFlags are the flags of init.
type initFlags struct {
	image, schedule, template string
	force, print              bool
}

func newInit(w world) *cobra.Command {
	var flags initFlags
	cmd := &cobra.Command{
		Use:   "init NAME --image IMAGE [-- COMMAND [ARG]...]",
		Short: "Write a first spec",
		Long: `init writes a spec of a Job to NAME.yaml, in the way of kubectl create job: with
--schedule it becomes a CronJob, and behind "--" stands the command. It sets a deadline,
resources and when the Job is removed, for you to edit.

A template has the fields that a pattern needs:
` + templateHelp(),
		Example: `  # A Job
  jobgen init report --image registry.example.com/report:1.4 -- report --day yesterday

  # A CronJob, printed
  jobgen init cleanup --image busybox:1.37 --schedule @daily --print -- rm -rf /var/spool/old

  # Workers that empty a queue
  jobgen init resize --image registry.example.com/resize:2 --template work-queue`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("init needs the name of the Job")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if dash := cmd.ArgsLenAtDash(); dash != 1 && len(args) > 1 {
				return errors.New(`init takes one name; write "--" before the command`)
			}
			return flags.run(w, scaffold.Job{Name: args[0], Image: flags.image, Schedule: flags.schedule, Command: args[1:]})
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.image, "image", "", "the `IMAGE` that runs")
	f.StringVar(&flags.schedule, "schedule", "", "when it runs, in cron's five `FIELDS`: makes a CronJob")
	f.StringVar(&flags.template, "template", scaffold.Templates()[0].Name, "the `TEMPLATE` to follow")
	f.BoolVar(&flags.force, "force", false, "overwrite the file if there is one")
	f.BoolVar(&flags.print, "print", false, "print the spec, and write nothing")
	words := cobra.FixedCompletions(templateNames(), cobra.ShellCompDirectiveNoFileComp)
	if err := errors.Join(cmd.MarkFlagRequired("image"), cmd.RegisterFlagCompletionFunc("template", words)); err != nil {
		panic(err) // the flags stand above
	}
	return cmd
}

func templateHelp() string {
	var b strings.Builder
	for _, t := range scaffold.Templates() {
		fmt.Fprintf(&b, "\n  %-11s %s", t.Name, t.Description)
	}
	return b.String()
}

func templateNames() []string {
	var names []string
	for _, t := range scaffold.Templates() {
		names = append(names, t.Name)
	}
	return names
}

func (f *initFlags) run(w world, job scaffold.Job) error {
	at := slices.Index(templateNames(), f.template)
	if at < 0 {
		return fmt.Errorf("--template: unknown template %q: write one of %s", f.template, strings.Join(templateNames(), ", "))
	}
	template := scaffold.Templates()[at]
	if template.Unscheduled && job.Schedule != "" {
		return fmt.Errorf("--template %s: it %s, not by a schedule: leave --schedule out", f.template, template.Description)
	}
	text := template.Spec(job)
	// A name or an image that is none is better told now than by the next command.
	result, err := build.Run(build.Options{Dir: ".", Args: []string{"-"}, Stdin: bytes.NewReader(text)})
	if err != nil {
		return err
	}
	if err := tell(w, result, []string{"-"}); err != nil {
		return err
	}
	if f.print {
		if f.force {
			return errors.New("--force: there is nothing to overwrite with --print")
		}
		if _, err := w.stdout.Write(text); err != nil {
			return fmt.Errorf("writing the output: %w", err)
		}
		return nil
	}
	return f.write(w, job.Name+".yaml", text)
}

// write writes the file, which must be a new one without --force.
func (f *initFlags) write(w world, name string, text []byte) error {
	if exists(name) && !f.force {
		return fmt.Errorf("%s is there already: --force overwrites it, --print prints the spec", name)
	}
	if err := writeFile(name, text); err != nil {
		return err
	}
	err := w.say("wrote %s; `jobgen build %s` prints what it becomes", name, name)
	return err
}
