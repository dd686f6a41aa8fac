package validate_test

import (
	"fmt"
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
	// J 8: the known part of a range that begins earlier.
	for text, want := range map[string]string{">=1.21": "1.29 1.37 true", "1.21-1.30": "1.29 1.30 true", ">=1.29": "1.29 1.37 false"} {
		got, older, err := validate.KnownMinors(text)
		if err != nil || fmt.Sprint(got[0], " ", got[len(got)-1], " ", older) != want {
			t.Errorf("%s: %v, %v, %v", text, got, older, err)
		}
	}
	for _, text := range []string{"1.28", "1.21-1.25", "1.30-1.21", ">=0.21", ">=1.99", "<=1.28", ">=1.x"} {
		if got, _, err := validate.KnownMinors(text); err == nil {
			t.Errorf("%q passes as %v", text, got)
		}
	}
	for _, text := range []string{"", "1.28", ">=1.21", "1.21-1.30", "1.99", "1.33-1.30", ">1.30", "v1.30", "1.31.4"} {
		if got, err := validate.ParseMinors(text); err == nil {
			t.Errorf("%q passes as %v", text, got)
		}
	}
}
