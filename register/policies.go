package register

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// Draft is what a person writes of a policy: for whom, its text, and what is different and why.
type Draft struct {
	AgencyID *int64 // nil: all of government
	Text     string // YAML
	Note     string
}

// DraftPolicy begins a version of the policy of an agency, or of all of government, and the policy too where there is none.
// The text must be a policy document; every mistake in it is answered with its line and column.
func (r *Register) DraftPolicy(ctx context.Context, by models.Viewer, d Draft) (*store.PolicyVersionRow, error) {
	if err := may(by, models.WritePolicy, value(d.AgencyID), "write this licence policy"); err != nil {
		return nil, err
	}
	v, p, err := r.readDraft(d)
	if err != nil {
		return nil, err
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		all, err := tx.Policies(ctx, by)
		if err != nil {
			return err
		}
		v.ID, v.PolicyID = 0, 0
		for _, known := range all {
			if value(known.AgencyID) == value(d.AgencyID) {
				v.PolicyID = known.ID
			}
		}
		if v.PolicyID == 0 {
			made := &models.LicensePolicy{AgencyID: d.AgencyID, Name: p.Title, CreatedAt: r.now().Truncate(time.Microsecond)}
			if err := made.Validate(); err != nil {
				return err
			}
			if err := tx.CreatePolicy(ctx, made); err != nil {
				return err
			}
			v.PolicyID = made.ID
		}
		v.CreatedByID = optional(by.UserID)
		if err := tx.CreatePolicyVersion(ctx, v); err != nil {
			return err
		}
		return record(ctx, tx, by, policyEvent("policy.drafted", v, p, d.AgencyID, nil))
	})
	if err != nil {
		return nil, err
	}
	return r.store.PolicyVersion(ctx, v.ID)
}

// readDraft makes a version of a text, or says what is wrong with it.
func (r *Register) readDraft(d Draft) (*models.PolicyVersion, *policy.Policy, error) {
	at := r.now().Truncate(time.Microsecond)
	v := &models.PolicyVersion{State: models.PolicyDraft, Text: d.Text, Note: tidy(d.Note), CreatedAt: at, UpdatedAt: at}
	if err := v.Validate(); err != nil {
		return nil, nil, err
	}
	p, err := policy.Parse([]byte(d.Text))
	if err != nil {
		return nil, nil, err
	}
	v.Digest, err = hex.DecodeString(p.Digest())
	return v, p, err
}

// policyEvent is an event of a policy. What is not in force yet is for those who write it and those who see all.
func policyEvent(action string, v *models.PolicyVersion, p *policy.Policy, agency *int64, before any) event {
	to := models.VisibleAgency
	if v.State == models.PolicyActive {
		to = models.VisibleGovernment
	}
	return event{action: action, noun: "policy", id: v.PolicyID, title: p.Title + ", version " + idText(int64(v.Number)), agency: value(agency), to: to, before: before,
		after: map[string]any{"number": v.Number, "state": v.State, "digest": hex.EncodeToString(v.Digest), "rules": len(p.Rules), "note": v.Note}}
}

// ChangeDraft gives a draft another text. based is the version the caller has read; 0 asks for no check.
func (r *Register) ChangeDraft(ctx context.Context, by models.Viewer, id, based int64, text, note string) (*store.PolicyVersionRow, error) {
	fresh, p, err := r.readDraft(Draft{Text: text, Note: note})
	if err != nil {
		return nil, err
	}
	err = r.withVersion(ctx, by, id, func(tx *store.Tx, v *store.PolicyVersionRow) error {
		if err := unchanged(v.Version, based); err != nil {
			return err
		}
		if v.State != models.PolicyDraft {
			return models.Refuse(models.Conflict, "policy-released", "This version has been released and does not change any more. Write a new one.")
		}
		was := hex.EncodeToString(v.Digest)
		if was == hex.EncodeToString(fresh.Digest) && v.Text == fresh.Text && v.Note == fresh.Note {
			return nil
		}
		v.Text, v.Digest, v.Note, v.UpdatedAt = fresh.Text, fresh.Digest, fresh.Note, fresh.UpdatedAt
		if err := tx.SavePolicyVersion(ctx, &v.PolicyVersion); err != nil {
			return err
		}
		return record(ctx, tx, by, policyEvent("policy.redrafted", &v.PolicyVersion, p, v.AgencyID, map[string]any{"digest": was}))
	})
	if err != nil {
		return nil, err
	}
	return r.store.PolicyVersion(ctx, id)
}

// DiscardDraft gives a draft up; it is kept and judges nothing.
func (r *Register) DiscardDraft(ctx context.Context, by models.Viewer, id int64) error {
	return r.withVersion(ctx, by, id, func(tx *store.Tx, v *store.PolicyVersionRow) error {
		if v.State != models.PolicyDraft {
			return models.Refuse(models.Conflict, "policy-released", "Only a draft can be discarded. A version in force is superseded by the next one.")
		}
		p, err := policy.Parse([]byte(v.Text))
		if err != nil {
			return err
		}
		at := r.now().Truncate(time.Microsecond)
		v.State, v.EndedAt = models.PolicyDiscarded, &at
		if err := tx.SavePolicyVersion(ctx, &v.PolicyVersion); err != nil {
			return err
		}
		return record(ctx, tx, by, policyEvent("policy.discarded", &v.PolicyVersion, p, v.AgencyID, nil))
	})
}

// ActivatePolicy puts a draft in force; the version before it is superseded. What it changes across the register is judged in the background.
func (r *Register) ActivatePolicy(ctx context.Context, by models.Viewer, id, based int64) error {
	return r.withVersion(ctx, by, id, func(tx *store.Tx, v *store.PolicyVersionRow) error {
		if err := unchanged(v.Version, based); err != nil {
			return err
		}
		if v.State != models.PolicyDraft {
			return models.Refuse(models.Conflict, "policy-released", "Only a draft can be put in force. To go back to an earlier version, write a draft with its text.")
		}
		return r.putInForce(ctx, tx, by, &v.PolicyVersion, v.AgencyID)
	})
}

func (r *Register) putInForce(ctx context.Context, tx *store.Tx, by models.Viewer, v *models.PolicyVersion, agency *int64) error {
	p, err := policy.Parse([]byte(v.Text))
	if err != nil {
		return err
	}
	at := r.now().Truncate(time.Microsecond)
	all, err := tx.PolicyVersions(ctx, v.PolicyID)
	if err != nil {
		return err
	}
	var before any
	for _, other := range all {
		if other.State == models.PolicyActive {
			other.State, other.EndedAt = models.PolicySuperseded, &at
			before = map[string]any{"number": other.Number, "digest": hex.EncodeToString(other.Digest)}
			if err := tx.SavePolicyVersion(ctx, &other.PolicyVersion); err != nil {
				return err
			}
		}
	}
	v.State, v.ActivatedAt, v.ActivatedByID = models.PolicyActive, &at, optional(by.UserID)
	if err := tx.SavePolicyVersion(ctx, v); err != nil {
		return err
	}
	return record(ctx, tx, by, policyEvent("policy.activated", v, p, agency, before))
}

// withVersion holds the policy of a version and hands the version over, for who may write it.
func (r *Register) withVersion(ctx context.Context, by models.Viewer, id int64, do func(tx *store.Tx, v *store.PolicyVersionRow) error) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		v, err := tx.PolicyVersion(ctx, id)
		if err != nil {
			return err
		}
		if err := may(by, models.WritePolicy, value(v.AgencyID), "write this licence policy"); err != nil {
			return err
		}
		if err := tx.Hold(ctx, "license_policies", v.PolicyID); err != nil {
			return err
		}
		if v, err = tx.PolicyVersion(ctx, id); err != nil { // as it is now that nobody else changes it
			return err
		}
		return do(tx, v)
	})
}

// ShipPolicy puts the policy that comes with the program in force for all of government where no policy is there yet. It reports whether it did.
func (r *Register) ShipPolicy(ctx context.Context) (bool, error) {
	by, shipped := models.SystemViewer("Ship-with policy"), false
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		shipped = false
		all, err := tx.Policies(ctx, by)
		if err != nil || len(all) > 0 {
			return err
		}
		p := policy.Default()
		v, _, err := r.readDraft(Draft{Text: string(p.YAML()), Note: "The policy that comes with the register. Not legal advice: have it read by counsel, and make it yours."})
		if err != nil {
			return err
		}
		made := &models.LicensePolicy{Name: p.Title, CreatedAt: v.CreatedAt}
		if err := tx.CreatePolicy(ctx, made); err != nil {
			return err
		}
		v.PolicyID = made.ID
		if err := tx.CreatePolicyVersion(ctx, v); err != nil {
			return err
		}
		shipped = true
		return r.putInForce(ctx, tx, by, v, nil)
	})
	if models.HasCode(err, "policy-exists") { // another node was quicker
		return false, nil
	}
	return shipped, err
}
