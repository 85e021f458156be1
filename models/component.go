package models

import "time"

// Component is one distinct set of package facts, shared by all SBOMs that state them.
type Component struct {
	ID          int32
	Hash        []byte // 16 bytes over all facts below
	PURL        string `gorm:"column:purl"`
	Base        string // purl without version, qualifiers and subpath; "" without a purl
	Ecosystem   string // purl type, "" without a purl
	Name        string
	Version     string
	PURLName    string `gorm:"column:purl_name"` // lower-case name within the purl
	Upstream    string // lower-case name of the source package it was built from, as its purl says
	Supplier    string
	DeclaredID  int32 // license_expressions; what the supplier declares
	ConcludedID int32 // what the document's author concluded
	EffectiveID int32 // the one that decides: concluded when it says something, else declared
	CreatedAt   time.Time
}

// LicenseExpression is one licence string as stated, read once and shared.
type LicenseExpression struct {
	ID        int32
	Hash      []byte // 16 bytes over Stated and, for LicenseRefs, the texts they stand for
	Stated    string
	Kind      string     // licenses.Kind: expression, none, noassertion, absent, unreadable
	Canonical string     // "" unless Kind is expression
	Guessed   bool       // the expression is our reading of something that was none
	Class     string     // licenses.Class: permissive, weak-copyleft, …, unknown
	Leaves    StringList // licence ids in it
	CreatedAt time.Time
}

// SBOMState says whether a document speaks for its release.
type SBOMState string

const (
	SBOMCurrent    SBOMState = "current"
	SBOMSuperseded SBOMState = "superseded"
	SBOMWithdrawn  SBOMState = "withdrawn"
)

// SBOM is one document attached to a release: the header. Its arrays, edges, rollups and original bytes are kept apart.
type SBOM struct {
	ID             int64
	ReleaseID      int64
	SHA256         []byte `gorm:"column:sha256"`
	Bytes          int64
	Filename       string // as the sender called it, for people only
	Format         SBOMFormat
	SpecVersion    string
	Name           string
	Namespace      string
	Creators       []Creator `gorm:"serializer:json"`
	IssuedAt       *time.Time
	ListVersion    string
	Edition        string // the document's own version
	Context        string // generation context; see SBOMDocument
	Signed         bool
	Supplier       string  // whose document it is: of the upload link, else of the root package, else the organisation that made it
	Tallies        []Tally `gorm:"serializer:json"`
	State          SBOMState
	SupersededByID *int64
	OriginalID     int64 // the SBOM under whose id the bytes are kept: its own, or an earlier one with the same bytes
	Verdict        SBOMVerdict
	Packages       int
	Components     int // distinct
	Relations      int
	Files          int
	Findings       []ReadFinding `gorm:"serializer:json"`
	MoreFindings   int
	ReceivedByID   *int64
	ReceivedAt     time.Time
	ReducedAt      *time.Time // content and original were let go by a retention rule
}

// Content is what an SBOM holds beside its header, addressed by package ordinal.
type Content struct {
	SBOMID     int64
	Components []int32 // component id of each package, by ordinal
	Roots      []int32
	Edges      []Edge
}
