package krm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// Modes returns what Options.Secrets may be, besides "".
func Modes() []secret.Mode { return []secret.Mode{secret.Plain, secret.Omit, secret.Placeholder} }

// keys are what a ConfigMap may say. What the options say already stands.
var keys = []struct {
	name string
	set  func(f *function, value string) error
}{
	{"env", func(f *function, value string) error {
		if f.opts.Environment == "" {
			f.opts.Environment = value
		}
		return nil
	}},
	{"kubernetes", func(f *function, value string) error {
		minors, err := validate.ParseMinors(value)
		if f.opts.Minors == nil {
			f.opts.Minors = minors
		}
		return err
	}},
	{"secrets", func(f *function, value string) error {
		mode := secret.Mode(value)
		if !slices.Contains(Modes(), mode) {
			return fmt.Errorf("unknown mode %q: write plain, omit or placeholder", value)
		}
		if f.opts.Secrets == "" {
			f.opts.Secrets = mode
		}
		return nil
	}},
	{"files", func(f *function, value string) error {
		for line := range strings.Lines(value) {
			name := strings.TrimSpace(line)
			switch {
			case name == "":
				continue
			case name == "-":
				return fmt.Errorf(`"-" is standard input, which holds the list`)
			}
			// Whoever wrote the list need not be the user whose files these are.
			if err := (*source.Disk)(nil).CheckInside(f.opts.Dir, name); err != nil {
				return fmt.Errorf("the file %s cannot be read: %s", name, spec.Reason(err))
			}
			f.files = append(f.files, name)
		}
		return nil
	}},
}

// configName stands for the configuration in diagnostics.
const configName = "functionConfig"

// configure reads the configuration: a spec, or a ConfigMap that says how specs are
// built, and which files.
func (f *function) configure() (diag.List, error) {
	config := f.list.config
	if config == nil {
		return nil, nil
	}
	if config.spec {
		return nil, nil
	}
	text, err := config.node.String()
	if err != nil {
		return nil, err
	}
	file, docs, ds := source.ParseBytes(configName, []byte(text), f.opts.Dir, f.opts.Dir, true)
	if ds.HasErrors() {
		return ds, nil
	}
	if config.node.GetKind() != "ConfigMap" {
		return diag.List{{
			Code: diag.CodeDocument, Place: file.Place(docs[0].Root.Pos), Message: fmt.Sprintf("the functionConfig is a %s", config.node.GetKind()),
			Hint: "it is a Job of jobgen.dev, or a ConfigMap that may say " + strings.Join(keyNames(), ", "),
		}}, nil
	}
	if data := docs[0].Root.Get("data"); data != nil {
		ds = f.data(file, data)
	}
	return ds, nil
}

// data reads the data of a ConfigMap.
func (f *function) data(file *source.File, data *source.Node) (ds diag.List) {
	for _, field := range data.Fields {
		at := slices.Index(keyNames(), field.Key.Text)
		if at < 0 {
			ds = append(ds, unknownKey(file, field.Key))
			continue
		}
		if err := keys[at].set(f, field.Value.Text); err != nil {
			ds = append(ds, diag.Diagnostic{Code: diag.CodeValue, Place: file.Place(field.Value.Pos), Message: field.Key.Text + ": " + err.Error()})
		}
	}
	return ds
}

func keyNames() []string {
	var names []string
	for _, k := range keys {
		names = append(names, k.name)
	}
	return names
}

func unknownKey(file *source.File, key *source.Node) diag.Diagnostic {
	hint := "the keys are " + strings.Join(keyNames(), ", ")
	if meant := suggest.Nearest(key.Text, keyNames()); meant != "" {
		hint = suggest.Question(meant)
	}
	return diag.Diagnostic{
		Code: diag.CodeUnknownField, Place: file.Place(key.Pos), Message: fmt.Sprintf("unknown key %q in the functionConfig", key.Text), Hint: hint,
	}
}
