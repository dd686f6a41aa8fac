package explain

import (
	"bytes"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/schema"
)

// Every field of the language can be asked for by its path, has a text, and, unless
// it is jobgen's own, a field that it becomes in a document of Kubernetes' API.
func TestEveryField(t *testing.T) {
	own := map[string]bool{"substitute": true, "commonLabels": true, "podSecurity": true, "rerun": true, "idempotent": true, "delivery": true}
	asked := 0
	seen := map[string]bool{}
	var visit func(a at)
	visit = func(a at) {
		if a.typ.Name != "" && seen[a.typ.Name] || len(a.path) > 0 && (a.path[0] == "overlays" || a.path[0] == "defaults") {
			return
		}
		seen[a.typ.Name] = a.typ.Name != ""
		for _, f := range a.fields() {
			var out bytes.Buffer
			if err := Field(&out, f.path.String()); err != nil {
				t.Errorf("%s: %v", f.path, err)
			}
			if asked++; f.doc() == "" || !strings.HasPrefix(out.String(), f.path.String()+"\n") {
				t.Errorf("%s: there is only\n%s", f.path, out.String())
			}
			if f.path[0] == "spec" && len(f.path) > 1 && !own[f.path[1]] && !strings.Contains(out.String(), "\n  becomes ") {
				t.Errorf("%s becomes nothing", f.path)
			}
			if f.typ.Kind != schema.Any {
				visit(f)
			}
		}
	}
	visit(document())
	if asked < 300 {
		t.Errorf("%d fields were asked for", asked)
	}
}

func TestFirstMinor(t *testing.T) {
	for path, want := range map[string]string{
		"spec template spec containers image": validate.Minors()[0],
		"spec template spec schedulingGroup":  "1.36",
		"spec template spec containers imag":  "",
		"spec template metadata labels":       validate.Minors()[0],
	} {
		if got, err := validate.FirstMinor("Job", strings.Fields(path)); err != nil || got != want {
			t.Errorf("%s: %q, error %v, not %q", path, got, err, want)
		}
	}
}
