package cluster

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestSchemaStricterThanServer makes sure that what only Kubernetes' schema refuses
// is a warning: the server takes the object.
func TestSchemaStricterThanServer(t *testing.T) {
	for _, c := range []struct {
		base    string
		changes []string
		want    []string // "warning path: reason" or "error path: reason"
	}{
		{"job", []string{`C.livenessProbe = {httpGet: {port: 80, httpHeaders: [{name: A}]}}`}, []string{"warning C.livenessProbe.httpGet.httpHeaders[0]: missing field"}},
		{"job", []string{`C.command = [a, null]`}, []string{"warning C.command[1]: wrong type"}},
		{"job", []string{`metadata.labels = {a: null}`}, []string{`warning metadata.labels["a"]: wrong type`}},
		{"job", []string{`P.evictionResponders = [{}]`}, []string{"warning P.evictionResponders[0]: missing field", "warning P.evictionResponders[0]: missing field"}},
		{"job", []string{`S.template.metadata = {ownerReferences: [{kind: A}]}`}, []string{
			"warning S.template.metadata.ownerReferences[0]: missing field", "warning S.template.metadata.ownerReferences[0]: missing field", "warning S.template.metadata.ownerReferences[0]: missing field"}},
		{"claim", []string{`spec.dataSourceRef = {namespace: a}`}, []string{"warning spec.dataSourceRef: missing field", "warning spec.dataSourceRef: missing field"}},
		{"secret", []string{`data = {a: null}`}, []string{`warning data["a"]: wrong type`}},

		// What the server refuses too stays an error.
		{"job", []string{`C.env = [{value: a}]`}, []string{"error C.env[0]: missing field"}},
		{"job", []string{`C.env = [{value: a}]`, `C.command = [null]`}, []string{"warning C.command[0]: wrong type", "error C.env[0]: missing field"}},
		{"job", []string{`P.volumes = [null]`}, []string{"error P.volumes[0]: wrong type"}},
		{"job", []string{`C.command = {a: b}`}, []string{"error C.command: wrong type"}},
		{"job", []string{`P.evictionResponders = [{}]`, `metadata.name = A`}, []string{"error metadata.name: invalid value", "warning P.evictionResponders[0]: missing field", "warning P.evictionResponders[0]: missing field"}},
		{"job", []string{`C.unknown = null`}, []string{"error C.unknown: unknown field"}},
	} {
		all, err := Objects([][]byte{manifest(t, c.base, c.changes...)}, Options{Checks: []Check{OpenAPI, Server}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range all[0] {
			line := fmt.Sprintf("error %s: %s", f.Path, f.Reason)
			if f.Warning {
				line = fmt.Sprintf("warning %s: %s", f.Path, f.Reason)
			}
			if f.Warning && !strings.HasSuffix(f.Message, schemaAlone) {
				t.Errorf("%s: the warning does not say why it is none: %s", name(c.base, c.changes), f.Message)
			}
			got = append(got, line)
		}
		if want := expand(c.base, c.want); !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q", name(c.base, c.changes), got, want)
		}
	}
}

// TestSchemaAlone makes sure that the schema's word holds where the server is not
// asked.
func TestSchemaAlone(t *testing.T) {
	all, err := Objects([][]byte{manifest(t, "job", `C.command = [null]`)}, Options{Checks: []Check{OpenAPI}})
	if err != nil || len(all[0]) != 1 || all[0][0].Warning {
		t.Errorf("%v %+v", err, all)
	}
}
