package models

// Population is the decisions that a sample is drawn from: those that were approved. Empty fields do not restrict.
type Population struct {
	Agency    int64 // this agency and all below it
	Regime    int64
	Kind      DecisionKind
	Exempt    bool    // only with an exemption that was granted
	ValueFrom Decimal // only with an expected value of at least this, in Currency
	ValueTo   Decimal
	Currency  string // ISO 4217; needed with a value
	From      *Date  // approved on this day or later
	To        *Date
}

// MaxSample bounds a sample.
const MaxSample = 200

// Validate reports every field that breaks a rule.
func (p *Population) Validate() error {
	var m Mistakes
	for field, v := range map[string]Decimal{"valueFrom": p.ValueFrom, "valueTo": p.ValueTo} {
		if v != "" && (!v.Valid() || v[0] == '-') {
			m.Add(field, "malformed", "Write the amount as a number of digits with a point, as 900000.00.")
		}
	}
	if (p.ValueFrom != "" || p.ValueTo != "") && !currencyCode.MatchString(p.Currency) {
		m.Add("currency", "required", "Give the currency of the amounts as its three letters, as TTD.")
	}
	if p.From != nil && p.To != nil && p.To.Before(*p.From) {
		m.Add("to", "too-early", "The last day is before the first one.")
	}
	if p.Kind != "" {
		checkOneOf(&m, "kind", p.Kind, append(append([]DecisionKind{}, AcquisitionKinds...), DecideRelease, DecideRemedy))
	}
	return m.Err()
}
