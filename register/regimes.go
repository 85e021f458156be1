package register

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// RegimeDraft is what a person writes of a regime: for whom, its document, and what is different and why.
type RegimeDraft struct {
	AgencyID *int64 // nil: all of government
	Text     string // YAML
	Note     string
}

// DraftRegime begins a version of a regime, and the regime too where there is none of its code. The text must be the document of a regime; every
// mistake in it is answered with its line and column.
func (r *Register) DraftRegime(ctx context.Context, by models.Viewer, d RegimeDraft) (*store.RegimeVersionRow, error) {
	if err := mayRegime(ctx, r.store, by, models.WriteRegime, d.AgencyID); err != nil {
		return nil, err
	}
	v, p, err := r.readRegime(d)
	if err != nil {
		return nil, err
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		v.ID, v.CreatedByID = 0, optional(by.UserID)
		return r.createRegime(ctx, tx, by, d.AgencyID, v, p)
	})
	if err != nil {
		return nil, err
	}
	return r.store.RegimeVersion(ctx, v.ID)
}

// mayRegime refuses whoever may not do the action to a regime of an agency. What binds all of government is for who may do it at the agency above all others; where there are
// several such agencies, at each of them.
func mayRegime(ctx context.Context, s *store.Store, by models.Viewer, a models.Action, agency *int64) error {
	if agency != nil {
		return may(by, a, *agency, "do this to the regime")
	}
	tops, err := s.RootAgencies(ctx)
	if err != nil {
		return err
	}
	for _, top := range tops {
		if err := may(by, a, top, "do this to the regime of all government"); err != nil {
			return err
		}
	}
	if len(tops) == 0 {
		return may(by, a, 0, "do this to the regime of all government")
	}
	return nil
}

// createRegime adds a version, and the regime where there is none.
func (r *Register) createRegime(ctx context.Context, tx *store.Tx, by models.Viewer, agency *int64, v *models.RegimeVersion, p *policy.Regime) error {
	all, err := tx.Regimes(ctx)
	if err != nil {
		return err
	}
	v.RegimeID = 0
	for _, known := range all {
		if value(known.AgencyID) == value(agency) && known.Code == p.Code {
			v.RegimeID = known.ID
		}
	}
	if v.RegimeID == 0 {
		made := &models.Regime{AgencyID: agency, Code: p.Code, Name: p.Title, CreatedAt: v.CreatedAt}
		if err := made.Validate(); err != nil {
			return err
		}
		if err := tx.CreateRegime(ctx, made); err != nil {
			return err
		}
		v.RegimeID = made.ID
	}
	if err := tx.CreateRegimeVersion(ctx, v); err != nil {
		return err
	}
	return record(ctx, tx, by, regimeEvent("regime.drafted", v, p, agency, nil))
}

// readRegime makes a version of a text, or says what is wrong with it.
func (r *Register) readRegime(d RegimeDraft) (*models.RegimeVersion, *policy.Regime, error) {
	at := r.now().Truncate(time.Microsecond)
	v := &models.RegimeVersion{State: models.PolicyDraft, Text: d.Text, Note: tidy(d.Note), CreatedAt: at, UpdatedAt: at}
	if err := v.Validate(); err != nil {
		return nil, nil, err
	}
	p, err := policy.ParseRegime([]byte(d.Text))
	if err != nil {
		return nil, nil, err
	}
	if _, err := policy.CompileRegime(p); err != nil {
		return nil, nil, err
	}
	v.ValidFrom, v.ValidTo = p.ValidFrom, p.ValidTo
	v.Digest, err = hex.DecodeString(p.Digest())
	return v, p, err
}

// regimeEvent is an event of a regime. A regime is law, and drafts of law are no secret.
func regimeEvent(action string, v *models.RegimeVersion, p *policy.Regime, agency *int64, before any) event {
	return event{action: action, noun: "regime", id: v.RegimeID, title: p.Title + ", version " + idText(int64(v.Number)), agency: value(agency), to: models.VisiblePublic, before: before, after: saidOf(v, p)}
}

func saidOf(v *models.RegimeVersion, p *policy.Regime) map[string]any {
	return map[string]any{"number": v.Number, "state": v.State, "digest": hex.EncodeToString(v.Digest), "code": p.Code, "model": p.Preference.Model, "validFrom": v.ValidFrom, "note": v.Note}
}

// boundEvent is the event of a version that is put in force; ended are the versions that it takes the place of.
func boundEvent(v *models.RegimeVersion, p *policy.Regime, agency *int64, before any, ended []lawUntil) event {
	e, after := regimeEvent(lawInForce, v, p, agency, before), saidOf(v, p)
	after["regimeVersion"], after["text"], after["book"], after["until"], after["ended"] = v.ID, textDigest(v.Text), textDigest(v.Book), lawUntil{v.ID, v.ValidTo}, ended
	e.after = after
	return e
}

// ChangeRegimeDraft gives a draft another text. based is the version the caller has read; 0 asks for no check.
func (r *Register) ChangeRegimeDraft(ctx context.Context, by models.Viewer, id, based int64, text, note string) (*store.RegimeVersionRow, error) {
	fresh, p, err := r.readRegime(RegimeDraft{Text: text, Note: note})
	if err != nil {
		return nil, err
	}
	err = r.withRegime(ctx, by, models.WriteRegime, id, func(tx *store.Tx, v *store.RegimeVersionRow) error {
		if err := unchanged(v.Version, based); err != nil {
			return err
		}
		if v.State != models.PolicyDraft {
			return models.Refuse(models.Conflict, "regime-released", "This version has been released and does not change any more: cases are judged by it. Write a new one.")
		}
		if v.Code != p.Code {
			return models.Refuse(models.Conflict, "other-regime", "This is a draft of the regime "+v.Code+"; the text is of "+p.Code+". Draft the other regime by itself.")
		}
		was := hex.EncodeToString(v.Digest)
		if v.Text == fresh.Text && v.Note == fresh.Note {
			return nil
		}
		v.Text, v.Digest, v.Note, v.ValidFrom, v.ValidTo, v.UpdatedAt = fresh.Text, fresh.Digest, fresh.Note, fresh.ValidFrom, fresh.ValidTo, fresh.UpdatedAt
		if err := tx.SaveRegimeVersion(ctx, &v.RegimeVersion); err != nil {
			return err
		}
		return record(ctx, tx, by, regimeEvent("regime.redrafted", &v.RegimeVersion, p, v.AgencyID, map[string]any{"digest": was}))
	})
	if err != nil {
		return nil, err
	}
	return r.store.RegimeVersion(ctx, id)
}

// DiscardRegimeDraft gives a draft up; it is kept and judges nothing.
func (r *Register) DiscardRegimeDraft(ctx context.Context, by models.Viewer, id int64) error {
	return r.withRegime(ctx, by, models.WriteRegime, id, func(tx *store.Tx, v *store.RegimeVersionRow) error {
		if v.State != models.PolicyDraft {
			return models.Refuse(models.Conflict, "regime-released", "Only a draft can be discarded. A version in force is superseded by the next one.")
		}
		p, err := policy.ParseRegime([]byte(v.Text))
		if err != nil {
			return err
		}
		at := r.now().Truncate(time.Microsecond)
		v.State, v.EndedAt = models.PolicyDiscarded, &at
		if err := tx.SaveRegimeVersion(ctx, &v.RegimeVersion); err != nil {
			return err
		}
		return record(ctx, tx, by, regimeEvent("regime.discarded", &v.RegimeVersion, p, v.AgencyID, nil))
	})
}

// ActivateRegime puts a draft in force from a day on, which is today or later (nil: the day that its text names, or today). Whatever bound the same agency until then ends the day before. Cases
// that were opened before are judged by what was in force then, for ever.
func (r *Register) ActivateRegime(ctx context.Context, by models.Viewer, id, based int64, from *models.Date) error {
	return r.withRegime(ctx, by, models.ActivateRegime, id, func(tx *store.Tx, v *store.RegimeVersionRow) error {
		if err := unchanged(v.Version, based); err != nil {
			return err
		}
		if v.State != models.PolicyDraft {
			return models.Refuse(models.Conflict, "regime-released", "Only a draft can be put in force. To go back to an earlier version, write a draft with its text.")
		}
		today := models.DateOf(r.now())
		switch {
		case from != nil:
			v.ValidFrom = from
		case v.ValidFrom == nil || v.ValidFrom.Before(today):
			v.ValidFrom = &today
		}
		if v.ValidFrom.Before(today) {
			return models.Refuse(models.Invalid, "in-the-past", "A regime cannot bind from a day that is past: cases were opened under the law of that day. Choose today or a later day.")
		}
		if v.ValidTo != nil && v.ValidTo.Before(*v.ValidFrom) {
			return models.Refuse(models.Invalid, "never-valid", "The regime would end before it begins. Mend validTo in its text.")
		}
		return r.bind(ctx, tx, by, v)
	})
}

// bind puts a version in force and ends what bound before.
func (r *Register) bind(ctx context.Context, tx *store.Tx, by models.Viewer, v *store.RegimeVersionRow) error {
	p, err := policy.ParseRegime([]byte(v.Text))
	if err != nil {
		return err
	}
	others, err := tx.RegimeVersionsOver(ctx, v.AgencyID)
	if err != nil {
		return err
	}
	at := r.now().Truncate(time.Microsecond)
	var before any
	ended := []lawUntil{}
	last := v.ValidFrom.AddDays(-1)
	for _, other := range others {
		if other.ValidTo != nil && other.ValidTo.Before(*v.ValidFrom) {
			continue
		}
		before = map[string]any{"code": other.Code, "number": other.Number, "digest": hex.EncodeToString(other.Digest)}
		other.State, other.EndedAt, other.ValidTo = models.PolicySuperseded, &at, &last
		if last.Before(*other.ValidFrom) { // the same day: it never comes to bind anything more
			other.ValidTo = other.ValidFrom
		}
		if err := tx.SaveRegimeVersion(ctx, &other.RegimeVersion); err != nil {
			return err
		}
		ended = append(ended, lawUntil{other.ID, other.ValidTo})
	}
	v.State, v.Book, v.ActivatedAt, v.ActivatedByID = models.PolicyActive, policy.RuleBook(), &at, optional(by.UserID)
	if err := tx.SaveRegimeVersion(ctx, &v.RegimeVersion); err != nil {
		return err
	}
	_, err = recordLeaf(ctx, tx, by, boundEvent(&v.RegimeVersion, p, v.AgencyID, before, ended), lawLogged(v))
	return err
}

// withRegime holds the regime of a version and hands the version over, for who may act on it.
func (r *Register) withRegime(ctx context.Context, by models.Viewer, a models.Action, id int64, do func(tx *store.Tx, v *store.RegimeVersionRow) error) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		v, err := tx.RegimeVersion(ctx, id)
		if err != nil {
			return err
		}
		if err := mayRegime(ctx, tx.Store, by, a, v.AgencyID); err != nil {
			return err
		}
		if err := tx.Hold(ctx, "regimes", v.RegimeID); err != nil {
			return err
		}
		if v, err = tx.RegimeVersion(ctx, id); err != nil { // as it is now that nobody else changes it
			return err
		}
		return do(tx, v)
	})
}

// ShipRegimes puts the presets into a register that has no regime: each as a draft for all of government, which counsel reads, mends and puts in force.
// It reports how many there were.
func (r *Register) ShipRegimes(ctx context.Context) (shipped int, err error) {
	by := models.SystemViewer("Presets")
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		shipped = 0
		all, err := tx.Regimes(ctx)
		if err != nil || len(all) > 0 {
			return err
		}
		for _, preset := range policy.Presets() {
			v, p, err := r.readRegime(RegimeDraft{Text: string(preset.Text), Note: "A preset that comes with the register. Not legal advice: have it read by counsel, and make it yours."})
			if err != nil {
				return err
			}
			if err := r.createRegime(ctx, tx, by, nil, v, p); err != nil {
				return err
			}
			shipped++
		}
		return nil
	})
	if models.HasCode(err, "regime-exists") { // another node was quicker
		return 0, nil
	}
	return shipped, err
}

// law is a regime version made ready to judge; it never changes, so each is made once.
type law struct {
	version *store.RegimeVersionRow
	regime  *policy.Regime
	court   *policy.Court
}

// law makes the version of a regime ready.
func (r *Register) law(ctx context.Context, s *store.Store, version int64) (*law, error) {
	if known, ok := r.laws.Load(version); ok {
		return known.(*law), nil
	}
	v, err := s.RegimeVersion(ctx, version)
	if err != nil {
		return nil, err
	}
	p, err := policy.ParseRegime([]byte(v.Text))
	if err != nil {
		return nil, err
	}
	if v.Book != "" {
		if p, err = p.ByBook(v.Book); err != nil {
			return nil, err
		}
	}
	court, err := policy.CompileRegime(p)
	if err != nil {
		return nil, err
	}
	made := &law{version: v, regime: p, court: court}
	if v.State != models.PolicyDraft {
		r.laws.Store(version, made)
	}
	return made, nil
}
