package apiserver

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/util/version"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/featuregate"
	featuregatetesting "k8s.io/component-base/featuregate/testing"
)

// gatedCases have a case for each row of gatedValues: a minor with the gate off, and a
// Pod's spec whose only fault the gate takes away.
var gatedCases = []struct{ minor, spec string }{
	{"1.37", `"containers": [{"name": "a", "image": "a"}], "tolerations": [{"key": "a", "operator": "Gt", "value": "5"}]`}, // I 3
	{"1.35", `"containers": [{"name": "a", "image": "a", "restartPolicy": "Never", "restartPolicyRules": [{"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [1]}}]}]`},
	{"1.35", `"containers": [{"name": "a", "image": "a"}], "initContainers": [{"name": "i", "image": "a", "restartPolicy": "Always", "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}]}]`},
	{"1.33", `"containers": [{"name": "a", "image": "a"}], "initContainers": [{"name": "i", "image": "a", "restartPolicy": "Never"}]`},
	{"1.33", `"containers": [{"name": "a", "image": "a", "restartPolicy": "Never"}]`},
	{"1.36", `"containers": [{"name": "a", "image": "a"}], "securityContext": {"seLinuxChangePolicy": "MountOption"}`},
	{"1.37", `"containers": [{"name": "a", "image": "a"}], "hostUsers": false, "hostNetwork": true`},
	{"1.31", `"containers": [{"name": "a", "image": "a", "env": [{"name": "a b", "value": "c"}]}]`},
}

func TestGatedValues(t *testing.T) {
	gates := utilfeature.DefaultMutableFeatureGate.GetAllVersioned()
	for i, c := range gatedCases {
		row := gatedValues[i]
		specs := gates[featuregate.Feature(row.feature)]
		if onAt(specs, version.MajorMinor(1, 37)) != (row.since != "") || row.since != "" && !onAt(specs, version.MustParseMajorMinor(row.since)) || onAt(specs, version.MustParseMajorMinor(c.minor)) {
			t.Errorf("%s is not on from %q", row.feature, row.since)
		}
		object := fmt.Sprintf(`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"restartPolicy": "Never", %s}}`, c.spec)
		t.Run(row.feature, func(t *testing.T) {
			if r := createUnder(t, c.minor, object); len(r.Faults) != 1 || r.Faults[0].Feature != row.feature || r.Faults[0].Since != row.since {
				t.Errorf("%s: %+v", c.minor, r.Faults)
			}
			on := row.since
			if on == "" {
				on = c.minor
				featuregatetesting.SetFeatureGateDuringTest(t, utilfeature.DefaultFeatureGate, featuregate.Feature(row.feature), true)
			}
			if r := createUnder(t, on, object); len(r.Faults) != 0 {
				t.Errorf("%s has the feature: %+v", on, r.Faults)
			}
		})
	}
	if len(gatedCases) != len(gatedValues) {
		t.Errorf("%d rows, %d cases", len(gatedValues), len(gatedCases))
	}
}

func createUnder(t *testing.T, minor, object string) (r Result) {
	if err := Under(minor, func(s *Server) { r = s.Create([]byte(object)) }); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestCopiedLabels makes sure that labels which a Job gets from its Pods are reported
// once (I 4).
func TestCopiedLabels(t *testing.T) {
	for labels, want := range map[string]int{``: 1, `"labels": {"c": "d"}, `: 1, `"labels": {"a b": "c"}, `: 2} {
		job := fmt.Sprintf(`"metadata": {%s"name": "a"}, "spec": {"template": {"metadata": {"labels": {"a b": "c"}},
			"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a"}]}}}`, labels)
		if r := createUnder(t, "1.37", `{"apiVersion": "batch/v1", "kind": "Job", `+job+`}`); len(r.Faults) != want {
			t.Errorf("%s: %+v", labels, r.Faults)
		}
		r := createUnder(t, "1.37", `{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": {"schedule": "@daily", "jobTemplate": {`+job+`}}}`)
		if len(r.Faults)+len(r.Simulated) != want {
			t.Errorf("%s: %+v %+v", labels, r.Faults, r.Simulated)
		}
	}
}
