package web

import (
	"strconv"

	"github.com/ospo-register/ospo/models"
)

// deploymentFormPage asks for what an agency says of what it runs.
type deploymentFormPage struct {
	Form                                           *form
	Deployment                                     *deploymentHead // the one that is changed; nil for a new one
	Asset                                          *models.Asset   // what is run; nil while it is not chosen
	Numbers                                        []string        // versions that are registered
	Found                                          []option        // software to choose from
	Query                                          string
	Action, Back                                   string
	Agencies                                       agencyChoice
	Environments, Levels, Hostings, Data, Personal []option
	Lifecycles, Visibilities                       []option
}

// newDeployment asks which software first, then for everything else.
func (s *site) newDeployment(c *page) error {
	if !c.viewer.MaySomewhere(models.WriteDeployment) {
		return refuseWrite(c, "register what an agency runs")
	}
	f := newForm("assetId", c.query("asset"), "agencyId", c.query("agency"), "environment", string(models.Production), "criticality", "0", "dataClass", string(models.DataUnknown), "personalData", string(models.PersonalUnknown),
		"hosting", string(models.HostingUnknown), "lifecycle", string(models.DeploymentRunning), "visibility", string(models.VisiblePublic), "details", string(models.VisibleGovernment), "q", c.query("q"), "versionText", c.query("version"))
	return s.showDeploymentForm(c, f, nil)
}

func (s *site) editDeployment(c *page) error {
	h, err := c.openDeployment("")
	if err != nil {
		return err
	}
	if !h.MayChange {
		return refuseWrite(c, "change what this agency says it runs")
	}
	d := h.Deployment
	f := newForm("agencyId", idText(d.AgencyID), "assetId", idText(d.AssetID), "versionText", d.VersionText, "service", d.Service, "environment", string(d.Environment), "businessOwner", d.BusinessOwner, "businessEmail", d.BusinessEmail,
		"technicalOwner", d.TechnicalOwner, "technicalEmail", d.TechnicalEmail, "criticality", strconv.Itoa(int(d.Criticality)), "dataClass", string(d.DataClass), "personalData", string(d.PersonalData), "hosting", string(d.Hosting),
		"provider", d.Provider, "jurisdiction", d.Jurisdiction, "lifecycle", string(d.Lifecycle), "visibility", string(d.Visibility), "details", string(d.Details), "version", idText(d.Version))
	if d.InstalledOn != nil {
		f.set("installedOn", d.InstalledOn.String())
	}
	return s.showDeploymentForm(c, f, h)
}

func (s *site) showDeploymentForm(c *page, f *form, h *deploymentHead) error {
	p := deploymentFormPage{Form: f, Deployment: h, Query: f.get("q"), Action: "/deployments", Back: "/deployments", Environments: words(models.Environments), Hostings: words(models.Hostings), Data: words(models.DataClasses),
		Personal: words(models.PersonalDatas), Lifecycles: words(models.DeploymentLifecycles), Visibilities: words(models.Visibilities)}
	for i := range criticalityWords {
		p.Levels = append(p.Levels, option{Value: strconv.Itoa(i), Label: criticalityWords[i]})
	}
	v := view{Name: "deployment-form", Title: "Register what you run", Nav: "/deployments", Form: f, Crumbs: []crumb{{Name: "Who runs it", Path: "/deployments"}, {Name: "Register what you run"}}}
	if h != nil {
		p.Action, p.Back = deploymentPath(h.ID), deploymentPath(h.ID)
		v.Title, v.Crumbs = "Change "+h.Title(), h.crumbs(crumb{Name: "Change"})
	}
	if err := s.fillAsset(c, &p, f.id("assetId")); err != nil {
		return err
	}
	var err error
	if p.Agencies, err = c.agencyChoice(models.WriteDeployment); err != nil {
		return err
	}
	if h == nil && f.get("agencyId") == "" && len(p.Agencies.Options) == 1 {
		f.set("agencyId", p.Agencies.Options[0].Value)
	}
	v.Page = p
	return c.show(v)
}

// fillAsset finds the software that is run, or lists what a search for it found.
func (s *site) fillAsset(c *page, p *deploymentFormPage, id int64) error {
	if id != 0 {
		a, err := s.Store.Asset(c.ctx(), c.viewer, id)
		if err != nil {
			return err
		}
		releases, err := s.Store.Releases(c.ctx(), c.viewer, id, models.Page{Limit: 50})
		if err != nil {
			return err
		}
		p.Asset = a
		for _, r := range releases.Items {
			p.Numbers = append(p.Numbers, r.Number)
		}
		return nil
	}
	if p.Query == "" {
		return nil
	}
	list, err := s.Store.Assets(c.ctx(), c.viewer, models.AssetFilter{Query: p.Query, Page: models.Page{Limit: 30}})
	for _, a := range list.Items {
		p.Found = append(p.Found, option{Value: idText(a.ID), Label: a.Title(), Hint: a.Steward})
	}
	return err
}

// readDeployment reads the answers. What they name that is not there is a mistake beside those that register finds.
func (c *page) readDeployment(f *form, d *models.Deployment) error {
	var m models.Mistakes
	level, err := strconv.ParseInt(orElse(f.get("criticality"), "0"), 10, 16)
	if err != nil {
		m.Add("criticality", "out-of-range", "Choose one of the levels.")
	}
	d.VersionText, d.ReleaseID, d.Service, d.Environment = f.get("versionText"), nil, f.get("service"), models.Environment(f.get("environment"))
	d.BusinessOwner, d.BusinessEmail, d.TechnicalOwner, d.TechnicalEmail = f.get("businessOwner"), f.get("businessEmail"), f.get("technicalOwner"), f.get("technicalEmail")
	d.Criticality, d.DataClass, d.PersonalData = int16(level), models.DataClass(f.get("dataClass")), models.PersonalData(f.get("personalData"))
	d.Hosting, d.Provider, d.Jurisdiction = models.Hosting(f.get("hosting")), f.get("provider"), f.get("jurisdiction")
	d.Lifecycle, d.InstalledOn = models.DeploymentLifecycle(f.get("lifecycle")), f.date(&m, "installedOn")
	d.Visibility, d.Details = models.Visibility(f.get("visibility")), models.Visibility(f.get("details"))
	if d.ID == 0 {
		d.AgencyID, d.AssetID = c.agencyID(f, &m, "agencyId"), f.id("assetId")
	}
	if m.Err() != nil {
		m.Include(d.Validate())
	}
	return m.Err()
}

func (s *site) registerDeployment(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	d := &models.Deployment{}
	if err = c.readDeployment(f, d); err == nil {
		if err = s.Register.RegisterDeployment(c.ctx(), c.viewer, d); err == nil {
			return c.done(deploymentPath(d.ID), "The deployment is in the register. Confirm it when you are sure of it.")
		}
	}
	if f.refused(err) {
		return s.showDeploymentForm(c, f, nil)
	}
	return err
}

func (s *site) changeDeployment(c *page) error {
	h, err := c.openDeployment("")
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	f.set("assetId", idText(h.AssetID))
	read := h.Deployment
	if err = c.readDeployment(f, &read); err == nil {
		_, err = s.Register.ChangeDeployment(c.ctx(), c.viewer, h.ID, f.based(), func(d *models.Deployment) {
			read.UpdatedAt = d.UpdatedAt
			*d = read
		})
		if err == nil {
			return c.done(deploymentPath(h.ID), "The deployment is changed.")
		}
	}
	if f.refused(err) {
		f.rebase(h.Version, deploymentPath(h.ID)+"/history")
		return s.showDeploymentForm(c, f, h)
	}
	return err
}
