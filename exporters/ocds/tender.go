package ocds

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// status is tender.status (closed codelist tenderStatus).
func (w *writer) status() string {
	bought := w.Reached(models.InProcurement) != nil
	switch w.Decision.State {
	case models.DecisionRejected:
		return "cancelled"
	case models.DecisionClosed:
		switch {
		case !w.ended():
			return "complete"
		case w.annulled():
			return "unsuccessful"
		case bought:
			return "cancelled"
		}
		return "withdrawn"
	case models.InProcurement:
		return "active"
	case models.AwardProposed, models.Standstill, models.DecisionChallenged, models.DecisionContracted, models.AdoptedFree, models.DecisionRegistered, models.DecisionInForce, models.UnderReview:
		return "complete"
	case models.DecisionApproved, models.DecisionAnnounced:
		return "planned"
	}
	if bought { // the bids are the candidates, and they are being evaluated
		return "complete"
	}
	return "planning"
}

func (w *writer) tender(entity *reference, told map[string]bool) *tender {
	t := &tender{ID: w.ocid + "-tender", Title: text(w.Decision.Title), Status: w.status(), ProcuringEntity: entity, Items: w.items(), Category: w.category(),
		Documents: w.documents("tender", told), Milestones: w.standstill()}
	if c := w.d.Criteria; c != nil && len(c.Value.Criteria) > 0 {
		var list []string
		for _, one := range c.Value.Criteria {
			list = append(list, text(one.Name)+" "+string(one.Weight))
		}
		t.Criteria, t.CriteriaDetails = "ratedCriteria", strings.Join(list, "; ")
	}
	b := w.d.Procurement
	if b == nil {
		return t
	}
	var why []string
	if s := text(b.Value.Rationale); s != "" {
		why = append(why, s)
	}
	if a := w.d.Answer; a != nil && a.Value.Granted() && len(a.Value.Grounds) > 0 {
		why = append(why, "Exempted from open source first on the ground: "+text(strings.Join(a.Value.Grounds, ", "))+".")
	}
	t.Method, t.Rationale = b.Value.Method, strings.Join(why, "\n\n")
	if !told["award"] {
		return t // who bids is sealed until it is known who gets it
	}
	for _, bid := range b.Value.Bids {
		if r := w.party(bid.Bidder, "tenderer"); r != nil && !slices.Contains(t.Tenderers, *r) {
			t.Tenderers = append(t.Tenderers, *r)
		}
	}
	t.NumberTenderers = len(t.Tenderers)
	return t
}

// standstill has the days between award and contract, and the objections raised in them.
func (w *writer) standstill() []milestone {
	var list []milestone
	if end := w.Decision.StandstillOn; end != nil && w.Reached(models.Standstill) != nil {
		m := milestone{ID: "standstill", Title: "End of the standstill", Type: "x_standstill", Code: "standstill", Due: ends(end), Status: "scheduled"}
		if end.Before(models.DateOf(w.At)) {
			m.Status, m.Met = "met", ends(end)
		}
		list = append(list, m)
	}
	if w.d.Challenges == nil {
		return list
	}
	for i, c := range w.d.Challenges.Value.Challenges {
		m := milestone{ID: "challenge-" + strconv.Itoa(i+1), Title: "Challenge: " + strings.ReplaceAll(c.Kind, "-", " "), Type: "x_challenge", Code: c.Kind, Description: text(strings.TrimSpace(c.State + ". " + c.Outcome)), Status: "met"}
		if c.Pending() {
			m.Status = "scheduled"
		}
		list = append(list, m)
	}
	return list
}

// category is what is mainly bought: work on open source is a service, so is what runs elsewhere or is made to order; a licence is a good.
func (w *writer) category() string {
	f, s := w.chosen()
	switch {
	case f == nil:
		return ""
	case s.OSS == "yes" || f.Value.Origin == models.FromOrder || f.Value.Origin == models.FromShared || f.Value.Delivery == "saas" || f.Value.Delivery == "paas":
		return "services"
	}
	return "goods"
}

// items is what is bought, with the classification that was given, never one that was guessed.
func (w *writer) items() []item {
	i := item{ID: "1", Description: text(w.Decision.Title)}
	if b := w.d.Procurement; b != nil {
		if i.Classification = scheme(b.Value.CPV); text(b.Value.Title) != "" {
			i.Description = text(b.Value.Title)
		}
	}
	if w.Decision.Function != "" {
		i.Additional = append(i.Additional, classification{"x_GOV-FUNCTION", w.Decision.Function})
	}
	if f, _ := w.chosen(); f != nil && f.License != nil {
		if id := text(f.License.Value.Expression); single(id) {
			i.Additional = append(i.Additional, classification{"x_SPDX-License", id})
		}
	}
	return []item{i}
}

// single reports an expression that is one licence of the SPDX list; others stand in our own interface.
func single(expression string) bool {
	return expression != "" && expression != "NONE" && expression != "NOASSERTION" && !strings.ContainsAny(expression, " ()") && !strings.Contains(expression, "Ref-")
}
