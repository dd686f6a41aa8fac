package diag

import (
	"io"
	"strings"
	"testing"
)

// BenchmarkOneLine writes findings in a file that is one line, such as what jq -c
// writes. The time is for each finding.
func BenchmarkOneLine(b *testing.B) {
	line := strings.Repeat(`{"a":"b"},`, 10_000)
	var list List
	for i := range 1000 {
		list = append(list, Diagnostic{Place: Place{File: "a.json", Line: 1, Column: 1 + 10*i, Width: 3, Text: line}, Message: "m"})
	}
	for b.Loop() {
		if err := list.WriteText(io.Discard, false); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(list)), "ns/finding")
}
