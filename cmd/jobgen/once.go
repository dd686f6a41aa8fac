package main

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// onlyOnce makes all flags that hold one value refuse a second one: the first would be
// lost in silence.
func onlyOnce(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if _, list := f.Value.(pflag.SliceValue); !list {
			f.Value = &once{Value: f.Value}
		}
	})
	for _, sub := range cmd.Commands() {
		onlyOnce(sub)
	}
}

// once is the value of a flag that may be set once.
type once struct {
	pflag.Value
	set bool
}

// Set is pflag.Value's.
func (o *once) Set(text string) error {
	if o.set {
		return errors.New("the flag is given twice, and has one value")
	}
	o.set = true
	return o.Value.Set(text)
}
