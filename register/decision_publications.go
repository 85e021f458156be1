package register

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// publishing is in which states a case is published, and by whom.
var publishing = map[models.DecisionState]bool{models.PublicCallOut: true, models.DecisionApproved: true, models.DecisionAnnounced: true, models.InProcurement: true, models.AwardProposed: true, models.Standstill: true, models.DecisionChallenged: true,
	models.DecisionContracted: true, models.AdoptedFree: true, models.DecisionRegistered: true, models.DecisionInForce: true, models.UnderReview: true, models.DecisionClosed: true, models.DecisionRejected: true,
	models.ReleaseDecided: true, models.ReleasePublished: true, models.ReleaseArchived: true, models.ReleaseWithdrawn: true, models.ReleaseHanded: true}

// PublishDecision tells the public of a case as it stands, as its part “publication” says: the document is kept byte for byte, and its digest goes into the log. What was told before stays. note says what is
// different from then.
func (r *Register) PublishDecision(ctx context.Context, by models.Viewer, id, based int64, note string) (*store.DecisionRow, error) {
	err := r.withCase(ctx, by, id, based, func(tx *store.Tx, c *caseAt) error {
		d := &c.row.Decision
		kind, err := models.PartOf(models.PartPublication)
		if err != nil {
			return err
		}
		role, err := holds(by, kind.By, d.AgencyID, "publish this decision")
		if err != nil {
			return err
		}
		if !publishing[d.State] {
			return models.Refuse(models.Conflict, "too-early", "The case stands at "+string(d.State)+": nothing is decided yet that the public could be told.")
		}
		if c.dossier.Publication == nil {
			return models.Refuse(models.Conflict, "no-publication", "It has not been said what of this decision the public is told. File the part “publication” first.")
		}
		terms := c.dossier.Publication.Value
		if err := c.checkGrounds(terms); err != nil {
			return err
		}
		earlier, err := tx.DecisionPublications(ctx, id)
		if err != nil {
			return err
		}
		at := r.now().Truncate(time.Microsecond)
		told, err := r.told(ctx, tx.Store, c, at)
		if err != nil {
			return err
		}
		told.Edition, told.Note = len(earlier)+1, tidy(note)
		text, err := dossier.Public(told)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		p := &models.DecisionPublication{DecisionID: id, Document: text, Digest: sum[:], Note: tidy(note), At: at}
		if err := tx.AddDecisionPublication(ctx, p); err != nil {
			return err
		}
		was := d.Visibility
		if len(earlier) > 0 && narrower(was, terms.Tier) != was {
			return models.Refuse(models.Conflict, "published-stays", "This decision was published, and what was published stays. A new edition may withhold parts, each on its ground.")
		}
		if d.PublishedAt == nil && d.State != models.PublicCallOut { // a call tells of a need, and of no decision
			d.PublishedAt = &at
		}
		d.Visibility = terms.Tier
		if err := tx.SaveDecision(ctx, d); err != nil {
			return err
		}
		return r.publishes(ctx, tx, by, told, p, was, role)
	})
	if err != nil {
		return nil, err
	}
	return r.store.Decision(ctx, by, id)
}

// publishes writes the event of a publication with its entry in the log, and keeps the open contracting release that is made of it.
func (r *Register) publishes(ctx context.Context, tx *store.Tx, by models.Viewer, told *dossier.Case, p *models.DecisionPublication, was models.Visibility, role models.Role) error {
	d := told.Decision
	release, err := r.releaseOf(ctx, tx, told)
	if err != nil {
		return err
	}
	e := decisionEvent("decision.published", d, nil, publishedAs(d, p, release))
	e.from = was
	if _, err := recordLeaf(ctx, tx, by, e, publicationLogged(d, p, role)); err != nil || release == nil {
		return err
	}
	return tx.AddOCDSRelease(ctx, release)
}

// checkGrounds refuses grounds that the regime does not have.
func (c *caseAt) checkGrounds(terms models.PublicTerms) error {
	known := map[string]bool{}
	var list []string
	for _, g := range c.law.regime.Publication.WithholdGrounds {
		known[g.ID], list = true, append(list, g.ID)
	}
	whole := "It has none."
	if len(list) > 0 {
		whole = "Its closed list: " + strings.Join(list, ", ") + "."
	}
	var m models.Mistakes
	if terms.Ground != "" && !known[terms.Ground] {
		m.Add("withheldGround", "unknown-value", "The regime has no ground “"+terms.Ground+"” to withhold a decision. "+whole)
	}
	for i, w := range terms.Withheld {
		if !known[w.Ground] {
			m.Add(fmt.Sprintf("withheld[%d].ground", i), "unknown-value", "The regime has no ground “"+w.Ground+"” to withhold anything. "+whole)
		}
	}
	return m.Err()
}

// told gathers what is told of a case, before anything is withheld.
func (r *Register) told(ctx context.Context, s *store.Store, c *caseAt, at time.Time) (*dossier.Case, error) {
	agency, err := s.Agency(ctx, c.row.AgencyID)
	if err != nil {
		return nil, err
	}
	v := c.law.version
	t := &dossier.Case{Decision: &c.row.Decision, Agency: dossier.Agency{Name: agency.Name, URI: agency.URI, Code: agency.Code}, Dossier: c.dossier, Moves: c.moves, At: at,
		Regime: dossier.Regime{Code: v.Code, Title: v.Regime, Version: v.Number, Digest: hexDigest(v.Digest), Model: string(c.law.regime.Preference.Model), Draft: c.law.regime.NotAdvice, Exemption: c.shown()}}
	_, standing := policy.Derive(c.input(at))
	for _, rung := range standing.Rungs {
		t.Rungs = append(t.Rungs, dossier.Rung{Number: rung.Rung, Title: rung.Title, Sentence: rung.Sentence, Decides: rung.Decides})
	}
	for _, one := range standing.Candidates {
		t.Standings = append(t.Standings, standingTold(one))
	}
	if t.Attachments, err = r.toldFiles(ctx, s, c.row.ID); err != nil {
		return nil, err
	}
	if c.row.PriorID != nil {
		prior, err := r.related(ctx, s, c)
		if err != nil {
			return nil, err
		}
		t.Related = append(t.Related, prior)
	}
	return t, nil
}

// toldFiles are all files of a case.
func (r *Register) toldFiles(ctx context.Context, s *store.Store, id int64) (list []dossier.Attachment, err error) {
	for p := (models.Page{Limit: models.MaxLimit}); ; {
		files, err := s.Attachments(ctx, models.SystemViewer("Publication"), id, p)
		if err != nil {
			return nil, err
		}
		for _, f := range files.Items {
			list = append(list, dossier.Attachment{Attachment: f.Attachment, Digest: hexDigest(f.SHA256), URL: r.contracting.file(f.ID)})
		}
		if p.After = files.Next; p.After == "" {
			return list, nil
		}
	}
}

// shown is how much of the exemption of a case is published: the least that one of the grounds allows on which it was asked for or granted.
func (c *caseAt) shown() dossier.Shown {
	shown := dossier.ShownFull
	var grounds []string
	if c.dossier.Exemption != nil {
		grounds = append(grounds, c.dossier.Exemption.Value.Grounds...)
	}
	if c.dossier.Answer != nil {
		grounds = append(grounds, c.dossier.Answer.Value.Grounds...)
	}
	for _, ground := range c.law.regime.Exemptions {
		if slices.Contains(grounds, ground.ID) && (ground.Publish == string(dossier.ShownNot) || ground.Publish == string(dossier.ShownExistence) && shown == dossier.ShownFull) {
			shown = dossier.Shown(ground.Publish)
		}
	}
	return shown
}

func standingTold(one policy.CandidateStanding) dossier.Standing {
	s := dossier.Standing{Key: one.Key, Tier: one.Tier, OSS: string(one.OSS.Outcome), Fit: string(one.Fit.Outcome), OSSWhy: one.OSS.Why, FitWhy: one.Fit.Why, Eliminated: one.Eliminated, Total: one.Total, Low: one.Low, High: one.High,
		IncumbentExit: one.IncumbentExit, Score: one.Score}
	if one.Coverage != nil {
		s.Coverage = models.Decimal(strings.TrimRight(strings.TrimRight(strconv.FormatFloat(*one.Coverage, 'f', 4, 64), "0"), "."))
	}
	return s
}

// PublicDocument is what the public was told of a case, byte for byte; number 0 is the newest.
func (r *Register) PublicDocument(ctx context.Context, v models.Viewer, id int64, number int) (*models.DecisionPublication, error) {
	if _, err := r.store.Decision(ctx, v, id); err != nil {
		return nil, err
	}
	list, err := r.store.DecisionPublications(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if number == 0 || list[i].Number == number {
			return &list[i], nil
		}
	}
	return nil, models.NoSuch("publication")
}

// PublicationProof is the file by which anybody shows that what was published is in the log.
func (r *Register) PublicationProof(ctx context.Context, v models.Viewer, id int64, number int) ([]byte, error) {
	p, err := r.PublicDocument(ctx, v, id, number)
	if err != nil {
		return nil, err
	}
	index, _, err := r.publicationEntry(ctx, p)
	if err != nil {
		return nil, err
	}
	return r.InclusionProof(ctx, models.SystemViewer("Proof"), index)
}
