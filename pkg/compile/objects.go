package compile

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/schema"
)

// besideMeta is what the metadata of an object beside the Job is made from.
type besideMeta struct {
	name        string
	labels      map[string]*string // of the entry, added to the Job's
	annotations map[string]string
	src         spec.Path // the entry
	named       spec.Path // where the name is written; nil where the entry's key is the name
}

// origins are those of the metadata.
func (m besideMeta) origins() []origin {
	named := m.named
	if named == nil {
		named = m.src
	}
	return []origin{
		{nil, m.src},
		{spec.Path{"metadata", "name"}, named},
		{spec.Path{"metadata", "namespace"}, spec.Path{"metadata", "namespace"}},
		{spec.Path{"metadata", "labels"}, m.src.With("labels")},
		{spec.Path{"metadata", "annotations"}, m.src.With("annotations")},
	}
}

// jobName is where the name of the Job is written.
var jobName = spec.Path{"metadata", "name"}

// beside adds an object of the Job's namespace.
func (l *lowering) beside(value runtime.Object, meta *metav1.ObjectMeta, m besideMeta, origins ...origin) {
	*meta = metav1.ObjectMeta{
		Name: m.name, Namespace: l.job.Metadata.Namespace,
		Labels: l.labels(l.job.Metadata.Labels, m.labels), Annotations: m.annotations,
	}
	l.add(value, meta, append(m.origins(), origins...))
}

// clusterWide adds an object that has no namespace and belongs to no one Job.
func (l *lowering) clusterWide(value runtime.Object, meta *metav1.ObjectMeta, m besideMeta, origins ...origin) {
	*meta = metav1.ObjectMeta{Name: m.name, Labels: clusterLabels(m.labels), Annotations: m.annotations}
	l.add(value, meta, append(m.origins(), origins...))
}

func (l *lowering) add(value runtime.Object, meta *metav1.ObjectMeta, origins []origin) {
	l.objects = append(l.objects, Object{
		Value: value, Meta: meta, Kind: value.GetObjectKind().GroupVersionKind().Kind, Job: l.job, origins: origins, index: &originIndex{},
	})
}

func (l *lowering) namespace() {
	ns := l.job.Spec.CreateNamespace
	if ns == nil || l.job.Metadata.Namespace == "" {
		return
	}
	o := &corev1.Namespace{TypeMeta: typeMeta("v1", "Namespace")}
	l.clusterWide(o, &o.ObjectMeta, besideMeta{
		name: l.job.Metadata.Namespace, labels: ns.Labels, annotations: ns.Annotations,
		src: spec.Path{"spec", "createNamespace"}, named: spec.Path{"metadata", "namespace"},
	})
}

func (l *lowering) configMaps() {
	for _, name := range slices.Sorted(maps.Keys(l.job.Spec.ConfigMaps)) {
		cm := l.job.Spec.ConfigMaps[name]
		o := &corev1.ConfigMap{TypeMeta: typeMeta("v1", "ConfigMap"), Immutable: cm.Immutable}
		for key, content := range l.job.ConfigMaps[name] {
			if utf8.Valid(content) {
				set(&o.Data, key, string(content))
			} else {
				set(&o.BinaryData, key, content)
			}
		}
		l.beside(o, &o.ObjectMeta, besideMeta{name: name, labels: cm.Labels, annotations: cm.Annotations, src: spec.Path{"spec", "configMaps", name}})
	}
}

func set[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = v
}

func (l *lowering) secrets() {
	for _, name := range slices.Sorted(maps.Keys(l.job.Spec.Secrets)) {
		s := l.job.Spec.Secrets[name]
		o := &corev1.Secret{TypeMeta: typeMeta("v1", "Secret"), Type: corev1.SecretType(s.Type), Immutable: s.Immutable}
		if s.Registry != nil {
			o.Type = corev1.SecretTypeDockerConfigJson
		}
		for key, content := range l.job.Secrets[name] {
			set(&o.Data, key, content)
		}
		l.beside(o, &o.ObjectMeta, besideMeta{name: name, labels: s.Labels, annotations: s.Annotations, src: spec.Path{"spec", "secrets", name}})
	}
}

// serviceAccount makes the account, the roles that its rules ask for, and the
// bindings.
func (l *lowering) serviceAccount() {
	sa := l.job.Spec.ServiceAccount
	if sa == nil {
		return
	}
	src := spec.Path{"spec", "serviceAccount"}
	name, named := l.name, jobName
	if sa.Name != "" {
		name, named = sa.Name, src.With("name")
	}
	o := &corev1.ServiceAccount{TypeMeta: typeMeta("v1", "ServiceAccount"), AutomountServiceAccountToken: sa.AutomountToken}
	l.beside(o, &o.ObjectMeta, besideMeta{name: name, labels: sa.Labels, annotations: sa.Annotations, src: src, named: named},
		origin{spec.Path{"automountServiceAccountToken"}, src.With("automountToken")})
	l.pod.ServiceAccountName = name
	l.from(l.roots[podSpec].With("serviceAccountName"), named...)
	account := rbacv1.Subject{Kind: "ServiceAccount", Name: name, Namespace: l.job.Metadata.Namespace}
	if sa.Rules != nil {
		r := &rbacv1.Role{TypeMeta: typeMeta(rbacVersion, "Role"), Rules: sa.Rules}
		l.beside(r, &r.ObjectMeta, besideMeta{name: l.name, labels: sa.Labels, src: src, named: jobName}, origin{spec.Path{"rules"}, src.With("rules")})
		l.bind(l.name, "Role", l.name, account, src.With("rules"))
	}
	for i, b := range sa.Bind {
		kind, role := "Role", b.Role
		if b.ClusterRole != "" {
			kind, role = "ClusterRole", b.ClusterRole
		}
		l.bind(l.name+"-"+bindingSuffix(kind, role, l), kind, role, account, src.With("bind", strconv.Itoa(i)))
	}
	if sa.ClusterRules != nil {
		l.clusterRole(account, src.With("clusterRules"))
	}
}

const rbacVersion = rbacv1.GroupName + "/v1"

// bindingSuffix names a binding after its role; the kind is added where a Role
// and a ClusterRole of one name are bound.
func bindingSuffix(kind, role string, l *lowering) string {
	for _, b := range l.job.Spec.ServiceAccount.Bind {
		if kind == "ClusterRole" && b.Role == role {
			return "clusterrole-" + role
		}
	}
	return role
}

// bind makes the RoleBinding of the account to a role.
func (l *lowering) bind(name, kind, role string, account rbacv1.Subject, src spec.Path) {
	o := &rbacv1.RoleBinding{
		TypeMeta: typeMeta(rbacVersion, "RoleBinding"),
		Subjects: []rbacv1.Subject{account},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: role},
	}
	l.beside(o, &o.ObjectMeta, besideMeta{name: name, labels: l.job.Spec.ServiceAccount.Labels, src: src, named: jobName})
}

// clusterRole makes what the account may do in the whole cluster. The names
// hold the namespace, because a cluster has one set of them.
func (l *lowering) clusterRole(account rbacv1.Subject, src spec.Path) {
	name := l.job.Metadata.Namespace + "-" + l.name
	r := &rbacv1.ClusterRole{TypeMeta: typeMeta(rbacVersion, "ClusterRole"), Rules: l.job.Spec.ServiceAccount.ClusterRules}
	l.clusterWide(r, &r.ObjectMeta, besideMeta{name: name, src: src, named: jobName}, origin{spec.Path{"rules"}, src})
	b := &rbacv1.ClusterRoleBinding{
		TypeMeta: typeMeta(rbacVersion, "ClusterRoleBinding"),
		Subjects: []rbacv1.Subject{account},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
	}
	l.clusterWide(b, &b.ObjectMeta, besideMeta{name: name, src: src, named: jobName})
}

// networkPolicy selects the pods by the two standard labels as they end there.
// A direction that is written is restricted to what it lists.
func (l *lowering) networkPolicy() {
	np := l.job.Spec.NetworkPolicy
	if np == nil {
		return
	}
	pods := l.labels(l.job.Spec.PodLabels)
	selector := map[string]string{}
	for _, key := range []string{spec.LabelName, spec.LabelManagedBy} {
		if v, ok := pods[key]; ok {
			selector[key] = v
		}
	}
	o := &networkingv1.NetworkPolicy{TypeMeta: typeMeta(networkingv1.GroupName+"/v1", "NetworkPolicy")}
	o.Spec.PodSelector.MatchLabels = selector
	o.Spec.PolicyTypes = []networkingv1.PolicyType{}
	if np.Ingress != nil {
		o.Spec.Ingress = np.Ingress
		o.Spec.PolicyTypes = append(o.Spec.PolicyTypes, networkingv1.PolicyTypeIngress)
	}
	if np.Egress != nil {
		o.Spec.Egress = append(o.Spec.Egress, np.Egress...)
		if ports := namePorts(np.Dns); len(ports) > 0 {
			o.Spec.Egress = append(o.Spec.Egress, nameServers(ports))
		}
		o.Spec.PolicyTypes = append(o.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
	}
	src := spec.Path{"spec", "networkPolicy"}
	l.beside(o, &o.ObjectMeta, besideMeta{name: l.name, labels: np.Labels, annotations: np.Annotations, src: src, named: jobName},
		origin{spec.Path{"spec", "ingress"}, src.With("ingress")}, origin{spec.Path{"spec", "egress"}, src.With("egress")})
}

// namePorts are the ports for names.
func namePorts(dns *schema.NameServers) []int32 {
	if dns == nil || dns.Ports == nil {
		return schema.Default().NamePorts
	}
	return dns.Ports
}

// nameServers opens ports to everywhere: without names hardly any egress rule is of
// use, and where the cluster's name servers are differs.
func nameServers(ports []int32) networkingv1.NetworkPolicyEgressRule {
	udp, tcp := corev1.ProtocolUDP, corev1.ProtocolTCP
	var rule networkingv1.NetworkPolicyEgressRule
	for _, n := range ports {
		port := intstr.FromInt32(n)
		rule.Ports = append(rule.Ports, networkingv1.NetworkPolicyPort{Protocol: &udp, Port: &port}, networkingv1.NetworkPolicyPort{Protocol: &tcp, Port: &port})
	}
	return rule
}
