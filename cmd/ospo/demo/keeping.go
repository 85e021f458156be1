package demo

import (
	"context"
	"fmt"

	"github.com/ospo-register/ospo/models"
)

// keepingSteps is how many steps loadKeeping takes.
const keepingSteps = 4

// loadKeeping says what keeps software going, which standards and goals it meets, and what government recommends.
func (l *loader) loadKeeping(ctx context.Context) error {
	for _, part := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"What keeps software going", l.continuities},
		{"Standards that software meets", l.standards},
		{"Development goals", l.goals},
		{"The stack of government", l.stack},
	} {
		if err := l.step(part.what, part.do(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// on is the day some days from today; days that are over are negative.
func (l *loader) on(days int) *models.Date {
	d := l.today.AddDays(days)
	return &d
}

func (l *loader) continuities(ctx context.Context) error {
	for _, s := range []struct {
		asset string
		by    string
		says  models.Continuity
	}{
		{"flood-watch", "ines.calder", models.Continuity{Unit: "Forecast and warnings", FundedUntilOn: l.on(800), FundingSource: "Budget of the service, title 16.2", Plan: "The Marine Authority takes over; it has two people who commit to it.", Escrow: "Copy at the National Library, every month",
			Knowledge: "Four people in two bodies.", ReviewedOn: l.on(-40), NextReviewOn: l.on(325), Keepers: []models.Keeper{{Kind: models.Maintainer, Name: "Weather and Flood Service"}, {Kind: models.Maintainer, Name: "Marine Authority"}, {Kind: models.Sponsor, Name: "Ministry of Land and Sea", UntilOn: l.on(800)}}}},
		{"pension-engine", "odile.marren", models.Continuity{Unit: "Benefits systems", FundedUntilOn: l.on(130), FundingSource: "Programme “Pensions 2027”, decision of the board", Knowledge: "Two people can change it; one of them retires next year.", ReviewedOn: l.on(-90), NextReviewOn: l.on(275),
			Keepers: []models.Keeper{{Kind: models.Maintainer, Name: "Benefits systems"}, {Kind: models.Sponsor, Name: "Ministry of Social Affairs", UntilOn: l.on(130)}}}},
		{"permit-desk", "ines.calder", models.Continuity{Unit: "Town hall, permits", Replacement: "A second permit desk of three towns", Knowledge: "The company knew it. One person of the town reads the code.", ReviewedOn: l.on(-20), NextReviewOn: l.on(70),
			Keepers: []models.Keeper{{Kind: models.Maintainer, Name: "Brightwater Software Ltd (invented)", UntilOn: l.on(-237)}}}},
		{"form-kit", "ines.calder", models.Continuity{Unit: "Design", Plan: "Any agency that uses it may carry it on: the governance file says how.", PlanURL: "https://ospo.velmora.example/form-kit/plan", ReviewedOn: l.on(-500), Keepers: []models.Keeper{{Kind: models.Maintainer, Name: "Open Source Programme Office"}}}},
	} {
		id, err := l.asset(s.asset)
		if err != nil {
			return err
		}
		_, err = l.reg.WriteContinuity(ctx, l.named[s.by], id, 0, func(c *models.Continuity) {
			id, version, at := c.ID, c.Version, c.CreatedAt
			*c = s.says
			c.ID, c.Version, c.CreatedAt = id, version, at
		})
		if err != nil {
			return fmt.Errorf("%s: %w", s.asset, err)
		}
	}
	return nil
}

func (l *loader) standards(ctx context.Context) error {
	for _, s := range []struct {
		asset, standard, indicator string
		answer                     models.Answer
		evidence, link             string
		ago                        int
	}{
		{"flood-watch", "dpg", "1", models.AnswerMet, "Warnings save lives in towns below rivers; the yearly report counts them.", "https://weather.velmora.example/flood-watch/report", 30},
		{"flood-watch", "dpg", "2", models.AnswerMet, "Apache-2.0, approved by the Open Source Initiative.", "https://code.velmora.example/weather/flood-watch/LICENSE", 30},
		{"flood-watch", "dpg", "3", models.AnswerMet, "The notice names the Weather and Flood Service.", "", 30},
		{"flood-watch", "dpg", "4", models.AnswerPartly, "All parts are open but the sender of text messages, which can be exchanged by configuration.", "", 30},
		{"flood-watch", "dpg", "5", models.AnswerMet, "Two towns installed it by the manual alone.", "https://weather.velmora.example/flood-watch/manual", 30},
		{"flood-watch", "dpg", "7", models.AnswerNotMet, "The assessment for data protection is of version 1.", "", 30},
		{"flood-watch", "dpg", "9a", models.AnswerUnknown, "", "", 30},
		{"form-kit", "standard-for-public-code", "code-in-the-open", models.AnswerMet, "All of it is public.", "https://code.velmora.example/ospo/form-kit", 420},
		{"form-kit", "standard-for-public-code", "welcome-contributors", models.AnswerMet, "Guidelines, governance and a code of conduct are at the root.", "https://code.velmora.example/ospo/form-kit/CONTRIBUTING.md", 45},
		{"form-kit", "standard-for-public-code", "bundle-policy-and-source-code", models.AnswerNotApplicable, "Patterns carry out no policy.", "", 45},
		{"form-kit", "standard-for-public-code", "use-continuous-integration", models.AnswerNotMet, "", "", 45},
	} {
		id, err := l.asset(s.asset)
		if err != nil {
			return err
		}
		a := &models.ChecklistAnswer{AssetID: id, Standard: s.standard, Indicator: s.indicator, Answer: s.answer, Evidence: s.evidence, OnDay: *l.on(-s.ago)}
		if s.link != "" {
			a.Links = models.StringList{s.link}
		}
		if err := l.ago(s.ago).AnswerChecklist(ctx, l.office(), a); err != nil {
			return fmt.Errorf("%s, %s: %w", s.asset, s.indicator, err)
		}
	}
	return nil
}

func (l *loader) goals(ctx context.Context) error {
	for _, s := range []struct {
		asset string
		goals []models.AssetSDG
	}{
		{"flood-watch", []models.AssetSDG{{Goal: 11, Relevance: "Towns are warned of floods in time (target 11.5)."}, {Goal: 13, Relevance: "Warnings are part of the plan for a changing climate (target 13.1)."}}},
		{"school-register", []models.AssetSDG{{Goal: 4, Relevance: "Shows which schools have no teacher for a subject."}}},
		{"court-calendar", []models.AssetSDG{{Goal: 16, Relevance: "Hearings are public and held in the language of those who are heard (target 16.3)."}}},
		{"permit-desk", []models.AssetSDG{{Goal: 16, Relevance: "Everybody sees how far their application is (target 16.6)."}}},
	} {
		id, err := l.asset(s.asset)
		if err != nil {
			return err
		}
		if _, err := l.ago(28).SetSDGs(ctx, l.office(), id, 0, s.goals); err != nil {
			return fmt.Errorf("%s: %w", s.asset, err)
		}
	}
	return nil
}

func (l *loader) stack(ctx context.Context) error {
	const tried = "Government Computing Centre, trials"
	var streaming int64
	for _, s := range []struct {
		function, asset string
		status          models.StackStatus
		ask, minimum    string
		ago             int
		why, conditions string
		supersedes      *int64
		keep            *int64
	}{
		{function: "FILES.SHARE", asset: "nextcloud", status: models.StackRecommended, ask: "Computing Centre, files; Ministry of Health, records", ago: 60, why: "Four agencies run it, two have changed it, and the files stay in the country."},
		{function: "DATA.STORE", asset: "postgresql", status: models.StackRecommended, ask: "National Pensions Authority, databases", minimum: "15", ago: 90, why: "Every agency has people who know it."},
		{function: "DATA.STORE", asset: "sql-server", status: models.StackContain, ask: "Revenue Authority", ago: 200, why: "Costs rise each year, and what is stored moves out with pain.", conditions: "Only what runs already."},
		{function: "WEB.SERVE", asset: "nginx", status: models.StackAccepted, ask: "Computing Centre, web", minimum: "1.24", ago: 400, why: "It works; the next one is chosen this winter."},
		{function: "IDENTITY.LOGIN", asset: "keycloak", status: models.StackRecommended, ask: "Civil Registration, tokens", ago: 120, why: "Speaks all that agencies' programs speak."},
		{function: "DESKTOP.SYSTEM", asset: "windows-10", status: models.StackRetire, ask: "Computing Centre, desks", ago: 300, why: "Its maker mends it no more."},
		{function: "MESSAGES.QUEUE", asset: "nats-streaming", status: models.StackAccepted, ask: "Computing Centre, messages", ago: 900, why: "Small and quick.", keep: &streaming},
		{function: "MESSAGES.QUEUE", asset: "nats-streaming", status: models.StackRetire, ask: "Computing Centre, messages", ago: 150, why: "Its makers have ended it.", supersedes: &streaming},
		{function: "MESSAGES.QUEUE", asset: "nats", status: models.StackRecommended, ask: "Computing Centre, messages", ago: 150, why: "Takes the place of NATS Streaming, by the same people."},
	} {
		id, err := l.asset(s.asset)
		if err != nil {
			return err
		}
		e := &models.StackEntry{Function: s.function, AssetID: &id, Status: s.status, Referents: s.ask, Minimum: s.minimum, ValidatedOn: *l.on(-s.ago), ValidatedBy: tried, Justification: s.why, Conditions: s.conditions, SupersedesID: s.supersedes}
		if err := l.ago(s.ago).AddStackEntry(ctx, l.office(), e); err != nil {
			return fmt.Errorf("%s, %s: %w", s.function, s.asset, err)
		}
		if s.keep != nil {
			*s.keep = e.ID
		}
	}
	return nil
}
