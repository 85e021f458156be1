// Package demo answers what a newcomer looks at: the Republic of Velmora, an invented government whose agencies run real
// software with real SBOM documents.
//
// Everything about the government is invented and says so: agencies, people, owners, services, deployments, dates without
// a public source. Names, licences and documents of open-source products are real; sboms/ORIGIN.tsv says where each
// document was published. The package loads through the journeys of package register, as any user would, and never
// writes to the database by itself.
//
// Start with Load.
package demo

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// rootCode is the national code of the invented state itself.
const rootCode = "V1"

// Loaded reports whether the invented government is in the register, whole.
func Loaded(ctx context.Context, st *store.Store) (bool, error) {
	people, err := readPeople()
	if err != nil {
		return false, err
	}
	u, err := st.UserByEmail(ctx, people[len(people)-1].Mail)
	if models.IsKind(err, models.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	roles, err := st.Memberships(ctx, u.ID)
	return len(roles) > 0, err
}

// Load brings the invented government into an empty register. After each step it tells say how many of how many are done
// and what comes next; say may be nil. Giving the last person of the list a role is the last step: Loaded asks for it.
//
// Below the folder code it keeps the repositories of that government, which Hosts serves; it empties the folder first.
//
// It refuses with the code "demo-there" when any of it is in the register already: what broke off is not continued.
func Load(ctx context.Context, reg *register.Register, st *store.Store, code string, say func(done, total int, what string)) error {
	_, err := st.AgencyByCode(ctx, rootCode)
	if err == nil {
		return models.Refuse(models.Conflict, "demo-there", "The register holds the demo government already, or a part of it. Start over with an empty database.")
	}
	if !models.IsKind(err, models.NotFound) {
		return err
	}
	s, err := readSeed()
	if err != nil {
		return err
	}
	for _, dir := range []string{code, Mirrors(code)} {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("making room for the code: %w", err)
		}
	}
	if say == nil {
		say = func(int, int, string) {}
	}
	l := &loader{seed: s, reg: reg, store: st, code: code, today: models.DateOf(time.Now()), say: say, total: s.steps(), system: models.SystemViewer("Demo"),
		agencies: map[string]*models.Agency{}, assets: map[string]*models.Asset{}, viewers: map[string]models.Viewer{}, named: map[string]models.Viewer{}}
	for _, part := range []func(context.Context) error{l.loadAgencies, l.loadPeople, l.loadAssets, l.loadDeployments, l.history, l.loadLicences, l.loadDecisions, l.loadSharing, l.loadReuse, l.loadKeeping, l.finish} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// loader carries what was loaded so far from part to part.
type loader struct {
	seed        *seed
	reg         *register.Register
	store       *store.Store
	today       models.Date
	say         func(done, total int, what string)
	done, total int
	system      models.Viewer             // before anybody is there
	agencies    map[string]*models.Agency // by code
	assets      map[string]*models.Asset  // by key
	viewers     map[string]models.Viewer  // by role, and by code of the agency for registrars
	named       map[string]models.Viewer  // by what stands before the @ of their address
	documents   int                       // received so far
	code        string                    // folder of the government's repositories
	codeSeeds   []codeSeed
}

// step says what is done next; what it names is wrapped around an error of it.
func (l *loader) step(what string, err error) error {
	l.done++
	l.say(l.done, l.total, what)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// ago is the register as it was some days before today, at noon.
func (l *loader) ago(days int) *register.Register {
	return l.reg.At(l.today.AddDays(-days).Time().Add(12 * time.Hour))
}

// founded is how many days before the loading the agencies were there.
const founded = 3 * 365

func (l *loader) loadAgencies(ctx context.Context) error {
	past := l.ago(founded)
	for _, g := range l.seed.Agencies {
		a := &models.Agency{Code: g.Code, Name: g.Name, Kind: g.Kind, URI: "https://id.velmora.example/agency/" + g.Code, Website: g.Site, Email: g.Mail, Phone: g.Phone}
		if g.In != "" {
			a.ParentID = &l.agencies[g.In].ID
		}
		if err := l.step(g.Name, past.RegisterAgency(ctx, l.system, a)); err != nil {
			return err
		}
		l.agencies[g.Code] = a
	}
	return nil
}

// loadPeople adds everybody, and gives their roles to all but the last.
func (l *loader) loadPeople(ctx context.Context) error {
	for i, p := range l.seed.People {
		u := &models.User{Email: p.Mail, Name: p.Name}
		if err := l.step(p.Name, l.reg.CreateUser(ctx, l.system, u)); err != nil {
			return err
		}
		l.seed.People[i].id = u.ID
		if i == len(l.seed.People)-1 {
			break
		}
		if err := l.giveRole(ctx, l.seed.People[i]); err != nil {
			return err
		}
		v, err := l.store.Viewer(ctx, u.ID)
		if err != nil {
			return err
		}
		name, _, _ := strings.Cut(p.Mail, "@")
		l.named[name] = v
		key := string(p.Role)
		if p.Role == models.Registrar {
			key = p.Agency
		}
		if _, taken := l.viewers[key]; !taken {
			l.viewers[key] = v
		}
	}
	return nil
}

func (l *loader) giveRole(ctx context.Context, p person) error {
	m := &models.Membership{UserID: p.id, Role: p.Role}
	if p.Agency != "" {
		m.AgencyID = &l.agencies[p.Agency].ID
	}
	return l.reg.GiveRole(ctx, l.system, m)
}

// by is who keeps the entries of an agency: its own registrar where it has one, else the programme office.
func (l *loader) by(agency string) models.Viewer {
	if v, ok := l.viewers[agency]; ok {
		return v
	}
	return l.viewers[string(models.OSPOStaff)]
}

// witness is who confirms what an agency runs: its own registrar where it has one, else the one of the government above it. The programme office cannot.
func (l *loader) witness(agency string) models.Viewer {
	if v, ok := l.viewers[agency]; ok {
		return v
	}
	return l.viewers[l.seed.Agencies[0].Code]
}

// history is what happened to the government since: an agency moved, one was merged into another, and a double entry was found.
func (l *loader) history(ctx context.Context) error {
	office := l.viewers[string(models.OSPOStaff)]
	_, err := l.ago(200).ChangeAgency(ctx, office, l.agencies["V141"].ID, 0, func(a *models.Agency) { a.ParentID = &l.agencies["V10"].ID })
	if err := l.step("Civil Registration moves to the Office of the Prime Minister", err); err != nil {
		return err
	}
	_, err = l.ago(90).MergeAgency(ctx, office, l.agencies["V161"].ID, l.agencies["V162"].ID, 0)
	if err := l.step("The Coastal Fisheries Board becomes part of the Marine Authority", err); err != nil {
		return err
	}
	_, err = l.reg.MergeAssets(ctx, office, l.assets["httpd-double"].ID, l.assets["httpd"].ID, "The town had registered the same web server under another name.")
	return l.step("Two entries of one web server become one", err)
}

// finish makes the demo complete: Loaded looks for this role.
func (l *loader) finish(ctx context.Context) error {
	last := l.seed.People[len(l.seed.People)-1]
	return l.step("Ready", l.giveRole(ctx, last))
}
