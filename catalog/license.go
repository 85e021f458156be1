package catalog

import (
	"slices"

	"github.com/ospo-register/ospo/licenses"
)

// licensed is what the catalogue needs to know of a stated licence.
type licensed struct {
	ids   []string
	class string // "" when unknown
	open  bool   // open source by the word of OSI, FSF or LicenseDB, whichever of its alternatives is taken
}

// licensed reads a stated licence, each spelling once.
func (x *Index) licensed(stated string) licensed {
	if known, ok := x.licenses[stated]; ok {
		return known
	}
	var l licensed
	if reading := licenses.Read(stated); !reading.Expression.IsZero() {
		for _, leaf := range reading.Expression.Leaves() {
			if !slices.Contains(l.ids, leaf.ID) {
				l.ids = append(l.ids, leaf.ID)
			}
		}
		if class := reading.Class(); class != licenses.Unknown {
			l.class = string(class)
		}
		l.open = licenses.OpenSource(reading.Expression)
	}
	x.licenses[stated] = l
	return l
}
