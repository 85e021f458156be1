package register

import (
	"context"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// ClaimUse records that the steward of a piece of software says that another agency uses it. It proves nothing: the agency named is asked.
func (r *Register) ClaimUse(ctx context.Context, by models.Viewer, c *models.UseClaim) error {
	c.Stated, c.Source, c.Note = tidy(c.Stated), strings.TrimSpace(c.Source), strings.TrimSpace(c.Note)
	c.ID, c.State, c.Origin, c.ClaimedByID, c.ClaimedBy = 0, models.UseWaiting, models.ClaimOfSteward, optional(by.UserID), by.Name
	c.MatchedByID, c.DecidedByID, c.DecidedAt, c.Reason, c.DeploymentID = nil, nil, nil, "", nil
	if err := c.Validate(); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		a, err := tx.Asset(ctx, by, c.AssetID)
		if err != nil {
			return invalidReference(err, "assetId", "There is no such asset, or you may not see it.")
		}
		if err := may(by, models.WriteAsset, a.StewardID, "say who uses this software"); err != nil {
			return err
		}
		if err := whoIsMeant(ctx, tx, c); err != nil {
			return err
		}
		if err := tx.CreateUseClaim(ctx, c); err != nil {
			return err
		}
		return record(ctx, tx, by, useClaimEvent("use-claim.made", a, c, nil))
	})
}

// whoIsMeant finds the agency of a claim by its name, or the name by the agency.
func whoIsMeant(ctx context.Context, tx *store.Tx, c *models.UseClaim) error {
	if c.AgencyID != nil {
		g, err := tx.Agency(ctx, *c.AgencyID)
		if err != nil || g.State != models.AgencyActive {
			return invalidField("agencyId", "unknown", "There is no such agency, or it no longer acts.")
		}
		if c.Stated == "" {
			c.Stated = g.Name
		}
	}
	named, err := tx.AgenciesNamed(ctx, []string{c.Stated})
	if err != nil {
		return err
	}
	if len(named) == 0 {
		return invalidField("stated", "required", "Write the name of the agency in letters.")
	}
	c.Key = named[0].Key
	if c.AgencyID == nil {
		c.AgencyID = named[0].AgencyID
	}
	return nil
}

// mostClaimsByLink bounds how many names of one upload link may wait for an answer: each is asked of a person.
const mostClaimsByLink = 20

// ClaimUseByLink records that a supplier says who uses its software. It tells them nothing of whether that was known already.
func (r *Register) ClaimUseByLink(ctx context.Context, secret, stated, note string) error {
	l, err := r.OpenUploadLink(ctx, secret)
	if err != nil {
		return err
	}
	by := linkViewer(&l.UploadLinkRow)
	c := &models.UseClaim{AssetID: l.AssetID, Stated: tidy(stated), Note: strings.TrimSpace(note), Origin: models.ClaimOfSupplier, Source: "Upload link " + idText(l.ID), State: models.UseWaiting, ClaimedBy: l.Supplier}
	if err := c.Validate(); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		c.ID, c.AgencyID = 0, nil
		if err := tx.Hold(ctx, "upload_links", l.ID); err != nil {
			return err
		}
		n, err := tx.CountWaitingClaims(ctx, c.AssetID, c.Source) // before it is looked up: what is known already is not told
		if err != nil {
			return err
		}
		if n >= mostClaimsByLink {
			return &models.Error{Kind: models.Conflict, Code: "too-many-claims", RetryAfter: 24 * time.Hour,
				Detail: "20 agencies that were named by this link have not been asked yet. Name more when they have answered, or send the whole list to the office that gave you the link."}
		}
		a, err := tx.Asset(ctx, models.SystemViewer(""), c.AssetID)
		if err != nil {
			return err
		}
		if err := whoIsMeant(ctx, tx, c); err != nil {
			return err
		}
		if known, err := tx.UseClaimKnown(ctx, c.AssetID, c.AgencyID, c.Key); err != nil || known {
			return err
		}
		if err := tx.CreateUseClaim(ctx, c); err != nil {
			return err
		}
		return record(ctx, tx, by, useClaimEvent("use-claim.made", a, c, nil))
	})
}

// StatedUses says what became of the names that a description states.
type StatedUses struct{ Stated, Added, Matched, Withdrawn int }

// StateUses takes the names that a description of a piece of software states as its users (usedBy of publiccode.yml) from a source. They are claims of the publisher: each agency is asked once. What
// the source does not say any more is withdrawn, as long as nobody has answered it. Names beyond models.MostUseClaims are refused.
func (r *Register) StateUses(ctx context.Context, by models.Viewer, asset int64, source string, names []string) (StatedUses, error) {
	var out StatedUses
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		a, err := tx.Asset(ctx, by, asset)
		if err != nil {
			return err
		}
		if err := may(by, models.WriteRepository, a.StewardID, "say who uses this software"); err != nil {
			return err
		}
		out, err = stateUses(ctx, tx, by, a, source, names)
		return err
	})
	return out, err
}

// stateUses is StateUses within a transaction of another journey. Its event is written when something changed.
func stateUses(ctx context.Context, tx *store.Tx, by models.Viewer, a *models.Asset, source string, names []string) (StatedUses, error) {
	out := StatedUses{Stated: len(names)}
	if len(names) > models.MostUseClaims {
		return out, invalidField("usedBy", "too-many", "A description may name at most 20,000 users.")
	}
	clean := make([]string, 0, len(names))
	for _, n := range names {
		n = tidy(strings.ToValidUTF8(strings.ReplaceAll(n, "\x00", ""), ""))
		if runes := []rune(n); len(runes) > 300 {
			n = string(runes[:300])
		}
		clean = append(clean, n)
	}
	named, err := tx.AgenciesNamed(ctx, clean)
	if err != nil {
		return out, err
	}
	if out.Added, out.Matched, out.Withdrawn, err = tx.SetStatedUses(ctx, a.ID, source, "the description", named); err != nil || out.Added+out.Withdrawn == 0 {
		return out, err
	}
	return out, record(ctx, tx, by, event{action: "asset.uses-stated", noun: "asset", id: a.ID, title: a.Title(), agency: a.StewardID, asset: a.ID, from: a.Visibility, to: a.Visibility,
		after: map[string]any{"source": source, "stated": out.Stated, "added": out.Added, "matched": out.Matched, "withdrawn": out.Withdrawn}})
}

// usesStated takes the users that the description of a repository names, and withdraws those of before when it names none any more.
func usesStated(ctx context.Context, tx *store.Tx, by models.Viewer, repo *models.Repository, was *models.Description) error {
	names := described(repo).UsedBy
	if repo.AssetID == nil || len(names) == 0 && (was == nil || len(was.UsedBy) == 0) {
		return nil
	}
	a, err := tx.Asset(ctx, models.SystemViewer(""), *repo.AssetID)
	if err != nil {
		return err
	}
	_, err = stateUses(ctx, tx, by, a, repo.URL, names[:min(len(names), models.MostUseClaims)])
	return err
}

// MatchUseClaim says which agency is meant by the name of a claim, for every claim under the same spelling; later descriptions that spell it so are understood. It gives the number of claims. Each is one event.
func (r *Register) MatchUseClaim(ctx context.Context, by models.Viewer, id, based, agency int64) (matched int, err error) {
	if err := may(by, models.WriteAgency, 0, "say which agency a name means"); err != nil {
		return 0, err
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		c, err := heldUseClaim(ctx, tx, by, id, based)
		if err != nil {
			return err
		}
		if c.AgencyID != nil || c.State != models.UseWaiting {
			return models.Refuse(models.Conflict, "use-claim-matched", "It is known already which agency is meant, or the claim does not wait any more.")
		}
		g, err := tx.Agency(ctx, agency)
		if err != nil || g.State != models.AgencyActive {
			return invalidField("agencyId", "unknown", "There is no such agency, or it no longer acts.")
		}
		ids, err := tx.UseClaimsOfName(ctx, c.Key)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := r.matchOne(ctx, tx, by, id, agency); err != nil {
				return err
			}
		}
		matched = len(ids)
		return nil
	})
	return matched, err
}

func (r *Register) matchOne(ctx context.Context, tx *store.Tx, by models.Viewer, id, agency int64) error {
	c, err := heldUseClaim(ctx, tx, models.SystemViewer(""), id, 0)
	if err != nil {
		return err
	}
	other, err := tx.WaitingUseClaim(ctx, c.AssetID, agency)
	if err != nil {
		return err
	}
	a, err := tx.Asset(ctx, models.SystemViewer(""), c.AssetID)
	if err != nil {
		return err
	}
	before, action := c.UseClaim, "use-claim.matched"
	c.AgencyID, c.MatchedByID, c.UpdatedAt = &agency, optional(by.UserID), r.now()
	if other != 0 {
		at := r.now().Truncate(time.Microsecond)
		c.State, c.Reason, c.DecidedAt, action = models.UseWithdrawn, "The same agency was named in another way too.", &at, "use-claim.withdrawn"
	}
	if err := tx.SaveUseClaim(ctx, &c.UseClaim); err != nil {
		return err
	}
	return record(ctx, tx, by, useClaimEvent(action, a, &c.UseClaim, &before))
}

func heldUseClaim(ctx context.Context, tx *store.Tx, by models.Viewer, id, based int64) (*store.UseClaimRow, error) {
	if err := tx.Hold(ctx, "use_claims", id); err != nil {
		return nil, err
	}
	c, err := tx.UseClaim(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return c, unchanged(c.Version, based)
}

func useClaimEvent(action string, a *models.Asset, c, before *models.UseClaim) event {
	to := narrower(models.VisibleGovernment, a.Visibility)
	agency := value(c.AgencyID)
	if agency == 0 {
		agency = a.StewardID
	}
	if c.State != models.UseWaiting { // what became of it is between the two
		to = models.VisibleAgency
	}
	e := event{action: action, noun: "use-claim", id: c.ID, title: a.Title(), agency: agency, asset: a.ID, to: to, after: c}
	if before != nil {
		e.from, e.before = narrower(models.VisibleGovernment, a.Visibility), before
	}
	return e
}

// UseAnswer is what an agency says to a claim that it uses something.
type UseAnswer struct {
	To        models.UseClaimState
	Reason    string
	Until     models.Date       // of a confirmation: how long it holds; zero: models.AttestationDays
	Statement string            // of a confirmation: what it rests on
	Run       models.Deployment // of a confirmation: what is known of the deployment, besides agency and software
}

// AnswerUseClaim confirms, denies or withdraws a claim. Only somebody of the agency named confirms or denies it; confirmed, it is a deployment from then on. Who answers for the software may withdraw it.
func (r *Register) AnswerUseClaim(ctx context.Context, by models.Viewer, id, based int64, answer UseAnswer) (*models.UseClaim, error) {
	var out *models.UseClaim
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		c, err := heldUseClaim(ctx, tx, by, id, based)
		if err != nil {
			return err
		}
		if err := mayAnswerUse(by, c, answer.To); err != nil {
			return err
		}
		before, at := c.UseClaim, r.now().Truncate(time.Microsecond)
		if err := c.Answer(answer.To, tidy(answer.Reason)); err != nil {
			return err
		}
		a, err := tx.Asset(ctx, models.SystemViewer(""), c.AssetID)
		if err != nil {
			return err
		}
		if answer.To == models.UseConfirmed {
			if c.DeploymentID, err = r.attestUse(ctx, tx, by, c, a, answer); err != nil {
				return err
			}
		}
		c.DecidedByID, c.DecidedAt, c.UpdatedAt = optional(by.UserID), &at, at
		if err := tx.SaveUseClaim(ctx, &c.UseClaim); err != nil {
			return err
		}
		out = &c.UseClaim
		return record(ctx, tx, by, useClaimEvent("use-claim."+string(c.State), a, &c.UseClaim, &before))
	})
	return out, err
}

func mayAnswerUse(by models.Viewer, c *store.UseClaimRow, to models.UseClaimState) error {
	switch {
	case to == models.UseWithdrawn:
		return may(by, models.WriteAsset, c.StewardID, "withdraw what is said of who uses this software")
	case c.AgencyID == nil:
		return nil // the claim itself says why not
	case to == models.UseConfirmed && c.ClaimedByID != nil && *c.ClaimedByID == by.UserID:
		return models.Refuse(models.Forbidden, "own-claim", "You said yourself that this agency uses the software. Let somebody else of the agency confirm it.")
	}
	return mayAttest(by, *c.AgencyID)
}

// mayAttest refuses whoever is not of the agency: the word of another proves nothing.
func mayAttest(by models.Viewer, agency int64) error {
	if by.UserID == 0 {
		return models.Refuse(models.Unauthenticated, "sign-in-first", "This needs a person: sign in, or send that person's API token.")
	}
	if !by.Attests(agency) {
		return models.Refuse(models.Forbidden, "not-allowed", "Only somebody of the agency itself can say what it runs. Ask a registrar of that agency.")
	}
	return nil
}

// attestUse makes the deployment that a confirmed claim is, or confirms the one that the agency has registered already.
func (r *Register) attestUse(ctx context.Context, tx *store.Tx, by models.Viewer, c *store.UseClaimRow, a *models.Asset, answer UseAnswer) (*int64, error) {
	today := models.DateOf(r.now())
	until := answer.Until
	if until.IsZero() {
		until = today.AddDays(models.AttestationDays)
	}
	id, err := tx.RunBy(ctx, c.AssetID, *c.AgencyID)
	if err != nil {
		return nil, err
	}
	if id != 0 {
		_, err := r.attest(ctx, tx, by, id, 0, until, answer.Statement)
		return &id, err
	}
	d := answer.Run
	d.ID, d.AgencyID, d.AssetID, d.State = 0, *c.AgencyID, c.AssetID, models.Claimed
	prepareDeployment(&d)
	if err := d.Validate(); err != nil {
		return nil, err
	}
	if _, err := r.tieRelease(ctx, tx, models.SystemViewer(""), &d); err != nil { // the claim has told them of the software
		return nil, err
	}
	if err := d.Confirm(today, until); err != nil {
		return nil, err
	}
	if err := tx.CreateDeployment(ctx, &d); err != nil {
		return nil, err
	}
	if err := tx.CreateAttestation(ctx, &models.Attestation{DeploymentID: d.ID, UserID: by.UserID, Statement: strings.TrimSpace(answer.Statement), ValidUntilOn: until}); err != nil {
		return nil, err
	}
	return &d.ID, record(ctx, tx, by, deploymentEvent("deployment.registered", a, &d, nil))
}
