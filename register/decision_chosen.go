package register

import (
	"context"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// setChosenAt works out since when what is proposed is proposed without a break: the same candidate, under the same name, from the same hand, and since the case last went back.
func (c *caseAt) setChosenAt(ctx context.Context, s *store.Store, at time.Time) error {
	d := c.dossier
	if d.Proposal == nil {
		return nil
	}
	since, err := unbroken(ctx, s, c.row.ID, models.PartProposal, "", at, func(o *models.Dossier) bool { return o.Proposal.Value.Chosen == d.Proposal.Value.Chosen })
	if err != nil {
		return err
	}
	if now := d.Candidate(d.Proposal.Value.Chosen); now != nil {
		entered, err := unbroken(ctx, s, c.row.ID, models.PartCandidate, now.Key, at, func(o *models.Dossier) bool { return sameProduct(&o.Candidates[0].Value, &now.Value) })
		if err != nil {
			return err
		}
		if entered.After(since) {
			since = entered
		}
	}
	if back := c.wentBack(); back.After(since) {
		since = back
	}
	d.ChosenAt = &since
	return nil
}

// sameProduct reports whether two versions of a candidate are about the same thing.
func sameProduct(a, b *models.Candidate) bool {
	return a.Name == b.Name && a.Edition == b.Edition && a.Origin == b.Origin && a.Vendor == b.Vendor && value(a.AssetID) == value(b.AssetID)
}

// unbroken is since when the versions of a part until a moment are alike.
func unbroken(ctx context.Context, s *store.Store, id int64, part models.PartName, key string, at time.Time, alike func(*models.Dossier) bool) (since time.Time, err error) {
	versions, err := s.DecisionPartVersions(ctx, id, part, key)
	if err != nil {
		return since, err
	}
	for i := range versions { // newest first
		if versions[i].At.After(at) {
			continue
		}
		one, err := models.ReadDossier([]models.DecisionPart{versions[i]}, nil)
		if err != nil {
			return since, err
		}
		if !alike(one) {
			break
		}
		since = versions[i].At
	}
	return since, nil
}

// earlySteps are where a case is before anything is proposed.
var earlySteps = []models.DecisionState{models.DecisionDraft, models.NeedConfirmed, models.DecisionScanning, models.PublicCallOut, models.ScanClosed, models.DecisionEvaluating}

// wentBack is when the case last went back from a proposal, or from what follows one; the zero time when it never did.
func (c *caseAt) wentBack() time.Time {
	for _, m := range slices.Backward(c.moves) {
		if slices.Contains(earlySteps, m.To) && !slices.Contains(earlySteps, m.From) && m.From != models.DecisionEvaluated && m.From != models.InProcurement {
			return m.At
		}
	}
	return time.Time{}
}
