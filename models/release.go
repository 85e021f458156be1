package models

import "time"

// Release is one version of an asset. SBOM documents attach to releases.
type Release struct {
	ID                int64
	AssetID           int64
	Number            string // the version as its makers write it: "4.2.1"
	ReleasedOn        *Date
	ReleasedSource    string // where the date comes from: a URL or a sentence
	SalesEndOn        *Date
	SalesEndSource    string
	SecurityEndOn     *Date // last day of security support
	SecurityEndSource string
	LifeEndOn         *Date
	LifeEndSource     string
	Notes             string
	Version           int64 // counts changes; the ETag
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

// Validate reports every field that breaks a rule. A date without its source is a mistake: nobody could check it.
func (r *Release) Validate() error {
	var m Mistakes
	requireText(&m, "number", r.Number, 100)
	checkLength(&m, "notes", r.Notes, 5000)
	for _, d := range []struct {
		field, source string
		on            *Date
	}{
		{"released", r.ReleasedSource, r.ReleasedOn},
		{"salesEnd", r.SalesEndSource, r.SalesEndOn},
		{"securityEnd", r.SecurityEndSource, r.SecurityEndOn},
		{"lifeEnd", r.LifeEndSource, r.LifeEndOn},
	} {
		checkLength(&m, d.field+"Source", d.source, 500)
		if d.on != nil && d.source == "" {
			m.Add(d.field+"Source", "required", "Say where this date comes from.")
		}
		if d.on == nil && d.source != "" {
			m.Add(d.field+"On", "required", "Give the date this source is for, or leave both empty.")
		}
	}
	if r.ReleasedOn != nil && r.LifeEndOn != nil && r.LifeEndOn.Before(*r.ReleasedOn) {
		m.Add("lifeEndOn", "before-release", "The end of life cannot be before the release.")
	}
	return m.Err()
}

// PastSecuritySupport reports whether security support had ended before the day.
func (r *Release) PastSecuritySupport(today Date) bool {
	return r.SecurityEndOn != nil && r.SecurityEndOn.Before(today)
}
