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

// measuring is the first argument of the process that runs a command and measures
// it. A process of its own does that, because the kernel counts the memory of the
// one that starts a command to the command's peak.
const measuring = "measure-one-run"

// runOnce runs a command, with its output to a file as in a real build, and
// returns what it took.
func runOnce(args []string, dir, output string) (sample, error) {
	self, err := os.Executable()
	if err != nil {
		return sample{}, err
	}
	out, err := os.Create(output)
	if err != nil {
		return sample{}, err
	}
	defer out.Close()
	figures, to, err := os.Pipe()
	if err != nil {
		return sample{}, err
	}
	defer figures.Close()
	var stderr bytes.Buffer
	cmd := exec.Command(self, append([]string{measuring}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = dir, out, &stderr, []*os.File{to}
	err = cmd.Run()
	to.Close()
	if err != nil {
		return sample{}, fmt.Errorf("%v: %w\n%s", args, err, tail(stderr.Bytes()))
	}
	var s sample
	_, err = fmt.Fscan(figures, &s.wall, &s.cpu, &s.peak)
	return s, err
}

// measure runs a command in the process that is there for it, and writes what it
// took to the file that runOnce reads.
func measure(args []string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), password+"=not-a-secret")
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	wall := time.Since(start)
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * maxrssUnit
	_, err := fmt.Fprintln(os.NewFile(3, "figures"), int64(wall), int64(cpu), peak)
	return err
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
