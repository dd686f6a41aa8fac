package lint

import (
	"fmt"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// claimOfOnePod: the scheduler keeps a second pod of a ReadWriteOncePod claim waiting;
// with ReadWriteOnce it only runs on the node of the first.
func claimOfOnePod(o *object) []found {
	if o.job == nil {
		return nil
	}
	why := severalPods(o)
	if why == "" {
		return nil
	}
	var all []found
	for i, v := range o.pod.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		claim := o.claimNamed(v.PersistentVolumeClaim.ClaimName)
		if claim == nil {
			continue
		}
		f := found{at: item(o.podPath+".volumes", i) + ".persistentVolumeClaim.claimName"}
		switch modes := claim.AccessModes; {
		case slices.Contains(modes, corev1.ReadWriteOncePod):
			f.message = "the claim " + v.PersistentVolumeClaim.ClaimName + " is ReadWriteOncePod, and " + why + ": one pod runs, the others wait for it to end"
			f.hint = "set accessModes of the claim to [ReadWriteMany], or let one pod run at a time"
		case slices.Contains(modes, corev1.ReadWriteOnce) && !slices.Contains(modes, corev1.ReadWriteMany) && !slices.Contains(modes, corev1.ReadOnlyMany):
			f.message = "the claim " + v.PersistentVolumeClaim.ClaimName + " is ReadWriteOnce, and " + why + ": pods on other nodes than the first cannot start"
			f.hint = "set accessModes of the claim to [ReadWriteMany] where the storage has it, or let one pod run at a time"
		default:
			continue
		}
		all = append(all, f)
	}
	return all
}

// severalPods says why several pods may run at a time, "" if they do not.
func severalPods(o *object) string {
	if p := o.job.Parallelism; p != nil && *p > 1 && (o.job.Completions == nil || *o.job.Completions > 1) {
		return fmt.Sprintf("parallelism is %d", *p)
	}
	if o.cron != nil && (o.cron.ConcurrencyPolicy == "" || o.cron.ConcurrencyPolicy == batchv1.AllowConcurrent) {
		return "concurrencyPolicy Allow lets runs overlap"
	}
	return ""
}

// claimNamed returns the claim of the name that was given with the object, nil if none was.
func (o *object) claimNamed(name string) *corev1.PersistentVolumeClaimSpec {
	for _, other := range o.together {
		if other.claim != nil && other.meta.Name == name && other.meta.Namespace == o.meta.Namespace {
			return other.claim
		}
	}
	return nil
}
