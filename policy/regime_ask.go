package policy

import "github.com/ospo-register/ospo/models"

// Covers reports whether a case of the value may take the short track, whatever its kind. A value in another currency than the limit's is not covered.
func (t ShortTrack) Covers(value models.Money) bool {
	return t.MaxValue != nil && value.Currency == t.MaxValue.Currency && toDecimal(value.Amount).LessThanOrEqual(toDecimal(t.MaxValue.Amount))
}
