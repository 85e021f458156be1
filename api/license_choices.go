package api

import (
	"context"
	"slices"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// LicenseChoice records which branch of a licence expression is taken where it offers a choice.
type LicenseChoice struct {
	ID         int64     `json:"id"`
	Reach      Reach     `json:"reach"`
	AgencyID   *int64    `json:"agencyId"`
	Agency     string    `json:"agency"`
	AssetID    *int64    `json:"assetId"`
	Asset      string    `json:"asset"`
	Expression string    `json:"expression" doc:"What is offered, in canonical form" example:"GPL-2.0-only OR MIT"`
	Chosen     string    `json:"chosen" doc:"What is taken of it" example:"MIT"`
	Reason     string    `json:"reason"`
	Unknown    []string  `json:"unknownLicenses" doc:"Licences in what is taken whose terms nobody here knows: choosing them does not make them allowed"`
	CreatedAt  time.Time `json:"createdAt"`
	CreatedBy  string    `json:"createdBy"`
}

// LicenseChoiceInput is what a new choice says.
type LicenseChoiceInput struct {
	Reach      Reach  `json:"reach"`
	AgencyID   *int64 `json:"agencyId,omitempty" minimum:"1" doc:"For the reach agency"`
	AssetID    *int64 `json:"assetId,omitempty" minimum:"1" doc:"For the reach asset"`
	Expression string `json:"expression" minLength:"1" maxLength:"10000" doc:"What is offered"`
	Chosen     string `json:"chosen" minLength:"1" maxLength:"10000" doc:"What is taken of it: branches of its ORs"`
	Reason     string `json:"reason" minLength:"1" maxLength:"2000"`
}

// LicenseConclusion is a reviewer's licence for a component; it overrides what documents say.
type LicenseConclusion struct {
	ID        int64     `json:"id"`
	Reach     Reach     `json:"reach"`
	AgencyID  *int64    `json:"agencyId"`
	Agency    string    `json:"agency"`
	AssetID   *int64    `json:"assetId"`
	Asset     string    `json:"asset"`
	Base      string    `json:"base" doc:"The component: its purl without version; empty when it has none" example:"pkg:npm/left-pad"`
	Name      string    `json:"name" doc:"Its name, where it has no purl"`
	Version   string    `json:"componentVersion" doc:"Empty: every version"`
	Concluded string    `json:"concluded" doc:"The licence, in canonical form"`
	Reason    string    `json:"reason"`
	Evidence  string    `json:"evidence" doc:"Where the licence can be read"`
	CreatedAt time.Time `json:"createdAt"`
	CreatedBy string    `json:"createdBy"`
}

// LicenseConclusionInput is what a new conclusion says.
type LicenseConclusionInput struct {
	Reach     Reach  `json:"reach"`
	AgencyID  *int64 `json:"agencyId,omitempty" minimum:"1" doc:"For the reach agency"`
	AssetID   *int64 `json:"assetId,omitempty" minimum:"1" doc:"For the reach asset"`
	Base      string `json:"base,omitempty" maxLength:"2000" doc:"The purl of the component; the version in it counts when componentVersion is empty"`
	Name      string `json:"name,omitempty" maxLength:"1000" doc:"Its name, where it has no purl"`
	Version   string `json:"componentVersion,omitempty" maxLength:"500" doc:"Only this version"`
	Concluded string `json:"concluded" minLength:"1" maxLength:"10000" doc:"The licence expression"`
	Reason    string `json:"reason" minLength:"1" maxLength:"2000"`
	Evidence  string `json:"evidence,omitempty" maxLength:"2000" doc:"Where the licence can be read: an address, a file name"`
}

func shapeChoice(c *store.ChoiceRow, list *licenses.List) LicenseChoice {
	var unknown []string
	if chosen, err := licenses.Parse(c.Chosen); err == nil {
		unknown = register.UnknownTerms(list, chosen)
	}
	return LicenseChoice{Unknown: orEmpty(unknown), ID: c.ID, Reach: Reach(c.Reach), AgencyID: c.AgencyID, Agency: c.Agency, AssetID: c.AssetID, Asset: c.Asset, Expression: c.Expression, Chosen: c.Chosen, Reason: c.Reason, CreatedAt: utc(c.CreatedAt), CreatedBy: c.By}
}

func shapeConclusion(c *store.ConclusionRow) LicenseConclusion {
	return LicenseConclusion{ID: c.ID, Reach: Reach(c.Reach), AgencyID: c.AgencyID, Agency: c.Agency, AssetID: c.AssetID, Asset: c.Asset, Base: c.Base, Name: c.Name, Version: c.Version, Concluded: c.Concluded, Reason: c.Reason, Evidence: c.Evidence,
		CreatedAt: utc(c.CreatedAt), CreatedBy: c.By}
}

func (a *api) licenseChoices() {
	const tag = "Licences"
	get(a, "/license-choices", about{id: "listLicenseChoices", tag: tag, summary: "List the choices in force", text: "Which branch of an OR is taken where; newest first, at most 10,000.", signedIn: true}, a.listChoices)
	get(a, "/license-choices/{id}", about{id: "getLicenseChoice", tag: tag, summary: "A choice in force", signedIn: true}, a.getChoice)
	post(a, "/license-choices", about{id: "chooseLicense", tag: tag, summary: "Choose a branch of a licence", text: "What is chosen must be offered by the expression.", status: 201}, a.chooseLicense)
	get(a, "/license-choices/{id}/transitions", about{id: "listLicenseChoiceTransitions", tag: tag, summary: "The history of a choice", text: "Of one that has ended too.", signedIn: true}, a.listChoiceTransitions)
	post(a, "/license-choices/{id}/transitions", about{id: "endLicenseChoice", tag: tag, summary: "End a choice", text: "The expression offers all its branches again.", status: 204}, a.endChoice)
	get(a, "/license-conclusions", about{id: "listLicenseConclusions", tag: tag, summary: "List the conclusions in force", text: "Reviewers' licences for components; newest first, at most 10,000.", signedIn: true}, a.listConclusions)
	get(a, "/license-conclusions/{id}", about{id: "getLicenseConclusion", tag: tag, summary: "A conclusion in force", signedIn: true}, a.getConclusion)
	post(a, "/license-conclusions", about{id: "concludeLicense", tag: tag, summary: "Conclude the licence of a component", text: "It overrides what documents say of the component, visibly.", status: 201}, a.concludeLicense)
	get(a, "/license-conclusions/{id}/transitions", about{id: "listLicenseConclusionTransitions", tag: tag, summary: "The history of a conclusion", text: "Of one that has ended too.", signedIn: true}, a.listConclusionTransitions)
	post(a, "/license-conclusions/{id}/transitions", about{id: "endLicenseConclusion", tag: tag, summary: "End a conclusion", text: "Documents speak for the component again.", status: 204}, a.endConclusion)
}

// insiders lets only those ask who see what is visible to government.
func insiders(ctx context.Context, what string) error {
	if err := signedIn(ctx, what); err != nil {
		return err
	}
	if !viewer(ctx).InGovernment() {
		return models.Refuse(models.Forbidden, "not-allowed", "You may not "+what+": it is for people within government.")
	}
	return nil
}

func (a *api) choices(ctx context.Context, asset int64) ([]store.ChoiceRow, error) {
	if err := insiders(ctx, "see the choices of licences"); err != nil {
		return nil, err
	}
	if asset != 0 {
		if _, err := a.asset(ctx, asset); err != nil {
			return nil, err
		}
	}
	return a.Store.LicenseChoices(ctx, viewer(ctx), asset)
}

func (a *api) listChoices(ctx context.Context, in *struct {
	Asset int64 `query:"asset" minimum:"1" doc:"Only those that reach this software"`
}) (*struct{ Body List[LicenseChoice] }, error) {
	l, err := a.choices(ctx, in.Asset)
	if err != nil {
		return nil, err
	}
	list, err := a.Register.LicenseList(ctx)
	return &struct{ Body List[LicenseChoice] }{complete(l, func(c *store.ChoiceRow) LicenseChoice { return shapeChoice(c, list) })}, err
}

// choice finds one in force.
func (a *api) choice(ctx context.Context, id int64) (*store.ChoiceRow, error) {
	l, err := a.choices(ctx, 0)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(l, func(c store.ChoiceRow) bool { return c.ID == id })
	if i < 0 {
		return nil, models.NoSuch("license-choice")
	}
	return &l[i], nil
}

func (a *api) getChoice(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[LicenseChoice], error) {
	c, err := a.choice(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	list, err := a.Register.LicenseList(ctx)
	if err != nil {
		return nil, err
	}
	return one(1, shapeChoice(c, list), in.Unless)
}

// wordHistory is what was done about a person's word on a licence. It is not found where the reader may see nothing of it.
func (a *api) wordHistory(ctx context.Context, noun string, id int64, part Feed) (*EventPage, error) {
	if err := insiders(ctx, "see what people say about licences"); err != nil {
		return nil, err
	}
	about := models.EventFilter{Noun: noun, NounID: id, Limit: 1}
	switch seen, err := a.Store.Events(ctx, viewer(ctx), about); {
	case err != nil:
		return nil, err
	case len(seen) == 0:
		return nil, models.NoSuch(noun)
	}
	return a.feed(ctx, about, part)
}

func (a *api) listChoiceTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	return a.wordHistory(ctx, "license-choice", in.ID.ID, in.Feed)
}

func (a *api) listConclusionTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	return a.wordHistory(ctx, "license-conclusion", in.ID.ID, in.Feed)
}

func (a *api) chooseLicense(ctx context.Context, in *struct{ Body Body[LicenseChoiceInput] }) (*Made[LicenseChoice], error) {
	want := in.Body.Value
	c := models.LicenseChoice{Reach: models.Reach(want.Reach), AgencyID: want.AgencyID, AssetID: want.AssetID, Expression: want.Expression, Chosen: want.Chosen, Reason: want.Reason}
	if err := in.Body.check(ctx, a, c.Validate); err != nil {
		return nil, err
	}
	if err := a.known(ctx, want.AgencyID); err != nil {
		return nil, err
	}
	if err := a.Register.ChooseLicense(ctx, viewer(ctx), &c); err != nil {
		return nil, err
	}
	row, err := a.choice(ctx, c.ID)
	if models.IsKind(err, models.NotFound) { // somebody has ended it already
		row, err = &store.ChoiceRow{LicenseChoice: c}, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := a.Register.LicenseList(ctx)
	if err != nil {
		return nil, err
	}
	return made("license-choices", c.ID, 1, shapeChoice(row, list))
}

// known says that there is no such agency where there is none.
func (a *api) known(ctx context.Context, agency *int64) error {
	if agency == nil {
		return nil
	}
	_, err := a.Store.Agency(ctx, *agency)
	return err
}

// EndTransition ends something.
type EndTransition struct {
	To string `json:"to" enum:"ended"`
}

func (a *api) endChoice(ctx context.Context, in *struct {
	ID
	Body Body[EndTransition]
}) (*struct{}, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return nil, a.Register.EndLicenseChoice(ctx, viewer(ctx), in.ID.ID)
}

func (a *api) conclusions(ctx context.Context, asset int64) ([]store.ConclusionRow, error) {
	if err := insiders(ctx, "see the conclusions about licences"); err != nil {
		return nil, err
	}
	if asset != 0 {
		if _, err := a.asset(ctx, asset); err != nil {
			return nil, err
		}
	}
	return a.Store.LicenseConclusions(ctx, viewer(ctx), asset)
}

func (a *api) listConclusions(ctx context.Context, in *struct {
	Asset int64 `query:"asset" minimum:"1" doc:"Only those that reach this software"`
}) (*struct{ Body List[LicenseConclusion] }, error) {
	l, err := a.conclusions(ctx, in.Asset)
	return &struct{ Body List[LicenseConclusion] }{complete(l, shapeConclusion)}, err
}

// conclusion finds one in force.
func (a *api) conclusion(ctx context.Context, id int64) (*store.ConclusionRow, error) {
	l, err := a.conclusions(ctx, 0)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(l, func(c store.ConclusionRow) bool { return c.ID == id })
	if i < 0 {
		return nil, models.NoSuch("license-conclusion")
	}
	return &l[i], nil
}

func (a *api) getConclusion(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[LicenseConclusion], error) {
	c, err := a.conclusion(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, shapeConclusion(c), in.Unless)
}

func (a *api) concludeLicense(ctx context.Context, in *struct{ Body Body[LicenseConclusionInput] }) (*Made[LicenseConclusion], error) {
	want := in.Body.Value
	c := models.LicenseConclusion{Reach: models.Reach(want.Reach), AgencyID: want.AgencyID, AssetID: want.AssetID, Base: want.Base, Name: want.Name, Version: want.Version, Concluded: want.Concluded, Reason: want.Reason, Evidence: want.Evidence}
	if err := in.Body.check(ctx, a, c.Validate); err != nil {
		return nil, err
	}
	if err := a.known(ctx, want.AgencyID); err != nil {
		return nil, err
	}
	if err := a.Register.ConcludeLicense(ctx, viewer(ctx), &c); err != nil {
		return nil, err
	}
	row, err := a.conclusion(ctx, c.ID)
	if models.IsKind(err, models.NotFound) { // somebody has ended it already
		row, err = &store.ConclusionRow{LicenseConclusion: c}, nil
	}
	if err != nil {
		return nil, err
	}
	return made("license-conclusions", c.ID, 1, shapeConclusion(row))
}

func (a *api) endConclusion(ctx context.Context, in *struct {
	ID
	Body Body[EndTransition]
}) (*struct{}, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return nil, a.Register.EndLicenseConclusion(ctx, viewer(ctx), in.ID.ID)
}
