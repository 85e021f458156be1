package ocds

import (
	"regexp"
	"strings"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/models"
)

// Case is a decision as package dossier has it, with what only open contracting asks for. What the public is not told is left out.
type Case struct {
	*dossier.Case
	Prefix   string // the publisher's, as registered with the Open Contracting Partnership: "ocds-h6vhtk"
	Language string // of the texts, ISO 639-1; "" when not said
	Page     string // address of the decision for the public; "" when there is none
	SBOM     string // address of the SBOM document, where the public may have it
}

var prefix = regexp.MustCompile(`^ocds-[a-z0-9]{6}$`)

// IsPrefix reports whether a text looks like a prefix of the Open Contracting Partnership.
func IsPrefix(s string) bool { return prefix.MatchString(s) }

// OCID is the open contracting identifier of a decision: the prefix with the decision's reference, which never changes. It is
// refused where no money is spent (free adoption, release and remediation decisions), and while the prefix is not one of the Open
// Contracting Partnership.
func OCID(registered string, d *models.Decision) (string, error) {
	switch {
	case d.Branch() != models.Acquisition:
		return "", models.Refuse(models.Conflict, "no-ocid", "This decision buys nothing, so that there is no contracting process to tell of. Its public document tells it.")
	case d.Track == models.FreeTrack:
		return "", models.Refuse(models.Conflict, "no-ocid", "Software that is adopted without payment has no contracting process and no identifier of one. Its public document tells the decision.")
	case !prefix.MatchString(registered):
		return "", models.Refuse(models.Conflict, "no-ocid-prefix", "Open contracting data need the prefix that the Open Contracting Partnership registers for a publisher, such as ocds-h6vhtk. Ask an administrator to set it.")
	}
	return registered + "-" + d.Ref, nil
}

// writer is a case without what is withheld, being written.
type writer struct {
	Case
	d       *models.Dossier
	ocid    string
	parties []organization
}

func (w *writer) chosen() (*models.CandidateFile, dossier.Standing) {
	if w.Chosen() == "" {
		return nil, dossier.Standing{}
	}
	f, s := w.Candidate(w.Chosen())
	if f != nil && f.Value.Name == "" {
		f = nil
	}
	return f, s
}

// ended reports a case that came to nothing: it was rejected, withdrawn or annulled before there was a contract.
func (w *writer) ended() bool {
	return w.Decision.State.Ended() && w.Reached(models.DecisionContracted) == nil && w.Reached(models.DecisionRegistered) == nil
}

// annulled reports that a challenge undid the award.
func (w *writer) annulled() bool {
	if w.d.Challenges == nil {
		return false
	}
	for _, c := range w.d.Challenges.Value.Challenges {
		if c.State == "upheld" && c.Effect == "annul" {
			return true
		}
	}
	return false
}

// text is a text as it may stand: without white space around it; "" is left out.
func text(s string) string {
	return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\ufffd"))
}
