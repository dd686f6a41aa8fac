// Package yaml11 knows the words that YAML 1.1 has for booleans and null. The library
// that Kubernetes reads YAML with takes them all.
package yaml11

import "strings"

var words = map[string]bool{
	"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true, "true": true, "false": true, "null": true,
}

// IsWord reports whether a text, in upper or lower case, is one of them.
func IsWord(text string) bool {
	return len(text) <= len("false") && words[strings.ToLower(text)]
}
