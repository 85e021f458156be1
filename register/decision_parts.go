package register

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func hexDigest(sum []byte) string { return hex.EncodeToString(sum) }

// FilePart puts a part of a dossier on file, as JSON. based is the version of the case that the caller has read; 0 asks for no check. The version before it stays. What is the
// same as what is on file changes nothing, unless what is on file no longer counts.
func (r *Register) FilePart(ctx context.Context, by models.Viewer, id, based int64, name models.PartName, key string, text []byte) (*store.DecisionRow, error) {
	kind, err := models.PartOf(name)
	if err != nil {
		return nil, err
	}
	if kind.Keying == models.KeyPerson {
		key = idText(by.UserID)
	}
	if err := kind.CheckKey(key); err != nil {
		return nil, err
	}
	err = r.withCase(ctx, by, id, based, func(tx *store.Tx, c *caseAt) error {
		content, err := kind.Read(text)
		if err != nil {
			return err
		}
		return r.file(ctx, tx, by, c, kind, key, content)
	})
	if err != nil {
		return nil, err
	}
	return r.store.Decision(ctx, by, id)
}

// withCase holds a case and hands it over as it is now, for who sees its dossier.
func (r *Register) withCase(ctx context.Context, by models.Viewer, id, based int64, do func(tx *store.Tx, c *caseAt) error) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if _, err := tx.Decision(ctx, by, id); err != nil {
			return err
		}
		if err := tx.Hold(ctx, "decisions", id); err != nil {
			return err
		}
		c, err := r.readCase(ctx, tx.Store, by, id, r.now())
		if err != nil {
			return err
		}
		if err := unchanged(c.row.Version, based); err != nil {
			return err
		}
		return do(tx, c)
	})
}

// file checks who files what where, and keeps it.
func (r *Register) file(ctx context.Context, tx *store.Tx, by models.Viewer, c *caseAt, kind models.Part, key string, content models.PartContent) error {
	d := &c.row.Decision
	role, err := holds(by, kind.By, d.AgencyID, "write the part “"+string(kind.Name)+"” of this case")
	if err != nil {
		return err
	}
	if !kind.Opens(d) {
		return models.Refuse(models.Conflict, "part-closed", "The part “"+string(kind.Name)+"” cannot be written while the case stands at "+string(d.State)+". It is open "+openStates(kind)+"; a case goes back with a reason.")
	}
	if kind.Keying == models.KeyCandidate && kind.Name != models.PartCandidate && c.dossier.Candidate(key) == nil {
		return models.Refuse(models.NotFound, "candidate-not-found", "There is no candidate “"+key+"” in this case. File the candidate first.")
	}
	at := r.now().Truncate(time.Microsecond)
	if err := r.complete(ctx, tx, by, c, key, content, at); err != nil {
		return err
	}
	text, err := models.PartBytes(content)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	p := models.DecisionPart{DecisionID: d.ID, Part: kind.Name, Key: key, Content: text, Digest: sum[:], ByID: optional(by.UserID), ByName: by.Name, Role: role, State: d.State, At: at}
	was := c.part(p.Address())
	if was != nil && bytes.Equal(was.Digest, p.Digest) && !c.outdated(was) {
		return nil
	}
	if err := tx.AddDecisionPart(ctx, &p); err != nil {
		return err
	}
	d.Digest = models.DossierDigest(append(slices.DeleteFunc(slices.Clone(c.parts), func(o models.DecisionPart) bool { return o.Address() == p.Address() }), p))
	if proposal, ok := content.(*models.Proposal); ok {
		d.Chosen = proposal.Chosen
	}
	if err := tx.SaveDecision(ctx, d); err != nil {
		return err
	}
	_, err = recordLeaf(ctx, tx, by, filedEvent(d, was, &p), partLogged(d, &p, d.Digest))
	return err
}

func openStates(kind models.Part) string {
	var names []string
	for _, s := range kind.Open {
		names = append(names, string(s))
	}
	return "at " + strings.Join(names, ", ")
}

// part finds a part by its address; nil when it is not on file.
func (c *caseAt) part(address string) *models.DecisionPart {
	for i := range c.parts {
		if c.parts[i].Address() == address {
			return &c.parts[i]
		}
	}
	return nil
}

// complete sets what the register itself says in a part, and refuses what does not fit the rest of the dossier.
func (r *Register) complete(ctx context.Context, tx *store.Tx, by models.Viewer, c *caseAt, key string, content models.PartContent, at time.Time) error {
	switch part := content.(type) {
	case *models.Need:
		stampRequirements(part, c.dossier, at)
		return c.checkFrozen(part)
	case *models.Scan:
		c.signScan(by, part, at)
		return r.completeScan(ctx, tx, by, c, part)
	case *models.ScoreSheet:
		return c.mayScore(by, part)
	case *models.Proposal:
		return c.checkProposal(part)
	case *models.Candidate:
		if err := c.checkSwapped(key, part); err != nil {
			return err
		}
		return c.checkCandidate(ctx, tx, by, part)
	case *models.Justification:
		if was := c.dossier.Justification; part.SignedBy != "" && was != nil && was.Value.SignedBy == by.Name && was.Value.Text == part.Text && slices.Equal(was.Value.Grounds, part.Grounds) {
			part.SignedBy, part.SignedAt = was.Value.SignedBy, was.Value.SignedAt
		} else if part.SignedBy != "" {
			part.SignedBy, part.SignedAt = by.Name, &at
		}
	case *models.Impossibility:
		if was := c.dossier.Impossibility; was != nil && was.Value.SignedBy == by.Name && was.Value.Text == part.Text && was.Value.Rung == part.Rung {
			part.SignedBy, part.SignedAt = was.Value.SignedBy, was.Value.SignedAt
		} else {
			part.SignedBy, part.SignedAt = by.Name, &at
		}
	case *models.Challenges:
		return c.checkChallenges(by, part)
	case *models.ContractTerms:
		return checkSigned(part, at)
	case *models.ExemptionAnswer:
		if request := c.dossier.Exemption; request != nil && value(request.ByID) == by.UserID && by.UserID != 0 {
			return models.Refuse(models.Forbidden, "own-request", "Nobody decides on a request of their own. Ask another person to.")
		}
	case *models.PublicTerms:
		return c.checkGrounds(*part)
	case *models.Approval:
		if err := c.mayApprove(by, part); err != nil {
			return err
		}
		return c.setBand(part)
	case *models.Registration:
		return checkRegistration(ctx, tx, by, part)
	}
	return nil
}

// stampRequirements keeps the time of each requirement that is as it was, and gives the others the present one.
func stampRequirements(need *models.Need, d *models.Dossier, at time.Time) {
	was := map[string]models.Requirement{}
	if d.Need != nil {
		for _, q := range d.Need.Value.Requirements {
			was[q.ID] = q
		}
	}
	for i := range need.Requirements {
		q := &need.Requirements[i]
		before, known := was[q.ID]
		switch {
		case known && before.Same(*q):
			q.ChangedAt = before.ChangedAt
		default:
			moment := at
			q.ChangedAt = &moment
		}
	}
}

// completeScan says of each search whether there is evidence on file.
func (r *Register) completeScan(ctx context.Context, tx *store.Tx, by models.Viewer, c *caseAt, scan *models.Scan) error {
	var m models.Mistakes
	for i := range scan.Searches {
		s := &scan.Searches[i]
		s.Recorded = false
		if s.Exhibit == "" {
			continue
		}
		held, err := tx.HasAttachment(ctx, c.row.ID, s.Exhibit)
		if err != nil {
			return err
		}
		if !held {
			m.Add("searches["+idText(int64(i))+"].exhibit", "unknown", "No file with this digest is on file in this case. Attach the result first.")
		}
		s.Recorded = held
		if s.At == nil {
			at := r.now().Truncate(time.Microsecond)
			s.At = &at
		}
		if s.By == "" {
			s.By = by.Name
		}
	}
	return m.Err()
}

// mayScore refuses scores of people who are no evaluators of the case, and of candidates that are not in it.
func (c *caseAt) mayScore(by models.Viewer, sheet *models.ScoreSheet) error {
	if !c.evaluates(by.UserID) {
		return models.Refuse(models.Forbidden, "no-evaluator", "You are not among the evaluators of this case who have declared their interests. Who runs the case names them in its part “people”.")
	}
	on := map[string]bool{}
	if c.dossier.Criteria != nil {
		for _, one := range c.dossier.Criteria.Value.Criteria {
			on[one.ID] = true
		}
	}
	if c.dossier.Need != nil {
		for _, one := range c.dossier.Need.Value.Requirements {
			on[one.ID] = true
		}
	}
	var m models.Mistakes
	for i, s := range sheet.Scores {
		at := "scores[" + idText(int64(i)) + "]."
		if c.dossier.Candidate(s.Candidate) == nil {
			m.Add(at+"candidate", "unknown", "There is no candidate “"+s.Candidate+"” in this case.")
		}
		if !on[s.On] {
			m.Add(at+"on", "unknown", "The case has no criterion and no requirement “"+s.On+"”.")
		}
	}
	return m.Err()
}

func authorOf[T any](f *models.Filed[T]) *int64 {
	if f == nil {
		return nil
	}
	return f.ByID
}

func (c *caseAt) checkProposal(p *models.Proposal) error {
	var m models.Mistakes
	if c.dossier.Candidate(p.Chosen) == nil {
		m.Add("chosen", "unknown", "There is no candidate “"+p.Chosen+"” in this case.")
	}
	for i, key := range p.Alternatives {
		if c.dossier.Candidate(key) == nil {
			m.Add("alternatives["+idText(int64(i))+"]", "unknown", "There is no candidate “"+key+"” in this case.")
		}
	}
	return m.Err()
}

func (c *caseAt) checkCandidate(ctx context.Context, tx *store.Tx, by models.Viewer, p *models.Candidate) error {
	var m models.Mistakes
	if p.AssetID != nil {
		switch a, err := tx.Asset(ctx, by, *p.AssetID); {
		case err != nil:
			m.Add("assetId", "unknown", "There is no such software, or you may not see it.")
		case p.Origin == models.FromGovernment && a.Origin == models.Proprietary:
			m.Add("origin", "other-origin", "“"+a.Name+"” is registered as proprietary software, which government has not built. Enter it as commercial, or as a shared service when another public body runs it for others.")
		}
	}
	known := map[string]bool{}
	if c.dossier.Need != nil {
		for _, q := range c.dossier.Need.Value.Requirements {
			known[q.ID] = true
		}
	}
	for i, g := range p.Covers {
		if !known[g.Requirement] {
			m.Add("covers["+idText(int64(i))+"].requirement", "unknown", "The need has no requirement “"+g.Requirement+"”.")
		}
	}
	return m.Err()
}

// evaluates reports whether a person is among the evaluators of the case and takes part.
func (c *caseAt) evaluates(user int64) bool {
	return c.dossier.People != nil && slices.ContainsFunc(c.dossier.People.Value.Evaluators, func(p models.CasePerson) bool { return p.UserID == user && !p.Excluded })
}

// mayApprove holds who asked for a case, and who evaluated it, apart from who decides it.
func (c *caseAt) mayApprove(by models.Viewer, a *models.Approval) error {
	if a.Verdict != "approve" || by.UserID == 0 {
		return nil
	}
	if value(c.row.RequestedByID) == by.UserID {
		return models.Refuse(models.Forbidden, "own-request", "You asked for this case; nobody approves what they asked for. Another approver decides.")
	}
	for _, author := range []*int64{authorOf(c.dossier.Need), authorOf(c.dossier.Proposal)} {
		if value(author) == by.UserID {
			return models.Refuse(models.Forbidden, "own-request", "You wrote what is to be approved; nobody approves that of themselves. Another approver decides.")
		}
	}
	if c.dossier.People != nil && slices.ContainsFunc(c.dossier.People.Value.Evaluators, func(p models.CasePerson) bool { return p.UserID == by.UserID }) {
		return models.Refuse(models.Forbidden, "own-evaluation", "You are an evaluator of this case; who evaluates does not approve. Another approver decides.")
	}
	return nil
}

// setBand writes into an approval in which band of values it is given: who signs says with it that they decide for sums like this one.
func (c *caseAt) setBand(a *models.Approval) error {
	if a.Verdict != "approve" || c.row.Value == nil || len(c.law.regime.Approval.Bands) == 0 {
		return nil
	}
	band, err := c.law.regime.Band(models.Money{Amount: *c.row.Value, Currency: c.row.Currency})
	if err != nil {
		return err
	}
	if a.Band != "" && a.Band != band.Title {
		var m models.Mistakes
		m.Add("band", "other-band", "A decision of this value is taken by: "+band.Title+". Leave the band out to sign as that.")
		return m.Err()
	}
	a.Band = band.Title
	return nil
}

func checkRegistration(ctx context.Context, tx *store.Tx, by models.Viewer, p *models.Registration) error {
	var m models.Mistakes
	for i, id := range p.AssetIDs {
		if _, err := tx.Asset(ctx, by, id); err != nil {
			m.Add("assetIds["+idText(int64(i))+"]", "unknown", "There is no such software, or you may not see it.")
		}
	}
	for i, id := range p.DeploymentIDs {
		if _, err := tx.Deployment(ctx, by, id); err != nil {
			m.Add("deploymentIds["+idText(int64(i))+"]", "unknown", "There is no such deployment, or you may not see it.")
		}
	}
	return m.Err()
}
