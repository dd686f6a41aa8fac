// Package startup tells the garbage collector how much memory a run may take to save
// time. It does so before the packages of Kubernetes and CUE are initialised, which
// allocate some megabytes: a collection among that work takes longer than all that a
// run of one spec collects. Go initialises packages in the order of their paths as far
// as their imports allow, so this one imports next to nothing and must be imported by
// main for its effect alone.
package startup

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// A process that lasts a second does well with little collection of garbage, as long
// as it does not grow for that: what is in use may be multiplied until memoryLimit is
// reached, and from there on the limit grows with what is in use.
const (
	gcPercent   = 400
	memoryLimit = 90 << 20
	mostMore    = 600 << 20 // above what is in use: 16 MiB of input end within 2 GiB
)

// The variable stands for the call: a package is initialised by its variables.
var _ = tune()

// tune sets both, unless the user did by GOGC and GOMEMLIMIT.
func tune() bool {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
		follow(memoryLimit)
	}
	return true
}

// room is how many times what is in use the limit may be.
var room atomic.Int64

// Room lets a run take that many times of what is in use, where it holds all that it
// makes until the end, so that every collection goes through the same again. The default
// is 1.8.
func Room(times int64) { room.Store(times) }

// limitFor returns the limit for what is in use: a multiple of that, but at most mostMore
// above it.
func limitFor(live int64) int64 {
	more := min(live*max(8, 10*room.Load()-10)/10, mostMore)
	return max(memoryLimit, live+more-memoryLimit/5)
}

// follow raises the limit with what is in use. A limit below that makes the collector
// run without end.
func follow(limit int64) {
	// A finalizer runs after each collection.
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if want := limitFor(int64(live[0].Value.Uint64())); want != limit {
			limit = want
			debug.SetMemoryLimit(limit)
		}
		follow(limit)
	})
}
