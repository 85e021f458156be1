package policy

import "github.com/ospo-register/ospo/models"

// Terms say which moves the law of a case offers: whether there is a public call, a prior opinion, a panel, a standstill, and whether it is bought before or
// after the decision. Where it cannot be told whether an opinion is asked for, it may be asked for: that is the safe side.
func (r *Regime) Terms(d *models.Decision, dossier *models.Dossier) models.CaseTerms {
	asked := r.OpinionRequired(d.Function, valueOf(d))
	return models.CaseTerms{
		Position:   r.Approval.Position,
		PublicCall: r.MarketScan.PublicCall,
		Opinion:    asked == nil || *asked || dossier != nil && dossier.OpinionAt != nil,
		Standstill: r.Standstill.WorkingDays > 0,
		Panel:      r.Approval.ProceduralReview,
	}
}

func valueOf(d *models.Decision) *models.Money {
	if d.Value == nil {
		return nil
	}
	return &models.Money{Amount: *d.Value, Currency: d.Currency}
}
