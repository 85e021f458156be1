package docs_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/ospo-register/ospo/licenses"
)

// publiccode holds the mandatory keys of publiccode.yml 0.7; an unknown key is a mistake.
type publiccode struct {
	Version     string `yaml:"publiccodeYmlVersion"`
	Name, URL   string
	Software    string `yaml:"softwareVersion"`
	ReleaseDate string `yaml:"releaseDate"`
	Platforms   []string
	Categories  []string
	Status      string                   `yaml:"developmentStatus"`
	Type        string                   `yaml:"softwareType"`
	Audience    struct{ Scope []string } `yaml:"intendedAudience"`
	Description map[string]struct {
		Short    string `yaml:"shortDescription"`
		Long     string `yaml:"longDescription"`
		Features []string
	}
	Legal       struct{ License string }
	Maintenance struct {
		Type     string
		Contacts []struct{ Name string }
	}
	Localisation struct {
		Ready     *bool    `yaml:"localisationReady"`
		Languages []string `yaml:"availableLanguages"`
	}
	DependsOn struct {
		Open []struct {
			Name       string
			VersionMin string `yaml:"versionMin"`
		}
	} `yaml:"dependsOn"`
}

func TestOurOwnPubliccodeIsValid(t *testing.T) {
	var p publiccode
	if err := yaml.NewDecoder(strings.NewReader(read(t, "publiccode.yml")), yaml.DisallowUnknownField()).Decode(&p); err != nil {
		t.Fatal(err)
	}
	en := p.Description["en"]
	for what, holds := range map[string]bool{
		"publiccodeYmlVersion is 0.7":              p.Version == "0.7" || strings.HasPrefix(p.Version, "0.7."),
		"name, url and platforms are there":        p.Name != "" && strings.HasPrefix(p.URL, "https://") && len(p.Platforms) > 0,
		"categories are there":                     len(p.Categories) > 0,
		"releaseDate is a date":                    regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`).MatchString(p.ReleaseDate),
		"developmentStatus is of the list":         slices.Contains([]string{"concept", "development", "beta", "stable", "obsolete"}, p.Status),
		"softwareType is of the list":              p.Type == "standalone/web",
		"shortDescription has 1 to 150 characters": en.Short != "" && len([]rune(en.Short)) <= 150,
		"longDescription has 150 to 10,000":        len([]rune(en.Long)) >= 150 && len([]rune(en.Long)) <= 10000,
		"features are named":                       len(en.Features) > 0,
		"license is an SPDX expression":            licenses.Read(p.Legal.License).Kind == licenses.ReadExpression,
		"maintenance by a community has a contact": p.Maintenance.Type == "community" && len(p.Maintenance.Contacts) > 0 && p.Maintenance.Contacts[0].Name != "",
		"localisation is said":                     p.Localisation.Ready != nil && len(p.Localisation.Languages) > 0,
		"the licence is that of the file LICENSE":  strings.Contains(read(t, "LICENSE"), "EUROPEAN UNION PUBLIC LICENCE v. 1.2") && p.Legal.License == "EUPL-1.2",
	} {
		if !holds {
			t.Errorf("not so: %s", what)
		}
	}
}
