package main

// chart makes of each job what jobgen makes of its spec.
const chart = `{{- define "workload" }}
activeDeadlineSeconds: 3600
{{- with .job }}
{{ toYaml . }}
{{- end }}
template:
  metadata:
    {{- if .schedule }}
    annotations:
      jobgen.dev/content-digest: {{ .table | sha256sum | trunc 8 }}
    {{- end }}
    labels:
      app.kubernetes.io/managed-by: jobgen
      app.kubernetes.io/name: {{ .name }}
  spec:
    containers:
    - name: {{ .name }}
      image: registry.example.com/etl/runner:{{ .tag }}
      args:
      - load
      - --table
      - {{ .table }}
      env:
      - name: BATCH_SIZE
        value: "500"
      - name: LOG_LEVEL
        value: info
      - name: PASSWORD
        valueFrom:
          secretKeyRef:
            name: {{ .name }}
            key: password
      - name: REGION
        value: eu-west-1
      - name: TABLE
        value: {{ .table }}
      resources:
        requests:
          cpu: 100m
          memory: 256Mi
        limits:
          cpu: "1"
          memory: 1Gi
      volumeMounts:
      - name: config
        mountPath: /etc/etl
      {{- with .container }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    restartPolicy: Never
    serviceAccountName: {{ .name }}
    volumes:
    - name: config
      configMap:
        name: {{ .name }}
    {{- with .pod }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- define "metadata" }}
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    app.kubernetes.io/managed-by: jobgen
    app.kubernetes.io/name: {{ .name }}
    team: data
{{- end }}
{{- range .Values.jobs }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- template "metadata" . }}
automountServiceAccountToken: false
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- template "metadata" . }}
data:
  etl.ini: |
    [source]
    table = {{ .table }}
    batch = 500
  queries.sql: |
    select * from {{ .table }} where day = :day;
---
apiVersion: v1
kind: Secret
metadata:
  {{- template "metadata" . }}
data:
  password: {{ "not-a-secret" | b64enc }}
---
apiVersion: batch/v1
{{- if .schedule }}
kind: CronJob
metadata:
  {{- template "metadata" . }}
spec:
  schedule: {{ .schedule | quote }}
  timeZone: Europe/Berlin
  concurrencyPolicy: Forbid
  jobTemplate:
    metadata:
      labels:
        app.kubernetes.io/managed-by: jobgen
        app.kubernetes.io/name: {{ .name }}
    spec:
      {{- include "workload" . | nindent 6 }}
{{- else }}
kind: Job
metadata:
  {{- template "metadata" . }}
spec:
  {{- include "workload" . | nindent 2 }}
{{- end }}
{{- end }}
`

// chartFile names and versions the chart.
const chartFile = "apiVersion: v2\nname: jobs\nversion: 1.0.0\n"

// cueTemplate makes the same objects of a list of jobs in CUE; #Job is what cue vet
// checks each of them against.
const cueTemplate = `package jobs

import (
	"encoding/yaml"
	"encoding/base64"
	"crypto/sha256"
	"encoding/hex"
)

#Job: {
	name:      =~"^[a-z][-a-z0-9]{0,50}$"
	namespace: =~"^[a-z][-a-z0-9]{0,61}$"
	table:     string
	tag:       =~"^[0-9]+\\.[0-9]+\\.[0-9]+$"
	schedule?: =~"^\\S+ \\S+ \\S+ \\S+ \\S+$"
	job?: {
		backoffLimit?:            int & >=0
		parallelism?:             int & >=0
		completions?:             int & >=0
		ttlSecondsAfterFinished?: int & >=0
	}
	pod?: {...}
	container?: {...}
}

jobs: [...#Job]

#Objects: {
	in: #Job
	let meta = {
		name:      in.name
		namespace: in.namespace
		labels: {"app.kubernetes.io/managed-by": "jobgen", "app.kubernetes.io/name": in.name, team: "data"}
	}
	let work = {
		activeDeadlineSeconds: 3600
		if in.job != _|_ {in.job}
		template: {
			metadata: {
				if in.schedule != _|_ {annotations: "jobgen.dev/content-digest": hex.Encode(sha256.Sum256(in.table))}
				labels: {"app.kubernetes.io/managed-by": "jobgen", "app.kubernetes.io/name": in.name}
			}
			spec: {
				containers: [{
					name:  in.name
					image: "registry.example.com/etl/runner:\(in.tag)"
					args: ["load", "--table", in.table]
					env: [
						{name: "BATCH_SIZE", value: "500"},
						{name: "LOG_LEVEL", value: "info"},
						{name: "PASSWORD", valueFrom: secretKeyRef: {name: in.name, key: "password"}},
						{name: "REGION", value: "eu-west-1"},
						{name: "TABLE", value: in.table},
					]
					resources: {
						requests: {cpu: "100m", memory: "256Mi"}
						limits: {cpu: "1", memory: "1Gi"}
					}
					volumeMounts: [{name: "config", mountPath: "/etc/etl"}]
					if in.container != _|_ {in.container}
				}]
				restartPolicy:      "Never"
				serviceAccountName: in.name
				volumes: [{name: "config", configMap: name: in.name}]
				if in.pod != _|_ {in.pod}
			}
		}
	}
	out: [
		{apiVersion: "v1", kind: "ServiceAccount", metadata: meta, automountServiceAccountToken: false},
		{apiVersion: "v1", kind: "ConfigMap", metadata: meta, data: {
			"etl.ini":     "[source]\ntable = \(in.table)\nbatch = 500\n"
			"queries.sql": "select * from \(in.table) where day = :day;\n"
		}},
		{apiVersion: "v1", kind: "Secret", metadata: meta, data: password: base64.Encode(null, "not-a-secret")},
		if in.schedule != _|_ {apiVersion: "batch/v1", kind: "CronJob", metadata: meta, spec: {
			schedule:          in.schedule
			timeZone:          "Europe/Berlin"
			concurrencyPolicy: "Forbid"
			jobTemplate: {metadata: labels: {"app.kubernetes.io/managed-by": "jobgen", "app.kubernetes.io/name": in.name}, spec: work}
		}},
		if in.schedule == _|_ {apiVersion: "batch/v1", kind: "Job", metadata: meta, spec: work},
	]
}

stream: yaml.MarshalStream([for j in jobs for o in (#Objects & {in: j}).out {o}])
`
