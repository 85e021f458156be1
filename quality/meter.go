package quality

import (
	"time"

	"github.com/ospo-register/ospo/models"
)

// Meter measures one document while its packages stream by. It is not safe for use by several goroutines.
type Meter struct {
	// Now is the time that a document may not be ahead of; the time of Finish when it is zero.
	Now time.Time

	packages int
	unknown  [factCount]int
	value    [factCount]int
	owned    outcomes // packages that no identifier names but the document's own id, by what is said of identifiers
	licenses licenseCounts
}

// NewMeter gives a Meter for one document.
func NewMeter() *Meter { return &Meter{licenses: newLicenseCounts()} }

func (m *Meter) count(f fact, o outcome) {
	switch o {
	case value:
		m.value[f]++
	case unknown:
		m.unknown[f]++
	}
}

// Package counts what is stated of one package. It keeps nothing of p but the distinct licence texts.
func (m *Meter) Package(p *models.SBOMPackage) {
	m.packages++
	m.who(p)
	name := said(p.Name)
	if name == value && p.Name == p.PURL {
		name = missing // readers name a package by its package URL when it has no name
	}
	m.count(factName, name)
	m.count(factVersion, or(versionOf(p.Version), p.Unknowns, models.UnknownVersion))
	switch {
	case isIdentified(p):
		m.value[factIdentifier]++
		m.value[factUniqueIdentifier]++
	default:
		o := or(missing, p.Unknowns, models.UnknownIdentifier)
		m.count(factIdentifier, o)
		if p.Ref != "" {
			m.owned[o]++
		}
	}
	hash, strong, sha512 := digests(p.Checksums)
	m.count(factHash, or(hash, p.Unknowns, models.UnknownChecksum))
	m.count(factHashAlgorithm, or(strong, p.Unknowns, models.UnknownChecksum))
	m.count(factSHA512, or(sha512, p.Unknowns, models.UnknownChecksum))
	m.licenses.add(p.Concluded, p.Declared)
	m.file(p)
}

// who counts the facts about suppliers and makers.
func (m *Meter) who(p *models.SBOMPackage) {
	supplier := or(said(p.Supplier), p.Unknowns, models.UnknownSupplier)
	originator := or(said(p.Originator), p.Unknowns, models.UnknownOriginator)
	m.count(factSupplier, supplier)
	m.count(factOriginator, originator)
	m.count(factProducer, max(originator, supplier))
	contact := said(p.Contact)
	if contact == missing && max(originator, supplier) == unknown {
		contact = unknown
	}
	m.count(factContact, contact)
}

// file counts the facts about the deployable file and its source.
func (m *Meter) file(p *models.SBOMPackage) {
	m.count(factFilename, or(said(p.FileName), p.Unknowns, models.UnknownFileName))
	for _, t := range [...]struct {
		fact  fact
		trait models.Trait
	}{
		{factExecutable, models.Executable | models.NotExecutable}, {factArchive, models.Archive | models.NotArchive}, {factStructured, models.Structured | models.Unstructured},
	} {
		if p.Traits&t.trait != 0 {
			m.value[t.fact]++
		}
	}
	m.count(factDownload, or(said(p.Download), p.Unknowns, models.UnknownDownload))
	if isAddress(p.Source) {
		m.value[factSource]++
	}
	if isAddress(p.Security) {
		m.value[factSecurity]++
	}
}

// Finish counts what d states of itself and of the relationships between its packages, and gives all tallies in the order of
// Facts. For facts of components value, unknown and missing add up to the packages seen, for facts of the document to one.
// It may be called once, after the last Package.
func (m *Meter) Finish(d *models.SBOMDocument) []models.Tally {
	m.licenses.finish(m, d.Extracted)
	m.unique(d)
	m.relations(d)
	m.document(d)
	tallies := make([]models.Tally, factCount)
	for i, f := range facts {
		total := 1
		if f.Scope == OfComponent {
			total = m.packages
		}
		tallies[i] = models.Tally{Fact: f.ID, Value: m.value[i], Unknown: m.unknown[i], Missing: total - m.value[i] - m.unknown[i]}
	}
	return tallies
}

// unique lets the ids of an SPDX document stand in for identifiers, as its mapping to NTIA 2021 does (SPDX 2.3, K.2.1): id and
// namespace together are unique in the world.
func (m *Meter) unique(d *models.SBOMDocument) {
	m.unknown[factUniqueIdentifier] = m.unknown[factIdentifier]
	if kind := family(d.Format); (kind == spdx2 || kind == spdx3) && isOwnURI(d.Namespace) {
		m.value[factUniqueIdentifier] += m.owned[missing] + m.owned[unknown]
		m.unknown[factUniqueIdentifier] -= m.owned[unknown]
	}
}

// Sum adds up the tallies of several documents, fact by fact, in the order in which the facts first appear.
func Sum(tallies ...[]models.Tally) []models.Tally {
	var sum []models.Tally
	at := map[string]int{}
	for _, list := range tallies {
		for _, t := range list {
			i, seen := at[t.Fact]
			if !seen {
				i = len(sum)
				at[t.Fact] = i
				sum = append(sum, models.Tally{Fact: t.Fact})
			}
			sum[i].Value += t.Value
			sum[i].Unknown += t.Unknown
			sum[i].Missing += t.Missing
		}
	}
	return sum
}
