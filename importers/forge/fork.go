package forge

import (
	"slices"

	"github.com/ospo-register/ospo/models"
)

// Sibling is what is known of one repository when two are compared.
type Sibling struct {
	URL          string
	Description  *models.Description // nil when nothing describes it
	HostSaysFork bool
	ForkOfURL    string   // as the host says
	MirrorOfURL  string   // as the host says
	RootCommit   string   // "" when it is not known
	Head         string   // commit
	Commits      []string // newest ids, with Head; may be cut off or missing
}

// ForkOf says how a repository stands to another, which was there first, and why in a sentence. What the repository says of itself goes before what its
// history shows, and that before nothing but the word of its host. A description of another repository's software without a common history
// is no fork.
func ForkOf(this, other Sibling) (models.ForkKind, string) {
	own, origin := canonical(this.URL), canonical(other.URL)
	if origin == "" || own == origin {
		return models.NoFork, "It is the same repository."
	}
	sameRoot := this.RootCommit != "" && this.RootCommit == other.RootCommit
	byHost := canonical(this.ForkOfURL) == origin
	d := this.Description
	copied := this.Head != "" && (this.Head == other.Head || slices.Contains(other.Commits, this.Head))
	switch {
	case canonical(this.MirrorOfURL) == origin:
		return models.Mirror, "Its host says that it is kept as a copy of the other."
	case d != nil && slices.ContainsFunc(d.BasedOn, func(u string) bool { return canonical(u) == origin }):
		return models.VariantFork, "Its description says that it is based on the other (isBasedOn)."
	case copied && !this.HostSaysFork && !byHost:
		return models.Mirror, "Its newest commit is one of the other's, and it has nothing of its own."
	case d != nil && canonical(d.URL) == origin && (sameRoot || byHost || copied):
		return models.TechnicalFork, "It has the other's history, and its description gives the other's address (url)."
	case sameRoot:
		return models.PlainFork, "Both begin with the same commit, and it does not say what it is."
	case byHost || copied:
		return models.PlainFork, "Its host says that it is a fork of the other, and it does not say itself what it is."
	case d != nil && canonical(d.URL) == origin:
		return models.NoFork, "It describes the other and shares no history with it."
	}
	return models.NoFork, "Nothing ties it to the other."
}

// canonical is the address to compare by; "" when it is none.
func canonical(address string) string {
	c, err := models.CanonicalURL(address)
	if err != nil {
		return ""
	}
	return c
}
