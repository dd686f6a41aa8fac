//go:build unix

package controlplane

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// script is the guardian: a shell in a process group of its own, which Ctrl-C does
// not reach. The first line that it reads is the process group of the components;
// when its input ends, it kills them and removes the folder of their data.
const script = `trap '' HUP INT TERM
read -r group && cat >/dev/null
[ -z "$group" ] || kill -s KILL -- "-$group"
rm -rf "$1"`

// guard makes sure that processes and their data go away with this one, in
// whatever way it ends: the guardian's input is closed by the kernel then.
type guard struct {
	guardian *exec.Cmd
	input    io.WriteCloser
	group    int // of the components, 0 before there is one
}

func newGuard(dir string) (*guard, error) {
	g := &guard{guardian: exec.Command("/bin/sh", "-c", script, "sh", dir)}
	g.guardian.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	g.guardian.Stderr = os.Stderr
	var err error
	if g.input, err = g.guardian.StdinPipe(); err != nil {
		return nil, fmt.Errorf("making a pipe: %w", err)
	}
	if err := g.guardian.Start(); err != nil {
		return nil, fmt.Errorf("starting the guardian of the processes: %w", err)
	}
	return g, nil
}

// start starts a command whose end is in the guardian's hands.
func (g *guard) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: g.group}
	if err := cmd.Start(); err != nil {
		return err
	}
	if g.group == 0 {
		g.group = cmd.Process.Pid
		if _, err := fmt.Fprintln(g.input, g.group); err != nil {
			return fmt.Errorf("telling the guardian of %s: %w", cmd.Path, err)
		}
	}
	return nil
}

// stop ends all processes, and returns when their data is removed.
func (g *guard) stop() error {
	g.input.Close()
	return g.guardian.Wait()
}
