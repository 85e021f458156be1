package register

import (
	"context"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// RequestExemption asks that a rule may be broken, for a ground, within a scope, until a day. Another person decides.
func (r *Register) RequestExemption(ctx context.Context, by models.Viewer, x *models.Exemption) error {
	return r.requestExemption(ctx, by, x, 0, nil)
}

// ExemptFinding asks for an exemption for one finding: rule, agency, software, component and licence are the finding's; wide leaves
// the release out, so that later releases are covered too.
func (r *Register) ExemptFinding(ctx context.Context, by models.Viewer, finding int64, wide Reaching, x *models.Exemption) error {
	f, err := r.store.Finding(ctx, by, finding)
	if err != nil {
		return err
	}
	if f.State == models.FindingClosed {
		return models.Refuse(models.Conflict, "finding-closed", "This finding is closed; there is nothing to exempt.")
	}
	if f.OfDocument() {
		return models.Refuse(models.Conflict, "no-rule-broken", "This finding breaks no rule that one could be exempted from: nobody knows what the software contains. Send a document that is whole.")
	}
	x.PolicyID, x.Rule, x.AgencyID, x.AssetID, x.Component, x.License = f.PolicyID, f.Rule, f.AgencyID, &f.AssetID, f.Component, f.License
	if wide == ThisRelease {
		x.ReleaseID = &f.ReleaseID
	}
	return r.requestExemption(ctx, by, x, 0, nil)
}

// Reaching says which releases an exemption for a finding is for.
type Reaching string

// The values of Reaching.
const (
	ThisRelease   Reaching = "release"
	EveryRelease  Reaching = "asset"
	longestGround          = 4000
)

// RenewExemption asks for an exemption to go on after its last day; the scope stays. The former one holds until its last day.
func (r *Register) RenewExemption(ctx context.Context, by models.Viewer, id int64, x *models.Exemption) error {
	former, err := r.store.Exemption(ctx, by, id)
	if err != nil {
		return err
	}
	if former.State != models.ExemptionGranted && former.State != models.ExemptionExpired {
		return models.Refuse(models.Conflict, "exemption-not-granted", "Only an exemption that was granted can be renewed.")
	}
	x.PolicyID, x.Rule, x.AgencyID, x.AssetID, x.ReleaseID, x.Component, x.License = former.PolicyID, former.Rule, former.AgencyID, former.AssetID, former.ReleaseID, former.Component, former.License
	return r.requestExemption(ctx, by, x, former.Renewals+1, &id)
}

func (r *Register) requestExemption(ctx context.Context, by models.Viewer, x *models.Exemption, renewals int, renews *int64) error {
	x.Ground, x.Evidence, x.Component, x.License, x.Rule = tidy(x.Ground), tidy(x.Evidence), tidy(x.Component), tidy(x.License), tidy(x.Rule)
	x.ID, x.State, x.RequestedByID, x.RequestedAt = 0, models.ExemptionRequested, optional(by.UserID), r.now().Truncate(time.Microsecond)
	x.DecidedByID, x.DecidedAt, x.Decision, x.EndedAt, x.Renewals, x.RenewsID = nil, nil, "", nil, renewals, renews
	if err := x.Validate(models.DateOf(r.now())); err != nil {
		return err
	}
	if err := may(by, models.TriageFinding, x.AgencyID, "ask for this exemption"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		x.ID = 0
		if err := isRule(ctx, tx, x); err != nil {
			return err
		}
		if x.AssetID != nil {
			if _, err := tx.Asset(ctx, by, *x.AssetID); err != nil {
				return err
			}
		}
		if x.ReleaseID != nil {
			if release, err := tx.Release(ctx, by, *x.ReleaseID); err != nil {
				return err
			} else if x.AssetID != nil && release.AssetID != *x.AssetID {
				return invalidField("releaseId", "other-asset", "This release is not of the software named.")
			}
		}
		if err := tx.SaveExemption(ctx, x); err != nil {
			return err
		}
		return record(ctx, tx, by, exemptionEvent("exemption.requested", x, nil))
	})
}

// isRule refuses an exemption from a rule that no policy in force has which binds the agency. Where the policy is not named it is the one that has the rule.
func isRule(ctx context.Context, tx *store.Tx, x *models.Exemption) error {
	lines, err := tx.Lines(ctx, []int64{x.AgencyID})
	if err != nil {
		return err
	}
	active, err := tx.ActivePolicies(ctx)
	if err != nil {
		return err
	}
	var having []int64
	for _, v := range active {
		if v.AgencyID != nil && !slices.Contains(lines[x.AgencyID], *v.AgencyID) || x.PolicyID != nil && *x.PolicyID != v.PolicyID {
			continue
		}
		text, err := policy.Parse([]byte(v.Text))
		if err != nil {
			return err
		}
		if _, there := text.Rule(x.Rule); there || x.Rule == otherwiseRule {
			having = append(having, v.PolicyID)
		}
	}
	switch len(having) {
	case 0:
		return invalidField("rule", "unknown", "No policy in force that binds the agency has this rule.")
	case 1:
		x.PolicyID = &having[0]
		return nil
	}
	return invalidField("policyId", "required", "Several policies that bind the agency have a rule of this name. Say which policy is meant.")
}

// MayDecideExemption reports whether somebody may grant or refuse an exemption: who set the rule, or who stands above. A ministry may be stricter than the government, and
// so it exempts from its own rules only.
func MayDecideExemption(by models.Viewer, x *store.ExemptionRow) bool {
	return by.May(models.GrantExemption, value(x.SetByID))
}

func exemptionEvent(action string, x *models.Exemption, before any) event {
	return event{action: action, noun: "exemption", id: x.ID, title: x.Rule + ", until " + x.ExpiresOn.String(), agency: x.AgencyID, to: models.VisibleAgency, before: before, after: x}
}

// DecideExemption grants or refuses what another person asked for. Findings it covers are exempted in the background.
func (r *Register) DecideExemption(ctx context.Context, by models.Viewer, id int64, to models.ExemptionState, decision string) error {
	if to != models.ExemptionGranted && to != models.ExemptionRefused {
		return invalidField("to", "unknown-value", "An exemption asked for is granted or refused.")
	}
	return r.moveExemption(ctx, by, id, to, decision, func(x *models.Exemption) error {
		switch {
		case x.State != models.ExemptionRequested:
			return models.Refuse(models.Conflict, "exemption-decided", "This exemption was decided on already.")
		case by.UserID == 0 || x.RequestedByID != nil && *x.RequestedByID == by.UserID:
			return models.Refuse(models.Forbidden, "own-request", "Nobody decides on a request of their own. Ask another person to.")
		case to == models.ExemptionGranted && x.ExpiresOn.Before(models.DateOf(r.now())):
			return models.Refuse(models.Conflict, "exemption-over", "Its last day has passed. Refuse it, and ask for one that lasts.")
		}
		return nil
	})
}

// RevokeExemption ends an exemption before its day; what it covered is open again.
func (r *Register) RevokeExemption(ctx context.Context, by models.Viewer, id int64, decision string) error {
	return r.moveExemption(ctx, by, id, models.ExemptionRevoked, decision, func(x *models.Exemption) error {
		if x.State != models.ExemptionGranted {
			return models.Refuse(models.Conflict, "exemption-not-granted", "Only an exemption in force can be revoked.")
		}
		return nil
	})
}

func (r *Register) moveExemption(ctx context.Context, by models.Viewer, id int64, to models.ExemptionState, decision string, check func(*models.Exemption) error) error {
	decision = tidy(decision)
	if decision == "" || len(decision) > longestGround {
		return invalidField("decision", "required", "Say why, in at most 4,000 characters.")
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "exemptions", id); err != nil {
			return err
		}
		row, err := tx.Exemption(ctx, by, id)
		if err != nil {
			return err
		}
		x := &row.Exemption
		if !MayDecideExemption(by, row) && (to != models.ExemptionRevoked || !by.May(models.GrantExemption, x.AgencyID)) { // to end one is stricter
			if !by.SignedIn() {
				return may(by, models.GrantExemption, 0, "decide on this exemption")
			}
			return models.Refuse(models.Forbidden, "not-allowed", "You may not decide on this exemption: who set the rule does. Ask "+decider(row)+".")
		}
		if err := check(x); err != nil {
			return err
		}
		before, at := *x, r.now().Truncate(time.Microsecond)
		x.State, x.Decision = to, decision
		if to == models.ExemptionRevoked {
			x.EndedAt = &at
		} else {
			x.DecidedAt, x.DecidedByID = &at, optional(by.UserID)
		}
		if err := tx.SaveExemption(ctx, x); err != nil {
			return err
		}
		return record(ctx, tx, by, exemptionEvent("exemption."+string(to), x, before))
	})
}

func decider(row *store.ExemptionRow) string {
	if row.SetByID == nil {
		return "the open source programme office"
	}
	return "counsel of the agency whose policy “" + row.Policy + "” is"
}

// ExpireExemptions ends the exemptions whose last day is over, one transaction and one event each; what they covered is open again once judged.
func (r *Register) ExpireExemptions(ctx context.Context) (int, error) {
	by, today := models.SystemViewer("Expiry"), models.DateOf(r.now())
	list, err := r.store.ExpiredExemptions(ctx, today)
	if err != nil {
		return 0, err
	}
	for i, x := range list {
		err := store.Write(ctx, r.store, func(tx *store.Tx) error {
			if err := tx.Hold(ctx, "exemptions", x.ID); err != nil {
				return err
			}
			row, err := tx.Exemption(ctx, by, x.ID)
			if err != nil || row.State != models.ExemptionGranted {
				return err
			}
			before, at := row.Exemption, r.now().Truncate(time.Microsecond)
			row.State, row.EndedAt = models.ExemptionExpired, &at
			if err := tx.SaveExemption(ctx, &row.Exemption); err != nil {
				return err
			}
			return record(ctx, tx, by, exemptionEvent("exemption.expired", &row.Exemption, before))
		})
		if err != nil {
			return i, err
		}
	}
	return len(list), nil
}
