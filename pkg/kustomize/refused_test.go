package kustomize_test

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/jobgen-dev/jobgen/pkg/kustomize"
)

// What no kustomization can have is an error, which says why. kustomize itself
// drops such an object, fails, or builds another one.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ object, want string }{
		{"{apiVersion: batch/v1, kind: Job, metadata: {generateName: x-}}", "generateName"},
		{"{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}}", "its kind"},
		{"{apiVersion: batch/v1, kind: Job, metadata: {name: x, annotations: {config.kubernetes.io/local-config: 'true'}}}", "for itself"},
		{"{apiVersion: batch/v1, kind: Job, metadata: {name: x, annotations: {'1.10': x}}}", "loses the quotes"},
		{`{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: "\x7f"}}`, "U+007F"},
		{"{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {'<<': x}}", "the key <<"},
		{"{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: default}}", "twice"},
	} {
		trees, err := decode([]byte(c.object))
		if err != nil {
			t.Fatal(err)
		}
		var objects []kustomize.Object
		for _, tree := range trees {
			objects = append(objects, kustomize.Object{PlainName: "x", Tree: tree})
		}
		if _, _, err := kustomize.Make(nil, kustomize.Environment{Objects: objects}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.object, err)
		}
	}
}

// Files of objects with one name get other names, also on a disk to which upper
// and lower case are one.
func TestFileNames(t *testing.T) {
	objects := objectsIn(t, txtar.File{Name: "clash", Data: []byte(`
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: "system:basic"}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: "System Basic"}}
---
{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: b}}
`)})
	folder, _, err := kustomize.Make(objects)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(folder.Kustomization.Resources, " ")
	want := "configmap-a-default.yaml configmap-a-shop.yaml role-system-basic-default-rbac.authorization.k8s.io-2.yaml role-system-basic-default-rbac.authorization.k8s.io-3.yaml sealedsecret-b.yaml"
	if got != want {
		t.Errorf("files are named %s", got)
	}
}
