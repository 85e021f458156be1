package web

import (
	"slices"

	"github.com/ospo-register/ospo/checklists"
	"github.com/ospo-register/ospo/models"
)

// keepingPart is what the page of a piece of software says of its keeping: what keeps it going, how far it meets standards, what the stack says of it. Each has
// a part of the template of its own: asset-continuity, asset-checklists, asset-stack.
type keepingPart struct {
	Inside    bool // the reader is in government: continuity is shown
	MayWrite  bool
	MayStack  bool
	Said      bool // something is written of its continuity
	Ends      *models.Date
	Planned   bool
	Risks     []riskView
	Standards []standardLine
	Goals     []goalLine
	Stack     []stackView
	Statuses  []tag // of the stack, each once
}

// standardLine is how far the software meets a standard, in one line.
type standardLine struct {
	Name, Path      string
	Met, Apply      int
	Stale, Answered int
}

// keepingOf reads what the page of a piece of software says of its keeping.
func (c *page) keepingOf(h *assetHead) (keepingPart, error) {
	p := keepingPart{Inside: c.viewer.InGovernment(), MayWrite: c.viewer.May(models.WriteChecklist, h.Asset.StewardID), MayStack: c.viewer.May(models.WriteStack, 0)}
	list, err := c.site.Store.StackEntries(c.ctx(), c.viewer, models.StackFilter{Asset: h.Asset.ID})
	if err != nil {
		return p, err
	}
	p.Stack = stackViews(list.Items)
	for _, status := range models.StackStatuses {
		if slices.ContainsFunc(p.Stack, func(e stackView) bool { return e.Status == status }) {
			p.Statuses = append(p.Statuses, makeTag(status))
		}
	}
	if err := p.readStandards(c, h.Asset.ID); err != nil {
		return p, err
	}
	goals, err := c.site.Store.AssetSDGs(c.ctx(), h.Asset.ID)
	if p.Goals = goalLines(goals); err != nil || !p.Inside {
		return p, err
	}
	return p, p.readContinuity(c, h.Asset.ID)
}

func (p *keepingPart) readStandards(c *page, asset int64) error {
	for _, k := range checklists.Standards() {
		answers, err := c.site.Store.ChecklistAnswers(c.ctx(), c.viewer, asset, k.ID)
		if err != nil {
			return err
		}
		line := standardLine{Name: k.Short, Path: checklistsPath(asset) + "/" + k.ID, Apply: len(k.Indicators)}
		for i := range answers {
			a := &answers[i]
			if _, asked := k.Indicator(a.Indicator); !asked {
				continue
			}
			switch a.Answer {
			case models.AnswerMet:
				line.Met++
			case models.AnswerNotApplicable:
				line.Apply--
			}
			if a.Answer != models.AnswerUnknown {
				line.Answered++
			}
			if a.Stale(k.FreshMonths, today()) {
				line.Stale++
			}
		}
		p.Standards = append(p.Standards, line)
	}
	return nil
}

func (p *keepingPart) readContinuity(c *page, asset int64) error {
	row, err := c.site.Store.Continuity(c.ctx(), c.viewer, asset)
	if err != nil {
		return err
	}
	p.Said, p.Ends, p.Planned = row.ID != 0, row.FundedUntilOn, row.Planned()
	risks, err := c.site.Store.ContinuityRisks(c.ctx(), c.viewer, models.RiskFilter{Asset: asset, Page: models.Page{Limit: 1}})
	if err == nil && len(risks.Items) > 0 {
		p.Risks = riskViews(&risks.Items[0])
	}
	return err
}
