package models

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ospo-register/ospo/licenses"
)

// Described is an asset with all that the register can say of it to others.
type Described struct {
	Asset      Asset
	Steward    Agency
	Repository *Repository // the first of its repositories that says the most; nil when there is none to be seen
	Newest     *Release    // most recently released; nil when there is none
	UsedBy     []string    // agencies that have attested, where everybody may know it, that they run it; by name
}

// summaryLength is how long a text may be that serves as the short description (publiccode.yml 0.7, shortDescription).
const summaryLength = 150

// Description is what the register says of the software: what its repository's file states, with the entry's own facts before it. Who uses
// it is who has attested it, whatever the file claims; who publishes it is the steward.
func (r *Described) Description() *Description {
	d := Description{Format: Typed}
	if r.Repository != nil && r.Repository.Description != nil {
		d = *r.Repository.Description
		d.Contacts, d.Contractors, d.Partners = slices.Clone(d.Contacts), slices.Clone(d.Contractors), slices.Clone(d.Partners)
	}
	a := &r.Asset
	d.Name = a.Title()
	d.UsedBy = r.UsedBy
	d.Organisation = Party{Name: r.Steward.Name, URI: r.Steward.URI}
	d.RepoOwner = ""
	if a.License != "" {
		d.License, d.Licenses = a.License, nil
	}
	if len(a.Categories) > 0 {
		d.Categories = a.Categories
	}
	if d.LandingURL == "" {
		d.LandingURL = a.Home()
	}
	r.texts(&d)
	r.code(&d)
	r.released(&d)
	for _, i := range a.Identifiers {
		if !slices.Contains(d.Identifiers, i.Value) {
			d.Identifiers = append(slices.Clip(d.Identifiers), i.Value)
		}
	}
	if d.MetadataOn == nil {
		on := DateOf(a.UpdatedAt)
		d.MetadataOn = &on
	}
	return &d
}

// texts puts the entry's own words before those of the file.
func (r *Described) texts(d *Description) {
	d.Texts = maps.Clone(d.Texts)
	if d.Texts == nil {
		d.Texts = map[string]DescriptionText{}
	}
	for lang, said := range r.Asset.Descriptions {
		t := d.Texts[lang]
		switch {
		case said == "":
			continue
		case utf8.RuneCountInString(said) <= summaryLength:
			t.Short = said
		case t.Long == "":
			t.Long = said
			if t.Short == "" {
				t.Short = firstSentence(said)
			}
		}
		d.Texts[lang] = t
	}
}

// firstSentence is the beginning of a text up to its first full stop, "" when that is longer than a summary may be.
func firstSentence(s string) string {
	if i := strings.Index(s, ". "); i > 0 && utf8.RuneCountInString(s[:i]) < summaryLength {
		return s[:i+1]
	}
	return ""
}

// code says where the code is and what was seen there.
func (r *Described) code(d *Description) {
	repo := r.Repository
	if repo == nil {
		if d.URL == "" {
			d.URL = r.Asset.Repository()
		}
		return
	}
	if d.URL == "" {
		d.URL = repo.URL
	}
	hidden := repo.Visibility != VisiblePublic
	d.Private = &hidden
	if len(d.ProgrammingLanguages) == 0 {
		d.ProgrammingLanguages = repo.Tree.Languages
	}
	day := func(t *time.Time) *Date {
		if t == nil {
			return nil
		}
		on := DateOf(*t)
		return &on
	}
	if d.CreatedOn == nil {
		d.CreatedOn = day(repo.FirstCommitAt)
	}
	if last := day(repo.LastCommitAt); last != nil && (d.ModifiedOn == nil || d.ModifiedOn.Before(*last)) {
		d.ModifiedOn = last
	}
}

// released prefers a release of the register where it is newer than what the file says, which nobody remembers to change.
func (r *Described) released(d *Description) {
	n := r.Newest
	if n == nil || n.ReleasedOn == nil && d.SoftwareVersion != "" || n.ReleasedOn != nil && d.ReleasedOn != nil && n.ReleasedOn.Before(*d.ReleasedOn) {
		return
	}
	d.SoftwareVersion, d.ReleasedOn = n.Number, n.ReleasedOn
}

// Public takes away what is nobody's business in public: persons with their addresses, and addresses of mail at firms.
func (d *Description) Public() *Description {
	out := *d
	out.Contacts, out.Partners, out.Kept = nil, nil, nil
	if strings.HasPrefix(strings.ToLower(out.Feedback), "mailto:") {
		out.Feedback = ""
	}
	out.Contractors = slices.Clone(d.Contractors)
	for i := range out.Contractors {
		out.Contractors[i].Email = ""
	}
	return &out
}

// Want is something that an entry lacks for a purpose, with what to do about it.
type Want struct {
	Code string // stable: "open-license"
	What string
	Cure string
}

// CatalogWants lists what keeps the entry out of the catalogue of open source solutions of the European Union, or makes it hard to find there: that
// catalogue takes what is public, under an open licence and described by a valid publiccode.yml (Interoperable Europe Act, Article 8).
func (r *Described) CatalogWants() []Want {
	var out []Want
	d := r.Description()
	want := func(missing bool, code, what, cure string) {
		if missing {
			out = append(out, Want{code, what, cure})
		}
	}
	repo := r.Repository
	read := d.StatedLicense()
	t, tag := d.Text(DefaultLanguage)
	want(r.Asset.Visibility != VisiblePublic, "public-entry", "The entry is not public.", "Its steward can make it public, when nothing speaks against it.")
	want(d.URL == "", "repository", "There is no address of the source code.", "Add the address of the repository to the entry.")
	want(d.URL != "" && repo == nil, "repository-known", "The register does not know the repository, so that nothing in it was read.", "Add the repository to the register and harvest it.")
	want(repo != nil && repo.Visibility != VisiblePublic, "public-repository", "The source code is not public.", "Publish the repository, or keep the entry out of that catalogue.")
	want(repo != nil && repo.State == RepositoryGone, "repository-there", "The repository is gone from its address.", "Say where it is now.")
	want(read.Kind != licenses.ReadExpression, "license", "No licence is stated that can be read.", "State an SPDX expression, such as EUPL-1.2.")
	want(read.Kind == licenses.ReadExpression && !openLicense(read.Expression), "open-license", read.Canonical+" is not a licence that the Open Source Initiative approved.", "Offer the code under such a licence; EUPL-1.2 is one.")
	want(repo == nil || repo.Description == nil || repo.Description.Format != PublicCode, "publiccode", "The repository has no publiccode.yml.", "Take the generated one from here, fill in its gaps and put it into the root of the repository.")
	want(repo != nil && repo.Description != nil && repo.Description.Format == PublicCode && !repo.Valid, "valid-publiccode", "The publiccode.yml of the repository breaks its standard.", "Mend what the remarks on the repository name.")
	want(t.Short == "" && t.Long == "", "description", "Nothing says what the software does.", "Add a description in one language at least.")
	want(tag != "" && tag != DefaultLanguage, "english", "There is no description in English, which people of other countries look for.", "Add one.")
	want(r.Steward.URI == "", "publisher-uri", "The steward has no address by which other catalogues know it.", "Give the agency its URI.")
	want(d.DevelopmentStatus() == "", "status", "How mature the software is was not stated.", "State developmentStatus in publiccode.yml.")
	want(len(d.Categories) == 0, "categories", "Nothing says what kind of software it is.", "Choose categories of publiccode.yml.")
	return out
}

// openLicense reports whether whoever takes the code can do with licences that the Open Source Initiative approved.
func openLicense(x licenses.Expression) bool {
	kept := x.Keep(func(l licenses.Leaf) bool {
		known, ok := licenses.Get(l.ID)
		return ok && known.OSI
	})
	return !kept.IsZero()
}
