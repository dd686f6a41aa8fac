// Command bench measures jobgen beside the tools that people use for the same
// work: helm, kustomize, kubeconform and cue. It builds all of them from Go
// modules, gives each the same jobs, runs them in turn, and prints a table of
// medians. docs/benchmarks.md shows one.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	work := run
	if len(os.Args) > 2 && os.Args[1] == measuring {
		work = func() error { return measure(os.Args[2:]) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are what the flags say.
type options struct {
	sizes  []int
	tools  []string
	work   []string
	rounds int
	dir    string
	jobgen string
}

func run() error {
	opts, err := parse()
	if err != nil {
		return err
	}
	bin, err := install(opts)
	if err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Join(opts.dir, measured))
	var rows []row
	for _, task := range tasks {
		if len(opts.work) > 0 && !slices.Contains(opts.work, task.name) {
			continue
		}
		for _, n := range opts.sizes {
			more, err := task.measure(opts, bin, n)
			if err != nil {
				return fmt.Errorf("%s, %d jobs: %w", task.name, n, err)
			}
			rows = append(rows, more...)
		}
	}
	fmt.Print(table(rows))
	return nil
}

func parse() (options, error) {
	var opts options
	sizes := flag.String("n", "1,10,100,1000,10000", "the `NUMBERS` of jobs")
	tools := flag.String("tool", "", "measure only these `TOOLS` beside jobgen, such as helm,cue")
	work := flag.String("work", "", "measure only this `WORK`: "+strings.Join(taskNames(), ", "))
	flag.IntVar(&opts.rounds, "rounds", 7, "how often each tool runs")
	flag.StringVar(&opts.dir, "dir", filepath.Join(os.TempDir(), "jobgen-bench"), "the `FOLDER` for the tools and their inputs")
	flag.StringVar(&opts.jobgen, "jobgen", "", "the `PROGRAM` to measure; default: it is built from the checkout")
	flag.Parse()
	if flag.NArg() > 0 {
		return opts, errors.New("there are no arguments, only flags")
	}
	opts.tools, opts.work = words(*tools), words(*work)
	if err := errors.Join(known("-tool", opts.tools, toolNames()), known("-work", opts.work, taskNames())); err != nil {
		return opts, err
	}
	for _, word := range words(*sizes) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return opts, fmt.Errorf("-n: %q is no number of jobs", word)
		}
		opts.sizes = append(opts.sizes, n)
	}
	dir, err := filepath.Abs(opts.dir)
	opts.dir = dir
	return opts, err
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}

// known refuses words of a flag that stand for nothing: a table without rows would look
// like a result.
func known(flag string, words, names []string) error {
	for _, word := range words {
		if !slices.Contains(names, word) {
			return fmt.Errorf("%s: there is no %q, only %s", flag, word, strings.Join(names, ", "))
		}
	}
	return nil
}

func toolNames() []string {
	names := []string{"jobgen"}
	for _, t := range peers {
		names = append(names, t.name)
	}
	return names
}

func taskNames() []string {
	var names []string
	for _, t := range tasks {
		names = append(names, t.name)
	}
	return names
}

// wants reports whether a tool is measured.
func (o options) wants(tool string) bool {
	return len(o.tools) == 0 || slices.Contains(o.tools, tool) || tool == "jobgen"
}
