// Package escape makes texts harmless where they are shown: names and messages come from
// files that anybody may have written, and a terminal, a log or a table obeys what is in
// them. All that is printed for people goes through it.
package escape

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Line returns a text for one line: control characters become their symbols, characters
// that hide or reorder text the replacement character, and a tab a space.
func Line(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return ' '
		}
		return Rune(r)
	}, text)
}

// Text is Line for a text of several lines, whose tabs stay too. A line break is a line
// feed.
func Text(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return Rune(r)
	}, strings.ReplaceAll(text, "\r\n", "\n"))
}

// Rune returns what to show for one character. A tab stays.
func Rune(r rune) rune {
	switch {
	case r == '\t':
		return r
	case r < ' ':
		return '␀' + r
	case r == 0x7F:
		return '␡'
	case r == '\u200c' || r == '\u200d': // joiners, a part of emoji and of Persian words
		return r
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
		return utf8.RuneError
	}
	return r
}

// WriteJSON writes a value as indented JSON, with escapes in place of the characters that
// Line replaces. It means the same.
func WriteJSON(b *bytes.Buffer, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	for _, r := range text.String() {
		switch {
		case !mustEscape(r):
			b.WriteRune(r)
		case r > 0xFFFF: // in JSON two halves
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	}
	return nil
}

// mustEscape reports whether a character of a JSON text needs an escape. The control
// characters of ASCII have one already, or are white space between values.
func mustEscape(r rune) bool { return r >= 0x7F && r != utf8.RuneError && Rune(r) != r }

// Markdown returns a text for one line of Markdown, or for a cell of a table, in which
// nothing is markup but `code`.
func Markdown(text string) string { return markdown.Replace(Line(text)) }

var markdown = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`,
	"[", `\[`, "]", `\]`, "~", `\~`, "@", "&#64;", "#", "&#35;")

// Code returns a text as `code` of Markdown, in a table too.
func Code(text string) string {
	return "`" + strings.NewReplacer("`", "'", "|", `\|`).Replace(Line(text)) + "`"
}

// The escapes of GitHub's workflow commands, in a message and in a property
// (actions/toolkit, packages/core, command.ts).
var (
	commandText     = strings.NewReplacer("%", "%25", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C")
)

// Command returns a text for the message of a workflow command of GitHub.
func Command(text string) string { return commandText.Replace(Text(text)) }

// Property returns a text for a property of a workflow command of GitHub.
func Property(text string) string { return commandProperty.Replace(Line(text)) }
