package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/util/parsers"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// moving are the tags that by custom are given to one image after the other.
var moving = []string{"latest", "main", "master", "stable", "edge", "nightly", "dev", "develop", "canary", "snapshot"}

// unpinnedImage: what runs is what the registry has that day, and retries of one
// Job may run different programs.
func unpinnedImage(o *object) []found {
	var all []found
	check := func(at, image string) {
		_, tag, digest, err := parsers.ParseImageName(image)
		if err != nil || digest != "" || !slices.Contains(moving, tag) {
			return
		}
		message := "the tag " + tag + " moves: what runs may change from one Pod to the next"
		if !strings.HasSuffix(image, ":"+tag) {
			message = "an image without a tag is latest, which moves: what runs may change from one Pod to the next"
		}
		all = append(all, found{at: at, message: message, hint: "write the tag of a version, or IMAGE@sha256:DIGEST"})
	}
	for _, c := range o.containers {
		check(c.path+".image", c.Image)
	}
	if o.pod == nil {
		return all
	}
	for i, v := range o.pod.Volumes {
		if v.Image != nil {
			check(item(o.podPath+".volumes", i)+".image.reference", v.Image.Reference)
		}
	}
	return all
}

var (
	// longDash matches a dash of typography where a flag would begin.
	longDash = lazyregexp.New(`(^|[\s"'=(])[‐‑‒–—−]{1,2}[A-Za-z]`)

	// oddMark matches quotes of typography and blanks that no shell takes for one.
	oddMark = lazyregexp.New(`[“”„‘’\x{00a0}\x{200b}\x{202f}\x{feff}]`)
)

// typographicCharacters: word processors put them into commands, and programs do
// not know them.
func typographicCharacters(o *object) []found {
	var all []found
	for _, c := range o.containers {
		for _, w := range c.words {
			if what := typographic(w.text); what != "" {
				all = append(all, found{
					at:      w.path,
					message: what + ", as word processors write it: the program gets it as it is",
					hint:    "write - and -- for flags, ' and \" for quotes, a plain blank between words",
				})
			}
		}
	}
	return all
}

// typographic says what is typographic in a word. In a script it may be what a
// person is to read, so lines with plain quotes or a comment are left alone.
func typographic(text string) string {
	if isASCII(text) {
		return ""
	}
	for line := range strings.Lines(text) {
		switch {
		case strings.ContainsAny(text, " \n") && strings.ContainsAny(line, `"'#`):
		case longDash.MatchString(line):
			return "a long dash stands where a flag begins"
		case oddMark.MatchString(line):
			return "a curly quote or a blank of another width is among the words"
		}
	}
	return ""
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > 127 })
}

var (
	// envName matches what is hardly a command in $(…), as lower case may be.
	envName = lazyregexp.New(`^[A-Z_][A-Z0-9_]*$`)

	// serviceName matches the variables that the kubelet adds for each Service.
	serviceName = lazyregexp.New(`_SERVICE_(HOST|PORT)(_|$)|_PORT(_[0-9]+_(TCP|UDP|SCTP)(_|$)|$)`)
)

// references returns the names that a text uses as $(NAME), as the kubelet reads
// it, if they look like names of variables.
func references(text string) []string {
	if !strings.Contains(text, "$(") {
		return nil
	}
	var names []string
	seen := map[string]bool{}
	text = text[:strings.LastIndexByte(text, ')')+1] // no "$(" is closed behind it, which Expand would look for each time
	expansion.Expand(text, func(name string) string {
		if envName.MatchString(name) && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
		return ""
	})
	return names
}

// unresolvedVariable: the kubelet knows the variables of the Pod, not those of the
// image, and leaves $(NAME) as it is where there is none
// (k8s.io/kubernetes/pkg/kubelet, makeEnvironmentVariables).
func unresolvedVariable(o *object) []found {
	all := o.unresolvedData()
	for _, c := range o.containers {
		if len(c.EnvFrom) > 0 {
			continue // it may bring any name
		}
		for i, e := range c.Env {
			for _, name := range references(e.Value) {
				if why := c.unresolved(i, name); why != "" {
					all = append(all, unresolved(item(c.path+".env", i)+".value", name, why))
				}
			}
		}
		for _, w := range c.words {
			for _, name := range references(w.text) {
				// The Job controller adds the variable to every container of an Indexed Job.
				if why := c.unresolved(len(c.Env), name); why != "" && !(name == "JOB_COMPLETION_INDEX" && isIndexed(o.job)) {
					all = append(all, unresolved(w.path, name, why))
				}
			}
		}
	}
	return all
}

// unresolvedData returns the values of a ConfigMap that use $(NAME), and that a container
// takes for variables: those are never filled in.
func (o *object) unresolvedData() []found {
	var all []found
	for _, key := range slices.Sorted(maps.Keys(o.data)) {
		names := references(o.data[key])
		if len(names) == 0 || !slices.ContainsFunc(o.workloads(), func(w *object) bool { return w.takesVariable(o.meta.Name, key) }) {
			continue
		}
		all = append(all, found{
			at:      "data[" + key + "]",
			message: "$(" + names[0] + ") is filled in where a container lists its variables, not in a ConfigMap that they come from",
			hint:    "write the variable under env of the container, below the one that it uses, or let a shell put both together",
		})
	}
	return all
}

// takesVariable reports whether a container takes the key of a ConfigMap for a variable.
func (o *object) takesVariable(configMap, key string) bool {
	return slices.ContainsFunc(o.containers, func(c container) bool {
		return slices.ContainsFunc(c.EnvFrom, func(f corev1.EnvFromSource) bool {
			return f.ConfigMapRef != nil && f.ConfigMapRef.Name == configMap
		}) || slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool {
			return e.ValueFrom != nil && e.ValueFrom.ConfigMapKeyRef != nil && e.ValueFrom.ConfigMapKeyRef.Name == configMap && e.ValueFrom.ConfigMapKeyRef.Key == key
		})
	})
}

// unresolved says why a name has no value for the variable of that number, "" if it
// has. The number behind the last is for the command.
func (c *container) unresolved(number int, name string) string {
	at := slices.IndexFunc(c.Env, func(e corev1.EnvVar) bool { return e.Name == name })
	switch {
	case serviceName.MatchString(name) || at >= 0 && at < number:
		return ""
	case at < 0:
		return "is no variable of this container, and stays as it is written"
	case at == number:
		return "is the variable itself, which has no value before, not even the image's"
	}
	return "is a variable further down, and only those above are filled in"
}

func unresolved(at, name, why string) found {
	return found{
		at:      at,
		message: fmt.Sprintf("$(%s) %s", name, why),
		hint: fmt.Sprintf("add %s to env, above what uses it; in a script write $%[1]s for a variable of the image,\n"+
			"and $$(%[1]s) for the characters themselves", name),
	}
}

// plainProgram matches a program's name that holds nothing but its name.
var plainProgram = lazyregexp.New(`^[A-Za-z0-9_./-]+$`)

// lineAsCommand: no shell takes the line apart, so the kernel looks for a file of
// that name.
func lineAsCommand(o *object) []found {
	var all []found
	for _, c := range o.containers {
		if len(c.Command) == 0 {
			continue
		}
		fields := strings.Fields(c.Command[0])
		// Paths of Windows may hold blanks.
		if len(fields) < 2 || strings.Contains(c.Command[0], `\`) {
			continue
		}
		hint := "write each word as an item of its own, or command: [sh, -c, \"…\"] for what needs a shell"
		if plainProgram.MatchString(fields[0]) {
			hint = "write `- " + fields[0] + "` and each further word as an item of its own, or command: [sh, -c, \"…\"] for what needs a shell"
		}
		all = append(all, found{
			at:      c.path + ".command[0]",
			message: "the whole text is the name of the program, blanks and all: no shell takes it apart",
			hint:    hint,
		})
	}
	return all
}

// positional matches what makes a script read the words behind it.
var positional = lazyregexp.New(`\$\{?[0-9@*#]|\b(shift|getopts|source)\b|(^|[\s;&|])\. `)

// wordsAfterScript: sh -c runs one word; the next ones are $0, $1 and so on.
func wordsAfterScript(o *object) []found {
	var all []found
	for _, c := range o.containers {
		if c.script < 0 || c.script+1 >= len(c.words) || positional.MatchString(c.words[c.script].text) {
			continue
		}
		all = append(all, found{
			at:      c.words[c.script+1].path,
			message: "a shell runs the one word after -c: this one and those behind it are not looked at",
			hint:    "write the whole script as one item, over several lines with `|`",
		})
	}
	return all
}

// operators are what a shell acts upon, and other programs hardly take.
var operators = []string{"&&", "||", "|", ">", ">>", "<", "2>&1", "2>", "&"}

// shellSyntaxWithoutShell: without a shell these are words for the program. Without
// a command the image's own may be a shell.
func shellSyntaxWithoutShell(o *object) []found {
	var all []found
	for _, c := range o.containers {
		if len(c.Command) == 0 || c.script >= 0 {
			continue
		}
		i := slices.IndexFunc(c.words, func(w word) bool { return slices.Contains(operators, w.text) })
		if i < 1 {
			continue
		}
		all = append(all, found{
			at:      c.words[i].path,
			message: "the program gets " + c.words[i].text + " as a word: there is no shell to act upon it",
			hint:    "write command: [sh, -c] and the whole line as one item of args",
		})
	}
	return all
}
