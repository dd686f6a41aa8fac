package schema

import (
	"encoding/json"
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// Defaults are what default.cue fills in where a spec says nothing.
type Defaults struct {
	Interpreter []string `json:"interpreter"` // of a script
	NamePorts   []int32  `json:"namePorts"`   // that a networkPolicy with egress opens for names
	// What `podSecurity: restricted` asks for, by the operating system of the pods.
	Restricted        Security `json:"restricted"`
	RestrictedWindows Security `json:"restrictedWindows"`
}

// Security are the security contexts of pods, and of each of their containers.
type Security struct {
	Pod       *corev1.PodSecurityContext `json:"pod"`
	Container *corev1.SecurityContext    `json:"container"`
}

// Default returns the defaults of the schema. They are shared, and not to be changed.
var Default = sync.OnceValue(func() *Defaults {
	var d Defaults
	if err := json.Unmarshal([]byte(defaultsText), &d); err != nil {
		panic(err) // a test reads what is generated
	}
	return &d
})
