package demo

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// licences asks that every page about licence policies has something to show.
func licences(t *testing.T, st *store.Store) {
	states := map[string]int{}
	for _, x := range must(st.Exemptions(t.Context(), models.SystemViewer("test"), "", 0, models.Page{}))(t).Items {
		states[string(x.State)]++
	}
	for _, f := range all(t, func(p models.Page) (models.List[store.FindingRow], error) {
		return st.Findings(t.Context(), models.SystemViewer("test"), models.FindingFilter{Page: p})
	}) {
		if f.State == models.FindingExempted || f.DueOn != nil || f.Comments > 0 {
			states["finding "+string(f.State)]++
		}
	}
	for _, p := range must(st.Policies(t.Context(), models.SystemViewer("test")))(t) {
		states["policy"]++
		if p.DraftID != nil {
			states["draft"]++
		}
	}
	states["choices"], states["conclusions"] = len(must(st.LicenseChoices(t.Context(), models.SystemViewer("test"), 0))(t)), len(must(st.LicenseConclusions(t.Context(), models.SystemViewer("test"), 0))(t))
	documented(t, st)
	want := map[string]int{"granted": 2, "requested": 1, "refused": 1, "finding exempted": 2, "finding open": 2, "policy": 2, "draft": 1, "choices": 3, "conclusions": 2}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("licences judged (-want +got):\n%s", diff)
	}
}

// documented asks that the documentation gives the findings as they are.
func documented(t *testing.T, st *store.Store) {
	type count struct {
		findings int
		software map[int64]bool
	}
	counts := map[string]*count{}
	for _, f := range all(t, func(p models.Page) (models.List[store.FindingRow], error) {
		return st.Findings(t.Context(), models.SystemViewer("test"), models.FindingFilter{State: models.FindingOpen, Page: p})
	}) {
		c := counts[f.Rule]
		if c == nil {
			c = &count{software: map[int64]bool{}}
			counts[f.Rule] = c
		}
		c.findings++
		c.software[f.AssetID] = true
	}
	page := string(must(os.ReadFile("../../../docs/licences.md"))(t))
	for rule, c := range counts {
		if row := fmt.Sprintf("\n| %s | %d | %d | ", rule, c.findings, len(c.software)); !strings.Contains(page, row) {
			t.Errorf("docs/licences.md has no row %q", row)
		}
	}
}
