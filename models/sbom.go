package models

import (
	"time"
)

// SBOMFormat is the notation a document is written in, as sniffed from its bytes.
type SBOMFormat string

const (
	SPDXJSON     SBOMFormat = "spdx-json"
	SPDXTagValue SBOMFormat = "spdx-tag-value"
	SPDXYAML     SBOMFormat = "spdx-yaml"
	SPDXRDF      SBOMFormat = "spdx-rdf"
	SPDXXML      SBOMFormat = "spdx-xml"

	SPDX3JSONLD   SBOMFormat = "spdx3-json-ld"
	CycloneDXJSON SBOMFormat = "cyclonedx-json"
	CycloneDXXML  SBOMFormat = "cyclonedx-xml"
)

// SBOMFormats lists every notation that is read.
var SBOMFormats = []SBOMFormat{SPDXJSON, SPDXTagValue, SPDXYAML, SPDXRDF, SPDXXML, SPDX3JSONLD, CycloneDXJSON, CycloneDXXML}

// SBOMVerdict says how a document fared at intake.
type SBOMVerdict string

const (
	Accepted SBOMVerdict = "accepted" // read whole; findings are notes at most
	Salvaged SBOMVerdict = "salvaged" // what is sound was read, what is not is in the findings
	Refused  SBOMVerdict = "refused"  // not an SBOM, over a limit, or empty: nothing was read
)

// Severity orders findings. A document with a warning or error is salvaged, with a fatal finding refused.
type Severity string

const (
	Note    Severity = "note"    // worth knowing, nothing lost
	Warning Severity = "warning" // a value was repaired or is doubtful
	Failure Severity = "error"   // something was left out
	Fatal   Severity = "fatal"   // nothing could be read
)

// ReadFinding is one thing a reader has to say of a document.
type ReadFinding struct {
	Rule     string // stable id, kebab-case: "duplicate-spdxid"
	Severity Severity
	Pointer  string // JSON Pointer (RFC 6901) into the document, or "line 12" for line-based notations
	Message  string // one sentence: what is wrong and what was done about it
}

// SBOMDocument is what one document says, in the register's neutral terms. Packages are handed over one by one while it
// is read and are addressed by their ordinal, counted from 0 in the order of the document.
type SBOMDocument struct {
	Format      SBOMFormat
	SpecVersion string // as the document states it: "SPDX-2.3", "3.0.1", "1.6"
	Name        string
	Namespace   string // the document's unique URI: SPDX 2.3, 6.5; the id of the SpdxDocument of SPDX 3; the serialNumber of CycloneDX
	Edition     string // the document's own version, CycloneDX "version"; "" where the format has none
	Context     string // generation context (CISA 2026): design, source, build, analyzed, deployed or runtime; "unknown" when said to be; "" when not stated
	Signed      bool   // it carries a signature inside; whether that holds was not checked
	DataLicense string
	Comment     string
	Creators    []Creator
	IssuedAt    *time.Time // SPDX created; nil when absent or unreadable
	ListVersion string     // SPDX licenceListVersion, as stated

	Packages  int            // packages handed over
	Files     int            // files counted; package-to-file CONTAINS relationships are counted, not kept
	Roots     []int32        // ordinals the document DESCRIBES
	Edges     []Edge         // package-to-package relationships, in the direction of the document's words turned to active voice
	Relations int            // relationships in the document, of any kind and between anything
	Extracted []Extract      // licence texts the document brings along
	Complete  []Completeness // by ordinal, whether the dependencies of a package are all there; nil when the document says so of none

	Findings     []ReadFinding // at most MaxFindings, in document order
	MoreFindings int           // how many did not fit
}

// MaxFindings bounds the findings kept of one document; the rest is counted.
const MaxFindings = 1000

// Creator is who or what made a document: a line of SPDX creationInfo.creators, an agent or tool of SPDX 3, an author,
// manufacturer or tool of CycloneDX.
type Creator struct {
	Kind  string // "tool", "organization", "person", or "" when the document does not say
	Name  string // for tools with the version as SPDX writes it: "syft-0.98.0"
	Email string
	URL   string `json:",omitempty"`
}

// SBOMPackage is one package of a document.
type SBOMPackage struct {
	Ordinal     int32
	Ref         string // the document's own id of it, without the prefix SPDXRef-
	Name        string
	Version     string
	PURL        string // canonical, "" when none was stated or it could not be read
	CPEs        []string
	Supplier    string // "Organization: ACME" → "ACME"; "" when absent or NOASSERTION
	Originator  string // who made it, where that is not the supplier: SPDX originator, CycloneDX manufacturer or authors
	Contact     string // mail address, else URL, of the originator, else of the supplier
	Declared    string // licence as stated: an expression, NONE, NOASSERTION or "" when absent
	Concluded   string
	Copyright   string // copyright text as stated; "" when absent or NOASSERTION
	Download    string // downloadLocation
	Homepage    string
	Purpose     string // SPDX primaryPackagePurpose, upper case, or ""
	Description string // summary, else description, cut to 500 characters
	Checksums   []Checksum
	Identifiers []Identifier // other than purl and CPE
	FileName    string       // of the deployable file: SPDX packageFileName
	Source      string       // where its source code is: an URL, or SPDX sourceInfo as stated
	Security    string       // URL of its security.txt or of another way to report a weakness
	Unknowns    Unknown      // what the document says it does not know
	Traits      Trait        // of the deployable file, as BSI TR-03183-2 asks
}

// Identifier is an identifier of a package in one of the schemes swid, swhid, gitoid, omnibor or uuid.
type Identifier struct{ Scheme, Value string }

// Unknown is a set of facts that a document explicitly says are not known: SPDX NOASSERTION, which is not silence.
type Unknown uint16

const (
	UnknownSupplier Unknown = 1 << iota
	UnknownOriginator
	UnknownVersion
	UnknownIdentifier
	UnknownChecksum
	UnknownDownload
	UnknownCopyright
	UnknownFileName
)

// Trait is a set of properties of a deployable file (BSI TR-03183-2 v2.1.0, 5.2.2). Of each pair at most one is set;
// neither means that the document does not say.
type Trait uint8

const (
	Executable Trait = 1 << iota
	NotExecutable
	Archive
	NotArchive
	Structured
	Unstructured
)

// Completeness says whether the dependencies listed of a package are all there are: CycloneDX compositions, SPDX 3
// relationship completeness.
type Completeness uint8

const (
	CompletenessUnsaid  Completeness = iota // the document does not say
	CompletenessUnknown                     // it says that this is not known
	Incomplete
	Complete
)

// Checksum is one digest of a package.
type Checksum struct{ Algorithm, Hex string } // "SHA256", lower-case hex

// Extract is a licence text that a document brings along (SPDX 2.3, clause 10).
type Extract struct {
	Ref  string // "LicenseRef-1"
	Name string
	Text string
}

// Edge is one relationship between two packages of a document.
type Edge struct {
	From, To int32 // ordinals
	Kind     EdgeKind
}

// EdgeKind is what a relationship between packages says, after inverse forms (DEPENDENCY_OF, CONTAINED_BY) were turned round.
type EdgeKind uint8

const (
	EdgeOther        EdgeKind = 0
	EdgeDependsOn    EdgeKind = 1 // DEPENDS_ON, RUNTIME_DEPENDENCY_OF turned round, …
	EdgeContains     EdgeKind = 2
	EdgeDevDepends   EdgeKind = 3 // DEV_, TEST_, BUILD_, OPTIONAL_, PROVIDED_ kinds: not shipped with the product
	EdgeGeneratedBy  EdgeKind = 4
	EdgeVariantOf    EdgeKind = 5
	EdgeStaticLink   EdgeKind = 6
	EdgeDynamicLink  EdgeKind = 7
	EdgeDescendantOf EdgeKind = 8
)

// Carries reports whether a product whose part is From thereby carries To: what the exposure and depth questions follow.
func (k EdgeKind) Carries() bool {
	switch k {
	case EdgeDependsOn, EdgeContains, EdgeStaticLink, EdgeDynamicLink:
		return true
	}
	return false
}

// Verdict follows from the findings: fatal refuses, warning or error salvages.
func (d *SBOMDocument) Verdict() SBOMVerdict {
	verdict := Accepted
	for _, f := range d.Findings {
		switch f.Severity {
		case Fatal:
			return Refused
		case Warning, Failure:
			verdict = Salvaged
		}
	}
	return verdict
}
