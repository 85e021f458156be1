package models

// Sight is what a viewer sees, worked out once for many questions. It says the same as the clause in each read of store.
type Sight struct {
	all, government bool
	own             map[int64]bool // agencies whose own things are seen
}

// Sight works out what the viewer sees.
func (v Viewer) Sight() Sight {
	s := Sight{all: v.SeesAll(), government: v.InGovernment(), own: map[int64]bool{}}
	for _, id := range v.Covered() {
		s.own[id] = true
	}
	return s
}

// Sees reports whether a thing of an agency is seen.
func (s Sight) Sees(visibility Visibility, owner int64) bool {
	switch {
	case s.all, visibility == VisiblePublic:
		return true
	case visibility == VisibleGovernment && s.government:
		return true
	}
	return s.own[owner]
}
