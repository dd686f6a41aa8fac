package controlplane

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// stages are the folders of kwok's module that hold how its nodes and their Pods
// behave: they are ready at once, and the Pods of Jobs are done at once.
var stages = []string{"node/fast", "node/heartbeat-with-lease", "pod/fast"}

// workloads starts what makes Jobs run, and waits for a node that is ready.
func (c *Cluster) workloads(ctx context.Context) error {
	key := filepath.Join(c.dir, "service-accounts.pem")
	managers := []struct {
		name string
		args []string
	}{
		{"kube-controller-manager", []string{"--service-account-private-key-file", key, "--controllers", "*"}},
		{"kube-scheduler", nil},
	}
	for _, m := range managers {
		args := append([]string{"--kubeconfig", c.Kubeconfig, "--leader-elect=false", "--secure-port", "0"}, m.args...)
		if _, err := c.run(ctx, ofKubernetes(Newest, m.name), args...); err != nil {
			return err
		}
	}
	config, err := stageFiles(ctx)
	if err != nil {
		return err
	}
	args := []string{"--kubeconfig", c.Kubeconfig, "--manage-all-nodes=true"}
	for _, file := range config {
		args = append(args, "--config", file)
	}
	p, err := c.run(ctx, kwok, args...)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(c.Config)
	if err != nil {
		return fmt.Errorf("making a client of the API server: %w", err)
	}
	if err := addNode(ctx, client); err != nil {
		return fmt.Errorf("adding a node: %w", err)
	}
	return p.until(ctx, func() (bool, error) { return ready(ctx, client) })
}

// stageFiles returns the files of kwok's stages, in kwok's module.
func stageFiles(ctx context.Context) ([]string, error) {
	top, err := testFolder()
	if err != nil {
		return nil, err
	}
	// A machine that has never built kwok has not downloaded its module either.
	download := exec.CommandContext(ctx, "go", "mod", "download", "-json", "sigs.k8s.io/kwok")
	download.Dir = filepath.Join(top, kwok.module)
	out, err := download.Output()
	if err != nil {
		return nil, fmt.Errorf("downloading kwok's module: %w", err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return nil, fmt.Errorf("downloading kwok's module: %w", err)
	}
	var files []string
	for _, stage := range stages {
		found, err := filepath.Glob(filepath.Join(module.Dir, "kustomize", "stage", filepath.FromSlash(stage), "[np]od*-*.yaml"))
		if err != nil || len(found) == 0 {
			return nil, fmt.Errorf("kwok's module has no stages %s", stage)
		}
		files = append(files, found...)
	}
	return files, nil
}

// addNode adds a node with room for every test.
func addNode(ctx context.Context, client kubernetes.Interface) error {
	room := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("64"), corev1.ResourceMemory: resource.MustParse("256Gi"), corev1.ResourcePods: resource.MustParse("500"),
	}
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "node", Labels: map[string]string{corev1.LabelHostname: "node", corev1.LabelOSStable: "linux"}},
		Status:     corev1.NodeStatus{Capacity: room, Allocatable: room},
	}
	_, err := client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
	return err
}

// ready reports whether Pods can run: the node is ready, and the account exists
// that they run as.
func ready(ctx context.Context, client kubernetes.Interface) (bool, error) {
	if _, err := client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{}); err != nil {
		if apierrors.IsNotFound(err) {
			err = nil
		}
		return false, err
	}
	node, err := client.CoreV1().Nodes().Get(ctx, "node", metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue {
			return true, nil
		}
	}
	return false, nil
}
