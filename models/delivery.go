package models

import (
	"time"
)

// Door is the way a document came in by.
type Door string

const (
	DoorAPI      Door = "api"
	DoorPage     Door = "page"
	DoorPipeline Door = "pipeline" // the upload API of Dependency-Track
	DoorLink     Door = "link"     // a supplier's one-time upload link
	DoorImport   Door = "import"   // the command line
)

// DeliveryState says what became of a document handed in.
type DeliveryState string

const (
	DeliveryWaiting   DeliveryState = "waiting"
	DeliveryReading   DeliveryState = "reading"
	DeliveryDone      DeliveryState = "done"
	DeliveryRefused   DeliveryState = "refused"   // the document cannot be taken; sending it again changes nothing
	DeliveryFailed    DeliveryState = "failed"    // the register could not read it, several times; may be tried again
	DeliveryCancelled DeliveryState = "cancelled" // somebody stopped it
)

// DeliveryStates lists the states in the order of a filter.
var DeliveryStates = []DeliveryState{DeliveryWaiting, DeliveryReading, DeliveryDone, DeliveryRefused, DeliveryFailed, DeliveryCancelled}

// Ended reports whether nothing more happens by itself.
func (s DeliveryState) Ended() bool { return s != DeliveryWaiting && s != DeliveryReading }

// Delivery is a document handed in, from its arrival to its verdict. The bytes are kept first and read afterwards.
type Delivery struct {
	ID         int64
	Token      string // UUID; what a pipeline polls by
	Door       Door
	Target     Target `gorm:"serializer:json"`
	AgencyID   *int64 // whose registrars see it
	ReleaseID  *int64 // known at once, or found while reading
	LinkID     *int64
	Filename   string
	SHA256     []byte `gorm:"column:sha256"`
	Bytes      int64
	State      DeliveryState
	Code       string // problem code of a refusal or failure
	Reason     string // one sentence for the sender
	Packages   int    // read so far
	BytesRead  int64
	Attempts   int
	JobID      *int64
	SBOMID     *int64 `gorm:"column:sbom_id"`
	Again      bool   // these bytes were there already
	SentByID   *int64
	TokenID    *int64
	Sender     string // name of who sent it, as in the audit trail
	CreatedAt  time.Time
	StartedAt  *time.Time
	FinishedAt *time.Time
}

// Target says which release a document is for: by number, or by what to find or make it by. What is empty is taken from
// the document's own root package.
type Target struct {
	ReleaseID  int64      `json:"releaseId,omitempty"` // when set, the rest is not used
	AssetID    int64      `json:"assetId,omitempty"`
	AgencyID   int64      `json:"agencyId,omitempty"`   // steward of what is made; where to look by name
	Name       string     `json:"name,omitempty"`       // of the asset
	Number     string     `json:"number,omitempty"`     // of the release
	ParentID   int64      `json:"parentId,omitempty"`   // the larger system an asset that is made is a part of
	Categories StringList `json:"categories,omitempty"` // of an asset that is made
	Origin     Origin     `json:"origin,omitempty"`     // of an asset that is made; gov-built when empty
	Make       MakeRule   `json:"make,omitempty"`
}

// MakeRule says what may be made when it is not found.
type MakeRule string

const (
	MakeNothing MakeRule = "nothing" // also the zero value
	MakeRelease MakeRule = "release"
	MakeAsset   MakeRule = "asset" // and its release
)

// MakeRules lists the rules from least to most.
var MakeRules = []MakeRule{MakeNothing, MakeRelease, MakeAsset}
