package catalog

import (
	"strconv"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Facet is one way to narrow a search; it is spelled as its query key.
type Facet string

const (
	FacetKind        Facet = "kind"        // own, foreign
	FacetOrigin      Facet = "origin"      // where the software comes from
	FacetCategory    Facet = "category"    // publiccode.yml software category
	FacetFunction    Facet = "function"    // part of government's work: scope of publiccode.yml
	FacetLicense     Facet = "license"     // a licence id anywhere in the stated expression
	FacetClass       Facet = "class"       // licence class; unknown when nobody has stated one that can be read
	FacetOpen        Facet = "open"        // yes, no: whether the licence makes it open source
	FacetStatus      Facet = "status"      // developmentStatus
	FacetType        Facet = "type"        // softwareType
	FacetMaintenance Facet = "maintenance" // internal, contract, community, none
	FacetPlatform    Facet = "platform"
	FacetLanguage    Facet = "language" // of the user interface
	FacetSteward     Facet = "steward"  // agency id; with all agencies below it
	FacetUsedBy      Facet = "usedBy"   // agency id; with all agencies below it
	FacetCountry     Facet = "country"
	FacetSource      Facet = "source"   // catalogue of another government
	FacetStandard    Facet = "standard" // supports of publiccode.yml
	FacetSBOM        Facet = "sbom"     // yes, no
	FacetCode        Facet = "code"     // yes, no: whether its source can be read
	FacetActivity    Facet = "activity" // since the last commit: month, half-year, year, two-years, older, unknown
	FacetHealth      Facet = "health"   // measured, unmeasured
	FacetArchived    Facet = "archived" // yes, no
	FacetLifecycle   Facet = "lifecycle"
	FacetVisibility  Facet = "visibility" // told to government only: others see one value of it
)

// facetKind is how a facet is told.
type facetKind struct {
	facet  Facet
	rest   string // the value of entries that have no other; "" when those have none
	agency bool   // values are ids of agencies
}

// facets are all facets in the order in which they are shown.
var facets = []facetKind{{facet: FacetKind}, {facet: FacetOrigin}, {facet: FacetCategory}, {facet: FacetFunction}, {facet: FacetOpen, rest: "no"}, {facet: FacetClass, rest: "unknown"}, {facet: FacetLicense},
	{facet: FacetStatus}, {facet: FacetType}, {facet: FacetMaintenance}, {facet: FacetActivity, rest: "unknown"}, {facet: FacetArchived, rest: "no"}, {facet: FacetCode, rest: "no"}, {facet: FacetSBOM, rest: "no"},
	{facet: FacetHealth, rest: "unmeasured"}, {facet: FacetUsedBy, agency: true}, {facet: FacetSteward, agency: true}, {facet: FacetPlatform}, {facet: FacetLanguage}, {facet: FacetCountry}, {facet: FacetSource},
	{facet: FacetStandard}, {facet: FacetLifecycle}, {facet: FacetVisibility}}

// Facets lists the facets in the order in which they are shown.
func Facets() []Facet {
	out := make([]Facet, len(facets))
	for i, f := range facets {
		out[i] = f.facet
	}
	return out
}

// OfAgencies reports whether the values of the facet are ids of agencies.
func (f Facet) OfAgencies() bool { return f == FacetUsedBy || f == FacetSteward }

// facetValues is one facet with its values.
type facetValues struct {
	kind   facetKind
	of     map[string]*value
	values []*value
}

// value is one value of a facet with the entries that have it.
type value struct {
	text string
	leveled
}

func (f *facetValues) find(text string) *value {
	v := f.of[text]
	if v == nil {
		v = &value{text: text}
		f.of[text] = v
		f.values = append(f.values, v)
	}
	return v
}

func newFacets() []facetValues {
	out := make([]facetValues, len(facets))
	for i, k := range facets {
		out[i] = facetValues{kind: k, of: map[string]*value{}}
	}
	return out
}

// mark notes that an entry has a value.
func (x *Index) mark(facet Facet, slot uint32, g guard, texts ...string) {
	for _, text := range texts {
		if text != "" {
			x.facets[facetPlace[facet]].find(text).add(slot, g, x.guards.list)
		}
	}
}

// facetPlace is where each facet stands in facets.
var facetPlace = func() map[Facet]int {
	places := map[Facet]int{}
	for i, k := range facets {
		places[k.facet] = i
	}
	return places
}()

const yes = "yes"

// markEntry notes the values of an entry. Agency ids that the index does not know stand for themselves alone.
func (x *Index) markEntry(slot uint32, e *Entry) {
	x.mark(FacetKind, slot, 0, string(e.ID.Kind))
	x.mark(FacetOrigin, slot, 0, string(e.Origin))
	x.mark(FacetLifecycle, slot, 0, string(e.Lifecycle))
	x.mark(FacetVisibility, slot, 0, string(e.Visibility))
	x.mark(FacetSource, slot, 0, e.Source)
	for _, a := range x.above(e.Steward) {
		x.mark(FacetSteward, slot, 0, strconv.FormatInt(a, 10))
	}
	for _, u := range e.Uses {
		g := x.guards.within(e, u.Visibility, u.Agency)
		for _, a := range x.above(u.Agency) {
			x.mark(FacetUsedBy, slot, g, strconv.FormatInt(a, 10))
		}
		runs := x.runs[u.Agency]
		if runs == nil {
			runs = &leveled{}
			x.runs[u.Agency] = runs
		}
		runs.add(slot, g, x.guards.list)
	}
	var newest *time.Time // of what everybody sees: a sleeping repository beside a busy one makes nothing older
	for i := range e.Parts {
		p := &e.Parts[i]
		g := x.guards.within(e, p.Visibility, p.Owner)
		x.markPart(slot, g, p)
		switch {
		case p.ActiveAt == nil:
		case g != 0:
			x.mark(FacetActivity, slot, g, activity(*p.ActiveAt, x.today))
		case newest == nil || p.ActiveAt.After(*newest):
			newest = p.ActiveAt
		}
	}
	if newest != nil {
		x.mark(FacetActivity, slot, 0, activity(*newest, x.today))
	}
}

func (x *Index) markPart(slot uint32, g guard, p *Part) {
	x.mark(FacetCategory, slot, g, p.Categories...)
	x.mark(FacetFunction, slot, g, p.Functions...)
	x.mark(FacetStandard, slot, g, p.Standards...)
	x.mark(FacetPlatform, slot, g, p.Platforms...)
	x.mark(FacetLanguage, slot, g, p.Languages...)
	x.mark(FacetCountry, slot, g, p.Countries...)
	x.mark(FacetStatus, slot, g, p.Status)
	x.mark(FacetType, slot, g, p.Type)
	x.mark(FacetMaintenance, slot, g, p.Maintenance)
	l := x.licensed(p.License)
	x.mark(FacetLicense, slot, g, l.ids...)
	x.mark(FacetClass, slot, g, l.class)
	for _, flag := range []struct {
		facet Facet
		value string
		is    bool
	}{{FacetOpen, yes, l.open}, {FacetSBOM, yes, p.SBOM}, {FacetCode, yes, p.Code}, {FacetArchived, yes, p.Archived}, {FacetHealth, "measured", p.Measured}} {
		if flag.is {
			x.mark(flag.facet, slot, g, flag.value)
		}
	}
}

func (x *Index) above(agency int64) []int64 {
	if a, ok := x.agencies[agency]; ok {
		return a.Above
	}
	if agency == 0 {
		return nil
	}
	return []int64{agency}
}

// activity says in which span before today something was done: 30, 183, 365 and 730 days are the ends.
func activity(at time.Time, today models.Date) string {
	days := int(today.Time().Sub(at).Hours() / 24)
	switch {
	case days <= 30:
		return "month"
	case days <= 183:
		return "half-year"
	case days <= 365:
		return "year"
	case days <= 730:
		return "two-years"
	}
	return "older"
}
