package register

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

const (
	judgedAtOnce = 500    // assets in one transaction
	mostFollowed = 10_000 // events looked at in one round
	judgedAction = "asset.judged"
)

// Judging says how far the register has judged.
type Judging struct {
	Assets int // that were judged now
	Opened int // findings
	Closed int
	Behind bool // there is more to do
}

// JudgeChanges judges what events since the last round may have changed: documents, releases, software, deployments, agencies, policies, licence lists,
// people's words about licences, exemptions; and everything, when this program knows other things of licences than the one that judged last. Findings open and close by it. Only one process judges at a time; for another there is nothing to do.
//
// It may be stopped at any moment and goes on where it was: each batch of assets is one transaction.
func (r *Register) JudgeChanges(ctx context.Context) (Judging, error) {
	var done Judging
	release, held, err := r.store.TryHoldJudging(ctx)
	if err != nil || !held {
		return done, err
	}
	defer release()
	judged, err := r.store.Judged(ctx)
	if err != nil {
		return done, err
	}
	changes, err := r.store.ChangesAfter(ctx, judged.EventID, mostFollowed)
	if err != nil {
		return done, err
	}
	upTo := judged.EventID
	if len(changes) > 0 {
		upTo = changes[len(changes)-1].ID
	}
	assets, all := concerned(changes)
	if len(changes) == mostFollowed { // too far behind to follow
		all = true
		if upTo, err = r.store.LastEvent(ctx); err != nil {
			return done, err
		}
	}
	s, err := r.sit(ctx)
	if err != nil {
		return done, err
	}
	if s.list.Digest() != judged.List { // another list, or a program that knows more
		all = true
		if err := store.Write(ctx, r.store, func(tx *store.Tx) error { return tx.ForgetIdentified(ctx) }); err != nil {
			return done, err
		}
	}
	switch {
	case all:
		err = s.judgeAll(ctx, &done)
	case len(assets) > 0:
		err = s.judgeSome(ctx, assets, &done)
	case len(changes) == 0:
		return done, nil
	}
	if err != nil {
		return done, err
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		return tx.SetJudged(ctx, store.Judged{EventID: upTo, List: s.list.Digest(), At: r.now().Truncate(time.Microsecond)})
	})
	if err != nil {
		return done, err
	}
	last, err := r.store.LastEvent(ctx)
	done.Behind = last > upTo
	return done, err
}

// concerned lists the assets that events may have changed the judgement of, or says that it may be any.
func concerned(changes []store.Change) (assets []int64, all bool) {
	some := map[int64]bool{}
	for _, c := range changes {
		switch c.Noun {
		case "sbom", "release", "deployment", "asset":
			if c.Action == judgedAction {
				continue // our own
			}
			if c.AssetID != nil {
				some[*c.AssetID] = true
			}
			if c.Noun == "asset" {
				some[c.NounID] = true
			}
			if c.Action == "asset.merged" {
				return nil, true
			}
		case "license-choice", "license-conclusion":
			if c.AssetID == nil {
				return nil, true
			}
			some[*c.AssetID] = true
		case "policy":
			if c.Action == "policy.activated" {
				return nil, true
			}
		case "license-list":
			if c.Action == "license-list.activated" {
				return nil, true
			}
		case "exemption":
			if c.Action != "exemption.requested" && c.Action != "exemption.refused" {
				return nil, true
			}
		case "agency":
			if c.Action != "agency.registered" {
				return nil, true // it may have moved under other policies
			}
		}
	}
	return sortedKeys(some), false
}

func (s *sitting) judgeAll(ctx context.Context, done *Judging) error {
	for after := int64(0); ; {
		assets, err := s.r.store.JudgedAssets(ctx, after, judgedAtOnce)
		if err != nil || len(assets) == 0 {
			return err
		}
		if err := s.judge(ctx, assets, done); err != nil {
			return err
		}
		after = assets[len(assets)-1]
	}
}

func (s *sitting) judgeSome(ctx context.Context, assets []int64, done *Judging) error {
	for some := range slices.Chunk(assets, judgedAtOnce) {
		if err := s.judge(ctx, some, done); err != nil {
			return err
		}
	}
	return nil
}

// judge judges assets and keeps what has changed, in one transaction.
func (s *sitting) judge(ctx context.Context, assets []int64, done *Judging) error {
	g, err := s.gather(ctx, assets)
	if err != nil {
		return err
	}
	if err := gatherNeeded(ctx, g, s); err != nil {
		return err
	}
	var outcomes []*outcome
	for i := range g.list {
		o, err := s.hear(ctx, g, &g.list[i])
		if err != nil {
			return err
		}
		if o != nil {
			outcomes = append(outcomes, o)
		}
	}
	want, err := s.findings(ctx, outcomes)
	if err != nil {
		return err
	}
	var opened, closed int
	err = store.Write(ctx, s.r.store, func(tx *store.Tx) error {
		if err := s.keep(ctx, tx); err != nil {
			return err
		}
		if err := tx.KeepVerdicts(ctx, assets, s.verdicts(outcomes)); err != nil {
			return err
		}
		opened, closed, err = s.reconcile(ctx, tx, assets, want)
		return err
	})
	if err != nil {
		return fmt.Errorf("judging %d assets: %w", len(assets), err)
	}
	s.kept()
	done.Assets, done.Opened, done.Closed = done.Assets+len(assets), done.Opened+opened, done.Closed+closed
	return nil
}

func (s *sitting) verdicts(outcomes []*outcome) []store.ReleaseVerdict {
	at := s.r.now().Truncate(time.Microsecond)
	list := make([]store.ReleaseVerdict, len(outcomes))
	for i, o := range outcomes {
		list[i] = store.ReleaseVerdict{ReleaseID: o.subject.ReleaseID, AgencyID: o.subject.AgencyID, DeploymentID: o.subject.DeploymentID, AssetID: o.subject.AssetID, SBOMID: o.subject.SBOMID,
			ContextID: o.table.id, Verdict: string(o.verdict), Counts: o.counts, JudgedAt: at}
	}
	return list
}

// findingKey is what makes two findings the same one. The policy is part of it: one policy's rule never stands in for another's of the same name.
type findingKey struct {
	release, agency, policy  int64
	rule, component, license string
}

func keyOf(f *models.Finding) findingKey {
	return findingKey{f.ReleaseID, f.AgencyID, value(f.PolicyID), f.Rule, f.Component, f.License}
}

// reconcile opens what is new, closes what is gone and refreshes what has changed, with one event for each asset concerned.
func (s *sitting) reconcile(ctx context.Context, tx *store.Tx, assets []int64, want map[findingKey]*models.Finding) (opened, closed int, err error) {
	have, err := tx.OpenFindings(ctx, assets)
	if err != nil {
		return 0, 0, err
	}
	var fresh, changed []models.Finding
	var gone []int64
	tally := map[int64]*[2]int{} // opened and closed by asset
	count := func(asset int64, which int) {
		if tally[asset] == nil {
			tally[asset] = &[2]int{}
		}
		tally[asset][which]++
	}
	for i := range have {
		f := &have[i]
		w, still := want[keyOf(f)]
		if !still {
			gone = append(gone, f.ID)
			count(f.AssetID, 1)
			continue
		}
		delete(want, keyOf(f))
		w.ID, w.OpenedAt, w.Version, w.AssigneeID, w.DueOn = f.ID, f.OpenedAt, f.Version, f.AssigneeID, f.DueOn
		if !asBefore(f, w) {
			if f.State == models.FindingExempted && w.State == models.FindingOpen {
				count(f.AssetID, 0) // it is open again
			}
			changed = append(changed, *w)
		}
	}
	for _, w := range want {
		fresh = append(fresh, *w)
		count(w.AssetID, 0)
	}
	slices.SortFunc(fresh, byPlace)
	at := s.r.now().Truncate(time.Microsecond)
	if len(gone) > 0 {
		if err := tx.CloseAll(ctx, gone, at); err != nil {
			return 0, 0, err
		}
	}
	if err := tx.Refresh(ctx, changed); err != nil {
		return 0, 0, err
	}
	if err := tx.OpenAll(ctx, fresh); err != nil {
		return 0, 0, err
	}
	return len(fresh), len(gone), s.tell(ctx, tx, tally)
}

// asBefore reports whether judging found nothing new about a finding that stays. (It is asked of every finding each time; comparing by reflection took half of judging.)
func asBefore(have, found *models.Finding) bool {
	return have.SBOMID == found.SBOMID && value(have.PolicyVersionID) == value(found.PolicyVersionID) && have.Verdict == found.Verdict && have.Severity == found.Severity &&
		component(have) == component(found) && have.ComponentName == found.ComponentName && have.Leaf == found.Leaf && have.Missing == found.Missing &&
		have.Packages == found.Packages && have.State == found.State && value(have.ExemptionID) == value(found.ExemptionID)
}

func component(f *models.Finding) int32 {
	if f.ComponentID == nil {
		return 0
	}
	return *f.ComponentID
}

// tell records for each asset that findings opened or closed.
func (s *sitting) tell(ctx context.Context, tx *store.Tx, tally map[int64]*[2]int) error {
	by := models.SystemViewer("Licence policies")
	heads, err := tx.AssetHeads(ctx, sortedKeys(tally))
	if err != nil {
		return err
	}
	for _, a := range heads {
		n := tally[a.ID]
		if err := record(ctx, tx, by, event{action: judgedAction, noun: "asset", id: a.ID, title: a.Title, agency: a.StewardID, asset: a.ID, to: models.VisibleAgency, after: map[string]any{"opened": n[0], "closed": n[1]}}); err != nil {
			return err
		}
	}
	return nil
}

// JudgedUpTo says when the register was last judged and whether something has happened since.
func (r *Register) JudgedUpTo(ctx context.Context) (at time.Time, behind int64, err error) {
	judged, err := r.store.Judged(ctx)
	if err != nil {
		return at, 0, err
	}
	last, err := r.store.LastEvent(ctx)
	return judged.At, max(0, last-judged.EventID), err
}

// folded says whether a flag is about the licence as stated, and not about each component with it: what nobody knows or states, and what needs a
// choice, is mended at the licence.
func (f *flag) folded() bool { return f.Verdict != licenses.Denied && f.Verdict != licenses.Review }
