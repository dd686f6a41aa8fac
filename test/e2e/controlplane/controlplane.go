// Package controlplane runs a real Kubernetes control plane for tests, without
// containers: etcd, kube-apiserver and, for the newest minor,
// kube-controller-manager, kube-scheduler and kwok's simulated nodes, each built
// from Go modules and started on loopback. It needs a Unix.
package controlplane

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// patience is how long a component may take to come up.
const patience = 2 * time.Minute

// Options say what runs.
type Options struct {
	Minor string // "1.37", "1.33" or "1.29"
	// Workloads adds what makes Jobs run: the controllers, the scheduler and a
	// node. Only the newest minor has them.
	Workloads bool
	// AnyNamespace lets objects be created in namespaces that do not exist.
	AnyNamespace bool
	// Log, if not nil, is told what goes on.
	Log func(format string, args ...any)
}

// Cluster is a running control plane.
type Cluster struct {
	Config     *rest.Config // of an administrator
	Kubeconfig string       // the path of a file that says the same

	opts  Options
	dir   string
	guard *guard
}

// Start builds what is needed and starts a control plane. It is up when Start
// returns. Its processes and its data are gone after Stop, and also when this
// process ends without it, in whatever way.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	if releases[opts.Minor] == "" || opts.Workloads && opts.Minor != Newest {
		return nil, fmt.Errorf("no such control plane of Kubernetes %q is known", opts.Minor)
	}
	if opts.Log == nil {
		opts.Log = func(string, ...any) {}
	}
	dir, err := os.MkdirTemp("", "jobgen-e2e-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the control plane: %w", err)
	}
	c := &Cluster{opts: opts, dir: dir, Kubeconfig: filepath.Join(dir, "kubeconfig")}
	if c.guard, err = newGuard(dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// Minor returns the Kubernetes minor of the control plane.
func (c *Cluster) Minor() string { return c.opts.Minor }

// Stop kills every process of the control plane and removes its data.
func (c *Cluster) Stop() error {
	if err := c.guard.stop(); err != nil {
		return fmt.Errorf("stopping the control plane: %w", err)
	}
	return nil
}

func (c *Cluster) start(ctx context.Context) error {
	store, err := c.etcd(ctx)
	if err != nil {
		return err
	}
	if err := c.apiserver(ctx, store); err != nil {
		return err
	}
	if c.opts.Workloads {
		return c.workloads(ctx)
	}
	return nil
}

// etcd starts etcd and returns its URL.
func (c *Cluster) etcd(ctx context.Context) (string, error) {
	ports, err := freePorts(2)
	if err != nil {
		return "", err
	}
	client, peer := "http://127.0.0.1:"+ports[0], "http://127.0.0.1:"+ports[1]
	p, err := c.run(ctx, etcd, "--data-dir", filepath.Join(c.dir, "etcd"), "--unsafe-no-fsync",
		"--listen-client-urls", client, "--advertise-client-urls", client,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer)
	if err != nil {
		return "", err
	}
	return client, p.wait(ctx, http.DefaultClient, client+"/health")
}

// apiserver starts the API server on a store, and sets the cluster's configuration.
func (c *Cluster) apiserver(ctx context.Context, store string) error {
	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	token := rand.Text()
	tokens, key := filepath.Join(c.dir, "tokens.csv"), filepath.Join(c.dir, "service-accounts.pem")
	if err := errors.Join(os.WriteFile(tokens, []byte(token+`,admin,admin,"system:masters"`+"\n"), 0o600), writeKey(key)); err != nil {
		return fmt.Errorf("writing what the API server reads: %w", err)
	}
	args := []string{
		"--etcd-servers", store, "--secure-port", ports[0], "--bind-address", "127.0.0.1", "--cert-dir", filepath.Join(c.dir, "certificates"),
		"--token-auth-file", tokens, "--authorization-mode", "RBAC", "--allow-privileged",
		"--service-account-issuer", "https://kubernetes.default.svc", "--service-account-signing-key-file", key, "--service-account-key-file", key,
		"--service-cluster-ip-range", "10.0.0.0/24",
	}
	if c.opts.AnyNamespace {
		args = append(args, "--disable-admission-plugins", "NamespaceLifecycle")
	}
	p, err := c.run(ctx, ofKubernetes(c.opts.Minor, "kube-apiserver"), args...)
	if err != nil {
		return err
	}
	c.Config = &rest.Config{
		Host: "https://127.0.0.1:" + ports[0], BearerToken: token, QPS: -1,
		// The certificate is made by the server when it starts.
		TLSClientConfig: rest.TLSClientConfig{Insecure: true},
	}
	if err := c.writeKubeconfig(); err != nil {
		return err
	}
	client, err := rest.HTTPClientFor(c.Config)
	if err != nil {
		return fmt.Errorf("making a client of the API server: %w", err)
	}
	return p.wait(ctx, client, c.Config.Host+"/readyz")
}

func (c *Cluster) writeKubeconfig() error {
	config := clientcmdapi.NewConfig()
	config.Clusters["test"] = &clientcmdapi.Cluster{Server: c.Config.Host, InsecureSkipTLSVerify: true}
	config.AuthInfos["admin"] = &clientcmdapi.AuthInfo{Token: c.Config.BearerToken}
	config.Contexts["test"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: "admin"}
	config.CurrentContext = "test"
	if err := clientcmd.WriteToFile(*config, c.Kubeconfig); err != nil {
		return fmt.Errorf("writing the kubeconfig: %w", err)
	}
	return nil
}

// Kubectl returns the command that runs kubectl on the cluster. It is built first
// if need be.
func (c *Cluster) Kubectl(ctx context.Context, args ...string) (*exec.Cmd, error) {
	path, err := ofKubernetes(Newest, "kubectl").binary(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, append([]string{"--kubeconfig", c.Kubeconfig, "--cache-dir", filepath.Join(c.dir, "cache")}, args...)...)
	return cmd, nil
}

// process is a component that runs.
type process struct {
	name string
	log  string
	done chan struct{} // closed when it has ended
}

// run builds a component and starts it.
func (c *Cluster) run(ctx context.Context, what component, args ...string) (*process, error) {
	began := time.Now()
	path, err := what.binary(ctx)
	if err != nil {
		return nil, err
	}
	if took := time.Since(began); took > 30*time.Second {
		c.opts.Log("built %s of %s in %s", what.name, what.module, took.Round(time.Second))
	}
	p := &process{name: what.name, log: filepath.Join(c.dir, what.name+".log"), done: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, fmt.Errorf("making the log of %s: %w", what.name, err)
	}
	defer log.Close()
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dir, log, log
	if err := c.guard.start(cmd); err != nil {
		return nil, fmt.Errorf("starting %s: %w", what.name, err)
	}
	go func() {
		defer close(p.done)
		_ = cmd.Wait() // that it ended is all there is to know; its log has the reason
	}()
	return p, nil
}

// wait returns when a URL of the process answers that all is well, or an error
// with the end of its log when it does not come to that.
func (p *process) wait(ctx context.Context, client *http.Client, url string) error {
	return p.until(ctx, func() (bool, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return false, err
		}
		resp, err := client.Do(req)
		if err != nil {
			return false, nil // nobody listens yet
		}
		return resp.StatusCode == http.StatusOK, resp.Body.Close()
	})
}

// until returns when a condition holds, or why it will not.
func (p *process) until(ctx context.Context, condition func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		ok, err := condition()
		if ok && err == nil {
			return nil
		}
		select {
		case <-p.done:
			return p.failed("ended", err)
		case <-ctx.Done():
			return p.failed("did not come up", errors.Join(err, ctx.Err()))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (p *process) failed(how string, err error) error {
	log, _ := os.ReadFile(p.log) // an empty one says as much
	if err != nil {
		how += " (" + err.Error() + ")"
	}
	return fmt.Errorf("%s %s; the end of its log:\n%s", p.name, how, tail(log))
}

// tail returns the last lines of an output.
func tail(output []byte) string {
	lines := strings.Split(string(bytes.TrimSpace(output)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// freePorts returns ports that nobody listens on.
func freePorts(n int) ([]string, error) {
	var ports []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("looking for a free port: %w", err)
		}
		defer l.Close() // all at once, so that none is found twice
		ports = append(ports, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
	return ports, nil
}

// writeKey writes a new private key.
func writeKey(path string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return os.WriteFile(path, pem.EncodeToMemory(block), 0o600)
}
