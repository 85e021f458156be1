package ocds

import (
	"github.com/ospo-register/ospo/models"
)

// award is the award, once it is known to whom it goes or the case has come so far; nil before.
func (w *writer) award(told map[string]bool) *award {
	a := &award{ID: w.ocid + "-award", Title: text(w.Decision.Title), Status: w.awardStatus(), Items: w.items(), Documents: w.documents("award", told), OSS: w.decided()}
	supplier := ""
	if b := w.d.Procurement; b != nil {
		a.Value, supplier = money(b.Value.Value), b.Value.Supplier
	}
	if c := w.d.Contract; c != nil {
		a.Period = between(c.Value.StartsOn, c.Value.EndsOn)
		if supplier == "" {
			supplier = c.Value.Supplier
		}
	}
	if n := w.d.Notices; n != nil {
		if notice := n.Value.Award(); notice != nil {
			a.Date = starts(&notice.PublishedOn)
		}
	}
	if r := w.party(supplier, "supplier"); r != nil {
		a.Suppliers = []reference{*r}
	}
	return a
}

// awardStatus is of the closed codelist awardStatus: pending until the standstill is over.
func (w *writer) awardStatus() string {
	switch {
	case w.ended() && w.annulled():
		return "unsuccessful"
	case w.ended():
		return "cancelled"
	}
	switch w.Decision.State {
	case models.DecisionContracted, models.DecisionRegistered, models.DecisionInForce, models.UnderReview, models.DecisionClosed:
		return "active"
	}
	return "pending"
}

// contract is what was signed, or is about to be.
func (w *writer) contract(told map[string]bool) *contract {
	c := w.d.Contract.Value
	k := &contract{ID: w.ocid + "-contract", AwardID: w.ocid + "-award", Title: text(w.Decision.Title), Status: w.contractStatus(&c), Period: between(c.StartsOn, c.EndsOn), Value: money(c.Value),
		Items: w.items(), DateSigned: moment(c.SignedAt), Documents: w.documents("contract", told)}
	if docs := w.documents("implementation", told); len(docs) > 0 || w.Reached(models.DecisionRegistered) != nil {
		i := &implementation{Documents: docs}
		if m := w.Reached(models.DecisionRegistered); m != nil {
			i.Milestones = []milestone{{ID: "registered", Title: "The software is delivered and registered", Type: "delivery", Code: "registered", Met: instant(m.At), Status: "met"}}
		}
		k.Implementation = i
	}
	return k
}

func between(from, to *models.Date) *period {
	p := period{starts(from), ends(to)}
	if p == (period{}) {
		return nil
	}
	return &p
}

// contractStatus is of the closed codelist contractStatus.
func (w *writer) contractStatus(c *models.ContractTerms) string {
	switch {
	case c.SignedAt == nil && w.Decision.State.Ended():
		return "cancelled"
	case c.SignedAt == nil:
		return "pending"
	case w.Decision.State == models.DecisionClosed, c.EndsOn != nil && c.EndsOn.Before(models.DateOf(w.At)):
		return "terminated"
	}
	return "active"
}
