package policy

import (
	"slices"

	"github.com/ospo-register/ospo/models"
)

// ShortKind reports whether cases of the kind go on with what was decided before, so that they may take the short track above its value.
func (r *Regime) ShortKind(kind models.DecisionKind) bool {
	return slices.Contains(r.Short.Kinds, kind)
}

// Currency is that of the limits of the regime; "" when it has none.
func (r *Regime) Currency() string {
	limits := []*models.Money{r.Short.MaxValue, r.Opinion.ValueFrom}
	for _, b := range r.Approval.Bands {
		limits = append(limits, b.UpTo)
	}
	for _, limit := range limits {
		if limit != nil {
			return limit.Currency
		}
	}
	return ""
}

// ShortCeiling is the value up to which such a case may take the short track: that of the first band of approval; nil when the regime has no band with a limit.
func (r *Regime) ShortCeiling() *models.Money {
	if len(r.Approval.Bands) == 0 {
		return nil
	}
	return r.Approval.Bands[0].UpTo
}

// Covers reports whether a case of the value may take the short track, whatever its kind. A value in another currency than the limit's is not covered.
func (t ShortTrack) Covers(value models.Money) bool {
	return t.MaxValue != nil && value.Currency == t.MaxValue.Currency && toDecimal(value.Amount).LessThanOrEqual(toDecimal(t.MaxValue.Amount))
}
