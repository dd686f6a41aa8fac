package controlplane

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFailureShowsLog makes sure that a component that ends before it is up says why.
func TestFailureShowsLog(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(log, []byte(strings.Repeat("starting\n", 100)+"no such flag\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := process{name: "etcd", log: log, done: make(chan struct{})}
	close(p.done)
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	err = p.wait(t.Context(), http.DefaultClient, "http://127.0.0.1:"+ports[0])
	if err == nil || !strings.HasPrefix(err.Error(), "etcd ended") || !strings.HasSuffix(err.Error(), "no such flag") || len(err.Error()) > 1000 {
		t.Errorf("%v", err)
	}
}

// TestNoSuchControlPlane makes sure that nothing is started for a minor that has no
// module.
func TestNoSuchControlPlane(t *testing.T) {
	for _, opts := range []Options{{Minor: "1.2"}, {}, {Minor: "1.29", Workloads: true}} {
		if c, err := Start(t.Context(), opts); err == nil {
			t.Errorf("%+v is started: %v", opts, c.Stop())
		}
	}
}
