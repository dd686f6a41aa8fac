package cluster

import (
	"fmt"
	"path"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// This file is about what the API server accepts, and a kubelet, a container runtime or
// the kernel of a node then refuses: the pod never starts, and the Job never ends.

// The limits of Linux for one argument or variable with the NUL behind it (MAX_ARG_STRLEN),
// for a name in a folder and for a path (limits.h).
const (
	maxArgument = 128 << 10
	maxFileName = 255
	maxPath     = 4096
)

// node collects what a node refuses of the pods of an object.
type node struct {
	run    *run
	object *object
	pod    *corev1.PodSpec
	linux  bool
	all    []Finding
}

// onNode returns what a node refuses of the pods of an object.
func (r *run) onNode(o *object) []Finding {
	if c, ok := o.asTyped().(*corev1.ConfigMap); ok {
		return r.longVariables(o, c)
	}
	at, pod := podSpec(o)
	if pod == nil || noPods(o) {
		return nil
	}
	n := node{run: r, object: o, pod: pod, linux: pod.OS == nil || pod.OS.Name != corev1.Windows}
	for i := range pod.InitContainers {
		n.container(fmt.Sprintf("%s.initContainers[%d]", at, i), &pod.InitContainers[i], true)
	}
	for i := range pod.Containers {
		n.container(fmt.Sprintf("%s.containers[%d]", at, i), &pod.Containers[i], false)
	}
	for i := range pod.Volumes {
		n.volume(fmt.Sprintf("%s.volumes[%d]", at, i), &pod.Volumes[i])
	}
	if s := pod.SecurityContext; s != nil {
		for i, sysctl := range s.Sysctls {
			n.sysctl(fmt.Sprintf("%s.securityContext.sysctls[%d].name", at, i), sysctl.Name)
		}
	}
	return n.all
}

// noPods reports whether a Job makes none.
func noPods(o *object) bool {
	j, ok := o.asTyped().(*batchv1.Job)
	return ok && j.Spec.Completions != nil && *j.Spec.Completions <= 0
}

// longVariables looks for values of a ConfigMap that are too long for the variables that
// the pods among the objects take them for.
func (r *run) longVariables(o *object, c *corev1.ConfigMap) []Finding {
	n := node{run: r, object: o}
	for key, value := range c.Data {
		if len(key)+len(value)+2 <= maxArgument {
			continue
		}
		for i := range r.objects {
			_, pod := podSpec(&r.objects[i])
			if pod != nil && r.objects[i].namespace() == c.Namespace && takesVariable(pod, c.Name, key) {
				n.refuse(true, "data["+key+"]", fmt.Sprintf("the container that takes it for a variable cannot start: Linux takes %d bytes in one, and this has %d", maxArgument, len(key)+len(value)+2),
					"mount the ConfigMap as files")
				break
			}
		}
	}
	return n.all
}

func (o *object) namespace() string {
	if meta := o.value.Find("metadata"); meta != nil {
		return meta.Get("namespace")
	}
	return ""
}

// takesVariable reports whether a container takes the key of a ConfigMap for a variable.
func takesVariable(pod *corev1.PodSpec, configMap, key string) bool {
	return slices.ContainsFunc(slices.Concat(pod.InitContainers, pod.Containers), func(c corev1.Container) bool {
		return slices.ContainsFunc(c.EnvFrom, func(f corev1.EnvFromSource) bool {
			return f.ConfigMapRef != nil && f.ConfigMapRef.Name == configMap
		}) || slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool {
			return e.ValueFrom != nil && e.ValueFrom.ConfigMapKeyRef != nil && e.ValueFrom.ConfigMapKeyRef.Name == configMap && e.ValueFrom.ConfigMapKeyRef.Key == key
		})
	})
}

// podSpec returns the spec of an object's pods and its path, nil if it has none.
func podSpec(o *object) (string, *corev1.PodSpec) {
	switch typed := o.asTyped().(type) {
	case *batchv1.Job:
		return "spec.template.spec", &typed.Spec.Template.Spec
	case *batchv1.CronJob:
		return "spec.jobTemplate.spec.template.spec", &typed.Spec.JobTemplate.Spec.Template.Spec
	case nil:
		if at, template := podTemplate(o); template != nil {
			return at, &template.Spec
		}
	}
	return "", nil
}

func (n *node) refuse(is bool, at, message, hint string) {
	if is {
		n.stall(at, "accepted, but "+message, hint, false)
	}
}

// container looks at one container. All that starts after an init container waits for it.
func (n *node) container(at string, c *corev1.Container, first bool) {
	if !n.object.refused {
		n.kubelet(at, c, first)
	}
	if !n.linux {
		return
	}
	n.words(at, c)
	for i, m := range c.VolumeMounts {
		n.mount(fmt.Sprintf("%s.volumeMounts[%d].mountPath", at, i), m.MountPath)
	}
	n.refuse(c.WorkingDir != "" && !strings.HasPrefix(c.WorkingDir, "/"), at+".workingDir",
		"the container cannot start: workingDir "+c.WorkingDir+" is not an absolute path", "write /"+c.WorkingDir)
	n.user(at, c)
}

// variable matches what the kubelet may fill in with a shorter text.
var variable = lazyregexp.New(`\$\([^)]*\)`)

// words looks at the command, the args and the variables, as execve does.
func (n *node) words(at string, c *corev1.Container) {
	one := func(at, text string, more int) {
		length := len(variable.ReplaceAllString(text, "")) + more + 1
		n.refuse(length > maxArgument, at, fmt.Sprintf("the container cannot start: Linux takes %d bytes in one argument or variable, and this has %d", maxArgument, length),
			"put the text into a ConfigMap, and mount it as a file")
		n.refuse(strings.Contains(text, "\x00"), at, "the container cannot start: an argument or variable cannot hold a NUL", "leave the \\0 out")
	}
	for i, text := range c.Command {
		one(fmt.Sprintf("%s.command[%d]", at, i), text, 0)
	}
	for i, text := range c.Args {
		one(fmt.Sprintf("%s.args[%d]", at, i), text, 0)
	}
	for i, e := range c.Env {
		one(fmt.Sprintf("%s.env[%d].value", at, i), e.Value, len(e.Name)+1)
	}
	if len(c.Command) == 0 {
		return
	}
	n.refuse(c.Command[0] == "", at+".command[0]", "the container cannot start: the name of the program is empty", "write the program, or leave command out for the image's own")
	if mode, ok := n.modeOf(c, c.Command[0]); ok {
		n.refuse(mode&0o111 == 0, at+".command[0]", fmt.Sprintf("the container cannot start: %s is a file of a volume with mode %#o, which cannot be executed", c.Command[0], mode),
			fmt.Sprintf("set defaultMode: 0555 on the volume, or write command: [sh, %s]", c.Command[0]))
	}
}

// modeOf returns the mode of a file that the kubelet writes into a volume. It is false for
// other files.
func (n *node) modeOf(c *corev1.Container, file string) (int32, bool) {
	for _, m := range c.VolumeMounts {
		inside, ok := strings.CutPrefix(path.Clean(file), strings.TrimSuffix(path.Clean(m.MountPath), "/")+"/")
		if m.SubPathExpr != "" || !ok && (m.SubPath == "" || path.Clean(file) != path.Clean(m.MountPath)) {
			continue
		}
		i := slices.IndexFunc(n.pod.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name })
		if i < 0 || n.innerMount(c, m, file) {
			return 0, false
		}
		return modeIn(&n.pod.Volumes[i], path.Join(m.SubPath, inside))
	}
	return 0, false
}

// innerMount reports whether another mount inside m holds the file.
func (n *node) innerMount(c *corev1.Container, m corev1.VolumeMount, file string) bool {
	return slices.ContainsFunc(c.VolumeMounts, func(other corev1.VolumeMount) bool {
		return len(other.MountPath) > len(m.MountPath) && strings.HasPrefix(path.Clean(file)+"/", path.Clean(other.MountPath)+"/")
	})
}

// modeIn returns the mode of a file in a volume of a ConfigMap or Secret.
func modeIn(v *corev1.Volume, file string) (int32, bool) {
	var mode *int32
	var items []corev1.KeyToPath
	switch {
	case v.ConfigMap != nil:
		mode, items = v.ConfigMap.DefaultMode, v.ConfigMap.Items
	case v.Secret != nil:
		mode, items = v.Secret.DefaultMode, v.Secret.Items
	default:
		return 0, false
	}
	for _, item := range items {
		if item.Path == file && item.Mode != nil {
			return *item.Mode, true
		}
	}
	if mode == nil {
		return corev1.ConfigMapVolumeSourceDefaultMode, true
	}
	return *mode, true
}

// inProc are the files of /proc that runc lets a volume be mounted over
// (libcontainer, checkProcMount).
var inProc = []string{"cpuinfo", "diskstats", "meminfo", "stat", "swaps", "uptime", "loadavg", "slabinfo", "sys/kernel/ns_last_pid", "sys/crypto/fips_enabled"}

func (n *node) mount(at, mountPath string) {
	clean := path.Clean("/" + mountPath)
	n.refuse(clean == "/", at, "the container cannot start: a volume cannot be mounted over the root of the file system", "mount it at a folder of its own")
	rest, ok := strings.CutPrefix(clean+"/", "/proc/")
	n.refuse(ok && !slices.Contains(inProc, strings.TrimSuffix(rest, "/")), at,
		"the container cannot start: the runtime mounts nothing over "+clean, "mount it elsewhere, and let the program read that path")
	n.fileName(at, mountPath)
}

// fileName looks at the length of a path and of the names in it.
func (n *node) fileName(at, text string) {
	for name := range strings.SplitSeq(text, "/") {
		if len(name) > maxFileName {
			n.refuse(true, at, fmt.Sprintf("the container cannot start: a file name has %d bytes, and Linux takes %d", len(name), maxFileName), "write a shorter name")
			return
		}
	}
	n.refuse(len(text) >= maxPath, at, fmt.Sprintf("the container cannot start: the path has %d bytes, and Linux takes %d", len(text), maxPath-1), "write a shorter path")
}

// user looks for root where root must not be (kubelet, verifyRunAsNonRoot).
func (n *node) user(at string, c *corev1.Container) {
	var nonRoot *bool
	var user *int64
	field := ""
	if s := n.pod.SecurityContext; s != nil {
		nonRoot, user = s.RunAsNonRoot, s.RunAsUser
	}
	if s := c.SecurityContext; s != nil {
		if s.RunAsNonRoot != nil {
			nonRoot = s.RunAsNonRoot
		}
		if s.RunAsUser != nil {
			user = s.RunAsUser
		}
		if s.RunAsNonRoot != nil || s.RunAsUser != nil {
			field = ".securityContext"
		}
	}
	n.refuse(nonRoot != nil && *nonRoot && user != nil && *user == 0, at+field,
		"the kubelet does not start the container "+c.Name+": runAsUser 0 is root, and runAsNonRoot forbids it", "write another user, such as 65532, or leave runAsNonRoot out")
}

func (n *node) volume(at string, v *corev1.Volume) {
	if !n.object.refused {
		n.medium(at, v)
		if v.Image != nil {
			n.image(v.Image.Reference, at+".image.reference")
		}
	}
	if !n.linux {
		return
	}
	items := func(at string, list []corev1.KeyToPath) {
		for i, item := range list {
			n.fileName(fmt.Sprintf("%s.items[%d].path", at, i), item.Path)
		}
	}
	switch {
	case v.ConfigMap != nil:
		items(at+".configMap", v.ConfigMap.Items)
	case v.Secret != nil:
		items(at+".secret", v.Secret.Items)
	case v.DownwardAPI != nil:
		for i, file := range v.DownwardAPI.Items {
			n.fileName(fmt.Sprintf("%s.downwardAPI.items[%d].path", at, i), file.Path)
		}
	case v.Projected != nil:
		for i, source := range v.Projected.Sources {
			here := fmt.Sprintf("%s.projected.sources[%d]", at, i)
			switch {
			case source.ConfigMap != nil:
				items(here+".configMap", source.ConfigMap.Items)
			case source.Secret != nil:
				items(here+".secret", source.Secret.Items)
			}
		}
	}
}

// ofPod are the beginnings of the kernel parameters that a pod has of its own
// (component-helpers/node/util/sysctl).
var ofPod = []string{"kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.", "net."}

// sysctl looks for parameters of the node as a whole, which no kubelet lets a pod set.
func (n *node) sysctl(at, name string) {
	dotted := strings.ReplaceAll(name, "/", ".")
	n.refuse(!slices.ContainsFunc(ofPod, func(start string) bool { return strings.HasPrefix(dotted, start) }), at,
		"the kubelet refuses the pod: "+name+" belongs to the node, and a pod cannot set it", "set it on the nodes, or in a privileged init container")
}
