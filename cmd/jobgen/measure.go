package main

import (
	"errors"
	"fmt"
	"runtime/pprof"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/build"
)

// measuring are the flags that show where the time of a run goes.
type measuring struct {
	stats      bool
	cpuProfile string
}

func (m *measuring) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&m.stats, "stats", false, "print what each stage took on standard error; inputs are handled one by one for it")
	cmd.Flags().StringVar(&m.cpuProfile, "cpuprofile", "", "write a profile for go tool pprof to the `FILE`")
}

// run does the work and measures it as the flags say.
func (m *measuring) run(w world, work func(*build.Stats) error) (err error) {
	if m.cpuProfile != "" {
		file, err := createFile(m.cpuProfile)
		if err != nil {
			return fmt.Errorf("--cpuprofile: %w", err)
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return fmt.Errorf("--cpuprofile: %w", errors.Join(err, file.Close()))
		}
		defer func() {
			pprof.StopCPUProfile()
			err = errors.Join(err, file.Close())
		}()
	}
	if !m.stats {
		return work(nil)
	}
	stats := &build.Stats{}
	if err := work(stats); err != nil {
		return err
	}
	return stats.Table(w.stderr)
}
