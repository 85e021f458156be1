package register

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/checklists"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// StandardChecklist is how far a piece of software meets a published standard, as people answered it, with what the register itself has found.
type StandardChecklist struct {
	Asset    *models.Asset
	Standard *checklists.Standard
	Lines    []StandardLine // in the order of the standard
	Counts   map[models.Answer]int
	Stale    int // answers whose evidence is old
	Older    int // answers given for another version of the standard
	Found    int // questions that nobody has answered and of which the register has found something
}

// StandardLine is one question with the answer that counts.
type StandardLine struct {
	*checklists.Indicator
	Answer models.Answer             // unknown while nobody has answered
	Given  *store.ChecklistAnswerRow // nil while nobody has
	Stale  bool
	Older  bool // the answer was given for another version of the standard
	Found  []checklists.Found
}

// Open reports whether something was found that no person has confirmed.
func (l *StandardLine) Open() bool { return l.Answer == models.AnswerUnknown && len(l.Found) > 0 }

// StandardChecklist puts the questions of a standard before a piece of software.
func (r *Register) StandardChecklist(ctx context.Context, v models.Viewer, asset int64, standard string) (*StandardChecklist, error) {
	s, ok := checklists.ByID(standard)
	if !ok {
		return nil, models.NoSuch("checklist")
	}
	facts, err := r.ChecklistFacts(ctx, v, asset)
	if err != nil {
		return nil, err
	}
	answers, err := r.store.ChecklistAnswers(ctx, v, asset, standard)
	if err != nil {
		return nil, err
	}
	c := &StandardChecklist{Asset: facts.Asset, Standard: s, Counts: map[models.Answer]int{}}
	today := models.DateOf(r.now())
	for _, in := range s.Indicators {
		line := StandardLine{Indicator: in, Answer: models.AnswerUnknown, Found: in.Find(facts)}
		if i := slices.IndexFunc(answers, func(a store.ChecklistAnswerRow) bool { return a.Indicator == in.ID }); i >= 0 {
			line.Given, line.Answer = &answers[i], answers[i].Answer
			line.Stale, line.Older = answers[i].Stale(s.FreshMonths, today), answers[i].Edition != s.Version
		}
		c.Lines = append(c.Lines, line)
		c.count(&line)
	}
	return c, nil
}

func (c *StandardChecklist) count(l *StandardLine) {
	c.Counts[l.Answer]++
	if l.Stale {
		c.Stale++
	}
	if l.Older {
		c.Older++
	}
	if l.Open() {
		c.Found++
	}
}

// ChecklistFacts is what the register itself knows of a piece of software that standards ask for, as far as the viewer may know.
func (r *Register) ChecklistFacts(ctx context.Context, v models.Viewer, asset int64) (*checklists.Facts, error) {
	a, err := r.store.Asset(ctx, v, asset)
	if err != nil {
		return nil, err
	}
	f := &checklists.Facts{Asset: a}
	if f.Licenses, err = r.LicenseList(ctx); err != nil {
		return nil, err
	}
	if f.SDGs, err = r.store.AssetSDGs(ctx, asset); err != nil {
		return nil, err
	}
	repositories, err := r.store.RepositoriesOf(ctx, v, asset)
	if err != nil {
		return nil, err
	}
	for i := range repositories {
		f.Repositories = append(f.Repositories, repositories[i].Repository)
	}
	releases, err := r.store.Releases(ctx, v, asset, models.Page{Limit: 1})
	if err != nil {
		return nil, err
	}
	f.Releases = releases.Total.Count
	f.Agencies, err = r.store.ProductionAgencies(ctx, v, asset)
	return f, err
}

// AnswerChecklist keeps a person's answer to a question of a standard about a piece of software, for the version of the standard that the register asks by. The
// newest answer counts; the others stay.
func (r *Register) AnswerChecklist(ctx context.Context, by models.Viewer, a *models.ChecklistAnswer) error {
	s, ok := checklists.ByID(a.Standard)
	if !ok {
		return models.NoSuch("checklist")
	}
	today := models.DateOf(r.now())
	a.ID, a.Edition, a.UserID, a.CreatedAt = 0, s.Version, optional(by.UserID), r.now().Truncate(time.Microsecond)
	a.Evidence = strings.TrimSpace(a.Evidence)
	a.Links = tidyLinks(a.Links)
	if a.OnDay.IsZero() {
		a.OnDay = today
	}
	if err := a.Validate(today); err != nil {
		return err
	}
	in, ok := s.Indicator(a.Indicator)
	if !ok {
		return invalidField("indicator", "unknown", "The standard asks no such question.")
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		asset, err := keptAsset(ctx, tx, by, a.AssetID, "answer checklists about this software")
		if err != nil {
			return err
		}
		answers, err := tx.ChecklistAnswers(ctx, by, a.AssetID, a.Standard)
		if err != nil {
			return err
		}
		for i := range answers {
			if was := &answers[i].ChecklistAnswer; was.Indicator == a.Indicator && sameAnswer(was, a) {
				*a = *was
				return nil
			}
		}
		a.ID = 0
		if err := tx.CreateChecklistAnswer(ctx, a); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "checklist.answered", noun: "checklist", id: a.ID, title: asset.Title() + ": " + s.Short + ", " + in.Title, agency: asset.StewardID, asset: asset.ID,
			to: narrower(asset.Visibility, models.VisibleGovernment), after: a})
	})
}

func sameAnswer(a, b *models.ChecklistAnswer) bool {
	return a.Answer == b.Answer && a.Evidence == b.Evidence && slices.Equal(a.Links, b.Links) && a.OnDay == b.OnDay && a.Edition == b.Edition
}

func tidyLinks(list models.StringList) models.StringList {
	out := models.StringList{}
	for _, l := range list {
		if l = strings.TrimSpace(l); l != "" && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}
