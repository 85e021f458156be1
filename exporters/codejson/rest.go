package codejson

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// licenseNames are the identifiers that the schema has a name for (2.0.0, permissions.licenses.name).
var licenseNames = []string{"CC0-1.0", "Apache-2.0", "MIT", "MPL-2.0", "GPL-2.0-only", "GPL-3.0-only", "GPL-3.0-or-later", "LGPL-2.1-only", "LGPL-3.0-only", "BSD-2-Clause", "BSD-3-Clause", "EPL-2.0"}

// usageTypes are the codes of permissions.usageType.
var usageTypes = []string{
	"openSource", "governmentWideReuse", "exemptByNationalSecurity", "exemptByNationalIntelligence", "exemptByFOIA", "exemptByEAR", "exemptByITAR", "exemptByTSA",
	"exemptByClassifiedInformation", "exemptByPrivacyRisk", "exemptByIPRestriction", "exemptByAgencySystem", "exemptByAgencyMission", "exemptByCIO", "exemptByPolicyDate",
}

// permissions names the licences one by one: the schema has no word for how they go together.
func (w *writer) permissions(r *release) {
	d := w.d
	r.Permissions = permissions{Licenses: []license{}, UsageType: []string{}, Exemption: d.ExemptionText}
	for _, code := range d.UsageTypes {
		if !slices.Contains(usageTypes, code) {
			w.lose("permissions.usageType", models.LossDropped, fmt.Sprintf("%q is no code of the schema; left out.", code))
			continue
		}
		r.Permissions.UsageType = append(r.Permissions.UsageType, code)
	}
	open := true
	stated := d.Licenses
	if d.License != "" {
		stated = []string{d.License}
	}
	addresses := w.addresses(len(stated))
	for i, s := range stated {
		read := licenses.Read(s)
		if read.Kind != licenses.ReadExpression {
			open = false
			w.lose("permissions.licenses", models.LossGap, fmt.Sprintf("%q is no licence that is known; name it, and the address of its text.", s))
			continue
		}
		leaves := read.Expression.Leaves()
		if len(leaves) == 1 && leaves[0].String() != s {
			w.lose("permissions.licenses", models.LossChanged, fmt.Sprintf("%q is said as %s.", s, leaves[0]))
		}
		if len(leaves) > 1 {
			w.lose("permissions.licenses", models.LossChanged, fmt.Sprintf("%s is said as a list, which cannot say whether one may choose or all hold.", s))
		}
		for _, leaf := range leaves {
			open = w.license(r, leaf, addresses[i]) && open
		}
	}
	if len(stated) == 0 {
		open = false
		w.lose("permissions.licenses", models.LossGap, "The licence and the address of its text.")
	}
	if len(r.Permissions.UsageType) > 0 {
		return
	}
	if open && d.URL != "" && (d.Private == nil || !*d.Private) {
		r.Permissions.UsageType = []string{"openSource"}
		w.lose("permissions.usageType", models.LossChanged, "None was stated; openSource is said because the licence is open and the code is where everybody finds it.")
		return
	}
	w.lose("permissions.usageType", models.LossGap, "openSource, governmentWideReuse or one of the exemptions.")
}

// addresses are those of the texts of the licences, where a reader of code.json kept them; one for each of n that are stated.
func (w *writer) addresses(n int) []string {
	var kept []license
	if json.Unmarshal([]byte(w.d.Kept["permissions.licenses"]), &kept) != nil || len(kept) != n {
		return make([]string, n)
	}
	out := make([]string, n)
	for i, l := range kept {
		if u, err := url.Parse(l.URL); err == nil && u.Host != "" {
			out[i] = l.URL
		}
	}
	return out
}

// license adds one licence, and reports whether it is an open one.
func (w *writer) license(r *release, leaf licenses.Leaf, address string) bool {
	known, listed := licenses.Get(leaf.ID)
	one := license{Name: leaf.String(), URL: address}
	if address == "" && listed {
		one.URL = "https://spdx.org/licenses/" + known.ID + ".html"
	}
	if !slices.Contains(licenseNames, one.Name) {
		w.lose("permissions.licenses", models.LossChanged, fmt.Sprintf("The schema has no name for %s; said as Other with its address.", one.Name))
		one.Name = "Other"
	}
	w.want("permissions.licenses", one.URL == "", fmt.Sprintf("The address of the text of %s.", leaf))
	r.Permissions.Licenses = append(r.Permissions.Licenses, one)
	return listed && known.OSI
}

func (w *writer) repository(r *release) {
	d := w.d
	r.RepositoryURL = d.URL
	switch {
	case d.Private != nil && *d.Private:
		r.Visibility = "private"
		if d.URL == "" {
			r.RepositoryURL = "private" // as the schema says of repositoryURL
		}
	case d.Private != nil:
		r.Visibility = "public"
	case d.Format == models.PublicCode && d.URL != "":
		r.Visibility = "public"
		w.lose("repositoryVisibility", models.LossChanged, "Nobody stated it; public is said because a publiccode.yml is for code that everybody may have.")
	default:
		w.lose("repositoryVisibility", models.LossGap, "public or private.")
	}
	w.want("repositoryURL", r.RepositoryURL == "", "The address of the source code repository, or private.")
	if kept, ok := w.d.Kept["vcs"]; ok && slices.Contains([]string{`"git"`, `"hg"`, `"svn"`, `"rcs"`, `"bzr"`, `"none"`}, kept) {
		r.VCS = strings.Trim(kept, `"`)
	} else if models.HostOf(d.URL) != models.PlainGit || strings.HasSuffix(d.URL, ".git") {
		r.VCS = "git"
	} else {
		w.lose("vcs", models.LossGap, "How versions are kept: git, hg, svn, rcs, bzr or none.")
	}
	r.ReuseFrequency = jsontext.Value("{}")
	if kept := jsontext.Value(w.d.Kept["reuseFrequency"]); kept.Kind() == '{' && kept.IsValid() {
		r.ReuseFrequency = kept
	}
}

func (w *writer) related(r *release) {
	for _, c := range w.d.RelatedCode {
		r.RelatedCode = append(r.RelatedCode, code{c.Name, c.URL, c.Government})
	}
	for _, c := range w.d.ReusedCode {
		r.ReusedCode = append(r.ReusedCode, code{c.Name, c.URL, nil})
		if c.Government != nil {
			w.lose("reusedCode.isGovernmentRepo", models.LossDropped, "Only relatedCode may say it.")
		}
	}
	for i, p := range w.d.Partners {
		r.Partners = append(r.Partners, person{p.Email, p.Name})
		if p.Phone != "" || p.Affiliation != "" {
			w.lose(fmt.Sprintf("partners[%d]", i), models.LossDropped, "A partner has a name and an address of mail only; telephone and affiliation are left out.")
		}
	}
}

func (w *writer) dates(r *release) {
	instant := func(d *models.Date) string {
		if d == nil {
			return ""
		}
		return d.String() + "T00:00:00Z"
	}
	r.Date = dates{instant(w.d.CreatedOn), instant(w.d.ModifiedOn), instant(w.d.MetadataOn)}
	if w.d.ReleasedOn != nil && w.d.ModifiedOn == nil {
		r.Date.Modified = instant(w.d.ReleasedOn)
		w.lose("date.lastModified", models.LossChanged, "The day of the release is given as the day of the last change.")
	} else if w.d.ReleasedOn != nil {
		w.lose("releaseDate", models.LossDropped, none)
	}
}

func (w *writer) contact(r *release) {
	if len(w.d.Contacts) == 0 {
		w.lose("contact", models.LossGap, "The name and the address of mail of somebody to ask.")
		return
	}
	c := w.d.Contacts[0]
	r.Contact = &person{c.Email, c.Name}
	if c.Email == "" {
		w.lose("contact.email", models.LossGap, "The address of mail of somebody to ask.")
	}
	if c.Phone != "" || c.Affiliation != "" {
		w.lose("contact", models.LossDropped, "A contact has a name and an address of mail only; telephone and affiliation are left out.")
	}
	if len(w.d.Contacts) > 1 {
		w.lose("contacts", models.LossDropped, fmt.Sprintf("code.json names one person; %d more are left out.", len(w.d.Contacts)-1))
	}
}

// kept writes back top-level members that came in a code.json and have no place of their own: the schema lets a file have more.
func (w *writer) kept(r *release) {
	for _, key := range slices.Sorted(maps.Keys(w.d.Kept)) {
		value := jsontext.Value(w.d.Kept[key])
		switch {
		case key == "permissions.licenses" && len(r.Permissions.Licenses) > 0:
			w.lose(key, models.LossChanged, "Licences are written under their names in the schema, with the addresses that were stated.")
		case key == "vcs" && r.VCS != "", key == "reuseFrequency" && string(r.ReuseFrequency) == string(value), key == "status" && r.Status != "":
		case w.d.Format == models.CodeJSON && !strings.ContainsAny(key, ".[") && !slices.Contains(members, key) && value.IsValid():
			r.Kept[key] = value
		default:
			w.lose(key, models.LossDropped, none)
		}
	}
}

// without names what code.json has no member for.
func (w *writer) without() {
	d := w.d
	for _, m := range []struct {
		key    string
		stated bool
	}{
		{"applicationSuite", d.Suite != ""}, {"isBasedOn", len(d.BasedOn) > 0}, {"logo", d.Logo != ""}, {"usedBy", len(d.UsedBy) > 0}, {"fundedBy", len(d.FundedBy) > 0}, {"roadmap", d.Roadmap != ""},
		{"supports", len(d.Supports) > 0}, {"intendedAudience.countries", len(d.Countries) > 0}, {"intendedAudience.unsupportedCountries", len(d.NotCountries) > 0}, {"intendedAudience.scope", len(d.Scope) > 0},
		{"legal.mainCopyrightOwner", d.CopyrightOwner != "" && (d.Organisation.Name != "" || d.RepoOwner != "")}, {"legal.repoOwner", d.RepoOwner != "" && d.Organisation.Name != ""}, {"legal.authorsFile", d.AuthorsFile != ""},
		{"localisation.availableLanguages", len(d.Languages) > 0}, {"dependsOn.open", len(d.Open) > 0}, {"dependsOn.proprietary", len(d.Proprietary) > 0}, {"dependsOn.hardware", len(d.Hardware) > 0},
		{"identifiers", len(d.Identifiers) > 0},
	} {
		if m.stated {
			w.lose(m.key, models.LossDropped, none)
		}
	}
}
