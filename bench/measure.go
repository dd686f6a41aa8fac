package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// sample is what one run took.
type sample struct {
	wall, cpu time.Duration
	peak      int64 // bytes of memory
}

// runOnce runs a command, with its output to a file as in a real build, and
// returns what it took.
func runOnce(args []string, dir, output string) (sample, error) {
	out, err := os.Create(output)
	if err != nil {
		return sample{}, err
	}
	defer out.Close()
	var stderr bytes.Buffer
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return sample{}, fmt.Errorf("%v: %w\n%s", args, err, tail(stderr.Bytes()))
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return sample{time.Since(start), cpu, usage.Maxrss * maxrssUnit}, nil
}

// maxrssUnit is that of Linux; elsewhere peak memory is not comparable.
const maxrssUnit = 1024

func tail(text []byte) []byte { return text[max(0, len(text)-2000):] }

// median returns the middle of each figure.
func median(samples []sample) sample {
	middle := func(of func(sample) int64) int64 {
		var all []int64
		for _, s := range samples {
			all = append(all, of(s))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return sample{
		time.Duration(middle(func(s sample) int64 { return int64(s.wall) })),
		time.Duration(middle(func(s sample) int64 { return int64(s.cpu) })),
		middle(func(s sample) int64 { return s.peak }),
	}
}
