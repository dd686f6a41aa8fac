package validate_test

import (
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/validate"
)

func TestParseMinors(t *testing.T) {
	for text, want := range map[string]string{
		"1.31": "1.31", "1.30-1.32": "1.30 1.31 1.32", ">=1.36": "1.36 1.37", "<=1.30": "1.29 1.30",
		"all": strings.Join(validate.Minors(), " "),
	} {
		got, err := validate.ParseMinors(text)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "1.28", "1.99", "1.33-1.30", ">1.30", "v1.30", "1.31.4"} {
		if got, err := validate.ParseMinors(text); err == nil {
			t.Errorf("%q passes as %v", text, got)
		}
	}
}
