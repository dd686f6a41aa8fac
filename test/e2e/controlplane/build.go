package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Newest is the Kubernetes minor that has every component; the others have an API
// server alone.
const Newest = "1.37"

// releases tells of each minor, whose module is below test/controlplane, the
// release that the module pins: a server built from modules does not know it.
var releases = map[string]string{"1.37": "v1.37.1", "1.33": "v1.33.13", "1.29": "v1.29.15"}

// Release returns the Kubernetes release that stands for a minor, "" if none does.
func Release(minor string) string { return releases[minor] }

// component is a program, and the module below test/ that pins its version.
type component struct {
	name, module, pkg string
	flags             string // of the linker
}

const small = "-s -w"

func ofKubernetes(minor, name string) component {
	flags := small + " -X k8s.io/component-base/version.gitVersion=" + releases[minor]
	return component{name, filepath.Join("controlplane", "v"+minor), "k8s.io/kubernetes/cmd/" + name, flags}
}

var (
	etcd = component{"etcd", filepath.Join("controlplane", "v"+Newest), "go.etcd.io/etcd/server/v3", small}
	kwok = component{"kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok", small}
)

// binary builds a component into test/bin, unless it is there already and is what
// would be built, and returns its path.
func (c component) binary(ctx context.Context) (string, error) {
	top, err := testFolder()
	if err != nil {
		return "", err
	}
	path := filepath.Join(top, "bin", c.module, c.name)
	build := exec.CommandContext(ctx, "go", "build", "-ldflags", c.flags, "-o", path, c.pkg)
	build.Dir = filepath.Join(top, c.module)
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s in %s: %w\n%s", c.name, build.Dir, err, tail(out))
	}
	return path, nil
}

// testFolder returns the folder test of the repository, which the working folder
// is in.
func testFolder() (string, error) {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		for _, path := range []string{dir, filepath.Join(dir, "test")} {
			if _, err := os.Stat(filepath.Join(path, "controlplane", "v"+Newest, "go.mod")); err == nil {
				return path, nil
			}
		}
		dir = filepath.Dir(dir)
	}
	return "", errors.Join(err, errors.New("no folder test/controlplane is above the working folder"))
}
