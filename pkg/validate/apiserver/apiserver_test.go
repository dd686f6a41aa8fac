package apiserver

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/version"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/featuregate"
)

// TestSinceAgreesWithGates compares the table of what keeps a field with the gates
// that the linked code still has, so that a new release cannot change one
// unnoticed.
func TestSinceAgreesWithGates(t *testing.T) {
	gates := utilfeature.DefaultMutableFeatureGate.GetAllVersioned()
	missing := map[string]bool{}
	for _, f := range fieldFeatures {
		specs, known := gates[featuregate.Feature(f.feature)]
		if !known {
			missing[f.feature] = true
			continue
		}
		since := ""
		for minor := 29; minor <= 37 && since == ""; minor++ {
			if onAt(specs, version.MajorMinor(1, uint(minor))) {
				since = fmt.Sprintf("1.%d", minor)
			}
		}
		if since != f.since && (since != "1.29" || f.since > since) {
			t.Errorf("%s: %s is on from %q, the table has %q", f.field, f.feature, since, f.since)
		}
	}
	for _, g := range gone {
		if _, known := gates[featuregate.Feature(g.feature)]; known {
			t.Errorf("the gate %s is not gone", g.feature)
		}
		delete(missing, g.feature)
	}
	if len(missing) > 0 {
		t.Errorf("no gates of the names %v", missing)
	}
}

func onAt(specs featuregate.VersionedSpecs, v *version.Version) bool {
	on := false
	for _, spec := range specs {
		if spec.Version.LessThan(v) || spec.Version.EqualTo(v) {
			on = spec.Default
		}
	}
	return on
}

// TestPanic makes sure that a panic of the validators is a fault.
func TestPanic(t *testing.T) {
	cron := `{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": {"schedule": "@daily", "jobTemplate": {"spec": {
		"completionMode": "Indexed", "successPolicy": {"rules": [{"succeededCount": 1}]},
		"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a"}]}}}}}}`
	var r Result
	if err := Under("1.37", func(s *Server) { r = s.Create([]byte(cron)) }); err != nil {
		t.Fatal(err)
	}
	if len(r.Faults) != 1 || r.Faults[0].Type != field.ErrorTypeInternal || len(r.Simulated) > 0 {
		t.Errorf("%+v", r)
	}
}

// TestReadFindsEveryValue makes sure that each value that cannot be read is found,
// and that the rest is checked all the same.
func TestReadFindsEveryValue(t *testing.T) {
	job := `{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "A", "creationTimestamp": "yesterday"}, "spec": {"parallelism": 1.5, "completions": 99999999999,
		"template": {"spec": {"restartPolicy": "Never", "hostUsers": "no", "containers": [
		{"name": "a", "image": "a", "resources": {"limits": {"cpu": "one", "memory": "two"}}, "env": {"A": "b"}},
		{"name": "b", "image": "b", "args": ["a", 5, "c"], "resources": {"limits": {"cpu": "one"}}}]}}}}`
	var got []string
	if err := Under("1.37", func(s *Server) {
		for _, f := range s.Create([]byte(job)).Faults {
			got = append(got, f.Field+" "+string(f.Type))
		}
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	bad := string(field.ErrorTypeTypeInvalid)
	want := []string{
		"metadata.name FieldValueInvalid", "metadata[creationTimestamp] " + bad,
		"spec[completions] " + bad, "spec[parallelism] " + bad,
		"spec[template][spec][containers][0][env] " + bad,
		"spec[template][spec][containers][0][resources][limits][cpu] " + bad,
		"spec[template][spec][containers][0][resources][limits][memory] " + bad,
		"spec[template][spec][containers][1][args][1] " + bad,
		"spec[template][spec][containers][1][resources][limits][cpu] " + bad,
		"spec[template][spec][hostUsers] " + bad,
	}
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestNoSuchMinor makes sure that what is no minor is an error.
func TestNoSuchMinor(t *testing.T) {
	for _, minor := range []string{"", "1", "v1", "one.two", "1.37.1"} {
		if err := Under(minor, func(*Server) { t.Errorf("%q is taken", minor) }); err == nil {
			t.Errorf("%q is taken", minor)
		}
	}
}
