package models

import "time"

// RetentionRule says how long documents that were superseded or withdrawn keep their content and original bytes. Their
// header, digest, findings and counts stay for ever.
type RetentionRule struct {
	ID          int64
	AgencyID    *int64 // with the agencies below it; nil: all of government
	KeepLast    int    // so many former documents of each release, whatever their age
	KeepDays    int    // and all that are younger than so many days
	Reason      string // the law or decision it follows
	CreatedByID *int64
	CreatedAt   time.Time
	EndedAt     *time.Time
}

// Validate reports every field that breaks a rule.
func (r *RetentionRule) Validate() error {
	var m Mistakes
	if r.KeepLast < 0 || r.KeepLast > 1000 {
		m.Add("keepLast", "out-of-range", "Keep between 0 and 1,000 former documents.")
	}
	if r.KeepDays < 0 || r.KeepDays > 36_500 {
		m.Add("keepDays", "out-of-range", "Keep between 0 and 36,500 days.")
	}
	requireText(&m, "reason", r.Reason, 500)
	return m.Err()
}
