package register

import (
	"context"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// DecisionCheck asks, before there is a case: may the agency buy or adopt the product for the purpose?
type DecisionCheck struct {
	AgencyID int64
	Product  string // name; "" when AssetID is given
	AssetID  *int64
	Function string // what it is for, as FILES.SHARE; "" when not said
	Purpose  string // in words: software for the same is looked for by them
	Kind     models.DecisionKind
	Value    models.Money
	License  string // SPDX expression; "" when not known
}

// Guidance is what the register knows and what the law will ask.
type Guidance struct {
	Answer    string // "open-source", "needs-case", "exists-already" …: see Sentence
	Sentence  string
	Regime    *store.RegimeVersionRow
	Law       *policy.Regime
	OSS       string // "yes", "no" or "unknown", by the licence
	OSSWhy    string
	Tracks    []models.DecisionTrack // that the case may take
	Band      models.Role            // that will approve; "" when not known
	Steps     []models.Move          // of the first track, in order
	Rules     []policy.RegimeRule    // that will be put before it
	Similar   []store.DecisionRow    // decisions for the same function or product
	Contracts []store.DecisionRow    // of those, the ones with a contract
	Catalogue []store.AssetRow       // software for the same need that government has already
	Stack     []store.StackRow       // what the stack of government says of the product, and of others for the function
	StackSays string                 // the same in words; "" when it says nothing
}

// CheckDecision answers in one call what a case would meet; nothing is kept. Who asks must act for government: what agencies plan is not public.
func (r *Register) CheckDecision(ctx context.Context, by models.Viewer, q DecisionCheck) (*Guidance, error) {
	if !by.InGovernment() {
		return nil, models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in, or send an API token: this question is for people in government.")
	}
	d := &models.Decision{AgencyID: q.AgencyID, Kind: q.Kind, Track: models.FullTrack, Title: tidy(q.Product + " " + q.Purpose), Function: strings.TrimSpace(q.Function), AssetID: q.AssetID}
	if d.Kind == "" {
		d.Kind = models.DecideNew
	}
	if d.Kind == models.DecideAdopt {
		d.Track = models.FreeTrack
	}
	if !q.Value.IsZero() {
		d.Value, d.Currency = &q.Value.Amount, q.Value.Currency
	}
	if err := checkable(d, q); err != nil {
		return nil, err
	}
	agency, err := r.store.Agency(ctx, q.AgencyID)
	if err != nil {
		return nil, err
	}
	v, err := r.store.RegimeInForce(ctx, agency.ID, models.DateOf(r.now()))
	if err != nil {
		return nil, err
	}
	l, err := r.law(ctx, r.store, v.ID)
	if err != nil {
		return nil, err
	}
	g := &Guidance{Regime: v, Law: l.regime, Rules: l.regime.On()}
	if err := r.gather(ctx, by, q, d, g); err != nil {
		return nil, err
	}
	if err := r.stand(ctx, by, q, g); err != nil {
		return nil, err
	}
	g.lawOf(d, l)
	g.judgeLicense(q)
	g.say(q)
	return g, nil
}

func checkable(d *models.Decision, q DecisionCheck) error {
	var m models.Mistakes
	if d.Title == "" && q.AssetID == nil {
		m.Add("product", "required", "Name the product, or say what it is for.")
		return m.Err()
	}
	if d.Title == "" {
		d.Title = "–"
	}
	if d.Function == "" {
		d.Function = "UNKNOWN"
	}
	m.Include(d.Validate())
	if q.License != "" {
		if _, err := licenses.Parse(q.License); err != nil {
			m.Add("license", "unparsable", err.Error())
		}
	}
	return m.Err()
}

// gather looks for what is there already.
func (r *Register) gather(ctx context.Context, by models.Viewer, q DecisionCheck, d *models.Decision, g *Guidance) error {
	seen := map[int64]bool{}
	for _, f := range []models.DecisionFilter{{Function: q.Function}, {Query: q.Product}, {Asset: value(q.AssetID)}} {
		if f.Function == "" && f.Query == "" && f.Asset == 0 {
			continue
		}
		f.Limit = 10
		found, err := r.store.Decisions(ctx, by, f)
		if err != nil {
			return err
		}
		for _, row := range found.Items {
			if !seen[row.ID] {
				seen[row.ID] = true
				g.Similar = append(g.Similar, row)
			}
		}
	}
	for _, row := range g.Similar {
		if slices.Contains([]models.DecisionState{models.DecisionContracted, models.DecisionRegistered, models.DecisionInForce, models.UnderReview}, row.State) {
			g.Contracts = append(g.Contracts, row)
		}
	}
	for _, words := range []string{q.Product, q.Purpose} {
		if strings.TrimSpace(words) == "" || len(g.Catalogue) > 0 {
			continue
		}
		found, err := r.store.Assets(ctx, by, models.AssetFilter{Query: words, Page: models.Page{Limit: 10}})
		if err != nil {
			return err
		}
		g.Catalogue = found.Items
	}
	return nil
}

// lawOf says which way a case would take.
func (g *Guidance) lawOf(d *models.Decision, l *law) {
	g.Tracks = []models.DecisionTrack{d.Track}
	if short := *d; d.Track == models.FullTrack {
		short.PriorID = optional(1) // it will say what it goes on with
		var m models.Mistakes
		if shortAllowed(&m, l.regime, &short); m.Err() == nil {
			g.Tracks = append(g.Tracks, models.ShortTrack)
		}
	}
	if d.Value != nil {
		if band, err := l.regime.Band(models.Money{Amount: *d.Value, Currency: d.Currency}); err == nil {
			g.Band = band.Role
		}
	}
	g.Steps = wayOf(d, l.regime.Terms(d, &models.Dossier{}))
}

// wayOf lists the moves of a case that nothing holds up, in their order; what is asked of others on the way comes with its answer.
func wayOf(d *models.Decision, terms models.CaseTerms) (steps []models.Move) {
	aside := []models.DecisionState{models.ExemptionPending, models.PublicCallOut, models.DecisionRejected, models.DecisionChallenged}
	walk := *d
	walk.State = models.DecisionDraft
	been := map[models.DecisionState]bool{}
	for !been[walk.State] {
		been[walk.State] = true
		for _, m := range walk.MovesFrom(terms) {
			if m.Back || been[m.To] || slices.Contains(aside, m.To) {
				continue
			}
			steps = append(steps, m)
			if m.To != models.OpinionPending && m.To != models.ProceduralReview {
				walk.State = m.To
				break
			}
			been[m.To] = true
			there := walk
			there.State = m.To
			if answer, err := there.MoveTo(walk.State, terms); err == nil {
				steps = append(steps, answer)
			}
		}
	}
	return steps
}

// judgeLicense says whether software under the licence is open source by the regime's lists.
func (g *Guidance) judgeLicense(q DecisionCheck) {
	g.OSS, g.OSSWhy = "unknown", "No licence is given."
	text := q.License
	if text == "" && len(g.Catalogue) == 1 {
		text = g.Catalogue[0].License
	}
	if text == "" {
		return
	}
	e, err := licenses.Parse(text)
	if err != nil {
		g.OSSWhy = "The licence cannot be read."
		return
	}
	answer, branch := g.Law.License.Elect(e)
	switch answer {
	case policy.AnswerYes:
		g.OSS, g.OSSWhy = "yes", "Its licence "+branch.String()+" is approved, as far as the licence goes; that its source is public and that it needs no closed parts remains to be shown."
	case policy.AnswerNo:
		g.OSS, g.OSSWhy = "no", "No branch of "+text+" is made of approved licences only."
	default:
		g.OSSWhy = "Whether " + text + " is approved is not known."
	}
}

// say puts the answer into a sentence.
func (g *Guidance) say(q DecisionCheck) {
	model := g.Law.Preference.Model
	switch {
	case len(g.Contracts) > 0:
		g.Answer, g.Sentence = "exists-already", "Another decision for this is in force already: look at it before you open a case of your own."
	case g.OSS == "yes":
		g.Answer, g.Sentence = "open-source", "Yes, by a case of the track "+string(g.Tracks[len(g.Tracks)-1])+": open source is what the law prefers. Taking it without payment is a decision, too."
	case model == policy.Neutral:
		g.Answer, g.Sentence = "neutral", "The law of this agency does not prefer open source in buying; it asks what happens with code that is paid for."
	case g.OSS == "no":
		g.Answer, g.Sentence = "needs-exemption", "Only if the case shows that no open source fits, as the model “"+string(model)+"” asks, or with an exemption on one of the grounds of the regime."
	default:
		g.Answer, g.Sentence = "needs-case", "It depends: open a case. The law looks at open source first, by the model “"+string(model)+"”."
	}
}
