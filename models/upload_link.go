package models

import "time"

// UploadLink lets somebody without an account send one document for one release. Only the SHA-256 of its secret is kept.
type UploadLink struct {
	ID          int64
	ReleaseID   int64
	Hash        []byte
	Supplier    string // whose document is asked for
	Email       string // of the person asked; for people only, nothing is sent
	Note        string // what the page says to the supplier
	MaxBytes    int64
	ExpiresAt   time.Time
	UsedAt      *time.Time // when a document was taken
	RevokedAt   *time.Time
	CreatedByID *int64
	CreatedAt   time.Time
}

// MaxLinkDays bounds the life of an upload link.
const MaxLinkDays = 90

// Validate reports every field that breaks a rule.
func (l *UploadLink) Validate() error {
	var m Mistakes
	requireText(&m, "supplier", l.Supplier, 200)
	if l.Email != "" {
		checkMail(&m, "email", l.Email)
	}
	checkLength(&m, "note", l.Note, 1000)
	if l.MaxBytes <= 0 {
		m.Add("maxBytes", "out-of-range", "Give the largest size to take, in bytes.")
	}
	if days := l.ExpiresAt.Sub(l.CreatedAt).Hours() / 24; days <= 0 || days > MaxLinkDays {
		m.Add("expiresAt", "out-of-range", "An upload link lives between a moment and 90 days.")
	}
	return m.Err()
}
