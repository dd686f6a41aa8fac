package apiserver

import (
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchv1 "k8s.io/kubernetes/pkg/apis/batch/v1"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1 "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/apis/networking"
	networkingv1 "k8s.io/kubernetes/pkg/apis/networking/v1"
	"k8s.io/kubernetes/pkg/apis/rbac"
	rbacv1 "k8s.io/kubernetes/pkg/apis/rbac/v1"
)

// scheme knows the types of the groups of kinds, their defaults and conversions, as
// k8s.io/kubernetes/pkg/apis/*/install enters them. Those packages do so when they are
// initialised, which every start of the program would wait for; here it is done when
// it is first needed.
var scheme = sync.OnceValue(func() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		core.AddToScheme, corev1.AddToScheme, batch.AddToScheme, batchv1.AddToScheme,
		networking.AddToScheme, networkingv1.AddToScheme, rbac.AddToScheme, rbacv1.AddToScheme,
	} {
		if err := add(s); err != nil {
			panic("apiserver: a group of Kubernetes cannot be entered: " + err.Error())
		}
	}
	return s
})
