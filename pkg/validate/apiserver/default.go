package apiserver

import (
	"encoding/json"
	"errors"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Default returns an object, given as JSON, with the server's defaults, and each value
// in the one way in which the server writes it. Fields that the server does not know
// are left out. Nothing is validated, and the error is for what cannot be read.
func (s *Server) Default(object []byte) (defaulted []byte, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the API server fails on it with an internal error")
		}
	}()
	k, versioned, faults := read(object)
	if versioned == nil || len(faults) > 0 {
		return nil, errors.New("the API server cannot read it")
	}
	scheme().Default(versioned)
	// There and back again: the internal form has one place for what has two names.
	internal, err := scheme().ConvertToVersion(versioned, schema.GroupVersion{Group: k.version.Group, Version: runtime.APIVersionInternal})
	if err != nil {
		return nil, errors.New(k.unless(err.Error()))
	}
	versioned, err = scheme().ConvertToVersion(internal, k.version)
	if err != nil {
		return nil, errors.New(k.unless(err.Error()))
	}
	return json.Marshal(versioned)
}
