package register_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit/documents"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// TestRealDocumentsAreAnsweredForConsistently asks everything about licences of real documents of every format: what was judged in the background is what the verdict on the document
// says, and no component is lost on the way.
func TestRealDocumentsAreAnsweredForConsistently(t *testing.T) {
	f := newOwnFixture(t)
	_, err := f.r.ShipPolicy(ctx)
	f.must(err)
	all := documents.Corpus(t)
	received := map[string]*register.Receipt{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if len(all[name]) > 60<<10 {
			continue // the kind matters here, and small ones are of every kind
		}
		release := f.release(f.asset(name, f.hospitals, models.VisiblePublic), "1")
		receipt, err := f.r.ReceiveSBOM(ctx, system, release.ID, name, bytes.NewReader(all[name]), sbom.Limits{})
		if err != nil {
			continue // refused, as it has no packages
		}
		received[name] = receipt
	}
	if len(received) < 50 {
		t.Fatalf("only %d documents", len(received))
	}
	f.judged(f.health.ID)
	for name, receipt := range received {
		f.agrees(name, receipt)
		f.accountsForAll(name, receipt)
	}
}

// agrees holds the verdict that was made in the background to the one that is made of the document itself.
func (f *fixture) agrees(name string, receipt *register.Receipt) {
	f.t.Helper()
	release, err := f.s.Release(ctx, system, receipt.SBOM.ReleaseID)
	f.must(err)
	rows, err := f.s.Verdicts(ctx, system, release.AssetID)
	f.must(err)
	v, err := f.r.SBOMVerdict(ctx, models.Viewer{}, receipt.SBOM.ID, 0, nil)
	f.must(err)
	if len(rows) != 1 {
		f.t.Errorf("%s: %d verdicts", name, len(rows))
		return
	}
	for _, verdict := range licenses.Verdicts() {
		if rows[0].Counts[string(verdict)] != v.Packages[verdict] {
			f.t.Errorf("%s: %d packages are %s in the background, %d in the verdict", name, rows[0].Counts[string(verdict)], verdict, v.Packages[verdict])
		}
	}
}

// accountsForAll holds publication, checklist and notice to the components that there are.
func (f *fixture) accountsForAll(name string, receipt *register.Receipt) {
	f.t.Helper()
	release := receipt.SBOM.ReleaseID
	p, err := f.r.Publication(ctx, models.Viewer{}, release, "EUPL-1.2")
	f.must(err)
	sum, worst := 0, licenses.AnswerYes
	for _, answer := range licenses.Answers() {
		if sum += p.Counts[answer]; p.Counts[answer] > 0 {
			worst = answer
		}
	}
	own := 0
	if p.Product != "" {
		own = 1
	}
	if sum+own != receipt.SBOM.Components || sum > 0 && p.Answer != worst || len(p.Components)+p.More != sum || p.Sentence == "" {
		f.t.Errorf("%s: %d components, %v of them answered with %s, %d named, %d more", name, receipt.SBOM.Components, p.Counts, p.Answer, len(p.Components), p.More)
	}
	for _, c := range p.Components {
		if c.Answer != licenses.AnswerYes && len(c.Reasons) == 0 && c.Hint == "" {
			f.t.Errorf("%s: nothing is said of why %s is %s", name, c.Component, c.Answer)
		}
	}
	for _, use := range licenses.Uses() {
		c, err := f.r.Obligations(ctx, models.Viewer{}, release, use)
		f.must(err)
		lines := 0
		for _, item := range c.Items {
			for _, l := range item.Licenses {
				if l.State != "" {
					lines++
				}
			}
		}
		if c.Open != lines || c.Met != 0 {
			f.t.Errorf("%s: %d open lines are counted as %d", name, lines, c.Open)
		}
	}
	var former int64
	for range 2 {
		x, err := f.r.Notice(ctx, models.Viewer{}, release, register.NoticeText)
		f.must(err)
		if former != 0 && former != x.Size {
			f.t.Errorf("%s: a second notice differs", name)
		}
		former = x.Size
		f.must(x.Close())
	}
}
