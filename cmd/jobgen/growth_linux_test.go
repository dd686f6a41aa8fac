package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A growth is input that somebody may send to do harm, in one dimension: legal or not,
// it may cost no more than in proportion to its size.
type growth struct {
	name string
	n    int    // where one run takes some tenths of a second
	args string // of the program, in the folder of the files
	file func(n int) (name, text string)
	more func(n int, write func(name, text string)) // other files
}

// BenchmarkGrowth runs the program on each input at n and 4n, and reports the CPU time
// and the peak memory of the larger one, and the exponent by which the time grows: 1 is
// in proportion, 2 is quadratic.
func BenchmarkGrowth(b *testing.B) {
	for _, row := range growths {
		b.Run(row.name, func(b *testing.B) {
			none, small, large := row.folder(b, 1), row.folder(b, row.n), row.folder(b, 4*row.n)
			var start, least, most time.Duration
			var peak int64
			for b.Loop() {
				row.run(b, none, &start)
				row.run(b, small, &least)
				peak = max(peak, row.run(b, large, &most))
			}
			b.ReportMetric(float64(most.Milliseconds()), "cpu-ms")
			b.ReportMetric(float64(peak)/1024, "peak-MiB")
			b.ReportMetric(math.Log2(float64(most-start)/float64(max(least-start, time.Millisecond)))/2, "exponent")
		})
	}
}

// folder writes the files of a row.
func (g growth) folder(b *testing.B, n int) string {
	dir := b.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	if g.file != nil {
		write(g.file(n))
	}
	if g.more != nil {
		g.more(n, write)
	}
	return dir
}

// run lowers least to the CPU time of a process, and returns its peak memory in KiB.
func (g growth) run(b *testing.B, dir string, least *time.Duration) int64 {
	cmd := exec.Command("jobgen", strings.Fields(g.args)...)
	cmd.Dir = dir
	if g.args == "fn" {
		input, err := os.Open(filepath.Join(dir, "list.yaml"))
		if err != nil {
			b.Fatal(err)
		}
		defer input.Close()
		cmd.Stdin = input
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); cmd.ProcessState.ExitCode() > exitWrong || strings.Contains(said.String(), "goroutine ") {
		b.Fatalf("%s: %v\n%.2000s", g.args, err, said.String())
	}
	if took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); *least == 0 || took < *least {
		*least = took
	}
	return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
}

const growthHead = "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a}\n"

// job is one spec; what stands behind its image is indented by two.
func job(rest func(n int) string) func(n int) (string, string) {
	return func(n int) (string, string) {
		return "a.yaml", growthHead + "spec:\n  image: a:1\n" + rest(n)
	}
}

// lines writes a line for each number below n behind a head.
func lines(head, line string) func(n int) string {
	return func(n int) string { return head + repeated(line, n) }
}

// repeated writes a line, in which %[1]d is the number, n times.
func repeated(line string, n int) string {
	var s strings.Builder
	for i := range n {
		if strings.Contains(line, "%") {
			fmt.Fprintf(&s, line, i)
		} else {
			s.WriteString(line)
		}
	}
	return s.String()
}

// each writes a file for each number below n.
func each(name, text string) func(n int, write func(name, text string)) {
	return func(n int, write func(name, text string)) {
		for i := range n {
			write(fmt.Sprintf(name, i), fmt.Sprintf(text, i))
		}
	}
}

// manifest is one Kubernetes object or several in a file.
func manifest(head, line, foot string) func(n int) (string, string) {
	return func(n int) (string, string) { return "m.yaml", head + repeated(line, n) + foot }
}

const cronJob = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: '@daily'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers:\n          - name: a\n            image: a:1\n"

var growths = []growth{
	{"variables", 5000, "build", job(lines("  env:\n", "    A%[1]d: x%[1]d\n")), nil},
	{"variables that use the next", 5000, "build", job(lines("  env:\n", "    A%[1]d: $(A%[1]d)x\n")), nil},
	{"variables in a circle", 5000, "build", job(func(n int) string {
		var s strings.Builder
		s.WriteString("  env:\n")
		for i := range n {
			fmt.Fprintf(&s, "    A%d: $(A%d)\n", i, (i+1)%n)
		}
		return s.String()
	}), nil},
	{"variables that use all", 5000, "build", job(func(n int) string {
		return lines("  env:\n", "    A%[1]d: x\n")(n) + "    ALL: '" + repeated("$(A%[1]d)", n) + "'\n"
	}), nil},
	{"variables of secrets", 5000, "build", job(lines("  env:\n", "    A%[1]d: {secret: s%[1]d, key: k}\n")), nil},
	{"variables of a file", 5000, "build", job(lines("  volumes: {v: {emptyDir: {}}}\n  env:\n", "    A%[1]d: {volume: v, path: f, key: k}\n")), nil},
	{"variables with wrong values", 5000, "build", job(lines("  env:\n", "    A%[1]d: [x]\n")), nil},
	{"variables with two sources", 5000, "build", job(lines("  env:\n", "    A%[1]d: {value: x, secret: s, key: k}\n")), nil},
	{"variables in a list", 1000, "build", job(lines("  env:\n", "    - {name: A%[1]d, value: x}\n")), nil},
	{"variables by resource", 5000, "build", job(lines("  env:\n", "    A%[1]d: {resource: limits.cpu, divisor: 1m}\n")), nil},
	{"envFrom", 250, "build", job(lines("  envFrom:\n", "    - {configMap: c%[1]d, prefix: A%[1]d_}\n")), nil},
	{"volumes", 2000, "build", job(lines("  volumes:\n", "    v%[1]d: {emptyDir: {}, mountPath: /m/%[1]d}\n")), nil},
	{"volumes that are linted", 2000, "validate", job(lines("  volumes:\n", "    v%[1]d: {emptyDir: {}, mountPath: /m/%[1]d}\n")), nil},
	{"read-only volumes in a folder", 2000, "validate", job(lines("  volumes:\n", "    v%[1]d: {configMap: {name: c}, mountPath: /m/%[1]d/x}\n")), nil},
	{"volumes above devices", 2000, "build", job(func(n int) string {
		return lines("  volumes:\n", "    v%[1]d: {emptyDir: {}, mountPath: /m/%[1]d}\n")(n) + lines("  volumeDevices:\n", "    - {name: v%[1]d, devicePath: /d/%[1]d}\n")(n/8)
	}), nil},
	{"block claims above mounts", 1000, "build", job(func(n int) string {
		return lines("  volumes:\n", "    v%[1]d: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOnce], volumeMode: Block, resources: {requests: {storage: 1Gi}}}}}\n")(n) +
			lines("  sidecars:\n    - name: s\n      image: b:1\n      volumeMounts:\n", "        - {name: v%[1]d, mountPath: /m/%[1]d}\n")(n/4)
	}), nil},
	{"variables that no request holds", 40000, "build", job(lines("  env:\n", "    A%[1]d: x%[1]d\n")), nil},
	{"nulls in an overlay", 10000, "build --env e", job(func(n int) string {
		return lines("  env:\n", "    A%[1]d: x\n")(n) + lines("overlays:\n  e:\n    spec:\n      env:\n", "        A%[1]d: null\n")(n)
	}), nil},
	{"unknown fields of a document with an overlay", 10000, "build --env e", job(func(n int) string {
		return lines("", "unknown%[1]d: x\n")(n) + "overlays: {e: {spec: {parallelism: 2}}}\n"
	}), nil},
	{"volumes at one path", 2000, "build", job(lines("  volumes:\n", "    v%[1]d: {emptyDir: {}, mountPath: /m}\n")), nil},
	{"mounts", 250, "build", job(lines("  volumes:\n    v:\n      emptyDir: {}\n      mounts:\n", "        - {mountPath: /m/%[1]d}\n")), nil},
	{"mounts of volumes that do not exist", 250, "build", job(func(n int) string {
		return lines("  volumes:\n", "    v%[1]d: {emptyDir: {}}\n")(n) + lines("  sidecars:\n    - name: s\n      image: b:1\n      volumeMounts:\n", "        - {name: w%[1]d, mountPath: /m/%[1]d}\n")(n)
	}), nil},
	{"claims", 2000, "build", job(lines("  volumes:\n", "    v%[1]d: {persistentVolumeClaim: {create: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}, mountPath: /m/%[1]d}\n")), nil},
	{"projected sources", 250, "build", job(lines("  volumes:\n    v:\n      mountPath: /m\n      projected:\n        sources:\n", "          - configMap: {name: c%[1]d, items: [{key: k, path: p%[1]d}]}\n")), nil},
	{"configMaps", 2000, "build", job(lines("  configMaps:\n", "    c%[1]d: {data: {a: b}}\n")), nil},
	{"configMap keys", 5000, "build", job(lines("  configMaps:\n    c:\n      data:\n", "        k%[1]d: x\n")), nil},
	{"configMap keys that miss", 500, "build", job(func(n int) string {
		return lines("  configMaps:\n    c:\n      data:\n", "        k%[1]d: x\n")(n) + lines("  env:\n", "    A%[1]d: {configMap: c, key: kk%[1]d}\n")(n)
	}), nil},
	{"references that miss", 250, "build", job(func(n int) string {
		return lines("  configMaps:\n", "    con%[1]d: {data: {a: b}}\n")(n) + lines("  envFrom:\n", "    - {configMap: cox%[1]d}\n")(n)
	}), nil},
	{"secrets", 2000, "build", job(lines("  secrets:\n", "    s%[1]d: {data: {a: {value: b}}}\n")), nil},
	{"secret keys", 5000, "build", job(lines("  secrets:\n    s:\n      data:\n", "        k%[1]d: {value: x}\n")), nil},
	{"initContainers", 24, "build", job(lines("  initContainers:\n", "    - {name: i%[1]d, image: b:1}\n")), nil},
	{"sidecars", 24, "build", job(lines("  sidecars:\n", "    - {name: i%[1]d, image: b:1}\n")), nil},
	{"containers", 24, "build", job(lines("  containers:\n", "    - {name: i%[1]d, image: b:1}\n")), nil},
	{"containers of one name", 24, "build", job(lines("  containers:\n", "    - {name: i, image: b:1}\n")), nil},
	{"containers with a variable", 24, "build", job(lines("  containers:\n", "    - {name: i%[1]d, image: b:1, env: {A: $(B), B: b%[1]d}}\n")), nil},
	{"ports", 250, "build", job(lines("  ports:\n", "    - {name: p%[1]d, containerPort: %[1]d}\n")), nil},
	{"ports of one name", 250, "build", job(lines("  ports:\n", "    - {name: p, containerPort: 80, hostPort: 80}\n")), nil},
	{"labels", 5000, "build", func(n int) (string, string) {
		return "a.yaml", "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata:\n  name: a\n  labels:\n" + repeated("    k%[1]d: v\n", n) + "spec: {image: a:1}\n"
	}, nil},
	{"annotations", 5000, "build", func(n int) (string, string) {
		return "a.yaml", "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata:\n  name: a\n  annotations:\n" + repeated("    k%[1]d: v\n", n) + "spec: {image: a:1}\n"
	}, nil},
	{"pod labels", 5000, "build", job(lines("  podLabels:\n", "    k%[1]d: v\n")), nil},
	{"tolerations", 250, "build", job(lines("  tolerations:\n", "    - {key: k%[1]d, operator: Exists}\n")), nil},
	{"nodeSelector", 5000, "build", job(lines("  nodeSelector:\n", "    k%[1]d: v\n")), nil},
	{"imagePullSecrets", 1000, "build", job(lines("  imagePullSecrets:\n", "    - s%[1]d\n")), nil},
	{"podFailurePolicy", 250, "build", job(lines("  podFailurePolicy:\n    rules:\n", "      - {action: Ignore, onExitCodes: {operator: In, values: [%[1]d, 999999]}}\n")), nil},
	{"exit codes", 1000, "build", job(lines("  podFailurePolicy:\n    rules:\n      - action: Ignore\n        onExitCodes:\n          operator: In\n          values:\n", "            - 1%[1]d\n")), nil},
	{"succeeded indexes", 1000, "build", job(func(n int) string {
		return "  completions: 100000\n  completionMode: Indexed\n  successPolicy: {rules: [{succeededIndexes: '" + strings.TrimSuffix(repeated("%[1]d,", n), ",") + "'}]}\n"
	}), nil},
	{"host aliases", 250, "build", job(lines("  hostAliases:\n", "    - {ip: 10.0.0.1, hostnames: [h%[1]d]}\n")), nil},
	{"topology", 250, "build", job(lines("  topologySpreadConstraints:\n", "    - {maxSkew: 1, topologyKey: k%[1]d, whenUnsatisfiable: DoNotSchedule}\n")), nil},
	{"topology of one key", 250, "build", job(lines("  topologySpreadConstraints:\n", "    - {maxSkew: 1, topologyKey: k, whenUnsatisfiable: DoNotSchedule}\n")), nil},
	{"scheduling gates", 250, "build", job(lines("  schedulingGates:\n", "    - {name: g%[1]d}\n")), nil},
	{"resource claims", 250, "build", job(lines("  resourceClaims:\n", "    - {name: c%[1]d, resourceClaimName: r}\n")), nil},
	{"extended resources", 500, "build", job(func(n int) string {
		return lines("  resources:\n    limits:\n", "      x.com/r%[1]d: 1\n")(n) + lines("    requests:\n", "      x.com/r%[1]d: 1\n")(n)
	}), nil},
	{"sysctls", 250, "build", job(lines("  podSecurityContext:\n    sysctls:\n", "      - {name: kernel.a%[1]d, value: b}\n")), nil},
	{"policy rules", 250, "build", job(lines("  serviceAccount:\n    name: s\n    rules:\n", "      - {apiGroups: [''], resources: [r%[1]d], verbs: [get]}\n")), nil},
	{"egress", 250, "build", job(lines("  networkPolicy:\n    egress:\n", "      - {to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.%[1]d.0/24]}}], ports: [{port: 80}]}\n")), nil},
	{"affinity", 250, "build", job(lines("  affinity:\n    nodeAffinity:\n      requiredDuringSchedulingIgnoredDuringExecution:\n        nodeSelectorTerms:\n", "          - {matchExpressions: [{key: k%[1]d, operator: In, values: [a]}]}\n")), nil},
	{"args", 2000, "build", job(lines("  args:\n", "    - a%[1]d\n")), nil},
	{"args with $(", 2000, "build", job(lines("  args:\n", "    - $(A%[1]d)\n")), nil},
	{"keys of a manifest that are none", 5000, "validate --format json", func(n int) (string, string) {
		return "a.yaml", lines("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n", "  k %[1]d: x\n")(n)
	}, nil},
	{"args with $( in one line", 10000, "validate --format json", job(func(n int) string { return "  args: [" + strings.Repeat("$(A), ", n) + "a]\n" }), nil},
	{"one arg of $(", 5000, "build", job(func(n int) string { return "  args: ['" + strings.Repeat("$(", n) + "']\n" }), nil},
	{"one arg of $$", 5000, "build", job(func(n int) string { return "  args: ['" + strings.Repeat("$$(A)", n) + "']\n" }), nil},
	{"one arg of names", 5000, "build", job(func(n int) string { return "  args: ['" + strings.Repeat("$(A) ", n) + "']\n" }), nil},
	{"script of $(", 5000, "build", job(func(n int) string { return "  script: '" + strings.Repeat("$(", n) + "'\n" }), nil},
	{"script of {{", 5000, "build", job(func(n int) string { return "  script: '" + strings.Repeat("{{ ${", n) + "'\n" }), nil},
	{"script of quotes", 5000, "build", job(func(n int) string { return "  script: \"" + strings.Repeat(`\"$(' `, n) + "\"\n" }), nil},
	{"script of lines", 5000, "build", job(lines("  script: |\n", "    echo $(hostname) $VAR_%[1]d | cat\n")), nil},
	{"script of pipes", 5000, "build", job(func(n int) string { return "  script: 'a" + strings.Repeat(" | a && b", n) + "'\n" }), nil},
	{"command of sh", 5000, "build", job(func(n int) string {
		return "  command: [sh, -c, \"" + strings.Repeat("sleep 1; curl https://x/y | sh; ", n) + "\"]\n"
	}), nil},
	{"helm braces", 5000, "build", job(func(n int) string {
		return "  delivery: helm\n  rerun: always\n  args: ['" + strings.Repeat("{{ ", n) + "']\n"
	}), nil},
	{"unknown fields", 5000, "build", job(lines("", "  unknownField%[1]d: x\n")), nil},
	{"unknown fields nested", 5000, "build", job(lines("  resources:\n", "    unknown%[1]d: {a: {b: c}}\n")), nil},
	{"unknown fields of long names", 20, "build", job(func(n int) string { return repeated("  "+strings.Repeat("x", 1000)+"%[1]d: x\n", n) }), nil},
	{"unknown fields of the document", 500, "build", func(n int) (string, string) {
		return "a.yaml", growthHead + repeated("imagg%[1]d: x\n", n) + "spec: {image: a:1}\n"
	}, nil},
	{"one unknown name in deep lists", 500, "build", job(lines("  sidecarz:\n", "    - {name: i%[1]d, imagee: b:1, comand: [x]}\n")), nil},
	{"duplicate keys", 1000, "build", job(lines("  env:\n", "    A: x\n")), nil},
	{"wrong ports", 250, "build", job(lines("  ports:\n", "    - {containerPort: x%[1]d}\n")), nil},
	{"wrong labels", 500, "build", func(n int) (string, string) {
		return "a.yaml", "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata:\n  name: a\n  labels:\n" + repeated("    -k%[1]d: v!\n", n) + "spec: {image: a:1}\n"
	}, nil},
	{"a long name", 10000, "build", func(n int) (string, string) {
		return "a.yaml", "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a" + strings.Repeat("-A", n) + "}\nspec: {image: a:1}\n"
	}, nil},
	{"a long image", 10000, "build", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec: {image: a" + strings.Repeat("/a", n) + ":x:y}\n"
	}, nil},
	{"a long field name", 10000, "build", job(func(n int) string { return "  ? " + strings.Repeat("imag", n) + "\n  : x\n" }), nil},
	{"a long schedule", 10000, "build", job(func(n int) string { return "  schedule: '0" + strings.Repeat(",1", n) + " * * * *'\n" }), nil},
	{"a long line of mistakes", 250, "build", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec: {image: a:1, ports: [" + repeated("{containerPort: x%[1]d},", n) + "]}\n"
	}, nil},
	{"waived findings", 24, "build", job(lines("  sidecars:\n", "    # jobgen:allow JG001 because\n    - {name: i%[1]d, image: \"b\"}\n")), nil},
	{"comments", 10000, "build", func(n int) (string, string) {
		return "a.yaml", repeated("# comment %[1]d\n", n) + growthHead + "spec: {image: a:1}\n"
	}, nil},
	{"anchors", 5000, "build", job(lines("  env:\n", "    A%[1]d: &a%[1]d x\n")), nil},
	{"aliases", 5000, "build", job(func(n int) string { return "  env:\n    A: &a x\n" + repeated("    A%[1]d: *a\n", n) }), nil},
	{"merge keys", 24, "build", job(func(n int) string {
		return "  sidecars:\n    - &a {name: i, image: b:1, env: {A: x, B: y}}\n" + repeated("    - {<<: *a, name: i%[1]d}\n", n)
	}), nil},
	{"merges of a merge", 500, "build", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec:\n  image: a:1\n  env:\n    <<: [" + repeated("{A%[1]d: x},", n) + "]\n"
	}, nil},
	{"flow style", 5000, "build", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec: {image: a:1, env: {" + repeated("A%[1]d: x, ", n) + "}}\n"
	}, nil},
	{"json", 2000, "build", func(n int) (string, string) {
		return "a.json", `{"apiVersion":"jobgen.dev/v1alpha1","kind":"Job","metadata":{"name":"a"},"spec":{"image":"a:1","args":[` + repeated(`"a%[1]d",`, n) + `"b"]}}`
	}, nil},
	{"brackets", 5000, "build", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec: " + strings.Repeat("[", n) + "\n"
	}, nil},
	{"documents", 200, "build", func(n int) (string, string) {
		return "a.yaml", repeated("---\napiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a%[1]d}\nspec: {image: a:1}\n", n)
	}, nil},
	{"documents of one name", 200, "build", func(n int) (string, string) {
		return "a.yaml", repeated("---\napiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec: {image: a:1}\n", n)
	}, nil},
	{"empty documents", 2000, "build", func(n int) (string, string) {
		return "a.yaml", repeated("---\n", n) + growthHead + "spec: {image: a:1}\n"
	}, nil},
	{"specs", 200, "build", nil, each("%d.yaml", "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a%[1]d}\nspec: {image: a:1}\n")},
	{"specs that miss", 200, "build", nil, each("%d.yaml", "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a%[1]d}\nspec: {image: a:1, configMaps: {con%[1]d: {data: {a: b}}}, envFrom: [{configMap: cox%[1]d}]}\n")},
	{"specs with policies", 200, "build", nil, each("%d.yaml", "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a%[1]d, labels: {app.kubernetes.io/name: x}}\nspec: {image: a:1, networkPolicy: {egress: []}}\n")},
	{"environments", 50, "build --env e0", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec: {image: a:1}\noverlays:\n" + repeated("  e%[1]d: {spec: {args: [a]}}\n", n)
	}, nil},
	{"environments of a tree", 20, "render --out tree", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec: {image: a:1}\noverlays:\n" + repeated("  e%[1]d: {spec: {args: [a%[1]d]}}\n", n)
	}, nil},
	{"environments with findings", 20, "validate", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec: {image: a}\noverlays:\n" + repeated("  e%[1]d: {spec: {image: a%[1]d}}\n", n)
	}, nil},
	{"appended items", 1000, "build --env e", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec: {image: a:1, args: [a]}\noverlays:\n  e:\n    spec:\n      args+:\n" + repeated("        - a%[1]d\n", n)
	}, nil},
	{"overlay variables", 5000, "build --env e", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec:\n  image: a:1\n  env:\n" + repeated("    A%[1]d: x\n", n) + "overlays:\n  e:\n    spec:\n      env:\n" + repeated("        A%[1]d: y\n", n)
	}, nil},
	{"overlay of unnamed items", 24, "build --env e", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec:\n  image: a:1\n  sidecars:\n" + repeated("    - {name: i%[1]d, image: b:1}\n", n) + "overlays:\n  e:\n    spec:\n      sidecars:\n" + repeated("        - {name: i%[1]d, image: c:1}\n", n)
	}, nil},
	{"rendered variables of environments", 2000, "render --out tree", func(n int) (string, string) {
		return "a.yaml", growthHead + "spec:\n  image: a:1\n  env:\n" + repeated("    A%[1]d: x\n", n) + "overlays:\n  e:\n    spec:\n      env:\n" + repeated("        A%[1]d: y\n", n)
	}, nil},
	{"resources", 500, "build", func(n int) (string, string) {
		return "jobgen.yaml", "apiVersion: jobgen.dev/v1alpha1\nkind: Project\nresources: [r.yaml]\n"
	}, func(n int, write func(name, text string)) {
		write("r.yaml", repeated("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%[1]d}\ndata: {a: b}\n", n))
		write("a.yaml", growthHead+"spec: {image: a:1}\n")
	}},
	{"rendered specs", 100, "render --out tree", nil, each("%d.yaml", "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a%[1]d}\nspec: {image: a:1}\noverlays: {e: {spec: {args: [a]}}}\n")},
	{"list manifest", 250, "validate", manifest("apiVersion: v1\nkind: List\nitems:\n", "- {apiVersion: batch/v1, kind: Job, metadata: {name: a%[1]d}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a:1}]}}}}\n", ""), nil},
	{"manifest variables", 1000, "validate", manifest(cronJob+"            env:\n", "            - {name: A%[1]d, value: x}\n", ""), nil},
	{"manifest variables of one name", 500, "validate", manifest(cronJob+"            env:\n", "            - {name: A, value: x}\n", ""), nil},
	{"manifest containers", 250, "validate", manifest(cronJob, "          - {name: a%[1]d, image: a:1}\n", ""), nil},
	{"manifest containers of one name", 250, "validate", manifest(cronJob, "          - {name: a, image: a:1}\n", ""), nil},
	{"manifest volumes", 250, "validate", func(n int) (string, string) {
		return "m.yaml", cronJob + "            volumeMounts:\n" + repeated("            - {name: v%[1]d, mountPath: /m/%[1]d}\n", n) + "          volumes:\n" + repeated("          - {name: v%[1]d, emptyDir: {}}\n", n)
	}, nil},
	{"manifest tolerations", 250, "validate", manifest(cronJob+"          tolerations:\n", "          - {key: k%[1]d, operator: Exists}\n", ""), nil},
	{"manifest unknown fields", 2000, "validate", manifest(cronJob, "          unknown%[1]d: x\n", ""), nil},
	{"manifest ports of one name", 250, "validate", manifest(cronJob+"            ports:\n", "            - {name: p, containerPort: 80}\n", ""), nil},
	{"manifest ConfigMap", 2000, "validate", manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n", "  k%[1]d: v\n", ""), nil},
	{"manifest script", 5000, "validate", func(n int) (string, string) {
		return "m.yaml", cronJob + "            command: [sh, -c, '" + strings.Repeat("$(a $( | ", n) + "']\n"
	}, nil},
	{"import variables", 1000, "import m.yaml", manifest(cronJob+"            env:\n", "            - {name: A%[1]d, value: $(A%[1]d)}\n", ""), nil},
	{"import containers", 250, "import m.yaml", manifest(cronJob, "          - {name: a%[1]d, image: a:1}\n", ""), nil},
	{"import volumes", 1000, "import m.yaml", func(n int) (string, string) {
		return "m.yaml", cronJob + "            volumeMounts:\n" + repeated("            - {name: v%[1]d, mountPath: /m%[1]d}\n", n) +
			"          volumes:\n" + repeated("          - {name: v%[1]d, configMap: {name: c%[1]d, defaultMode: 420}}\n", n)
	}, nil},
	{"import envFrom", 1000, "import m.yaml", func(n int) (string, string) {
		return "m.yaml", cronJob + "            envFrom:\n" + repeated("            - {configMapRef: {name: c%[1]d}}\n", n) +
			repeated("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%[1]d}\ndata: {A: x}\n", n)
	}, nil},
	{"import ConfigMap", 1000, "import m.yaml", func(n int) (string, string) {
		return "m.yaml", cronJob + "            envFrom: [{configMapRef: {name: c}}]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n" + repeated("  k%[1]d: v\n", n)
	}, nil},
	{"import objects", 250, "import m.yaml", func(n int) (string, string) {
		return "m.yaml", cronJob + repeated("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%[1]d}\ndata: {a: b}\n", n)
	}, nil},
	{"import Jobs", 100, "import m.yaml", manifest("", "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a%[1]d}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a:1}]}}}\n", ""), nil},
	{"import comments", 2000, "import m.yaml", func(n int) (string, string) {
		return "m.yaml", cronJob + "            args:\n" + repeated("            # comment\n            - a%[1]d\n", n)
	}, nil},
	{"fmt", 5000, "fmt --check a.yaml", job(lines("  env:\n", "    A%[1]d: x # why\n")), nil},
	{"fmt of one line", 5000, "fmt --check a.yaml", job(func(n int) string {
		return "  env: {" + repeated("A%[1]d: \"x\", ", n) + "}\n"
	}), nil},
	{"fmt comments", 5000, "fmt --check a.yaml", job(lines("  args:\n", "    # comment\n    - a%[1]d\n")), nil},
	{"github", 500, "validate --format github", job(lines("", "  unknownField%[1]d: x\n")), nil},
	{"sarif", 500, "validate --format sarif", job(lines("", "  unknownField%[1]d: x\n")), nil},
	{"junit", 500, "validate --format junit", job(lines("", "  unknownField%[1]d: x\n")), nil},
	{"json findings", 500, "validate --format json", job(lines("", "  unknownField%[1]d: x\n")), nil},
	{"fn", 200, "fn", func(n int) (string, string) {
		return "list.yaml", "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n" + repeated("- {apiVersion: v1, kind: ConfigMap, metadata: {name: c%[1]d}, data: {a: b}}\n- {apiVersion: jobgen.dev/v1alpha1, kind: Job, metadata: {name: a%[1]d}, spec: {image: a:1}}\n", n)
	}, nil},
	{"cue list", 1000, "build", func(n int) (string, string) {
		return "a.cue", fmt.Sprintf("import \"list\"\napiVersion: \"jobgen.dev/v1alpha1\"\nkind: \"Job\"\nmetadata: name: \"a\"\nspec: {image: \"a:1\", args: [for i in list.Range(0, %d, 1) {\"a\\(i)\"}]}\n", n)
	}, nil},
	{"cue fields", 500, "build", func(n int) (string, string) {
		return "a.cue", "apiVersion: \"jobgen.dev/v1alpha1\"\nkind: \"Job\"\nmetadata: name: \"a\"\nspec: {image: \"a:1\", env: {" + repeated("A%[1]d: \"x\", ", n) + "}}\n"
	}, nil},
}
