package web

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/ospo-register/ospo/models"
)

func (s *site) mountTokens(r *routes) {
	r.get("/tokens", s.tokens)
	r.post("/tokens", s.makeToken)
	r.post("/tokens/:id/revoke", s.revokeToken)
}

// actionWords says each action in plain words, as a choice of what a token may do.
var actionWords = map[models.Action]string{
	models.ReadGovernment: "See what is visible to government", models.WriteAgency: "Add and change agencies", models.WriteAsset: "Register and change software", models.MergeAsset: "Merge software entries",
	models.WriteRelease: "Add and change releases", models.WriteDeployment: "Register and change deployments", models.AttestDeployment: "Confirm deployments", models.WriteSBOM: "Send and withdraw SBOM documents",
	models.WriteRetention: "Say how long former documents are kept", models.WritePolicy: "Write licence policies and put them in force", models.TriageFinding: "Work on findings and obligations, and ask for exemptions",
	models.ChooseLicense: "Choose a branch of a licence", models.ConcludeLicense: "Conclude the licence of a component", models.GrantExemption: "Decide on exemptions",
	models.WriteDecision: "Work on decisions, in the roles held", models.WriteRegime: "Write drafts of what the law asks", models.ActivateRegime: "Put laws in force",
	models.WriteRepository: "Write publishers and repositories, and harvest them", models.WriteAnalysis: "Write what a scanner found in a repository", models.WriteChecklist: "Write what keeps software going, and checklists",
	models.Reuse: "Call other agencies and ask for code that is not open", models.WriteStack: "Write the stack", models.WriteSource: "Look after catalogues of other governments", models.ManageWebhooks: "Look after webhooks",
	models.ReadEvents: "Read the whole audit trail", models.ManageUsers: "Add people and give roles",
}

// The states of a token, as its list says them.
var (
	tokenHolds   = tag{"Works", toneGood}
	tokenExpired = tag{"Expired", tonePlain}
	tokenRevoked = tag{"Revoked", tonePlain}
)

func tokenState(t models.Token, now time.Time) tag {
	switch {
	case t.RevokedAt != nil:
		return tokenRevoked
	case !t.ExpiresAt.After(now):
		return tokenExpired
	}
	return tokenHolds
}

func (s *site) now() time.Time { return time.Now().UTC() }

// tokensPage lists a person's tokens and makes new ones.
type tokensPage struct {
	Form     *form
	Tokens   []tokenRow
	Actions  []option
	Agencies agencyChoice
	Days     []option
	Secret   string // of the token just made; shown once
	Name     string // of the token just made
}

// tokenRow is a token as the list shows it.
type tokenRow struct {
	models.Token
	State  tag
	Does   []string
	Agency string
	Works  bool
}

func (s *site) tokens(c *page) error {
	if err := c.needPerson("see your API tokens"); err != nil {
		return err
	}
	return s.showTokens(c, &tokensPage{Form: newForm("days", "90")}, http.StatusOK)
}

func (s *site) showTokens(c *page, p *tokensPage, status int) error {
	var err error
	if p.Tokens, err = s.tokenRows(c, c.viewer.UserID); err != nil {
		return err
	}
	for _, a := range models.Actions {
		if c.viewer.MaySomewhere(a) {
			p.Actions = append(p.Actions, option{Value: string(a), Label: actionWords[a]})
		}
	}
	if p.Agencies, err = c.agencyChoice(models.ReadGovernment); err != nil {
		return err
	}
	for _, d := range []int{1, 7, 30, 90, 180, 365} {
		p.Days = append(p.Days, option{Value: strconv.Itoa(d), Label: plural(d, "day", "days")})
	}
	if p.Secret != "" {
		c.keepNowhere()
	}
	v := view{Name: "tokens", Title: "Your API tokens", Form: p.Form, Page: p, Crumbs: []crumb{{"Your account", "/account"}, {"API tokens", ""}}}
	if p.Form.Problem == nil {
		v.Status = status
	}
	return c.show(v)
}

// tokenRows lists the tokens of a person.
func (s *site) tokenRows(c *page, user int64) ([]tokenRow, error) {
	list, err := s.Store.Tokens(c.ctx(), user)
	if err != nil {
		return nil, err
	}
	names, err := s.Store.AgencyNames(c.ctx())
	if err != nil {
		return nil, err
	}
	rows := make([]tokenRow, len(list))
	for i, t := range list {
		rows[i] = tokenRow{Token: t, State: tokenState(t, s.now())}
		rows[i].Works = rows[i].State == tokenHolds
		if t.AgencyID != nil {
			rows[i].Agency = names[*t.AgencyID]
		}
		if len(t.Actions) == len(models.Actions) {
			rows[i].Does = []string{"Everything that its person may"}
			continue
		}
		for _, a := range t.Actions {
			rows[i].Does = append(rows[i].Does, actionWords[models.Action(a)])
		}
	}
	return rows, nil
}

func (s *site) makeToken(c *page) error {
	if err := c.needPerson("make an API token"); err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	t := &models.Token{Name: f.get("name"), AgencyID: optional(c.agencyID(f, &m, "agencyId")), Actions: models.StringList(f.all("actions"))}
	days, err := strconv.Atoi(f.get("days"))
	if err != nil || days < 1 || days > models.MaxTokenDays {
		m.Add("days", "out-of-range", fmt.Sprintf("Choose how long it works, at most %d days.", models.MaxTokenDays))
		days = 1
	}
	t.ExpiresAt = s.now().AddDate(0, 0, days).Add(-time.Minute)
	p := &tokensPage{Form: f}
	if err := m.Err(); err != nil {
		f.refused(err)
		return s.showTokens(c, p, http.StatusOK)
	}
	p.Secret, err = s.Register.CreateToken(c.ctx(), c.viewer, t)
	if err != nil {
		if !f.refused(oneField(err, "expiresAt", "days")) {
			return err
		}
		return s.showTokens(c, p, http.StatusOK)
	}
	p.Name, p.Form = t.Name, newForm("days", "90")
	return s.showTokens(c, p, http.StatusCreated)
}

func (s *site) revokeToken(c *page) error {
	if err := c.needPerson("revoke an API token"); err != nil {
		return err
	}
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	if err := s.Register.RevokeToken(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	back := "/tokens"
	if user := f.id("user"); user != 0 && user != c.viewer.UserID {
		back = userPath(user)
	}
	return c.done(back, "The token is revoked. It does not work any more.")
}
