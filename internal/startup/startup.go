// Package startup tells the garbage collector how much memory a run may take to save
// time. It does so before the packages of Kubernetes and CUE are initialised, which
// allocate some megabytes: a collection among that work takes longer than all that a
// run of one spec collects. Go initialises packages in the order of their paths as far
// as their imports allow, so this one imports next to nothing and must be imported by
// main for its effect alone.
package startup

import (
	"os"
	"runtime/debug"
)

// A process that lasts a second does well with little collection of garbage, as long
// as it does not grow for that.
const (
	gcPercent   = 400
	memoryLimit = 96 << 20
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
	}
	return true
}
