package lint

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

var (
	// shellVariable matches a variable of a shell in a word.
	shellVariable = lazyregexp.New(`(?:^|[=/:,@ ])\$(?:\{([A-Z_][A-Z0-9_]*)(?::?[-=?+][^}]*)?\}|([A-Z_][A-Z0-9_]*))(?:$|[^A-Za-z0-9_(])`)

	// shellCommand matches what only a shell runs: $(date), $(cat FILE), `hostname`.
	shellCommand = lazyregexp.New("^\\$\\([a-z][^)]*\\)$|[=/:]\\$\\([a-z][a-z]* [^)]*\\)|^`[a-z][^`]*`$")

	// expanders are programs that read $ themselves.
	expanders = []string{"awk", "envsubst", "expect", "gawk", "gomplate", "jq", "make", "mawk", "mongo", "mongosh", "node", "perl", "php", "python", "python3", "ruby", "sed", "yq"}
)

// variableWithoutShell: the kubelet fills in $(NAME) and nothing else.
func variableWithoutShell(o *object) []found {
	var all []found
	for _, c := range o.containers {
		for i, w := range c.words {
			if i == c.script || c.expands() {
				continue
			}
			if name := c.variableIn(w.text); name != "" {
				all = append(all, notFilledIn(w.path, name))
			} else if len(c.Command) > 0 && c.script < 0 && shellCommand.MatchString(w.text) {
				all = append(all, found{
					at:      w.path,
					message: "no shell runs the command in this word: the program gets it as it is written",
					hint:    "write command: [sh, -c] and the whole line as one item of args",
				})
			}
		}
		for i, e := range c.Env {
			if name := c.variableIn(e.Value); name != "" && name != e.Name && c.hasVariable(name) {
				all = append(all, notFilledIn(item(c.path+".env", i)+".value", name))
			}
		}
	}
	return all
}

// expands reports whether the program may fill in variables by itself: a shell, or one
// that reads $.
func (c *container) expands() bool {
	return len(c.words) > 0 && (c.script >= 0 || slices.Contains(expanders, path.Base(c.words[0].text)))
}

// variableIn returns the variable of a shell that a word uses. Without a command the
// image's own may be a shell, so the variable must be one of the container.
func (c *container) variableIn(text string) string {
	m := shellVariable.FindStringSubmatch(text)
	if m == nil || strings.Contains(text, "\n") {
		return ""
	}
	name := m[1] + m[2]
	if len(c.Command) == 0 && !c.hasVariable(name) {
		return ""
	}
	return name
}

func (c *container) hasVariable(name string) bool {
	for _, e := range c.Env {
		if e.Name == name {
			return true
		}
	}
	return false
}

func notFilledIn(at, name string) found {
	return found{
		at:      at,
		message: "$" + name + " is not filled in: there is no shell here, and the kubelet reads $(" + name + ") alone",
		hint:    "write $(" + name + ") for a variable of the container, or run the line with command: [sh, -c]",
	}
}

// shortened cuts a text for a message.
func shortened(text string) string {
	if r := []rune(text); len(r) > 40 {
		text = string(r[:40]) + "…"
	}
	return text
}

// leftOver matches what a template should have filled in.
var leftOver = []struct {
	form *lazyregexp.Regexp
	of   string
}{
	{lazyregexp.New(`\$\{\{[^}]*\}\}`), "a CI system"},
	{lazyregexp.New(`\{\{-?\s*(?:\.(?:Values|Release|Chart|Capabilities|Files|Template)\b|(?:include|tpl|template|required|default)\s)[^}]*\}\}`), "Helm"},
	{lazyregexp.New(`^\{\{-?\s*[A-Za-z_.][\w.]*\s*-?\}\}$`), "a template"},
	{lazyregexp.New(`<no value>|%!s\(<nil>\)`), "a template that lacked a value"},
	{lazyregexp.New(`#\{[A-Za-z_][\w.-]*\}#?`), "a pipeline"},
}

// leftOverTemplate: what reads it gets the marks themselves.
func leftOverTemplate(o *object) []found {
	var all []found
	look := func(at, text string) {
		for _, l := range leftOver {
			if m := l.form.FindString(text); m != "" {
				all = append(all, found{
					at:      at,
					message: shortened(m) + " is left over from " + l.of + ": nothing fills it in",
					hint:    "write the value, or render the template before this is read",
				})
				return
			}
		}
	}
	for _, c := range o.containers {
		look(c.path+".image", c.Image)
		look(c.path+".workingDir", c.WorkingDir)
		for i, w := range c.words {
			if i != c.script {
				look(w.path, w.text)
			}
		}
		for i, e := range c.Env {
			look(item(c.path+".env", i)+".value", e.Value)
		}
	}
	return all
}

var (
	// quotedText matches what a shell takes as text, and comments.
	quotedText = lazyregexp.New(`'[^']*'|"(?:[^"\\]|\\.)*"|(?m)(?:^|\s)#.*$`)

	// pipe matches a command whose output goes to another one. What cannot fail, and
	// what is only asked, is left out below.
	pipe = lazyregexp.New(`^\s*(?:[A-Za-z_]\w*=\S*\s+)*([A-Za-z_./$][^\s|;&()]*)[^|;&()]*[^|]\|[^|&]`)

	// conditions begin lines in which a pipe is asked for its end, or lists of cases.
	conditions = lazyregexp.New(`^\s*(?:if|elif|while|until|!|for|case|then|do)\b|^[^(]*\|[^(]*\)`)

	// grepLast matches a pipe whose end fails when nothing comes.
	grepLast = lazyregexp.New(`\|\s*(?:[ef]?grep|read|test)\b[^|]*$`)

	commandEnds = strings.NewReplacer(";", "\n", "&&", "\n", "||", "\n")
)

// harmless are commands that hardly fail.
var harmless = []string{"echo", "printf", "true", "yes", "date", "env", "ls", "cat", "set", "ps", "df", "head", "tail", "history", "hostname"}

// pipeHidesFailure: of a pipe the shell sees how the last command ended.
func pipeHidesFailure(o *object) []found {
	var all []found
	for _, c := range o.containers {
		if c.script < 0 || slices.ContainsFunc(c.words[:c.script+1], func(w word) bool { return strings.Contains(w.text, "pipefail") }) {
			continue
		}
		first := hiddenFailure(c.words[c.script].text)
		all = append(all, one(first != "", found{
			at:      c.words[c.script].path,
			message: "of the pipe that begins with " + shortened(first) + " only the last command counts: where the first fails, the Job may succeed",
			hint:    "begin the script with `set -eo pipefail`, which bash, busybox and newer shells know, or write to a file and read that",
		})...)
	}
	return all
}

// hiddenFailure returns the first command of a pipe in a script that may fail unseen.
func hiddenFailure(text string) string {
	if !strings.Contains(text, "|") || strings.Contains(text, "<<") || strings.Contains(text, "PIPESTATUS") {
		return "" // what follows << is a text of its own
	}
	bare := quotedText.ReplaceAllString(strings.ReplaceAll(text, "\\\n", " "), " Q ")
	for _, part := range strings.Split(commandEnds.Replace(bare), "\n") {
		m := pipe.FindStringSubmatch(part + " ")
		if m == nil || conditions.MatchString(part) || grepLast.MatchString(part) || slices.Contains(harmless, path.Base(m[1])) {
			continue
		}
		return m[1]
	}
	return ""
}

// windowsFiles are the ends of the names of files that are to have CR LF.
var windowsFiles = []string{".bat", ".cmd", ".csv", ".eml", ".http", ".ps1", ".psm1", ".reg", ".vbs"}

// carriageReturn: a shell takes CR for a part of the word, and the kernel for a part of
// the interpreter's name.
func carriageReturn(o *object) []found {
	var all []found
	for _, key := range slices.Sorted(maps.Keys(o.data)) {
		text := o.data[key]
		if !strings.Contains(text, "\r\n") || slices.Contains(windowsFiles, strings.ToLower(path.Ext(key))) {
			continue
		}
		message := fmt.Sprintf("the lines of %s end in CR LF, and programs for Linux read the CR too", key)
		if strings.HasPrefix(text, "#!") {
			message = fmt.Sprintf("the lines of the script %s end in CR LF: the kernel looks for an interpreter whose name ends in CR", key)
		}
		all = append(all, found{at: "data[" + key + "]", message: message, hint: "save the file with LF, as `dos2unix` or `git config core.autocrlf input` do"})
	}
	for _, c := range o.containers {
		for _, w := range c.words {
			if strings.Contains(w.text, "\r\n") {
				all = append(all, found{at: w.path, message: "the lines of this text end in CR LF: a shell takes the CR for a part of the last word", hint: "write it with LF"})
			}
		}
		for i, e := range c.Env {
			if strings.HasSuffix(e.Value, "\r") {
				all = append(all, found{at: item(c.path+".env", i) + ".value", message: "the value of " + e.Name + " ends in CR", hint: "write it without"})
			}
		}
	}
	return all
}
