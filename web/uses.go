package web

import (
	"fmt"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountUses(r *routes) {
	r.get("/assets/:id/uses", s.uses)
	r.post("/assets/:id/uses", s.claimUse)
	r.post("/assets/:id/referents", s.becomeReferent)
	r.post("/referents/:id/end", s.endReferent)
	r.get("/use-claims", s.useClaims)
	r.get("/use-claims/:id", s.useClaim)
	r.post("/use-claims/:id/answer", s.answerUseClaim)
	r.post("/use-claims/:id/match", s.matchUseClaim)
	r.post("/use-claims/:id/withdraw", s.withdrawUseClaim)
	r.post("/upload/:link/uses", s.claimUseByLink)
}

// reusePart is the section of an asset's page that says who uses it and whom to ask.
type reusePart struct {
	Uses      store.Uses
	List      []store.UseRow
	More      int
	Referents []store.ReferentRow
	Calls     []store.CallRow
	Known     bool // the reader may see names of people
	Hidden    bool // some of the code is not open to everybody; told to government only
	MayAccess bool // some of the code is not open, and the reader may ask for it
	HasAccess bool
	MayCall   bool
}

// shownUses bounds what an asset's own page lists.
const shownUses = 6

func (c *page) reuseOf(a *models.Asset, most int) (*reusePart, error) {
	s, p := c.site.Store, &reusePart{Known: c.viewer.InGovernment()}
	var err error
	if p.Uses, err = s.UsesOf(c.ctx(), c.viewer, a.ID); err != nil {
		return nil, err
	}
	if p.List, err = s.UsesBy(c.ctx(), c.viewer, a.ID, most); err != nil {
		return nil, err
	}
	p.More = p.Uses.Agencies + p.Uses.Stated + p.Uses.Unmatched - len(p.List)
	if p.Referents, err = s.Referents(c.ctx(), c.viewer, a.ID); err != nil {
		return nil, err
	}
	calls, err := s.Calls(c.ctx(), c.viewer, models.CallFilter{Asset: a.ID, State: models.CallOpen, Page: models.Page{Limit: most}})
	if err != nil {
		return nil, err
	}
	p.Calls = calls.Items
	if !c.viewer.InGovernment() {
		return p, nil
	}
	if p.Hidden, err = s.HasHiddenCode(c.ctx(), a.ID); err != nil {
		return nil, err
	}
	if p.HasAccess, err = s.HasAccess(c.ctx(), c.viewer, a.ID); err != nil {
		return nil, err
	}
	p.MayCall = c.viewer.MaySomewhere(models.Reuse)
	p.MayAccess = p.Hidden && p.MayCall
	return p, nil
}

// usesPage is everything about who uses a piece of software and whom to ask.
type usesPage struct {
	*assetHead
	*reusePart
	Claims     []store.UseClaimRow // that were answered; for who has a part in them
	Own        *store.ReferentRow  // what the reader has offered
	Offer      *form               // nil when the reader may not offer to answer, or has
	Claim      *form               // nil when the reader may not say who uses it
	Expertises []option
	Agencies   agencyChoice // for which the reader may speak
	Everywhere agencyChoice
	MayEnd     bool
}

const (
	formOffer = "offer"
	formClaim = "claim"
)

func (s *site) uses(c *page) error { return s.showUses(c, "", nil) }

func (s *site) showUses(c *page, refused string, f *form) error {
	h, err := c.openAsset("")
	if err != nil || h == nil {
		return err
	}
	p := usesPage{assetHead: h, Expertises: words(models.Expertises), MayEnd: h.MayChange}
	if p.reusePart, err = c.reuseOf(h.Asset, models.MaxLimit); err != nil {
		return err
	}
	for i := range p.Referents {
		if p.Referents[i].UserID == c.viewer.UserID && c.viewer.UserID != 0 {
			p.Own = &p.Referents[i]
		}
	}
	if c.viewer.UserID != 0 && c.viewer.InGovernment() && p.Own == nil {
		p.Offer = newForm()
		if p.Agencies, err = c.agencyChoice(models.ReadGovernment); err != nil {
			return err
		}
	}
	if h.MayChange {
		p.Claim = newForm()
		if p.Everywhere, err = c.agencyChoice(anyAgency); err != nil {
			return err
		}
		p.Everywhere.without(idText(h.Asset.StewardID))
	}
	if c.viewer.InGovernment() {
		claims, err := s.Store.UseClaims(c.ctx(), c.viewer, models.UseClaimFilter{Asset: h.Asset.ID, Page: models.Page{Limit: models.MaxLimit}})
		if err != nil {
			return err
		}
		p.Claims = claims.Items
	}
	switch refused {
	case formOffer:
		p.Offer = f
	case formClaim:
		p.Claim = f
	}
	return c.show(view{Name: "asset-uses", Title: "Who uses " + h.Asset.Title(), Nav: "/assets", Crumbs: h.crumbs(crumb{Name: "Who uses it"}), Form: f, Page: p})
}

func (s *site) claimUse(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	x := &models.UseClaim{AssetID: id, AgencyID: optional(c.agencyID(f, &m, "agencyId")), Stated: f.get("stated"), Source: f.get("source"), Note: f.get("note")}
	if err = m.Err(); err == nil {
		err = s.Register.ClaimUse(c.ctx(), c.viewer, x)
	}
	if err == nil {
		return c.done(assetPath(id)+"/uses", "That is noted. The agency is asked whether it is so; until then it does not count.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showUses(c, formClaim, f)
}

func (s *site) becomeReferent(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	x := &models.Referent{AssetID: id, AgencyID: c.agencyID(f, &m, "agencyId"), Expertise: models.Expertise(f.get("expertise")), Note: f.get("note")}
	if err = m.Err(); err == nil {
		err = s.Register.BecomeReferent(c.ctx(), c.viewer, x)
	}
	if err == nil {
		return c.done(assetPath(id)+"/uses", "Thank you. Questions about this software come to your page “Questions”.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showUses(c, formOffer, f)
}

func (s *site) endReferent(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.Store.Referent(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	if err := s.Register.EndReferent(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	return c.done(assetPath(row.AssetID)+"/uses", "The offer to answer questions is ended.")
}

// claimUseByLink takes what a supplier says by an upload link of who uses its software.
func (s *site) claimUseByLink(c *page) error {
	l, err := c.openLink()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	if err := s.Register.ClaimUseByLink(c.ctx(), c.g.Param("link"), f.get("stated"), f.get("note")); err != nil {
		if !f.refused(err) {
			return err
		}
		return s.showSupplier(c, l, f)
	}
	return s.showSupplier(c, l, newForm("told", "yes")) // nobody is signed in, so that there is no session to keep a word in
}

func useClaimPath(id int64) string { return fmt.Sprintf("/use-claims/%d", id) }

// useClaimsPage lists claims of use, and the names that no agency answers to.
type useClaimsPage struct {
	Form     *form
	List     []store.UseClaimRow
	Pager    pager
	States   []option
	Origins  []option
	Names    []store.UnmatchedName // for who may say which agency is meant
	Filtered bool
}

func (s *site) useClaims(c *page) error {
	if !c.viewer.InGovernment() {
		return refuseWrite(c, "see what is said of others’ use")
	}
	f := models.UseClaimFilter{State: models.UseClaimState(c.query("state")), Origin: models.UseClaimOrigin(c.query("origin")), Agency: c.queryID("agency"), Query: c.query("q"), Page: c.at()}
	list, err := s.Store.UseClaims(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p := useClaimsPage{Form: &form{Values: c.request().URL.Query()}, List: list.Items, Pager: pagerOf(c, list, "claim", "claims"), States: words(models.UseClaimStates), Filtered: f.State != "" || f.Origin != "" || f.Agency != 0 || f.Query != ""}
	for _, o := range models.UseClaimOrigins {
		p.Origins = append(p.Origins, option{Value: string(o), Label: capital(word(o))})
	}
	if c.viewer.May(models.WriteAgency, 0) {
		if p.Names, err = s.Store.UnmatchedNames(c.ctx(), c.viewer); err != nil {
			return err
		}
	}
	return c.show(view{Name: "use-claims", Title: "What others say of use", Nav: "/deployments", Crumbs: []crumb{{"Who runs it", "/deployments"}, {"What others say", ""}}, Page: p})
}

// useClaimPage is one claim, with what the reader may answer.
type useClaimPage struct {
	*store.UseClaimRow
	Forms        map[string]*form // answer, match, withdraw; only those that the reader may send
	Answers      []option
	Environments []option
	Visibilities []option
	Agencies     agencyChoice
	Same         int // claims under the same name that a match would settle
	Run          *store.DeploymentRow
	History      history
}

const (
	formAnswer   = "answer"
	formMatch    = "match"
	formWithdraw = "withdraw"
)

func (s *site) useClaim(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return s.showUseClaim(c, id, "", nil)
}

func (s *site) showUseClaim(c *page, id int64, refused string, f *form) error {
	x, err := s.Store.UseClaim(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := &useClaimPage{UseClaimRow: x, Forms: map[string]*form{}, Environments: words(models.Environments), Visibilities: words(models.Visibilities),
		Answers: []option{{Value: string(models.UseConfirmed), Label: "Yes, we use it", Hint: "It is registered as a deployment of yours, confirmed by you."}, {Value: string(models.UseDenied), Label: "No, we do not use it", Hint: "You are not asked again for this software."}}}
	version := idText(x.Version)
	if x.State == models.UseWaiting {
		switch {
		case x.AgencyID == nil && c.viewer.May(models.WriteAgency, 0):
			p.Forms[formMatch] = newForm("version", version)
			if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
				return err
			}
			same, err := s.Store.UseClaimsOfName(c.ctx(), x.Key)
			if err != nil {
				return err
			}
			p.Same = len(same)
		case x.AgencyID != nil && c.viewer.UserID != 0 && c.viewer.Attests(*x.AgencyID):
			p.Forms[formAnswer] = newForm("version", version, "environment", string(models.Production), "visibility", string(models.VisiblePublic), "validUntilOn", today().AddDays(models.AttestationDays).String())
		}
		if c.viewer.May(models.WriteAsset, x.StewardID) {
			p.Forms[formWithdraw] = newForm("version", version)
		}
	}
	if x.DeploymentID != nil {
		p.Run, err = s.Store.Deployment(c.ctx(), c.viewer, *x.DeploymentID)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return err
		}
	}
	if p.History, err = c.historyOf(models.EventFilter{Noun: "use-claim", NounID: id}); err != nil {
		return err
	}
	if f != nil {
		f.rebase(x.Version, useClaimPath(id))
		p.Forms[refused] = f
	}
	return c.show(view{Name: "use-claim", Title: "Does " + orElse(x.Agency, shorten(x.Stated, 60)) + " use " + x.Asset + "?", Nav: "/deployments", Crumbs: []crumb{{"Who runs it", "/deployments"}, {"What others say", "/use-claims"}, {shorten(orElse(x.Agency, x.Stated), 60), ""}}, Form: f, Page: p})
}

func (s *site) answerUseClaim(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	answer := register.UseAnswer{To: models.UseClaimState(f.get("to")), Reason: f.get("reason"), Statement: f.get("statement"),
		Run: models.Deployment{VersionText: f.get("versionText"), Service: f.get("service"), Environment: models.Environment(f.get("environment")), Visibility: models.Visibility(f.get("visibility"))}}
	if until := f.date(&m, "validUntilOn"); until != nil {
		answer.Until = *until
	}
	if answer.To != models.UseConfirmed && answer.To != models.UseDenied {
		m.Add("to", "required", "Choose one of the answers.")
	}
	said := "Thank you. It is a deployment of yours now."
	if answer.To == models.UseDenied {
		said = "Thank you. That is noted, and you are not asked again."
	}
	if err = m.Err(); err == nil {
		_, err = s.Register.AnswerUseClaim(c.ctx(), c.viewer, id, f.based(), answer)
	}
	return s.movedUseClaim(c, id, formAnswer, f, err, said)
}

func (s *site) matchUseClaim(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	agency := c.agencyID(f, &m, "agencyId")
	n := 0
	if err = m.Err(); err == nil {
		n, err = s.Register.MatchUseClaim(c.ctx(), c.viewer, id, f.based(), agency)
	}
	return s.movedUseClaim(c, id, formMatch, f, err, "The agency is known now for "+plural(n, "claim", "claims")+", and for later ones under this name.")
}

func (s *site) withdrawUseClaim(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	_, err = s.Register.AnswerUseClaim(c.ctx(), c.viewer, id, f.based(), register.UseAnswer{To: models.UseWithdrawn, Reason: f.get("reason")})
	return s.movedUseClaim(c, id, formWithdraw, f, err, "The claim is withdrawn.")
}

func (s *site) movedUseClaim(c *page, id int64, which string, f *form, err error, said string) error {
	if err == nil {
		return c.done(useClaimPath(id), said)
	}
	if !f.refused(err) {
		return err
	}
	return s.showUseClaim(c, id, which, f)
}
