package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bitnami-labs/sealed-secrets/pkg/crypto"
	"golang.org/x/tools/txtar"
)

const sealing = `apiVersion: jobgen.dev/v1alpha1
kind: Project
secrets: {render: sealed, certificate: cert.pem}
overlays: {prod: {metadata: {namespace: prod}}, staging: {metadata: {namespace: staging}}}
`

const withSecrets = `apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: report}
spec:
  image: acme/report:1
  secrets:
    db: {data: {password: {env: PASSWORD}, token: {file: token}}}
  envFrom: [{secret: db}]
`

// A sealed tree holds no value, and stands until what was sealed can be seen to
// differ. Values are read only when something has to be sealed.
func TestRenderSealed(t *testing.T) {
	_, cert, err := crypto.GeneratePrivateKeyAndCert(2048, time.Hour, "test")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeFiles(t, dir, []txtar.File{
		{Name: "jobgen.yaml", Data: []byte(sealing)},
		{Name: "job.yaml", Data: []byte(withSecrets)},
		{Name: "token", Data: []byte("value-of-a-file")},
		{Name: "cert.pem", Data: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})},
	})
	t.Chdir(dir)
	for _, step := range []struct {
		args   string
		env    bool
		status int
		said   string
	}{
		{"render --out tree job.yaml", false, exitWrong, "the environment variable PASSWORD is not set"},
		{"render --out tree job.yaml --verify", true, exitDone, "8 added"},
		{"render --out tree job.yaml", false, exitDone, "0 added, 0 changed, 0 removed, 8 unchanged"},
		{"render --out tree job.yaml --check", false, exitDone, ""},
		{"diff --against tree --exit-code job.yaml", false, exitDone, ""},
		{"render --out tree job.yaml --reseal=bd --check", false, exitError, `no sealed Secret has the name "bd", did you mean "db"?`},
		{"render --out tree job.yaml --reseal=db", true, exitDone, "2 changed"},
		{"render --out tree job.yaml --reseal", true, exitDone, "2 changed"},
		{"render --out flat --layout flat job.yaml --verify", true, exitDone, "4 added"},
		{"render --out flat --layout flat job.yaml --check", false, exitDone, ""},
		{"diff --against flat --exit-code job.yaml", false, exitDone, ""},
	} {
		stdout, stderr, status := in(step.args, step.env)
		if status != step.status || !strings.Contains(stderr, step.said) {
			t.Errorf("%s: status %d, and\n%s%s", step.args, status, stdout, stderr)
		}
		if strings.Contains(stdout+stderr, "value-of") {
			t.Errorf("%s shows a value:\n%s%s", step.args, stdout, stderr)
		}
	}
	sealed, err := os.ReadFile("tree/overlays/prod/report/sealedsecret-db.yaml")
	if err != nil || !bytes.Contains(sealed, []byte("encryptedData:\n    password: ")) || !bytes.Contains(sealed, []byte("namespace: prod")) {
		t.Errorf("error %v, the sealed Secret is\n%s", err, sealed)
	}
	holdsNoValue(t, "tree", "flat")
}

// in runs a command line, with or without the variable that the spec names.
func in(line string, set bool) (stdout, stderr string, status int) {
	var out, err bytes.Buffer
	lookup := func(name string) (string, bool) { return "value-of-" + name, set && name == "PASSWORD" }
	status = run(strings.Fields(line), world{stdin: strings.NewReader(""), stdout: &out, stderr: &err, lookupEnv: lookup})
	return out.String(), err.String(), status
}

// holdsNoValue searches every file of the folders for what is secret.
func holdsNoValue(t *testing.T, folders ...string) {
	t.Helper()
	searched := 0
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			searched++
			text, err := os.ReadFile(name)
			digest := fmt.Sprintf("%x", sha256.Sum256([]byte("value-of-a-file")))
			for _, value := range []string{"value-of", "dmFsdWUtb2", "ZhbHVlLW9m", "2YWx1ZS1vZ", digest} { // base64 at each offset too
				if bytes.Contains(text, []byte(value)) {
					t.Errorf("%s holds a value:\n%s", name, text)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if searched == 0 {
		t.Error("there are no files")
	}
}

// Each way for Secrets of a tree keeps their values out of it.
func TestRenderKeepsSecretsOut(t *testing.T) {
	for name, test := range map[string]struct{ secrets, entry, want string }{
		"left out":     {"{render: omit}", "{data: {password: {env: PASSWORD}, token: {file: token}}}", ""},
		"from a store": {"{render: external, store: {name: vault}}", "{data: {password: {remote: {key: prod/db}}}}", "kind: ExternalSecret"},
		"refused":      {"{render: refuse}", "{data: {password: {env: PASSWORD}}}", "the Secret db would stand in files for git"},
		"in the spec":  {"{render: omit}", "{data: {password: {value: value-of-a-text}}}", `the value of "password" stands in the spec itself`},
		"not in store": {"{render: external, store: {name: vault}}", "{data: {password: {env: PASSWORD}}}", "an ExternalSecret takes its values from a store"},
		"no store":     {"{render: external}", "{data: {password: {remote: {key: prod/db}}}}", "external Secrets need a store"},
		"no seal":      {"{render: sealed}", "{data: {password: {env: PASSWORD}}}", "sealing needs the certificate of the controller"},
		"no such seal": {"{render: sealed, certificate: x.pem}", "{data: {password: {env: PASSWORD}}}", "the file x.pem cannot be read"},
		"a wrong seal": {"{render: sealed, certificate: token}", "{data: {password: {env: PASSWORD}}}", "holds no certificate to seal with"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFiles(t, dir, []txtar.File{
				{Name: "jobgen.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Project\nsecrets: " + test.secrets + "\n")},
				{Name: "job.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a, namespace: n}\nspec: {image: b:1, secrets: {db: " + test.entry + "}}\n")},
				{Name: "token", Data: []byte("value-of-a-file")},
			})
			t.Chdir(dir)
			stdout, stderr, status := in("render --out tree --verify job.yaml", true)
			if strings.Contains(stdout+stderr, "value-of") {
				t.Errorf("a value is shown:\n%s%s", stdout, stderr)
			}
			if status != exitDone {
				if _, err := os.Stat("tree"); err == nil || test.want == "" || !strings.Contains(stderr, test.want) {
					t.Errorf("status %d, and\n%s", status, stderr)
				}
				return
			}
			holdsNoValue(t, "tree")
			found, _ := filepath.Glob("tree/*/*/*/*secret*.yaml")
			more, _ := filepath.Glob("tree/base/*/*secret*.yaml")
			text := ""
			for _, name := range append(found, more...) {
				content, _ := os.ReadFile(name)
				text += string(content)
			}
			if !strings.Contains(text, test.want) || (text == "") != (test.want == "") {
				t.Errorf("the tree holds\n%s", text)
			}
		})
	}
}
