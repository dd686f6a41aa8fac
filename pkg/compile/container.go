package compile

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/schema"
)

// containerState is one container on its way.
type containerState struct {
	out *corev1.Container
	in  *schema.ContainerFields
	at  spec.Path // of out in the Job or CronJob
	src spec.Path // of in in the spec
}

// lists lowers the containers that stand in lists: sidecars are init
// containers that run on and come first, so that the others can use them.
func (l *lowering) lists() {
	always := corev1.ContainerRestartPolicyAlways
	for i := range l.job.Spec.Sidecars {
		c := l.listed(&l.job.Spec.Sidecars[i], "initContainers", len(l.pod.InitContainers), "sidecars", i)
		c.RestartPolicy = &always
		l.pod.InitContainers = append(l.pod.InitContainers, c)
	}
	for i := range l.job.Spec.InitContainers {
		c := l.listed(&l.job.Spec.InitContainers[i], "initContainers", len(l.pod.InitContainers), "initContainers", i)
		l.pod.InitContainers = append(l.pod.InitContainers, c)
	}
	for i := range l.job.Spec.Containers {
		c := l.listed(&l.job.Spec.Containers[i], "containers", len(l.pod.Containers), "containers", i)
		l.pod.Containers = append(l.pod.Containers, c)
	}
}

func (l *lowering) listed(in *schema.Container, list string, at int, field string, i int) corev1.Container {
	out := corev1.Container{Name: in.Name, RestartPolicy: in.RestartPolicy, VolumeMounts: in.VolumeMounts}
	path := l.roots[podSpec].With(list, strconv.Itoa(at))
	src := spec.Path{"spec", field, strconv.Itoa(i)}
	l.origins = append(append(l.origins, origin{path, src}), containerOrigins(path, src)...)
	c := containerState{out: &out, in: &in.ContainerFields, at: path, src: src}
	for r := range containerRows {
		containerRows[r].lower(l, &c)
	}
	return out
}

func (l *lowering) containerName() {
	from := spec.Path{"spec", "containerName"}
	if l.main.Name = l.job.Spec.ContainerName; l.main.Name == "" {
		// A container's name is a DNS label, a Job's may have dots.
		l.main.Name, from = strings.ReplaceAll(l.name, ".", "-"), spec.Path{"metadata", "name"}
	}
	l.from(l.roots[mainContainer].With("name"), from...)
}

// script hands the text to the interpreter.
func (l *lowering) script(c *containerState) {
	if c.in.Script == nil {
		return
	}
	interpreter := c.in.Interpreter
	if interpreter == nil {
		interpreter = schema.Default().Interpreter
	}
	c.out.Command = append(slices.Clone(interpreter), escape(*c.in.Script, c.in))
	l.from(c.at.With("command"), c.src.With("interpreter")...)
	l.from(c.at.With("command", strconv.Itoa(len(interpreter))), c.src.With("script")...)
}

// variable is what the name of an environment variable looks like that may be
// set from outside of the spec, as those of services are; dataKey is what the keys
// of a ConfigMap or Secret look like.
var (
	variable = lazyregexp.New(`^[-._a-zA-Z][-._a-zA-Z0-9]*$`)
	dataKey  = lazyregexp.New(`^[-._a-zA-Z0-9]+$`)
)

// mayHave reports whether there may be a variable of that name when the
// container starts. Names from envFrom are a prefix and a key, whatever those
// look like together.
func mayHave(in *schema.ContainerFields, name string) bool {
	if _, ok := in.Env[name]; ok || variable.MatchString(name) {
		return true
	}
	return slices.ContainsFunc(in.EnvFrom, func(f schema.EnvFrom) bool {
		rest, ok := strings.CutPrefix(name, f.Prefix)
		return ok && dataKey.MatchString(rest)
	})
}

// Script returns the text and the interpreter of a script that becomes the command,
// the interpreter nil where it is the usual one. It is false where no script does, as
// where Kubernetes would put a variable into the text.
func Script(command []string, in *schema.ContainerFields) (script string, interpreter []string, ok bool) {
	if len(command) < 2 {
		return "", nil, false
	}
	interpreter, text := command[:len(command)-1], command[len(command)-1]
	if slices.Equal(interpreter, schema.Default().Interpreter) {
		interpreter = nil
	}
	script = strings.ReplaceAll(text, "$$", "$")
	return script, interpreter, script != "" && escape(script, in) == text
}

// escape writes a text so that Kubernetes' expansion of $(VAR) gives it back
// unchanged (k8s.io/kubernetes/third_party/forked/golang/expansion, Expand): a
// "$$" stands for one "$", "$(X)" for the variable X if there is one, and a "$"
// before a character that is not ASCII would break that character.
func escape(text string, in *schema.ContainerFields) string {
	var b strings.Builder
	end := strings.LastIndexByte(text, ')') // no "$(" is closed behind it
	for i := 0; i < len(text); i++ {
		if text[i] != '$' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		next := text[i+1]
		switch {
		case next == '$':
			b.WriteString("$$$$")
			i++
		case next == '(':
			if i > end {
				b.WriteByte('$')
				continue
			}
			name, _, _ := strings.Cut(text[i+2:], ")")
			if mayHave(in, name) {
				b.WriteString("$$")
			} else {
				b.WriteString(text[i : i+3+len(name)])
				i += 2 + len(name)
			}
		case next >= 0x80:
			b.WriteString("$$")
		default:
			b.WriteByte('$')
		}
	}
	return b.String()
}

// env writes the variables in an order in which each can use those before it.
func (l *lowering) env(c *containerState) {
	order, _ := spec.EnvOrder(c.in.Env)
	for i, name := range order {
		v := c.in.Env[name]
		out, refs := envVar(name, v)
		c.out.Env = append(c.out.Env, out)
		at, src := c.at.With("env", strconv.Itoa(i)), c.src.With("env", name)
		l.origins = append(l.origins, origin{at, src})
		for _, r := range refs {
			l.origins = append(l.origins, origin{at.With(r.to...), src.With(r.from)})
		}
	}
}

// reference of a variable's field: where it went and from which field.
type renamed struct {
	to   []string
	from string
}

func envVar(name string, v schema.EnvValue) (corev1.EnvVar, []renamed) {
	out := corev1.EnvVar{Name: name}
	from := &corev1.EnvVarSource{}
	under := func(source, field, origin string) renamed {
		return renamed{[]string{"valueFrom", source, field}, origin}
	}
	switch {
	case v.Value != nil:
		out.Value = *v.Value
		return out, nil
	case v.Secret != "":
		from.SecretKeyRef = &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: v.Secret}, Key: v.Key, Optional: v.Optional}
		out.ValueFrom = from
		return out, []renamed{under("secretKeyRef", "name", "secret"), under("secretKeyRef", "key", "key")}
	case v.ConfigMap != "":
		from.ConfigMapKeyRef = &corev1.ConfigMapKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: v.ConfigMap}, Key: v.Key, Optional: v.Optional}
		out.ValueFrom = from
		return out, []renamed{under("configMapKeyRef", "name", "configMap"), under("configMapKeyRef", "key", "key")}
	case v.Field != "":
		from.FieldRef = &corev1.ObjectFieldSelector{FieldPath: v.Field}
		out.ValueFrom = from
		return out, []renamed{under("fieldRef", "fieldPath", "field")}
	case v.Resource != "":
		from.ResourceFieldRef = &corev1.ResourceFieldSelector{ContainerName: v.Container, Resource: v.Resource}
		if v.Divisor != "" {
			from.ResourceFieldRef.Divisor = resource.MustParse(v.Divisor)
		}
		out.ValueFrom = from
		return out, []renamed{under("resourceFieldRef", "resource", "resource"), under("resourceFieldRef", "divisor", "divisor")}
	case v.Volume != "":
		from.FileKeyRef = &corev1.FileKeySelector{VolumeName: v.Volume, Path: v.Path, Key: v.Key, Optional: v.Optional}
		out.ValueFrom = from
		return out, []renamed{under("fileKeyRef", "volumeName", "volume"), under("fileKeyRef", "path", "path"), under("fileKeyRef", "key", "key")}
	}
	return out, nil // reported: the variable says not where it comes from
}

func (l *lowering) envFrom(c *containerState) {
	for i, f := range c.in.EnvFrom {
		out := corev1.EnvFromSource{Prefix: f.Prefix}
		at, src := c.at.With("envFrom", strconv.Itoa(i)), c.src.With("envFrom", strconv.Itoa(i))
		name := corev1.LocalObjectReference{Name: cmp.Or(f.ConfigMap, f.Secret)}
		if f.Secret != "" {
			out.SecretRef = &corev1.SecretEnvSource{LocalObjectReference: name, Optional: f.Optional}
			l.origins = append(l.origins, origin{at, src}, origin{at.With("secretRef", "name"), src.With("secret")})
		} else {
			out.ConfigMapRef = &corev1.ConfigMapEnvSource{LocalObjectReference: name, Optional: f.Optional}
			l.origins = append(l.origins, origin{at, src}, origin{at.With("configMapRef", "name"), src.With("configMap")})
		}
		c.out.EnvFrom = append(c.out.EnvFrom, out)
	}
}
