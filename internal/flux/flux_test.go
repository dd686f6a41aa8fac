package flux

import "testing"

// J 7. What Flux itself makes of the escaped texts is tried in test/engines.
func TestEscape(t *testing.T) {
	for _, c := range []struct {
		text, escaped   string
		fills, unfilled bool
	}{
		{"", "", false, false},
		{"$", "$", false, false},
		{"$A $(A) a$", "$A $(A) a$", false, false},
		{"$$", "$$$$", false, false},
		{"${", "$${", false, false},
		{"${A}", "${A}", true, false},
		{"x${A:-b}y${B}", "x${A:-b}y$${B}", true, true},
		{"${A:=b c}", "${A:=b c}", true, false},
		{"${A,,}", "$${A,,}", false, true},
		{"${A:-${A}}", "$${A:-${A}}", true, true},
		{"$${A}", "$${A}", false, false},
		{"$$${A}", "$$$$${A}", true, false},
		{"$$${B}", "$$$$$${B}", false, true},
	} {
		if got := Escape(c.text, []string{"A"}); got != c.escaped {
			t.Errorf("%q is escaped as %q, not %q", c.text, got, c.escaped)
		}
		if got := Fills(c.text, []string{"A"}); got != c.fills {
			t.Errorf("%q: Fills is %v", c.text, got)
		}
		if got := Unfilled(c.text, []string{"A"}); got != c.unfilled {
			t.Errorf("%q: Unfilled is %v", c.text, got)
		}
	}
}
