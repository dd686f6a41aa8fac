package main

import (
	"fmt"
	"time"
)

// progress is a line on standard error for runs that last. On anything but a
// terminal it says nothing.
type progress struct {
	w     world
	start time.Time
	last  time.Time
}

func newProgress(w world) *progress { return &progress{w: w, start: time.Now()} }

// show says how many files are done, once a second has passed.
func (p *progress) show(done, total int) {
	now := time.Now()
	if !p.w.terminal || now.Sub(p.start) < time.Second || now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last = now
	fmt.Fprintf(p.w.stderr, "\r%d of %d files\x1b[K", done, total)
}

// clear takes the line away again.
func (p *progress) clear() {
	if !p.last.IsZero() {
		fmt.Fprint(p.w.stderr, "\r\x1b[K")
	}
}
