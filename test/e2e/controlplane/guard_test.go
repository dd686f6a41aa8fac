//go:build unix

package controlplane

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// guarded, in the environment, makes this test binary a process that is killed
// while the guardian watches over a child of it.
const guarded = "JOBGEN_GUARDED_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(guarded); dir != "" {
		if err := waitToBeKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// waitToBeKilled starts two children, prints their process ids and ends only when
// it is killed.
func waitToBeKilled(dir string) error {
	g, err := newGuard(dir)
	if err != nil {
		return err
	}
	for range 2 {
		child := exec.Command("sleep", "3600")
		if err := g.start(child); err != nil {
			return err
		}
		fmt.Println(child.Process.Pid)
	}
	select {}
}

// TestKilled makes sure that nothing is left of a process that is killed, which
// can do nothing about it any more.
func TestKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), guarded+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var children []int
	for lines := bufio.NewScanner(out); len(children) < 2 && lines.Scan(); {
		pid, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		children = append(children, pid)
	}
	if len(children) < 2 {
		t.Fatal("no children were started")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed, which is an error to Wait
	eventually(t, "the folder is still there", func() bool { _, err := os.Stat(dir); return os.IsNotExist(err) })
	for _, pid := range children {
		eventually(t, "a child still runs", func() bool { return gone(pid) })
	}
}

// gone reports whether a process has ended. One whose end nobody has asked for yet
// is a zombie, where /proc tells.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return true
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	var id int
	var name, state string
	_, scan := fmt.Sscan(string(stat), &id, &name, &state)
	return err == nil && scan == nil && state == "Z"
}

// eventually waits until a condition holds.
func eventually(t *testing.T, otherwise string, condition func() bool) {
	t.Helper()
	for range 600 {
		if condition() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error(otherwise)
}
