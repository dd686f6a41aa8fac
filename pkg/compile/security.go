package compile

import corev1 "k8s.io/api/core/v1"

// secure fills in what the Pod Security level of the spec asks for and the spec
// does not say (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
// The level baseline only forbids, so that there is nothing to fill in.
func (l *lowering) secure() {
	if l.job.Spec.PodSecurity != "restricted" {
		return
	}
	if l.pod.SecurityContext == nil {
		l.pod.SecurityContext = &corev1.PodSecurityContext{}
	}
	pod := *l.pod.SecurityContext
	yes := true
	if pod.RunAsNonRoot == nil {
		pod.RunAsNonRoot = &yes
	}
	// The rest of the level is for Linux, and Kubernetes refuses it of Windows pods.
	windows := l.pod.OS != nil && l.pod.OS.Name == corev1.Windows
	if pod.SeccompProfile == nil && !windows {
		pod.SeccompProfile = &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}
	}
	l.pod.SecurityContext = &pod
	if windows {
		return
	}
	for i := range l.pod.InitContainers {
		restrict(&l.pod.InitContainers[i])
	}
	for i := range l.pod.Containers {
		restrict(&l.pod.Containers[i])
	}
}

func restrict(c *corev1.Container) {
	security := corev1.SecurityContext{}
	if c.SecurityContext != nil {
		security = *c.SecurityContext
	}
	no := false
	if security.AllowPrivilegeEscalation == nil {
		security.AllowPrivilegeEscalation = &no
	}
	capabilities := corev1.Capabilities{}
	if security.Capabilities != nil {
		capabilities = *security.Capabilities
	}
	if capabilities.Drop == nil {
		capabilities.Drop = []corev1.Capability{"ALL"}
	}
	security.Capabilities = &capabilities
	c.SecurityContext = &security
}
