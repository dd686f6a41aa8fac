package lint

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// noMemoryLimit: without a limit a leak takes the memory of the node, and the
// kernel or the kubelet picks who dies.
func noMemoryLimit(o *object) []found {
	var all []found
	for _, c := range o.containers {
		if has(c.Resources.Limits, corev1.ResourceMemory) || o.pod.Resources != nil && has(o.pod.Resources.Limits, corev1.ResourceMemory) {
			continue
		}
		all = append(all, found{
			at: c.path + ".resources.limits[memory]", missing: true,
			message: "the container " + c.Name + " has no memory limit: it may take all the memory of its node",
			hint:    "write resources.limits.memory, such as 256Mi, a little above what it needs at its peak",
		})
	}
	return all
}

// noRequests: the scheduler counts requests alone. A limit is a request where
// none is written (k8s.io/kubernetes/pkg/apis/core/v1, SetDefaults_Pod).
func noRequests(o *object) []found {
	var all []found
	for _, c := range o.containers {
		var lacks []string
		for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			if !asks(&c.Resources, name) && !asks(o.pod.Resources, name) {
				lacks = append(lacks, string(name))
			}
		}
		if lacks == nil {
			continue
		}
		all = append(all, found{
			at: c.path + ".resources.requests[" + lacks[0] + "]", missing: true,
			message: "the container " + c.Name + " requests no " + strings.Join(lacks, " and no ") + ": the scheduler counts it as nothing",
			hint:    "write resources.requests." + strings.Join(lacks, " and resources.requests.") + ", what it usually needs",
		})
	}
	return all
}

// asks reports whether resources request one, by a limit too.
func asks(r *corev1.ResourceRequirements, name corev1.ResourceName) bool {
	return r != nil && (has(r.Requests, name) || has(r.Limits, name))
}

func has(list corev1.ResourceList, name corev1.ResourceName) bool {
	_, ok := list[name]
	return ok
}

// fractionalBytes: m is a thousandth, and is taken for mega.
func fractionalBytes(o *object) []found {
	var all []found
	lists := func(at string, r corev1.ResourceRequirements) {
		all = append(all, fractions(at+".limits", r.Limits)...)
		all = append(all, fractions(at+".requests", r.Requests)...)
	}
	for _, c := range o.containers {
		lists(c.path+".resources", c.Resources)
	}
	if o.claim != nil {
		lists("spec.resources", corev1.ResourceRequirements{Limits: o.claim.Resources.Limits, Requests: o.claim.Resources.Requests})
	}
	if o.pod == nil {
		return all
	}
	if o.pod.Resources != nil {
		lists(o.podPath+".resources", *o.pod.Resources)
	}
	for i, v := range o.pod.Volumes {
		if v.EmptyDir != nil && v.EmptyDir.SizeLimit != nil && fractional(*v.EmptyDir.SizeLimit) {
			all = append(all, fraction(item(o.podPath+".volumes", i)+".emptyDir.sizeLimit", "size limit", *v.EmptyDir.SizeLimit))
		}
	}
	return all
}

// fractions finds the resources counted in bytes that have a part of one.
func fractions(at string, list corev1.ResourceList) []found {
	var all []found
	for _, name := range slices.Sorted(maps.Keys(list)) {
		switch {
		case name != corev1.ResourceMemory && name != corev1.ResourceStorage && name != corev1.ResourceEphemeralStorage:
		case fractional(list[name]):
			all = append(all, fraction(at+"["+string(name)+"]", string(name), list[name]))
		}
	}
	return all
}

func fractional(q resource.Quantity) bool {
	// Value rounds up, and has an end.
	return q.CmpInt64(math.MaxInt64) <= 0 && q.Cmp(*resource.NewQuantity(q.Value(), q.Format)) != 0
}

func fraction(at, what string, q resource.Quantity) found {
	return found{
		at:      at,
		message: "the " + what + " of " + q.String() + " has a part of a byte: m is a thousandth",
		hint:    "write Mi for powers of 1024 or M for powers of 1000, such as 256Mi",
	}
}

// leastBytes is less than any program takes, and more than a number of mega is.
const leastBytes = 1 << 20

// mostOfNode is more than a node has of cpus and of bytes of memory.
var mostOfNode = map[string]int64{"cpu": 1 << 14, "memory": 1 << 50}

// oddAmount: without a unit memory is counted in bytes, and of a cpu the cluster knows
// no less than a thousandth.
func oddAmount(o *object) []found {
	var all []found
	look := func(at, what string, q resource.Quantity) {
		most := int64(math.MaxInt64)
		if top := mostOfNode[what]; top > 0 {
			most = top
		}
		switch {
		case q.CmpInt64(most) > 0:
			all = append(all, found{at: at, message: what + " " + q.String() + " is more than any node has", hint: "write what is needed, such as 100m of cpu or 256Mi of memory"})
		case fractional(q) && what != "cpu" || q.Sign() <= 0:
		case what == "cpu" && q.Cmp(*resource.NewMilliQuantity(q.MilliValue(), q.Format)) != 0:
			all = append(all, found{at: at, message: "cpu " + q.String() + " is not a whole number of thousandths, and is rounded up", hint: "write a number such as 100m or 0.1"})
		case what != "cpu" && q.Value() < leastBytes:
			all = append(all, found{at: at, message: fmt.Sprintf("%s %s is %d bytes, less than anything needs", what, q.String(), q.Value()), hint: "write a unit, such as " + q.String() + "Mi"})
		}
	}
	list := func(at string, amounts corev1.ResourceList) {
		for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceStorage, corev1.ResourceEphemeralStorage} {
			if q, ok := amounts[name]; ok {
				look(at+"["+string(name)+"]", string(name), q)
			}
		}
	}
	lists := func(at string, r corev1.ResourceRequirements) {
		list(at+".limits", r.Limits)
		list(at+".requests", r.Requests)
	}
	for _, c := range o.containers {
		lists(c.path+".resources", c.Resources)
	}
	if o.claim != nil {
		list("spec.resources.requests", o.claim.Resources.Requests)
	}
	if o.pod == nil {
		return all
	}
	if o.pod.Resources != nil {
		lists(o.podPath+".resources", *o.pod.Resources)
	}
	for i, v := range o.pod.Volumes {
		if v.EmptyDir != nil && v.EmptyDir.SizeLimit != nil {
			look(item(o.podPath+".volumes", i)+".emptyDir.sizeLimit", "sizeLimit", *v.EmptyDir.SizeLimit)
		}
	}
	return all
}

// unboundedEmptyDir: without a limit it may fill the node's disk, on which the
// kubelet evicts Pods, and not always this one.
func unboundedEmptyDir(o *object) []found {
	if o.pod == nil {
		return nil
	}
	var all []found
	for i, v := range o.pod.Volumes {
		// In memory it is bounded by the limits of the containers that write.
		if v.EmptyDir == nil || v.EmptyDir.SizeLimit != nil || v.EmptyDir.Medium == corev1.StorageMediumMemory {
			continue
		}
		all = append(all, found{
			at: item(o.podPath+".volumes", i) + ".emptyDir.sizeLimit", missing: true,
			message: "the emptyDir " + v.Name + " has no size limit: it may fill the disk of its node",
			hint:    "write emptyDir.sizeLimit, such as 1Gi: the Pod alone is evicted when it needs more",
		})
	}
	return all
}
