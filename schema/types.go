package schema

import (
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

//go:generate go tool cue exp gengotypes .
//go:generate go test -run UpToDate -update

// Document is a spec in its long form. Its parts are generated from the CUE
// definitions of the same names; what is written here only puts them together,
// because generated structs are flat and lowering works on the parts.
type Document struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   Metadata `json:"metadata"`
	Spec       Spec     `json:"spec"`
}

// Spec is #Spec: every part flat, as it is written.
type Spec struct {
	CronJobFields
	JobFields
	PodFields
	MainContainer
	ContainerFields
	ObjectFields
	DeliveryFields
}

// Container is #Container.
type Container struct {
	ListedContainer
	ContainerFields
}

// Volume is #Volume: Kubernetes' sources, and what jobgen adds to them.
type Volume struct {
	VolumeFields
	VolumeSource
}

// VolumeSource puts Kubernetes' sources one level deeper, so that jobgen's own
// persistentVolumeClaim takes the place of theirs when JSON is decoded.
type VolumeSource struct{ corev1.VolumeSource }

// Kubernetes' types from packages other than core/v1, and the Go side of the
// patterns, under the names that the @go attributes of the schema use.
type (
	CompletionMode       = batchv1.CompletionMode
	ConcurrencyPolicy    = batchv1.ConcurrencyPolicy
	JobScheduling        = batchv1.JobSchedulingConfiguration
	PodFailurePolicy     = batchv1.PodFailurePolicy
	PodReplacementPolicy = batchv1.PodReplacementPolicy
	SuccessPolicy        = batchv1.SuccessPolicy
	LabelSelector        = metav1.LabelSelector
	NetworkIngressRule   = networkingv1.NetworkPolicyIngressRule
	NetworkEgressRule    = networkingv1.NetworkPolicyEgressRule
	PolicyRule           = rbacv1.PolicyRule

	DNSLabel     = string
	DNSName      = string
	DomainPath   = string
	EnvName      = string
	JobName      = string
	NamePrefix   = string
	Quantity     = string
	RBACName     = string
	RelativePath = string
	Text         = string
	Seconds      = int64
	ID           = int64
	Count        = int64
)

// WrittenDocument is #Written, Overlay #Overlay and Project #Project: what
// documents hold before layers are laid over each other. Nothing is decoded into
// them; they tell the checker the Go types of what stands in a layer.
type (
	WrittenDocument struct {
		Document
		Environments []string           `json:"environments,omitempty"`
		Overlays     map[string]Overlay `json:"overlays,omitempty"`
	}
	Overlay struct {
		Metadata Metadata `json:"metadata"`
		Spec     Spec     `json:"spec"`
	}
	Project struct {
		ProjectFields
		APIVersion string                    `json:"apiVersion"`
		Kind       string                    `json:"kind"`
		Defaults   Overlay                   `json:"defaults"`
		Overlays   map[string]ProjectOverlay `json:"overlays,omitempty"`
	}
	ProjectOverlay struct {
		Overlay
		Delivery string `json:"delivery,omitempty"`
	}
)
