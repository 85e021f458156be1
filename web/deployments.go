package web

import (
	"strconv"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountDeployments(r *routes) {
	r.get("/deployments", s.deployments)
	r.get("/deployments/new", s.newDeployment)
	r.post("/deployments", s.registerDeployment)
	r.get("/deployments/:id", s.deployment)
	r.get("/deployments/:id/history", s.deploymentHistory)
	r.get("/deployments/:id/edit", s.editDeployment)
	r.post("/deployments/:id", s.changeDeployment)
	r.get("/deployments/:id/confirm", s.askConfirm)
	r.post("/deployments/:id/confirm", s.confirmDeployment)
	r.get("/deployments/:id/withdraw", s.askWithdraw)
	r.post("/deployments/:id/withdraw", s.withdrawDeployment)
}

// deploymentsPage is the list of who runs what.
type deploymentsPage struct {
	Form         *form
	List         []store.DeploymentRow
	Pager        pager
	Filtered     bool
	Agency       *models.Agency // the branch that the list is narrowed to
	States       []option
	Environments []option
	Hostings     []option
	Lifecycles   []option
	Levels       []option
	Gaps         []option
	MayAdd       bool
	MayConfirm   map[int64]bool // by deployment: what the reader can confirm and has to
	InGovernment bool
}

// gapWords says what a deployment lacks, for the list's filter.
var gapWords = map[models.Gap]string{models.LacksConfirmation: "A confirmation that holds", models.LacksSBOM: "An SBOM, in production", models.LacksSupport: "Security support"}

// everyLifecycle is the choice of the list that leaves nothing out. Without one, ended deployments are left out.
const everyLifecycle models.DeploymentLifecycle = "any"

func (s *site) deployments(c *page) error {
	level, err := strconv.ParseInt(orElse(c.query("criticality"), "0"), 10, 16)
	if err != nil {
		level = 0
	}
	f := models.DeploymentFilter{Agency: c.queryID("agency"), Asset: c.queryID("asset"), Release: c.queryID("release"), Environment: models.Environment(c.query("environment")), State: models.DeploymentState(c.query("state")),
		Criticality: int16(level), Hosting: models.Hosting(c.query("hosting")), Lacks: models.Gap(c.query("lacks")), Lifecycle: models.DeploymentLifecycle(c.query("lifecycle")), Page: c.at()}
	bare := f
	switch {
	case f.Lifecycle == everyLifecycle:
		f.Lifecycle = ""
	case f.Lifecycle == "" && f.State != models.Withdrawn:
		f.Lifecycle = models.NotEnded
	}
	list, err := s.Store.Deployments(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p := deploymentsPage{Form: &form{Values: c.request().URL.Query()}, List: list.Items, Pager: pagerOf(c, list, "deployment", "deployments"), MayAdd: c.viewer.MaySomewhere(models.WriteDeployment), InGovernment: c.viewer.InGovernment(),
		States: words(models.DeploymentStates), Environments: words(models.Environments), Hostings: words(models.Hostings), Lifecycles: append(words(models.DeploymentLifecycles), option{Value: string(everyLifecycle), Label: "All, ended ones too"})}
	p.MayConfirm = c.confirmable(list.Items)
	bare.Page = models.Page{}
	p.Filtered = bare != models.DeploymentFilter{}
	for i := int16(1); i <= 4; i++ {
		p.Levels = append(p.Levels, option{Value: strconv.Itoa(int(i)), Label: criticality(i)})
	}
	for _, g := range models.Gaps {
		p.Gaps = append(p.Gaps, option{Value: string(g), Label: gapWords[g]})
	}
	if f.Agency != 0 {
		if p.Agency, err = s.Store.Agency(c.ctx(), f.Agency); err != nil {
			return err
		}
	}
	return c.show(view{Name: "deployments", Title: "Who runs it", Nav: "/deployments", Crumbs: []crumb{{Name: "Who runs it"}}, Page: p})
}

// confirmable tells the deployments that wait for a confirmation which the viewer can give.
func (c *page) confirmable(list []store.DeploymentRow) map[int64]bool {
	may := map[int64]bool{}
	for i := range list {
		d := &list[i]
		may[d.ID] = (d.State == models.Claimed || d.State == models.Stale) && c.viewer.UserID != 0 && c.viewer.Attests(d.AgencyID)
	}
	return may
}

// deploymentHead is what every view of a deployment starts with.
type deploymentHead struct {
	*store.DeploymentRow
	AssetOf    *models.Asset
	Tabs       []tab
	Today      models.Date
	MayChange  bool
	MayConfirm bool
	Ended      bool
}

func (c *page) openDeployment(current string) (*deploymentHead, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	d, err := c.site.Store.Deployment(c.ctx(), c.viewer, id)
	if err != nil {
		return nil, err
	}
	a, err := c.site.Store.Asset(c.ctx(), c.viewer, d.AssetID)
	if err != nil {
		return nil, err
	}
	h := &deploymentHead{DeploymentRow: d, AssetOf: a, Today: today(), MayChange: c.viewer.May(models.WriteDeployment, d.AgencyID), MayConfirm: c.viewer.Attests(d.AgencyID) && c.viewer.UserID != 0, Ended: d.State == models.Withdrawn}
	path := deploymentPath(d.ID)
	h.Tabs = []tab{{Label: "Overview", Path: path, Current: current == ""}, {Label: "History", Path: path + "/history", Current: current == "history"}}
	return h, nil
}

// Title names a deployment: what, and at whom.
func (h *deploymentHead) Title() string { return h.Asset + " at " + h.Agency }

func (h *deploymentHead) crumbs(more ...crumb) []crumb {
	way := []crumb{{Name: "Who runs it", Path: "/deployments"}, {Name: h.Title()}}
	if len(more) > 0 {
		way[1].Path = deploymentPath(h.ID)
	}
	return append(way, more...)
}

func (h *deploymentHead) view(name string, p any, more ...crumb) view {
	return view{Name: name, Title: h.Title(), Nav: "/deployments", Crumbs: h.crumbs(more...), Page: p}
}

// deploymentOverview is the page of a deployment.
type deploymentOverview struct {
	*deploymentHead
	Release      *models.Release // what it runs, when the viewer may know; nil when it is not registered
	Document     *store.SBOMRow  // what the release is made of; nil when nobody has sent it
	Attestations []store.AttestationRow
	Agencies     []models.Agency // from the top down to the one that runs it
}

func (s *site) deployment(c *page) error {
	h, err := c.openDeployment("")
	if err != nil {
		return err
	}
	p := deploymentOverview{deploymentHead: h}
	if h.ReleaseID != nil {
		if p.Release, err = s.Store.Release(c.ctx(), c.viewer, *h.ReleaseID); err != nil {
			return err
		}
		docs, err := s.Store.SBOMs(c.ctx(), c.viewer, 0, *h.ReleaseID, models.Page{Limit: models.MaxLimit})
		if err != nil {
			return err
		}
		for i := range docs.Items {
			if docs.Items[i].State == models.SBOMCurrent {
				p.Document = &docs.Items[i]
			}
		}
	}
	if h.SeeDetail {
		if p.Attestations, err = s.Store.Attestations(c.ctx(), h.ID); err != nil {
			return err
		}
	}
	if p.Agencies, err = s.Store.AgencyPath(c.ctx(), h.AgencyID); err != nil {
		return err
	}
	return c.show(h.view("deployment", p))
}

func (s *site) deploymentHistory(c *page) error {
	h, err := c.openDeployment("history")
	if err != nil {
		return err
	}
	events, err := c.historyOf(models.EventFilter{Noun: "deployment", NounID: h.ID})
	if err != nil {
		return err
	}
	return c.show(h.view("deployment-history", struct {
		*deploymentHead
		History history
	}{h, events}))
}

// confirmPage asks to say that a deployment is true, or that it is not.
type confirmPage struct {
	*deploymentHead
	Form  *form
	Until models.Date
	Last  models.Date
}

func (s *site) askConfirm(c *page) error {
	return s.showConfirm(c, "deployment-confirm", newForm("validUntilOn", today().AddDays(models.AttestationDays).String()), "Confirm")
}

func (s *site) askWithdraw(c *page) error {
	return s.showConfirm(c, "deployment-withdraw", newForm(), "Withdraw")
}

func (s *site) showConfirm(c *page, name string, f *form, last string) error {
	h, err := c.openDeployment("")
	if err != nil {
		return err
	}
	if name == "deployment-confirm" && !h.MayConfirm {
		return refuseWrite(c, "confirm what this agency runs")
	}
	if name == "deployment-withdraw" && !h.MayChange {
		return refuseWrite(c, "change what this agency says it runs")
	}
	if f.get("version") == "" {
		f.set("version", idText(h.Version))
	}
	f.rebase(h.Version, deploymentPath(h.ID)+"/history")
	v := h.view(name, confirmPage{deploymentHead: h, Form: f, Until: today().AddDays(models.AttestationDays), Last: today().AddDays(models.MaxAttestationDays)}, crumb{Name: last})
	v.Form, v.Title = f, last+" "+h.Title()
	return c.show(v)
}

func (s *site) confirmDeployment(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	until := f.date(&m, "validUntilOn")
	err = m.Err()
	if err == nil {
		if until == nil {
			until = &models.Date{}
		}
		if _, err = s.Register.Attest(c.ctx(), c.viewer, id, f.based(), *until, f.get("statement")); err == nil {
			return c.done(deploymentPath(id), "Thank you. The deployment is confirmed.")
		}
	}
	if f.refused(err) {
		return s.showConfirm(c, "deployment-confirm", f, "Confirm")
	}
	return err
}

func (s *site) withdrawDeployment(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	if _, err = s.Register.WithdrawDeployment(c.ctx(), c.viewer, id, f.based()); err == nil {
		return c.done(deploymentPath(id), "The deployment is withdrawn. It stays in the history.")
	}
	if f.refused(err) {
		return s.showConfirm(c, "deployment-withdraw", f, "Withdraw")
	}
	return err
}
