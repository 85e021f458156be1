package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
)

func usedBy(agencies ...int64) func(*catalog.Entry) {
	return func(e *catalog.Entry) {
		for _, a := range agencies {
			e.Uses = append(e.Uses, catalog.Use{Agency: a, Visibility: models.VisiblePublic})
		}
	}
}

func offering(origin models.Origin, license string, categories ...string) func(*catalog.Entry) {
	return func(e *catalog.Entry) {
		e.Origin, e.Parts[0].License, e.Parts[0].Categories = origin, license, categories
	}
}

func market() *catalog.Index {
	return indexOf(
		said(1, "MegaForms", "Forms and surveys for citizens", offering(models.Proprietary, "", "data-collection"), usedBy(4, 5)),
		said(2, "Free Forms", "Forms for citizens without programming", offering(models.OpenSource, "EUPL-1.2", "data-collection"), usedBy(6, 2, 3)),
		said(3, "Other Forms", "Surveys", offering(models.OpenSource, "MIT", "data-collection", "gis"), usedBy(5)),
		said(4, "Old Forms", "Forms for citizens", offering(models.OpenSource, "MIT", "data-collection"), part(func(p *catalog.Part) { p.Archived = true })),
		said(5, "Dead Forms", "Forms for citizens", offering(models.OpenSource, "MIT", "data-collection"), part(func(p *catalog.Part) { p.Status = "obsolete" })),
		said(6, "Paid Forms", "Forms for citizens", offering(models.Proprietary, "", "data-collection")),
		said(7, "Hidden Forms", "Forms for citizens", offering(models.OpenSource, "MIT", "data-collection"), hidden(models.VisibleAgency)),
		said(8, "Stand-in", "A stand-in for MegaForms", offering(models.OpenSource, "MIT")),
		said(9, "Water", "Levels of rivers", offering(models.OpenSource, "MIT", "gis"), usedBy(4, 5, 6)),
	)
}

func TestOpenAlternativesServeTheSameAndAreAlive(t *testing.T) {
	var names []string
	for _, a := range market().Alternatives(public, catalog.ID{Kind: catalog.Own, Number: 1}, 10) {
		names = append(names, a.Entry.Name)
		if a.Entry.Name == "Stand-in" && !a.Mentions || a.Entry.Name == "Free Forms" && strings.Join(a.Categories, " ") != "data-collection" {
			t.Errorf("%s: the reason is missing: %+v", a.Entry.Name, a)
		}
	}
	if diff := cmp.Diff([]string{"Stand-in", "Free Forms", "Other Forms"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestAgenciesOfTheSameKindThatRunTheSameAreAlike(t *testing.T) {
	peers := market().Peers(public, 4)
	if len(peers) == 0 || peers[0].Agency.ID != 5 || peers[0].Shared != 2 || !peers[0].SameKind {
		t.Errorf("the likest of the Hospital Authority: %+v", peers)
	}
}

func TestWhatSimilarAgenciesUseForTheSameIsNamedWithThem(t *testing.T) {
	uses := market().PeersUse(public, 4, catalog.ID{Kind: catalog.Own, Number: 1}, 5)
	if len(uses) != 2 || uses[0].Entry.Name != "Free Forms" && uses[0].Entry.Name != "Other Forms" || len(uses[0].Agencies) == 0 {
		t.Errorf("%+v", uses)
	}
}

func TestWhatIsNotSeenHasNoAlternatives(t *testing.T) {
	if got := market().Similar(public, catalog.ID{Kind: catalog.Own, Number: 7}, 5); got != nil {
		t.Errorf("%+v", got)
	}
}
