package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// BenchmarkProcess runs the program itself: cold start, wall time and peak
// memory for 1, 100 and 1000 specs. Only Linux tells the memory in KiB.
func BenchmarkProcess(b *testing.B) {
	bin := filepath.Join(b.TempDir(), "jobgen")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("specs=%d", n), func(b *testing.B) {
			dir := writeSpecs(b, n)
			peak := int64(0)
			for b.Loop() {
				cmd := exec.Command(bin, "build", dir)
				if err := cmd.Run(); err != nil {
					b.Fatal(err)
				}
				peak = max(peak, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
			}
			perRun := float64(b.Elapsed().Microseconds()) / float64(b.N)
			b.ReportMetric(perRun/float64(n), "µs/spec")
			b.ReportMetric(perRun/1000, "ms/run")
			b.ReportMetric(float64(peak)/1024, "peak-MiB")
		})
	}
}
