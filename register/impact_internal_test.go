package register

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/policy"
)

func TestARuleThatLoosensSeveralPoliciesIsListedOnce(t *testing.T) {
	var all []policy.Loosening
	for _, l := range []policy.Loosening{
		{Rule: "ours", ParentRule: "government", Outcome: policy.Review, Licenses: []string{"GPL-3.0-only", "MIT"}, Sentence: "review"},
		{Rule: "other", ParentRule: "government", Outcome: policy.Review, Licenses: []string{"ISC"}},
		{Rule: "ours", ParentRule: "ministry", Outcome: policy.Deny, Licenses: []string{"AGPL-3.0-only", "MIT"}, Sentence: "deny"},
	} {
		all = joined(all, l)
	}
	want := []policy.Loosening{
		{Rule: "ours", ParentRule: "ministry", Outcome: policy.Deny, Licenses: []string{"AGPL-3.0-only", "GPL-3.0-only", "MIT"}, Sentence: "deny"},
		{Rule: "other", ParentRule: "government", Outcome: policy.Review, Licenses: []string{"ISC"}},
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Error(diff)
	}
}
