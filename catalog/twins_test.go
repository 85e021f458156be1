package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
)

func at(canonical string, visibility models.Visibility, owner int64) func(*catalog.Entry) {
	return func(e *catalog.Entry) {
		e.Addresses = append(e.Addresses, catalog.Address{Canonical: canonical, Visibility: visibility, Owner: owner})
	}
}

func abroad(e *catalog.Entry) { e.ID.Kind, e.Steward, e.Source = catalog.Foreign, 0, "Abroad" }

func kindsFound(x *catalog.Index, sight models.Sight, text string) []string {
	names := []string{}
	for _, h := range x.Search(sight, catalog.Query{Text: text, Limit: 50, Sort: catalog.ByName}).Hits {
		names = append(names, h.Entry.ID.String())
	}
	return names
}

func TestAForeignEntryOfSoftwareThatIsOursTooIsLeftOutForThemWhoSeeOurs(t *testing.T) {
	const open, closed, hidden = "git.example/open", "git.example/closed", "git.example/hidden"
	secret := said(3, "Desk of the hospital", "Handles permits", func(e *catalog.Entry) { e.Visibility, e.Steward = models.VisibleAgency, 4 }, at(hidden, models.VisiblePublic, 4))
	ours := []*catalog.Entry{
		said(1, "Desk", "Handles permits", at(open, models.VisiblePublic, 2)),
		said(2, "Desk with closed code", "Handles permits", at(closed, models.VisibleAgency, 2)),
		secret,
	}
	theirs := []*catalog.Entry{
		said(11, "Desk abroad", "Handles permits", abroad, at(open, models.VisiblePublic, 0)),
		said(12, "Closed abroad", "Handles permits", abroad, at(closed, models.VisiblePublic, 0)),
		said(13, "Hidden abroad", "Handles permits", abroad, at(hidden, models.VisiblePublic, 0)),
		said(14, "Other abroad", "Handles permits", abroad, at("git.example/other", models.VisiblePublic, 0)),
		said(15, "Nowhere abroad", "Handles permits", abroad, at("", models.VisiblePublic, 0)),
	}
	want := func(x *catalog.Index, sight models.Sight, ids ...string) {
		t.Helper()
		for _, text := range []string{"permits", ""} {
			if diff := cmp.Diff(ids, kindsFound(x, sight, text)); diff != "" {
				t.Errorf("for %q: %s", text, diff)
			}
		}
	}
	for name, list := range map[string][]*catalog.Entry{"ours first": append(append([]*catalog.Entry{}, ours...), theirs...), "theirs first": append(append([]*catalog.Entry{}, theirs...), ours...)} {
		x := indexOf(list...)
		t.Log(name)
		want(x, public, "foreign-12", "own-1", "own-2", "foreign-13", "foreign-15", "foreign-14")
		want(x, member(2), "own-1", "own-2", "foreign-13", "foreign-15", "foreign-14")
		want(x, everything, "own-1", "own-3", "own-2", "foreign-15", "foreign-14")
		if _, ok := x.Entry(public, catalog.ID{Kind: catalog.Foreign, Number: 11}); !ok {
			t.Error("an entry that is left out is not found by its number")
		}
		counts := x.Search(public, catalog.Query{Count: []catalog.Facet{catalog.FacetSource}, Filters: nil}).Facets
		if n := counts[0].Values[0].Count; n != 4 {
			t.Errorf("%d entries of the source are counted", n)
		}
	}
}

func TestAForeignEntryComesAndGoesWithOurs(t *testing.T) {
	x := indexOf(said(11, "Abroad", "x", abroad, at("git.example/a", models.VisiblePublic, 0)))
	step := func(gone []catalog.ID, entries []*catalog.Entry, ids ...string) {
		t.Helper()
		x.Change(gone, entries)
		if diff := cmp.Diff(ids, kindsFound(x, public, "")); diff != "" {
			t.Error(diff)
		}
	}
	own := catalog.ID{Kind: catalog.Own, Number: 1}
	step(nil, []*catalog.Entry{said(1, "Desk", "x", at("git.example/a", models.VisiblePublic, 2))}, "own-1")
	step(nil, []*catalog.Entry{said(11, "Abroad", "y", abroad, at("git.example/a", models.VisiblePublic, 0))}, "own-1")
	step(nil, []*catalog.Entry{said(1, "Desk", "x", at("git.example/b", models.VisiblePublic, 2))}, "foreign-11", "own-1")
	step(nil, []*catalog.Entry{said(1, "Desk", "x", at("git.example/a", models.VisiblePublic, 2))}, "own-1")
	step([]catalog.ID{own}, nil, "foreign-11")
	if e := said(1, "Desk", "x", at("git.example/a", models.VisibleAgency, 2)); len(e.ShownTo(public).Addresses) != 0 {
		t.Error("addresses are shown")
	}
}
