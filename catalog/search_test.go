package catalog_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// said writes an entry that says something in English.
func said(n int64, name, short string, more ...func(*catalog.Entry)) *catalog.Entry {
	e := &catalog.Entry{ID: catalog.ID{Kind: catalog.Own, Number: n}, Name: name, Origin: models.GovBuilt, Steward: 2, Visibility: models.VisiblePublic, Lifecycle: models.AssetInUse,
		Parts: []catalog.Part{{Visibility: models.VisiblePublic, Owner: 2, Texts: map[string]catalog.Text{"en": {Short: short}}}}}
	for _, change := range more {
		change(e)
	}
	return e
}

func in(lang, short string) func(*catalog.Entry) {
	return func(e *catalog.Entry) { e.Parts[0].Texts = map[string]catalog.Text{lang: {Short: short}} }
}

func part(change func(*catalog.Part)) func(*catalog.Entry) {
	return func(e *catalog.Entry) { change(&e.Parts[0]) }
}

func hidden(v models.Visibility) func(*catalog.Entry) {
	return func(e *catalog.Entry) { e.Visibility, e.Parts[0].Visibility = v, v }
}

func found(x *catalog.Index, text string) []string {
	names := []string{}
	for _, h := range x.Search(public, catalog.Query{Text: text, Limit: 50}).Hits {
		names = append(names, h.Entry.Name)
	}
	return names
}

func TestASearchFindsANeed(t *testing.T) {
	x := indexOf(
		said(1, "Bauamt", "", in("de", "Bearbeitet Anträge auf eine Baugenehmigung")),
		said(2, "PermitDesk", "Handles building permits from the request to the notice"),
		said(3, "Démarches", "", in("fr", "Gestion électronique des dossiers des usagers")),
		said(4, "Open Forms", "Forms that citizens fill in", part(func(p *catalog.Part) { p.Categories = []string{"workflow-management"} })),
		said(5, "OpenForms", "Another one", func(e *catalog.Entry) { e.Aliases = []string{"Formulare"} }),
		said(6, "Vault", "Keeps secrets", part(func(p *catalog.Part) { p.License, p.Standards = "EUPL-1.2", []string{"alias:gdpr"} })),
		said(7, "Numérisation", "Scanner les documents", in("fr", "Numérise des documents à l'échelle")),
		said(8, "漢字検索", "", in("ja", "行政文書の管理システム")),
		said(9, "Search C++", "A search engine written in C++"),
	)
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a word in another form is found", "permit", []string{"PermitDesk"}},
		{"accents need not be written", "demarches", []string{"Démarches"}},
		{"a form without accents is found", "electroniques", []string{"Démarches"}},
		{"what only some have is found when nothing has all", "secrets permits", []string{"PermitDesk", "Vault"}},
		{"a typing error is forgiven", "secerts", []string{"Vault"}},
		{"two typing errors are forgiven in a long word", "elctroniqe", []string{"Démarches"}},
		{"the beginning of the last word is enough", "vau", []string{"Vault"}},
		{"a finished word is no beginning", "vau ", []string{}},
		{"synonyms reach other languages", "baugenehmigung", []string{"Bauamt", "PermitDesk"}},
		{"a phrase that nobody has is looked for word by word", "gestion électronique des documents", []string{"Démarches"}},
		{"a phrase that has a synonym reaches other languages", "building permits", []string{"PermitDesk", "Bauamt"}},
		{"one word may be written as two", "open forms", []string{"Open Forms", "OpenForms"}},
		{"two words may be written as one", "openforms", []string{"OpenForms", "Open Forms"}},
		{"other names are found", "formulare", []string{"OpenForms", "Open Forms"}},
		{"licences are found", "eupl", []string{"Vault"}},
		{"standards are found", "gdpr", []string{"Vault"}},
		{"categories are found, and what has a synonym", "workflow", []string{"Open Forms", "Démarches"}},
		{"words that say nothing are not asked for", "a system for the permits", []string{"PermitDesk"}},
		{"signs without blanks between words are found", "文書", []string{"漢字検索"}},
		{"the plus of C++ is a letter", "c++", []string{"Search C++"}},
		{"what nobody says is not found", "xylophone", []string{}},
		{"a text without words finds nothing", "?!", []string{}},
		{"the agency that answers for software is found", "ministry of health vault", []string{"Vault"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, found(x, c.text)); diff != "" {
				t.Errorf("%q: wanted (-), found (+):\n%s", c.text, diff)
			}
		})
	}
}

func TestAHitSaysWhyItWasFound(t *testing.T) {
	x := indexOf(said(1, "PermitDesk", "Handles building permits"), said(2, "Vault", "Keeps secrets"))
	r := x.Search(public, catalog.Query{Text: "licence desk", Limit: 5})
	want := []catalog.Why{{Word: "licence", Found: "permit", How: catalog.Synonym, Fields: []catalog.Field{"name"}}, {Word: "desk", Found: "desk", How: catalog.Exactly, Fields: []catalog.Field{"name"}}}
	if len(r.Hits) != 1 {
		t.Fatalf("found %d", len(r.Hits))
	}
	if diff := cmp.Diff(want, r.Hits[0].Why); diff != "" {
		t.Error(diff)
	}
}

func TestAMistypedWordIsSuggestedInItsCommonestForm(t *testing.T) {
	x := indexOf(said(1, "A", "parking"), said(2, "B", "parking"), said(3, "C", "barking"), said(4, "D", "secret", hidden(models.VisibleGovernment)))
	for text, want := range map[string]string{"parkin meters": "", "parkink": "parking", "parknig": "parking", "secert": "", "parking": ""} {
		if got := x.Search(public, catalog.Query{Text: text, Limit: 5}).Suggestion; got != want {
			t.Errorf("%q: suggested %q, not %q", text, got, want)
		}
	}
}

// What a viewer may not see must influence nothing: an index without it answers the same.
func TestWhatIsHiddenInfluencesNothing(t *testing.T) {
	texts := []string{"", "permit", "permits building", "archive", "watter", "documenti", "case", "authority", "hospital", "vaccination exam", "mit", "Open", "genehmigungen", "zzz", "workflow sch"}
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 1))
		x, have := changed(r, 40)
		for name, sight := range sights {
			var shown []*catalog.Entry
			for _, e := range have {
				if s := shownTo(sight, e); s != nil {
					shown = append(shown, s)
				}
			}
			alone := indexOf(shown...)
			for _, text := range texts {
				q := catalog.Query{Text: text, Filters: someFilters(r), Sort: one(r, catalog.Sorts), Limit: 1 + r.IntN(30), Count: catalog.Facets()}
				want, got := alone.Search(everything, q), x.Search(sight, q)
				dropVisibility(want)
				dropVisibility(got)
				if diff := cmp.Diff(want, got, cmp.Comparer(sameEntry), cmpopts.EquateApprox(1e-5, 0), cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("seed %d, %s, %+v: alone (-), among hidden things (+):\n%s", seed, name, q, diff)
				}
			}
			for id := range have {
				for _, ask := range []func(*catalog.Index, models.Sight) any{
					func(x *catalog.Index, s models.Sight) any { return x.Similar(s, id, 5) },
					func(x *catalog.Index, s models.Sight) any { return x.Alternatives(s, id, 5) },
					func(x *catalog.Index, s models.Sight) any { return x.PeersUse(s, 4, id, 5) },
				} {
					if diff := cmp.Diff(ask(alone, everything), ask(x, sight), cmp.Comparer(sameEntry), cmpopts.EquateApprox(1e-5, 0), cmpopts.EquateEmpty()); diff != "" {
						t.Fatalf("seed %d, %s, like %s: alone (-), among hidden things (+):\n%s", seed, name, id, diff)
					}
				}
			}
		}
	}
}

func sameEntry(a, b *catalog.Entry) bool { return a.ID == b.ID }

// dropVisibility leaves out the one facet that not everybody is told.
func dropVisibility(r *catalog.Result) {
	r.Facets = slices.DeleteFunc(r.Facets, func(f catalog.FacetCount) bool { return f.Facet == catalog.FacetVisibility })
}

func someFilters(r *rand.Rand) map[catalog.Facet][]string {
	filters := map[catalog.Facet][]string{}
	values := map[catalog.Facet][]string{catalog.FacetKind: {"own", "foreign"}, catalog.FacetOrigin: {"gov-built", "open-source"}, catalog.FacetCategory: someCategories, catalog.FacetClass: {"permissive", "unknown", "strong-copyleft"},
		catalog.FacetOpen: {"yes", "no"}, catalog.FacetUsedBy: {"1", "2", "4", "99"}, catalog.FacetSteward: {"1", "2", "3"}, catalog.FacetSBOM: {"yes", "no"}, catalog.FacetLicense: {"MIT", "EUPL-1.2", "nothing"}, catalog.FacetActivity: {"month", "older", "unknown"}}
	for _, f := range catalog.Facets() {
		if v := values[f]; v != nil && r.IntN(5) == 0 {
			filters[f] = slices.Compact(some(r, v, 2))
		}
	}
	return filters
}

// valuesOf says by the plainest means which values of a facet an entry has for who sees all that is in it.
func valuesOf(f catalog.Facet, e *catalog.Entry) map[string]bool {
	values := map[string]bool{}
	add := func(texts ...string) {
		for _, t := range texts {
			if t != "" {
				values[t] = true
			}
		}
	}
	above := func(id int64) {
		for _, a := range agencies {
			if a.ID == id {
				for _, up := range a.Above {
					add(strconv.FormatInt(up, 10))
				}
			}
		}
	}
	switch f {
	case catalog.FacetKind:
		add(string(e.ID.Kind))
	case catalog.FacetOrigin:
		add(string(e.Origin))
	case catalog.FacetSteward:
		above(e.Steward)
	case catalog.FacetUsedBy:
		for _, u := range e.Uses {
			above(u.Agency)
		}
	}
	for _, p := range e.Parts {
		switch f {
		case catalog.FacetCategory:
			add(p.Categories...)
		case catalog.FacetClass:
			if class := licenses.Read(p.License).Class(); class != licenses.Unknown {
				add(string(class))
			}
		case catalog.FacetLicense:
			if e := licenses.Read(p.License).Expression; !e.IsZero() {
				for _, leaf := range e.Leaves() {
					add(leaf.ID)
				}
			}
		case catalog.FacetSBOM:
			if p.SBOM {
				add("yes")
			}
		}
	}
	if len(values) == 0 && f == catalog.FacetClass {
		add("unknown")
	}
	if len(values) == 0 && f == catalog.FacetSBOM {
		add("no")
	}
	return values
}

func TestFacetsCountWhatTheOtherFiltersLeave(t *testing.T) {
	checked := []catalog.Facet{catalog.FacetKind, catalog.FacetOrigin, catalog.FacetSteward, catalog.FacetUsedBy, catalog.FacetCategory, catalog.FacetClass, catalog.FacetLicense, catalog.FacetSBOM}
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 2))
		x, have := changed(r, 60)
		for name, sight := range sights {
			for range 15 {
				text := one(r, []string{"", "permits", "archive"})
				filters := map[catalog.Facet][]string{}
				for f, v := range someFilters(r) {
					if slices.Contains(checked, f) && len(v) > 0 {
						filters[f] = v
					}
				}
				byText := map[catalog.ID]bool{}
				for _, h := range x.Search(sight, catalog.Query{Text: text, Limit: 1000}).Hits {
					byText[h.Entry.ID] = true
				}
				want, total := bruteCounts(sight, have, byText, checked, filters)
				got := x.Search(sight, catalog.Query{Text: text, Filters: filters, Count: checked, Limit: 1})
				if got.Total != total {
					t.Fatalf("seed %d, %s, %q %v: total %d, not %d", seed, name, text, filters, got.Total, total)
				}
				for _, f := range got.Facets {
					counts := map[string]int{}
					for _, v := range f.Values {
						if v.Count > 0 {
							counts[v.Value] = v.Count
						}
					}
					if diff := cmp.Diff(want[f.Facet], counts); diff != "" {
						t.Fatalf("seed %d, %s, %q %v, facet %s: by hand (-), counted (+):\n%s", seed, name, text, filters, f.Facet, diff)
					}
				}
			}
		}
	}
}

func bruteCounts(sight models.Sight, have map[catalog.ID]*catalog.Entry, byText map[catalog.ID]bool, facets []catalog.Facet, filters map[catalog.Facet][]string) (counts map[catalog.Facet]map[string]int, total int) {
	counts = map[catalog.Facet]map[string]int{}
	for _, f := range facets {
		counts[f] = map[string]int{}
	}
	for _, e := range have {
		shown := shownTo(sight, e)
		if shown == nil || !byText[e.ID] {
			continue
		}
		failing := map[catalog.Facet]bool{}
		for f, values := range filters {
			has := valuesOf(f, shown)
			if !slices.ContainsFunc(values, func(v string) bool { return has[v] }) {
				failing[f] = true
			}
		}
		if len(failing) == 0 {
			total++
		}
		for _, f := range facets {
			if len(failing) == 0 || len(failing) == 1 && failing[f] {
				for v := range valuesOf(f, shown) {
					counts[f][v]++
				}
			}
		}
	}
	return counts, total
}

// A next link that widened the results was a fault of a peer.
func TestPagesTogetherAreTheWholeListUnderEveryFilterAndOrder(t *testing.T) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 3))
		x, _ := changed(r, 80)
		for _, text := range []string{"", "permit archive", "forms"} {
			for _, order := range catalog.Sorts {
				q := catalog.Query{Text: text, Filters: someFilters(r), Sort: order, Limit: 1000}
				whole := x.Search(everything, q)
				var walked []string
				q.Limit = 1 + r.IntN(9)
				for {
					page := x.Search(everything, q)
					if page.Total != whole.Total {
						t.Fatalf("the total changed on the way from %d to %d", whole.Total, page.Total)
					}
					for _, h := range page.Hits {
						walked = append(walked, fmt.Sprint(h.Entry.ID, h.Score))
					}
					if q.After = page.Next; q.After == nil {
						break
					}
				}
				var want []string
				for _, h := range whole.Hits {
					want = append(want, fmt.Sprint(h.Entry.ID, h.Score))
				}
				if diff := cmp.Diff(want, walked); diff != "" {
					t.Fatalf("seed %d, %q by %s: whole (-), page by page (+):\n%s", seed, text, order, diff)
				}
			}
		}
	}
}

func TestEveryEntryIsCountedHoweverManyThereAre(t *testing.T) {
	var entries []*catalog.Entry
	for n := range int64(10_001) {
		entries = append(entries, said(n+1, fmt.Sprint("Entry ", n), "the same words"))
	}
	x := indexOf(entries...)
	r := x.Search(public, catalog.Query{Text: "same", Limit: 10, Count: []catalog.Facet{catalog.FacetKind}})
	if r.Total != 10_001 || r.Facets[0].Values[0].Count != 10_001 || len(r.Hits) != 10 {
		t.Errorf("total %d, facet %v, hits %d", r.Total, r.Facets, len(r.Hits))
	}
}
