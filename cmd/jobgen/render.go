package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/internal/escape"
	"github.com/jobgen-dev/jobgen/internal/startup"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/layout"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/tree"
)

// renderFlags are the flags of render.
type renderFlags struct {
	specFlags
	out, layout           string
	check, dryRun, verify bool
	prune                 bool
	reseal                string
	sealed                map[string]bool // the Secrets that were asked about
	measured              measuring
}

// resealAll is what --reseal without a name stands for.
const resealAll = "*"

func newRender(w world) *cobra.Command {
	var flags renderFlags
	cmd := &cobra.Command{
		Use:   "render --out FOLDER [FILE | FOLDER | GLOB]...",
		Short: "Write the manifests of specs as a tree of files for git",
		Long: `render writes what specs become in every environment into a folder: one object a
file, as a kustomize base and overlays, or as plain trees. Only files that change
are written, and what is no longer made is removed. Files that render did not write
are never touched. A file that was edited by hand is overwritten with a warning, and
removed only with --prune.

When anything is wrong with any spec nothing is written at all. A run that is
interrupted leaves the old tree, or is finished by the next one. Where neither the
inputs nor the tree have changed since the last run, nothing is made again; --check
and --verify make all of it, to be sure.

Secrets do not go into git: the project file says whether they are left out, sealed,
or taken from an external store.`,
		Example: `  # A kustomize base, and an overlay for each environment
  jobgen render --out manifests jobs/

  # In CI: fail when the tree is not what the specs say
  jobgen render --out manifests jobs/ --check

  # One plain tree for each environment
  jobgen render --out plain --layout flat jobs/`,
		RunE: func(_ *cobra.Command, args []string) error {
			return flags.measured.run(w, func(stats *build.Stats) error { return flags.run(w, args, stats) })
		},
	}
	flags.registerVersions(cmd)
	flags.measured.register(cmd)
	f := cmd.Flags()
	f.StringVar(&flags.out, "out", "", "the `FOLDER` of the tree")
	f.StringVar(&flags.layout, "layout", layout.Layouts()[0].Name, "how files are arranged: `LAYOUT` "+strings.Join(layoutNames(), " or "))
	f.BoolVar(&flags.check, "check", false, "write nothing, say what would be written, and exit 1 if that is anything")
	f.BoolVar(&flags.dryRun, "dry-run", false, "write nothing, and say what would be written")
	f.BoolVar(&flags.verify, "verify", false, "build every environment from the files too, and compare")
	f.BoolVar(&flags.prune, "prune", false, "remove files though they were edited by hand, the tree was rendered from other inputs, or a file that it was rendered from holds fewer objects now")
	f.StringVar(&flags.reseal, "reseal", "", "seal all Secrets anew, or those of one `NAME`")
	f.Lookup("reseal").NoOptDefVal = resealAll
	words := cobra.FixedCompletions(layoutNames(), cobra.ShellCompDirectiveNoFileComp)
	if err := errors.Join(cmd.MarkFlagRequired("out"), cmd.MarkFlagDirname("out"), cmd.RegisterFlagCompletionFunc("layout", words)); err != nil {
		panic(err) // the flags stand above
	}
	return cmd
}

func layoutNames() []string {
	var names []string
	for _, l := range layout.Layouts() {
		names = append(names, l.Name)
	}
	return names
}

func (f *renderFlags) run(w world, args []string, stats *build.Stats) error {
	opts, err := f.options(args)
	if err != nil {
		return err
	}
	if slices.Contains(opts.Args, "-") {
		return errors.New("render reads files and folders, not standard input: what is not read again is not kept")
	}
	if f.out == "" {
		return errors.New("--out: write the name of a folder")
	}
	if f.check && f.dryRun {
		return errors.New("--check and --dry-run exclude each other: both write nothing, and --check exits 1 where --dry-run exits 0")
	}
	if _, err := target(f.out); err != nil {
		return fmt.Errorf("--out %s: %w", f.out, err)
	}
	startup.Room(3)
	f.sealed = map[string]bool{}
	opts.Disk = source.NewDisk() // what is sealed is read twice
	opts.AllEnvironments, opts.Secrets.Git, opts.Stats = true, true, stats
	inputs, err := relative(f.out, opts.Args)
	if err != nil {
		return err
	}
	keep := tree.Options{Inputs: slices.Compact(inputs), Prune: f.prune, May: layout.MayHave}
	if f.check || f.dryRun {
		made, err := f.make(w, opts)
		if err != nil {
			return err
		}
		d, err := tree.Compare(f.out, made.files, f.of(keep, made, opts.Disk))
		if err != nil {
			return f.explain(err)
		}
		return f.would(w, d)
	}
	return f.write(w, opts, keep)
}

// write makes the tree what the specs say, unless nothing has changed since it was
// written.
func (f *renderFlags) write(w world, opts build.Options, keep tree.Options) error {
	now := f.question(opts, keep)
	if now.remembers() {
		if m, files, ok := recall(f.out, now); ok {
			return errors.Join(tellOf(w, m.Said), f.did(w, tree.Diff{Unchanged: files}))
		}
	}
	made, err := f.make(w, opts)
	if err != nil {
		return err
	}
	if now.remembers() {
		keep.Memory = memoryOf(now, made, opts.Disk)
	}
	d, err := tree.Write(f.out, made.files, f.of(keep, made, opts.Disk))
	if err != nil {
		return f.explain(err)
	}
	return f.did(w, d)
}

// rendered is what the specs become, and what was said of them.
type rendered struct {
	files   []tree.File
	sources []string // the files that they come from, relative to the tree, as tree.Options has them
	said    diag.List
	valued  bool // secret values were read
}

// of returns the options with the sources of what was made.
func (f *renderFlags) of(keep tree.Options, made rendered, disk *source.Disk) tree.Options {
	keep.Sources = made.sources
	keep.Find = func(source string) (name string, there bool) {
		name = filepath.Join(f.out, filepath.FromSlash(source))
		_, err := disk.Lstat(name)
		return filepath.ToSlash(name), err == nil
	}
	return keep
}

// make makes the files of the tree. Where Secrets have to be sealed it does so
// twice, for values are only read when they are needed.
func (f *renderFlags) make(w world, opts build.Options) (made rendered, err error) {
	at := slices.Index(layoutNames(), f.layout)
	if at < 0 {
		return made, fmt.Errorf("unknown layout %q: write %s", f.layout, strings.Join(layoutNames(), " or "))
	}
	for {
		made.valued = opts.LookupEnv != nil
		t := layout.New(layout.Layouts()[at], layout.Options{Read: f.read, Valued: made.valued, Reseal: f.reseals})
		opts.Made = t.Add
		result, err := runBuild(w, opts)
		if err != nil {
			return made, err
		}
		if t.NeedsValues() && !result.Diagnostics.HasErrors() {
			opts.LookupEnv = w.lookupEnv
			continue
		}
		if err := t.Carry(result.Resources); err != nil {
			return made, err
		}
		if err := f.keepEmptied(t, result, opts.Args); err != nil {
			return made, err
		}
		if made.sources, err = relative(f.out, result.Sources); err != nil {
			return made, err
		}
		var ds diag.List
		if made.files, ds, err = t.Files(); err != nil {
			return made, err
		}
		result.Diagnostics = append(result.Diagnostics, ds...)
		result.Diagnostics.Sort()
		made.said = result.Diagnostics
		if err := tellOf(w, result.Diagnostics); err != nil {
			return made, err
		}
		if err := f.resealed(); err != nil {
			return made, err
		}
		if f.verify {
			err = t.Verify(made.files)
		}
		return made, err
	}
}

// keepEmptied keeps the environments of the tree that no spec is in any more. One that
// nothing names any more is an error: a project file may be lost. Without a tree there must
// be a spec.
func (f *renderFlags) keepEmptied(t *layout.Tree, result *build.Result, args []string) error {
	names, there, err := tree.Names(f.out, tree.Options{May: layout.MayHave})
	if err != nil {
		return f.explain(err)
	}
	if result.Jobs == 0 && !there && !result.Diagnostics.HasErrors() {
		return noSpec(args)
	}
	if f.prune || result.Diagnostics.HasErrors() {
		return nil
	}
	_, rendered := layout.Environments(names)
	known := func(name string) bool {
		return slices.ContainsFunc(result.Environments, func(env string) bool { return cmp.Or(env, layout.DefaultEnvironment) == name })
	}
	if at := slices.IndexFunc(rendered, func(name string) bool { return !known(name) }); at >= 0 && result.Jobs > 0 {
		return fmt.Errorf("%s: the tree has the environment %s, and no spec and no project file names it any more; restore it, or add --prune", f.out, rendered[at])
	}
	if f.layout == layout.Kustomize {
		t.Keep(rendered)
	}
	return nil
}

// read returns the content of a file of the tree, nil if there is none.
func (f *renderFlags) read(name string) []byte {
	text, err := tree.ReadFile(f.out, name)
	if err != nil {
		return nil
	}
	return text
}

func (f *renderFlags) reseals(name string) bool {
	f.sealed[name] = true
	return f.reseal == resealAll || f.reseal == name
}

// resealed refuses a name of --reseal that no sealed Secret has.
func (f *renderFlags) resealed() error {
	if f.reseal == "" || f.reseal == resealAll || f.sealed[f.reseal] {
		return nil
	}
	return fmt.Errorf("--reseal: no sealed Secret has the name %q%s", f.reseal, didYouMean(f.reseal, slices.Sorted(maps.Keys(f.sealed))))
}

// relative returns paths relative to a tree, sorted, so that the same command in another
// folder, or on another machine, has the same.
func relative(tree string, args []string) ([]string, error) {
	out, err := filepath.Abs(tree)
	if err != nil {
		return nil, err
	}
	var inputs []string
	for _, arg := range args {
		abs, err := filepath.Abs(arg)
		if err != nil {
			return nil, err
		}
		rel, err := filepath.Rel(out, abs)
		if err != nil {
			rel = abs // on another drive
		}
		inputs = append(inputs, filepath.ToSlash(rel))
	}
	slices.Sort(inputs)
	return inputs, nil
}

// explain adds what can be done about an error of the tree.
func (f *renderFlags) explain(err error) error {
	switch {
	case errors.Is(err, tree.ErrInputs):
		return fmt.Errorf("%s: %w; render the same inputs, or add --prune", f.out, err)
	case errors.Is(err, tree.ErrSource):
		return fmt.Errorf("%w; restore them, remove the file, or add --prune", err)
	case errors.Is(err, tree.ErrEdited):
		return fmt.Errorf("%s: %w; move them away, or add --prune", f.out, err)
	}
	return fmt.Errorf("%s: %w", f.out, err)
}

// would says what a run would do.
func (f *renderFlags) would(w world, d tree.Diff) error {
	var b strings.Builder
	for _, one := range []struct {
		names []string
		verb  string
	}{{d.Added, "added"}, {d.Changed, "changed"}, {d.Removed, "removed"}} {
		for _, name := range one.names {
			fmt.Fprintf(&b, "%s %s\n", one.verb, escape.Line(filepath.ToSlash(filepath.Join(f.out, filepath.FromSlash(name)))))
		}
	}
	if _, err := w.stdout.Write([]byte(b.String())); err != nil {
		return fmt.Errorf("writing what changes: %w", err)
	}
	if err := f.warn(w, d, "is not what was rendered: it was edited by hand"); err != nil {
		return err
	}
	if d.Interrupted {
		if err := w.say("%s: a run was interrupted; the next one finishes it", f.out); err != nil {
			return err
		}
	}
	if !f.check || d.Empty() {
		return nil
	}
	err := w.say("%s is not what the specs say: %s; `jobgen render` writes it", f.out, sum(d))
	return errors.Join(err, errWrong)
}

// did says what a run did.
func (f *renderFlags) did(w world, d tree.Diff) error {
	if err := f.warn(w, d, "was edited by hand, and is as the specs say again"); err != nil {
		return err
	}
	err := w.say("%s: %s", f.out, sum(d))
	return err
}

func sum(d tree.Diff) string {
	return fmt.Sprintf("%d added, %d changed, %d removed, %d unchanged", len(d.Added), len(d.Changed), len(d.Removed), d.Unchanged)
}

func (f *renderFlags) warn(w world, d tree.Diff, what string) error {
	for _, name := range d.Edited {
		if err := w.say("warning: %s %s", filepath.ToSlash(filepath.Join(f.out, filepath.FromSlash(name))), what); err != nil {
			return err
		}
	}
	return nil
}
