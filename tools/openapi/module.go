package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
)

// moduleDir returns the folder of the release's module in the module cache,
// fetching it when it is not there, and refuses a module whose checksum is not
// the one in the table.
func moduleDir(r release) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("go", "mod", "download", "-json", "k8s.io/kubernetes@"+r.version)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	runErr := cmd.Run()
	var module struct{ Dir, Sum, Error string }
	// A failed download still prints its reason as JSON, so that is read first.
	if err := json.Unmarshal(stdout.Bytes(), &module); err != nil {
		return "", fmt.Errorf("downloading the module: %w", errors.Join(runErr, errors.New(stderr.String())))
	}
	if module.Error != "" {
		return "", fmt.Errorf("downloading the module: %s", module.Error)
	}
	if module.Sum != r.sum {
		return "", fmt.Errorf("the module's checksum is %s, the table has %s", module.Sum, r.sum)
	}
	return module.Dir, nil
}
