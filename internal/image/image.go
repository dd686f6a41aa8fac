// Package image holds the rules of image references, which nodes check and API servers
// do not.
package image

import (
	_ "crypto/sha256" // the digests that nodes know
	_ "crypto/sha512"
	"strings"

	"github.com/distribution/reference"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// KoScheme begins an image that is the import path of a Go program, which ko builds and
// replaces by its reference (https://ko.build/features/k8s).
const KoScheme = "ko://"

var (
	// placeholder matches what another tool fills in later.
	placeholder = lazyregexp.New(`\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*(?::[-=][^${}]*)?\})|<<?[A-Za-z][-._A-Za-z0-9]*>>?`)

	// template matches what templates and kustomize fill in, which a spec does not have.
	template = lazyregexp.New(`\{\{[^{}]*\}\}|\$\([A-Za-z_][-._A-Za-z0-9]*\)|\$\{[^{}]+\}`)

	// capitals matches such a name without a mark, which the images of kustomize and
	// scripts replace. No path of an image has capital letters, but a tag may.
	capitals = lazyregexp.New(`\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b`)
)

// defaulted matches a variable with a default, such as ${TAG:-latest}.
var defaulted = lazyregexp.New(`\$\{[^{}]*\}`)

// Split splits repo[:tag][@digest]. A colon before the last slash is a port, and one in a
// variable is its own.
func Split(text string) (repository, tag, digest string) {
	plain := text
	if strings.Contains(text, "${") {
		plain = defaulted.ReplaceAllStringFunc(text, func(one string) string { return strings.Repeat("x", len(one)) })
	}
	rest := len(text)
	if i := strings.IndexByte(plain, '@'); i >= 0 {
		rest, digest = i, text[i+1:]
	}
	if i := strings.LastIndexByte(plain[:rest], ':'); i > strings.LastIndexByte(plain[:rest], '/') {
		return text[:i], text[i+1 : rest], digest
	}
	return text[:rest], "", digest
}

// Placeholder returns the first part of a repository that another tool fills in, ""
// if there is none.
func Placeholder(repository string) string {
	if name := placeholder.FindString(repository); name != "" {
		return name
	}
	return capitals.FindString(repository)
}

// TagPlaceholder is Placeholder for a tag, where capital letters are just letters.
func TagPlaceholder(tag string) string { return placeholder.FindString(tag) }

// Unfilled returns the first part of a whole image that another tool fills in, templates
// included, "" if there is none.
func Unfilled(text string) string {
	if name := template.FindString(text); name != "" {
		return name
	}
	if name := placeholder.FindString(text); name != "" {
		return name
	}
	repository, _, _ := Split(text)
	return capitals.FindString(repository)
}

// fill replaces what another tool fills in.
func fill(text string) string {
	for _, pattern := range []*lazyregexp.Regexp{template, placeholder, capitals} {
		text = pattern.ReplaceAllString(text, "x")
	}
	return text
}

// Problem returns what keeps nodes from pulling a whole image, to be put behind it in a
// sentence, and what to write instead. Both are empty for a valid one, for one that
// another tool fills in and for a ko:// image.
func Problem(text string) (problem, advice string) {
	if filled := fill(text); filled != text {
		filled, _, _ = strings.Cut(filled, "@")
		problem, _ = Problem(filled) // the advice would be about the filled one
		return problem, ""
	}
	if strings.HasPrefix(text, KoScheme) && !strings.ContainsAny(text, " \t\n") {
		return "", ""
	}
	_, err := reference.ParseNormalizedNamed(text)
	if err == nil {
		return "", ""
	}
	why := err.Error()
	if text == "" {
		return "is not a valid image: it is empty", ""
	}
	if err == reference.ErrReferenceInvalidFormat {
		why = `it consists of a lower-case path, a tag behind ":" and a digest behind "@"`
	}
	for _, slip := range slips {
		if fixed, because := slip(text); fixed != "" && fixed != text {
			if problem, _ := Problem(fixed); problem == "" {
				return "is not a valid image: " + because, "write " + fixed
			}
			why = because
		}
	}
	return "is not a valid image: " + why, ""
}

// slips are what people get wrong: the image as it was meant, and what is wrong with it.
var slips = []func(text string) (fixed, because string){
	func(text string) (string, string) {
		words := strings.Fields(text)
		if len(words) == 2 && !strings.ContainsAny(words[0], ":@") && !strings.ContainsAny(words[1][:1], "/:@") {
			return strings.Join(words, ":"), "it contains blanks" // busybox latest
		}
		return strings.Join(words, ""), "it contains blanks"
	},
	func(text string) (string, string) {
		_, rest, _ := strings.Cut(text, "://")
		return rest, "it starts with a scheme"
	},
	func(text string) (string, string) {
		return strings.TrimRight(text, ":@/"), "it ends in " + `"` + text[max(0, len(text)-1):] + `"`
	},
	func(text string) (string, string) {
		repository, _, _ := Split(text)
		host, path, found := strings.Cut(repository, "/")
		if !found || !strings.ContainsAny(host, ".:") {
			host, path = "", repository
		}
		if strings.ToLower(path) == path {
			return "", ""
		}
		return strings.TrimPrefix(host+"/"+strings.ToLower(path), "/") + text[len(repository):], "the path has capital letters"
	},
}
