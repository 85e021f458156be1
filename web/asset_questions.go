package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// glance is one of the four questions that somebody has who finds software, with the answer in a few words.
type glance struct{ Question, Path, Figure, Text string }

// alivePart answers “is anybody home?”: by the repository that says the most, each measure on its own.
type alivePart struct {
	Sentences    []string
	Repositories []store.RepositoryRow
	More         int // repositories that are not shown
	Main         *store.RepositoryRow
	Measures     []models.Measurement
	Copy         *models.RepositoryMirror
	Releases     []store.ReleaseRow
	Short        glance
}

// mayPart answers “may I?”: by what is stated of the licence, and who may have the code.
type mayPart struct {
	License  string
	Tag      tag
	Means    string // what the licence asks for
	Code     tag
	Where    string // what is known of the code
	Grounds  string // on which it was decided that code stays closed, in words
	Decision string // address of that decision
	Verdict  *tag   // of the licence policies; nil for who may not know
	Short    glance
}

const (
	shownRepositories = 3
	shownReleases     = 3
)

func (c *page) aliveOf(h *assetHead) (*alivePart, error) {
	s, p := c.site.Store, &alivePart{Releases: h.Releases.Items[:min(shownReleases, len(h.Releases.Items))]}
	list, err := s.RepositoriesOf(c.ctx(), c.viewer, h.Asset.ID)
	if err != nil {
		return nil, err
	}
	if p.Repositories = list[:min(shownRepositories, len(list))]; len(list) > 0 {
		p.Main, p.More = &list[0], len(list)-len(p.Repositories)
		if p.Measures, err = c.site.measurements(c, p.Main.ID); err != nil {
			return nil, err
		}
		if p.Copy, err = s.Mirror(c.ctx(), p.Main.ID); err != nil {
			return nil, err
		}
	}
	unread := ""
	if p.Main == nil {
		if unread, err = c.unread(h.Asset); err != nil {
			return nil, err
		}
	}
	p.say(h, unread)
	return p, nil
}

// unread says why nothing was read in any repository of software, as far as the viewer may know.
func (c *page) unread(a *models.Asset) (string, error) {
	s := c.site.Store
	list, err := s.Repositories(c.ctx(), c.viewer, models.RepositoryFilter{Asset: a.ID, Inactive: true})
	if err != nil {
		return "", err
	}
	known := list.Items
	if at, err := models.CanonicalURL(a.Repository()); err == nil {
		row, err := s.RepositoryAt(c.ctx(), c.viewer, at)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return "", err
		}
		if err == nil {
			known = append(known, *row)
		}
	}
	switch {
	case slices.ContainsFunc(known, func(r store.RepositoryRow) bool { return r.WithdrawnAt != nil }):
		return "Its repository was withdrawn from the register, so nothing could be measured.", nil
	case a.Repository() == "" && len(known) == 0:
		return "No repository of it is known here, so nothing could be measured.", nil
	case len(known) == 0 && c.viewer.SeesAll():
		return "Its repository is named and not in the register yet, so nothing could be measured.", nil
	}
	return "Nothing could be measured in its repository.", nil
}

// say puts the answer into words: what happened last, by whom, and what is not known. Where no repository is shown, unread says why.
func (p *alivePart) say(h *assetHead, unread string) {
	p.Short = glance{Question: "Is anybody home?", Path: "#alive", Figure: "Not known", Text: "nothing tells of its development"}
	if n := h.Newest; n != nil && n.ReleasedOn != nil {
		p.Short.Figure, p.Short.Text = since(*n.ReleasedOn), "since release "+shorten(n.Number, 20)
		p.Sentences = append(p.Sentences, "Release "+n.Number+" came out "+ago(*n.ReleasedOn, today())+".")
	}
	m := p.Main
	switch {
	case m == nil && h.Asset.Origin == models.Service:
		p.Sentences = append(p.Sentences, "It is bought as a service: who offers it develops it.")
		return
	case m == nil && h.Asset.Origin == models.Proprietary:
		p.Sentences = append(p.Sentences, "Who sells it develops it, and shows no repository.")
		return
	case m == nil:
		p.Sentences = append(p.Sentences, unread)
		return
	case m.LastCommitAt != nil:
		day := models.DateOf(*m.LastCommitAt)
		p.Short.Figure, p.Short.Text = since(day), "since the last commit"
		p.Sentences = append([]string{"The last commit was made " + ago(day, today()) + "."}, p.Sentences...)
	case m.VisitedAt == nil:
		p.Sentences = append(p.Sentences, "Its repository was not read yet.")
	}
	p.people()
	p.standing(m)
}

// people says in words what the measures of people and answers come to.
func (p *alivePart) people() {
	for _, m := range p.Measures {
		if m.Value == nil {
			continue
		}
		n := int(*m.Value)
		switch m.Metric {
		case models.ContributorAbsenceFactor:
			p.Sentences = append(p.Sentences, plural(n, "person", "people")+" made half of the changes"+window(m)+".")
		case models.IssueClosureRatio:
			p.Sentences = append(p.Sentences, measured(m)+" of the issues opened"+window(m)+" were closed.")
		}
	}
}

// standing says what became of the repository and of its copy.
func (p *alivePart) standing(m *store.RepositoryRow) {
	switch {
	case m.State == models.RepositoryGone:
		p.Short.Figure, p.Short.Text = "Gone", "its repository is not at its address"
		p.Sentences = append(p.Sentences, "Its host says that the repository is gone.")
	case m.Archived:
		p.Short.Text = "since the last commit; read-only now"
		p.Sentences = append(p.Sentences, "Its host says that it is read-only: nobody can change it there any more.")
	case m.State == models.RepositoryFailing:
		p.Sentences = append(p.Sentences, "Its host did not answer when it was last asked.")
	}
	if p.Copy != nil && p.Copy.FetchedAt != nil {
		p.Sentences = append(p.Sentences, "A copy of it is kept here, fetched "+ago(models.DateOf(*p.Copy.FetchedAt), today())+".")
	}
}

func window(m models.Measurement) string {
	if m.WindowDays == 0 {
		return ""
	}
	return " in the last " + plural(m.WindowDays, "day", "days")
}

// since is how long ago a day was, as a figure: “18 days”, “today”.
func since(day models.Date) string { return capital(strings.TrimSuffix(ago(day, today()), " ago")) }

// classMeans says what a class of licences asks of who passes the software on.
var classMeans = map[licenses.Class]string{
	licenses.Permissive:     "You may use, change and pass it on; the notices stay with it.",
	licenses.WeakCopyleft:   "You may use, change and pass it on; changes to its own files stay under this licence.",
	licenses.StrongCopyleft: "You may use, change and pass it on; what you make of it stays under this licence when you pass it on.",
	licenses.RestrictedUse:  "Its terms forbid some uses. Read them before you use it.",
}

func (c *page) mayOf(h *assetHead, alive *alivePart, reuse *reusePart) (*mayPart, error) {
	p := &mayPart{License: h.Asset.License, Short: glance{Question: "May I?", Path: "#may"}}
	reading := licenses.Read(p.License)
	switch {
	case p.License == "":
		p.Tag, p.Means = tag{"Not stated", toneUnknown}, "Nobody may be sure to be allowed to use it until its steward states a licence."
	case reading.Expression.IsZero():
		p.Tag, p.Means = tag{"Cannot be read", toneUnknown}, "What is stated names no licence that is known here. Ask its steward."
	case licenses.OpenSource(reading.Expression):
		p.Tag, p.Means = tag{"Open source", toneGood}, classMeans[reading.Class()]
	default:
		p.Tag, p.Means = tag{"Not open source", toneCaution}, orElse(classMeans[reading.Class()], "You may do what the contract with its maker allows.")
	}
	p.Short.Figure, p.Short.Text = orElse(shorten(reading.Canonical, 28), "Not known"), strings.ToLower(p.Tag.Word)
	if p.License == "" {
		p.Short.Figure, p.Short.Text = "Not known", "no licence is stated"
	}
	p.code(h, alive, reuse)
	if err := c.decidedCode(h, p); err != nil {
		return nil, err
	}
	if p.Code.Tone != tonePlain {
		p.Short.Text += "; " + strings.ToLower(p.Code.Word)
	}
	return p, c.policyVerdict(h, p)
}

// code says who may have the source code, as far as the reader may know.
func (p *mayPart) code(h *assetHead, alive *alivePart, reuse *reusePart) {
	open := h.Asset.Repository() != "" || alive.Main != nil && alive.Main.Visibility == models.VisiblePublic
	switch {
	case open && reuse.Hidden && len(alive.Repositories) > 0:
		p.Code, p.Where = tag{"Partly open", toneCaution}, "Some of its code is for government only."
	case open:
		p.Code, p.Where = tag{"Code is public", toneGood}, "Anybody can read its code."
	case reuse.HasAccess:
		p.Code, p.Where = tag{"You have access", toneGood}, "Its code is not for everybody; your agency was given access."
	case reuse.Hidden && h.Asset.Origin == models.GovBuilt:
		p.Code, p.Where = tag{"Ask for the code", toneCaution}, "Its code is not open to everybody. An agency can ask its steward for access."
	default:
		p.Code, p.Where = tag{"Code not shown", tonePlain}, "Where its code is has not been said."
	}
}

// decidedCode adds what was decided on its release, with the grounds on which code stays closed, as far as the reader may know.
func (c *page) decidedCode(h *assetHead, p *mayPart) error {
	if h.Asset.Origin != models.GovBuilt {
		return nil
	}
	built, err := c.site.Store.BuiltCodeOf(c.ctx(), c.viewer, h.Asset.ID)
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	if err != nil || built.DecisionID == 0 {
		return err
	}
	p.Grounds, p.Decision = groundWords(built.Grounds), casePath(built.DecisionID)
	switch {
	case built.Access() == models.CodeClosed:
		p.Code, p.Where = tag{"Closed", toneBad}, "It was decided that nobody else gets its code."
	case p.Grounds != "":
		p.Where += " It was decided that not all of it is opened."
	default:
		p.Decision = ""
	}
	return nil
}

// policyVerdict adds what the licence policies say of the software for its steward, as far as the reader may know.
func (c *page) policyVerdict(h *assetHead, p *mayPart) error {
	if !c.viewer.InGovernment() {
		return nil
	}
	list, err := c.site.Store.Verdicts(c.ctx(), c.viewer, h.Asset.ID)
	if err == nil && len(list) > 0 && list[0].DeploymentID == 0 {
		said := verdictTag(list[0].Verdict)
		p.Verdict = &said
	}
	return err
}

// askPart answers “whom to ask?”. Addresses of people are for government only.
type askPart struct {
	Publisher *crumb
	Security  string // where the repository says how to report a weakness
	Code      string // address of that repository
	Call      []reach
	Short     glance
}

func (c *page) askOf(h *assetHead, alive *alivePart, reuse *reusePart, runs []store.DeploymentRow) *askPart {
	p := &askPart{Short: glance{Question: "Whom to ask?", Path: "#ask", Figure: "Steward", Text: h.Steward.Name}}
	if n := len(reuse.Referents); n > 0 {
		p.Short.Figure = plural(n, "person", "people")
		p.Short.Text = "who know it and answer questions"
		if n == 1 {
			p.Short.Text = "who knows it and answers questions"
		}
	}
	if m := alive.Main; m != nil {
		if m.PublisherID != nil {
			p.Publisher = &crumb{Name: m.Publisher, Path: "/publishers/" + idText(*m.PublisherID)}
		}
		p.Security, p.Code = m.Tree.Security, webAddress(m.URL)
	}
	if c.viewer.InGovernment() {
		p.Call = contacts(h.Steward, runs)
	}
	return p
}

func useGlance(u store.Uses) glance {
	g := glance{Question: "Who uses it?", Path: "#uses", Figure: "Nobody yet", Text: "has said that they run it"}
	if u.Agencies > 0 {
		g.Figure = plural(u.Agencies, "agency", "agencies")
		g.Text = number(u.Confirmed) + " confirmed, " + number(u.Agencies-u.Confirmed) + " stale or not confirmed"
		if u.Confirmed == u.Agencies {
			g.Text = "all confirmed, and fresh"
		}
		if u.Agencies == u.Own {
			g.Figure, g.Text = "Its steward", "and no other agency that says so"
		}
	}
	return g
}
