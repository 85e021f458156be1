package catalog_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
)

var (
	today    = models.DateOf(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	agencies = []catalog.Agency{
		{ID: 1, Name: "Government", Kind: models.Government, Above: []int64{1}},
		{ID: 2, Name: "Ministry of Health", Kind: models.Ministry, Above: []int64{2, 1}},
		{ID: 3, Name: "Ministry of Education", Kind: models.Ministry, Above: []int64{3, 1}},
		{ID: 4, Name: "Hospital Authority", Kind: models.Authority, Above: []int64{4, 2, 1}},
		{ID: 5, Name: "Exam Authority", Kind: models.Authority, Above: []int64{5, 3, 1}},
		{ID: 6, Name: "Vaccine Authority", Kind: models.Authority, Above: []int64{6, 2, 1}},
	}
	everything = models.SystemViewer("test").Sight()
	public     = models.Viewer{}.Sight()
)

// member sees what is for government, and everything of an agency and those below it.
func member(agencies ...int64) models.Sight {
	return models.Viewer{UserID: 1, Grants: []models.Grant{{Role: models.Registrar, Agencies: agencySet(agencies)}}}.Sight()
}

// outsider is a token that may not read what is for government, and acts for agencies.
func outsider(agencies ...int64) models.Sight {
	return models.Viewer{UserID: 1, Actions: []models.Action{models.WriteAsset}, Grants: []models.Grant{{Role: models.Registrar, Agencies: agencySet(agencies)}}}.Sight()
}

func agencySet(ids []int64) map[int64]bool {
	set := map[int64]bool{}
	for _, id := range ids {
		set[id] = true
	}
	return set
}

var sights = map[string]models.Sight{"public": public, "system": everything, "health": member(2, 4, 6), "hospital": member(4), "exams": member(5), "token of health": outsider(2, 4, 6)}

// words that entries are made of.
var (
	someNames      = []string{"Case", "Permit", "Tax", "Vaccine", "Exam", "Water", "Form", "Archive", "Open", "Booking"}
	someWords      = strings.Fields("permits building citizens applications forms archive documents documenti démarches Genehmigung vaccination pupils grades water meters maps schedules invoices payments search registers workflow")
	someCategories = []string{"case-management", "document-management", "gis", "identity-management", "e-learning", "billing-and-invoicing"}
	someLicenses   = []string{"", "MIT", "EUPL-1.2", "GPL-3.0-or-later", "MIT OR Apache-2.0", "what is this", "LicenseRef-own", "Apache-2.0 AND EUPL-1.2"}
)

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func some[T any](r *rand.Rand, list []T, most int) []T {
	var out []T
	for range r.IntN(most + 1) {
		out = append(out, one(r, list))
	}
	return out
}

// invented is a random entry.
func invented(r *rand.Rand, n int64) *catalog.Entry {
	e := &catalog.Entry{ID: catalog.ID{Kind: catalog.Own, Number: n}, Name: fmt.Sprintf("%s%s %d", one(r, someNames), one(r, []string{" ", "", "-"})+one(r, someNames), n%7), Origin: one(r, models.Origins), Steward: one(r, agencies).ID,
		Visibility: one(r, models.Visibilities), Lifecycle: one(r, models.AssetLifecycles), UpdatedAt: time.Date(2026, 1, 1+r.IntN(20), 0, 0, 0, 0, time.UTC), Aliases: some(r, someNames, 1)}
	if r.IntN(4) == 0 {
		e.ID.Kind, e.Steward, e.Visibility, e.Source, e.Lifecycle = catalog.Foreign, 0, models.VisiblePublic, one(r, []string{"Italy", "Netherlands"}), ""
	}
	e.Parts = append(e.Parts, inventedPart(r, e.Visibility, e.Steward))
	for range r.IntN(3) {
		e.Parts = append(e.Parts, inventedPart(r, one(r, models.Visibilities), one(r, agencies).ID))
	}
	used := map[int64]bool{}
	for range r.IntN(5) {
		if a := one(r, agencies).ID; !used[a] {
			used[a] = true
			e.Uses = append(e.Uses, catalog.Use{Agency: a, Visibility: one(r, models.Visibilities)})
		}
	}
	return e
}

func inventedPart(r *rand.Rand, v models.Visibility, owner int64) catalog.Part {
	p := catalog.Part{Visibility: v, Owner: owner, Categories: some(r, someCategories, 2), Tags: some(r, someWords, 1), Functions: some(r, []string{"health", "education", "environment"}, 1), Standards: some(r, []string{"alias:gdpr", "alias:eidas"}, 1),
		Platforms: some(r, []string{"web", "linux"}, 2), Languages: some(r, []string{"en", "it", "fr"}, 2), Countries: some(r, []string{"IT", "NL"}, 1), License: one(r, someLicenses), Status: one(r, []string{"", "stable", "obsolete"}),
		Type: one(r, []string{"", "library", "standalone/web"}), Maintenance: one(r, []string{"", "internal", "none"}), Code: r.IntN(2) == 0, SBOM: r.IntN(3) == 0, Archived: r.IntN(5) == 0, Measured: r.IntN(2) == 0, Texts: map[string]catalog.Text{}}
	for range r.IntN(3) {
		p.Texts[one(r, []string{"en", "it", "de", "fr-CA", "xx"})] = catalog.Text{Short: strings.Join(some(r, someWords, 6), " "), Long: strings.Join(some(r, someWords, 12), " "), Features: some(r, someWords, 3), Generic: one(r, someWords)}
	}
	if r.IntN(3) > 0 {
		at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -r.IntN(1000))
		p.ActiveAt = &at
	}
	return p
}

// shownTo is an entry with only what a viewer sees of it; nil when that is nothing.
func shownTo(sight models.Sight, e *catalog.Entry) *catalog.Entry {
	if !sight.Sees(e.Visibility, e.Steward) {
		return nil
	}
	c := e.ShownTo(sight)
	c.Parts, c.Uses = slices.Clone(c.Parts), slices.Clone(c.Uses)
	for i := range c.Parts { // the index shortens the texts of its entries
		texts := map[string]catalog.Text{}
		for tag, t := range c.Parts[i].Texts {
			texts[tag] = t
		}
		c.Parts[i].Texts = texts
	}
	return c
}

func indexOf(entries ...*catalog.Entry) *catalog.Index {
	x := catalog.New(today, agencies, catalog.OwnSynonyms())
	x.Change(nil, entries)
	return x
}

// changed makes a random index by many changes, and tells what is in it.
func changed(r *rand.Rand, entries int) (*catalog.Index, map[catalog.ID]*catalog.Entry) {
	x, have := indexOf(), map[catalog.ID]*catalog.Entry{}
	for n := 0; len(have) < entries; {
		var gone []catalog.ID
		var fresh []*catalog.Entry
		for range 1 + r.IntN(entries) {
			e := invented(r, int64(1+r.IntN(2*entries)))
			if n++; n%5 == 0 {
				gone = append(gone, e.ID)
				delete(have, e.ID)
				continue
			}
			have[e.ID] = e
		}
		for _, e := range have {
			if r.IntN(3) == 0 || x.Len() == 0 {
				fresh = append(fresh, shownTo(everything, e))
			}
		}
		x.Change(gone, fresh)
	}
	var rest []*catalog.Entry
	var gone []catalog.ID
	for n := range int64(2 * entries) {
		for _, kind := range catalog.Kinds {
			id := catalog.ID{Kind: kind, Number: n + 1}
			if e := have[id]; e != nil {
				rest = append(rest, shownTo(everything, e))
			} else {
				gone = append(gone, id)
			}
		}
	}
	r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	x.Change(gone, rest)
	return x, have
}
