package spec

import (
	"strings"
)

// oneOf lists words for a sentence: "a, b or c".
func oneOf(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
}

// hint joins the parts of a hint that are not empty.
func hint(parts ...string) string {
	joined := ""
	for _, part := range parts {
		switch {
		case joined == "" || part == "":
			joined += part
		case strings.HasSuffix(joined, "?"):
			joined += " " + strings.ToUpper(part[:1]) + part[1:]
		default:
			joined += "; " + part
		}
	}
	return joined
}
