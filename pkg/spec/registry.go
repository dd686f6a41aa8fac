package spec

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/schema"
)

// login is the entry of a registry in a Secret of the type kubernetes.io/dockerconfigjson,
// as `kubectl create secret docker-registry` writes it.
type login struct {
	Username string `json:"username"`
	Password string `json:"password"`
	Auth     string `json:"auth"`
}

// registry makes the content of a Secret from the login for a registry.
func (r *contentReader) registry(s schema.Secret, lookup func(string) (string, bool)) {
	at := r.at.With("registry")
	if s.Type != "" || len(s.Data)+len(s.Files) > 0 {
		r.report(diag.CodeRule, at, "registry makes the whole Secret: type, data and files cannot be set", "leave them out, or write the .dockerconfigjson under data without registry")
	}
	parts := contentReader{c: r.c, at: r.at, content: Content{}, read: r.read, login: true}
	for name, v := range map[string]schema.LoginValue{"server": s.Registry.Server, "username": s.Registry.Username} {
		parts.secret(at.With(name), name, schema.SecretValue{Value: v.Value, Env: v.Env, File: v.File}, lookup)
	}
	if s.Registry.Password.Remote != nil {
		r.report(diag.CodeFile, at.With("password", "remote"), "a remote value cannot be part of a login: the store must keep all of it",
			"write data: {.dockerconfigjson: {remote: …}} and `type: kubernetes.io/dockerconfigjson` in place of registry")
	} else {
		parts.secret(at.With("password"), "password", s.Registry.Password, lookup)
	}
	part := func(name string) string { return strings.TrimRight(string(parts.content[name]), "\r\n") }
	server, user, password := part("server"), part("username"), part("password")
	if strings.Contains(user, ":") {
		r.report(diag.CodeValue, at.With("username"), "the user name contains a colon, which ends it in the login", "write the user name alone; the password is a field of its own")
	}
	text, err := json.Marshal(map[string]map[string]login{"auths": {
		server: {user, password, base64.StdEncoding.EncodeToString([]byte(user + ":" + password))},
	}})
	if err != nil {
		panic(fmt.Sprintf("spec: a login cannot be written as JSON: %v", err))
	}
	if !r.read {
		text = []byte{}
	}
	r.content[corev1.DockerConfigJsonKey] = text
}
