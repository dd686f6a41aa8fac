// Package e2e_test proves jobgen against real Kubernetes control planes: see
// docs/agreement.md.
package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/jobgen-dev/jobgen/test/e2e/controlplane"
)

// resource is where the API server has the objects of a kind.
type resource struct {
	name   string
	global bool // has no namespace
}

// resources tells of each kind that jobgen emits.
var resources = map[string]resource{
	"ClusterRole":           {"clusterroles", true},
	"ClusterRoleBinding":    {"clusterrolebindings", true},
	"ConfigMap":             {"configmaps", false},
	"CronJob":               {"cronjobs", false},
	"Job":                   {"jobs", false},
	"Namespace":             {"namespaces", true},
	"NetworkPolicy":         {"networkpolicies", false},
	"PersistentVolumeClaim": {"persistentvolumeclaims", false},
	"Role":                  {"roles", false},
	"RoleBinding":           {"rolebindings", false},
	"Secret":                {"secrets", false},
	"ServiceAccount":        {"serviceaccounts", false},
}

// object is a manifest as JSON has it.
type object = map[string]any

// server is the API server of a cluster.
type server struct {
	*controlplane.Cluster
	client *http.Client
}

// start starts a control plane that is gone when the test is over.
func start(t *testing.T, opts controlplane.Options) server {
	t.Helper()
	opts.Log = t.Logf
	c, err := controlplane.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	client, err := rest.HTTPClientFor(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	return server{c, client}
}

// verdict is what a server answers.
type verdict struct {
	refused bool
	message string
	fields  []string // that the server names as the causes
}

// dryRun asks the server whether it would create an object, given as JSON, that is
// of one of the kinds of resources.
func (s server) dryRun(o object, text []byte) (verdict, error) {
	return s.do(http.MethodPost, collection(o)+"?dryRun=All&fieldValidation=Strict", text)
}

// collection returns the path that the objects of a kind are created at.
func collection(o object) string {
	kind, _ := o["kind"].(string)
	version, _ := o["apiVersion"].(string)
	path := "/apis/" + version
	if !strings.Contains(version, "/") {
		path = "/api/" + version
	}
	r := resources[kind]
	if !r.global {
		path += "/namespaces/" + url.PathEscape(namespaceOf(o))
	}
	return path + "/" + r.name
}

// namespaceOf returns the namespace of an object, "default" if it names none.
func namespaceOf(o object) string {
	meta, _ := o["metadata"].(object)
	if namespace, _ := meta["namespace"].(string); namespace != "" {
		return namespace
	}
	return "default"
}

func nameOf(o object) string {
	meta, _ := o["metadata"].(object)
	name, _ := meta["name"].(string)
	return name
}

// do sends a request. An error is only what keeps a server from answering; the
// panic of a handler is an answer, and closes the connection.
func (s server) do(method, path string, body []byte) (verdict, error) {
	req, err := http.NewRequest(method, s.Config.Host+path, bytes.NewReader(body))
	if err != nil {
		return verdict{}, fmt.Errorf("asking the API server: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/merge-patch+json")
	}
	resp, err := s.client.Do(req)
	if err != nil {
		if _, alive := s.client.Get(s.Config.Host + "/readyz"); alive != nil {
			return verdict{}, fmt.Errorf("asking the API server: %w", err)
		}
		return verdict{refused: true, message: "no answer: " + err.Error()}, nil
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return verdict{refused: true, message: "half an answer: " + err.Error()}, nil
	}
	return read(resp.StatusCode, text), nil
}

// read reads the server's answer.
func read(code int, text []byte) verdict {
	if code < 300 {
		return verdict{}
	}
	var status metav1.Status
	if err := json.Unmarshal(text, &status); err != nil {
		return verdict{refused: true, message: string(text)}
	}
	if status.Reason == metav1.StatusReasonAlreadyExists {
		return verdict{} // that is asked after all else
	}
	v := verdict{refused: true, message: status.Message}
	if status.Details != nil {
		for _, cause := range status.Details.Causes {
			v.fields = append(v.fields, cause.Field)
		}
	}
	return v
}

// must fails the test where a request is refused.
func (s server) must(t *testing.T, method, path string, body object) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.do(method, path, text)
	if err != nil || v.refused {
		t.Fatalf("%s %s: %v %s", method, path, err, v.message)
	}
}

// createNamespace makes a namespace.
func (s server) createNamespace(t *testing.T, name string) {
	t.Helper()
	s.must(t, http.MethodPost, "/api/v1/namespaces", object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": name}})
}

// remove deletes an object. No controller runs that would do the rest, so
// finalizers go first.
func (s server) remove(t *testing.T, o object) {
	t.Helper()
	path := collection(o) + "/" + url.PathEscape(nameOf(o))
	s.must(t, http.MethodPatch, path, object{"metadata": object{"finalizers": nil}})
	s.must(t, http.MethodDelete, path, object{"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"})
	if o["kind"] == "Namespace" {
		s.must(t, http.MethodPut, path+"/finalize", object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": nameOf(o)}})
	}
}

// objects reads what jobgen prints, YAML or JSON.
func objects(t *testing.T, output string) []object {
	t.Helper()
	var all []object
	dec := utilyaml.NewYAMLOrJSONDecoder(strings.NewReader(output), 4096)
	for {
		var o object
		if err := dec.Decode(&o); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("%v:\n%s", err, output)
		}
		if items, isList := o["items"].([]any); isList && o["kind"] == "List" {
			for _, item := range items {
				all = append(all, item.(object))
			}
		} else if o != nil {
			all = append(all, o)
		}
	}
}
