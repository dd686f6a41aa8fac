package build

import (
	"cmp"
	"fmt"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// secrets returns what the project says of Secrets in files for git, and reports what
// is wrong with that.
func (p *project) secrets(opts secret.Options) secret.Options {
	opts.Mode = secret.Refuse
	if p.Project == nil || p.Secrets == nil {
		return opts
	}
	opts.Mode = secret.Mode(cmp.Or(p.Secrets.Render, string(secret.Refuse)))
	switch opts.Mode {
	case secret.Sealed:
		if opts.Seal.Certificate = p.sealing(); opts.Seal.Certificate == nil {
			opts.Mode = secret.Omit // it was said what is missing
		}
		opts.Seal.Scope = p.Secrets.Scope
	case secret.External:
		if p.Secrets.Store == nil {
			p.report(spec.Path{"secrets", "render"}, diag.CodeSecret, "external Secrets need a store", "add `store: {name: NAME}`")
			break
		}
		opts.From = secret.Store{Name: p.Secrets.Store.Name, Kind: cmp.Or(p.Secrets.Store.Kind, "SecretStore")}
	}
	return opts
}

// sealing reads the certificate to seal with, and reports why there is none.
func (p *project) sealing() *secret.Certificate {
	name, at := p.Secrets.Certificate, spec.Path{"secrets", "certificate"}
	if name == "" {
		p.report(spec.Path{"secrets", "render"}, diag.CodeSecret, "sealing needs the certificate of the controller", "add `certificate: FILE`; `kubeseal --fetch-cert` prints it")
		return nil
	}
	path, err := p.disk.Resolve(p.root, p.root, name)
	var text []byte
	if err == nil {
		text, err = p.disk.ReadFile(path)
	}
	if err != nil {
		p.report(at, diag.CodeSecret, fmt.Sprintf("the file %s cannot be read: %s", name, spec.Reason(err)), "paths are relative to the project file")
		return nil
	}
	certificate, err := secret.ParseCertificate(text)
	if err != nil {
		p.report(at, diag.CodeSecret, fmt.Sprintf("the file %s holds no certificate to seal with: %v", name, err), "")
	}
	return certificate
}
