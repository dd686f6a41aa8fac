package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// keyWithWrongValue: who reads such a key passes over what it does not know, or
// refuses the object.
func keyWithWrongValue(o *object) []found {
	var all []found
	o.placed(func(row *placedKey, in int, h holder, at, key, value string) {
		if row.value == nil || !row.fits(in, h) {
			return
		}
		wanted := row.value(o, value)
		if wanted == "" || strings.Contains(value, "{{") || strings.Contains(value, "${") {
			return
		}
		all = append(all, found{
			at:      at,
			message: fmt.Sprintf("%q is not a value that %s knows for %s", value, row.by, key),
			hint:    "write " + wanted,
		})
	})
	return all
}

func quoted(text string) string { return strconv.Quote(text) }

// words lists words for a sentence, in quotes.
func wordList(words []string) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = quoted(w)
	}
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " or " + all[len(all)-1]
}

func oneOf(words ...string) func(*object, string) string {
	return func(_ *object, text string) string {
		if slices.Contains(words, text) {
			return ""
		}
		return wordList(words)
	}
}

// notOneOf refuses words that people write for true or false.
func notOneOf(words ...string) func(*object, string) string {
	return func(_ *object, text string) string {
		if slices.Contains(words, text) {
			return `"true"`
		}
		return ""
	}
}

// listOf is oneOf for each item of a list with commas.
func listOf(words ...string) func(*object, string) string {
	return func(_ *object, text string) string {
		for _, item := range strings.Split(text, ",") {
			if !slices.Contains(words, strings.TrimSpace(item)) {
				return wordList(words) + ", or several with commas"
			}
		}
		return ""
	}
}

// truth takes what strconv.ParseBool does, with which most programs in Go read it.
func truth(_ *object, text string) string {
	if _, err := strconv.ParseBool(text); err == nil {
		return ""
	}
	return `"true" or "false"`
}

func wholeNumber(least, most int64) func(*object, string) string {
	return func(_ *object, text string) string {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= least && n <= most {
			return ""
		}
		if least < 0 {
			return "a whole number"
		}
		return fmt.Sprintf("a whole number from %d to %d", least, most)
	}
}

// leastParallelism follows Kueue (pkg/controller/jobs/job, validatePartialAdmissionCreate).
func leastParallelism(o *object, text string) string {
	parallelism := int64(1)
	if o.job.Parallelism != nil {
		parallelism = int64(*o.job.Parallelism)
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 && n < parallelism {
		return ""
	}
	if parallelism < 2 {
		return "parallelism of 2 or more, or leave it out: it is the least parallelism that the Job may be started with"
	}
	return fmt.Sprintf("a whole number below parallelism, which is %d", parallelism)
}

func containerName(o *object, text string) string {
	var names []string
	for _, c := range o.containers {
		names = append(names, c.Name)
	}
	if slices.Contains(names, text) || len(names) == 0 {
		return ""
	}
	return wordList(names) + ", the containers of the pods"
}
