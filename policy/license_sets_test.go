package policy

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/licenses"
)

func TestThePolicyThatShipsNamesEveryLicenceWithADutyThatItsReachDoesNotShow(t *testing.T) {
	list := licenses.Embedded()
	var network, internal []string
	for _, l := range licenses.All() {
		if l.Deprecated {
			continue
		}
		leaf := licenses.Leaf{ID: l.ID}
		owes := func(use licenses.Use, key string) bool {
			return slices.ContainsFunc(list.Owes(leaf, use), func(d licenses.Duty) bool { return d.Obligation.Key == key })
		}
		reach := list.Facts(leaf).Reciprocity
		if owes(licenses.UseService, "provide-source-network") && (reach == licenses.ReciprocityFile || reach == licenses.ReciprocityLibrary) {
			network = append(network, l.ID)
		}
		if owes(licenses.UseModify, "publish-internal-changes") {
			internal = append(internal, l.ID)
		}
	}
	asked := map[string][]string{"network-duty-file": network, "publish-internal-changes": internal}
	for _, set := range Default().Sets {
		want, ok := asked[set.Name]
		if !ok {
			continue
		}
		delete(asked, set.Name)
		got := slices.Clone(set.IDs)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the set %s is not what the licences ask for (-asked +set):\n%s", set.Name, diff)
		}
	}
	if len(asked) > 0 {
		t.Errorf("the policy lacks sets: %v", asked)
	}
}

func TestThePolicyThatShipsAsksForSourceWhereTheLicenceDoes(t *testing.T) {
	program := compiled(t, Default())
	uses := func(uses ...licenses.Use) map[licenses.Use]bool {
		m := map[licenses.Use]bool{}
		for _, u := range licenses.Uses() {
			m[u] = slices.Contains(uses, u)
		}
		return m
	}
	for name, c := range map[string]struct {
		stated string
		uses   map[licenses.Use]bool
		want   string
	}{
		"changed and offered":                             {"CPAL-1.0", uses(licenses.UseModify, licenses.UseService), "review: network-duty-file"},
		"offered, and nobody says whether it is changed":  {"APSL-2.0", map[licenses.Use]bool{licenses.UseService: true}, "review: network-duty-file"},
		"offered as it came":                              {"CPAL-1.0", uses(licenses.UseService), "allowed: weak-copyleft"},
		"changed and offered, with its source":            {"CPAL-1.0", uses(licenses.UseModify, licenses.UseService, licenses.UseDistributeSource), "allowed: weak-copyleft"},
		"changed within, where that is free":              {"APSL-2.0", uses(licenses.UseModify, licenses.UseInternal), "allowed: weak-copyleft"},
		"changed within, where that counts":               {"RPL-1.5", uses(licenses.UseModify, licenses.UseInternal), "review: internal-changes"},
		"changed within, where that counts for files":     {"Watcom-1.0", uses(licenses.UseModify, licenses.UseInternal), "review: internal-changes"},
		"changed and offered, where within counts too":    {"RPL-1.1", uses(licenses.UseModify, licenses.UseService), "review: network-copyleft-service"},
		"run as it came, where changes within count":      {"RPL-1.5", uses(licenses.UseInternal), "allowed: internal-changes-none"},
		"nothing known, where changes within count":       {"Parity-7.0.0", nil, "allowed: internal-changes-none"},
		"changed within, and its source is published":     {"RPL-1.5", uses(licenses.UseModify, licenses.UseInternal, licenses.UseDistributeSource), "allowed: internal-changes-none"},
		"programs passed on, where changes within count":  {"Parity-7.0.0", uses(licenses.UseDistributeBinary), "review: strong-copyleft-passed-on"},
		"changed within, where copyleft waits for others": {"AGPL-3.0-only", uses(licenses.UseModify, licenses.UseInternal), "allowed: network-copyleft"},
	} {
		j := program.Judge(context.Background(), StatementOf(licenses.Read(c.stated)), Situation{Uses: c.uses})
		if got := shortly(j); got != c.want {
			t.Errorf("%s: %s is %s, want %s", name, c.stated, got, c.want)
		}
	}
}
