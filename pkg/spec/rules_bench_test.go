package spec

import (
	"testing"

	"cuelang.org/go/cue"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

const typical = `apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: etl, namespace: data, labels: {team: math}}
spec:
  schedule: "0 3 * * *"
  timeZone: Europe/Berlin
  concurrencyPolicy: Forbid
  backoffLimit: 2
  activeDeadlineSeconds: 3600
  image: ghcr.io/acme/etl:1.4.2
  command: [etl, --full]
  env:
    A: b
    PASSWORD: {secret: db, key: password}
    REGION: {configMap: shared, key: region}
    POD: {field: metadata.name}
  resources:
    requests: {cpu: 500m, memory: 1Gi}
    limits: {memory: 2Gi}
  volumes:
    work: {emptyDir: {sizeLimit: 10Gi}, mountPath: /work}
    settings: {configMap: settings, mountPath: /etc/etl, readOnly: true}
  securityContext: {allowPrivilegeEscalation: false}
  configMaps:
    settings: {data: {a: b}}
`

func BenchmarkX(b *testing.B) {
	_, docs, _ := source.ParseBytes("x.yaml", []byte(typical), "/x", "/x", true)
	_, ds := Check(docs[0], Options{})
	for _, d := range ds {
		b.Log(d)
	}
	c := &checker{file: docs[0].File, root: docs[0].Root}
	root := c.plain(c.root).(map[string]any)
	set := schema.Rules()
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			set.Encode(root["spec"])
		}
	})
	spec := set.Encode(root["spec"])
	for _, r := range append(set.Document, set.Container...) {
		b.Run(r.Name, func(b *testing.B) {
			for b.Loop() {
				var f []ruleFinding
				if err := r.Apply(map[string]cue.Value{"spec": spec, "metadata": set.Encode(root["metadata"]), "container": spec}, &f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("rules", func(b *testing.B) {
		for b.Loop() {
			c.rules()
		}
	})
}
