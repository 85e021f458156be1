package demo

import (
	"context"
	"fmt"

	"github.com/ospo-register/ospo/models"
)

// statement is what the invented people attest.
const statement = "Checked with the technical owner. (Invented for the demo.)"

func (l *loader) loadDeployments(ctx context.Context) error {
	for _, g := range l.seed.Deployments {
		agency, ok := l.agencies[g.Agency]
		if !ok {
			return fmt.Errorf("deployments: there is no agency %s", g.Agency)
		}
		for _, s := range g.Runs {
			asset, ok := l.assets[s.Asset]
			if !ok {
				return fmt.Errorf("deployments of %s: there is no asset %s", g.Agency, s.Asset)
			}
			d := s.deployment(g, l.today)
			d.AgencyID, d.AssetID = agency.ID, asset.ID
			if err := l.step(agency.Name+": "+asset.Title(), l.loadDeployment(ctx, g.Agency, s, d)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *loader) loadDeployment(ctx context.Context, agency string, s deploymentSeed, d *models.Deployment) error {
	by := l.by(agency)
	if err := l.reg.RegisterDeployment(ctx, by, d); err != nil {
		return err
	}
	if s.Confirmed > 0 {
		if _, err := l.ago(s.Confirmed).Attest(ctx, l.witness(agency), d.ID, 0, models.Date{}, statement); err != nil {
			return err
		}
	}
	if s.Withdrawn {
		_, err := l.reg.WithdrawDeployment(ctx, by, d.ID, 0)
		return err
	}
	return nil
}

func (s *deploymentSeed) deployment(g agencyRuns, today models.Date) *models.Deployment {
	d := &models.Deployment{VersionText: s.Release, Service: s.Service, Environment: s.Environment, Criticality: s.Criticality, DataClass: s.Data, PersonalData: s.Personal,
		BusinessOwner: g.Business, BusinessEmail: g.BusinessMail, TechnicalOwner: g.Technical, TechnicalEmail: g.TechnicalMail,
		Hosting: g.Hosting, Provider: g.Provider, Jurisdiction: g.Jurisdiction, Lifecycle: s.Lifecycle, Visibility: s.Visibility, Details: s.Details}
	if s.Hosting != "" {
		d.Hosting = s.Hosting
	}
	if s.Provider != nil {
		d.Provider = *s.Provider
	}
	if s.Jurisdiction != "" {
		d.Jurisdiction = s.Jurisdiction
	}
	if s.Installed > 0 {
		on := today.AddDays(-s.Installed)
		d.InstalledOn = &on
	}
	return d
}
