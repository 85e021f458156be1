package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

func termOptions(terms []policy.Term) []option {
	list := make([]option, 0, len(terms))
	for _, t := range terms {
		list = append(list, option{Value: t.ID, Label: orElse(t.Title, t.ID)})
	}
	return list
}

// givenRows lists the rows that the law or the case names for a list: what is compared has the same lines for everybody.
func (h *caseHead) givenRows(owner string) []option {
	var list []option
	switch owner {
	case "CostLine":
		return termOptions(h.Regime.Evaluation.TCOLines)
	case "Knockout":
		return termOptions(h.Regime.Evaluation.Knockouts)
	case "Coverage":
		if h.Dossier.Need != nil {
			for _, r := range h.Dossier.Need.Value.Requirements {
				list = append(list, option{Value: r.ID, Label: r.ID + " " + shorten(r.Text, 140)})
			}
		}
	}
	return list
}

// caseLists gives the closed lists of the law and the case for the fields that are answered from one.
func (s *site) caseLists(c *page, h *caseHead, files []option) (func(owner, name string) []option, error) {
	people, err := s.casePeople(c, h)
	if err != nil {
		return nil, err
	}
	documents, err := s.caseDocuments(c, h, files)
	if err != nil {
		return nil, err
	}
	lists := map[string][]option{
		"Candidate.sbom": documents, "LicenseFact.sbom": documents, "Registration.sbom": documents,
		"Search.source": termOptions(h.Regime.MarketScan.RequiredSources), "Search.exhibit": files, "Elimination.code": enumOptions(models.EliminationCodes),
		"Proposal.chosen": h.candidateOptions(), "Proposal.alternatives": h.candidateOptions(), "Impossibility.rung": rungOptions(h.Regime.Preference.Rungs),
		"Justification.grounds": groundOptions(h.Regime.Exemptions), "ExemptionRequest.grounds": groundOptions(h.Regime.Exemptions), "ExemptionAnswer.grounds": groundOptions(h.Regime.Exemptions),
		"PublicTerms.withheldGround": termOptions(h.Regime.Publication.WithholdGrounds), "Withheld.ground": termOptions(h.Regime.Publication.WithholdGrounds), "Withheld.part": h.addressOptions(),
		"ReleaseSubset.ground": termOptions(h.Regime.Release.ClosedGrounds), "ContractTerms.clauses": clauseOptions(h.Regime.Clauses), "CasePerson.userId": people, "Need.criticality": criticalityOptions(),
		"Coverage.evidence": files, "Elimination.evidence": files, "Knockout.evidence": files, "Impossibility.evidence": files, "ExemptionRequest.evidence": files,
	}
	return func(owner, name string) []option {
		list := lists[owner+"."+name]
		if len(list) == 0 {
			return nil
		}
		return list
	}, nil
}

func enumOptions(values []string) []option {
	list := make([]option, len(values))
	for i, v := range values {
		list[i] = option{Value: v, Label: enumWord("", v)}
	}
	return list
}

func groundOptions(grounds []policy.Ground) []option {
	var list []option
	for _, g := range grounds {
		list = append(list, option{Value: g.ID, Label: g.Title, Hint: g.Text})
	}
	return list
}

func clauseOptions(clauses []policy.Clause) []option {
	var list []option
	for _, one := range clauses {
		list = append(list, option{Value: one.ID, Label: one.Title, Hint: one.When})
	}
	return list
}

func rungOptions(rungs []policy.Rung) []option {
	var list []option
	for _, r := range rungs {
		list = append(list, option{Value: strconv.Itoa(r.Number), Label: strconv.Itoa(r.Number) + ". " + r.Title})
	}
	return list
}

func criticalityOptions() []option {
	var list []option
	for i := 1; i < len(criticalityWords); i++ {
		list = append(list, option{Value: strconv.Itoa(i), Label: criticalityWords[i]})
	}
	return list
}

func (h *caseHead) candidateOptions() []option {
	var list []option
	for i := range h.Dossier.Candidates {
		one := &h.Dossier.Candidates[i]
		list = append(list, option{Value: one.Key, Label: one.Title(), Hint: h.tierWords(one.Key)})
	}
	return list
}

// addressOptions lists what is on file by its address.
func (h *caseHead) addressOptions() []option {
	var list []option
	for i := range h.Parts {
		list = append(list, option{Value: h.Parts[i].Address(), Label: h.partName(&h.Parts[i])})
	}
	slices.SortFunc(list, func(a, b option) int { return strings.Compare(a.Label, b.Label) })
	return list
}

// partName is a part on file as people call it: "Total cost: Nextcloud".
func (h *caseHead) partName(p *models.DecisionPart) string {
	title := partTitle(p.Part)
	switch {
	case p.Part == models.PartScores || p.Part == models.PartApproval:
		title += ": " + p.ByName
	case p.Key != "":
		name := p.Key
		if one := h.Dossier.Candidate(p.Key); one != nil {
			name = one.Title()
		}
		title += ": " + name
	}
	return title
}

// mostPeople bounds the people that a form offers.
const mostPeople = 400

// casePeople lists the people who may evaluate or advise at the agency, and those who are named in the case.
func (s *site) casePeople(c *page, h *caseHead) ([]option, error) {
	named := map[int64]bool{}
	if h.Dossier.People != nil {
		for _, p := range append(slices.Clone(h.Dossier.People.Value.Evaluators), h.Dossier.People.Value.Advisers...) {
			named[p.UserID] = true
		}
	}
	var options []option
	page := models.Page{Limit: models.MaxLimit}
	for read := 0; read < mostPeople; read += models.MaxLimit {
		list, err := s.Store.Users(c.ctx(), page)
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			u := &list.Items[i]
			var roles []string
			for _, m := range u.Roles {
				if m.Role == models.Evaluator || m.Role == models.Adviser {
					roles = append(roles, strings.ToLower(word(m.Role))+", "+m.Agency)
				}
			}
			if len(roles) > 0 || named[u.ID] {
				options = append(options, option{Value: idText(u.ID), Label: strings.TrimSuffix(u.Name+" ("+strings.Join(roles, "; ")+")", " ()")})
			}
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	return options, nil
}

// suggest fills an empty part with what is known before anybody writes it.
func (p *partForm) suggest(content models.PartContent) {
	h, now := p.head, time.Now().UTC().Truncate(time.Minute)
	switch part := content.(type) {
	case *models.Need:
		part.BudgetMax.Currency = h.currency()
	case *models.LicenseFact:
		part.TakenAt = now
	case *models.HealthSnapshot:
		part.TakenAt, part.WindowDays = now, h.Regime.Health.WindowDays
	case *models.Cost:
		part.HorizonMonths, part.Currency = max(h.Regime.Evaluation.TCOHorizonMonths, 12), h.currency()
	case *models.Candidate:
		part.Status = "long"
	case *models.Opinion:
		part.Body = h.Regime.Opinion.Body
	case *models.PublicTerms:
		part.Tier = models.VisiblePublic
	case *models.Scan:
		for _, source := range h.Regime.MarketScan.RequiredSources {
			part.Searches = append(part.Searches, models.Search{Source: source.ID})
		}
	case *models.Buying:
		part.Title = h.Row.Title
	}
}

// nameAssets reads software that was named instead of numbered.
func (s *site) nameAssets(c *page, f *form) error {
	var m models.Mistakes
	for _, name := range []string{"assetId", "assetIds"} {
		var numbers []string
		for _, line := range entries(strings.Join(f.all(name), "\n")) {
			if _, err := strconv.ParseInt(line, 10, 64); err == nil {
				numbers = append(numbers, line)
				continue
			}
			found, err := s.Store.Assets(c.ctx(), c.viewer, models.AssetFilter{Query: line, Page: models.Page{Limit: 5}})
			if err != nil {
				return err
			}
			exact := slices.IndexFunc(found.Items, func(a store.AssetRow) bool { return strings.EqualFold(strings.TrimSpace(a.Name+" "+a.Edition), line) })
			if exact < 0 {
				m.Add(name, "unknown", "No software of the register is called “"+line+"”. Write its name as its page shows it, or the number in the address of its page.")
				continue
			}
			numbers = append(numbers, idText(found.Items[exact].ID))
		}
		if len(numbers) > 0 && m.Err() == nil {
			f.Values[name] = numbers
		}
	}
	return m.Err()
}
