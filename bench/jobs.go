package main

import (
	"fmt"
	"strings"
)

// password is the environment variable that jobgen reads the Secrets' value from.
const password = "BENCH_PASSWORD"

// job is one of the jobs that every tool gets. The feature numbers say which rows
// of features it has.
type job struct {
	number   int
	features []int
}

// feature is something that a job may have beside what all have. The names of
// fields are those of Kubernetes, so that it is written alike for all tools.
type feature struct {
	in    string // the part of the object: cron, job, pod or container
	lines string // the fields, one a line, each with its value
}

// features are what the jobs of distinct shape differ in.
var features = []feature{
	{"job", "backoffLimit: 3"},
	{"job", "parallelism: 2\ncompletions: 4"},
	{"pod", "priorityClassName: batch-low"},
	{"pod", "nodeSelector: {disktype: ssd}"},
	{"pod", "tolerations: [{key: spot, operator: Exists, effect: NoSchedule}]"},
	{"pod", "terminationGracePeriodSeconds: 20"},
	{"container", "workingDir: /srv"},
	{"container", "imagePullPolicy: Always"},
	{"job", "ttlSecondsAfterFinished: 600"},
	{"pod", "dnsPolicy: Default"},
	{"container", "securityContext: {runAsUser: 1000, allowPrivilegeEscalation: false}"},
	{"container", "ports: [{name: metrics, containerPort: 9000}]"},
	{"pod", "enableServiceLinks: false"},
	{"pod", "schedulerName: batch"},
}

// alike are jobs of a few shapes: every other one has a schedule.
func alike(n int) []job {
	jobs := make([]job, n)
	for i := range jobs {
		jobs[i] = job{number: i, features: []int{0}}
	}
	return jobs
}

// distinct are jobs each of which has other fields than all the others.
func distinct(n int) []job {
	jobs := make([]job, n)
	for i := range jobs {
		jobs[i] = job{number: i}
		for f := range features {
			// Neighbours differ in many fields, and no two jobs have the same.
			if (i*5003+1)>>f&1 == 1 {
				jobs[i].features = append(jobs[i].features, f)
			}
		}
	}
	return jobs
}

func (j job) scheduled() bool { return j.number%2 == 0 }

// fields returns the lines of the features in one part of the object.
func (j job) fields(in string) []string {
	var lines []string
	for _, f := range j.features {
		if features[f].in == in {
			lines = append(lines, strings.Split(features[f].lines, "\n")...)
		}
	}
	return lines
}

// spec writes a job as jobgen reads it.
func (j job) spec() string {
	var b strings.Builder
	fmt.Fprintf(&b, `apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata:
  name: etl-%[1]d
  namespace: team-%[2]d
  labels: {team: data}
spec:
`, j.number, j.number%7)
	if j.scheduled() {
		fmt.Fprintf(&b, "  schedule: \"%d 2 * * *\"\n  timeZone: Europe/Berlin\n  concurrencyPolicy: Forbid\n", j.number%60)
	}
	for _, part := range []string{"job", "pod", "container"} {
		for _, line := range j.fields(part) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	fmt.Fprintf(&b, `  image: registry.example.com/etl/runner:1.4.%[1]d
  args: [load, --table, "table_%[1]d"]
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
    etl-%[1]d: {data: {password: {env: %[2]s}}}
  volumes:
    config: {configMap: etl-%[1]d, mountPath: /etc/etl}
`, j.number, password)
	return b.String()
}

// values writes a job as an item of the list in the chart's values.
func (j job) values() string {
	var b strings.Builder
	fmt.Fprintf(&b, "- name: etl-%[1]d\n  namespace: team-%[2]d\n  table: table_%[1]d\n  tag: 1.4.%[1]d\n", j.number, j.number%7)
	if j.scheduled() {
		fmt.Fprintf(&b, "  schedule: \"%d 2 * * *\"\n", j.number%60)
	}
	for _, part := range []string{"job", "pod", "container"} {
		lines := j.fields(part)
		if len(lines) == 0 {
			continue
		}
		fmt.Fprintf(&b, "  %s:\n", part)
		for _, line := range lines {
			fmt.Fprintf(&b, "    %s\n", line)
		}
	}
	return b.String()
}
