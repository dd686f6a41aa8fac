package deliver

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/schema"
)

// HashVersion is the version of the hash in the names of Jobs. What is hashed, and
// how, never changes within a version: a name that changes is a Job that runs again.
const HashVersion = 1

// hashed is what the hash of a Job covers: all that the API server does not let
// change of an existing Job, and what its Pods get from objects made beside it.
type hashed struct {
	Version              int `json:"version"`
	Template             any `json:"template"`
	CompletionMode       any `json:"completionMode,omitempty"`
	Completions          any `json:"completions,omitempty"`
	PodFailurePolicy     any `json:"podFailurePolicy,omitempty"`
	SuccessPolicy        any `json:"successPolicy,omitempty"`
	BackoffLimitPerIndex any `json:"backoffLimitPerIndex,omitempty"`
	ManagedBy            any `json:"managedBy,omitempty"`
	content
}

// hashes are the fields of a Job that are in its hash.
var hashes = []string{
	"spec.backoffLimitPerIndex", "spec.completionMode", "spec.completions", "spec.managedBy", "spec.podFailurePolicy", "spec.successPolicy",
	"spec.template",
}

// Hashes reports whether a field of a Job, such as spec.template.spec.dnsPolicy, is in
// its hash.
func Hashes(field string) bool {
	return slices.ContainsFunc(hashes, func(one string) bool { return field == one || strings.HasPrefix(field, one+".") })
}

// content is what Pods get from ConfigMaps and Secrets made here: of a ConfigMap a
// hash of all it holds, of a Secret where its values come from, never the values.
type content struct {
	ConfigMaps map[string]string            `json:"configMaps,omitempty"`
	Secrets    map[string]map[string]string `json:"secrets,omitempty"`
}

func (c content) empty() bool { return len(c.ConfigMaps)+len(c.Secrets) == 0 }

// hash returns the hash of the Job.
func (d *delivery) hash() string {
	s := tree(d.jobSpec)
	removeDefaults(s, jobDefaults)
	h := hashed{
		Version: HashVersion, Template: s["template"], CompletionMode: s["completionMode"], Completions: s["completions"],
		PodFailurePolicy: s["podFailurePolicy"], SuccessPolicy: s["successPolicy"], BackoffLimitPerIndex: s["backoffLimitPerIndex"],
		ManagedBy: s["managedBy"], content: d.content(),
	}
	if s["completions"] == nil && s["parallelism"] == nil {
		h.Completions = 1 // the API's default for a Job that is no work queue
	}
	return short(h)
}

// digest returns a digest of the whole Job: of its labels, its annotations and every
// field, in the hash or not.
func (d *delivery) digest() string {
	s := tree(d.jobSpec)
	removeDefaults(s, jobDefaults)
	return short(struct {
		Version     int               `json:"version"`
		Labels      map[string]string `json:"labels,omitempty"`
		Annotations map[string]string `json:"annotations,omitempty"`
		Spec        any               `json:"spec"`
		content
	}{HashVersion, d.workload.Meta.Labels, d.workload.Meta.Annotations, s, d.content()})
}

// content gathers what the Pods use of the ConfigMaps and Secrets made here.
func (d *delivery) content() content {
	c := content{ConfigMaps: map[string]string{}, Secrets: map[string]map[string]string{}}
	configMaps, secrets := map[string]bool{}, map[string]bool{}
	eachConfigMap(&d.template.Spec, func(name *string) { configMaps[*name] = true })
	eachSecret(&d.template.Spec, func(name *string) { secrets[*name] = true })
	for i := range d.objects {
		o := &d.objects[i]
		switch v := o.Value.(type) {
		case *corev1.ConfigMap:
			if configMaps[v.Name] {
				c.ConfigMaps[o.Plain] = contentHash(v)
			}
		case *corev1.Secret:
			if secrets[v.Name] {
				c.Secrets[v.Name] = sources(d.job.Spec.Secrets[o.Plain])
			}
		}
	}
	return c
}

// sources says of each key of a Secret where its value comes from.
func sources(s schema.Secret) map[string]string {
	from := map[string]string{}
	values := maps.Clone(s.Data)
	if r := s.Registry; r != nil {
		values = map[string]schema.SecretValue{"registry password": r.Password}
		for name, v := range map[string]schema.LoginValue{"server": r.Server, "username": r.Username} {
			values["registry "+name] = schema.SecretValue{Env: v.Env, File: v.File}
			if v.Value != nil {
				from["registry "+name+" value"] = *v.Value
			}
		}
	}
	for key, v := range values {
		switch {
		case v.Env != "":
			from[key] = "env " + v.Env
		case v.File != "":
			from[key] = "file " + v.File
		case v.Remote != nil:
			text, _ := json.Marshal(v.Remote) // texts alone, which always can be written
			from[key] = "remote " + string(text)
		default:
			from[key] = "value"
		}
	}
	if len(s.Files) > 0 {
		from[""] = "files " + strings.Join(s.Files, ",")
	}
	return from
}

// contentHash returns the hash of what a ConfigMap holds.
func contentHash(cm *corev1.ConfigMap) string {
	return short(struct {
		Version    int               `json:"version"`
		Data       map[string]string `json:"data,omitempty"`
		BinaryData map[string][]byte `json:"binaryData,omitempty"`
		Immutable  *bool             `json:"immutable,omitempty"`
	}{HashVersion, cm.Data, cm.BinaryData, cm.Immutable})
}

// short returns the first characters of the SHA-256 of a value as JSON, whose keys
// are sorted.
func short(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("deliver: a value to be hashed cannot be written as JSON: " + err.Error())
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:])[:hashLength]
}

// hashLength is how many characters of a hash are used: 1 in 4 billion meets another.
const hashLength = 8

// tree returns a value as JSON has it, without nulls.
func tree(value any) map[string]any {
	text, err := json.Marshal(value)
	if err != nil {
		panic("deliver: an object cannot be written as JSON: " + err.Error())
	}
	t, err := jsontree.Parse[map[string]any](text)
	if err != nil {
		panic("deliver: an object is no JSON: " + err.Error())
	}
	render.DropNulls(t)
	return t
}

// standard is a field with the value that the API server gives it when it is not
// set, as JSON.
type standard struct{ path, value string }

// jobDefaults are the values that mean the same as no value, by Kubernetes 1.37
// (pkg/apis/core/v1 and pkg/apis/batch/v1, defaults.go). The table is part of hash
// version 1 and must not change.
var jobDefaults = slices.Concat(
	[]standard{
		{"completionMode", `"NonIndexed"`},
		{"podFailurePolicy.rules.*.onPodConditions.*.status", `"True"`},
		{"template.metadata", `{}`},
		{"template.spec.dnsPolicy", `"ClusterFirst"`},
		{"template.spec.enableServiceLinks", `true`},
		{"template.spec.schedulerName", `"default-scheduler"`},
		{"template.spec.securityContext", `{}`},
		{"template.spec.terminationGracePeriodSeconds", `30`},
		{"template.spec.volumes.*.configMap.defaultMode", `420`},
		{"template.spec.volumes.*.downwardAPI.defaultMode", `420`},
		{"template.spec.volumes.*.downwardAPI.items.*.fieldRef.apiVersion", `"v1"`},
		{"template.spec.volumes.*.downwardAPI.items.*.resourceFieldRef.divisor", `"0"`},
		{"template.spec.volumes.*.ephemeral.volumeClaimTemplate.metadata", `{}`},
		{"template.spec.volumes.*.ephemeral.volumeClaimTemplate.spec.volumeMode", `"Filesystem"`},
		{"template.spec.volumes.*.ephemeral.volumeClaimTemplate.spec.resources", `{}`},
		{"template.spec.volumes.*.hostPath.type", `""`},
		{"template.spec.volumes.*.projected.defaultMode", `420`},
		{"template.spec.volumes.*.projected.sources.*.downwardAPI.items.*.fieldRef.apiVersion", `"v1"`},
		{"template.spec.volumes.*.projected.sources.*.downwardAPI.items.*.resourceFieldRef.divisor", `"0"`},
		{"template.spec.volumes.*.projected.sources.*.serviceAccountToken.expirationSeconds", `3600`},
		{"template.spec.volumes.*.secret.defaultMode", `420`},
	},
	containerDefaults("template.spec.containers.*."),
	containerDefaults("template.spec.initContainers.*."),
)

func containerDefaults(at string) []standard {
	all := []standard{
		{at + "env.*.valueFrom.fieldRef.apiVersion", `"v1"`},
		{at + "env.*.valueFrom.resourceFieldRef.divisor", `"0"`},
		{at + "ports.*.protocol", `"TCP"`},
		{at + "resources", `{}`},
		{at + "terminationMessagePath", `"/dev/termination-log"`},
		{at + "terminationMessagePolicy", `"File"`},
	}
	for _, probe := range []string{"livenessProbe.", "readinessProbe.", "startupProbe."} {
		all = append(all, standard{at + probe + "failureThreshold", `3`}, standard{at + probe + "periodSeconds", `10`},
			standard{at + probe + "successThreshold", `1`}, standard{at + probe + "timeoutSeconds", `1`},
			standard{at + probe + "grpc.service", `""`})
	}
	for _, handler := range []string{"livenessProbe.", "readinessProbe.", "startupProbe.", "lifecycle.postStart.", "lifecycle.preStop."} {
		all = append(all, standard{at + handler + "httpGet.path", `"/"`}, standard{at + handler + "httpGet.scheme", `"HTTP"`})
	}
	return all
}

// removeDefaults removes the fields that have the value of the table.
func removeDefaults(t map[string]any, table []standard) {
	for _, s := range table {
		removeStandard(t, strings.Split(s.path, "."), s.value)
	}
	spec, _ := t["template"].(map[string]any)["spec"].(map[string]any)
	for _, list := range []string{"containers", "initContainers"} {
		containers, _ := spec[list].([]any)
		for _, c := range containers {
			removePullPolicy(c.(map[string]any))
		}
	}
}

// removeStandard removes the fields at a path, where * is every item of a list.
func removeStandard(value any, path []string, standard string) {
	switch value := value.(type) {
	case []any:
		if path[0] == "*" {
			for _, item := range value {
				removeStandard(item, path[1:], standard)
			}
		}
	case map[string]any:
		inner, there := value[path[0]]
		if !there {
			return
		}
		if len(path) > 1 {
			removeStandard(inner, path[1:], standard)
			return
		}
		if text, err := json.Marshal(inner); err == nil && string(text) == standard {
			delete(value, path[0])
		}
	}
}

// removePullPolicy removes the policy that the API server would choose: Always for
// the tag latest or none at all, else IfNotPresent.
func removePullPolicy(container map[string]any) {
	image, _ := container["image"].(string)
	policy := "IfNotPresent"
	name, digest, _ := strings.Cut(image, "@")
	if tag := name[strings.LastIndexByte(name, '/')+1:]; digest == "" && cmp.Or(after(tag, ":"), "latest") == "latest" {
		policy = "Always"
	}
	if container["imagePullPolicy"] == policy {
		delete(container, "imagePullPolicy")
	}
}

// after returns what follows a separator, "" if it is not there.
func after(text, separator string) string {
	_, rest, _ := strings.Cut(text, separator)
	return rest
}
