package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	yamlnode "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// benchSpec is a spec as people write them: a few variables, one of them from a
// Secret, two files mounted, resources, and a schedule for every other one.
func benchSpec(i int) string {
	schedule := ""
	if i%2 == 0 {
		schedule = fmt.Sprintf("  schedule: \"%d 2 * * *\"\n  timeZone: Europe/Berlin\n  concurrencyPolicy: Forbid\n", i%60)
	}
	return fmt.Sprintf(`apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata:
  name: etl-%[1]d
  namespace: team-%[2]d
  labels: {team: data}
spec:
%[3]s  image: registry.example.com/etl/runner:1.4.%[1]d
  args: [load, --table, "table_%[1]d"]
  backoffLimit: 2
  activeDeadlineSeconds: 3600
  env:
    LOG_LEVEL: info
    TABLE: table_%[1]d
    BATCH_SIZE: 500
    REGION: eu-west-1
    PASSWORD: {secret: etl-%[1]d, key: password}
  resources:
    requests: {cpu: 100m, memory: 256Mi}
    limits: {cpu: "1", memory: 1Gi}
  serviceAccount: {automountToken: false}
  configMaps:
    etl-%[1]d:
      data:
        etl.ini: |
          [source]
          table = table_%[1]d
          batch = 500
        queries.sql: |
          select * from table_%[1]d where day = :day;
  secrets:
    etl-%[1]d: {data: {password: {value: not-a-secret}}}
  volumes:
    config: {configMap: etl-%[1]d, mountPath: /etc/etl}
`, i, i%7, schedule)
}

func writeSpecs(b *testing.B, n int) string {
	dir := b.TempDir()
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("etl-%05d.yaml", i)), []byte(benchSpec(i)), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// BenchmarkBuild compares a whole build, in the process, with the floor: to
// read and parse the same files and to marshal the same objects.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("specs=%d", n), func(b *testing.B) {
			dir := writeSpecs(b, n)
			objects := lowered(b, dir)
			var whole, floor time.Duration
			for b.Loop() {
				start := time.Now()
				buildAll(b, dir)
				middle := time.Now()
				readParseMarshal(b, dir, objects)
				whole, floor = whole+middle.Sub(start), floor+time.Since(middle)
			}
			b.ReportMetric(float64(whole.Microseconds())/float64(b.N*n), "µs/spec")
			b.ReportMetric(float64(floor.Microseconds())/float64(b.N*n), "floor-µs/spec")
			b.ReportMetric(float64(whole)/float64(floor), "x-floor")
		})
	}
}

func buildAll(b *testing.B, dir string) {
	format, _ := render.Lookup("yaml")
	result, err := build.Run(build.Options{Dir: dir, Args: []string{"."}, Format: &format, LookupEnv: noEnv})
	if err != nil || result.Diagnostics.HasErrors() {
		b.Fatal(err, result.Diagnostics)
	}
	if err := result.Write(&bytes.Buffer{}); err != nil {
		b.Fatal(err)
	}
}

func readParseMarshal(b *testing.B, dir string, objects []compile.Object) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		var n yamlnode.Node
		if err := yamlnode.Unmarshal(text, &n); err != nil {
			b.Fatal(err)
		}
	}
	for _, o := range objects {
		if _, err := yaml.Marshal(o.Value); err != nil {
			b.Fatal(err)
		}
	}
}

// lowered makes the objects of every spec in a folder.
func lowered(b *testing.B, dir string) []compile.Object {
	inputs, _, err := source.Find(dir, []string{"."})
	if err != nil {
		b.Fatal(err)
	}
	var objects []compile.Object
	for _, in := range inputs {
		_, docs, _, err := source.Read(in, nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, doc := range docs {
			job, _ := spec.Check(doc, spec.Options{LookupEnv: noEnv})
			objects = append(objects, compile.Lower(job)...)
		}
	}
	return objects
}

// BenchmarkStages times each stage on one spec after another.
func BenchmarkStages(b *testing.B) {
	text := []byte(benchSpec(0))
	parse := func() source.Document {
		_, docs, _ := source.ParseBytes("etl.yaml", text, b.TempDir(), b.TempDir(), true)
		return docs[0]
	}
	job, _ := spec.Check(parse(), spec.Options{LookupEnv: noEnv})
	objects := compile.Lower(job)
	var printed [][]byte
	for _, o := range objects {
		text, err := render.JSON(o.Value)
		if err != nil {
			b.Fatal(err)
		}
		printed = append(printed, text)
	}
	schema, err := validate.OpenAPI(validate.NewestMinor)
	if err != nil {
		b.Fatal(err)
	}
	format, _ := render.Lookup("yaml")
	dir := b.TempDir()
	docs := make([]source.Document, 0, 1<<16)
	stages := []struct {
		name string
		run  func(i int)
	}{
		{"read", func(int) { source.ParseBytes("etl.yaml", text, dir, dir, true) }},
		{"check", func(i int) { spec.Check(docs[i], spec.Options{LookupEnv: noEnv}) }},
		{"lower", func(int) { compile.Lower(job) }},
		{"validate", func(int) {
			for _, text := range printed {
				schema.Check(text)
			}
		}},
		{"print", func(int) {
			for _, o := range objects {
				if _, err := format.Object(o.Value); err != nil {
					b.Fatal(err)
				}
			}
		}},
	}
	for _, stage := range stages {
		b.Run(stage.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if stage.name == "check" { // the check rewrites its document, so each needs its own
					b.StopTimer()
					docs = append(docs[:0], parseOnce(text, dir))
					b.StartTimer()
					stage.run(0)
					continue
				}
				stage.run(i)
			}
		})
	}
}

func parseOnce(text []byte, dir string) source.Document {
	_, docs, _ := source.ParseBytes("etl.yaml", text, dir, dir, true)
	return docs[0]
}

// BenchmarkMemory shows that memory does not grow with the number of specs, but
// for the output: heap in use after a build, less the output, per spec.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{100, 1000, 4000} {
		b.Run(fmt.Sprintf("specs=%d", n), func(b *testing.B) {
			dir := writeSpecs(b, n)
			format, _ := render.Lookup("yaml")
			var kept, output float64
			for b.Loop() {
				before := heap()
				result, err := build.Run(build.Options{Dir: dir, Args: []string{"."}, Format: &format, LookupEnv: noEnv})
				if err != nil {
					b.Fatal(err)
				}
				after := heap()
				var out strings.Builder
				if err := result.Write(&out); err != nil {
					b.Fatal(err)
				}
				kept, output = float64(after-before), float64(out.Len())
			}
			b.ReportMetric(kept/float64(n), "kept-B/spec")
			b.ReportMetric(output/float64(n), "output-B/spec")
		})
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
