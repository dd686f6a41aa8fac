package lint

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// secretWords match the ends of names of what is secret, in any case.
var secretWords = lazyregexp.New(`(?i)(passw(or)?d|passphrase|secret|token|credentials|` +
	`(api|access|secret|private|auth|account|encryption|signing|master)[_.-]?key|(^|[_.-])(pass|pwd|pw))[_-]?[0-9]*$`)

// cloudKeys match the names of keys of clouds, in which KEY is not the last word.
var cloudKeys = lazyregexp.New(`(?i)^((aws|azure|gcp|gcs|google|oci|ibm|aliyun|alibaba|digitalocean|cloudflare|hetzner|linode|scaleway|openai|anthropic|stripe|sendgrid|datadog|dd|newrelic|new_relic|twilio|mailgun)[_.-](\w+[_.-])?key|` +
	`(\w+[_.-])?(ssh|gpg|pgp|rsa|tls|ssl|private|service|oci_cli|storage|batch|shared|license|deploy|webhook|hmac|session|jwt)[_.-]?key)([_.-](content|data|value|base64|b64|pem|json))?[0-9]*$`)

// publicKeys match names that end like those of secrets, and are not.
var publicKeys = lazyregexp.New(`(?i)public|fingerprint|partition|primary|foreign|sort|cache|object|key_?(id|name|file|path|vault|alias|arn|type|size|length)`)

// isSecretName reports whether a variable or flag of the name holds a secret. Those
// that say where one is, such as PASSWORD_FILE, do not end in such a word; PWD
// alone is the working directory.
func isSecretName(name string) bool {
	return name != "PWD" && (secretWords.MatchString(name) || cloudKeys.MatchString(name) && !publicKeys.MatchString(name))
}

var (
	// elsewhere matches values that say where a secret is, and stand-ins that
	// something fills in before Kubernetes sees them.
	elsewhere = lazyregexp.New(`^(arn:|vault:|ref\+|op://|[a-z]*sm:|projects/|[a-z]+://[^@]*$|<[^>]*>$|\{\{.*\}\}$|\*+$|\.?\.?/[A-Za-z0-9_./-]+$)`)

	// objectName matches what a variable that ends in SECRET may name: an object.
	objectName = lazyregexp.New(`^[a-z]+(-[a-z0-9]+)+$`)
)

// isLiteral reports whether the value of something secret is the secret itself, and
// not where it is to be found.
func isLiteral(name, value string) bool {
	value = strings.TrimSpace(value)
	if value == "" || strings.ContainsAny(value, "$`") || elsewhere.MatchString(value) {
		return false
	}
	if _, err := strconv.ParseBool(value); err == nil && value != "1" && value != "0" {
		return false
	}
	switch strings.ToLower(value) {
	case "yes", "no", "on", "off", "none", "null":
		return false
	}
	lower := strings.ToLower(name)
	return !((strings.HasSuffix(lower, "secret") || strings.HasSuffix(lower, "credentials")) && objectName.MatchString(value))
}

// tokens are secrets that show what they are, by the prefixes that their issuers
// document. The first text is in each, so that most values need no expression.
var tokens = []struct {
	holds string
	form  *lazyregexp.Regexp
	what  string
}{
	{"PRIVATE KEY-----", lazyregexp.New(`-----BEGIN ([A-Z]+ )*PRIVATE KEY-----`), "a private key"},
	{"AKIA", lazyregexp.New(`\bAKIA[0-9A-Z]{16}\b`), "an access key of AWS"},
	{"ASIA", lazyregexp.New(`\bASIA[0-9A-Z]{16}\b`), "an access key of AWS"},
	{"gh", lazyregexp.New(`\bgh[oprsu]_[A-Za-z0-9]{36,}`), "a token of GitHub"},
	{"github_pat_", lazyregexp.New(`\bgithub_pat_[A-Za-z0-9_]{22,}`), "a token of GitHub"},
	{"glpat-", lazyregexp.New(`\bglpat-[A-Za-z0-9_-]{20,}`), "a token of GitLab"},
	{"xox", lazyregexp.New(`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`), "a token of Slack"},
	{"hooks.slack.com/services/", lazyregexp.New(`hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20,}`), "a webhook of Slack"},
	{"AIza", lazyregexp.New(`\bAIza[0-9A-Za-z_-]{35}`), "an API key of Google"},
	{"_live_", lazyregexp.New(`\b[rs]k_live_[0-9A-Za-z]{20,}`), "a key of Stripe"},
	{"npm_", lazyregexp.New(`\bnpm_[A-Za-z0-9]{36}\b`), "a token of npm"},
	{"eyJ", lazyregexp.New(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}`), "a JSON web token"},
	{"SharedAccessKey=", lazyregexp.New(`\bSharedAccessKey=[A-Za-z0-9+/=]{20,}`), "a key of Azure"},
	{"AccountKey=", lazyregexp.New(`\bAccountKey=[A-Za-z0-9+/=]{20,}`), "a key of Azure"},
	{"assword=", lazyregexp.New(`;\s*[Pp]assword=[^;&$<{\s]+`), "the password of a connection string"},
	{"://", urlWithPassword, "the password of a URL"},
}

// urlWithPassword matches a URL with a user and a password that is spelled out.
var urlWithPassword = lazyregexp.New(`\b[a-z][a-z0-9+.-]*://[^\s/:@'"<>{}$]*:[^\s/@'"<>{}$*]+@`)

// tokenIn says which sort of secret a text shows, "" if none.
func tokenIn(text string) string {
	for _, t := range tokens {
		if strings.Contains(text, t.holds) && t.form.MatchString(text) {
			return t.what
		}
	}
	return ""
}

const useSecret = "put it in a Secret, and write valueFrom: {secretKeyRef: {name: NAME, key: KEY}}"

// secretInEnv: who may read the Job, its history or the repository reads it.
func secretInEnv(o *object) []found {
	var all []found
	for _, c := range o.containers {
		for i, e := range c.Env {
			at := item(c.path+".env", i)
			if e.ValueFrom != nil {
				if e.ValueFrom.ConfigMapKeyRef != nil && isSecretName(e.Name) {
					all = append(all, found{at + ".valueFrom.configMapKeyRef", false, "the variable " + e.Name + " sounds like a secret, and a ConfigMap is none", useSecret})
				}
				continue
			}
			if what := tokenIn(e.Value); what != "" {
				all = append(all, found{at + ".value", false, "the variable " + e.Name + " holds " + what + " that everybody reads who may read the manifest", useSecret})
			} else if isSecretName(e.Name) && isLiteral(e.Name, e.Value) {
				all = append(all, found{at + ".value", false, "the variable " + e.Name + " sounds like a secret, and everybody reads it who may read the manifest", useSecret})
			}
		}
	}
	return all
}

var (
	// flagWord matches a word that is a flag, with or without a value.
	flagWord = lazyregexp.New(`^--?([A-Za-z][A-Za-z0-9_.-]*)(?:=([\s\S]*))?$`)

	// given matches long flags and variables that a script gives a value. Short
	// flags are no names: of -pPASSWORD the p alone is one.
	given = lazyregexp.New(`(?:^|[\s;&|=?(])(?:--([A-Za-z][\w.-]*)[= ]|([A-Za-z_]\w*)=)("[^"\n]*"|'[^'\n]*'|[^\s;&|"')-][^\s;&|)]*)`)

	// shortFlags match what two programs take as passwords behind short flags.
	shortFlags = lazyregexp.New(`\b(?:mysql|mariadb)[a-z-]*\s(?:[^\n|;&]*\s)?-p[^\s"'$-]|` +
		`\bcurl\s(?:[^\n|;&]*\s)?(?:-u|--user)[ =]?["']?[^\s:"'$]+:[^\s"'$]`)
)

// secretInArgs: it is in the manifest, and in the list of processes too.
func secretInArgs(o *object) []found {
	var all []found
	for _, c := range o.containers {
		for i, w := range c.words {
			if what := c.secretIn(i); what != "" {
				all = append(all, found{
					at:      w.path,
					message: what + " is spelled out: everybody reads it who may read the manifest or the list of processes",
					hint:    "put it in a Secret, and let the program read it from a variable or a mounted file",
				})
			}
		}
	}
	return all
}

// secretIn says which secret a word of the command spells out, "" if none.
func (c *container) secretIn(i int) string {
	text := c.words[i].text
	if what := tokenIn(text); what != "" {
		return what
	}
	if strings.ContainsAny(text, " \n\t") {
		return secretInScript(text)
	}
	if m := flagWord.FindStringSubmatch(text); m != nil && isSecretName(m[1]) && strings.Contains(text, "=") && isLiteral(m[1], m[2]) {
		return "the value of a flag"
	}
	if i == 0 || i == c.script {
		return ""
	}
	m := flagWord.FindStringSubmatch(c.words[i-1].text)
	if m != nil && isSecretName(m[1]) && !strings.Contains(c.words[i-1].text, "=") && !strings.HasPrefix(text, "-") && isLiteral(m[1], text) {
		return "the value of a flag"
	}
	return ""
}

// secretInScript says which secret a script spells out, "" if none. It names the line
// and not the flag or variable: what looks like a name may be part of a secret.
func secretInScript(text string) string {
	for _, m := range given.FindAllStringSubmatchIndex(text, -1) {
		part := func(i int) string { return text[max(m[2*i], 0):max(m[2*i+1], 0)] }
		name, what := part(1)+part(2), "flag"
		if part(2) != "" {
			what = "variable"
		}
		if isSecretName(name) && isLiteral(name, strings.Trim(part(3), `"'`)) {
			return fmt.Sprintf("the value of a %s in line %d", what, 1+strings.Count(text[:m[6]], "\n"))
		}
	}
	if shortFlags.MatchString(text) {
		return "a password"
	}
	return ""
}

// secretInProcessList: the kubelet fills $(NAME) in before the program starts, so
// it is in the list of processes, and in what records commands.
func secretInProcessList(o *object) []found {
	var all []found
	for _, c := range o.containers {
		secret := map[string]bool{}
		for _, e := range c.Env {
			if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
				secret[e.Name] = true
			}
		}
		if len(secret) == 0 {
			continue
		}
		for _, w := range c.words {
			for _, name := range references(w.text) {
				if secret[name] {
					all = append(all, found{
						at:      w.path,
						message: fmt.Sprintf("$(%s) is filled in before the program starts: the secret is in the list of processes", name),
						hint:    fmt.Sprintf("let the program read the variable %s, or a mounted file; a script may write \"$%[1]s\"", name),
					})
				}
			}
		}
	}
	return all
}

// secretInConfigMap: a ConfigMap may be read by many who may not read Secrets.
func secretInConfigMap(o *object) []found {
	var all []found
	for _, key := range slices.Sorted(maps.Keys(o.data)) {
		value := o.data[key]
		what := tokenIn(value)
		switch {
		case what != "":
		case isSecretName(key) && !strings.Contains(value, "\n") && isLiteral(key, value):
			what = "what sounds like a secret"
		default:
			continue
		}
		all = append(all, found{
			at:      "data[" + key + "]",
			message: "the key " + key + " holds " + what + ", and a ConfigMap is none",
			hint:    "move it to a Secret",
		})
	}
	return all
}
