package models

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
)

// developmentStatuses say in the words of publiccode.yml what other vocabularies say: those of code.json 2.0.0, repostatus.org (which CodeMeta
// uses), ADMS and Canada's register of open resources. Keys are lower case, without blanks and hyphens.
var developmentStatuses = map[string]string{
	"ideation": "concept", "alpha": "beta", "releasecandidate": "beta", "production": "stable", "archival": "obsolete",
	"wip": "development", "suspended": "development", "abandoned": "obsolete", "active": "stable", "inactive": "stable", "unsupported": "obsolete", "moved": "obsolete",
	"completed": "stable", "underdevelopment": "development", "deprecated": "obsolete", "withdrawn": "obsolete",
	"maintained": "stable", "retired": "obsolete",
}

// DevelopmentStatus is Status in the words of publiccode.yml, "" when it says something else or nothing.
func (d *Description) DevelopmentStatus() string {
	word := strings.ToLower(strings.TrimSpace(d.Status))
	word = word[strings.LastIndexAny(word, "/#")+1:]
	word = strings.NewReplacer(" ", "", "-", "", "_", "").Replace(word)
	if slices.Contains(DevelopmentStatuses, word) {
		return word
	}
	return developmentStatuses[word]
}

// StatedLicense reads License, or the only one of Licenses. Several that do not say how they go together are unreadable: nobody may guess between AND and OR.
func (d *Description) StatedLicense() licenses.Reading {
	switch {
	case d.License != "":
		return licenses.Read(d.License)
	case len(d.Licenses) == 1:
		return licenses.Read(d.Licenses[0])
	case len(d.Licenses) == 0:
		return licenses.Read("")
	}
	return licenses.Reading{Stated: strings.Join(d.Licenses, ", "), Kind: licenses.ReadUnreadable, Unknown: slices.Clone(d.Licenses)}
}
