package lint_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/validate/lint"
)

const pages = "../../../docs/lint/"

var example = regexp.MustCompile("(?s)## (Found|Better)\n\n```yaml\n(.*?)```")

// Each rule has a page that says how to leave it, and whose examples show it.
func TestPages(t *testing.T) {
	for _, r := range lint.Rules() {
		text, err := os.ReadFile(pages + r.Code + ".md")
		if err != nil {
			t.Error(err)
			continue
		}
		page := string(text)
		title := fmt.Sprintf("# %s %s\n\n%s%s. A %s.\n", r.Code, r.Name, strings.ToUpper(r.Summary[:1]), r.Summary[1:], r.Severity)
		if !strings.HasPrefix(page, title) {
			t.Errorf("%s.md does not start with\n%s", r.Code, title)
		}
		for _, way := range []string{"# jobgen:ignore " + r.Code + " ", "--lint-off " + r.Code} {
			if !strings.Contains(page, way) {
				t.Errorf("%s.md does not say %s", r.Code, way)
			}
		}
		finds := map[string]bool{}
		for _, m := range example.FindAllStringSubmatch(page, -1) {
			finds[m[1]] = slices.ContainsFunc(findings(t, m[2]), func(f lint.Finding) bool { return f.Rule.Code == r.Code })
		}
		if len(finds) != 2 || !finds["Found"] || finds["Better"] {
			t.Errorf("%s.md: what its examples show is %v", r.Code, finds)
		}
	}
}

// The index has a row for each rule and no other, and there is no other page.
func TestIndex(t *testing.T) {
	text, err := os.ReadFile(pages + "README.md")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, r := range lint.Rules() {
		want = append(want, fmt.Sprintf("| [%s](%[1]s.md) | `%s` | %s | %s |", r.Code, r.Name, r.Severity, r.Summary))
	}
	if got := regexp.MustCompile(`(?m)^\| \[JG.*`).FindAllString(string(text), -1); !slices.Equal(got, want) {
		t.Errorf("the rows of the index are not those of the rules:\n%s", strings.Join(want, "\n"))
	}
	files, err := os.ReadDir(pages)
	if err != nil || len(files) != len(want)+1 {
		t.Errorf("%d files for %d rules: %v", len(files), len(want), err)
	}
}

var form = regexp.MustCompile(`^JG0[0-9][1-9] [a-z]+(-[a-z]+)+$|^JG0[1-9]0 [a-z]+(-[a-z]+)+$`)

func TestTable(t *testing.T) {
	names, last := map[string]bool{}, ""
	for _, r := range lint.Rules() {
		if !form.MatchString(r.Code+" "+r.Name) || r.Code <= last || names[r.Name] {
			t.Errorf("%s %s: the codes ascend, names are unique", r.Code, r.Name)
		}
		names[r.Name], last = true, r.Code
	}
}
