package register_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// set puts a part on file past the journey that asks for its state, so that a deadline can be looked at alone.
func (x *trial) set(part models.PartName, content models.PartContent, at time.Time) {
	x.t.Helper()
	text, err := models.PartBytes(content)
	x.must(err)
	x.must(store.Write(ctx, x.s, func(tx *store.Tx) error {
		p := &models.DecisionPart{DecisionID: x.id, Part: part, Content: text, Digest: make([]byte, 32), ByName: "x", Role: models.Procurement, State: models.DecisionDraft, At: at}
		if err := tx.AddDecisionPart(ctx, p); err != nil {
			return err
		}
		row, err := tx.Decision(ctx, system, x.id)
		if err != nil {
			return err
		}
		return tx.SaveDecision(ctx, &row.Decision)
	}))
}

func (x *trial) deadlines(v models.Viewer, f store.DeadlineFilter) []string {
	x.t.Helper()
	list, err := x.s.Deadlines(ctx, v, f)
	x.must(err)
	var words []string
	for _, l := range list {
		words = append(words, l.Kind+" "+l.OnDay.String())
	}
	return words
}

func TestTheDaysOfACaseAreFoundOnceTheyAreWorkedOut(t *testing.T) {
	x := newTrial(t)
	then := x.r.At(time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC))
	until := day("2027-01-31")
	x.set(models.PartAnswer, &models.ExemptionAnswer{Verdict: "granted", Text: "Urgent.", Grounds: []string{"urgency"}, ExpiresOn: &until}, time.Date(2026, 10, 12, 9, 0, 0, 0, time.UTC))
	if n, err := then.ScheduleDeadlines(ctx); n != 1 || err != nil {
		t.Fatalf("%d cases were worked out, %v", n, err)
	}
	if n, err := then.ScheduleDeadlines(ctx); n != 0 || err != nil {
		t.Errorf("%d cases were worked out once more, %v", n, err)
	}
	reader := x.person("r@health.example.gov", models.Reader, x.health)
	for _, tc := range []struct {
		name string
		v    models.Viewer
		f    store.DeadlineFilter
		want []string
	}{
		{"for the ministry", reader, store.DeadlineFilter{}, []string{"exemption 2027-01-31"}},
		{"for the ministry, its own", reader, store.DeadlineFilter{Mine: true, Agency: x.health.ID}, []string{"exemption 2027-01-31"}},
		{"for the ministry, of another", reader, store.DeadlineFilter{Agency: x.education.ID}, nil},
		{"for the ministry, until the day before", reader, store.DeadlineFilter{To: day("2027-01-30")}, nil},
		{"for the ministry, from the day on", reader, store.DeadlineFilter{From: until}, []string{"exemption 2027-01-31"}},
		{"for another ministry", x.person("r@education.example.gov", models.Reader, x.education), store.DeadlineFilter{}, nil},
		{"for the public", models.Viewer{}, store.DeadlineFilter{}, nil},
	} {
		if diff := cmp.Diff(tc.want, x.deadlines(tc.v, tc.f)); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

func TestThePublicLearnsOfAPublishedCaseWhenItCanBeChallengedAndIsLookedAtAgain(t *testing.T) {
	x := newTrial(t)
	row, err := x.s.Decision(ctx, system, x.id)
	x.must(err)
	at := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	x.must(store.Write(ctx, x.s, func(tx *store.Tx) error {
		row.Visibility, row.PublishedAt = models.VisiblePublic, &at
		if err := tx.SaveDecision(ctx, &row.Decision); err != nil {
			return err
		}
		return tx.SetDeadlines(ctx, x.id, row.Version, at, []store.Deadline{{Kind: "standstill", OnDay: day("2026-11-20")}, {Kind: "renewal", OnDay: day("2026-11-25")}, {Kind: "review", OnDay: day("2027-11-01")}})
	}))
	if diff := cmp.Diff([]string{"standstill 2026-11-20", "review 2027-11-01"}, x.deadlines(models.Viewer{}, store.DeadlineFilter{})); diff != "" {
		t.Error(diff)
	}
	if got := x.deadlines(models.Viewer{}, store.DeadlineFilter{Mine: true}); got != nil {
		t.Errorf("the public has deadlines of its own: %v", got)
	}
}

func TestADeadlineIsRemindedOfOnceForEachStepThatItComesNearer(t *testing.T) {
	x := newTrial(t)
	until := day("2027-01-31")
	x.set(models.PartAnswer, &models.ExemptionAnswer{Verdict: "granted", Text: "Urgent.", Grounds: []string{"urgency"}, ExpiresOn: &until}, time.Date(2026, 10, 12, 9, 0, 0, 0, time.UTC))
	_, err := x.r.ScheduleDeadlines(ctx)
	x.must(err)
	for _, tc := range []struct {
		on   string
		want int
	}{{"2026-12-31", 0}, {"2027-01-01", 1}, {"2027-01-01", 0}, {"2027-01-20", 0}, {"2027-01-24", 1}, {"2027-01-25", 0}, {"2027-01-31", 1}, {"2027-01-31", 0}, {"2027-02-01", 0}} {
		last := x.lastEvent().ID
		n, err := x.r.At(day(tc.on).Time().Add(10 * time.Hour)).RemindDeadlines(ctx)
		if n != tc.want || err != nil || len(x.events(last)) != tc.want {
			t.Errorf("on %s %d reminders were written, want %d: %v, %v", tc.on, n, tc.want, x.events(last), err)
		}
	}
	list, err := x.s.Events(ctx, system, models.EventFilter{Action: "decision.reminded", Limit: 10})
	x.must(err)
	if len(list) != 3 || !strings.Contains(string(list[1].After), `"daysBefore": 7`) {
		t.Errorf("the reminders are %s", list[1].After)
	}
	if seen, err := x.s.Events(ctx, models.Viewer{}, models.EventFilter{Action: "decision.reminded", Limit: 10}); err != nil || len(seen) != 0 {
		t.Errorf("the public reads %d reminders, %v", len(seen), err)
	}
}

func TestAnExemptionThatHasRunOutIsSaidOnce(t *testing.T) {
	x := newTrial(t)
	until := day("2027-01-31")
	x.set(models.PartAnswer, &models.ExemptionAnswer{Verdict: "granted", Text: "Urgent.", Grounds: []string{"urgency"}, ExpiresOn: &until}, time.Date(2026, 10, 12, 9, 0, 0, 0, time.UTC))
	for _, tc := range []struct {
		on   string
		want int
	}{{"2027-01-31", 0}, {"2027-02-01", 1}, {"2027-02-01", 0}, {"2027-03-01", 0}} {
		last := x.lastEvent().ID
		n, err := x.r.At(day(tc.on).Time()).ExpireDecisionExemptions(ctx)
		if n != tc.want || err != nil || len(x.events(last)) != tc.want {
			t.Errorf("on %s %d exemptions ran out, want %d: %v, %v", tc.on, n, tc.want, x.events(last), err)
		}
	}
}

// askOpinion opens a case under a law that has an opinion asked for, with what silence means, and brings it to where it waits for one.
func (x *trial) askOpinion(silence string) {
	x.t.Helper()
	x.enforce("tt-draft", day("2026-10-06"), "\nstandstill: => \nopinion: {body: Digital agency, always: true, workingDays: 10, silence: "+silence+"}\nstandstill:")
	row, err := x.r.At(time.Date(2026, 10, 7, 9, 0, 0, 0, time.UTC)).OpenDecision(ctx, x.people["requester"], register.NewDecision{AgencyID: x.health.ID, Kind: models.DecideNew, Title: "Mail", Function: "MAIL"})
	x.must(err)
	x.id = row.ID
	x.must(store.Write(ctx, x.s, func(tx *store.Tx) error {
		m := &models.DecisionMove{DecisionID: x.id, From: models.DecisionProposed, To: models.OpinionPending, ByName: "x", Role: models.Requester, At: time.Date(2026, 10, 8, 9, 0, 0, 0, time.UTC), Results: []models.RuleResult{}, Digest: make([]byte, 32), RegimeVersionID: row.RegimeVersionID}
		if err := tx.AddDecisionMove(ctx, m); err != nil {
			return err
		}
		row.State = models.OpinionPending
		return tx.SaveDecision(ctx, &row.Decision)
	}))
}

func TestSilenceTakesACaseOnAfterTheLastDayForTheOpinion(t *testing.T) {
	for silence, want := range map[string]string{"refusal": "counts as a refusal", "consent": "counts as consent"} {
		t.Run(silence, func(t *testing.T) {
			x := newTrial(t)
			x.askOpinion(silence)
			_, err := x.r.ScheduleDeadlines(ctx)
			x.must(err)
			due := x.deadlines(system, store.DeadlineFilter{})
			if len(due) != 1 || !strings.HasPrefix(due[0], "opinion ") {
				t.Fatalf("the deadlines are %v", due)
			}
			last := day(strings.TrimPrefix(due[0], "opinion "))
			if n, err := x.r.At(last.Time()).LapseOpinions(ctx); n != 0 || err != nil {
				t.Errorf("on the last day %d cases were taken on, %v", n, err)
			}
			next := x.r.At(last.AddDays(1).Time())
			before := x.lastEvent().ID
			if n, err := next.LapseOpinions(ctx); n != 1 || err != nil {
				t.Fatalf("on the day after %d cases were taken on, %v", n, err)
			}
			if diff := cmp.Diff([]string{"decision.moved"}, x.events(before)); diff != "" {
				t.Error(diff)
			}
			moves, err := x.s.DecisionMoves(ctx, x.id, time.Now().AddDate(10, 0, 0))
			x.must(err)
			m := moves[len(moves)-1]
			if m.To != models.DecisionProposed || !strings.Contains(m.Reason, want) || !strings.Contains(m.Reason, last.String()) || m.ByID != nil {
				t.Errorf("the move is %+v", m)
			}
			if n, err := next.LapseOpinions(ctx); n != 0 || err != nil {
				t.Errorf("once more %d cases were taken on, %v", n, err)
			}
		})
	}
}

func TestACalendarAddressIsOfOnePersonAndHoldsUntilItIsRevoked(t *testing.T) {
	f := newFixture(t)
	by := f.person("a@health.example.gov", models.Reader, f.health)
	feed := models.CalendarFeed{Name: " Phone "}
	secret, err := f.r.MakeCalendarFeed(ctx, by, &feed)
	f.must(err)
	row, v, err := f.r.OpenCalendarFeed(ctx, secret)
	f.must(err)
	if v.UserID != by.UserID || row.Name != "Phone" || !strings.HasPrefix(secret, register.CalendarPrefix) {
		t.Errorf("the address opens as %+v for %+v", row, v)
	}
	token := by
	token.TokenID = 1
	if _, err := f.r.MakeCalendarFeed(ctx, token, &models.CalendarFeed{Name: "x"}); !models.IsKind(err, models.Unauthenticated) {
		t.Errorf("a token makes addresses: %v", err)
	}
	if err := f.r.RevokeCalendarFeed(ctx, f.person("b@health.example.gov", models.Reader, f.health), feed.ID); !models.IsKind(err, models.NotFound) {
		t.Errorf("another person revokes it: %v", err)
	}
	f.must(f.r.CloseUser(ctx, system, by.UserID))
	if _, _, err := f.r.OpenCalendarFeed(ctx, secret); !models.HasCode(err, "calendar-unknown") {
		t.Errorf("the address of a closed account opens: %v", err)
	}
	f.must(f.r.RevokeCalendarFeed(ctx, system, feed.ID))
	if err := f.r.RevokeCalendarFeed(ctx, system, feed.ID); !models.HasCode(err, "feed-revoked") {
		t.Errorf("it is revoked twice: %v", err)
	}
	for _, unknown := range []string{"", "x", secret, register.CalendarPrefix + "x"} {
		if _, _, err := f.r.OpenCalendarFeed(ctx, unknown); !models.HasCode(err, "calendar-unknown") {
			t.Errorf("%q opens: %v", unknown, err)
		}
	}
}
