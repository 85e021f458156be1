package sample

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// State is the sample government: what Government registered.
type State struct {
	Root, Health, Finance, Insurance, Clinic, Services *models.Agency // Insurance and Clinic stand under Health

	CaseDesk, CaseDeskToo *models.Asset // the second may be the same software as the first
	Office                *models.Asset // proprietary, past its security support
	Mail                  *models.Asset // a service, visible to government only
	Secret                *models.Asset // visible to Finance only
	Portal                *models.Asset // nobody runs it, no release

	CaseDesk41, CaseDesk42, Office2019 *models.Release
	Old, Current                       *store.SBOMRow    // documents of CaseDesk 4.2.1: superseded, current
	OpenSSL                            *models.Component // 3.0.2, in Current

	Confirmed, Claimed, OfficeRun, MailRun, SecretRun *models.Deployment

	Admin, Officer, Registrar, InsuranceRegistrar, Buyer, Auditor, Reader *models.User
}

// Government registers the sample government. It commits nothing by itself: what the store does decides.
func Government(t testing.TB, s *store.Store) *State {
	t.Helper()
	g := &State{}
	g.agencies(t, s)
	g.people(t, s)
	g.software(t, s)
	g.releases(t, s)
	g.deployments(t, s)
	return g
}

func (g *State) agencies(t testing.TB, s *store.Store) {
	t.Helper()
	agency := func(name, code string, kind models.AgencyKind, parent *models.Agency, mail string) *models.Agency {
		return Agency(t, s, func(a *models.Agency) {
			a.Name, a.Code, a.Kind, a.URI, a.Email = name, code, kind, "https://www.example.gov/agency/"+code, mail
			if parent != nil {
				a.ParentID = &parent.ID
			}
		})
	}
	g.Root = agency("Republic of Arcadia", "arcadia", models.Government, nil, "")
	g.Health = agency("Ministry of Health", "health", models.Ministry, g.Root, "it@health.example.gov")
	g.Finance = agency("Ministry of Finance", "finance", models.Ministry, g.Root, "systems@finance.example.gov")
	g.Insurance = agency("National Insurance Board", "nib", models.Authority, g.Health, "servicedesk@nib.example.gov")
	g.Clinic = agency("Port Clinic", "clinic", models.LocalBody, g.Health, "")
	g.Services = agency("Shared Services Centre", "ssc", models.SharedServices, g.Root, "desk@ssc.example.gov")
}

func (g *State) people(t testing.TB, s *store.Store) {
	t.Helper()
	g.Admin = User(t, s, "Ada Administrator", models.Administrator, 0)
	g.Officer = User(t, s, "Olu Officer", models.OSPOStaff, 0)
	g.Auditor = User(t, s, "Aino Auditor", models.Auditor, 0)
	g.Registrar = User(t, s, "Rosa Registrar", models.Registrar, g.Health.ID)
	g.InsuranceRegistrar = User(t, s, "Ines Registrar", models.Registrar, g.Insurance.ID)
	g.Buyer = User(t, s, "Bela Buyer", models.Procurement, g.Finance.ID)
	g.Reader = User(t, s, "Remi Reader", models.Reader, g.Clinic.ID)
}

func (g *State) software(t testing.TB, s *store.Store) {
	t.Helper()
	g.CaseDesk = Asset(t, s, func(a *models.Asset) {
		a.Name, a.Origin, a.StewardID = "Case Desk", models.GovBuilt, g.Health.ID
		a.Descriptions = map[string]string{"en": "Handles citizens’ applications from intake to decision.", "fr": "Traite les demandes des citoyens, du dépôt à la décision."}
		a.Categories = models.StringList{"case-management", "workflow-management"}
		a.URLs = []models.AssetURL{{Kind: models.RepositoryURL, URL: "https://git.example.gov/health/case-desk.git"}, {Kind: models.HomeURL, URL: "https://case-desk.example.gov/"}}
		a.Identifiers = []models.AssetIdentifier{{Kind: models.PURL, Value: "pkg:generic/case-desk"}}
		a.Aliases = []string{"Intake Desk"}
	})
	g.CaseDeskToo = Asset(t, s, func(a *models.Asset) {
		a.Name, a.Origin, a.StewardID, a.License = "Case-Desk", models.GovBuilt, g.Services.ID, ""
		a.URLs = []models.AssetURL{{Kind: models.RepositoryURL, URL: "https://git.example.gov/health/case-desk"}}
	})
	g.Office = Asset(t, s, func(a *models.Asset) {
		a.Name, a.Edition, a.Origin, a.StewardID, a.License = "Desk Suite", "2019", models.Proprietary, g.Services.ID, "LicenseRef-DeskSuite-EULA"
		a.Descriptions = map[string]string{"en": "Texts, tables and slides."}
	})
	g.Mail = Asset(t, s, func(a *models.Asset) {
		a.Name, a.Origin, a.StewardID, a.License, a.Visibility = "Post Box", models.Service, g.Services.ID, "", models.VisibleGovernment
	})
	g.Secret = Asset(t, s, func(a *models.Asset) {
		a.Name, a.Origin, a.StewardID, a.Visibility = "Tax Lens", models.GovBuilt, g.Finance.ID, models.VisibleAgency
	})
	g.Portal = Asset(t, s, func(a *models.Asset) {
		a.Name, a.StewardID, a.Lifecycle, a.License = "Open Portal", g.Finance.ID, models.AssetPlanned, "MIT OR Apache-2.0"
	})
}

func (g *State) releases(t testing.TB, s *store.Store) {
	t.Helper()
	day := func(text string) *models.Date {
		d, err := models.ParseDate(text)
		must(t, err)
		return &d
	}
	g.CaseDesk41 = Release(t, s, g.CaseDesk.ID, "4.1", func(r *models.Release) { r.ReleasedOn, r.ReleasedSource = day("2025-11-03"), "release notes" })
	g.CaseDesk42 = Release(t, s, g.CaseDesk.ID, "4.2.1", func(r *models.Release) { r.ReleasedOn, r.ReleasedSource = day("2026-05-04"), "release notes" })
	g.Office2019 = Release(t, s, g.Office.ID, "16.0", func(r *models.Release) {
		r.ReleasedOn, r.ReleasedSource, r.SecurityEndOn, r.SecurityEndSource = day("2018-09-24"), "supplier’s notice", day("2025-10-14"), "https://www.example.com/lifecycle"
	})
	g.Old = SBOM(t, s, g.CaseDesk42.ID, bytes.Replace(Document(), []byte("case-desk-4.2.1"), []byte("case-desk-4.2.0"), 1))
	g.Current = SBOM(t, s, g.CaseDesk42.ID, nil)
	x, err := register.New(s).Exposure(context.Background(), By, models.ComponentFilter{Name: "openssl"})
	must(t, err)
	g.OpenSSL = &x.Components.Items[0].Component
}

func (g *State) deployments(t testing.TB, s *store.Store) {
	t.Helper()
	g.Confirmed = Deployment(t, s, g.Insurance.ID, g.CaseDesk.ID, func(d *models.Deployment) {
		d.VersionText, d.Service, d.Criticality, d.Hosting, d.Provider, d.Jurisdiction = "4.2.1", "Old-age pensions", 4, models.GovernmentCloud, "Shared Services Centre", "TT"
		d.BusinessOwner, d.BusinessEmail, d.TechnicalOwner, d.TechnicalEmail = "Head of pensions", "pensions@nib.example.gov", "Application team", "apps@nib.example.gov"
		d.DataClass, d.PersonalData = models.DataConfidential, models.PersonalSpecial
	})
	attested, err := register.New(s).Attest(context.Background(), Viewer(t, s, g.InsuranceRegistrar), g.Confirmed.ID, 0, models.DateOf(time.Now()).AddDays(90), "Checked on the server.")
	must(t, err)
	g.Confirmed = attested
	g.Claimed = Deployment(t, s, g.Clinic.ID, g.CaseDesk.ID, func(d *models.Deployment) { d.VersionText, d.Service = "4.1", "Patient complaints" })
	g.OfficeRun = Deployment(t, s, g.Finance.ID, g.Office.ID, func(d *models.Deployment) { d.VersionText, d.Hosting, d.Criticality = "16.0", models.Workstations, 2 })
	g.MailRun = Deployment(t, s, g.Services.ID, g.Mail.ID, func(d *models.Deployment) { d.Hosting, d.Service = models.VendorService, "Mail" })
	g.SecretRun = Deployment(t, s, g.Finance.ID, g.Secret.ID, func(d *models.Deployment) {
		d.Visibility, d.Details = models.VisibleAgency, models.VisibleAgency
	})
}
