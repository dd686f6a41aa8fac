// Package secret decides what stands for a Secret in an output: the Secret itself,
// nothing, a placeholder, a SealedSecret or an ExternalSecret.
package secret

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/bitnami-labs/sealed-secrets/pkg/crypto"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/schema"
)

// Mode is what stands for a Secret.
type Mode string

// The modes.
const (
	Plain       Mode = "plain"       // the Secret, with its values
	Omit        Mode = "omit"        // nothing
	Placeholder Mode = "placeholder" // the Secret with *** for values, which no API server accepts
	Refuse      Mode = "refuse"      // an error: the output must hold no Secret
	Sealed      Mode = "sealed"      // a SealedSecret of Bitnami's controller
	External    Mode = "external"    // an ExternalSecret of the External Secrets Operator
)

// Options say what stands for Secrets.
type Options struct {
	Mode Mode
	Git  bool  // the output is for files in git
	Seal Seal  // of the mode Sealed
	From Store // of the mode External
}

// Seal says how Secrets are sealed.
type Seal struct {
	Certificate *Certificate // of the controller
	// Scope is who may unseal: "strict" (default) the Secret of the same name and
	// namespace, "namespace-wide" any of the namespace, "cluster-wide" any at all.
	Scope string
	// Random is where randomness comes from; nil is crypto/rand.
	Random io.Reader
	// Kept returns the SealedSecret that stands for a Secret so far, nil if none does.
	// Sealing is random: what is sealed already stays as it is, so that output only
	// changes when what it is made from does.
	Kept func(o compile.Object) *SealedSecret
}

// Store is where the values of ExternalSecrets are kept.
type Store struct {
	Name string
	Kind string // SecretStore or ClusterSecretStore
}

// ReadsValues reports whether an output in the mode carries what Secrets hold.
func (m Mode) ReadsValues() bool { return m == Plain || m == Sealed || m == "" }

// Check reports the Secrets of a spec that cannot be made in the mode, and the values
// that stand in the spec. For what goes into git they are errors, else warnings.
func Check(job *spec.Job, opts Options) diag.List {
	var ds diag.List
	report := func(at spec.Path, message, hint string) {
		if place, reported := job.Place(at); !reported {
			ds = append(ds, diag.Diagnostic{Code: diag.CodeSecret, Place: place, Message: message, Hint: hint})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(job.Spec.Secrets)) {
		at, s := spec.Path{"spec", "secrets", name}, job.Spec.Secrets[name]
		switch opts.Mode {
		case Refuse:
			report(at, fmt.Sprintf("the Secret %s would stand in files for git", name),
				"say in the project file what becomes of it, secrets: {render: omit}, sealed or external; or make it by other means, and refer to it")
		case Sealed:
			if opts.Seal.Scope != "cluster-wide" && job.Metadata.Namespace == "" {
				report(at, fmt.Sprintf("the Secret %s is sealed for a namespace, and the Job has none", name), "add metadata.namespace, or seal with the scope cluster-wide")
			}
		case External:
			checkRemote(s, at, report)
		}
		checkLiterals(s, at, report)
	}
	if !opts.Git {
		for i := range ds {
			ds[i].Severity = diag.Warning
		}
	}
	return ds
}

// checkRemote reports the values that no store keeps.
func checkRemote(s schema.Secret, at spec.Path, report func(at spec.Path, message, hint string)) {
	for _, key := range slices.Sorted(maps.Keys(s.Data)) {
		if s.Data[key].Remote == nil {
			report(at.With("data", key), fmt.Sprintf("an ExternalSecret takes its values from a store, and %q comes from elsewhere", key),
				"write {remote: {key: …}}, the entry of the store")
		}
	}
	if s.Registry != nil {
		report(at.With("registry"), "an ExternalSecret takes its values from a store, and this login comes from elsewhere",
			"keep the whole .dockerconfigjson in the store, and write type: kubernetes.io/dockerconfigjson and data: {.dockerconfigjson: {remote: {key: …}}}")
	}
	if len(s.Files) > 0 {
		report(at.With("files"), "an ExternalSecret takes its values from a store, and these come from files", "write data: {KEY: {remote: {key: …}}}")
	}
}

// checkLiterals reports the values that stand in the spec, and so in git already.
func checkLiterals(s schema.Secret, at spec.Path, report func(at spec.Path, message, hint string)) {
	if s.Registry != nil && s.Registry.Password.Value != nil {
		report(at.With("registry", "password"), "the password is in the spec itself, for everybody to read", "write {env: VARIABLE} or {file: PATH}; the value is then read where the output is made")
	}
	for _, key := range slices.Sorted(maps.Keys(s.Data)) {
		if s.Data[key].Value != nil {
			report(at.With("data", key), fmt.Sprintf("the value of %q stands in the spec itself, for everybody to read", key), "write {env: VARIABLE} or {file: PATH}; the value is then read where the output is made")
		}
	}
}

// Object returns what stands for an object, itself if it is no Secret, and nil if
// nothing does. The error is for a Secret that cannot be sealed.
func Object(o compile.Object, opts Options) (any, error) {
	s, ok := o.Value.(*corev1.Secret)
	if !ok {
		return o.Value, nil
	}
	switch opts.Mode {
	case Omit, Refuse:
		return nil, nil
	case Placeholder:
		return placeholder(s), nil
	case Sealed:
		sealed, err := opts.Seal.secret(o, s)
		deliver.BeforeJob(o.Job, &sealed.ObjectMeta)
		return sealed, err
	case External:
		external := opts.From.secret(s, o.Job.Spec.Secrets[o.Plain])
		deliver.BeforeJob(o.Job, &external.ObjectMeta)
		return external, nil
	}
	return s, nil
}

// hidden is a Secret whose values are not shown.
type hidden struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Type              corev1.SecretType `json:"type,omitempty"`
	Immutable         *bool             `json:"immutable,omitempty"`
	Data              map[string]string `json:"data,omitempty"`
}

// placeholder hides the values behind what is no base64, so that no API server can
// take it for the values.
func placeholder(s *corev1.Secret) *hidden {
	h := &hidden{TypeMeta: s.TypeMeta, ObjectMeta: s.ObjectMeta, Type: s.Type, Immutable: s.Immutable, Data: map[string]string{}}
	for key := range s.Data {
		h.Data[key] = "***"
	}
	return h
}

// The annotations of sealed Secrets.
const (
	scopeAnnotation = "sealedsecrets.bitnami.com/" // and the scope
	// certificateAnnotation says which certificate a Secret was sealed with.
	certificateAnnotation = "jobgen.dev/sealed-with"
)

// SealedSecret is that of bitnami.com/v1alpha1.
type SealedSecret struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              SealedSecretSpec `json:"spec"`
}

// SealedSecretSpec holds the values, each encrypted, and what the Secret gets besides.
type SealedSecretSpec struct {
	EncryptedData map[string]string `json:"encryptedData"`
	Template      SecretTemplate    `json:"template"`
}

// SecretTemplate is a Secret without its values.
type SecretTemplate struct {
	metav1.ObjectMeta `json:"metadata"`
	Type              corev1.SecretType `json:"type,omitempty"`
	Immutable         *bool             `json:"immutable,omitempty"`
}

// secret seals a Secret, or returns it as it is sealed already.
func (seal Seal) secret(o compile.Object, s *corev1.Secret) (*SealedSecret, error) {
	sealed := seal.envelope(s)
	if kept := seal.kept(o, sealed, s); kept != nil {
		sealed.Spec.EncryptedData = kept.Spec.EncryptedData
		return sealed, nil
	}
	return sealed, seal.encrypt(sealed, s)
}

// Keeps reports whether a Secret is sealed already and stays so, for which its values
// need not be known.
func (seal Seal) Keeps(o compile.Object) bool {
	s, ok := o.Value.(*corev1.Secret)
	return ok && seal.kept(o, seal.envelope(s), s) != nil
}

// kept returns the SealedSecret that stands for a Secret and may go on to, nil if
// there is none.
func (seal Seal) kept(o compile.Object, sealed *SealedSecret, s *corev1.Secret) *SealedSecret {
	if seal.Kept == nil {
		return nil
	}
	if kept := seal.Kept(o); kept != nil && kept.seals(sealed, s) {
		return kept
	}
	return nil
}

// envelope returns the SealedSecret of a Secret without its values.
func (seal Seal) envelope(s *corev1.Secret) *SealedSecret {
	sealed := &SealedSecret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "bitnami.com/v1alpha1", Kind: "SealedSecret"},
		ObjectMeta: *s.ObjectMeta.DeepCopy(),
		Spec: SealedSecretSpec{
			EncryptedData: map[string]string{},
			Template:      SecretTemplate{ObjectMeta: s.ObjectMeta, Type: s.Type, Immutable: s.Immutable},
		},
	}
	if sealed.Annotations == nil {
		sealed.Annotations = map[string]string{}
	}
	sealed.Annotations[certificateAnnotation] = seal.Certificate.fingerprint
	if seal.Scope != "" && seal.Scope != "strict" {
		sealed.Annotations[scopeAnnotation+seal.Scope] = "true"
	}
	return sealed
}

// seals reports whether a SealedSecret that stands already is one of the same
// Secret. Whether the values are the same nobody can tell who has no private key.
func (kept *SealedSecret) seals(sealed *SealedSecret, s *corev1.Secret) bool {
	scope := func(s *SealedSecret) string {
		return s.Annotations[certificateAnnotation] + s.Annotations[scopeAnnotation+"namespace-wide"] + "/" + s.Annotations[scopeAnnotation+"cluster-wide"]
	}
	return kept.Name == sealed.Name && kept.Namespace == sealed.Namespace && scope(kept) == scope(sealed) &&
		slices.Equal(slices.Sorted(maps.Keys(kept.Spec.EncryptedData)), slices.Sorted(maps.Keys(s.Data)))
}

// encrypt encrypts the values, for the Secrets that the scope allows.
func (seal Seal) encrypt(sealed *SealedSecret, s *corev1.Secret) error {
	random := seal.Random
	if random == nil {
		random = rand.Reader
	}
	label := map[string]string{"namespace-wide": s.Namespace, "cluster-wide": ""}
	bound, other := label[seal.Scope]
	if !other {
		bound = s.Namespace + "/" + s.Name
	}
	for _, name := range slices.Sorted(maps.Keys(s.Data)) {
		text, err := crypto.HybridEncrypt(random, seal.Certificate.key, s.Data[name], []byte(bound))
		if err != nil {
			return fmt.Errorf("sealing %s of the Secret %s: %w", name, s.Name, err)
		}
		sealed.Spec.EncryptedData[name] = base64.StdEncoding.EncodeToString(text)
	}
	return nil
}

// Certificate is that of a controller that opens SealedSecrets.
type Certificate struct {
	key         *rsa.PublicKey
	fingerprint string
}

// ParseCertificate reads the certificate of a sealing controller, in PEM.
func ParseCertificate(text []byte) (*Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("it is not in PEM; `kubeseal --fetch-cert` prints that of the controller")
	}
	parsed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("its key is not an RSA one")
	}
	sum := sha256.Sum256(parsed.Raw)
	return &Certificate{key, hex.EncodeToString(sum[:8])}, nil
}

// ExternalSecret is that of external-secrets.io/v1.
type ExternalSecret struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              ExternalSecretSpec `json:"spec"`
}

// ExternalSecretSpec says which Secret is made, and from which entries of a store.
type ExternalSecretSpec struct {
	SecretStoreRef SecretStoreRef       `json:"secretStoreRef"`
	Target         ExternalSecretTarget `json:"target"`
	Data           []ExternalSecretData `json:"data"`
}

// SecretStoreRef names a store.
type SecretStoreRef struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// ExternalSecretTarget is the Secret that is made.
type ExternalSecretTarget struct {
	Name      string         `json:"name"`
	Immutable *bool          `json:"immutable,omitempty"`
	Template  ExternalTarget `json:"template"`
}

// ExternalTarget is what the Secret gets besides its values.
type ExternalTarget struct {
	Metadata ExternalMetadata  `json:"metadata"`
	Type     corev1.SecretType `json:"type,omitempty"`
}

// ExternalMetadata are the labels and annotations of the Secret.
type ExternalMetadata struct {
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// ExternalSecretData is one key of the Secret.
type ExternalSecretData struct {
	SecretKey string              `json:"secretKey"`
	RemoteRef schema.RemoteSecret `json:"remoteRef"`
}

// secret makes the ExternalSecret of a Secret whose values are all in the store.
func (store Store) secret(s *corev1.Secret, entry schema.Secret) *ExternalSecret {
	e := &ExternalSecret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "external-secrets.io/v1", Kind: "ExternalSecret"},
		ObjectMeta: s.ObjectMeta,
		Spec: ExternalSecretSpec{
			SecretStoreRef: SecretStoreRef(store),
			Target: ExternalSecretTarget{
				Name: s.Name, Immutable: s.Immutable,
				Template: ExternalTarget{Metadata: ExternalMetadata{s.Labels, s.Annotations}, Type: s.Type},
			},
			Data: []ExternalSecretData{},
		},
	}
	for _, key := range slices.Sorted(maps.Keys(entry.Data)) {
		if remote := entry.Data[key].Remote; remote != nil {
			e.Spec.Data = append(e.Spec.Data, ExternalSecretData{key, *remote})
		}
	}
	return e
}
