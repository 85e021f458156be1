package demo

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// limit is how long loading may take while other tests keep the machine busy; a newcomer waits for some seconds.
const limit = 3 * time.Minute

func TestTheInventedGovernmentLoadsOnceAndIsRichEnoughForEveryPage(t *testing.T) {
	ctx, st, code := t.Context(), testkit.OwnStore(t), codeDir(t)
	reg := register.New(st)
	if loaded, err := Loaded(ctx, st); err != nil || loaded {
		t.Fatalf("an empty register says loaded: %v, %v", loaded, err)
	}
	start, steps, told := time.Now(), 0, 0
	err := Load(ctx, reg, st, code, func(done, total int, what string) {
		steps++
		if done != steps || what == "" {
			t.Errorf("step %d says it is number %d, %q", steps, done, what)
		}
		told = total
	})
	if err != nil {
		t.Fatal(err)
	}
	if steps != told {
		t.Errorf("%d steps were announced, %d were made", told, steps)
	}
	if took := time.Since(start); took > limit {
		t.Errorf("loading took %v, at most %v is allowed", took, limit)
	}
	if loaded, err := Loaded(ctx, st); err != nil || !loaded {
		t.Errorf("after loading, Loaded says %v, %v", loaded, err)
	}
	if err := Load(ctx, reg, st, code, nil); !models.HasCode(err, "demo-there") {
		t.Errorf("loading again gives %v, want a refusal", err)
	}

	t.Run("there is enough of everything", func(t *testing.T) { enough(t, st) })
	t.Run("deployments stand in every state and lifecycle", func(t *testing.T) { states(t, st) })
	t.Run("every document was accepted or salvaged", func(t *testing.T) { documents(t, st) })
	t.Run("openssl below 3.0.8 leads to services and mailboxes", func(t *testing.T) { openssl(t, reg) })
	t.Run("some things are for government or one agency only", func(t *testing.T) { hidden(t, st) })
	t.Run("the government has a history", func(t *testing.T) { past(t, st) })
	t.Run("nothing names a real person's mail address", func(t *testing.T) { mail(t, st) })
	t.Run("licences are judged and people work on it", func(t *testing.T) { licences(t, st) })
	t.Run("decisions stand at different steps", func(t *testing.T) { decided(t, st) })
	t.Run("code is published, harvested and measured", func(t *testing.T) { shared(t, st) })
	t.Run("agencies ask each other and share", func(t *testing.T) { reused(t, st) })
	t.Run("what keeps software going is said", func(t *testing.T) { kept(t, st) })
	t.Run("a visitor can sign in as each persona", func(t *testing.T) { personas(t, st) })
	t.Run("a second load gives the same", func(t *testing.T) { again(t, st) })
}

// codeDir is where a load keeps the code of the government.
func codeDir(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "code")
}

func TestALoadThatBrokeOffIsNotTakenForTheWholeGovernment(t *testing.T) {
	st := testkit.OwnStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := Load(ctx, register.New(st), st, codeDir(t), func(done, _ int, _ string) {
		if done == 40 {
			cancel()
		}
	})
	if err == nil {
		t.Fatal("a cancelled load gives no error")
	}
	if loaded, err := Loaded(t.Context(), st); err != nil || loaded {
		t.Errorf("half a government says loaded: %v, %v", loaded, err)
	}
	if err := Load(t.Context(), register.New(st), st, codeDir(t), nil); !models.HasCode(err, "demo-there") {
		t.Errorf("loading over half a government gives %v, want a refusal", err)
	}
}

func again(t *testing.T, first *store.Store) {
	dsn := testkit.OwnDSN(t)
	second := must(store.Open(t.Context(), dsn))(t)
	defer second.Close()
	if err := Load(t.Context(), register.New(second), second, codeDir(t), nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(summary(t, first), summary(t, second)); diff != "" {
		t.Errorf("the second load differs (-first +second):\n%s", diff)
	}
	merged(t, second, dsn)
}

// all walks through every page of a list.
func all[T any](t *testing.T, list func(models.Page) (models.List[T], error)) []T {
	t.Helper()
	var items []T
	p := models.Page{Limit: models.MaxLimit}
	for {
		l, err := list(p)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, l.Items...)
		if p.After = l.Next; p.After == "" {
			return items
		}
	}
}

var everybody = models.SystemViewer("test")

func allAssets(t *testing.T, st *store.Store, v models.Viewer) []store.AssetRow {
	t.Helper()
	return all(t, func(p models.Page) (models.List[store.AssetRow], error) {
		return st.Assets(t.Context(), v, models.AssetFilter{Page: p})
	})
}

func allDeployments(t *testing.T, st *store.Store, v models.Viewer) []store.DeploymentRow {
	t.Helper()
	return all(t, func(p models.Page) (models.List[store.DeploymentRow], error) {
		return st.Deployments(t.Context(), v, models.DeploymentFilter{Page: p})
	})
}

func allAgencies(t *testing.T, st *store.Store) []models.Agency {
	t.Helper()
	return all(t, func(p models.Page) (models.List[models.Agency], error) {
		return st.Agencies(t.Context(), models.AgencyFilter{Page: p})
	})
}

func summary(t *testing.T, st *store.Store) (lines []string) {
	for _, a := range allAgencies(t, st) {
		lines = append(lines, fmt.Sprintln(a.ID, a.Code, a.Name, a.Kind, a.State, a.ParentID != nil, a.Email))
	}
	for _, a := range allAssets(t, st, everybody) {
		lines = append(lines, fmt.Sprintln(a.ID, a.Title(), a.Origin, a.License, a.Descriptions, a.Visibility))
	}
	for _, d := range allDeployments(t, st, everybody) {
		lines = append(lines, fmt.Sprintln(d.ID, d.Agency, d.Asset, d.VersionText, d.Service, d.State, d.Lifecycle, d.ConfirmedOn, d.ValidUntilOn))
	}
	return lines
}

func enough(t *testing.T, st *store.Store) {
	o, err := st.Overview(t.Context(), everybody, 0)
	if err != nil {
		t.Fatal(err)
	}
	sboms := 0
	for _, a := range must(readSeed())(t).Assets {
		for _, r := range a.Releases {
			sboms += len(r.SBOMs)
		}
	}
	for _, c := range []struct {
		what        string
		have, least int
	}{
		{"agencies", o.Agencies, 14}, {"assets", o.Assets, 45}, {"deployments", o.Deployments, 75}, {"SBOM documents", sboms, 35},
		{"current SBOM documents", o.SBOMs, 35}, {"packages", o.Packages, 5000}, {"assets past their security support", o.PastSupport, 5},
		{"confirmed deployments", o.ConfirmedDeployments, 30},
	} {
		if c.have < c.least {
			t.Errorf("%d %s, want at least %d", c.have, c.what, c.least)
		}
	}
	origins, languages := map[models.Origin]int{}, map[string]int{}
	for _, a := range allAssets(t, st, everybody) {
		origins[a.Origin]++
		for l := range a.Descriptions {
			languages[l]++
		}
	}
	for _, o := range models.Origins {
		if origins[o] < 4 {
			t.Errorf("%d assets are %s, want at least 4", origins[o], o)
		}
	}
	if languages["en"] < 45 || languages["fr"] < 5 {
		t.Errorf("descriptions by language: %v", languages)
	}
}

func states(t *testing.T, st *store.Store) {
	states, lifecycles := map[models.DeploymentState]int{}, map[models.DeploymentLifecycle]int{}
	for _, d := range allDeployments(t, st, everybody) {
		states[d.State]++
		lifecycles[d.Lifecycle]++
		if d.BusinessOwner == "" || d.BusinessEmail == "" || d.TechnicalOwner == "" || d.TechnicalEmail == "" {
			t.Errorf("%s of %s has nobody to call", d.Asset, d.Agency)
		}
	}
	for _, s := range models.DeploymentStates {
		if states[s] < 3 {
			t.Errorf("%d deployments are %s, want at least 3", states[s], s)
		}
	}
	for _, l := range models.DeploymentLifecycles {
		if lifecycles[l] < 3 {
			t.Errorf("%d deployments are %s, want at least 3", lifecycles[l], l)
		}
	}
}

func openssl(t *testing.T, reg *register.Register) {
	ask := func(version string) (agencies, services []string) {
		x, err := reg.Exposure(t.Context(), everybody, models.ComponentFilter{Name: "openssl", Version: version, Page: models.Page{Limit: models.MaxLimit}})
		if err != nil {
			t.Fatal(err)
		}
		found, served := map[string]bool{}, map[string]bool{}
		for _, u := range x.Uses.Items {
			for _, d := range u.Deployments {
				found[d.Agency], served[d.Service] = true, true
				if !strings.HasSuffix(d.BusinessEmail, ".velmora.example") {
					t.Errorf("%s of %s leads to the mailbox %q", d.Service, d.Agency, d.BusinessEmail)
				}
			}
		}
		return slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(served))
	}
	agencies, services := ask("<3.0.8")
	want := []string{
		"Civil Registration Department", "Courts Administration", "Customs Department", "Employment Service", "Government Computing Centre", "Marine Authority",
		"Medicines Agency", "National Library", "National Pensions Authority", "National Police", "Public Hospitals Authority", "Revenue Authority",
		"Vehicle Licensing Department", "Velmora Ports Ltd", "Weather and Flood Service",
	}
	if diff := cmp.Diff(want, agencies); diff != "" {
		t.Errorf("agencies (-want +got):\n%s", diff)
	}
	for _, s := range []string{"Old-age pensions", "Driving licences", "Flood warnings", "Cold chain of vaccines", "Births, marriages and deaths"} {
		if !slices.Contains(services, s) {
			t.Errorf("the answer does not name the service %q: %q", s, services)
		}
	}
	agencies, _ = ask(">=3.0.8")
	if diff := cmp.Diff([]string{"Government Computing Centre", "Ministry of Land and Sea"}, agencies); diff != "" {
		t.Errorf("agencies with 3.0.8 or newer (-want +got):\n%s", diff)
	}
}

func hidden(t *testing.T, st *store.Store) {
	public, library := len(allAssets(t, st, models.Viewer{})), len(allAssets(t, st, viewer(t, st, "yusra.lindt@library.velmora.example")))
	whole := len(allAssets(t, st, everybody))
	if public >= library || library >= whole {
		t.Errorf("the public sees %d assets, a registrar %d, the programme office %d; each should see more", public, library, whole)
	}
	var secret int
	for _, d := range allDeployments(t, st, everybody) {
		if d.DataClass == models.DataSecret && d.Visibility == models.VisibleAgency {
			secret++
		}
	}
	if secret != 1 {
		t.Errorf("%d deployments are secret, want 1", secret)
	}
	for _, d := range allDeployments(t, st, viewer(t, st, "yusra.lindt@library.velmora.example")) {
		if d.DataClass == models.DataSecret && d.SeeDetail && d.Visibility == models.VisibleAgency {
			t.Errorf("the library sees the secret deployment %s of %s", d.Asset, d.Agency)
		}
	}
}

func past(t *testing.T, st *store.Store) {
	var merged, moved int
	for _, a := range allAgencies(t, st) {
		if a.State == models.AgencyMerged {
			merged++
		}
		if parents := must(st.AgencyParents(t.Context(), a.ID))(t); len(parents) > 1 {
			moved++
			if !parents[0].FromOn.Before(parents[1].FromOn) {
				t.Errorf("%s moved on the day it was founded", a.Name)
			}
		}
	}
	if merged != 1 || moved != 1 {
		t.Errorf("%d agencies merged and %d moved, want 1 and 1", merged, moved)
	}
}

var address = regexp.MustCompile(`[\w.+-]+@[\w-]+(\.[\w-]+)+`)

func mail(t *testing.T, st *store.Store) {
	var text strings.Builder
	for _, line := range summary(t, st) {
		text.WriteString(line)
	}
	for _, d := range allDeployments(t, st, everybody) {
		fmt.Fprintln(&text, d.BusinessOwner, d.BusinessEmail, d.TechnicalOwner, d.TechnicalEmail, d.Provider)
	}
	for _, a := range allAgencies(t, st) {
		fmt.Fprintln(&text, a.Email, a.Website, a.URI)
	}
	for _, found := range address.FindAllString(text.String(), -1) {
		if !strings.HasSuffix(found, ".example") {
			t.Errorf("%s is not an address of the invented government", found)
		}
	}
	x, err := register.New(st).Exposure(t.Context(), everybody, models.ComponentFilter{Query: "lib", Page: models.Page{Limit: models.MaxLimit}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range x.Components.Items {
		if address.MatchString(c.Supplier) {
			t.Errorf("the supplier of %s reads %q", c.Name, c.Supplier)
		}
	}
}

func personas(t *testing.T, st *store.Store) {
	roles := map[models.Role]int{}
	for _, p := range Personas() {
		v := viewer(t, st, p.Email)
		if v.Name != p.Name || p.Role == "" || !strings.HasSuffix(p.Email, ".example") {
			t.Errorf("%+v is %+v in the register", p, v)
		}
		for _, g := range v.Grants {
			roles[g.Role]++
		}
	}
	want := map[models.Role]int{models.OSPOStaff: 1, models.Procurement: 2, models.Registrar: 4, models.Counsel: 2, models.Auditor: 1, models.Administrator: 1, models.Requester: 1, models.Evaluator: 2, models.Adviser: 1,
		models.ProceduralReviewer: 1, models.Approver: 1, models.ExemptionAuthority: 1, models.OpinionGiver: 1, models.ReviewBody: 1, models.ReleaseOfficer: 1}
	if diff := cmp.Diff(want, roles); diff != "" {
		t.Errorf("roles of the personas (-want +got):\n%s", diff)
	}
}

func viewer(t *testing.T, st *store.Store, email string) models.Viewer {
	t.Helper()
	return must(st.Viewer(t.Context(), must(st.UserByEmail(t.Context(), email))(t).ID))(t)
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func decided(t *testing.T, st *store.Store) {
	states := map[string]models.DecisionState{}
	for _, d := range all(t, func(p models.Page) (models.List[store.DecisionRow], error) {
		return st.Decisions(t.Context(), everybody, models.DecisionFilter{Page: p})
	}) {
		states[d.Function+string(d.Branch())] = d.State
	}
	want := map[string]models.DecisionState{"FILES.SHAREacquisition": models.DecisionInForce, "STAFF.ROSTERacquisition": models.DecisionScanning, "DATA.STOREacquisition": models.ExemptionPending,
		"COMMS.VIDEOacquisition": models.DecisionApproved, "FORMS.SURVEYacquisition": models.DecisionClosed, "release": models.ReleasePublished, "remediation": models.DecisionInForce}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("where decisions stand (-want +got):\n%s", diff)
	}
	public := all(t, func(p models.Page) (models.List[store.DecisionRow], error) {
		return st.Decisions(t.Context(), models.Viewer{}, models.DecisionFilter{Page: p})
	})
	if len(public) != 3 {
		t.Errorf("the public sees %d decisions, want the three that are published", len(public))
	}
}
