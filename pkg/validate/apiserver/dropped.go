package apiserver

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	apiequality "k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/core"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// fieldFeatures tells for each field that a minor may drop the feature that keeps it,
// and the first minor that has the feature by default. A path without its list
// indexes ends in the row's field; the first row that fits is the one.
var fieldFeatures = []struct{ field, feature, since string }{
	{"volumes.image", "ImageVolume", "1.35"},
	{"volumeMounts", "ImageVolume", "1.35"}, // goes with the volume
	{"volumeMounts.recursiveReadOnly", "RecursiveReadOnlyMounts", "1.31"},
	{"volumeMounts.bindMountOptions", "VolumeBindMountOptions", ""},
	{"volumes.emptyDir.mode", "EmptyDirVolumeMode", ""},
	{"sources.clusterTrustBundle", "ClusterTrustBundleProjection", "1.37"},
	{"sources.podCertificate", "PodCertificateRequest", "1.37"},
	{"user", "AtomicWriteVolumeUserFields", ""},
	{"defaultUser", "AtomicWriteVolumeUserFields", ""},
	{"lifecycle.postStart.sleep", "PodLifecycleSleepAction", "1.30"},
	{"lifecycle.preStop.sleep", "PodLifecycleSleepAction", "1.30"},
	{"lifecycle.stopSignal", "ContainerStopSignals", ""},
	{"httpGet.protocol", "H2CContainerProbe", ""},
	{"grpc.mode", "GRPCContainerProbeTLS", ""},
	{"resizePolicy", "InPlacePodVerticalScaling", "1.33"},
	{"restartPolicyRules", "ContainerRestartRules", "1.35"},
	{"ontainers.restartPolicy", "ContainerRestartRules", "1.35"},
	{"valueFrom.fileKeyRef", "EnvFiles", "1.35"},
	{"resources.claims", "DynamicResourceAllocation", "1.34"},
	{"spec.resourceClaims", "DynamicResourceAllocation", "1.34"},
	{"template.spec.resources", "PodLevelResources", "1.34"},
	{"spec.hostnameOverride", "HostnameOverride", "1.35"},
	{"spec.hostUsers", "UserNamespacesSupport", "1.33"},
	{"spec.schedulingGroup", "GenericWorkload", ""},
	{"spec.workloadRef", "GenericWorkload", ""},
	{"spec.evictionResponders", "EvictionRequestAPI", ""},
	{"securityContext.supplementalGroupsPolicy", "SupplementalGroupsPolicy", "1.33"},
	{"securityContext.seLinuxChangePolicy", "SELinuxChangePolicy", "1.33"},
	{"securityContext.procMount", "ProcMountType", "1.33"},
	{"topologySpreadConstraints.nodeAffinityPolicy", "NodeInclusionPolicyInPodTopologySpread", "1.26"},
	{"topologySpreadConstraints.nodeTaintsPolicy", "NodeInclusionPolicyInPodTopologySpread", "1.26"},
	{"topologySpreadConstraints.matchLabelKeys", "MatchLabelKeysInPodTopologySpread", "1.27"},
	{"matchLabelKeys", "MatchLabelKeysInPodAffinity", "1.31"},
	{"mismatchLabelKeys", "MatchLabelKeysInPodAffinity", "1.31"},
	{"spec.managedBy", "JobManagedBy", "1.32"},
	{"spec.successPolicy", "JobSuccessPolicy", "1.31"},
	{"spec.scheduling", "WorkloadWithJob", ""},
	{"spec.volumeAttributesClassName", "VolumeAttributesClass", "1.34"},
	{"dataSourceRef.namespace", "CrossNamespaceVolumeDataSource", ""},
}

// dropped returns what the preparation of an object removed from it.
func dropped(k *kind, before, after runtime.Object) []Drop {
	if before == after {
		return nil
	}
	generatedToo(before, after)
	// What is the same in each detail, as it mostly is, is found so much faster.
	if reflect.DeepEqual(before, after) || apiequality.Semantic.DeepEqual(before, after) {
		return nil
	}
	was, is := k.tree(before), k.tree(after)
	if was == nil || is == nil {
		return nil
	}
	var drops []Drop
	for _, part := range []string{"spec", "data"} {
		drops = lost(drops, part, was[part], is[part])
	}
	return drops
}

// generatedToo gives the object as it was what the server generated, which is no
// difference that matters; without it a Job would never be equal to itself.
func generatedToo(before, after runtime.Object) {
	switch was := before.(type) {
	case *batch.Job:
		is := after.(*batch.Job)
		was.Generation, was.Status = is.Generation, is.Status
		was.Spec.Selector, was.Spec.Template.Labels = is.Spec.Selector, is.Spec.Template.Labels
	case *batch.CronJob:
		is := after.(*batch.CronJob)
		was.Generation, was.Status = is.Generation, is.Status
	case *core.PersistentVolumeClaim:
		was.Status = after.(*core.PersistentVolumeClaim).Status
	}
}

// tree returns an object as the JSON that users write, nil if that fails.
func (k *kind) tree(internal runtime.Object) map[string]any {
	versioned, err := scheme().ConvertToVersion(internal, k.version)
	if err != nil {
		return nil
	}
	text, err := json.Marshal(versioned)
	if err != nil {
		return nil
	}
	var tree map[string]any
	if json.Unmarshal(text, &tree) != nil {
		return nil
	}
	return tree
}

// lost appends what a value has and the same value later has not.
func lost(drops []Drop, at string, was, is any) []Drop {
	if is == nil && was != nil {
		// What goes because nothing is left in it is told by what was in it.
		if d := drop(at, was); d.Feature != "" || !hasParts(was) {
			return append(drops, d)
		}
	}
	switch was := was.(type) {
	case map[string]any:
		is, _ := is.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(was)) {
			drops = lost(drops, at+"."+key, was[key], is[key])
		}
	case []any:
		is, _ := is.([]any)
		next := 0
		for i, item := range was {
			// Items are only ever taken out, so that those left keep their order.
			if len(is) == len(was) || next < len(is) && within(is[next], item) {
				drops = lost(drops, fmt.Sprintf("%s[%d]", at, i), item, is[next])
				next++
			} else {
				drops = lost(drops, fmt.Sprintf("%s[%d]", at, i), item, nil)
			}
		}
	}
	return drops
}

// hasParts reports whether a value is a map or a list with something in it.
func hasParts(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		return len(value) > 0
	case []any:
		return len(value) > 0
	}
	return false
}

// within reports whether a value is another one, or what is left of it.
func within(part, whole any) bool {
	switch part := part.(type) {
	case map[string]any:
		whole, ok := whole.(map[string]any)
		for key, value := range part {
			if !ok || !within(value, whole[key]) {
				return false
			}
		}
		return ok
	case []any:
		whole, ok := whole.([]any)
		return ok && len(part) <= len(whole)
	}
	return reflect.DeepEqual(part, whole)
}

// DropOf returns the drop of a field that a minor's OpenAPI document has and the
// linked code has not: it was tried for some minors and never on by default.
func DropOf(field string) Drop { return drop(field, nil) }

var indexes = lazyregexp.New(`\[[^\]]*\]`)

// drop names the field and the feature of what was removed.
func drop(at string, value any) Drop {
	name := indexes.ReplaceAllString(at, "")
	item, _ := value.(map[string]any)
	for _, f := range fieldFeatures {
		owner, last := f.field, ""
		if i := strings.LastIndexByte(f.field, '.'); i >= 0 {
			owner, last = f.field[:i], f.field[i+1:]
		}
		// A list item, such as a volume, goes with the field that makes it one.
		if strings.HasSuffix(name, f.field) || last != "" && strings.HasSuffix(name, owner) && item[last] != nil && strings.HasSuffix(at, "]") {
			return Drop{at, f.feature, f.since}
		}
	}
	return Drop{Field: at}
}
