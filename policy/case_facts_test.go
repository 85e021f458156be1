package policy

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func TestTheExemptionStandsAsItsNewestPaperSays(t *testing.T) {
	request := func(at time.Time) *models.Filed[models.ExemptionRequest] {
		f := filedAs("", models.ExemptionRequest{Grounds: []string{"urgent", "tco-higher"}, ExitPlan: "plan"})
		f.At = at
		return f
	}
	answer := func(verdict string, ends string) *models.Filed[models.ExemptionAnswer] {
		f := filedAs("", models.ExemptionAnswer{Verdict: verdict, Grounds: []string{"urgent"}})
		if ends != "" {
			f.Value.ExpiresOn = ptr(mustDate(ends))
		}
		return f
	}
	before, after := caseTime.Add(-time.Hour), caseTime.Add(time.Hour)
	cases := []struct {
		name     string
		request  *models.Filed[models.ExemptionRequest]
		answer   *models.Filed[models.ExemptionAnswer]
		approved *time.Time
		want     string
	}{
		{"nobody asked", nil, nil, nil, "none"},
		{"asked for", request(before), nil, nil, "requested"},
		{"granted", request(before), answer("granted", "2027-01-01"), nil, "granted"},
		{"granted on conditions holds too", request(before), answer("granted-limited", "2027-01-01"), nil, "granted"},
		{"refused", request(before), answer("refused", ""), nil, "refused"},
		{"asked for again after the answer", request(after), answer("granted", "2027-01-01"), nil, "requested"},
		{"its last day counts in full", request(before), answer("granted", "2026-11-02"), nil, "granted"},
		{"run out", request(before), answer("granted", "2026-11-01"), nil, "expired"},
		{"run out after the approval", request(before), answer("granted", "2026-11-01"), ptr(mustDate("2026-10-30").Time()), "granted"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			in.Dossier.Exemption, in.Dossier.Answer, in.Decision.ApprovedAt = c.request, c.answer, c.approved
			k, _ := Derive(in)
			if got := k.Decision.Exemption.State; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheOpinionIsGivenAskedForOrLapsed(t *testing.T) {
	asked := caseTime.Add(-48 * time.Hour)
	given := func(at time.Time) *models.Filed[models.Opinion] {
		f := filedAs("", models.Opinion{Body: "OSPO", Verdict: "favourable"})
		f.At = at
		return f
	}
	cases := []struct {
		name    string
		asked   *time.Time
		due     string
		opinion *models.Filed[models.Opinion]
		want    string
	}{
		{"not asked for", nil, "", nil, "none"},
		{"asked for", &asked, "2026-11-10", nil, "asked"},
		{"asked for, the last day", &asked, "2026-11-02", nil, "asked"},
		{"nothing has come", &asked, "2026-11-01", nil, "lapsed"},
		{"given", &asked, "2026-11-01", given(caseTime), "given"},
		{"given before it was asked for again", &asked, "2026-11-10", given(asked.Add(-time.Hour)), "asked"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			in.Dossier.OpinionAt, in.Dossier.Opinion = c.asked, c.opinion
			if c.due != "" {
				in.Dossier.OpinionDue = ptr(mustDate(c.due))
			}
			k, _ := Derive(in)
			if got := k.Decision.Opinion.State; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestOfCodeInPartsThatOneIsJudgedWhichTheLawMindsMost(t *testing.T) {
	open := models.ReleaseSubset{Name: "core", Verdict: "open", RepositoryURL: "https://code.example/core", Metadata: true}
	listed := models.ReleaseSubset{Name: "keys", Verdict: "closed", Ground: "security"}
	unlisted := models.ReleaseSubset{Name: "pages", Verdict: "closed", Ground: "shame"}
	bare := models.ReleaseSubset{Name: "tools", Verdict: "open"}
	cases := []struct {
		name string
		of   []models.ReleaseSubset
		want *ReleaseFacts
	}{
		{"nothing was decided", nil, nil},
		{"one part is closed on a listed ground", []models.ReleaseSubset{listed, open}, &ReleaseFacts{Verdict: ptr("open"), RepoURL: "https://code.example/core", MetadataPublished: true}},
		{"one part is closed on no listed ground", []models.ReleaseSubset{open, unlisted, listed}, &ReleaseFacts{Verdict: ptr("closed"), Ground: "shame", MetadataPublished: true}},
		{"one open part has no repository", []models.ReleaseSubset{open, bare}, &ReleaseFacts{Verdict: ptr("open")}},
		{"all is closed on a listed ground", []models.ReleaseSubset{listed}, &ReleaseFacts{Verdict: ptr("closed"), Ground: "security", MetadataPublished: true}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			in.Dossier.Release = filedAs("", models.CodeRelease{Subsets: c.of})
			k, _ := Derive(in)
			if diff := cmp.Diff(c.want, k.Decision.Release); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestASearchThatIsTooOldCountsNoMoreAndDoesNotGrowOldAfterTheApproval(t *testing.T) {
	in := smallCase(t)
	old := caseTime.AddDate(0, 0, -366)
	in.Dossier.Scan = filedAs("", models.Scan{Searches: []models.Search{{Source: "oss-catalogue", Query: "x", At: &old, Recorded: true}}})
	k, s := Derive(in)
	if k.Decision.Scan.Searches[0].ResultRecorded || len(s.Mistakes) != 1 {
		t.Errorf("recorded, with mistakes %q", s.Mistakes)
	}
	in.Decision.ApprovedAt = ptr(caseTime.AddDate(0, 0, -30))
	if k, _ = Derive(in); !k.Decision.Scan.Searches[0].ResultRecorded {
		t.Error("the scan of an approved decision grew old")
	}
}

func TestTheHealthOfAProjectIsToldWithWhatWasNotMeasured(t *testing.T) {
	cases := []struct {
		name string
		with func(*models.HealthSnapshot)
		want Answer
	}{
		{"alive", func(*models.HealthSnapshot) {}, AnswerYes},
		{"archived", func(h *models.HealthSnapshot) { h.Archived = ptr(true) }, AnswerNo},
		{"one person", func(h *models.HealthSnapshot) { h.AbsenceFactor = ptr(1) }, AnswerNo},
		{"no release for long", func(h *models.HealthSnapshot) { h.LastReleaseOn = ptr(mustDate("2025-01-01")) }, AnswerNo},
		{"not measured is not zero", func(h *models.HealthSnapshot) { h.AbsenceFactor = nil }, AnswerOpen},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			c.with(&in.Dossier.Candidates[0].Health.Value)
			if _, s := Derive(in); s.Candidates[0].Health.Outcome != c.want {
				t.Errorf("got %+v, want %s", s.Candidates[0].Health, c.want)
			}
		})
	}
	in := smallCase(t)
	in.Now = caseTime.AddDate(1, 0, 0)
	if k, _ := Derive(in); *k.Decision.Candidates[0].Health.DaysSinceRelease != 32 {
		t.Errorf("days since the release change with the day on which they are read: %d", *k.Decision.Candidates[0].Health.DaysSinceRelease)
	}
}

func TestTheDeadlinesOfACaseAreCountedByItsRegime(t *testing.T) {
	r := tt(t)
	cal, err := r.WorkingDays()
	if err != nil {
		t.Fatal(err)
	}
	at := func(day string) *time.Time { return ptr(mustDate(day).Time().Add(14 * time.Hour)) }
	cases := []struct {
		name string
		with func(CaseInput)
		kind DeadlineKind
		want string // "" for none
	}{
		{"ten working days over Divali, which is kept on the Monday", func(in CaseInput) {
			in.Dossier.Notices = filedAs("", models.Notices{Notices: []models.Notice{{Type: "award", PublishedOn: mustDate("2026-11-02")}}})
		}, StandstillEnd, "2026-11-17"},
		{"without an award notice no standstill runs", func(in CaseInput) {
			in.Dossier.Notices = filedAs("", models.Notices{Notices: []models.Notice{{Type: "intent", PublishedOn: mustDate("2026-11-02")}}})
		}, StandstillEnd, ""},
		{"publication 30 days after the approval", func(in CaseInput) { in.Decision.ApprovedAt = at("2026-10-21") }, PublicationDue, "2026-11-20"},
		{"published is done", func(in CaseInput) {
			in.Decision.ApprovedAt, in.Decision.PublishedAt = at("2026-10-21"), at("2026-10-30")
		}, PublicationDue, ""},
		{"withheld on a listed ground need not be published", func(in CaseInput) {
			in.Decision.ApprovedAt = at("2026-10-21")
			in.Dossier.Publication = filedAs("", models.PublicTerms{Ground: "national-security"})
		}, PublicationDue, ""},
		{"an emergency is made up for in 30 days", func(in CaseInput) {
			in.Decision.Track, in.Decision.ApprovedAt = models.EmergencyTrack, at("2026-10-21")
		}, EmergencyDue, "2026-11-20"},
		{"a review a year after the approval", func(in CaseInput) { in.Decision.ApprovedAt = at("2026-10-21") }, ReviewDue, "2027-10-21"},
		{"a review on the day that was set", func(in CaseInput) { in.Decision.ReviewOn = ptr(mustDate("2027-03-01")) }, ReviewDue, "2027-03-01"},
		{"a renewal 270 days before the end", func(in CaseInput) {
			in.Dossier.Contract = filedAs("", models.ContractTerms{EndsOn: ptr(mustDate("2031-11-17"))})
		}, RenewalDue, "2031-02-20"},
		{"the exemption ends", func(in CaseInput) {
			in.Dossier.Answer = filedAs("", models.ExemptionAnswer{Verdict: "granted", ExpiresOn: ptr(mustDate("2027-01-31"))})
		}, ExemptionEnds, "2027-01-31"},
		{"a refused one does not", func(in CaseInput) {
			in.Dossier.Answer = filedAs("", models.ExemptionAnswer{Verdict: "refused", ExpiresOn: ptr(mustDate("2027-01-31"))})
		}, ExemptionEnds, ""},
		{"the opinion after ten working days over Republic Day", func(in CaseInput) {
			in.Regime.Opinion = Opinion{Body: "OSPO", WorkingDays: 10, Silence: "refusal"}
			in.Dossier.OpinionAt = at("2026-09-15")
		}, OpinionDue, "2026-09-30"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			in.Dossier.Candidates = nil
			c.with(in)
			got := ""
			for _, d := range Deadlines(in, cal) {
				if d.Kind == c.kind {
					got = d.On.String()
					if d.Title == "" || d.Text == "" {
						t.Errorf("without words: %+v", d)
					}
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheTermsOfACaseFollowFromItsRegime(t *testing.T) {
	r := *tt(t)
	d := &models.Decision{Function: "OFFICE.SUITE", Value: ptr(models.Decimal("500")), Currency: "TTD"}
	want := models.CaseTerms{Position: models.DecideThenBuy, Standstill: true, Panel: true}
	if diff := cmp.Diff(want, r.Terms(d, nil)); diff != "" {
		t.Error(diff)
	}
	r.Opinion.ValueFrom = &models.Money{Amount: "500", Currency: "TTD"}
	if !r.Terms(d, nil).Opinion {
		t.Error("no opinion at the limit")
	}
	d.Value = nil
	if !r.Terms(d, nil).Opinion {
		t.Error("no opinion may be asked for while the value is not known")
	}
}
