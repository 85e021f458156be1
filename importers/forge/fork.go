package forge

import "github.com/ospo-register/ospo/models"

// Sibling is what is known of one repository when two are compared.
type Sibling struct {
	URL          string
	Description  *models.Description // nil when nothing describes it
	HostSaysFork bool
	ForkOfURL    string   // as the host says
	MirrorOfURL  string   // as the host says
	RootCommit   string   // "" when it is not known
	Head         string   // commit
	Commits      []string // newest ids, with Head; may be cut off
}

// ForkOf says how a repository stands to another, which was there first, and why in a sentence.
func ForkOf(this, other Sibling) (models.ForkKind, string) {
	return models.NoFork, ""
}
