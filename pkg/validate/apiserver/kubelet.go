package apiserver

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/core"
	corehelper "k8s.io/kubernetes/pkg/apis/core/helper"
	helper "k8s.io/kubernetes/pkg/apis/core/v1/helper"

	"github.com/jobgen-dev/jobgen/internal/image"
)

// This file holds what a kubelet does not do of a Pod that the server accepts.

// Stall is something in a Pod that a kubelet cannot do.
type Stall struct {
	Field    string // as the server writes paths
	Message  string
	Advice   string // what to write instead, "" if that is not known
	Warning  bool   // the Pod runs nevertheless, or something must be done first
	Unfilled bool   // another tool must fill it in or replace it first
}

// kubelet adds what a node cannot do of the Pods made from an object.
func (r *Result) kubelet(internal runtime.Object) {
	pod, at := podOf(internal)
	if pod == nil || noPods(internal) {
		return
	}
	guarded(func() []Fault {
		for i := range pod.InitContainers {
			r.container(&pod.InitContainers[i], fmt.Sprintf("%s.initContainers[%d]", at, i), true)
		}
		for i := range pod.Containers {
			r.container(&pod.Containers[i], fmt.Sprintf("%s.containers[%d]", at, i), false)
		}
		for i := range pod.Volumes {
			r.volume(pod, i, fmt.Sprintf("%s.volumes[%d]", at, i))
		}
		return nil
	})
}

// noPods reports whether a Job makes none.
func noPods(internal runtime.Object) bool {
	j, ok := internal.(*batch.Job)
	return ok && j.Spec.Completions != nil && *j.Spec.Completions <= 0
}

func (r *Result) stalls(at, message string) {
	r.Stalls = append(r.Stalls, Stall{Field: at, Message: message})
}

// container looks at one container. All that starts after an init container waits for it.
func (r *Result) container(c *core.Container, at string, first bool) {
	r.image(c.Image, at+".image")
	for _, p := range []struct {
		name, effect string
		probe        *core.Probe
		waits        bool
	}{
		{"startupProbe", "the container never counts as started", c.StartupProbe, first},
		{"readinessProbe", "the container is never ready", c.ReadinessProbe, false},
		{"livenessProbe", "the container is never checked", c.LivenessProbe, false},
	} {
		if p.probe != nil && p.probe.HTTPGet != nil {
			r.port(c, at+"."+p.name+".httpGet", p.probe.HTTPGet.Port, p.effect, !p.waits)
		}
		if p.probe != nil && p.probe.TCPSocket != nil {
			r.port(c, at+"."+p.name+".tcpSocket", p.probe.TCPSocket.Port, p.effect, !p.waits)
		}
	}
	if c.Lifecycle == nil {
		return
	}
	r.hook(c, at+".lifecycle.postStart", c.Lifecycle.PostStart, "the container is killed as soon as it has started", false)
	r.hook(c, at+".lifecycle.preStop", c.Lifecycle.PreStop, "nothing is done before the container stops", true)
}

// image looks at an image, by the rules that kubelets have (pkg/util/parsers).
func (r *Result) image(text, at string) {
	problem, advice := image.Problem(text)
	switch unfilled := image.Unfilled(text); {
	case text == "": // the server's business
	case problem != "":
		r.Stalls = append(r.Stalls, Stall{Field: at, Advice: advice,
			Message: fmt.Sprintf("accepted, but no node can pull it: %q %s; the pod stays Pending (InvalidImageName)", text, problem)})
	case unfilled != "":
		r.Stalls = append(r.Stalls, Stall{Field: at, Warning: true, Unfilled: true,
			Message: fmt.Sprintf("Kubernetes does not replace %s in an image", unfilled), Advice: "another tool must fill it in before this is applied"})
	case strings.HasPrefix(text, image.KoScheme):
		r.Stalls = append(r.Stalls, Stall{Field: at, Warning: true, Unfilled: true,
			Message: "Kubernetes does not build a ko:// image", Advice: "apply it with ko, which does: `ko apply -f FILE`"})
	}
}

// hook looks at a lifecycle hook. That of a port is only there for old objects, and fails.
func (r *Result) hook(c *core.Container, at string, h *core.LifecycleHandler, effect string, warning bool) {
	switch {
	case h == nil:
	case h.TCPSocket != nil:
		r.Stalls = append(r.Stalls, Stall{Field: at + ".tcpSocket", Warning: warning, Message: "accepted, but a kubelet has no such hook: " + effect, Advice: "use exec, httpGet or sleep"})
	case h.HTTPGet != nil:
		r.port(c, at+".httpGet", h.HTTPGet.Port, effect, warning)
	}
}

// port looks for the port that a probe or hook names: it must be one of the same container.
func (r *Result) port(c *core.Container, at string, port intstr.IntOrString, effect string, warning bool) {
	if port.Type != intstr.String || hasPort(c, port.StrVal) {
		return
	}
	r.Stalls = append(r.Stalls, Stall{Field: at + ".port", Warning: warning,
		Message: fmt.Sprintf("accepted, but the container %s has no port named %q: %s", c.Name, port.StrVal, effect),
		Advice:  "write the number, or name a port of this container under ports"})
}

func hasPort(c *core.Container, name string) bool {
	for _, p := range c.Ports {
		if p.Name == name {
			return true
		}
	}
	return false
}

// volume looks at a volume of a Pod: pkg/volume/emptydir and the images.
func (r *Result) volume(pod *core.PodSpec, i int, at string) {
	v := &pod.Volumes[i]
	if v.Image != nil {
		r.image(v.Image.Reference, at+".image.reference")
	}
	if v.EmptyDir == nil || v.EmptyDir.Medium == core.StorageMediumDefault || v.EmptyDir.Medium == core.StorageMediumMemory {
		return
	}
	medium, at := corev1.StorageMedium(v.EmptyDir.Medium), at+".emptyDir.medium"
	size, err := helper.HugePageSizeFromMedium(medium)
	switch {
	case !helper.IsHugePageMedium(medium):
		r.stalls(at, fmt.Sprintf("accepted, but no node can mount it: %q is not a valid medium, only Memory, HugePages and HugePages-SIZE are; the pod stays Pending", medium))
	case medium != corev1.StorageMediumHugePages && err != nil:
		r.stalls(at, fmt.Sprintf("accepted, but no node can mount it: %q has no valid size, such as HugePages-2Mi; the pod stays Pending", medium))
	case !asksForPages(pod, "hugepages-"+size.String()):
		// Unless a LimitRange adds a request.
		r.Stalls = append(r.Stalls, Stall{Field: at, Warning: true, Advice: "add such huge pages to the resources of a container",
			Message: fmt.Sprintf("a node cannot mount the medium %s: no container requests huge pages of that size", medium)})
	}
}

// asksForPages reports whether the Pod requests huge pages of a size; hugepages-0 is any.
func asksForPages(pod *core.PodSpec, size string) bool {
	lists := []core.ResourceList{}
	if pod.Resources != nil {
		lists = append(lists, pod.Resources.Requests, pod.Resources.Limits)
	}
	for _, containers := range [][]core.Container{pod.InitContainers, pod.Containers} {
		for _, c := range containers {
			lists = append(lists, c.Resources.Requests, c.Resources.Limits)
		}
	}
	for _, list := range lists {
		for name := range list {
			if string(name) == size || size == "hugepages-0" && corehelper.IsHugePageResourceName(name) {
				return true
			}
		}
	}
	return false
}
