package catalog

import (
	"cmp"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// Peer is an agency that is like another.
type Peer struct {
	Agency   Agency
	Likeness float64 // 0–1.35: the part of what either runs that both run, with a quarter for the same kind and a tenth for the same level
	Shared   int     // entries that both run, as far as the viewer sees
	SameKind bool
}

// mostPeers bounds how many agencies are looked at.
const mostPeers = 20

// Peers lists the agencies most like one, the likest first: those that run the same, and among those that run anything the ones of the same kind.
func (x *Index) Peers(sight models.Sight, agency int64) []Peer {
	sc := x.scratch()
	defer x.giveBack(sc)
	l := x.look(sight, sc)
	return x.peers(&l, sc, agency)
}

func (x *Index) peers(l *lens, sc *scratch, agency int64) []Peer {
	self, ok := x.agencies[agency]
	if !ok {
		return nil
	}
	own := x.runBy(agency, l, sc)
	ownCount := own.count()
	var out []Peer
	for id := range x.runs {
		other, ok := x.agencies[id]
		if !ok || id == agency {
			continue
		}
		mark := sc.used
		runs := x.runBy(id, l, sc)
		p := Peer{Agency: other, Shared: countBoth(own, runs), SameKind: other.Kind == self.Kind}
		count := runs.count()
		sc.used = mark
		if count == 0 || p.Shared == 0 && !p.SameKind {
			continue
		}
		p.Likeness = float64(p.Shared) / float64(max(ownCount+count-p.Shared, 1))
		if p.SameKind {
			p.Likeness += 0.25
		}
		if level(self) == level(other) {
			p.Likeness += 0.1
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Peer) int {
		return cmp.Or(cmp.Compare(b.Likeness, a.Likeness), cmp.Compare(a.Agency.Name, b.Agency.Name), cmp.Compare(a.Agency.ID, b.Agency.ID))
	})
	return out[:min(len(out), mostPeers)]
}

// level is how many stand over an agency, itself counted.
func level(a Agency) int { return len(a.Above) }

// runBy is what an agency itself runs, as far as the viewer sees.
func (x *Index) runBy(agency int64, l *lens, sc *scratch) set {
	runs, ok := x.runs[agency]
	if !ok {
		return nil
	}
	s := sc.copy(runs.resolve(l, sc))
	s.keep(l.visible)
	return s
}

// PeerUse is software that agencies like one's own run for the same purpose.
type PeerUse struct {
	Likeness
	Agencies []Agency // that run it, the likest first
}

// PeersUse lists what the agencies most like one run for what an entry serves, and it does not run itself: what most of them run first.
func (x *Index) PeersUse(sight models.Sight, agency int64, id ID, most int) []PeerUse {
	similar := x.Similar(sight, id, mostSimilar)
	sc := x.scratch()
	defer x.giveBack(sc)
	l := x.look(sight, sc)
	own, peers := x.runBy(agency, &l, sc), x.peers(&l, sc, agency)
	runs := make([]set, len(peers))
	for i, p := range peers {
		runs[i] = x.runBy(p.Agency.ID, &l, sc)
	}
	var out []PeerUse
	for _, s := range similar {
		slot := x.at[s.Entry.ID]
		if own.has(slot) || len(s.Categories)+len(s.Functions) == 0 && !s.Mentions {
			continue
		}
		u := PeerUse{Likeness: s}
		for i, p := range peers {
			if runs[i].has(slot) {
				u.Agencies = append(u.Agencies, p.Agency)
			}
		}
		if len(u.Agencies) > 0 {
			out = append(out, u)
		}
	}
	slices.SortStableFunc(out, func(a, b PeerUse) int { return cmp.Compare(len(b.Agencies), len(a.Agencies)) })
	return out[:min(len(out), most)]
}

// mostSimilar is how many entries are asked about who runs them.
const mostSimilar = 200
