package kustomize

import (
	"slices"
	"strings"
)

// kind is what kustomize knows about objects of one kind.
type kind struct {
	group, name   string
	clusterScoped bool
	// templates are the paths of the objects' templates, the pod's last. Their
	// labels are set by `labels` with includeTemplates.
	templates []string
	lists     map[string]list // by the names of the fields that lead to it, joined by "/"
}

// pod is the path of the pod template, "" where there is none.
func (k *kind) pod() string {
	if len(k.templates) == 0 {
		return ""
	}
	return k.templates[len(k.templates)-1]
}

// list is how a strategic merge treats a list: a list without an entry is
// replaced as a whole.
type list struct {
	// keys tell the items apart; without one the items are scalars.
	keys []string
	// doubtful lists are replaced as a whole by the kustomize releases of today
	// and merged by Kubernetes: what a later kustomize does is not known.
	doubtful bool
}

// kinds has one row for each kind of Kubernetes' own that can stand in a
// kustomization made here.
var kinds = []kind{
	{group: "", name: "Namespace", clusterScoped: true, lists: lists()},
	{group: "", name: "ServiceAccount", lists: lists(below("", []listRow{{"secrets", keyed("name")}}))},
	{group: rbac, name: "Role", lists: lists()},
	{group: rbac, name: "RoleBinding", lists: lists()},
	{group: rbac, name: "ClusterRole", clusterScoped: true, lists: lists()},
	{group: rbac, name: "ClusterRoleBinding", clusterScoped: true, lists: lists()},
	{group: "", name: "ConfigMap", lists: lists()},
	{group: "", name: "Secret", lists: lists()},
	{group: "", name: "PersistentVolumeClaim", lists: lists()},
	{group: "networking.k8s.io", name: "NetworkPolicy", lists: lists()},
	{group: "batch", name: "Job", templates: []string{"spec/template"}, lists: lists(job("spec/"))},
	{
		group: "batch", name: "CronJob", templates: []string{"spec/jobTemplate", "spec/jobTemplate/spec/template"},
		lists: lists(below("spec/jobTemplate/", metadataLists), job("spec/jobTemplate/spec/")),
	},
}

// workloads are the templates of kinds that are not made here, and that an object made
// here may be built together with: kustomize follows references in them.
var workloads = map[string][]string{
	"/ReplicationController": {"spec/template"},
	"apps/DaemonSet":         {"spec/template"},
	"apps/Deployment":        {"spec/template"},
	"apps/ReplicaSet":        {"spec/template"},
	"apps/StatefulSet":       {"spec/template"},
}

const rbac = "rbac.authorization.k8s.io"

type listRow struct {
	path string
	list list
}

func keyed(keys ...string) list { return list{keys: keys} }

// metadataLists are in the metadata of every object and template.
var metadataLists = []listRow{
	{"metadata/finalizers", keyed()},
	{"metadata/ownerReferences", keyed("uid")},
}

// jobLists are in the spec of a Job.
var jobLists = []listRow{
	{"scheduling/resourceClaims", list{doubtful: true}},
	{"template/metadata/finalizers", keyed()},
	{"template/metadata/ownerReferences", keyed("uid")},
	{"template/spec/containers", keyed("name")},
	{"template/spec/initContainers", keyed("name")},
	{"template/spec/ephemeralContainers", keyed("name")},
	{"template/spec/volumes", keyed("name")},
	{"template/spec/volumes/ephemeral/volumeClaimTemplate/metadata/finalizers", keyed()},
	{"template/spec/volumes/ephemeral/volumeClaimTemplate/metadata/ownerReferences", keyed("uid")},
	{"template/spec/imagePullSecrets", keyed("name")},
	{"template/spec/hostAliases", keyed("ip")},
	{"template/spec/topologySpreadConstraints", keyed("topologyKey", "whenUnsatisfiable")},
	{"template/spec/resourceClaims", list{doubtful: true}},
	{"template/spec/schedulingGates", list{doubtful: true}},
	{"template/spec/evictionResponders", list{doubtful: true}},
}

// containerLists are in each container of a pod.
var containerLists = []listRow{
	{"env", keyed("name")},
	{"ports", keyed("containerPort", "protocol")},
	{"volumeMounts", keyed("mountPath")},
	{"volumeDevices", keyed("devicePath")},
}

// lists are those of an object: of its metadata, and others.
func lists(others ...[]listRow) map[string]list {
	all := map[string]list{}
	for _, rows := range append(others, metadataLists) {
		for _, r := range rows {
			all[r.path] = r.list
		}
	}
	return all
}

// job are the lists of a Job's spec at a path.
func job(at string) []listRow {
	rows := jobLists
	for _, name := range []string{"containers", "initContainers", "ephemeralContainers"} {
		rows = slices.Concat(rows, below("template/spec/"+name+"/", containerLists))
	}
	rows = append(rows, listRow{"template/spec/ephemeralContainers/ports", list{doubtful: true}})
	return below(at, rows)
}

// below puts a path before those of the rows.
func below(at string, rows []listRow) []listRow {
	put := make([]listRow, len(rows))
	for i, r := range rows {
		put[i] = listRow{at + r.path, r.list}
	}
	return put
}

// kindOf returns what is known about the kind of an object. A custom resource
// is a namespaced object without templates, of which every list is replaced.
// There is none for a kind of Kubernetes' own that has no row.
func kindOf(apiVersion, name string) (*kind, bool) {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		group = ""
	}
	for i := range kinds {
		if kinds[i].group == group && kinds[i].name == name {
			return &kinds[i], true
		}
	}
	custom := strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io")
	return &kind{group: group, name: name, templates: workloads[group+"/"+name]}, custom
}
