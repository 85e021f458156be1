package store

import "time"

// now is the clock of what follows from the date, such as stale attestations.
func now() time.Time { return time.Now().UTC() }
