package lint

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

// rbacWildcard: it grants what does not exist yet too.
func rbacWildcard(o *object) []found {
	var all []found
	for i, r := range o.rules {
		for _, list := range []struct {
			name  string
			items []string
		}{{"apiGroups", r.APIGroups}, {"nonResourceURLs", r.NonResourceURLs}, {"resources", r.Resources}, {"verbs", r.Verbs}} {
			for j, text := range list.items {
				if text == "*" || list.name == "resources" && strings.HasPrefix(text, "*/") {
					all = append(all, found{
						at:      item(item("rules", i)+"."+list.name, j),
						message: "* grants all " + list.name + ", also those that later versions add",
						hint:    "name those that the Job needs",
					})
				}
			}
		}
	}
	return all
}

// rbacReadsSecrets: list and watch give the contents too.
func rbacReadsSecrets(o *object) []found {
	var all []found
	for i, r := range o.rules {
		j := slices.Index(r.Resources, "secrets")
		reads := slices.ContainsFunc(r.Verbs, func(v string) bool { return slices.Contains([]string{"get", "list", "watch", "*"}, v) })
		core := slices.Contains(r.APIGroups, "") || slices.Contains(r.APIGroups, "*")
		if j < 0 || !reads || !core || len(r.ResourceNames) > 0 {
			continue
		}
		all = append(all, found{
			at:      item(item("rules", i)+".resources", j),
			message: "every Secret can be read, tokens of other accounts among them",
			hint:    "name the Secrets in resourceNames with the verb get, or mount what the Job needs",
		})
	}
	return all
}

// rbacClusterAdmin: the role that allows everything.
func rbacClusterAdmin(o *object) []found {
	return one(o.roleRef.Name == "cluster-admin", found{
		at:      "roleRef.name",
		message: "cluster-admin may do everything: whoever gets into the Pod may too",
		hint:    "bind a role with what the Job needs",
	})
}

// rbacForEveryone: subjects that more belong to than was thought of.
func rbacForEveryone(o *object) []found {
	var all []found
	for i, s := range o.subjects {
		who := ""
		switch {
		case s.Kind == rbacv1.ServiceAccountKind && s.Name == "default":
			who = "each Pod without an account of its own"
		case s.Kind == rbacv1.GroupKind && strings.HasPrefix(s.Name, "system:serviceaccounts"):
			who = "each Pod"
		case s.Kind == rbacv1.GroupKind && s.Name == "system:authenticated":
			who = "everybody who is known to the cluster"
		case s.Kind == rbacv1.GroupKind && s.Name == "system:unauthenticated", s.Kind == rbacv1.UserKind && s.Name == "system:anonymous":
			who = "everybody who reaches the cluster"
		default:
			continue
		}
		all = append(all, found{
			at:      item("subjects", i) + ".name",
			message: s.Name + " is " + who,
			hint:    "bind a ServiceAccount made for this Job",
		})
	}
	return all
}

// powers say what the capabilities are good for that reach beyond the container. Runtimes
// compare the names without case, and with or without CAP_.
var powers = map[string]string{
	"ALL":                "is next to being privileged",
	"BPF":                "loads programs into the kernel",
	"CHECKPOINT_RESTORE": "takes the state of other processes",
	"DAC_READ_SEARCH":    "reads every file, also of the node",
	"MAC_ADMIN":          "changes the node's access rules",
	"MAC_OVERRIDE":       "passes the node's access rules",
	"MKNOD":              "makes devices",
	"NET_ADMIN":          "changes interfaces, routes and firewall rules",
	"NET_RAW":            "forges packets of other pods",
	"PERFMON":            "watches the processes of the node",
	"SYS_ADMIN":          "is next to being privileged",
	"SYS_BOOT":           "restarts the node",
	"SYS_MODULE":         "loads modules into the kernel",
	"SYS_PTRACE":         "reads and changes other processes",
	"SYS_RAWIO":          "reads and writes the memory of the node",
	"SYS_TIME":           "sets the node's clock",
	"SYSLOG":             "reads the kernel's log",
}

// userWithoutNumber: the kubelet cannot know whether a user that the image calls by name
// is root, and does not start the container.
func userWithoutNumber(o *object) []found {
	if o.pod == nil {
		return nil
	}
	for _, c := range o.containers {
		at := ""
		if s := o.pod.SecurityContext; s != nil && isTrue(s.RunAsNonRoot) {
			at = o.podPath + ".securityContext.runAsNonRoot"
		}
		if s := c.SecurityContext; s != nil && s.RunAsNonRoot != nil {
			if at = ""; *s.RunAsNonRoot {
				at = c.path + ".securityContext.runAsNonRoot"
			}
		}
		if at == "" || o.userOf(&c) != nil || strings.Contains(c.Image, "nonroot") {
			continue
		}
		return []found{{
			at:      at,
			message: "with runAsNonRoot the user of the image must be a number: by a name, as in `USER app`, the container " + c.Name + " never starts, and the Job never ends",
			hint:    "write runAsUser with a user of the image by number, such as 65532, in the securityContext of the pods",
		}}
	}
	return nil
}

// privilegedPod: short of the Pod Security Standards, what is written on purpose.
func privilegedPod(o *object) []found {
	if o.pod == nil {
		return nil
	}
	var all []found
	add := func(is bool, at, message string) {
		all = append(all, one(is, found{at: at, message: message, hint: "leave it out where the work goes without"})...)
	}
	add(o.pod.HostNetwork, o.podPath+".hostNetwork", "the Pod shares the network of its node")
	add(o.pod.HostPID, o.podPath+".hostPID", "the Pod sees the processes of its node")
	add(o.pod.HostIPC, o.podPath+".hostIPC", "the Pod shares the memory of processes of its node")
	if s := o.pod.SecurityContext; s != nil {
		add(s.RunAsUser != nil && *s.RunAsUser == 0, o.podPath+".securityContext.runAsUser", "the containers run as root")
	}
	// The first stands for all: who needs files of the node often needs many.
	i := slices.IndexFunc(o.pod.Volumes, func(v corev1.Volume) bool { return v.HostPath != nil })
	add(i >= 0, item(o.podPath+".volumes", i)+".hostPath", "the Pod reads or writes files of its node")
	for _, c := range o.containers {
		s, at := c.SecurityContext, c.path+".securityContext."
		if s == nil {
			continue
		}
		add(isTrue(s.Privileged), at+"privileged", "the container may do to its node what root may")
		add(isTrue(s.AllowPrivilegeEscalation), at+"allowPrivilegeEscalation", "processes may gain more rights than their parent has")
		add(s.RunAsUser != nil && *s.RunAsUser == 0, at+"runAsUser", "the container runs as root")
		if s.Capabilities != nil {
			for j, name := range s.Capabilities.Add {
				what := powers[strings.TrimPrefix(strings.ToUpper(string(name)), "CAP_")]
				add(what != "", item(at+"capabilities.add", j), "the capability "+string(name)+" "+what)
			}
		}
	}
	return all
}

func isTrue(b *bool) bool { return b != nil && *b }

// defaultAccountToken: the kubelet mounts a token for the API server that a Job
// without an account of its own has hardly a use for.
func defaultAccountToken(o *object) []found {
	if o.pod == nil || o.pod.AutomountServiceAccountToken != nil {
		return nil
	}
	name := o.pod.ServiceAccountName
	if name == "" {
		name = o.pod.DeprecatedServiceAccount
	}
	return one(name == "" || name == "default", found{
		at: o.podPath + ".automountServiceAccountToken", missing: true,
		message: "the token of the default service account is mounted, with whatever rights it has",
		hint:    "write automountServiceAccountToken: false, or serviceAccountName where the Job calls the API server",
	})
}

// userOf returns the user that the manifest gives a container, nil if none.
func (o *object) userOf(c *container) *int64 {
	if s := c.SecurityContext; s != nil && s.RunAsUser != nil {
		return s.RunAsUser
	}
	if s := o.pod.SecurityContext; s != nil {
		return s.RunAsUser
	}
	return nil
}

func (o *object) groupOf(c *container) *int64 {
	if s := c.SecurityContext; s != nil && s.RunAsGroup != nil {
		return s.RunAsGroup
	}
	if s := o.pod.SecurityContext; s != nil {
		return s.RunAsGroup
	}
	return nil
}
