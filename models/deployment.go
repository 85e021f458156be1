package models

import (
	"regexp"
	"time"
)

// Environment is where in an agency's estate a release runs.
type Environment string

const (
	Production  Environment = "production"
	Acceptance  Environment = "acceptance"
	Testing     Environment = "test"
	Development Environment = "development"
)

// Environments lists the environments in the order of a form.
var Environments = []Environment{Production, Acceptance, Testing, Development}

// Hosting is the kind of place a deployment runs in.
type Hosting string

const (
	HostingUnknown  Hosting = "unknown"
	OnPremises      Hosting = "on-premises"
	GovernmentCloud Hosting = "government-cloud"
	PrivateCloud    Hosting = "private-cloud"
	PublicCloud     Hosting = "public-cloud"
	VendorService   Hosting = "vendor-service" // run by its supplier
	Workstations    Hosting = "workstations"
)

// Hostings lists the kinds of hosting in the order of a form.
var Hostings = []Hosting{HostingUnknown, OnPremises, GovernmentCloud, PrivateCloud, PublicCloud, VendorService, Workstations}

// DataClass is the highest class of data a deployment handles.
type DataClass string

const (
	DataUnknown      DataClass = "unknown"
	DataOpen         DataClass = "open"
	DataInternal     DataClass = "internal"
	DataConfidential DataClass = "confidential"
	DataSecret       DataClass = "secret"
)

// DataClasses lists the classes from unknown to most protected.
var DataClasses = []DataClass{DataUnknown, DataOpen, DataInternal, DataConfidential, DataSecret}

// PersonalData says whether personal data are handled (GDPR Art. 4 and Art. 9 terms).
type PersonalData string

const (
	PersonalUnknown PersonalData = "unknown"
	PersonalNone    PersonalData = "none"
	PersonalPlain   PersonalData = "personal"
	PersonalSpecial PersonalData = "special-category"
)

// PersonalDatas lists the values in the order of a form.
var PersonalDatas = []PersonalData{PersonalUnknown, PersonalNone, PersonalPlain, PersonalSpecial}

// DeploymentLifecycle says where a deployment stands in its life.
type DeploymentLifecycle string

const (
	DeploymentPlanned  DeploymentLifecycle = "planned"
	DeploymentRunning  DeploymentLifecycle = "running"
	DeploymentPhaseOut DeploymentLifecycle = "phase-out"
	DeploymentEnded    DeploymentLifecycle = "ended"
)

// DeploymentLifecycles lists the values in the order of a form.
var DeploymentLifecycles = []DeploymentLifecycle{DeploymentPlanned, DeploymentRunning, DeploymentPhaseOut, DeploymentEnded}

// DeploymentState says how sure the register is that a deployment is true.
type DeploymentState string

const (
	Claimed   DeploymentState = "claimed"   // registered, nobody has confirmed it
	Confirmed DeploymentState = "confirmed" // somebody attested it and the attestation still holds
	Stale     DeploymentState = "stale"     // the last attestation has run out; follows from ValidUntilOn, never stored
	Withdrawn DeploymentState = "withdrawn" // declared untrue or ended
)

// DeploymentStates lists the states as a filter offers them.
var DeploymentStates = []DeploymentState{Claimed, Confirmed, Stale, Withdrawn}

// Deployment is an agency running an asset in an environment.
type Deployment struct {
	ID             int64
	AgencyID       int64
	AssetID        int64
	ReleaseID      *int64
	VersionText    string // what was reported; equals the release's number when ReleaseID is set
	Service        string // the business service it serves: "Old-age pensions"
	Environment    Environment
	BusinessOwner  string // role or unit, and how to reach it
	BusinessEmail  string
	TechnicalOwner string
	TechnicalEmail string
	Criticality    int16 // 1 low – 4 vital; 0 not assessed
	DataClass      DataClass
	PersonalData   PersonalData
	Hosting        Hosting
	Provider       string // who runs the hosting
	Jurisdiction   string // ISO 3166-1 alpha-2 of the place the data are in; "" unknown
	Lifecycle      DeploymentLifecycle
	InstalledOn    *Date
	ConfirmedOn    *Date // day of the last attestation
	ValidUntilOn   *Date // the attestation holds up to and including this day
	State          DeploymentState
	Visibility     Visibility // who may see that the agency runs the asset
	Details        Visibility // who may see version, hosting, owners and data facts
	Version        int64      // counts changes; the ETag
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Attestation is a dated statement that a deployment is true.
type Attestation struct {
	ID           int64
	DeploymentID int64
	UserID       int64
	Statement    string
	ValidUntilOn Date
	CreatedAt    time.Time
}

// AttestationDays is how long an attestation holds when nothing else is said.
const AttestationDays = 180

// MaxAttestationDays bounds what may be asked for.
const MaxAttestationDays = 400

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

// Validate reports every field that breaks a rule.
func (d *Deployment) Validate() error {
	var m Mistakes
	if d.AgencyID == 0 {
		m.Add("agencyId", "required", "Say which agency runs it.")
	}
	if d.AssetID == 0 {
		m.Add("assetId", "required", "Say which software it is.")
	}
	checkLength(&m, "versionText", d.VersionText, 100)
	checkLength(&m, "service", d.Service, 200)
	checkOneOf(&m, "environment", d.Environment, Environments)
	checkLength(&m, "businessOwner", d.BusinessOwner, 200)
	checkMail(&m, "businessEmail", d.BusinessEmail)
	checkLength(&m, "technicalOwner", d.TechnicalOwner, 200)
	checkMail(&m, "technicalEmail", d.TechnicalEmail)
	if d.Criticality < 0 || d.Criticality > 4 {
		m.Add("criticality", "out-of-range", "Use 1 (low) to 4 (vital), or 0 when it has not been assessed.")
	}
	checkOneOf(&m, "dataClass", d.DataClass, DataClasses)
	checkOneOf(&m, "personalData", d.PersonalData, PersonalDatas)
	checkOneOf(&m, "hosting", d.Hosting, Hostings)
	checkLength(&m, "provider", d.Provider, 200)
	if d.Jurisdiction != "" && !countryCode.MatchString(d.Jurisdiction) {
		m.Add("jurisdiction", "bad-country", "Use the two-letter country code of ISO 3166-1, such as TT.")
	}
	checkOneOf(&m, "lifecycle", d.Lifecycle, DeploymentLifecycles)
	checkOneOf(&m, "visibility", d.Visibility, Visibilities)
	checkOneOf(&m, "details", d.Details, Visibilities)
	return m.Err()
}

// StateOn is the state on a day: a confirmation that has run out is stale.
func (d *Deployment) StateOn(today Date) DeploymentState {
	if d.State == Confirmed && d.ValidUntilOn != nil && d.ValidUntilOn.Before(today) {
		return Stale
	}
	return d.State
}

// Redact takes away what a viewer without sight of the details may not know.
func (d *Deployment) Redact() {
	*d = Deployment{
		ID: d.ID, AgencyID: d.AgencyID, AssetID: d.AssetID, Environment: d.Environment, Service: d.Service,
		Lifecycle: d.Lifecycle, State: d.State, ConfirmedOn: d.ConfirmedOn, ValidUntilOn: d.ValidUntilOn,
		Visibility: d.Visibility, Details: d.Details, Version: d.Version, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		DataClass: DataUnknown, PersonalData: PersonalUnknown, Hosting: HostingUnknown,
	}
}

// Confirm records an attestation made on a day: claimed and stale become confirmed.
func (d *Deployment) Confirm(today, until Date) error {
	switch {
	case d.State == Withdrawn:
		return Refuse(Conflict, "deployment-withdrawn", "This deployment was withdrawn. Register it anew if it runs again.")
	case until.Before(today) || until.DaysSince(today) > MaxAttestationDays:
		return &Error{Kind: Invalid, Code: "invalid-input", Detail: "The attestation cannot be recorded.", Fields: []FieldError{{
			Field: "validUntilOn", Code: "out-of-range", Detail: "Choose a day from today to 400 days ahead."}}}
	}
	d.State, d.ConfirmedOn, d.ValidUntilOn = Confirmed, &today, &until
	return nil
}

// Withdraw declares the deployment untrue or ended.
func (d *Deployment) Withdraw() error {
	if d.State == Withdrawn {
		return Refuse(Conflict, "deployment-withdrawn", "This deployment is withdrawn already.")
	}
	d.State = Withdrawn
	if d.Lifecycle != DeploymentEnded {
		d.Lifecycle = DeploymentEnded
	}
	return nil
}
