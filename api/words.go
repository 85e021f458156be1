package api

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// The words that a field may have come from models, so that the description of the API cannot lag behind the rules.
type (
	AgencyKind          string
	AgencyState         string
	Origin              string
	AssetLifecycle      string
	AnyAssetLifecycle   string
	Visibility          string
	URLKind             string
	IdentifierKind      string
	AssetSort           string
	Environment         string
	Hosting             string
	DataClass           string
	PersonalData        string
	DeploymentLifecycle string
	DeploymentState     string
	Gap                 string
	ImportOutcome       string
	SBOMFormat          string
	SBOMState           string
	SBOMVerdict         string
	Severity            string
	LicenseClass        string
	LicenseKind         string
	Role                string
	Action              string
	EventSort           string
	SearchNoun          string
	Door                string
	DeliveryState       string
	MakeRule            string
	CheckVerdict        string
)

// words is the schema of a text that is one of a few.
func words[T ~string](doc string, known ...T) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Description: doc}
	for _, k := range known {
		s.Enum = append(s.Enum, string(k))
	}
	return s
}

func (AgencyKind) Schema(huma.Registry) *huma.Schema {
	return words("What sort of public body it is", models.AgencyKinds...)
}

func (AgencyState) Schema(huma.Registry) *huma.Schema {
	return words("Whether the agency still acts", models.AgencyActive, models.AgencyMerged, models.AgencyClosed)
}

func (Origin) Schema(huma.Registry) *huma.Schema {
	return words("Where the software comes from", models.Origins...)
}

func (AssetLifecycle) Schema(huma.Registry) *huma.Schema {
	return words("Where the software stands in its life", models.AssetLifecycles...)
}

func (AnyAssetLifecycle) Schema(huma.Registry) *huma.Schema {
	return words("Where the software stands in its life", append(models.AssetLifecycles[:len(models.AssetLifecycles):len(models.AssetLifecycles)], models.AssetMerged)...)
}

func (Visibility) Schema(huma.Registry) *huma.Schema {
	return words("Who may see it: everybody, everyone in government, or the agency and those above it", models.Visibilities...)
}

func (URLKind) Schema(huma.Registry) *huma.Schema {
	return words("What the address leads to", models.RepositoryURL, models.HomeURL)
}

func (IdentifierKind) Schema(huma.Registry) *huma.Schema {
	return words("The scheme of the identifier", models.PURL, models.CPE, models.SWHID)
}

func (AssetSort) Schema(huma.Registry) *huma.Schema {
	return words("The order: A to Z, or most recently changed first", models.ByName, models.ByUpdated)
}

func (Environment) Schema(huma.Registry) *huma.Schema {
	return words("Where in the agency's estate it runs", models.Environments...)
}

func (Hosting) Schema(huma.Registry) *huma.Schema {
	return words("The kind of place it runs in", models.Hostings...)
}

func (DataClass) Schema(huma.Registry) *huma.Schema {
	return words("The highest class of data it handles", models.DataClasses...)
}

func (PersonalData) Schema(huma.Registry) *huma.Schema {
	return words("Whether it handles personal data (GDPR, Articles 4 and 9)", models.PersonalDatas...)
}

func (DeploymentLifecycle) Schema(huma.Registry) *huma.Schema {
	return words("Where the deployment stands in its life", models.DeploymentLifecycles...)
}

func (DeploymentState) Schema(huma.Registry) *huma.Schema {
	return words("How sure the register is that it is true", models.DeploymentStates...)
}

func (Gap) Schema(huma.Registry) *huma.Schema {
	return words("Only what runs or is planned and lacks this", models.Gaps...)
}

func (ImportOutcome) Schema(huma.Registry) *huma.Schema {
	return words("What became of a row, or would", register.RowCreated, register.RowChanged, register.RowUnchanged, register.RowRefused)
}

func (SBOMFormat) Schema(huma.Registry) *huma.Schema {
	return words("The notation, as found in the bytes", models.SBOMFormats...)
}

func (SBOMState) Schema(huma.Registry) *huma.Schema {
	return words("Whether the document speaks for its release", models.SBOMCurrent, models.SBOMSuperseded, models.SBOMWithdrawn)
}

func (SBOMVerdict) Schema(huma.Registry) *huma.Schema {
	return words("How the document fared: read whole, or only what is sound in it", models.Accepted, models.Salvaged)
}

func (Severity) Schema(huma.Registry) *huma.Schema {
	return words("How much a finding matters", models.Note, models.Warning, models.Failure, models.Fatal)
}

func (LicenseClass) Schema(huma.Registry) *huma.Schema {
	return words("How much a licence asks of those who pass the software on", licenses.Classes()...)
}

func (LicenseKind) Schema(huma.Registry) *huma.Schema {
	return words("What a stated licence turned out to be", licenses.ReadExpression, licenses.ReadNone, licenses.ReadNoAssertion, licenses.ReadAbsent, licenses.ReadUnreadable)
}

func (Role) Schema(huma.Registry) *huma.Schema {
	return words("What a person is in an agency, or in the whole register", models.Roles...)
}

func (Action) Schema(huma.Registry) *huma.Schema {
	return words("Something that may be asked of the register", models.Actions...)
}

func (EventSort) Schema(huma.Registry) *huma.Schema {
	return words("The order: oldest first goes on after an id, latest first goes back before one", "oldest", "latest")
}

func (SearchNoun) Schema(huma.Registry) *huma.Schema {
	return words("What kind of thing was found", "asset", "component", "agency", "repository")
}

func (Door) Schema(huma.Registry) *huma.Schema {
	return words("The way a document came in by", models.DoorAPI, models.DoorPage, models.DoorPipeline, models.DoorLink, models.DoorImport)
}

func (DeliveryState) Schema(huma.Registry) *huma.Schema {
	return words("What became of a document handed in", models.DeliveryStates...)
}

func (MakeRule) Schema(huma.Registry) *huma.Schema {
	return words("What may be made when it is not found: nothing, a release of software that is there, or the software too", models.MakeRules...)
}

func (CheckVerdict) Schema(huma.Registry) *huma.Schema {
	return words("How the document would fare: read whole, only what is sound in it, or not at all", models.Accepted, models.Salvaged, models.Refused)
}
