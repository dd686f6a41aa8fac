package lint

import (
	"iter"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// container is one container of a Pod.
type container struct {
	corev1.Container
	path    string
	init    bool // runs before the others; it ends, unless it is a sidecar
	sidecar bool // an init container that runs beside the others and ends after them
	words   []word
	script  int             // the word that is a shell's script, -1 if none is
	mounts  map[string]int  // the first of the VolumeMounts at each path
	mounted map[string]bool // the volumes of the VolumeMounts
}

// maxMountPath is how long a path may be for Linux. A longer one is no mount.
const maxMountPath = 4096

// mountedAt returns the path of a mount in one form.
func mountedAt(m corev1.VolumeMount) string { return path.Clean("/" + m.MountPath) }

// above lists the folders that a cleaned path is in, from the inside to the outside,
// without the root.
func above(file string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			i := strings.LastIndexByte(file, '/')
			if i <= 0 {
				return
			}
			if file = file[:i]; len(file) <= maxMountPath && !yield(file) {
				return
			}
		}
	}
}

// word is an item of a container's command or args.
type word struct {
	text string
	path string
}

func newContainer(c corev1.Container, path string, init, sidecar bool) container {
	all := container{Container: c, path: path, init: init, sidecar: sidecar}
	for i, text := range c.Command {
		all.words = append(all.words, word{text, item(path+".command", i)})
	}
	for i, text := range c.Args {
		all.words = append(all.words, word{text, item(path+".args", i)})
	}
	all.script = findScript(all.words)
	all.mounts, all.mounted = make(map[string]int, len(c.VolumeMounts)), make(map[string]bool, len(c.VolumeMounts))
	for i, m := range c.VolumeMounts {
		all.mounted[m.Name] = true
		if at := mountedAt(m); len(at) <= maxMountPath {
			if _, taken := all.mounts[at]; !taken {
				all.mounts[at] = i
			}
		}
	}
	return all
}

var (
	shells = []string{"ash", "bash", "dash", "ksh", "sh", "zsh"}

	// commandFlag matches -c, alone or with other letters: -ec, -lc, -euxc.
	commandFlag = lazyregexp.New(`^-[a-zA-Z]*c$`)
)

// findScript returns which word is the script of a shell: the one after its -c.
// The shell may stand behind another program, such as tini, which starts it.
func findScript(words []word) int {
	shell := slices.IndexFunc(words, func(w word) bool { return slices.Contains(shells, path.Base(w.text)) })
	if shell < 0 {
		return -1
	}
	for i := shell + 1; i+1 < len(words); i++ {
		if commandFlag.MatchString(words[i].text) {
			return i + 1
		}
		// The only flags with a value are those that end in o, such as -euo pipefail.
		isFlag := strings.HasPrefix(words[i].text, "-")
		before := words[i-1].text
		if !isFlag && !(strings.HasPrefix(before, "-") && strings.HasSuffix(before, "o")) {
			return -1
		}
	}
	return -1
}
