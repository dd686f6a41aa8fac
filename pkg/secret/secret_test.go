package secret_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/pem"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bitnami-labs/sealed-secrets/pkg/crypto"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// made returns a Job and its Secret, of the entry of spec.secrets.s in YAML.
func made(t *testing.T, entry string) (*spec.Job, compile.Object) {
	t.Helper()
	text := "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a, namespace: n}\nspec: {image: b:1, secrets: {s: " + entry + "}}\n"
	_, docs, _ := source.ParseBytes("a.yaml", []byte(text), "/p", "/p", true)
	opts := spec.Options{LookupEnv: func(name string) (string, bool) { return "value of " + name, true }}
	if strings.Contains(entry, "remote") {
		opts.LookupEnv = nil
	}
	job, ds := spec.Check(docs[0], opts)
	if ds.HasErrors() {
		t.Fatalf("%v in\n%s", ds, text)
	}
	objects := compile.Lower(job)
	return job, objects[slices.IndexFunc(objects, func(o compile.Object) bool { return o.Kind == "Secret" })]
}

func certificate(t *testing.T) (*rsa.PrivateKey, *secret.Certificate) {
	t.Helper()
	key, cert, err := crypto.GeneratePrivateKeyAndCert(2048, time.Hour, "test")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := secret.ParseCertificate(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))
	if err != nil {
		t.Fatal(err)
	}
	return key, parsed
}

// What is sealed, the controller's private key opens, for the Secrets of the scope.
func TestSealed(t *testing.T) {
	key, cert := certificate(t)
	keys := map[string]*rsa.PrivateKey{}
	if fingerprint, err := crypto.PublicKeyFingerprint(&key.PublicKey); err == nil {
		keys[fingerprint] = key
	}
	for scope, label := range map[string]string{"": "n/s", "strict": "n/s", "namespace-wide": "n", "cluster-wide": ""} {
		_, o := made(t, "{type: acme/x, immutable: true, labels: {a: b}, data: {password: {env: P}, user: {env: U}}}")
		opts := secret.Options{Mode: secret.Sealed, Seal: secret.Seal{Certificate: cert, Scope: scope}}
		value, err := secret.Object(o, opts)
		if err != nil {
			t.Fatal(err)
		}
		sealed := value.(*secret.SealedSecret)
		if sealed.Name != "s" || sealed.Namespace != "n" || sealed.Spec.Template.Type != "acme/x" || !*sealed.Spec.Template.Immutable || sealed.Spec.Template.Labels["a"] != "b" {
			t.Errorf("%+v", sealed)
		}
		for name, want := range map[string]string{"password": "value of P", "user": "value of U"} {
			text, err := base64.StdEncoding.DecodeString(sealed.Spec.EncryptedData[name])
			if err != nil {
				t.Fatal(err)
			}
			got, err := crypto.HybridDecrypt(rand.Reader, keys, text, []byte(label))
			if err != nil || string(got) != want {
				t.Errorf("scope %q: %s opens to %q, error %v", scope, name, got, err)
			}
		}
	}
}

// K 8: of a login the one key is sealed, or left out, and no store has a part of it.
func TestRegistry(t *testing.T) {
	key, cert := certificate(t)
	fingerprint, err := crypto.PublicKeyFingerprint(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	job, o := made(t, "{registry: {server: r.example.com, username: {env: U}, password: {env: P}}}")
	value, err := secret.Object(o, secret.Options{Mode: secret.Sealed, Seal: secret.Seal{Certificate: cert}})
	if err != nil {
		t.Fatal(err)
	}
	sealed := value.(*secret.SealedSecret)
	if sealed.Spec.Template.Type != "kubernetes.io/dockerconfigjson" || len(sealed.Spec.EncryptedData) != 1 {
		t.Errorf("%+v", sealed.Spec)
	}
	text, err := base64.StdEncoding.DecodeString(sealed.Spec.EncryptedData[".dockerconfigjson"])
	if err != nil {
		t.Fatal(err)
	}
	opened, err := crypto.HybridDecrypt(rand.Reader, map[string]*rsa.PrivateKey{fingerprint: key}, text, []byte("n/s"))
	auth := base64.StdEncoding.EncodeToString([]byte("value of U:value of P"))
	if want := `{"auths":{"r.example.com":{"username":"value of U","password":"value of P","auth":"` + auth + `"}}}`; err != nil || string(opened) != want {
		t.Errorf("it opens to %s, error %v, not %s", opened, err, want)
	}
	if value, err := secret.Object(o, secret.Options{Mode: secret.Omit}); value != nil || err != nil {
		t.Errorf("%v, error %v: not omitted", value, err)
	}
	placeholder, err := secret.Object(o, secret.Options{Mode: secret.Placeholder})
	if text, _ := render.JSON(placeholder); err != nil || !strings.Contains(string(text), `"data":{".dockerconfigjson":"***"}`) {
		t.Errorf("error %v, made\n%s", err, text)
	}
	for mode, want := range map[secret.Mode]int{secret.Plain: 0, secret.Sealed: 0, secret.External: 1, secret.Refuse: 1} {
		if ds := secret.Check(job, secret.Options{Mode: mode, Git: true}); len(ds) != want {
			t.Errorf("%s: %v", mode, ds)
		}
	}
}

// What is sealed stays as it is, until what it was sealed from can be seen to differ.
func TestSealedStays(t *testing.T) {
	_, cert := certificate(t)
	_, other := certificate(t)
	_, o := made(t, "{data: {password: {env: P}}}")
	_, more := made(t, "{data: {password: {env: P}, user: {env: U}}}")
	seal := func(o compile.Object, s secret.Seal) *secret.SealedSecret {
		value, err := secret.Object(o, secret.Options{Mode: secret.Sealed, Seal: s})
		if err != nil {
			t.Fatal(err)
		}
		return value.(*secret.SealedSecret)
	}
	first := seal(o, secret.Seal{Certificate: cert})
	kept := func(compile.Object) *secret.SealedSecret { return first }
	for name, test := range map[string]struct {
		object compile.Object
		seal   secret.Seal
		stays  bool
	}{
		"the same":            {o, secret.Seal{Certificate: cert, Kept: kept}, true},
		"asked for":           {o, secret.Seal{Certificate: cert}, false},
		"another certificate": {o, secret.Seal{Certificate: other, Kept: kept}, false},
		"another scope":       {o, secret.Seal{Certificate: cert, Scope: "cluster-wide", Kept: kept}, false},
		"another key":         {more, secret.Seal{Certificate: cert, Kept: kept}, false},
	} {
		again := seal(test.object, test.seal)
		if maps.Equal(again.Spec.EncryptedData, first.Spec.EncryptedData) != test.stays {
			t.Errorf("%s: sealed anew: %v", name, test.stays)
		}
	}
}

func TestForms(t *testing.T) {
	job, o := made(t, "{data: {password: {remote: {key: prod/db, property: password}}}}")
	for mode, want := range map[secret.Mode]string{
		secret.Plain:       `"data":{"password":""}`,
		secret.Placeholder: `"data":{"password":"***"}`,
		secret.External: `"spec":{"data":[{"remoteRef":{"key":"prod/db","property":"password"},"secretKey":"password"}],` +
			`"secretStoreRef":{"kind":"ClusterSecretStore","name":"vault"},"target":{"name":"s","template":{"metadata":{"labels":{`,
	} {
		opts := secret.Options{Mode: mode, From: secret.Store{Name: "vault", Kind: "ClusterSecretStore"}}
		if ds := secret.Check(job, opts); len(ds) > 0 {
			t.Errorf("%s: %v", mode, ds)
		}
		value, err := secret.Object(o, opts)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := render.JSON(value); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: error %v, made\n%s", mode, err, text)
		}
	}
	if value, _ := secret.Object(o, secret.Options{Mode: secret.Omit}); value != nil {
		t.Errorf("%v is not omitted", value)
	}
}

// H 7: Argo CD applies what makes a Secret before the Job that needs it, and waits for it.
func TestWaves(t *testing.T) {
	job, o := made(t, "{data: {password: {remote: {key: prod/db}}}}")
	opts := secret.Options{Mode: secret.External}
	for delivery, want := range map[string]string{"": "", "flux": "", "argocd": "-1", "argocd-hook": "-1"} {
		job.Spec.Delivery = delivery
		value, err := secret.Object(o, opts)
		if err != nil {
			t.Fatal(err)
		}
		if got := value.(*secret.ExternalSecret).Annotations["argocd.argoproj.io/sync-wave"]; got != want {
			t.Errorf("with the delivery %q the wave is %q, want %q", delivery, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	literal, _ := made(t, "{data: {a: {value: b}}}")
	file, _ := made(t, "{data: {a: {env: A}}}")
	for _, test := range []struct {
		job  *spec.Job
		mode secret.Mode
		want string
	}{
		{literal, secret.Plain, `the value of "a" stands in the spec itself, for everybody to read`},
		{literal, secret.Sealed, `the value of "a" stands in the spec itself, for everybody to read`},
		{file, secret.Refuse, `the Secret s would stand in files for git`},
		{file, secret.External, `an ExternalSecret takes its values from a store, and "a" comes from elsewhere`},
		{file, secret.Sealed, ""},
	} {
		var got []string
		for _, d := range secret.Check(test.job, secret.Options{Mode: test.mode, Git: test.mode != secret.Plain}) {
			if (d.Severity == diag.Error) != (test.mode != secret.Plain) {
				t.Errorf("%s: %v", test.mode, d.Severity)
			}
			got = append(got, d.Message)
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s: %q", test.mode, got)
		}
	}
}
