package build

import (
	"fmt"
	"io"
	"runtime/metrics"
	"text/tabwriter"
	"time"
)

// Stats count what the stages of a run took. While they are counted, one input is
// handled after the other.
type Stats struct {
	stages [stages]cost
	jobs   int
}

// stage is one step that a spec takes.
type stage int

const (
	reading stage = iota
	checking
	lowering
	validating
	printing
	stages int = iota
)

// cost is what a stage took over all specs.
type cost struct {
	time           time.Duration
	bytes, objects uint64 // allocated
}

// during does what belongs to a stage, and counts it if there is somebody to tell.
func (s *Stats) during(in stage, do func()) {
	if s == nil {
		do()
		return
	}
	bytes, objects := allocated()
	start := time.Now()
	do()
	took := time.Since(start)
	moreBytes, moreObjects := allocated()
	c := &s.stages[in]
	c.time, c.bytes, c.objects = c.time+took, c.bytes+moreBytes-bytes, c.objects+moreObjects-objects
}

// allocated returns what the process has allocated so far.
func allocated() (bytes, objects uint64) {
	samples := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/allocs:objects"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64(), samples[1].Value.Uint64()
}

// Table writes the stages as a table.
func (s *Stats) Table(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	var all cost
	line := func(name string, c cost) {
		n := uint64(max(s.jobs, 1))
		fmt.Fprintf(table, "%s\t%.1f ms\t%.1f µs\t%d B\t%d\t\n", name, c.time.Seconds()*1e3, c.time.Seconds()*1e6/float64(n), c.bytes/n, c.objects/n)
	}
	fmt.Fprintln(table, "stage\ttime\ta job\tallocated a job\tobjects\t")
	for i, name := range []string{"read", "check", "lower", "validate", "print"} {
		c := s.stages[i]
		line(name, c)
		all.time, all.bytes, all.objects = all.time+c.time, all.bytes+c.bytes, all.objects+c.objects
	}
	line("all", all)
	return table.Flush()
}
