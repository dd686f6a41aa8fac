package cluster

import (
	"slices"
	"strings"
	"testing"
)

// Issue item 5: what every check of the API passes, and a node refuses.
func TestOnNode(t *testing.T) {
	mounted := func(mode, command string) []string {
		return []string{`P.volumes = [{name: s, configMap: {name: a` + mode + `}}]`, `C.volumeMounts = [{name: s, mountPath: /s}]`, `C.command = [` + command + `]`}
	}
	for _, c := range []struct {
		base    string
		changes []string
		want    []string
	}{
		{"job", []string{`C.args = [a, ` + long(maxArgument) + `]`}, []string{"simulate C.args[1]: invalid value"}},
		{"job", []string{`C.args = [` + long(maxArgument-1) + `]`}, nil},
		{"cron", []string{`C.command = [sh, -c, ` + long(maxArgument) + `]`}, []string{"simulate C.command[2]: invalid value"}},
		{"job", []string{`C.env = [{name: NAME, value: ` + long(maxArgument-5) + `}]`}, []string{"simulate C.env[0].value: invalid value"}},
		{"job", []string{`C.env = [{name: NAME, value: ` + long(maxArgument-6) + `}]`}, nil},
		{"job", []string{`C.args = ["$(` + long(maxArgument) + `)"]`}, nil}, // who knows how long that is
		{"job", []string{`C.args = ["a\0b"]`, `C.env = [{name: A, value: "\0"}]`}, []string{"simulate C.args[0]: invalid value", "simulate C.env[0].value: invalid value"}},
		{"job", []string{`C.command = [""]`}, []string{"simulate C.command[0]: invalid value"}},
		{"job", []string{`C.command = [a, ""]`}, nil},
		{"job", []string{`C.workingDir = data`}, []string{"simulate C.workingDir: invalid value"}},
		{"job", []string{`C.workingDir = data`, `P.os = {name: windows}`}, nil},
		{"job", []string{`C.workingDir = /data`}, nil},

		{"job", mounted("", "/s/run.sh"), []string{"simulate C.command[0]: invalid value"}},
		{"job", mounted(", defaultMode: 0440", "/s/../s/run.sh"), []string{"simulate C.command[0]: invalid value"}},
		{"job", mounted(", items: [{key: a, path: run.sh, mode: 0400}]", "/s/run.sh"), []string{"simulate C.command[0]: invalid value"}},
		{"job", mounted(", items: [{key: a, path: run.sh, mode: 0555}]", "/s/run.sh"), nil},
		{"job", mounted(", defaultMode: 0500", "/s/run.sh"), nil},
		{"job", mounted("", "sh, /s/run.sh"), nil},
		{"job", mounted("", "/sbin/run.sh"), nil},
		{"job", []string{`P.volumes = [{name: s, emptyDir: {}}]`, `C.volumeMounts = [{name: s, mountPath: /s}]`, `C.command = [/s/run.sh]`}, nil},
		{"job", []string{`P.volumes = [{name: s, configMap: {name: a}}]`, `C.volumeMounts = [{name: s, mountPath: /bin/run, subPath: run}]`, `C.command = [/bin/run]`}, []string{"simulate C.command[0]: invalid value"}},

		{"job", []string{`P.volumes = [{name: s, emptyDir: {medium: Memory}}, {name: t, emptyDir: {medium: HugePages-2Mi}}, {name: u, emptyDir: {medium: ""}}]`, `C.resources = {limits: {hugepages-2Mi: 4Mi, memory: 1Gi}}`}, nil},
		{"job", []string{`P.volumes = [{name: s, configMap: {name: a, items: [{key: a, path: ` + long(256) + `}]}}]`}, []string{"simulate P.volumes[0].configMap.items[0].path: invalid value"}},
		{"job", []string{`P.volumes = [{name: s, configMap: {name: a, items: [{key: a, path: ` + long(255) + `/b}]}}]`}, nil},
		{"job", []string{`P.volumes = [{name: s, emptyDir: {}}]`, `C.volumeMounts = [{name: s, mountPath: /proc/sys/net}, {name: s, mountPath: /}, {name: s, mountPath: /` + long(256) + `}]`},
			[]string{"simulate C.volumeMounts[0].mountPath: invalid value", "simulate C.volumeMounts[1].mountPath: invalid value", "simulate C.volumeMounts[2].mountPath: invalid value"}},
		{"job", []string{`P.volumes = [{name: s, emptyDir: {}}]`, `C.volumeMounts = [{name: s, mountPath: /proc/cpuinfo}, {name: s, mountPath: /process}]`}, nil},

		{"job", []string{`P.securityContext = {runAsNonRoot: true}`, `C.securityContext = {runAsUser: 0}`}, []string{"simulate C.securityContext: invalid value"}},
		{"job", []string{`P.securityContext = {runAsUser: 0}`, `C.securityContext = {runAsNonRoot: true, runAsUser: 5}`}, nil},
		{"job", []string{`P.securityContext = {runAsNonRoot: true, runAsUser: 0}`, `C.securityContext = {runAsNonRoot: false}`}, nil},
		{"job", []string{`P.securityContext = {sysctls: [{name: vm.max_map_count, value: "1"}, {name: net.core.somaxconn, value: "1"}]}`}, []string{"simulate P.securityContext.sysctls[0].name: invalid value"}},
	} {
		got := check(t, manifest(t, c.base, c.changes...), Options{Checks: []Check{OpenAPI, Server, Simulate}})
		if want := expand(c.base, c.want); !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q", name(c.base, c.changes), got, want)
		}
		all, err := Objects([][]byte{manifest(t, c.base, c.changes...)}, Options{Checks: []Check{Simulate}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all[0] {
			if f.Hint == "" || strings.Contains(f.Message, "\x00") {
				t.Errorf("%s: %q, hint %q", name(c.base, c.changes), f.Message, f.Hint)
			}
		}
	}
}

// A value of a ConfigMap that a container takes for a variable has the limit of a variable.
func TestLongVariables(t *testing.T) {
	configMap := manifest(t, "configMap", `data.A = `+long(maxArgument), `metadata.namespace = maths`)
	for from, want := range map[string]bool{
		`C.envFrom = [{configMapRef: {name: a}}]`:                                  true,
		`C.env = [{name: A, valueFrom: {configMapKeyRef: {name: a, key: A}}}]`:     true,
		`C.env = [{name: A, valueFrom: {configMapKeyRef: {name: a, key: a.txt}}}]`: false,
		`C.envFrom = [{configMapRef: {name: b}}]`:                                  false,
		`P.volumes = [{name: v, configMap: {name: a}}]`:                            false,
	} {
		all, err := Objects([][]byte{configMap, manifest(t, "job", from)}, Options{Checks: []Check{Simulate}})
		if err != nil || len(all[1]) > 0 || (len(all[0]) > 0) != want || want && all[0][0].Path != `data["A"]` {
			t.Errorf("%s: %v %v", from, all, err)
		}
	}
}
