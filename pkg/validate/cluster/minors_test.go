package cluster

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// minorCases are manifests whose verdict differs between minors: for each line the
// minors it is found for.
var minorCases = []struct {
	base    string
	changes []string
	want    []string // "check path: reason, first-last"
}{
	// unknown before their minor
	{"job", []string{`S.managedBy = acme.io/jobs`}, []string{"openapi S.managedBy: unknown field, 1.29-1.29", "dropped S.managedBy: dropped, 1.30-1.31"}},
	{"job", []string{`S.completionMode = Indexed`, `S.completions = 2`, `S.successPolicy = {rules: [{succeededCount: 1}]}`},
		[]string{"openapi S.successPolicy: unknown field, 1.29-1.29", "dropped S.successPolicy: dropped, 1.30-1.30"}},
	{"cron", []string{`S.completionMode = Indexed`, `S.completions = 2`, `S.successPolicy = {rules: [{succeededCount: 1}]}`},
		[]string{"openapi S.successPolicy: unknown field, 1.29-1.29", "dropped S.successPolicy: dropped, 1.30-1.30"}},
	{"job", []string{`P.resources = {limits: {cpu: 1}}`}, []string{"openapi P.resources: unknown field, 1.29-1.31", "dropped P.resources: dropped, 1.32-1.33"}},
	{"job", []string{`P.hostnameOverride = a`}, []string{"openapi P.hostnameOverride: unknown field, 1.29-1.33", "dropped P.hostnameOverride: dropped, 1.34-1.34"}},
	{"job", []string{`C.env = [{name: A, valueFrom: {fileKeyRef: {volumeName: v, path: a, key: A}}}]`, `P.volumes = [{name: v, emptyDir: {}}]`},
		[]string{"openapi C.env[0].valueFrom.fileKeyRef: unknown field, 1.29-1.33", "server C.env[0].valueFrom: invalid value, 1.29-1.34", "dropped C.env[0].valueFrom.fileKeyRef: dropped, 1.34-1.34"}},
	{"job", []string{`P.workloadRef = {name: a, podGroup: b}`}, []string{"openapi P.workloadRef: unknown field, 1.29-1.34", "dropped P.workloadRef: dropped, 1.35-1.35", "openapi P.workloadRef: unknown field, 1.36-1.37"}},

	// dropped
	{"job", []string{`P.volumes = [{name: v, emptyDir: {}}, {name: w, image: {reference: a}}]`, `C.volumeMounts = [{name: w, mountPath: /w}, {name: v, mountPath: /v}]`},
		[]string{"openapi P.volumes[1].image: unknown field, 1.29-1.30", "dropped C.volumeMounts[0]: dropped, 1.31-1.34", "dropped P.volumes[1]: dropped, 1.31-1.34"}},
	{"job", []string{`P.hostUsers = false`}, []string{"dropped P.hostUsers: dropped, 1.29-1.32"}},
	{"job", []string{`C.lifecycle = {preStop: {sleep: {seconds: 1}}}`}, []string{"server C.lifecycle.preStop: missing field, 1.29-1.29", "dropped C.lifecycle.preStop.sleep: dropped, 1.29-1.29"}},
	{"job", []string{`C.resizePolicy = [{resourceName: cpu, restartPolicy: NotRequired}]`}, []string{"dropped C.resizePolicy: dropped, 1.29-1.32"}},
	{"job", []string{`P.os = {name: linux}`, `C.lifecycle = {stopSignal: SIGINT}`}, []string{"openapi C.lifecycle.stopSignal: unknown field, 1.29-1.32", "dropped C.lifecycle.stopSignal: dropped, 1.33-1.37"}},
	{"job", []string{`P.resourceClaims = [{name: a, resourceClaimName: b}]`, `C.resources = {claims: [{name: a}]}`},
		[]string{"openapi P.resourceClaims[0].resourceClaimName: unknown field, 1.29-1.30", "dropped C.resources.claims: dropped, 1.29-1.33", "dropped P.resourceClaims: dropped, 1.29-1.33"}},
	{"claim", []string{`spec.volumeAttributesClassName = a`}, []string{"dropped spec.volumeAttributesClassName: dropped, 1.29-1.33"}},

	// refused
	{"job", []string{`C.env = [{name: 1A, value: x}]`}, []string{"server C.env[0].name: invalid value, 1.29-1.31"}},
	{"job", []string{`C.restartPolicy = Never`}, []string{"server C.restartPolicy: forbidden, 1.29-1.33", "dropped C.restartPolicy: dropped, 1.34-1.34"}},
	{"job", []string{`P.initContainers = [{name: a, image: a, restartPolicy: Never}]`}, []string{"server P.initContainers[0].restartPolicy: unsupported value, 1.29-1.33", "dropped P.initContainers[0].restartPolicy: dropped, 1.34-1.34"}},
	{"job", []string{`P.initContainers = [{name: a, image: a, restartPolicy: Always}]`}, nil},
	{"job", []string{`C.lifecycle = {preStop: {sleep: {seconds: 0}}}`}, []string{"server C.lifecycle.preStop: missing field, 1.29-1.29", "server C.lifecycle.preStop.sleep: invalid value, 1.30-1.32", "dropped C.lifecycle.preStop.sleep: dropped, 1.29-1.29"}},
	{"job", []string{`P.dnsConfig = {searches: [_tcp.example]}`}, []string{"server P.dnsConfig.searches[0]: invalid value, 1.29-1.32"}},
	{"job", []string{`P.affinity = {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: ["b c"]}]}]}}}`},
		[]string{"server P.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values[0]: invalid value, 1.32-1.37"}},
	{"job", []string{`P.volumes = [{name: v, projected: {sources: [{serviceAccountToken: {path: ../a}}]}}]`}, []string{"server P.volumes[0].projected: invalid value, 1.30-1.37"}},
	{"job", []string{`P.hostUsers = false`, `P.volumes = [{name: v, persistentVolumeClaim: {claimName: v}}]`, `C.volumeDevices = [{name: v, devicePath: /dev/v}]`},
		[]string{"server C.volumeDevices: forbidden, 1.34-1.37", "dropped P.hostUsers: dropped, 1.29-1.32"}},
	{"job", []string{`P.restartPolicy = OnFailure`, `P.initContainers = [{name: a, image: a, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}]`},
		[]string{"server P.initContainers[0].resizePolicy[0].restartPolicy: invalid value, 1.36-1.37", "dropped P.initContainers[0].resizePolicy: dropped, 1.29-1.32"}},
	{"cron", []string{`S.podFailurePolicy = {rules: [{action: Ignore, onPodConditions: [{type: Ready}]}]}`}, []string{"openapi S.podFailurePolicy.rules[0].onPodConditions[0]: missing field, 1.29-1.33"}},
	{"job", []string{`S.podFailurePolicy = {rules: [{action: Ignore, onPodConditions: [{type: Ready}]}]}`}, nil},
	{"policy", []string{`spec.egress[0].to[0].ipBlock.cidr = 10.0.0.1/8`}, []string{"server spec.egress[0].to[0].ipBlock.cidr: invalid value, 1.36-1.37"}},
	{"job", []string{`P.volumes = [{name: v, image: {}}]`}, []string{"openapi P.volumes[0].image: unknown field, 1.29-1.30", "dropped P.volumes[0]: dropped, 1.31-1.34", "simulate P.volumes[0].image.reference: missing field, 1.35-1.36", "server P.volumes[0].image.reference: missing field, 1.37-1.37"}},
	{"job", []string{`P.terminationGracePeriodSeconds = -1`}, nil},

	// the same everywhere
	{"job", nil, nil},
	{"job", []string{`P.restartPolicy = Always`}, []string{"server P.restartPolicy: missing field, 1.29-1.37"}},
	{"cron", []string{`spec.timeZone = Etc/UTC`}, nil},
	{"job", []string{`S.podReplacementPolicy = Failed`, `S.completionMode = Indexed`, `S.completions = 2`, `S.backoffLimitPerIndex = 1`, `S.maxFailedIndexes = 1`}, nil},
}

func TestMinors(t *testing.T) {
	for _, c := range minorCases {
		t.Run(name(c.base, c.changes), func(t *testing.T) {
			opts := Options{Minors: validate.Minors()}
			object := manifest(t, c.base, c.changes...)
			all, err := Objects([][]byte{object}, opts)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range all[0] {
				if !f.Warning {
					for _, span := range spans(f.Minors) {
						got = append(got, fmt.Sprintf("%s %s: %s, %s", f.Check, f.Path, f.Reason, span))
					}
				}
				if f.Check == Dropped && (f.Feature == "" || f.Since != "" && slices.Contains(f.Minors, f.Since)) {
					t.Errorf("%s is kept by %q since %q, and dropped by %v", f.Path, f.Feature, f.Since, f.Minors)
				}
			}
			want := expand(c.base, c.want)
			slices.Sort(got)
			slices.Sort(want)
			if got = slices.Compact(got); !slices.Equal(got, want) {
				t.Errorf("found\n\t%s\nwant\n\t%s\nin\n%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"), printed(t, object, opts))
			}
		})
	}
}

// spans writes minors as first-last, one for each run without a gap.
func spans(minors []string) []string {
	var all []string
	known := validate.Minors()
	for i, minor := range minors {
		if i > 0 && slices.Index(known, minors[i-1])+1 == slices.Index(known, minor) {
			first, _, _ := strings.Cut(all[len(all)-1], "-")
			all[len(all)-1] = first + "-" + minor
		} else {
			all = append(all, minor+"-"+minor)
		}
	}
	return all
}

// TestDropped tells what a drop says.
func TestDropped(t *testing.T) {
	object := manifest(t, "job", `P.volumes = [{name: w, image: {reference: a}}]`)
	got := printed(t, object, Options{Minors: []string{"1.33"}})
	want := "dropped [1.33] spec.template.spec.volumes[0]: dropped: the API server removes volumes without a word: the feature ImageVolume is on from Kubernetes 1.35\n"
	if got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

// TestRightEverywhere makes sure that what is right is right for every minor, as
// in TestRules for the newest alone.
func TestRightEverywhere(t *testing.T) {
	for _, base := range slices.Sorted(maps.Keys(bases)) {
		if got := printed(t, manifest(t, base), Options{Minors: validate.Minors(), PodSecurity: "baseline"}); got != "" {
			t.Errorf("%s: %s", base, got)
		}
	}
}

// TestSilent makes sure that changing the gates prints nothing.
func TestSilent(t *testing.T) {
	old := os.Stderr
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stderr = w
	printed(t, manifest(t, "cron"), Options{Minors: validate.Minors()})
	os.Stderr = old
	w.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil || b.Len() > 0 {
		t.Errorf("%v %s", err, b.String())
	}
}

// TestAtOnce makes sure that callers for different minors do not meet.
func TestAtOnce(t *testing.T) {
	object := manifest(t, "job", `C.env = [{name: 1A, value: x}]`)
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			minor := validate.Minors()[i%9]
			got := check(t, object, Options{Minors: []string{minor}})
			if (len(got) == 1) != (minor < "1.32") {
				t.Errorf("%s: %v", minor, got)
			}
		})
	}
	wait.Wait()
}
