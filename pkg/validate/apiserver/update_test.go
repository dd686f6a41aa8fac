package apiserver

import (
	"strings"
	"testing"
)

// Which fields of a Job may change depends on its state, and on the minor: scheduling
// directives while it has never started, and, from 1.36 on, these and its resources
// whenever it is suspended and has no Pods.
func TestUpdateOfAJobInEachState(t *testing.T) {
	const job = `{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"suspend": true, "completions": 2, "parallelism": 2,
		"completionMode": "Indexed", "template": {"metadata": {"labels": {"l": "v"}}, "spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "b"}]}}}}`
	pod := func(field string) string {
		return strings.Replace(job, `"restartPolicy"`, field+`, "restartPolicy"`, 1)
	}
	for _, c := range []struct {
		name, now  string
		old, newer string // of minor 1.35 and 1.37: the states that take it, R F S N
	}{
		{"a label of the pods", strings.Replace(job, `"l": "v"`, `"l": "w"`, 1), "N", "SN"},
		{"a node selector", pod(`"nodeSelector": {"a": "b"}`), "N", "SN"},
		{"tolerations", pod(`"tolerations": [{"operator": "Exists"}]`), "N", "SN"},
		{"node affinity", pod(`"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}]}}}`), "N", "SN"},
		{"pod affinity", pod(`"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "a", "labelSelector": {}}]}}`), "", ""},
		{"a scheduling gate", pod(`"schedulingGates": [{"name": "a.b/c"}]`), "N", "SN"},
		{"resources", strings.Replace(job, `"image": "b"`, `"image": "b", "resources": {"requests": {"cpu": "1"}}`, 1), "", "SN"},
		{"an image", strings.Replace(job, `"image": "b"`, `"image": "c"`, 1), "", ""},
		{"completions alone", strings.Replace(job, `"completions": 2`, `"completions": 3`, 1), "", ""},
		{"completions with parallelism", strings.NewReplacer(`"completions": 2`, `"completions": 3`, `"parallelism": 2`, `"parallelism": 3`).Replace(job), "RFSN", "RFSN"},
		{"nothing but suspend", strings.Replace(job, `"suspend": true`, `"suspend": false`, 1), "RFSN", "RFSN"},
	} {
		for minor, want := range map[string]string{"1.35": c.old, "1.37": c.newer} {
			got := ""
			err := Under(minor, func(s *Server) {
				for state, letter := range []string{Running: "R", Finished: "F", Suspended: "S", NotStarted: "N"} {
					if len(s.Update([]byte(job), []byte(c.now), State(state))) == 0 {
						got += letter
					}
				}
			})
			if err != nil || got != want {
				t.Errorf("%s in %s is taken in the states %q, want %q, error %v", c.name, minor, got, want, err)
			}
		}
	}
}
