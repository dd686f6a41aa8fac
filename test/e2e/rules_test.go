package e2e_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jobgen-dev/jobgen/test/e2e/controlplane"
)

// TestRules compares the verdicts on the tables of pkg/validate/cluster, which have
// an object for nearly every rule.
func TestRules(t *testing.T) {
	t.Chdir("../..")
	file := filepath.Join(t.TempDir(), "cases")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-run", "^$", "./pkg/validate/cluster")
	cmd.Env = append(os.Environ(), "JOBGEN_CASES="+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	var all []candidate
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var c struct {
			Name   string
			Object object
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		// A creation refuses it, as jobgen does; a dry run does not look at it.
		if meta, _ := c.Object["metadata"].(object); meta["resourceVersion"] == nil {
			all = append(all, candidate{c.Name, c.Object})
		}
	}
	if err := lines.Err(); err != nil || len(all) < 100 {
		t.Fatalf("%d cases, error %v", len(all), err)
	}
	s := start(t, controlplane.Options{Minor: *minor, AnyNamespace: true})
	s.compare(t, all)
}
