package forge

import (
	"testing"

	"github.com/ospo-register/ospo/models"
)

func TestHowARepositoryStandsToAnother(t *testing.T) {
	const here, there, else_ = "https://code.example/town/permits", "https://github.com/Upstream/Permits.git", "https://github.com/third/permits"
	says := func(url string, basedOn ...string) *models.Description {
		return &models.Description{URL: url, BasedOn: basedOn}
	}
	other := Sibling{URL: there, RootCommit: "r", Head: "c3", Commits: []string{"c3", "c2", "c1"}}
	tests := []struct {
		name string
		this Sibling
		want models.ForkKind
	}{
		{"the same address in another spelling", Sibling{URL: "http://www.GitHub.com/upstream/permits/", RootCommit: "r", Head: "c3"}, models.NoFork},
		{"nothing in common", Sibling{URL: here, RootCommit: "q", Head: "x"}, models.NoFork},
		{"nothing known of either history", Sibling{URL: here}, models.NoFork},
		{"the same first commit", Sibling{URL: here, RootCommit: "r", Head: "x"}, models.PlainFork},
		{"a fork by its host", Sibling{URL: here, HostSaysFork: true, ForkOfURL: there, Head: "x"}, models.PlainFork},
		{"a fork of something else by its host", Sibling{URL: here, HostSaysFork: true, ForkOfURL: else_, Head: "x"}, models.NoFork},
		{"a fork that gives the other's address", Sibling{URL: here, RootCommit: "r", Head: "x", Description: says("https://github.com/upstream/permits/")}, models.TechnicalFork},
		{"a fork by its host that gives the other's address", Sibling{URL: here, HostSaysFork: true, ForkOfURL: there, Description: says(there)}, models.TechnicalFork},
		{"a fresh fork by its host with the other's description", Sibling{URL: here, HostSaysFork: true, ForkOfURL: there, RootCommit: "r", Head: "c3", Description: says(there)}, models.TechnicalFork},
		{"a fork that gives its own address", Sibling{URL: here, RootCommit: "r", Head: "x", Description: says(here)}, models.PlainFork},
		{"based on the other", Sibling{URL: here, RootCommit: "r", Head: "x", Description: says(here, else_, there)}, models.VariantFork},
		{"based on the other without its history", Sibling{URL: here, RootCommit: "q", Head: "x", Description: says(here, there)}, models.VariantFork},
		{"based on something else", Sibling{URL: here, RootCommit: "q", Head: "x", Description: says(here, else_)}, models.NoFork},
		{"a description of the other, kept elsewhere", Sibling{URL: here, RootCommit: "q", Head: "x", Description: says(there)}, models.NoFork},
		{"the same head", Sibling{URL: here, RootCommit: "r", Head: "c3", Description: says(there)}, models.Mirror},
		{"the same head, histories cut off", Sibling{URL: here, Head: "c3"}, models.Mirror},
		{"a copy that fell behind", Sibling{URL: here, RootCommit: "r", Head: "c1"}, models.Mirror},
		{"a copy by its host", Sibling{URL: here, MirrorOfURL: there}, models.Mirror},
		{"a copy of something else by its host", Sibling{URL: here, MirrorOfURL: else_}, models.NoFork},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, why := ForkOf(test.this, other); got != test.want || why == "" {
				t.Errorf("%s (%s), want %s", got, why, test.want)
			}
		})
	}
	if got, _ := ForkOf(Sibling{URL: here, ForkOfURL: "not an address"}, Sibling{URL: "not an address"}); got != models.NoFork {
		t.Errorf("of something without an address: %s", got)
	}
}
