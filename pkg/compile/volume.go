package compile

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// volumes writes the volumes by name, and the main container's mounts of them.
func (l *lowering) volumes() {
	volumes := l.job.Spec.Volumes
	l.from(l.roots[mainContainer].With("volumeMounts"), "spec", "volumes")
	for i, name := range slices.Sorted(maps.Keys(volumes)) {
		v := volumes[name]
		out := corev1.Volume{Name: name, VolumeSource: v.VolumeSource.VolumeSource}
		at, src := l.roots[podSpec].With("volumes", strconv.Itoa(i)), spec.Path{"spec", "volumes", name}
		l.origins = append(l.origins, origin{at, src})
		if claim := v.PersistentVolumeClaim; claim != nil {
			claimName := cmp.Or(claim.ClaimName, l.name+"-"+name)
			out.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claimName, ReadOnly: claim.ReadOnly}
			if claim.Create != nil {
				l.claim(claimName, name)
			}
		}
		l.pod.Volumes = append(l.pod.Volumes, out)
		for j, mount := range v.Mounts {
			mount.Name = name
			to := l.roots[mainContainer].With("volumeMounts", strconv.Itoa(len(l.main.VolumeMounts)))
			l.origins = append(l.origins, origin{to, src.With("mounts", strconv.Itoa(j))})
			l.main.VolumeMounts = append(l.main.VolumeMounts, mount)
		}
	}
}

// claim makes the PersistentVolumeClaim of a volume.
func (l *lowering) claim(name, volume string) {
	claim := l.job.Spec.Volumes[volume].PersistentVolumeClaim
	src := spec.Path{"spec", "volumes", volume, "persistentVolumeClaim"}
	o := &corev1.PersistentVolumeClaim{TypeMeta: typeMeta("v1", "PersistentVolumeClaim"), Spec: *claim.Create}
	l.beside(o, &o.ObjectMeta, besideMeta{name: name, labels: claim.Labels, annotations: claim.Annotations, src: src, named: src.With("claimName")},
		origin{spec.Path{"spec"}, src.With("create")})
}
