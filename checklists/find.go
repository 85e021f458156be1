package checklists

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// Facts is what the register knows of a piece of software.
type Facts struct {
	Asset        *models.Asset
	Licenses     *licenses.List // that judges its licence
	SDGs         []models.AssetSDG
	Repositories []models.Repository // that the viewer may see, with Description and Tree
	Releases     int                 // registered
	Agencies     int                 // that run it in production
}

// Found is evidence that the register itself has found. A person takes it over or does not.
type Found struct {
	Key     string // "license-osi"
	Says    string // what was found, in a sentence
	Link    string // where it can be seen; "" when it stands in the register only
	Against bool   // it speaks against the standard being met
}

// finder looks for one kind of evidence.
type finder func(f *Facts, add func(says, link string))

// finders by the keys that standards name.
var finders = map[string]finder{
	"sdgs":              findSDGs,
	"license-osi":       func(f *Facts, add func(says, link string)) { findLicense(f, add, true) },
	"license-free":      func(f *Facts, add func(says, link string)) { findLicense(f, add, false) },
	"license-file":      findLicenseFile,
	"reuse":             findReuse,
	"owner":             findOwner,
	"closed-parts":      findClosedParts,
	"documentation":     findTexts("Its documentation is named in %s.", func(t models.DescriptionText) string { return t.Documentation }),
	"api-documentation": findTexts("The documentation of its interfaces is named in %s.", func(t models.DescriptionText) string { return t.APIDocumentation }),
	"standards":         findStandards,
	"public-repository": findPublicRepository,
	"version-control":   findVersionControl,
	"issue-tracker":     findDescribed("Where to report faults is named in %s.", func(d *models.Description) string { return d.Feedback }),
	"roadmap":           findDescribed("Its roadmap is named in %s.", func(d *models.Description) string { return d.Roadmap }),
	"website":           findDescribed("Its website is named in %s.", func(d *models.Description) string { return d.LandingURL }),
	"publiccode":        findPublicCode,
	"short-description": findWords("A short description in %s: “%s”", func(t models.DescriptionText) string { return t.Short }),
	"long-description":  findWords("A description in %s: “%s”", func(t models.DescriptionText) string { return t.Long }),
	"english":           findEnglish,
	"localised":         findLocalised,
	"status":            findStatus,
	"several-agencies":  findSeveralAgencies,
	"releases":          findReleases,
	"security":          findFile("A security policy is in the repository: %s.", func(t *models.Tree) string { return t.Security }),
	"contributing":      findFile("Guidelines for contributors are in the repository: %s.", func(t *models.Tree) string { return t.Contributing }),
	"conduct":           findFile("A code of conduct is in the repository: %s.", func(t *models.Tree) string { return t.Conduct }),
	"governance":        findFile("Rules of governance are in the repository: %s.", func(t *models.Tree) string { return t.Governance }),
	"changelog":         findFile("What changed is written down in the repository: %s.", func(t *models.Tree) string { return t.Changelog }),
	"readme":            findFile("A README is in the repository: %s.", func(t *models.Tree) string { return t.Readme }),
	"tests":             findMark("Tests are in the repository.", func(t *models.Tree) bool { return t.Tests }),
	"ci":                findMark("Continuous integration is set up in the repository.", func(t *models.Tree) bool { return t.CI }),
}

// against are the keys whose findings speak against the standard being met.
var against = map[string]bool{"closed-parts": true}

// Keys lists what can be found, in alphabetical order.
func Keys() []string { return slices.Sorted(maps.Keys(finders)) }

// Find lists what the register itself can say to a question, in the order in which the standard names it. What is against comes with Against.
func (in *Indicator) Find(f *Facts) []Found {
	var list []Found
	for _, key := range in.Finds {
		finders[key](f, func(says, link string) { list = append(list, Found{key, says, link, against[key]}) })
	}
	return list
}

// code gives the repositories in which the software is developed: copies aside, and those that answer.
func (f *Facts) code() []*models.Repository {
	var list []*models.Repository
	for i := range f.Repositories {
		r := &f.Repositories[i]
		if r.Fork != models.Mirror && r.Fork != models.TechnicalFork && r.State != models.RepositoryGone {
			list = append(list, r)
		}
	}
	return list
}

func findSDGs(f *Facts, add func(says, link string)) {
	for _, g := range f.SDGs {
		add(fmt.Sprintf("Goal %d, %s: %s", g.Goal, models.GoalName(g.Goal), g.Relevance), "")
	}
}

// findLicense reports a declared licence that is approved: by the OSI, or by it or the FSF.
func findLicense(f *Facts, add func(says, link string), osiOnly bool) {
	e, err := licenses.Parse(f.Asset.License)
	if err != nil {
		return
	}
	who := "approved by the OSI"
	if !osiOnly {
		who = "approved by the OSI or called free by the FSF"
	}
	if approved(e, f.Licenses, osiOnly) {
		add("Its licence "+e.String()+" is "+who+", by SPDX list "+f.Licenses.Version().Number+".", "")
	}
}

// approved reports whether somebody can take the software under approved licences only: one branch of a choice is enough, of parts all are needed.
func approved(e licenses.Expression, list *licenses.List, osiOnly bool) bool {
	switch e.Kind() {
	case licenses.KindAnd:
		return !slices.ContainsFunc(e.Operands(), func(o licenses.Expression) bool { return !approved(o, list, osiOnly) })
	case licenses.KindOr:
		return slices.ContainsFunc(e.Operands(), func(o licenses.Expression) bool { return approved(o, list, osiOnly) })
	}
	facts := list.Facts(e.Leaf())
	return facts.OSI == licenses.Yes || !osiOnly && facts.FSF == licenses.Yes
}

func findLicenseFile(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		for _, file := range r.Tree.LicenseFiles {
			says := "A licence file is in the repository: " + file.Path
			if file.Expression != "" {
				says += ", with the text of " + file.Expression
			}
			add(says+".", fileURL(r, file.Path))
		}
	}
}

func findReuse(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		if r.Tree.Reuse {
			add("Licences of single files are kept as REUSE asks for.", webAddress(r.URL))
		}
	}
}

func findOwner(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		if d := r.Description; d != nil {
			for _, who := range []string{d.CopyrightOwner, d.RepoOwner, d.Organisation.Name} {
				if who != "" {
					add("Its publisher names as owner: "+who+".", fileURL(r, r.Path))
					break
				}
			}
		}
	}
}

func findClosedParts(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		if r.Description == nil {
			continue
		}
		for _, part := range r.Description.Proprietary {
			if !part.Optional {
				add("It needs something proprietary: "+part.Name+".", fileURL(r, r.Path))
			}
		}
	}
}

func findStandards(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		if r.Description != nil && len(r.Description.Supports) > 0 {
			add("Its publisher says that it supports "+strings.Join(r.Description.Supports, ", ")+".", fileURL(r, r.Path))
		}
	}
}

func findPublicRepository(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		if r.State == models.RepositoryHere && r.Visibility == models.VisiblePublic {
			add("Its repository is public and answered when it was visited last.", webAddress(r.URL))
		}
	}
}

func findVersionControl(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		if r.State == models.RepositoryHere {
			add("It is kept in git.", webAddress(r.URL))
		}
	}
}

func findPublicCode(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		if r.Description != nil && r.Valid {
			add("A "+string(r.Description.Format)+" that keeps to its standard is in the repository.", fileURL(r, r.Path))
		}
	}
}

func findEnglish(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		if r.Description == nil {
			continue
		}
		for tag := range r.Description.Texts {
			if tag == "en" || strings.HasPrefix(tag, "en-") {
				add("It is described in English.", fileURL(r, r.Path))
				break
			}
		}
	}
}

func findLocalised(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		if d := r.Description; d != nil && d.Localised != nil && *d.Localised {
			add("Its publisher says that it can be translated.", fileURL(r, r.Path))
		}
	}
}

func findStatus(f *Facts, add func(says, link string)) {
	for _, r := range f.code() {
		if r.Description != nil && r.Description.Status != "" {
			add("Its publisher says how far it is: "+r.Description.Status+".", fileURL(r, r.Path))
		}
	}
}

func findSeveralAgencies(f *Facts, add func(says, link string)) {
	if f.Agencies > 1 {
		add(fmt.Sprintf("%d agencies run it in production.", f.Agencies), "")
	}
}

func findReleases(f *Facts, add func(says, link string)) {
	switch f.Releases {
	case 0:
	case 1:
		add("One release is in the register.", "")
	default:
		add(fmt.Sprintf("%d releases are in the register.", f.Releases), "")
	}
}
