package deliver

import (
	"encoding/json"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// eachConfigMap visits every name of a ConfigMap that Pods refer to.
func eachConfigMap(pod *corev1.PodSpec, visit func(name *string)) {
	eachContainer(pod, func(c *corev1.Container) {
		for i := range c.Env {
			if from := c.Env[i].ValueFrom; from != nil && from.ConfigMapKeyRef != nil {
				visit(&from.ConfigMapKeyRef.Name)
			}
		}
		for i := range c.EnvFrom {
			if ref := c.EnvFrom[i].ConfigMapRef; ref != nil {
				visit(&ref.Name)
			}
		}
	})
	for i := range pod.Volumes {
		v := &pod.Volumes[i]
		if v.ConfigMap != nil {
			visit(&v.ConfigMap.Name)
		}
		for j := range projections(v) {
			if source := v.Projected.Sources[j].ConfigMap; source != nil {
				visit(&source.Name)
			}
		}
	}
}

// eachSecret visits every name of a Secret that Pods refer to.
func eachSecret(pod *corev1.PodSpec, visit func(name *string)) {
	eachContainer(pod, func(c *corev1.Container) {
		for i := range c.Env {
			if from := c.Env[i].ValueFrom; from != nil && from.SecretKeyRef != nil {
				visit(&from.SecretKeyRef.Name)
			}
		}
		for i := range c.EnvFrom {
			if ref := c.EnvFrom[i].SecretRef; ref != nil {
				visit(&ref.Name)
			}
		}
	})
	for i := range pod.Volumes {
		v := &pod.Volumes[i]
		if v.Secret != nil {
			visit(&v.Secret.SecretName)
		}
		for j := range projections(v) {
			if source := v.Projected.Sources[j].Secret; source != nil {
				visit(&source.Name)
			}
		}
	}
	for i := range pod.ImagePullSecrets {
		visit(&pod.ImagePullSecrets[i].Name)
	}
}

func eachContainer(pod *corev1.PodSpec, visit func(c *corev1.Container)) {
	for i := range pod.InitContainers {
		visit(&pod.InitContainers[i])
	}
	for i := range pod.Containers {
		visit(&pod.Containers[i])
	}
}

func projections(v *corev1.Volume) []corev1.VolumeProjection {
	if v.Projected == nil {
		return nil
	}
	return v.Projected.Sources
}

// holds reports whether a text stands anywhere in an object.
func holds(object any, text string) bool {
	written, err := json.Marshal(object)
	return err == nil && strings.Contains(string(written), text)
}

// hashedName matches a name with a hash behind it.
var hashedName = lazyregexp.New(`^(.+)-[0-9a-f]{8}$`)

// PlainName returns a name without the hash that may stand behind it. Whether what
// looks like one is one, the name alone does not tell.
func PlainName(name string) string {
	if m := hashedName.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return name
}
