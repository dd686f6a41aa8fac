package lint

import (
	"fmt"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// fileSet is a volume of files that the kubelet writes: of a ConfigMap, a Secret, the
// Pod's own fields, or several of them.
type fileSet struct {
	volume string
	at     string // of the mode that counts unless an item has its own
	mode   int32
	items  []fileItem
}

// fileItem is a file with a mode of its own.
type fileItem struct {
	at, path string
	mode     int32
}

// fileSets returns those of the Pod.
func (o *object) fileSets() []fileSet {
	if o.pod == nil {
		return nil
	}
	var all []fileSet
	for i, v := range o.pod.Volumes {
		at := item(o.podPath+".volumes", i)
		switch {
		case v.ConfigMap != nil:
			all = append(all, keyFiles(v.Name, at+".configMap", v.ConfigMap.DefaultMode, v.ConfigMap.Items))
		case v.Secret != nil:
			all = append(all, keyFiles(v.Name, at+".secret", v.Secret.DefaultMode, v.Secret.Items))
		case v.DownwardAPI != nil:
			all = append(all, fieldFiles(v.Name, at+".downwardAPI", v.DownwardAPI.DefaultMode, v.DownwardAPI.Items))
		case v.Projected != nil:
			all = append(all, projectedFiles(v.Name, at+".projected", v.Projected))
		}
	}
	return all
}

func newFileSet(volume, at string, mode *int32) fileSet {
	s := fileSet{volume: volume, at: at + ".defaultMode", mode: 0o644}
	if mode != nil {
		s.mode = *mode
	}
	return s
}

func keyFiles(volume, at string, mode *int32, items []corev1.KeyToPath) fileSet {
	s := newFileSet(volume, at, mode)
	for j, k := range items {
		if k.Mode != nil {
			s.items = append(s.items, fileItem{item(at+".items", j) + ".mode", k.Path, *k.Mode})
		}
	}
	return s
}

func fieldFiles(volume, at string, mode *int32, items []corev1.DownwardAPIVolumeFile) fileSet {
	s := newFileSet(volume, at, mode)
	for j, f := range items {
		if f.Mode != nil {
			s.items = append(s.items, fileItem{item(at+".items", j) + ".mode", f.Path, *f.Mode})
		}
	}
	return s
}

func projectedFiles(volume, at string, p *corev1.ProjectedVolumeSource) fileSet {
	s := newFileSet(volume, at, p.DefaultMode)
	for j, source := range p.Sources {
		here := item(at+".sources", j)
		switch {
		case source.ConfigMap != nil:
			s.items = append(s.items, keyFiles("", here+".configMap", nil, source.ConfigMap.Items).items...)
		case source.Secret != nil:
			s.items = append(s.items, keyFiles("", here+".secret", nil, source.Secret.Items).items...)
		case source.DownwardAPI != nil:
			s.items = append(s.items, fieldFiles("", here+".downwardAPI", nil, source.DownwardAPI.Items).items...)
		}
	}
	return s
}

// decimalMode: YAML takes digits without a leading zero for a decimal number, JSON takes
// all of them so.
func decimalMode(o *object) []found {
	var all []found
	look := func(at string, mode int32) {
		if looksOctal(mode) {
			all = append(all, found{
				at:      at,
				message: fmt.Sprintf("%d is a decimal number and means 0%o", mode, mode),
				hint:    fmt.Sprintf("write 0%d, which is %d in JSON", mode, octal(mode)),
			})
		}
	}
	for _, s := range o.fileSets() {
		look(s.at, s.mode)
		for _, f := range s.items {
			look(f.at, f.mode)
		}
	}
	return all
}

// looksOctal reports whether a number reads as a mode whose leading zero is missing: of
// owner, group and others none may do more than the one before, and each may read.
func looksOctal(n int32) bool {
	if n < 400 || n > 777 {
		return false
	}
	last := int32(7)
	for _, digit := range []int32{n / 100, n / 10 % 10, n % 10} {
		if digit > last || digit != 0 && (digit < 4 || digit > 7) {
			return false
		}
		last = digit
	}
	return true
}

// octal returns the number whose octal digits are those of a decimal one.
func octal(n int32) int32 { return n/100*64 + n/10%10*8 + n%10 }

// unreadableFile: the files belong to root, and the kubelet gives them to fsGroup alone.
func unreadableFile(o *object) []found {
	var all []found
	for _, s := range o.fileSets() {
		for _, f := range append(s.items, fileItem{s.at, "", s.mode}) {
			if c := o.cannotRead(s.volume, f.mode); c != nil {
				all = append(all, found{
					at:      f.at,
					message: fmt.Sprintf("the files belong to root, and mode %#o does not let user %d of the container %s read them", f.mode, *o.userOf(c), c.Name),
					hint:    "set fsGroup in the security context of the pods, or a mode that others may read, such as 0444",
				})
			}
		}
	}
	return all
}

// cannotRead returns a container that mounts the volume and cannot read files of that
// mode, nil if there is none.
func (o *object) cannotRead(volume string, mode int32) *container {
	s := o.pod.SecurityContext
	if mode&0o004 != 0 || s != nil && (s.FSGroup != nil || len(s.SupplementalGroups) > 0) {
		return nil
	}
	for i := range o.containers {
		c := &o.containers[i]
		user, group := o.userOf(c), o.groupOf(c)
		// Without a group in the manifest the image says it, and it may be root's.
		if user == nil || *user == 0 || mode&0o040 != 0 && (group == nil || *group == 0) {
			continue
		}
		if c.mounted[volume] {
			return c
		}
	}
	return nil
}

// hiddenMount: a mount hides what is below its path, and inside a volume that cannot be
// written no folder can be made to mount on.
func hiddenMount(o *object) []found {
	var all []found
	for _, c := range o.containers {
		for i, m := range c.VolumeMounts {
			at, place := item(c.path+".volumeMounts", i)+".mountPath", mountedAt(m)
			if j, taken := c.mounts[place]; taken && j < i && c.VolumeMounts[j].MountPath != m.MountPath {
				all = append(all, found{at: at, message: fmt.Sprintf("%s and %s are the same path: one mount hides the other", c.VolumeMounts[j].MountPath, m.MountPath), hint: "write another path for one of them"})
			}
			for folder := range above(place) {
				j, mounted := c.mounts[folder]
				if !mounted || c.VolumeMounts[j].SubPath != "" || !o.readOnly(c.VolumeMounts[j]) {
					continue
				}
				outer := c.VolumeMounts[j]
				all = append(all, found{
					at:      at,
					message: fmt.Sprintf("%s is inside %s, which is mounted read-only: unless the volume %s has it already, the container cannot start", m.MountPath, outer.MountPath, outer.Name),
					hint:    "mount it beside the other one, or put both into a projected volume",
				})
				break
			}
		}
	}
	return all
}

// written matches where a script writes: behind > or >>, and the arguments of commands
// that make files.
var written = lazyregexp.New(`(?:>>?\s*|\b(?:tee|touch|mkdir)\s+(?:-\S+\s+)*)(/[A-Za-z0-9_./-]+)`)

// writeToReadOnly: the script says itself that it writes where nothing can be written.
func writeToReadOnly(o *object) []found {
	var all []found
	for _, c := range o.containers {
		if c.script < 0 {
			continue
		}
		text := quotedText.ReplaceAllString(c.words[c.script].text, " Q ")
		for _, m := range written.FindAllStringSubmatchIndex(text, -1) {
			file := text[m[2]:m[3]]
			if why := o.unwritable(c, path.Clean(file)); why != "" {
				all = append(all, found{
					at:      c.words[c.script].path,
					message: "the script writes " + file + ", and " + why + ": it fails with a read-only file system",
					hint:    "mount an emptyDir there, or write to a path that has one",
				})
				break
			}
		}
	}
	return all
}

// unwritable says why a container cannot write a file, "" if it may.
func (o *object) unwritable(c container, file string) string {
	inside, why := "", ""
	if s := c.SecurityContext; s != nil && isTrue(s.ReadOnlyRootFilesystem) {
		why = "readOnlyRootFilesystem is true"
	}
	for at := range above(file + "/") { // the file may be a mount itself
		if i, mounted := c.mounts[at]; mounted {
			if inside, why = at, ""; o.readOnly(c.VolumeMounts[i]) {
				why = c.VolumeMounts[i].MountPath + " is mounted read-only"
			}
			break
		}
	}
	for _, kernel := range []string{"/dev/", "/proc/", "/sys/"} {
		if inside == "" && strings.HasPrefix(file, kernel) {
			return ""
		}
	}
	return why
}

// readOnly reports whether nothing can be written to a mount.
func (o *object) readOnly(m corev1.VolumeMount) bool {
	v := o.volumes[m.Name]
	return v != nil && (m.ReadOnly || v.ConfigMap != nil || v.Secret != nil || v.Projected != nil || v.DownwardAPI != nil || v.Image != nil)
}

// samePort: the containers of a Pod share one network, in which only one can listen on
// a port.
func samePort(o *object) []found {
	type key struct {
		port     int32
		protocol corev1.Protocol
	}
	first := map[key]string{}
	var all []found
	for _, c := range o.containers {
		if c.init && !c.sidecar {
			continue // it has ended before the others start
		}
		for i, p := range c.Ports {
			k := key{p.ContainerPort, p.Protocol}
			if k.protocol == "" {
				k.protocol = corev1.ProtocolTCP
			}
			if other, taken := first[k]; taken && other != c.Name {
				all = append(all, found{
					at:      item(c.path+".ports", i) + ".containerPort",
					message: fmt.Sprintf("the container %s has port %d too, and the containers of a Pod share one network: the second cannot listen", other, p.ContainerPort),
					hint:    "let one of them listen on another port",
				})
				continue
			}
			first[k] = c.Name
		}
	}
	return all
}
