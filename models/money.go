package models

import (
	"database/sql/driver"
	"fmt"
	"regexp"
	"strings"
)

// Decimal is an exact number as people write it: "900000.00". It is never a float, neither here nor in the database.
type Decimal string

var decimalText = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$`)

// Valid reports whether the text is a number of at most 15 digits before the point and four after it.
func (d Decimal) Valid() bool { return decimalText.MatchString(string(d)) }

// Value hands the number to Postgres as numeric.
func (d Decimal) Value() (driver.Value, error) { return string(d), nil }

// Scan reads a Postgres numeric.
func (d *Decimal) Scan(src any) error {
	switch v := src.(type) {
	case string:
		*d = Decimal(v)
	case []byte:
		*d = Decimal(v)
	default:
		return fmt.Errorf("cannot read %T as a decimal number", src)
	}
	return nil
}

// GormDataType tells gorm the column type.
func (Decimal) GormDataType() string { return "numeric" }

// Money is an amount in a currency.
type Money struct {
	Amount   Decimal `json:"amount" doc:"The amount as a decimal number in text, such as 900000.00." example:"900000.00"`
	Currency string  `json:"currency" doc:"ISO 4217 code of the currency." example:"TTD"`
}

// IsZero reports an amount that was never said.
func (m Money) IsZero() bool { return m == Money{} }

// String is the amount with its currency, thousands apart: "TTD 900 000.00".
func (m Money) String() string {
	if m.IsZero() {
		return ""
	}
	whole, rest, _ := strings.Cut(string(m.Amount), ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "−", whole[1:]
	}
	var groups []string
	for len(whole) > 3 {
		groups = append([]string{whole[len(whole)-3:]}, groups...)
		whole = whole[:len(whole)-3]
	}
	text := m.Currency + " " + sign + strings.Join(append([]string{whole}, groups...), " ")
	if rest != "" {
		text += "." + rest
	}
	return text
}

var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

// checkMoney notes what is wrong with an amount that was said.
func checkMoney(m *Mistakes, field string, v Money) {
	if !v.Amount.Valid() || strings.HasPrefix(string(v.Amount), "-") {
		m.Add(field+".amount", "malformed", "Write the amount as a number of digits with a point, as 900000.00.")
	}
	if !currencyCode.MatchString(v.Currency) {
		m.Add(field+".currency", "malformed", "Give the currency as its three letters, as TTD.")
	}
}

// optionalMoney is checkMoney for amounts that may be left out.
func optionalMoney(m *Mistakes, field string, v Money) {
	if !v.IsZero() {
		checkMoney(m, field, v)
	}
}
