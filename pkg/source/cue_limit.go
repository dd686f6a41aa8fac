package source

import (
	"fmt"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"
	"time"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// CUE can compute anything, so its evaluation has limits. An evaluation cannot be
// stopped: what is given up goes on until the process ends.
const (
	cueTime  = 10 * time.Second      // for one file, or to compare one value with a policy
	cueShare = 30 * time.Second      // for all of a run together
	cueFree  = 50 * time.Millisecond // of each evaluation, which is not counted there
)

// cueBudget is the time that CUE has taken in a run.
type cueBudget struct {
	mutex sync.Mutex
	spent time.Duration
	over  string // why nothing more is evaluated
}

// evaluate does the work with the file of that name, for no longer than limit.
func (d *Disk) evaluate(name string, limit time.Duration, work func()) outcome {
	if d == nil {
		d = &Disk{}
	}
	b := &d.cue
	b.mutex.Lock()
	limit, refuse := min(limit, cueFree+cueShare-b.spent), b.over != ""
	b.mutex.Unlock()
	if refuse {
		return refused
	}
	start := time.Now()
	result := finishes(limit, func() {
		defer cueWatch.enter(name)()
		work()
	})
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.spent += max(0, time.Since(start)-cueFree)
	switch {
	case b.over != "":
	case b.spent >= cueShare:
		b.over = fmt.Sprintf("evaluating CUE takes more than %d seconds in this run", int(cueShare.Seconds()))
	case result == tookTooLong:
		b.over = fmt.Sprintf("evaluating %s takes more than %d seconds", name, int(cueTime.Seconds()))
	}
	return result
}

// outcome is how a piece of work ended.
type outcome uint8

const (
	finished outcome = iota
	panicked
	tookTooLong
	refused // it was not begun, because CUE had taken too long before
)

// finishes does the work, but does not wait for it longer than limit.
func finishes(limit time.Duration, work func()) outcome {
	done := make(chan outcome, 1)
	go func() {
		result := panicked
		defer func() {
			_ = recover() // a fault of CUE's own must not end the run
			done <- result
		}()
		work()
		result = finished
	}()
	select {
	case result := <-done:
		return result
	case <-time.After(limit):
		return tookTooLong
	}
}

// gaveUp reports why the value of a file is not known.
func (p *parsing) gaveUp(why outcome) {
	switch why {
	case tookTooLong:
		p.report(diag.CodeLimit, Pos{}, fmt.Sprintf("evaluating this file takes more than %d seconds", int(cueTime.Seconds())), "")
	case refused:
		b := &p.file.disk.cue
		b.mutex.Lock()
		defer b.mutex.Unlock()
		p.report(diag.CodeLimit, Pos{}, "this file is not evaluated: "+b.over, "")
	default:
		p.report(diag.CodeSyntax, Pos{}, "CUE cannot evaluate this file", "")
	}
}

// watcher looks at the memory of the process while CUE is evaluated.
type watcher struct {
	mutex    sync.Mutex
	limit    uint64 // 0: nobody has asked
	exceeded func(file string)
	files    []string // that are being evaluated, the first for the longest time
	runs     bool
}

var cueWatch watcher // memory belongs to the process, and so does the watch over it

// LimitCUE makes the process call exceeded, with the name of the file that has been
// evaluated for the longest time, when its memory grows by limit bytes while CUE is
// evaluated. Since an evaluation cannot be stopped, exceeded should end the process. A
// program that does not call LimitCUE has no such limit.
func LimitCUE(limit uint64, exceeded func(file string)) {
	cueWatch.mutex.Lock()
	defer cueWatch.mutex.Unlock()
	cueWatch.limit, cueWatch.exceeded = limit, exceeded
	// An endless recursion is to meet the limit before it meets Go's, whose end is a traceback.
	debug.SetMaxStack(int(min(math.MaxInt, 4*limit)))
}

// enter notes that a file is being evaluated until the returned function is called.
func (w *watcher) enter(file string) (leave func()) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.files = append(w.files, file)
	if w.limit > 0 && !w.runs {
		w.runs = true
		go w.watch(w.limit+memoryInUse(), w.exceeded)
	}
	return func() {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		at := slices.Index(w.files, file)
		w.files = slices.Delete(w.files, at, at+1)
	}
}

// watch looks at the memory until no file is evaluated.
func (w *watcher) watch(limit uint64, exceeded func(file string)) {
	for {
		time.Sleep(time.Millisecond)
		w.mutex.Lock()
		if len(w.files) == 0 {
			w.runs = false
			w.mutex.Unlock()
			return
		}
		file := w.files[0]
		w.mutex.Unlock()
		if memoryInUse() > limit {
			exceeded(file)
			return
		}
	}
}

// memoryInUse returns the bytes of all values and stacks. Stacks count double: one that
// grows is copied into another of twice its size.
func memoryInUse() uint64 {
	used := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(used)
	return used[0].Value.Uint64() + 2*used[1].Value.Uint64()
}
