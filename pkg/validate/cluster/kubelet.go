package cluster

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	helper "k8s.io/kubernetes/pkg/apis/core/v1/helper"

	"github.com/jobgen-dev/jobgen/internal/image"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// This file holds what a kubelet does not do of a Pod that the server accepts: images,
// ports that are not there and media of emptyDir.

// stall reports what a node cannot do. It is a warning where the Pod runs nevertheless.
func (n *node) stall(at, message, advice string, warning bool) {
	n.stalls(validate.Invalid, at, message, advice, warning)
}

func (n *node) stalls(reason validate.Reason, at, message, advice string, warning bool) {
	place, _ := n.run.newest.Locate(n.object.tree(), at)
	n.all = append(n.all, Finding{Finding: place.Finding(reason, message), Check: Simulate, Hint: advice, Warning: warning})
}

// kubelet looks at one container. All that starts after an init container waits for it.
func (n *node) kubelet(at string, c *corev1.Container, first bool) {
	n.image(c.Image, at+".image")
	for _, p := range []struct {
		name, effect string
		probe        *corev1.Probe
		waits        bool
	}{
		{"startupProbe", "the container never counts as started", c.StartupProbe, first},
		{"readinessProbe", "the container is never ready", c.ReadinessProbe, false},
		{"livenessProbe", "the container is never checked", c.LivenessProbe, false},
	} {
		if p.probe != nil && p.probe.HTTPGet != nil {
			n.port(c, at+"."+p.name+".httpGet", p.probe.HTTPGet.Port, p.effect, !p.waits)
		}
		if p.probe != nil && p.probe.TCPSocket != nil {
			n.port(c, at+"."+p.name+".tcpSocket", p.probe.TCPSocket.Port, p.effect, !p.waits)
		}
	}
	if c.Lifecycle == nil {
		return
	}
	n.hook(c, at+".lifecycle.postStart", c.Lifecycle.PostStart, "the container is killed as soon as it has started", false)
	n.hook(c, at+".lifecycle.preStop", c.Lifecycle.PreStop, "nothing is done before the container stops", true)
}

// image looks at an image, by the rules that kubelets have (pkg/util/parsers).
func (n *node) image(text, at string) {
	problem, advice := image.Problem(text)
	switch unfilled := image.Unfilled(text); {
	case text == "": // the server's business
	case problem != "":
		n.stall(at, fmt.Sprintf("accepted, but no node can pull it: %q %s; the pod stays Pending (InvalidImageName)", text, problem), advice, false)
	case unfilled != "":
		n.stalls(validate.Unfilled, at, fmt.Sprintf("Kubernetes does not replace %s in an image", unfilled), "another tool must fill it in before this is applied", true)
	case strings.HasPrefix(text, image.KoScheme):
		n.stalls(validate.Unfilled, at, "Kubernetes does not build a ko:// image", "apply it with ko, which does: `ko apply -f FILE`", true)
	}
}

// hook looks at a lifecycle hook. That of a port is only there for old objects, and fails.
func (n *node) hook(c *corev1.Container, at string, h *corev1.LifecycleHandler, effect string, warning bool) {
	switch {
	case h == nil:
	case h.TCPSocket != nil:
		n.stall(at+".tcpSocket", "accepted, but a kubelet has no such hook: "+effect, "use exec, httpGet or sleep", warning)
	case h.HTTPGet != nil:
		n.port(c, at+".httpGet", h.HTTPGet.Port, effect, warning)
	}
}

// port looks for the port that a probe or hook names: it must be one of the same container.
func (n *node) port(c *corev1.Container, at string, port intstr.IntOrString, effect string, warning bool) {
	if port.Type != intstr.String || hasPort(c, port.StrVal) {
		return
	}
	n.stall(at+".port", fmt.Sprintf("accepted, but the container %s has no port named %q: %s", c.Name, port.StrVal, effect),
		"write the number, or name a port of this container under ports", warning)
}

func hasPort(c *corev1.Container, name string) bool {
	for _, p := range c.Ports {
		if p.Name == name {
			return true
		}
	}
	return false
}

// medium looks at the medium of a volume (pkg/volume/emptydir).
func (n *node) medium(at string, v *corev1.Volume) {
	if v.EmptyDir == nil || v.EmptyDir.Medium == corev1.StorageMediumDefault || v.EmptyDir.Medium == corev1.StorageMediumMemory {
		return
	}
	medium, at := v.EmptyDir.Medium, at+".emptyDir.medium"
	size, err := helper.HugePageSizeFromMedium(medium)
	switch {
	case !helper.IsHugePageMedium(medium):
		n.stall(at, fmt.Sprintf("accepted, but no node can mount it: %q is not a valid medium, only Memory, HugePages and HugePages-SIZE are; the pod stays Pending", medium), "", false)
	case medium != corev1.StorageMediumHugePages && err != nil:
		n.stall(at, fmt.Sprintf("accepted, but no node can mount it: %q has no valid size, such as HugePages-2Mi; the pod stays Pending", medium), "", false)
	case !asksForPages(n.pod, "hugepages-"+size.String()):
		// Unless a LimitRange adds a request.
		n.stall(at, fmt.Sprintf("a node cannot mount the medium %s: no container requests huge pages of that size", medium),
			"add such huge pages to the resources of a container", true)
	}
}

// asksForPages reports whether the Pod requests huge pages of a size; hugepages-0 is any.
func asksForPages(pod *corev1.PodSpec, size string) bool {
	lists := []corev1.ResourceList{}
	if pod.Resources != nil {
		lists = append(lists, pod.Resources.Requests, pod.Resources.Limits)
	}
	for _, containers := range [][]corev1.Container{pod.InitContainers, pod.Containers} {
		for _, c := range containers {
			lists = append(lists, c.Resources.Requests, c.Resources.Limits)
		}
	}
	for _, list := range lists {
		for name := range list {
			if string(name) == size || size == "hugepages-0" && helper.IsHugePageResourceName(name) {
				return true
			}
		}
	}
	return false
}
