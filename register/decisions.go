package register

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// NewDecision is what a person says to open a case.
type NewDecision struct {
	AgencyID int64
	Kind     models.DecisionKind
	Track    models.DecisionTrack // "": the full one
	Title    string
	Function string
	Value    models.Money // zero: not known yet
	AssetID  *int64
	PriorID  *int64
}

// OpenDecision opens a case at an agency. It is judged by the regime that is in force there today, for as long as it lasts and ever after.
func (r *Register) OpenDecision(ctx context.Context, by models.Viewer, n NewDecision) (*store.DecisionRow, error) {
	at := r.now().Truncate(time.Microsecond)
	d := &models.Decision{AgencyID: n.AgencyID, Kind: n.Kind, Track: n.Track, Title: tidy(n.Title), Function: strings.TrimSpace(n.Function), State: models.DecisionDraft, RequestedByID: optional(by.UserID),
		AssetID: n.AssetID, PriorID: n.PriorID, Visibility: models.VisibleAgency, CreatedAt: at, Digest: models.DossierDigest(nil)}
	if d.Track == "" {
		d.Track = models.FullTrack
		if d.Kind == models.DecideAdopt {
			d.Track = models.FreeTrack
		}
	}
	if !n.Value.IsZero() {
		d.Value, d.Currency = &n.Value.Amount, n.Value.Currency
	}
	if err := d.Validate(); err != nil {
		return nil, err
	}
	role, err := mayOpen(by, d)
	if err != nil {
		return nil, err
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		d.ID, d.Version = 0, 0
		agency, err := tx.Agency(ctx, d.AgencyID)
		if err != nil {
			return err
		}
		if err := r.underLaw(ctx, tx, by, d); err != nil {
			return err
		}
		if err := tx.CreateDecision(ctx, d, refCode(agency.Code, agency.ID)); err != nil {
			return err
		}
		e := decisionEvent("decision.opened", d, nil, openedAs(d))
		_, err = recordLeaf(ctx, tx, by, e, logged{d.ID, proof.Entry{Ref: d.Ref, Role: string(role), To: string(d.State), Dossier: hexDigest(d.Digest)}})
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.store.Decision(ctx, by, d.ID)
}

// refCode is how references of an agency begin.
func refCode(code string, id int64) string {
	var b strings.Builder
	for _, c := range strings.ToLower(code) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteRune(c)
		}
	}
	if b.Len() == 0 {
		return "agency" + idText(id)
	}
	return b.String()
}

func mayOpen(by models.Viewer, d *models.Decision) (models.Role, error) {
	roles := []models.Role{models.Requester, models.Procurement, models.Registrar}
	if d.Branch() == models.Releasing {
		roles = append(roles, models.ReleaseOfficer)
	}
	if d.Branch() == models.Remediation {
		roles = append(roles, models.OSPOStaff)
	}
	return holds(by, roles, d.AgencyID, "open a decision for this agency")
}

// holds refuses whoever holds none of the roles at the agency; what completes the sentence "You may not …".
func holds(by models.Viewer, roles []models.Role, agency int64, what string) (models.Role, error) {
	for _, role := range roles {
		if by.Holds(role, agency) {
			return role, nil
		}
	}
	if !by.SignedIn() {
		return "", models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in, or send an API token, to "+what+".")
	}
	return "", models.Refuse(models.Forbidden, "not-allowed", "You may not "+what+". That is for who is "+orList(roles)+" there.")
}

func orList(roles []models.Role) string {
	var names []string
	for _, role := range roles {
		names = append(names, string(role))
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// underLaw finds the regime that judges a case and refuses what it does not allow.
func (r *Register) underLaw(ctx context.Context, tx *store.Tx, by models.Viewer, d *models.Decision) error {
	v, err := tx.RegimeInForce(ctx, d.AgencyID, models.DateOf(r.now()))
	if models.IsKind(err, models.NotFound) {
		return models.Refuse(models.Conflict, "no-regime", "No regime is in force for this agency, so that nobody can say what the law asks. Counsel puts one in force: presets wait as drafts.")
	}
	if err != nil {
		return err
	}
	d.RegimeVersionID = v.ID
	l, err := r.law(ctx, tx.Store, v.ID)
	if err != nil {
		return err
	}
	var m models.Mistakes
	if kinds := l.regime.Scope.Kinds; d.Branch() == models.Acquisition && len(kinds) > 0 && !slices.Contains(kinds, d.Kind) {
		m.Add("kind", "not-in-scope", "The regime "+v.Code+" is not about decisions of the kind "+string(d.Kind)+".")
	}
	switch d.Track {
	case models.EmergencyTrack:
		if l.regime.Emergency.Days == 0 {
			m.Add("track", "not-here", "The regime "+v.Code+" has no way for emergencies.")
		}
	case models.ShortTrack:
		shortAllowed(&m, l.regime, d)
	}
	if d.PriorID != nil {
		if _, err := tx.Decision(ctx, by, *d.PriorID); err != nil {
			m.Add("priorId", "unknown", "There is no such decision, or you may not see it.")
		}
	}
	if d.AssetID != nil {
		if _, err := tx.Asset(ctx, by, *d.AssetID); err != nil {
			m.Add("assetId", "unknown", "There is no such software, or you may not see it.")
		}
	}
	return m.Err()
}

// shortAllowed notes what keeps a case from the short track: its kind or value, or that it does not say what it goes on with.
func shortAllowed(m *models.Mistakes, g *policy.Regime, d *models.Decision) {
	if g.ShortKind(d.Kind) && d.PriorID == nil && d.AssetID == nil {
		m.Add("priorId", "required", "A case of the kind "+string(d.Kind)+" goes on with something: name the decision that it follows, or the software that it is about. Else take the full track.")
	}
	known := d.Value != nil
	var value models.Money
	if known {
		value = models.Money{Amount: *d.Value, Currency: d.Currency}
	}
	ceiling := g.ShortCeiling()
	switch {
	case known && g.Short.Covers(value), g.ShortKind(d.Kind) && ceiling == nil:
	case !g.ShortKind(d.Kind):
		m.Add("track", "not-here", "The regime "+g.Code+" does not allow the short track for this kind and value. Take the full one.")
	case !known:
		m.Add("value", "required", "Say what it is expected to cost: the short track is open up to "+ceiling.Currency+" "+string(ceiling.Amount)+". Else take the full one.")
	case !(policy.ShortTrack{MaxValue: ceiling}).Covers(value):
		m.Add("track", "not-here", "The short track is open up to "+ceiling.Currency+" "+string(ceiling.Amount)+", which is as far as the first band of approval of the regime "+g.Code+" goes. Take the full one.")
	}
}

// decisionEvent is an event of a case, for who may see it.
func decisionEvent(action string, d *models.Decision, before, after any) event {
	return event{action: action, noun: "decision", id: d.ID, title: d.Ref + " " + d.Title, agency: d.AgencyID, from: d.Visibility, to: d.Visibility, before: before, after: after}
}

// caseAt is a case with everything that is needed to judge it.
type caseAt struct {
	row     *store.DecisionRow
	parts   []models.DecisionPart
	moves   []models.DecisionMove
	dossier *models.Dossier
	law     *law
}

// readCase reads a case as it stood at a moment, for a viewer who must see its dossier.
func (r *Register) readCase(ctx context.Context, s *store.Store, v models.Viewer, id int64, at time.Time) (*caseAt, error) {
	row, err := s.Decision(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if !row.Full {
		return nil, models.Refuse(models.Forbidden, "dossier-restricted", "What is on file about this decision is for the agency that decides and for who oversees it. What is published is open to all.")
	}
	return r.caseOf(ctx, s, row, at)
}

func (r *Register) caseOf(ctx context.Context, s *store.Store, row *store.DecisionRow, at time.Time) (*caseAt, error) {
	c := &caseAt{row: row}
	var err error
	if c.parts, err = s.DecisionParts(ctx, row.ID, at); err != nil {
		return nil, err
	}
	if c.moves, err = s.DecisionMoves(ctx, row.ID, at); err != nil {
		return nil, err
	}
	if c.dossier, err = models.ReadDossier(c.parts, c.moves); err != nil {
		return nil, err
	}
	if c.law, err = r.law(ctx, s, row.RegimeVersionID); err != nil {
		return nil, err
	}
	if frozen, err := frozenNeed(ctx, s, row.ID, c.moves, at); err != nil {
		return nil, err
	} else if frozen != nil {
		c.dossier.NeedFrozen = frozen
	}
	if p := c.dossier.Proposal; p != nil && p.At.Before(c.wentBack()) {
		c.dossier.Proposal = nil // the case went back since: nothing is proposed now
	}
	if err := c.setChosenAt(ctx, s, at); err != nil {
		return nil, err
	}
	return c, c.setOpinionDue()
}

// frozenNeed is the need as it was when it was last confirmed.
func frozenNeed(ctx context.Context, s *store.Store, id int64, moves []models.DecisionMove, at time.Time) (*models.Filed[models.Need], error) {
	var confirmed time.Time
	for _, m := range moves {
		if m.To == models.NeedConfirmed {
			confirmed = m.At
		}
	}
	if confirmed.IsZero() {
		return nil, nil //nolint:nilnil // a need that was never confirmed is not an error
	}
	versions, err := s.DecisionPartVersions(ctx, id, models.PartNeed, "")
	if err != nil {
		return nil, err
	}
	for i := range versions {
		if p := &versions[i]; !p.At.After(confirmed) && !p.At.After(at) {
			d, err := models.ReadDossier([]models.DecisionPart{*p}, nil)
			if err != nil {
				return nil, err
			}
			return d.Need, nil
		}
	}
	return nil, nil //nolint:nilnil // see above
}

// input is the case for package policy.
func (c *caseAt) input(now time.Time) policy.CaseInput {
	return policy.CaseInput{Decision: &c.row.Decision, Dossier: c.dossier, Regime: c.law.regime, Agency: c.row.AgencyCode, Now: now}
}

// judge puts the rules of gates before the case, each rule once; no gate asks for all.
func (c *caseAt) judge(ctx context.Context, gates []models.Gate, now time.Time) []models.RuleResult {
	facts, standing := policy.Derive(c.input(now))
	list := []models.RuleResult{}
	if len(gates) == 0 {
		gates = []models.Gate{""}
	}
	seen := map[string]bool{}
	for _, gate := range gates {
		for _, one := range c.law.court.Judge(ctx, gate, facts) {
			if !seen[one.Rule] {
				seen[one.Rule] = true
				list = append(list, ruleResult(one))
			}
		}
	}
	stopped := slices.ContainsFunc(list, models.RuleResult.Stops)
	for _, gate := range gates {
		for _, one := range policy.Clashes(c.input(now), facts, standing, gate) {
			if one.Severity == policy.Warn || !stopped { // the law speaks first
				list = append(list, ruleResult(one))
			}
		}
	}
	return list
}

func ruleResult(one policy.Result) models.RuleResult {
	if one.Outcome == models.RulePasses || one.Outcome == models.RuleNotHere {
		one.Message, one.Cure = "", "" // they speak of a rule that is broken
	}
	return models.RuleResult{Rule: one.Rule, Title: one.Title, Severity: string(one.Severity), Gate: string(one.Gate), Outcome: one.Outcome, Missing: one.Missing, Message: strings.TrimSpace(one.Message + " " + one.Trouble), Law: one.Law, Cure: one.Cure}
}
