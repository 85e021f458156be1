package register

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// CaseFile is a case as it stood at a moment, worked out for people: what is on file, what follows from it, what may be done next.
type CaseFile struct {
	Row         *store.DecisionRow // as it is now
	At          time.Time
	State       models.DecisionState // as it was at the moment
	Parts       []models.DecisionPart
	Moves       []models.DecisionMove
	Dossier     *models.Dossier
	Regime      *policy.Regime
	Version     *store.RegimeVersionRow
	Standing    *policy.Standing
	Results     []models.RuleResult // every rule, by the facts of the moment
	Next        []NextMove
	Open        []OpenPart
	Deadlines   []policy.Deadline
	Newer       *store.RegimeVersionRow // in force today, when it is another version than that of the case; nil otherwise
	Publication []models.DecisionPublication
	Sealed      bool // the score sheets of others are closed to the viewer until they have scored
}

// NextMove is a move that the case has from where it stands.
type NextMove struct {
	models.Move
	Role    models.Role         // of the viewer, by which they may; "" when they may not
	Stops   []models.RuleResult // rules that stand in the way
	Warns   []models.RuleResult // rules that would be recorded as warnings
	Missing []models.FieldError // what is not on file yet
}

// Ready reports whether nothing stands in the way of the move.
func (n NextMove) Ready() bool { return len(n.Stops) == 0 && len(n.Missing) == 0 }

// OpenPart is a kind of part that may be written now.
type OpenPart struct {
	models.Part
	Role models.Role // of the viewer; "" when it is for others
	Gaps bool        // nothing is on file of it yet
}

// CaseFile reads a case as it stood at a moment (the zero time: now), for who sees its dossier. Rules are judged by the version of the law that the case is under, and by what was on file
// then; what may be done next is told of now only.
func (r *Register) CaseFile(ctx context.Context, v models.Viewer, id int64, at time.Time) (*CaseFile, error) {
	now := at.IsZero()
	if now {
		at = r.now()
	}
	c, err := r.readCase(ctx, r.store, v, id, at)
	if err != nil {
		return nil, err
	}
	f := &CaseFile{Row: c.row, At: at, State: c.row.State, Moves: c.moves, Regime: c.law.regime, Version: c.law.version}
	if f.Sealed, err = r.sealsNow(ctx, v, c, now); err != nil {
		return nil, err
	}
	if !now {
		c.rewind()
		f.State = c.row.State
	}
	f.Results = c.judge(ctx, nil, at)
	calendar, err := c.law.regime.WorkingDays()
	if err != nil {
		return nil, err
	}
	f.Deadlines = policy.Deadlines(c.input(at), calendar)
	if f.Publication, err = r.store.DecisionPublications(ctx, id); err != nil {
		return nil, err
	}
	if now {
		if f.Newer, err = r.newerLaw(ctx, c); err != nil {
			return nil, err
		}
		if err := r.nextOf(ctx, v, c, f); err != nil {
			return nil, err
		}
	}
	if f.Sealed {
		c.seal(v) // after the rules, which count every sheet
	}
	f.Parts, f.Dossier = c.parts, c.dossier
	_, f.Standing = policy.Derive(c.input(at))
	return f, nil
}

// rewind sets the row to where the case stood by its moves until the moment that it was read for.
func (c *caseAt) rewind() {
	row := *c.row
	row.State, row.ApprovedAt, row.ClosedAt, row.Chosen = models.DecisionDraft, nil, nil, ""
	for i := range c.moves {
		m := &c.moves[i]
		row.State = m.To
		switch {
		case m.To == models.DecisionApproved && row.ApprovedAt == nil:
			row.ApprovedAt = &m.At
		case m.To.Ended():
			row.ClosedAt = &m.At
		}
	}
	if c.dossier.Proposal != nil {
		row.Chosen = c.dossier.Proposal.Value.Chosen
	}
	c.row = &row
}

// beforeMove sets a case that was read as at one of its moves to just before that move.
func (c *caseAt) beforeMove(i int) error {
	frozen, chosen, due := c.dossier.NeedFrozen, c.dossier.ChosenAt, c.dossier.OpinionDue
	if c.moves[i].To == models.NeedConfirmed {
		frozen = nil
	}
	c.moves = c.moves[:i]
	var err error
	if c.dossier, err = models.ReadDossier(c.parts, c.moves); err != nil {
		return err
	}
	c.dossier.NeedFrozen, c.dossier.ChosenAt = frozen, chosen
	if p := c.dossier.Proposal; p != nil && p.At.Before(c.wentBack()) {
		c.dossier.Proposal = nil
	}
	if c.dossier.OpinionAt != nil {
		c.dossier.OpinionDue = due
	}
	c.rewind()
	return nil
}

// newerLaw is the version in force today when a case is under another one.
func (r *Register) newerLaw(ctx context.Context, c *caseAt) (*store.RegimeVersionRow, error) {
	v, err := r.store.RegimeInForce(ctx, c.row.AgencyID, models.DateOf(r.now()))
	if models.IsKind(err, models.NotFound) || err == nil && v.ID == c.row.RegimeVersionID {
		return nil, nil //nolint:nilnil // there is no newer one
	}
	return v, err
}

// nextOf works out what may be done next, and what stands in the way.
func (r *Register) nextOf(ctx context.Context, v models.Viewer, c *caseAt, f *CaseFile) error {
	d := &c.row.Decision
	err := store.Write(ctx, r.store, func(tx *store.Tx) error { // it writes nothing: what is missing is asked of a transaction's reads
		f.Next = nil
		for _, move := range d.MovesFrom(c.law.regime.Terms(d, c.dossier)) {
			next := NextMove{Move: move, Role: move.Role(v, d.AgencyID)}
			var e *models.Error
			if err := c.ready(ctx, tx, move, Step{Reason: "–"}); asError(err, &e) {
				next.Missing = e.Fields
			} else if err != nil {
				return err
			}
			for _, one := range c.judge(ctx, move.Gates, r.now()) {
				switch {
				case len(move.Gates) == 0 || one.Outcome != models.RuleViolated && one.Outcome != models.RuleUndetermined:
				case one.Stops():
					next.Stops = append(next.Stops, one)
				default:
					next.Warns = append(next.Warns, one)
				}
			}
			f.Next = append(f.Next, next)
		}
		return nil
	})
	for _, kind := range models.Parts {
		if kind.Opens(d) {
			empty := true
			for i := range c.parts {
				empty = empty && c.parts[i].Part != kind.Name
			}
			f.Open = append(f.Open, OpenPart{Part: kind, Role: kind.Role(v, d.AgencyID), Gaps: empty})
		}
	}
	return err
}

// Rejudged is the rules of a case then and now: as they were recorded with its moves, and by the same law and the same facts judged again.
type Rejudged struct {
	Move  models.DecisionMove
	Then  []models.RuleResult // as recorded
	Again []models.RuleResult // judged again by the version of the law that was in force, on what was on file then
	Now   []models.RuleResult // the same facts by the version in force today
	Same  bool                // Then and Again say the same
	File  bool                // the digest of the dossier is what the move recorded
}

// Rejudge judges every move of a case again, by the law of then on the facts of then, and by the law of today.
func (r *Register) Rejudge(ctx context.Context, v models.Viewer, id int64) ([]Rejudged, error) {
	row, err := r.store.Decision(ctx, v, id)
	if err != nil {
		return nil, err
	}
	moves, err := r.store.DecisionMoves(ctx, id, r.now())
	if err != nil {
		return nil, err
	}
	var list []Rejudged
	for i := range moves {
		m := moves[i]
		then, err := r.readCase(ctx, r.store, v, id, m.At)
		if err != nil {
			return nil, err
		}
		// The rules were put before the case just before it moved: the moves before this one count.
		if err := then.beforeMove(i); err != nil {
			return nil, err
		}
		one := Rejudged{Move: m, Then: m.Results, File: hexDigest(models.DossierDigest(then.parts)) == hexDigest(m.Digest)}
		gates := gatesOf(row.Branch(), m, row.Track)
		if len(gates) > 0 {
			one.Again = then.judge(ctx, gates, m.At)
			one.Same = sameResults(one.Then, one.Again)
			if newer, err := r.newerLaw(ctx, then); err != nil {
				return nil, err
			} else if newer != nil {
				if then.law, err = r.law(ctx, r.store, newer.ID); err != nil {
					return nil, err
				}
			}
			one.Now = then.judge(ctx, gates, m.At)
		} else {
			one.Same = len(one.Then) == 0
		}
		list = append(list, one)
	}
	return list, nil
}

// gatesOf finds the gates of a move that was taken.
func gatesOf(branch models.DecisionBranch, m models.DecisionMove, track models.DecisionTrack) []models.Gate {
	for _, line := range models.Moves {
		if line.Branch == branch && line.From == m.From && line.To == m.To && line.OnTrack(track) {
			return line.Gates
		}
	}
	return nil
}

// sameResults reports whether two judgements say the same by the law, waivers apart. What a dossier says against itself is looked at with the eyes of the day.
func sameResults(a, b []models.RuleResult) bool {
	law := func(list []models.RuleResult) []models.RuleResult {
		return slices.DeleteFunc(slices.Clone(list), func(r models.RuleResult) bool { return policy.IsClash(r.Rule) })
	}
	if a, b = law(a), law(b); len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Rule != b[i].Rule || a[i].Outcome != b[i].Outcome {
			return false
		}
	}
	return true
}

func asError(err error, e **models.Error) bool { return errors.As(err, e) }
