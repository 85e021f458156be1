package web_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// draft writes a new version of the law of the example, in which a scan may be older, and gives it with the version in force. The powerful person of the sample is counsel there.
func (e *example) draft(s *site) (draft *store.RegimeVersionRow, active int64) {
	e.t.Helper()
	ctx := context.Background()
	users, err := e.store.Users(ctx, models.Page{Limit: models.MaxLimit})
	if err != nil {
		e.t.Fatal(err)
	}
	for i := range users.Items {
		if u := &users.Items[i]; u.Name == "Everybody" {
			if err := s.reg.GiveRole(ctx, sample.By, &models.Membership{UserID: u.ID, AgencyID: &e.agency.ID, Role: models.Counsel}); err != nil {
				e.t.Fatal(err)
			}
		}
	}
	all, err := e.store.Regimes(ctx)
	if err != nil || all[0].ActiveID == nil {
		e.t.Fatalf("the laws are %+v, %v", all, err)
	}
	v, err := e.store.RegimeVersion(ctx, *all[0].ActiveID)
	if err != nil {
		e.t.Fatal(err)
	}
	counsel := sample.Viewer(e.t, e.store, sample.User(e.t, e.store, "Carl Counsel", models.Counsel, e.agency.ID))
	draft, err = s.reg.DraftRegime(ctx, counsel, register.RegimeDraft{AgencyID: &e.agency.ID, Text: strings.Replace(v.Text, "maxAgeDays: 365", "maxAgeDays: 180", 1), Note: "A scan grows old faster."})
	if err != nil {
		e.t.Fatal(err)
	}
	return draft, v.ID
}

// lawyered is the law of the example with somebody who is counsel.
func lawyered(t *testing.T) (e *example, counsel *site) {
	t.Helper()
	e = newExample(t, testkit.Store(t))
	s := newSite(t, e.store)
	return e, s.as(sample.User(t, e.store, "Dora Counsel", models.Counsel, e.agency.ID).ID)
}

func TestALawIsReadInWordsByAnybody(t *testing.T) {
	e, _ := lawyered(t)
	s := newSite(t, e.store)
	if n, err := s.reg.ShipRegimes(context.Background()); n != 0 || err != nil {
		t.Fatalf("%d presets were shipped, %v", n, err)
	}
	list := s.get("/regimes").want(t, 200, "In force", "Trinidad and Tobago", "Not legal advice", "Ladder", "Ministry of Works and all below it")
	if strings.Contains(list.Body, "Draft a law</a>") {
		t.Error("the public is asked to draft a law")
	}
	draft, active := e.draft(s)
	s.get(fmt.Sprintf("/regimes/%d", draft.RegimeID)).want(t, 200, "The highest rung on which something fits decides", "Every essential requirement is met, and enough of all (80 %)", "Accounting officer, up to TTD 1,000,000", "Urgent need", "at most 365 days",
		"Search all four places", "Days that do not count", "40 rules are put before each case", "C2 ", "Cure:", "Act 1 of 2015", "10 working days to 15 working days")
	s.get(fmt.Sprintf("/regime-versions/%d", draft.ID)).want(t, 200, "A draft: it judges nothing", "180 days")
	s.get(fmt.Sprintf("/regimes/%d/compare?from=%d&to=%d", draft.RegimeID, active, draft.ID)).want(t, 200, "1 part changed", "A scan may be as old as", "365 days", "180 days", "40 alike")
	s.get(fmt.Sprintf("/regimes/%d/compare?from=%d&to=%d", draft.RegimeID, active, active)).want(t, 200, "both versions say the same")
	if a := s.get(fmt.Sprintf("/regime-versions/%d/document", draft.ID)); a.Status != 200 || a.Body != draft.Text {
		t.Errorf("the text is answered with %d\n%.200s", a.Status, a.Body)
	}
	s.get("/regimes/rules").want(t, 200, "40 rules come with the register", "Always on", "Is broken when")
	s.get("/regimes/calendars?code=TT&year=2026").want(t, 200, "Divali", "19 Jun 2026", "Emancipation")
	s.get("/regimes/calendars?code=XX").want(t, 404)
	s.get(fmt.Sprintf("/regimes/%d/draft", draft.RegimeID)).want(t, 401)
}

func TestCounselWritesALawAndPutsItInForceFromADay(t *testing.T) {
	e, s := lawyered(t)
	all, err := e.store.Regimes(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	law := fmt.Sprintf("/regimes/%d", all[0].ID)
	s.get(law+"/draft").want(t, 200, "Begin the draft", "version 1")
	s.post(law+"/draft", "note", "We look again sooner.").want(t, 303)
	page := s.get(law+"/draft").want(t, 200, "We look again sooner.", "code: tt-draft", "Put it in force")
	row, err := e.store.Regime(context.Background(), all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := e.store.RegimeVersion(context.Background(), *row.DraftID)
	if err != nil {
		t.Fatal(err)
	}
	wrong := strings.NewReplacer("model: ladder", "model: stairs", "maxAgeDays: 365", "maxAgeDays: many").Replace(draft.Text)
	s.submit(law+"/draft/text", url.Values{"version": {versionOn(t, page)}, "text": {wrong}, "note": {"Kept"}}).want(t, 400, "The text is no law yet", "Where the mistakes are", "Line ", "column", "stairs", "^ here", "Kept", `href="#f-mistake-1"`)
	s.submit(law+"/draft/text", url.Values{"version": {versionOn(t, page)}, "text": {strings.ReplaceAll(draft.Text, "intervalDays: 365", "intervalDays: 200")}, "note": {"We look again sooner."}}).want(t, 303)
	s.submit(law+"/draft/text", url.Values{"version": {versionOn(t, page)}, "text": {draft.Text}}).want(t, 409, "Somebody changed this while you were filling in the form")
	s.upload(law+"/draft/file", "law.yaml", []byte("\ufeff"+draft.Text), "version", "0", "note", "From a file").want(t, 303)
	s.upload(law+"/draft/file", "law.yaml", []byte("a\x00b"), "version", "0").want(t, 400, "no text in UTF-8")
	version := versionOn(t, s.get(law+"/draft/activate").want(t, 200, "I have read it as counsel"))
	s.post(law+"/draft/activate", "version", version, "from", "2020-01-01").want(t, 400, "Confirm that you have read it")
	s.post(law+"/draft/activate", "version", version, "from", "2020-01-01", "read", "yes").want(t, 400, "A regime cannot bind from a day that is past")
	day := time.Now().UTC().AddDate(0, 0, 30).Format(time.DateOnly)
	s.post(law+"/draft/activate", "version", version, "from", day, "read", "yes").want(t, 303)
	s.get(fmt.Sprintf("/regime-versions/%d", draft.ID)).want(t, 200, "It comes in force on")
	s.get(law+"/draft/activate").want(t, 404, "This law has no draft")
}

func TestALawBeginsWithOneThatTheRegisterKnows(t *testing.T) {
	e, s := lawyered(t)
	s.get("/regimes/new").want(t, 200, "Begin with", "Trinidad and Tobago")
	s.post("/regimes", "agencyId", number(e.agency.ID)).want(t, 400, "Choose what the draft begins with")
	a := s.post("/regimes", "agencyId", number(e.agency.ID), "preset", "it-cad", "code", "works-2027", "note", "Ours.").want(t, 303)
	s.get(a.Location).want(t, 200, "code: works-2027", "Ours.")
	s.get(a.Location+"/discard").want(t, 200, "Discard the draft")
	s.post(a.Location+"/discard").want(t, 303)
	other := sample.Agency(t, e.store)
	s.post("/regimes", "agencyId", number(other.ID), "preset", "it-cad").want(t, 403)
	newSite(t, e.store).get("/regimes/new").want(t, 401)
}
