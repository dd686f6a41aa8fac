// Package waiver reads the comments that waive findings of the lint rules:
//
//	# jobgen:ignore JG001,JG002 the reason, in words
//
// At the end of a line a waiver holds for that line; on a line of its own for the
// field below and all inside it; above the first field of a document for the
// whole document.
package waiver

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/pkg/validate/lint"
)

// waiver is one such comment.
type waiver struct {
	at          source.Pos
	codes       []string
	first, last int // the lines that it holds for
	used        bool
}

var form = lazyregexp.New(`(?:^|\s)(?:#|//)\s*jobgen:ignore\b[ \t]*([^ \t]*)[ \t]*(.*)$`)

// Apply drops the lint findings that the comments of a file waive, and adds what
// is wrong with those comments. A waiver that waives nothing is only told of where
// complete says that the whole file was linted.
func Apply(file *source.File, ds diag.List, complete bool) diag.List {
	waivers, wrong := waiversOf(file)
	if len(waivers) > 0 {
		ds = slices.DeleteFunc(ds, func(d diag.Diagnostic) bool {
			waived := false
			for i := range waivers {
				waived = waivers[i].waives(file, d) || waived
			}
			return waived
		})
	}
	for _, w := range waivers {
		if complete && !w.used {
			wrong = append(wrong, fault(file, w.at, "this waives nothing: "+strings.Join(w.codes, ", ")+" finds nothing here", "remove the comment"))
		}
	}
	return append(ds, wrong...)
}

// waives reports whether the waiver holds for a diagnostic, and remembers it.
func (w *waiver) waives(file *source.File, d diag.Diagnostic) bool {
	if d.File != file.Name || d.Line < w.first || d.Line > w.last || !slices.Contains(w.codes, d.Code) {
		return false
	}
	w.used = true
	return true
}

// waiversOf returns the waivers of a file that are well formed, and what is wrong
// with the others.
func waiversOf(file *source.File) (waivers []waiver, wrong diag.List) {
	for number := 1; number <= file.Lines(); number++ {
		line := file.Line(number)
		if !strings.Contains(line, "jobgen:ignore") {
			continue
		}
		at := form.FindStringSubmatchIndex(line)
		if at == nil {
			continue
		}
		start := at[0] + len(line[at[0]:]) - len(strings.TrimLeft(line[at[0]:], " \t"))
		pos := source.Pos{Line: number, Column: 1 + utf8.RuneCountInString(line[:start]), Width: utf8.RuneCountInString(line[start:])}
		w := waiver{at: pos, first: number, last: number}
		problem, advice := "", ""
		w.codes, problem, advice = waivedCodes(line[at[2]:at[3]])
		if reason := strings.TrimLeft(line[at[4]:at[5]], ":-–— "); problem == "" && reason == "" {
			problem, advice = "this waiver gives no reason, so it does not hold", "write why behind the code: # jobgen:ignore "+strings.Join(w.codes, ",")+" REASON"
		}
		if problem != "" {
			wrong = append(wrong, fault(file, pos, problem, advice))
			continue
		}
		if strings.TrimSpace(line[:start]) == "" {
			w.first, w.last = scope(file, number)
		}
		waivers = append(waivers, w)
	}
	return waivers, wrong
}

// isCode matches the codes of diagnostics.
var isCode = lazyregexp.New(`^JG\d{3}$`)

// waivedCodes reads the codes or names of lint rules, and says what is wrong with
// them.
func waivedCodes(text string) (codes []string, problem, advice string) {
	for word := range strings.SplitSeq(strings.Trim(text, ":,"), ",") {
		rule, ok := lint.Lookup(word)
		switch {
		case word == "":
			return nil, "this waiver names no lint rule", "write # jobgen:ignore CODE REASON"
		case !ok && diag.Check(word) != "lint" && isCode.MatchString(word):
			return nil, word + " cannot be waived: only lint rules can", ""
		case !ok:
			return nil, fmt.Sprintf("there is no lint rule %q", word), suggest.Question(suggest.Nearest(word, lint.Names()))
		}
		codes = append(codes, rule.Code)
	}
	return codes, "", ""
}

func fault(file *source.File, at source.Pos, problem, advice string) diag.Diagnostic {
	return diag.Diagnostic{Code: diag.CodeWaiver, Severity: diag.Warning, Place: file.Place(at), Message: problem, Hint: advice}
}

// scope returns the lines that a waiver on a line of its own holds for.
func scope(file *source.File, comment int) (first, last int) {
	first = comment + 1
	for first <= file.Lines() && isAside(file.Line(first)) {
		first++
	}
	if startsDocument(file, comment) {
		return first, documentEnd(file, first)
	}
	last = first
	start := file.Line(first)
	for next := first + 1; next <= file.Lines(); next++ {
		line := file.Line(next)
		if isAside(line) {
			continue
		}
		deeper := cmp.Compare(indent(line), indent(start))
		if deeper < 0 || deeper == 0 && !continues(start, line) || isSeparator(line) {
			break
		}
		last = next
	}
	return first, last
}

// continues reports whether a line that is indented like the start of a field goes
// on with it: the items of a list, and a closing bracket.
func continues(start, line string) bool {
	line = strings.TrimLeft(line, " \t")
	isItem := func(line string) bool { return line == "-" || strings.HasPrefix(line, "- ") }
	return isItem(line) && !isItem(strings.TrimLeft(start, " \t")) || strings.HasPrefix(line, "}") || strings.HasPrefix(line, "]")
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// isAside reports whether a line has nothing but a comment.
func isAside(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//")
}

func isSeparator(line string) bool { return line == "---" || strings.HasPrefix(line, "--- ") }

// startsDocument reports whether nothing of a document stands above a comment.
func startsDocument(file *source.File, comment int) bool {
	for line := comment - 1; line >= 1; line-- {
		if text := file.Line(line); isSeparator(text) {
			return true
		} else if !isAside(text) {
			return false
		}
	}
	return true
}

// documentEnd returns the last line of the document that a line stands in.
func documentEnd(file *source.File, line int) int {
	for line <= file.Lines() && !isSeparator(file.Line(line)) {
		line++
	}
	return line - 1
}
