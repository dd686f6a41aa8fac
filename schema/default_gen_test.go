package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/load"
)

// TestDefaultsAreUpToDate makes sure that the lowering has the defaults of default.cue.
func TestDefaultsAreUpToDate(t *testing.T) {
	instance := load.Instances([]string{"."}, nil)[0]
	v := cuecontext.New().BuildInstance(instance)
	lowered := v.LookupPath(cue.MakePath(cue.Hid("_lowered", instance.ImportPath)))
	text, err := json.MarshalIndent(lowered, "", "\t")
	if err != nil {
		t.Fatal(errors.Details(err, nil))
	}
	upToDate(t, "default_gen.go", fmt.Appendf(nil, "%s// defaultsText are the Defaults.\nconst defaultsText = `%s`\n", generated, text))
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&Defaults{}); err != nil {
		t.Error(err)
	}
}
