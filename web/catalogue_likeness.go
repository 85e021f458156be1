package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
)

// likeness is software that serves what other software serves, with the reason in words.
type likeness struct {
	Title, Path, License string
	Reason               string
	Uses                 int
	Agencies             string // like the reader's own, that run it
}

// shownAlike is how much software of a kind the page of a piece of software names.
const shownAlike = 4

// readLikeness finds what could be used instead of software that is not open.
func (p *assetPage) readLikeness(c *page) error {
	if p.Asset.Origin != models.Proprietary && p.Asset.Origin != models.Service {
		return nil
	}
	id := catalog.ID{Kind: catalog.Own, Number: p.Asset.ID}
	open, err := c.site.Store.OpenAlternatives(c.ctx(), c.viewer, id, shownAlike)
	if err != nil {
		return err
	}
	for i := range open {
		p.Alternatives = append(p.Alternatives, likenessOf(&open[i]))
	}
	p.PeersOf = p.Steward.Name
	agency := p.Asset.StewardID
	if own := c.viewer.Covered(); len(own) > 0 && !slices.Contains(own, agency) {
		mine, err := c.site.Store.Agency(c.ctx(), own[0])
		if err != nil {
			return err
		}
		agency, p.PeersOf = mine.ID, mine.Name
	}
	uses, err := c.site.Store.PeersUse(c.ctx(), c.viewer, agency, id, shownAlike)
	for i := range uses {
		l := likenessOf(&uses[i].Likeness)
		l.Agencies = agenciesSaid(uses[i].Agencies)
		p.PeerUses = append(p.PeerUses, l)
	}
	return err
}

func agenciesSaid(agencies []catalog.Agency) string {
	uses := make([]catalog.Use, len(agencies))
	for i, a := range agencies {
		uses[i] = catalog.Use{Agency: a.ID, Name: a.Name}
	}
	return usersSaid(uses)
}

func likenessOf(l *catalog.Likeness) likeness {
	out := likeness{Title: l.Entry.Title(), Path: entryPath(l.Entry), License: l.Entry.License(), Uses: l.Uses}
	var reasons []string
	if l.Mentions {
		reasons = append(reasons, "names this software")
	}
	if len(l.Categories) > 0 {
		reasons = append(reasons, "is for "+strings.Join(each(l.Categories, spaced), ", ")+" too")
	}
	if len(l.Functions) > 0 {
		reasons = append(reasons, "serves "+strings.Join(each(l.Functions, spaced), ", ")+" too")
	}
	if len(l.Words) > 0 {
		reasons = append(reasons, "says "+strings.Join(l.Words, ", ")+" as well")
	}
	out.Reason = capital(strings.Join(reasons, "; "))
	return out
}
