package cluster

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jobgen-dev/jobgen/pkg/validate"
)

func TestSimulate(t *testing.T) {
	for _, c := range []struct {
		base    string
		changes []string
		want    []string
	}{
		{"cron", []string{`spec.jobTemplate.metadata = {labels: {a: "b c"}}`}, []string{`simulate spec.jobTemplate.metadata.labels["a"]: invalid value`}},
		{"cron", []string{`spec.jobTemplate.metadata = {annotations: {"a b": c}}`}, []string{`simulate spec.jobTemplate.metadata.annotations["a b"]: invalid value`}},
		{"cron", []string{`spec.jobTemplate.metadata = {name: "A B"}`}, nil}, // the controller does not copy it
		{"cron", []string{`metadata.name = ` + long(52), `S.completionMode = Indexed`, `S.completions = 10`}, nil},
		{"cron", []string{`metadata.name = ` + long(52), `S.completionMode = Indexed`, `S.completions = 101`}, []string{"simulate metadata.name: invalid value"}},
		{"cron", []string{`metadata.name = a.b`, `S.completionMode = Indexed`, `S.completions = 1`}, []string{"simulate metadata.name: invalid value"}},
		{"cron", []string{`S.template.metadata = {labels: {job-name: a}}`}, []string{`simulate S.template.metadata.labels["job-name"]: invalid value`}},
		{"job", []string{`S.template.metadata = {finalizers: [mine]}`}, []string{"simulate S.template.metadata.finalizers[0]: invalid value"}},
		{"job", []string{`metadata.namespace = a.b`}, []string{"server metadata.namespace: invalid value"}},
		{"job", []string{`C.image = " a "`}, []string{"simulate C.image: invalid value"}},
		{"cron", []string{`C.image = "a "`}, []string{"simulate C.image: invalid value"}},
		{"job", []string{`P.terminationGracePeriodSeconds = -1`}, nil},
		{"job", []string{`P.nodeName = a`, `P.schedulingGates = [{name: a}]`}, []string{"simulate P.nodeName: forbidden"}},
		{"job", []string{`P.volumes = [{name: v, projected: {sources: [{serviceAccountToken: {path: t}}]}}]`}, nil},
		{"job", []string{`C.image = " a "`, `S.completions = 0`}, nil},
	} {
		got := check(t, manifest(t, c.base, c.changes...), Options{})
		if want := expand(c.base, c.want); !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q\n%s", name(c.base, c.changes), got, want, printed(t, manifest(t, c.base, c.changes...), Options{}))
		}
	}
}

// TestNodes is about what a node cannot do of Pods that the server accepts.
func TestNodes(t *testing.T) {
	for _, c := range []struct {
		base    string
		changes []string
		want    []string
	}{
		// I 1: what no node can pull.
		{"job", []string{`C.image = registry.example.com/Report:1`}, []string{"simulate C.image: invalid value"}},
		{"cron", []string{`C.image = https://registry.example.com/a:1`}, []string{"simulate C.image: invalid value"}},
		{"cron", []string{`C.image = "busybox:"`}, []string{"simulate C.image: invalid value"}},
		{"job", []string{`C.image = "a b"`}, []string{"simulate C.image: invalid value"}},
		{"job", []string{`C.image = a@sha256:` + long(63)}, []string{"simulate C.image: invalid value"}},
		{"job", []string{`C.image = a@sha256:` + long(64)}, nil},
		{"job", []string{`C.image = ` + long(64)}, []string{"simulate C.image: invalid value"}},
		{"job", []string{`C.image = ` + long(63)}, nil},
		{"job", []string{`C.image = Acme/a`}, nil}, // a host
		{"job", []string{`P.initContainers = [{name: i, image: "a:1:2"}]`}, []string{"simulate P.initContainers[0].image: invalid value"}},
		{"job", []string{`P.initContainers = [{name: i, image: "A", restartPolicy: Always}]`}, []string{"simulate P.initContainers[0].image: invalid value"}},
		{"job", []string{`P.volumes = [{name: v, image: {reference: A}}]`}, []string{"simulate P.volumes[0].image.reference: invalid value"}},
		{"job", []string{`C.image = "registry.example.com/<project>/report"`}, []string{"simulate C.image: unfilled, a warning"}},
		{"job", []string{`C.image = "{{ image }}"`}, []string{"simulate C.image: unfilled, a warning"}},
		{"job", []string{`C.image = "a@${DIGEST}"`}, []string{"simulate C.image: unfilled, a warning"}},
		{"job", []string{`C.image = "REPORT_IMAGE"`}, []string{"simulate C.image: unfilled, a warning"}},
		{"job", []string{`C.image = "ko://example.com/A"`}, []string{"simulate C.image: unfilled, a warning"}},
		// I 6: what a kubelet does not find.
		{"job", []string{`P.volumes = [{name: v, emptyDir: {medium: memory}}]`}, []string{"simulate P.volumes[0].emptyDir.medium: invalid value"}},
		{"job", []string{`P.volumes = [{name: v, emptyDir: {medium: Memory}}]`}, nil},
		{"job", []string{`P.volumes = [{name: v, emptyDir: {medium: HugePages-big}}]`}, []string{"simulate P.volumes[0].emptyDir.medium: invalid value"}},
		{"job", []string{`P.volumes = [{name: v, emptyDir: {medium: HugePages-2Mi}}]`}, []string{"simulate P.volumes[0].emptyDir.medium: invalid value, a warning"}},
		{"job", []string{`P.volumes = [{name: v, emptyDir: {medium: HugePages-2Mi}}, {name: w, emptyDir: {medium: HugePages}}]`,
			`C.resources = {limits: {hugepages-2Mi: 4Mi, memory: 1Gi}}`}, nil},
		{"job", []string{`C.livenessProbe = {httpGet: {port: web}}`}, []string{"simulate C.livenessProbe.httpGet.port: invalid value, a warning"}},
		{"job", []string{`C.livenessProbe = {httpGet: {port: web}}`, `C.ports = [{name: web, containerPort: 80}]`}, nil},
		{"job", []string{`C.readinessProbe = {tcpSocket: {port: web}}`, `C.ports = [{name: Web, containerPort: 80}]`}, []string{"server C.ports[0].name: invalid value"}},
		{"job", []string{`C.startupProbe = {tcpSocket: {port: web}}`, `P.initContainers = [{name: i, image: a, ports: [{name: web, containerPort: 80}]}]`},
			[]string{"simulate C.startupProbe.tcpSocket.port: invalid value, a warning"}},
		{"job", []string{`C.livenessProbe = {httpGet: {port: 8080}}`}, nil},
		{"job", []string{`P.initContainers = [{name: i, image: a, restartPolicy: Always, startupProbe: {tcpSocket: {port: web}}}]`},
			[]string{"simulate P.initContainers[0].startupProbe.tcpSocket.port: invalid value"}},
		{"cron", []string{`C.lifecycle = {postStart: {httpGet: {port: web}}, preStop: {tcpSocket: {port: 80}}}`},
			[]string{"simulate C.lifecycle.postStart.httpGet.port: invalid value", "simulate C.lifecycle.preStop.tcpSocket: invalid value, a warning"}},
	} {
		found, err := Objects([][]byte{manifest(t, c.base, c.changes...)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range found[0] {
			line := fmt.Sprintf("%s %s: %s", f.Check, f.Path, f.Reason)
			if f.Warning {
				line += ", a warning"
			}
			got = append(got, line)
		}
		if want := expand(c.base, c.want); !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q", name(c.base, c.changes), got, want)
		}
	}
}

func TestApply(t *testing.T) {
	for _, c := range []struct {
		base    string
		changes []string
		want    []string
	}{
		{"job", []string{`C.env = [{name: A}, {name: B}, {name: A, value: x}]`}, []string{"apply C.env[2]: duplicate"}},
		{"job", []string{`C.ports = [{containerPort: 80}, {containerPort: 80, protocol: TCP}]`}, []string{"apply C.ports[1]: duplicate"}},
		{"job", []string{`C.ports = [{containerPort: 80}, {containerPort: 80, protocol: UDP}]`}, nil},
		{"job", []string{`P.imagePullSecrets = [{name: a}, {name: a}]`}, []string{"apply P.imagePullSecrets[1]: duplicate"}},
		{"job", []string{`P.hostAliases = [{ip: 10.0.0.1}, {ip: 10.0.0.1}]`}, []string{"apply P.hostAliases[1]: duplicate"}},
		{"job", []string{`metadata.finalizers = [a.b/c, a.b/c]`}, []string{"apply metadata.finalizers[1]: duplicate"}},
		{"account", []string{`secrets = [{name: a}, {name: a}]`}, []string{"apply secrets[1]: duplicate"}},
		{"policy", []string{`spec.egress[0].ports = [{port: 443}, {port: 443}]`}, nil}, // a list as it is
		{"job", []string{`C.args = [a, a]`}, nil},
	} {
		got := check(t, manifest(t, c.base, c.changes...), Options{Checks: []Check{Apply}})
		if want := expand(c.base, c.want); !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q", name(c.base, c.changes), got, want)
		}
	}
}

func TestApplySizes(t *testing.T) {
	overhead := len(`{"apiVersion":"v1","data":{"a":""},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a"}}`) + 1 + len(lastApplied)
	for extra, want := range map[int]bool{0: false, 1: true} {
		all, err := Objects([][]byte{manifest(t, "configMap", `data = {a: `+long(maxAnnotations-overhead+extra)+`}`)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(all[0]) == 1 && all[0][0].Warning && strings.Contains(all[0][0].Message, "--server-side"); got != want {
			t.Errorf("%d bytes too many: %+v", extra, all[0])
		}
	}
	if got := check(t, manifest(t, "account", `metadata.annotations = {a: `+long(3<<20)+`}`), Options{Checks: []Check{Apply}}); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

func TestPodSecurity(t *testing.T) {
	restricted := []string{`P.securityContext = {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}`,
		`C.securityContext = {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`}
	for _, c := range []struct {
		base, level string
		changes     []string
		want        []string
	}{
		{"job", "baseline", nil, nil},
		{"job", "restricted", restricted, nil},
		{"cron", "restricted", restricted, nil},
		{"job", "", []string{`P.hostNetwork = true`}, nil},
		{"job", "privileged", []string{`P.hostNetwork = true`}, nil},
		{"job", "baseline", []string{`P.hostNetwork = true`}, []string{"security spec.template.spec: forbidden"}},
		{"cron", "baseline", []string{`C.securityContext = {privileged: true}`}, []string{"security C.securityContext.privileged: forbidden"}},
		{"job", "baseline", []string{`P.hostNetwork = true`, `C.resources = {limits: {cpu: one}}`, `C.env = [{name: A, value: 5}]`}, []string{"security spec.template.spec: forbidden"}},
		{"job", "baseline", []string{`P.volumes = [{name: a, hostPath: {path: /a}}]`}, []string{"security P.volumes: forbidden"}},
		{"job", "restricted", nil, []string{"security C.securityContext.allowPrivilegeEscalation: forbidden", "security C.securityContext.capabilities: forbidden",
			"security P.securityContext.runAsNonRoot: forbidden", "security P.securityContext.seccompProfile: forbidden"}},
		{"job", "restricted", append(slices.Clone(restricted), `C.securityContext = {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [SYS_TIME]}}`), []string{"security C.securityContext.capabilities: forbidden"}},
	} {
		got := check(t, manifest(t, c.base, c.changes...), Options{Checks: []Check{Security}, PodSecurity: c.level})
		if want := expand(c.base, c.want); !slices.Equal(got, want) {
			t.Errorf("%s, %q: found %q, want %q\n%s", name(c.base, c.changes), c.level, got, want, printed(t, manifest(t, c.base, c.changes...), Options{Checks: []Check{Security}, PodSecurity: c.level}))
		}
	}
	// A probe of another host is refused since 1.34.
	object := manifest(t, "job", `C.livenessProbe = {tcpSocket: {host: a, port: 1}}`)
	all, err := Objects([][]byte{object}, Options{Minors: validate.Minors(), Checks: []Check{Security}, PodSecurity: "baseline"})
	if err != nil || len(all[0]) != 1 || !slices.Equal(all[0][0].Minors, []string{"1.34", "1.35", "1.36", "1.37"}) {
		t.Errorf("%v %+v", err, all)
	}
}

// TestSecretsAreNotTold breaks Secrets in every way that their values could be
// quoted in.
func TestSecretsAreNotTold(t *testing.T) {
	for _, changes := range [][]string{
		{`stringData = {a: hunter2}`, `metadata.name = A`},
		{`stringData = {a: {b: hunter2}}`},
		{`stringData = {a: [hunter2]}`},
		{`stringData = hunter2`},
		{`data = {a: hunter2}`},
		{`data = {a: "hunter2!"}`},
		{`data = {a: aHVudGVyMg==, "b c": aHVudGVyMg==}`},
		{`data = [aHVudGVyMg==]`},
		{`type = kubernetes.io/dockerconfigjson`, `stringData = {.dockerconfigjson: hunter2}`},
		{`type = kubernetes.io/dockercfg`, `stringData = {.dockercfg: "{hunter2}"}`},
		{`type = kubernetes.io/tls`, `stringData = {tls.crt: hunter2, tls.key: hunter2}`},
		{`type = kubernetes.io/ssh-auth`, `stringData = {ssh-private: hunter2}`},
		{`type = 5`, `stringData = {a: hunter2}`},
		{`immutable = hunter2`},
		{`metadata.annotations = {kubectl.kubernetes.io/last-applied-configuration: hunter2, "a b": hunter2}`},
		{`stringData = {a: hunter2` + long(3<<20) + `}`},
	} {
		got := printed(t, manifest(t, "secret", changes...), Options{Minors: validate.Minors(), PodSecurity: "restricted"})
		for _, secret := range []string{"hunter", "aHVudGVyMg", "'h'", `"h"`} {
			if strings.Contains(got, secret) {
				t.Errorf("%s: told %q:\n%s", name("", changes), secret, got)
			}
		}
	}
}

func TestUnreadable(t *testing.T) {
	for object, want := range map[string][]string{
		``:            {"openapi : wrong type"},
		`{`:           {"openapi : wrong type"},
		`[]`:          {"openapi : wrong type"},
		`null`:        {"openapi : wrong type"},
		`{"kind": 5}`: {"openapi : missing field", "openapi kind: wrong type"},
		`{"kind": "Deployment", "apiVersion": "apps/v1"}`:                                              {"openapi kind: unknown kind"},
		`{"kind": "Job", "apiVersion": "batch/v1beta1"}`:                                               {"openapi apiVersion: unknown kind"},
		`{"kind": "ServiceAccount", "apiVersion": "v1", "metadata": {"name": "a", "name": "b"}}`:       {"server metadata.name: duplicate"},
		`{"kind": "ServiceAccount", "apiVersion": "v1", "metadata": []}`:                               {"openapi metadata: wrong type"},
		`{"kind": "ServiceAccount", "apiVersion": "v1", "metadata": {"name": "a", "labels": {"a":1}}}`: {`server metadata.labels["a"]: wrong type`},
	} {
		if got := check(t, []byte(object), Options{}); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", object, got, want)
		}
	}
}

func TestOptionsThatDoNotExist(t *testing.T) {
	for _, opts := range []Options{{Minors: []string{"1.2"}}, {Minors: []string{""}}, {Checks: []Check{"all"}}, {PodSecurity: "strict"}} {
		if _, err := Objects([][]byte{[]byte(`{}`)}, opts); err == nil {
			t.Errorf("%+v is taken", opts)
		}
	}
}

// FuzzObjects makes sure that no input makes a panic, and that what is found can
// be told.
func FuzzObjects(f *testing.F) {
	for _, c := range ruleCases {
		if object := manifest(f, c.base, c.changes...); len(object) < 4096 {
			f.Add(object)
		}
	}
	for _, c := range minorCases {
		f.Add(manifest(f, c.base, c.changes...))
	}
	f.Fuzz(func(t *testing.T, object []byte) {
		start := time.Now()
		defer func() {
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("%d bytes take %s", len(object), d)
			}
		}()
		all, err := Objects([][]byte{object}, Options{Minors: []string{"1.29", "1.33", "1.37"}, PodSecurity: "restricted"})
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range all[0] {
			if finding.Message == "" || len(finding.Minors) == 0 || finding.Check == "" {
				t.Errorf("%+v", finding)
			}
		}
	})
}

func BenchmarkObjects(b *testing.B) {
	var objects [][]byte
	for range 20 {
		objects = append(objects, manifest(b, "job"), manifest(b, "cron"), manifest(b, "configMap"), manifest(b, "secret"), manifest(b, "binding"))
	}
	for _, minors := range [][]string{{"1.37"}, validate.Minors()} {
		b.Run(fmt.Sprint(len(minors)), func(b *testing.B) {
			for b.Loop() {
				if _, err := Objects(objects, Options{Minors: minors, PodSecurity: "baseline"}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(objects)*len(minors)), "µs/object/minor")
		})
	}
	for _, base := range []string{"job", "cron", "configMap"} {
		object := [][]byte{manifest(b, base)}
		b.Run(base, func(b *testing.B) {
			for b.Loop() {
				if _, err := Objects(object, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
