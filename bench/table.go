package main

import (
	"fmt"
	"strings"
	"time"
)

// table writes the rows in Markdown.
func table(rows []row) string {
	var b strings.Builder
	b.WriteString("| work | jobs | tool | wall ms | CPU ms | peak MiB | jobgen / it: wall | CPU | peak |\n|---|--:|---|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %d | %s | %s | %s |\n", r.task, r.n, r.label,
			ms(r.median.wall), ms(r.median.cpu), r.median.peak>>20, times(int64(r.ratio.wall)), times(int64(r.ratio.cpu)), times(r.ratio.peak))
	}
	return b.String()
}

func ms(d time.Duration) string {
	if d < 100*time.Millisecond {
		return fmt.Sprintf("%.1f", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.0f", d.Seconds()*1000)
}

func times(thousandths int64) string { return fmt.Sprintf("%.2f", float64(thousandths)/1000) }
