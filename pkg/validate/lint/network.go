package lint

import (
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// policyWithoutAPIServer: an account that is given rights is there to call the API
// server, which a policy for egress must let through.
func policyWithoutAPIServer(o *object) []found {
	if o.policy == nil || !slices.Contains(o.policy.PolicyTypes, networkingv1.PolicyTypeEgress) && len(o.policy.Egress) == 0 {
		return nil
	}
	if slices.ContainsFunc(o.policy.Egress, mayReachAPIServer) {
		return nil
	}
	selector, err := metav1.LabelSelectorAsSelector(&o.policy.PodSelector)
	if err != nil {
		return nil
	}
	for _, w := range o.workloads() {
		account := w.pod.ServiceAccountName
		if account == "" || !selector.Matches(labels.Set(w.podLabels())) || !o.isBound(account) {
			continue
		}
		return []found{{
			at:      "spec.egress",
			message: "no rule lets the pods reach the API server, and their account " + account + " has rights there",
			hint:    "add a rule for its port, such as {ports: [{port: 443}, {port: 6443}]}, or drop the rights",
		}}
	}
	return nil
}

// isBound reports whether an object that was given too binds a role to the account.
func (o *object) isBound(account string) bool {
	return slices.ContainsFunc(o.together, func(other *object) bool {
		return slices.ContainsFunc(other.subjects, func(s rbacv1.Subject) bool {
			return s.Kind == rbacv1.ServiceAccountKind && s.Name == account && (s.Namespace == "" || s.Namespace == o.meta.Namespace)
		})
	})
}

// mayReachAPIServer reports whether a rule may be for the API server: to any address, by
// one of the ports that it is known to have. Pods are selected by labels, and in most
// clusters it has none.
func mayReachAPIServer(r networkingv1.NetworkPolicyEgressRule) bool {
	to := len(r.To) == 0 || slices.ContainsFunc(r.To, func(p networkingv1.NetworkPolicyPeer) bool {
		return p.IPBlock != nil || p.PodSelector != nil && strings.Contains(metav1.FormatLabelSelector(p.PodSelector), "apiserver")
	})
	return to && (len(r.Ports) == 0 || slices.ContainsFunc(r.Ports, isPortOfAPIServer))
}

func isPortOfAPIServer(p networkingv1.NetworkPolicyPort) bool {
	if p.Port == nil {
		return p.Protocol == nil || *p.Protocol == "TCP"
	}
	first := p.Port.IntVal
	last := first
	if p.EndPort != nil {
		last = *p.EndPort
	}
	return p.Port.StrVal != "" || slices.ContainsFunc([]int32{443, 6443, 8443, 16443}, func(n int32) bool { return first <= n && n <= last })
}
