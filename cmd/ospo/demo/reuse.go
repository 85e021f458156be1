package demo

import (
	"context"
	"fmt"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// reuseSteps is how many steps loadReuse takes.
const reuseSteps = 5

// loadReuse has agencies ask each other: who answers, who uses what, who wants what, who may see the code.
func (l *loader) loadReuse(ctx context.Context) error {
	for _, part := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"People who answer questions", l.referents},
		{"Questions and answers", l.questions},
		{"Who is said to use what", l.uses},
		{"Calls", l.calls},
		{"Access to code", l.access},
	} {
		if err := l.step(part.what, part.do(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// asset is the number of software by its key.
func (l *loader) asset(key string) (int64, error) {
	if a, ok := l.assets[key]; ok {
		return a.ID, nil
	}
	return 0, fmt.Errorf("there is no asset %s", key)
}

func (l *loader) referents(ctx context.Context) error {
	for _, s := range []struct {
		person, agency, asset string
		part                  models.Expertise
		note                  string
	}{
		{"odile.marren", "V120", "pension-engine", models.DevelopsIt, "How the law of a day is chosen, and how to add one."},
		{"odile.marren", "V120", "postgresql", models.RunsIt, "Two sites, and a restore that is tried every quarter."},
		{"yusra.lindt", "V150", "koha", models.RunsIt, "Moving from a closed system, and what it cost."},
		{"tomas.breck", "V119", "notify", models.RunsIt, "How an agency joins, and what a letter costs."},
		{"tomas.breck", "V119", "nextcloud", models.RunsIt, "Contracts for support, and how many people share one server."},
		{"ines.calder", "V101", "form-kit", models.DevelopsIt, "Which patterns were tried with whom."},
		{"felix.tarn", "V13", "nextcloud", models.Expert, "Files that name patients."},
	} {
		id, err := l.asset(s.asset)
		if err != nil {
			return err
		}
		f := &models.Referent{AssetID: id, AgencyID: l.agencies[s.agency].ID, Expertise: s.part, Note: s.note}
		if err := l.ago(75).BecomeReferent(ctx, l.named[s.person], f); err != nil {
			return fmt.Errorf("%s for %s: %w", s.person, s.asset, err)
		}
	}
	return nil
}

// asks is one question with what was written to it.
type asks struct {
	ago           int
	by, agency    string // "" for somebody from the public
	name, mail    string
	asset         string
	title, body   string
	answered      int // days before the loading; 0: not yet
	answerer, say string
	thanks        string
}

func (l *loader) questions(ctx context.Context) error {
	for _, q := range []asks{
		{ago: 34, by: "felix.tarn", agency: "V13", asset: "notify", title: "Letters with test results", body: "May letters that hold test results of patients go through the relay, and who folds them?",
			answered: 32, answerer: "tomas.breck", say: "Yes, since version 3.0: letters marked as sensitive are printed in the closed room and nobody sees them. Write to the messaging team before the first one.", thanks: "Thank you. We begin with fifty a day."},
		{ago: 26, name: "Lena Farrow", mail: "lena@press.example", asset: "flood-watch", title: "Where are the levels of last winter?", body: "I write about the flood of January. Are the levels of that week published, and may I print the map?"},
		{ago: 9, name: "Piet Arnaud", mail: "piet@brightwater.example", asset: "permit-desk", title: "May a company offer help with it?", body: "We keep the permit desk of a town abroad. May we offer our help to your towns, and whom do we tell?",
			answered: 7, answerer: "selma.wynn", say: "Anybody may. Read the call for the second permit desk: the three towns look for offers there. The town hall of Alderquay answers for the code."},
		{ago: 4, by: "odile.marren", agency: "V120", asset: "koha", title: "Can it keep a small archive of papers?", body: "We have 4,000 papers on pensions law and no librarian. Is it too large for that?"},
		{ago: 3, by: "nadia.orme", agency: "V13", asset: "nextcloud", title: "Guests from hospitals abroad", body: "Can somebody without an account here put a file into a folder of ours, and does it leave the country?"},
	} {
		if err := l.question(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q.title, err)
		}
	}
	_, err := l.ago(8).EscalateQuestions(ctx)
	return err
}

func (l *loader) question(ctx context.Context, q asks) error {
	id, err := l.asset(q.asset)
	if err != nil {
		return err
	}
	n := &models.Question{AssetID: &id, Title: q.title, Body: q.body, AskerName: q.name, AskerEmail: q.mail}
	if q.agency != "" {
		n.AgencyID = &l.agencies[q.agency].ID
	}
	if _, err := l.ago(q.ago).AskQuestion(ctx, l.named[q.by], n); err != nil {
		return err
	}
	if q.answered == 0 {
		return nil
	}
	if err := l.ago(q.answered).WriteToQuestion(ctx, l.named[q.answerer], n.ID, q.say); err != nil {
		return err
	}
	if q.thanks == "" {
		return nil
	}
	if err := l.ago(q.answered-1).WriteToQuestion(ctx, l.named[q.by], n.ID, q.thanks); err != nil {
		return err
	}
	return l.ago(q.answered-1).CloseQuestion(ctx, l.named[q.by], n.ID, 0)
}

// uses has stewards say who uses their software, and some of the agencies answer. Descriptions that were harvested have named others.
func (l *loader) uses(ctx context.Context) error {
	for _, s := range []struct {
		by, asset, agency, note string
		answer                  models.UseClaimState
		who, reason             string
	}{
		{by: "ines.calder", asset: "form-kit", agency: "V150", note: "Your form for readers' cards looks like ours.", answer: models.UseConfirmed, who: "yusra.lindt"},
		{by: "ines.calder", asset: "form-kit", agency: "V142", answer: models.UseDenied, who: "selma.wynn", reason: "The courts have forms of their own, which only look alike."},
		{by: "ines.calder", asset: "form-kit", agency: "V171", note: "Is the form for driving licences made with it?"},
		{by: "yusra.lindt", asset: "deposit-harvester", agency: "V151", note: "Your people asked for an installation in May."},
	} {
		id, err := l.asset(s.asset)
		if err != nil {
			return err
		}
		c := &models.UseClaim{AssetID: id, AgencyID: &l.agencies[s.agency].ID, Note: s.note}
		if err := l.ago(18).ClaimUse(ctx, l.named[s.by], c); err != nil {
			return fmt.Errorf("%s at %s: %w", s.asset, s.agency, err)
		}
		if s.answer == "" {
			continue
		}
		answer := register.UseAnswer{To: s.answer, Reason: s.reason}
		if s.answer == models.UseConfirmed {
			answer.Statement = statement
			answer.Run = models.Deployment{Service: "Readers' cards", Environment: models.Production, Criticality: 2, DataClass: models.DataInternal, PersonalData: models.PersonalPlain, Hosting: models.OnPremises,
				BusinessOwner: "Reader services", BusinessEmail: "readers@library.velmora.example", TechnicalOwner: "Library systems", TechnicalEmail: "systems@library.velmora.example", Lifecycle: models.DeploymentRunning, Visibility: models.VisiblePublic}
		}
		if _, err := l.ago(12).AnswerUseClaim(ctx, l.named[s.who], c.ID, 0, answer); err != nil {
			return fmt.Errorf("%s at %s: %w", s.asset, s.agency, err)
		}
	}
	return nil
}

func (l *loader) calls(ctx context.Context) error {
	permit, kit, relay, flood := l.assets["permit-desk"].ID, l.assets["form-kit"].ID, l.assets["notify"].ID, l.assets["flood-watch"].ID
	soon := l.today.AddDays(120)
	joint := &models.Call{Kind: models.JointDevelopment, AgencyID: l.agencies["V201"].ID, AssetID: &permit, Title: "A second permit desk for all towns", Visibility: models.VisiblePublic, EndsOn: l.today.AddDays(150), NeededOn: &soon,
		Text:        "The contract with the company that kept the permit desk is over. Three towns want to keep it together, with permits for boats and for the use of streets.",
		CostSharing: "By inhabitants: Alderquay a half, High Marren and the Three Wells a quarter each. Who joins later pays from then on."}
	if err := l.ago(22).OpenCall(ctx, l.named["selma.wynn"], joint); err != nil {
		return err
	}
	for _, agency := range []string{"V202", "V203"} {
		if err := l.ago(15).JoinCall(ctx, l.named["selma.wynn"], joint.ID, l.agencies[agency].ID, "A clerk for two days a week, and our forms."); err != nil {
			return err
		}
	}
	for _, k := range []struct {
		by   string
		call *models.Call
	}{
		{"ines.calder", &models.Call{Kind: models.ContributionsWanted, AssetID: &kit, Title: "French words for the form kit", Text: "Forty error messages want French that people understand who have never read a law.", Skills: models.StringList{"French", "plain language"}, GoodFirst: true, Visibility: models.VisiblePublic, EndsOn: l.today.AddDays(60)}},
		{"felix.tarn", &models.Call{Kind: models.ReuseWanted, AgencyID: l.agencies["V130"].ID, AssetID: &relay, Title: "Hospitals want to send their letters by the relay", Text: "Six hospitals print and fold 9,000 letters a month by hand. We want to join the relay and bring the words for letters about appointments.", NeededOn: &soon, EndsOn: l.today.AddDays(90)}},
	} {
		if err := l.ago(13).OpenCall(ctx, l.named[k.by], k.call); err != nil {
			return fmt.Errorf("%s: %w", k.call.Title, err)
		}
	}
	done := &models.Call{Kind: models.ContributionsWanted, AssetID: &flood, Title: "Drivers for gauges with radio", Text: "Gauges of two makers speak by radio only. We look for somebody who has read them before.", Skills: models.StringList{"radio", "Go"}, Visibility: models.VisiblePublic, EndsOn: l.today.AddDays(20)}
	if err := l.ago(140).OpenCall(ctx, l.office(), done); err != nil {
		return err
	}
	return l.ago(96).EndCall(ctx, l.office(), done.ID, 0, models.CallFulfilled, "The Marine Authority wrote them; they are in version 2.3.1.")
}

// access has agencies ask for code that only government sees.
func (l *loader) access(ctx context.Context) error {
	risk, err := l.asset("customs-risk")
	if err != nil {
		return err
	}
	for _, s := range []struct {
		ago                 int
		by, agency          string
		purpose, people     string
		last                int
		granted             int
		conditions, refusal string
	}{
		{ago: 48, by: "odile.marren", agency: "V120", purpose: "See whether the way in which containers are chosen can choose pension claims to look at twice.", people: "Two analysts of the audit unit", last: 200, granted: 44, conditions: "Nothing of the marks is shown to others. A copy stays on the machines of the authority."},
		{ago: 6, by: "felix.tarn", agency: "V131", purpose: "Choose parcels with medicines that the post hands to us.", people: "The unit for parcels, and its contractor", last: 300},
		{ago: 30, by: "yusra.lindt", agency: "V150", purpose: "Out of interest.", people: "Library systems", last: 60, refusal: "The code tells how customs choose; it is given for a purpose of government only."},
	} {
		x := &models.AccessRequest{AssetID: risk, AgencyID: l.agencies[s.agency].ID, Purpose: s.purpose, People: s.people, UntilOn: l.today.AddDays(s.last)}
		if err := l.ago(s.ago).RequestAccess(ctx, l.named[s.by], x); err != nil {
			return fmt.Errorf("access for %s: %w", s.agency, err)
		}
		switch {
		case s.granted > 0:
			err = l.ago(s.granted).GrantAccess(ctx, l.office(), x.ID, 0, s.conditions, models.Date{})
		case s.refusal != "":
			err = l.ago(s.ago-2).EndAccess(ctx, l.office(), x.ID, 0, models.AccessRefused, s.refusal)
		}
		if err != nil {
			return fmt.Errorf("access for %s: %w", s.agency, err)
		}
	}
	return nil
}
