package register_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// exempted opens a case in which an exemption is asked for with facts, and granted until a day.
func (x *trial) exempted(title, facts, until string, at time.Time) int64 {
	x.t.Helper()
	row, err := x.r.At(at).OpenDecision(ctx, x.people["requester"], register.NewDecision{AgencyID: x.health.ID, Kind: models.DecideNew, Track: models.EmergencyTrack, Title: title, Function: "FILES.SHARE"})
	x.must(err)
	for part, text := range map[models.PartName]string{models.PartExemption: fmt.Sprintf(`{"grounds":["urgent"],"facts":%q,"exitPlan":"Back within a year.","renewalCount":2}`, facts),
		models.PartAnswer: fmt.Sprintf(`{"verdict":"granted","text":"So be it.","grounds":["urgent"],"expiresOn":%q}`, until)} {
		by := x.people["requester"]
		if part == models.PartAnswer {
			by = x.people["exemption-authority"]
		}
		_, err = x.r.At(at).FilePart(ctx, by, row.ID, 0, part, "", []byte(text))
		x.must(err)
	}
	return row.ID
}

func TestExemptionsInForceAreListedWithWhoGrantedThemAndRepeatedWords(t *testing.T) {
	x := newTrial(t)
	at := time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)
	first := x.exempted("Ward tablets", "There was no time.", "2027-03-01", at)
	x.exempted("Clinic phones", "there was NO time", "2026-10-20", at)
	x.exempted("Scanners", "Another reason altogether.", "2027-01-15", at)
	list, err := x.s.ExemptionsGranted(ctx, system, 0, day("2026-11-21"))
	x.must(err)
	if len(list) != 2 || list[0].Title != "Scanners" || list[0].Repeated != 0 || list[1].DecisionID != first {
		t.Fatalf("in force are %+v", list)
	}
	got := list[1]
	if got.Repeated != 1 || got.Renewals != 2 || got.ByName == "" || got.Role != models.ExemptionAuthority || got.ExpiresOn.String() != "2027-03-01" || !cmp.Equal(got.Grounds, models.StringList{"urgent"}) || got.VersionID == 0 {
		t.Errorf("the exemption is told as %+v", got)
	}
	for name, v := range map[string]models.Viewer{"the public": {}, "another ministry": x.person("r@education.example.gov", models.Registrar, x.education)} {
		if list, err := x.s.ExemptionsGranted(ctx, v, 0, day("2026-11-21")); err != nil || len(list) != 0 {
			t.Errorf("%s sees %d exemptions, %v", name, len(list), err)
		}
	}
	if list, err := x.s.ExemptionsGranted(ctx, system, x.education.ID, day("2026-11-21")); err != nil || len(list) != 0 {
		t.Errorf("the other ministry has %d exemptions, %v", len(list), err)
	}
}

func TestWhatWasChosenIsCountedFromWhatWasPublished(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionInForce)
	want := store.DecisionTally{Year: 2026, AgencyID: x.health.ID, Agency: x.health.Name, Decisions: 1}
	got, err := x.s.DecisionTallies(ctx, system, 0)
	x.must(err)
	if diff := cmp.Diff([]store.DecisionTally{want}, got); diff != "" {
		t.Errorf("before it was published (-want +got)\n%s", diff)
	}
	if got, err := x.s.DecisionTallies(ctx, models.Viewer{}, 0); err != nil || len(got) != 0 {
		t.Errorf("the public counts %+v, %v", got, err)
	}
	x.publish()
	want.Published, want.Model, want.Rung, want.RungTitle, want.Open = true, "ladder", 2, "Open source", "yes"
	got, err = x.s.DecisionTallies(ctx, models.Viewer{}, x.health.ID)
	x.must(err)
	if diff := cmp.Diff([]store.DecisionTally{want}, got); diff != "" {
		t.Errorf("after it was published (-want +got)\n%s", diff)
	}
}

// publish files what the public is told and publishes the case as it stands.
func (x *trial) publish() {
	x.t.Helper()
	at := time.Date(2026, 11, 19, 9, 0, 0, 0, time.UTC)
	x.must(x.file(x.people["registrar"], at, "publication.json", read(x.t, "publication.json")))
	_, err := x.r.At(at).PublishDecision(ctx, x.people["registrar"], x.id, 0, "")
	x.must(err)
}

func TestASampleIsDrawnAgainByItsSeed(t *testing.T) {
	x := newTrial(t)
	x.walk("")
	draw := func(p models.Population, seed string) ([]string, int) {
		t.Helper()
		list, population, err := x.s.DecisionSample(ctx, system, p, seed, 5)
		x.must(err)
		refs := make([]string, len(list))
		for i := range list {
			refs[i] = list[i].Ref
		}
		return refs, population
	}
	one, population := draw(models.Population{}, "2026-11-23 audit")
	if population != 1 || len(one) != 1 {
		t.Fatalf("the sample is %v of %d", one, population)
	}
	before, from, to := day("2026-10-20"), day("2026-10-21"), day("2026-10-22")
	for name, p := range map[string]struct {
		models.Population
		want int
	}{
		"approved in the days":         {models.Population{From: &from, To: &to}, 1},
		"approved before them":         {models.Population{To: &before}, 0},
		"of the value":                 {models.Population{ValueFrom: "790000", ValueTo: "790000.00", Currency: "TTD"}, 1},
		"above the value":              {models.Population{ValueFrom: "790000.01", Currency: "TTD"}, 0},
		"in another currency":          {models.Population{ValueFrom: "1", Currency: "USD"}, 0},
		"with an exemption":            {models.Population{Exempt: true}, 0},
		"of another agency":            {models.Population{Agency: x.education.ID}, 0},
		"of the kind":                  {models.Population{Kind: models.DecideNew}, 1},
		"of a kind that there is none": {models.Population{Kind: models.DecideRenewal}, 0},
	} {
		if _, n := draw(p.Population, "x"); n != p.want {
			t.Errorf("%s there are %d, want %d", name, n, p.want)
		}
	}
	if list, n, err := x.s.DecisionSample(ctx, x.person("r@education.example.gov", models.Registrar, x.education), models.Population{}, "x", 5); err != nil || n != 1 || len(list) != 1 || list[0].Full || list[0].RequestedBy != "" {
		t.Errorf("another ministry draws %+v of %d, %v", list, n, err)
	}
}

func TestTheQueueSaysWhatStandsInTheWayAndWhatWasDecidedBefore(t *testing.T) {
	x := newTrial(t)
	x.walk("")
	now := x.r.At(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	earlier := x.id
	row, err := x.r.At(time.Date(2026, 10, 5, 10, 0, 0, 0, time.UTC)).OpenDecision(ctx, x.people["requester"], register.NewDecision{AgencyID: x.health.ID, Kind: models.DecideNew, Title: "File sharing for laboratories", Function: "FILES.SHARE", Value: models.Money{Amount: "790000.00", Currency: "TTD"}})
	x.must(err)
	x.id = row.ID
	x.walk(models.DecisionContracted)
	late := row.ID
	list, err := now.DecisionQueue(ctx, system, models.DecisionFilter{})
	x.must(err)
	if len(list.Items) == 0 {
		t.Fatal("the queue is empty")
	}
	for i := 1; i < len(list.Items); i++ {
		if list.Items[i].DueOn.Before(*list.Items[i-1].DueOn) {
			t.Errorf("%s of %s comes after %s of %s", list.Items[i].DueOn, list.Items[i].Ref, list.Items[i-1].DueOn, list.Items[i-1].Ref)
		}
	}
	for _, q := range list.Items {
		switch q.ID {
		case earlier:
			if len(q.Earlier) != 0 {
				t.Errorf("a case is said to be earlier than itself: %+v", q.Earlier)
			}
		case late:
			if len(q.Earlier) != 1 || q.Earlier[0].ID != earlier || q.Earlier[0].ChosenName != "Nextcloud enterprise subscription" {
				t.Errorf("before it there was %+v", q.Earlier)
			}
			if len(q.Undetermined)+len(q.Violated) == 0 {
				t.Error("nothing stands in the way of a contract of which nothing is on file")
			}
		}
	}
}

func TestAPreviewIsWhatWouldBePublished(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionInForce)
	now := x.r.At(time.Date(2026, 11, 19, 9, 0, 0, 0, time.UTC))
	if _, err := now.PreviewPublication(ctx, x.people["registrar"], x.id); !models.HasCode(err, "no-publication") {
		t.Errorf("before it was said what the public is told: %v", err)
	}
	x.must(x.file(x.people["registrar"], time.Date(2026, 11, 19, 9, 0, 0, 0, time.UTC), "publication.json", read(t, "publication.json")))
	text, err := now.PreviewPublication(ctx, x.people["registrar"], x.id)
	x.must(err)
	_, err = now.PublishDecision(ctx, x.people["registrar"], x.id, 0, "")
	x.must(err)
	p, err := now.PublicDocument(ctx, models.Viewer{}, x.id, 0)
	x.must(err)
	if diff := cmp.Diff(string(p.Document), string(text)); diff != "" {
		t.Errorf("published and previewed differ (-published +previewed)\n%s", diff)
	}
	if _, err := dossier.Read(text); err != nil {
		t.Error(err)
	}
	if _, err := now.PreviewPublication(ctx, x.person("r@education.example.gov", models.Registrar, x.education), x.id); !models.IsKind(err, models.Forbidden) {
		t.Errorf("another ministry gets %v", err)
	}
}

func TestNoEventNamesADecisionThatIsHidden(t *testing.T) {
	x := newTrial(t)
	private, _, err := proof.NewKey("example.gov/log")
	x.must(err)
	x.must(x.r.UseLogKey(private))
	x.walk(models.DecisionInForce)
	events := func(v models.Viewer) []store.EventRow {
		t.Helper()
		list, err := x.s.Events(ctx, v, models.EventFilter{Noun: "decision", NounID: x.id, Limit: models.MaxLimit})
		x.must(err)
		return list
	}
	if got := events(models.Viewer{}); len(got) != 0 {
		t.Errorf("the public sees %d events of a case that is not published, as %+v", len(got), got[0])
	}
	entries, err := x.s.LogEntriesOf(ctx, x.id)
	x.must(err)
	if _, err := x.r.InclusionProof(ctx, models.Viewer{}, entries[len(entries)-1].Index); !models.IsKind(err, models.NotFound) {
		t.Errorf("the public gets a proof of an entry of it: %v", err)
	}
	if got := events(x.people["registrar"]); len(got) != len(entries) {
		t.Errorf("the agency sees %d events, and the log has %d", len(got), len(entries))
	}
}
