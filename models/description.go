package models

import (
	"maps"
	"slices"
	"strings"
)

// DescriptionFormat is how a description was written down.
type DescriptionFormat string

const (
	PublicCode  DescriptionFormat = "publiccode.yml"
	CodeJSON    DescriptionFormat = "code.json"
	CodeMeta    DescriptionFormat = "codemeta.json"
	CatalogDCAT DescriptionFormat = "dcat"    // an asset of a catalogue in RDF: DCAT-AP, ADMS-AP
	SourceTree  DescriptionFormat = "tree"    // nobody described it; read off the files of the repository
	Typed       DescriptionFormat = "typed"   // written in the register itself
	OpenCatalog DescriptionFormat = "catalog" // an entry of the Open Catalog API without a publiccode.yml that can be read
)

// Description is what a publisher states of a piece of software, in the register's neutral terms. The names are those of
// publiccode.yml 0.7 where it has one. Nothing in it is trusted: it says what somebody says.
type Description struct {
	Format        DescriptionFormat
	FormatVersion string // as the file states it: "0.5.0"

	Name            string
	Suite           string // applicationSuite
	URL             string // of the repository; the identity of the software
	LandingURL      string
	DownloadURL     string   // code.json downloadURL
	BasedOn         []string // isBasedOn: what this is a variant of
	SoftwareVersion string
	ReleasedOn      *Date
	Logo            string
	Platforms       []string
	Categories      []string
	Tags            []string // free words: code.json tags, CodeMeta keywords
	UsedBy          []string // names as stated; a claim of the publisher and never proof of use
	FundedBy        []Party
	Roadmap         string
	Status          string // developmentStatus: concept, development, beta, stable, obsolete; other words as stated
	SoftwareType    string
	Supports        []string // "alias:gdpr" or a URI of a standard or law
	Organisation    Party
	Countries       []string                   // intendedAudience.countries, ISO 3166-1 alpha-2
	NotCountries    []string                   // intendedAudience.unsupportedCountries
	Scope           []string                   // intendedAudience.scope
	Texts           map[string]DescriptionText // by BCP 47 tag
	License         string                     // as stated; an SPDX expression in publiccode.yml
	Licenses        []string                   // when several are stated without saying how they go together (code.json)
	CopyrightOwner  string
	RepoOwner       string
	AuthorsFile     string
	Maintenance     string // internal, contract, community, none
	Contractors     []Contractor
	Contacts        []Contact
	Localised       *bool // localisationReady; nil when not stated
	Languages       []string
	Open            []Dependency // dependsOn.open
	Proprietary     []Dependency
	Hardware        []Dependency

	// Stated by code.json and CodeMeta only.
	ProgrammingLanguages []string
	UsageTypes           []string // code.json usageType: openSource, governmentWideReuse, exemptBy…
	ExemptionText        string
	LaborHours           *float64
	ContractNumbers      []string
	SBOM                 string // a link, or "None"
	Private              *bool  // repositoryVisibility; nil when not stated
	Feedback             string // where to report faults: feedbackMechanism, issueTracker
	DisclaimerURL        string
	DisclaimerText       string
	AIUseCaseID          string
	RelatedCode          []RelatedCode
	ReusedCode           []RelatedCode
	Partners             []Contact
	CreatedOn            *Date
	ModifiedOn           *Date
	MetadataOn           *Date    // when the description itself was last looked after
	Identifiers          []string // SWHIDs, purls, DOIs as stated

	// Kept are members that have no place above, by dotted key, as compact JSON: nothing that was stated is lost.
	Kept map[string]string
}

// DescriptionText is what is said of software in one language.
type DescriptionText struct {
	LocalisedName    string
	GenericName      string
	Short            string
	Long             string
	Documentation    string
	APIDocumentation string
	Features         []string
	Screenshots      []string
	Videos           []string
	Awards           []string
}

// Party is a body by name, by URI or both.
type Party struct{ Name, URI string }

// Contractor keeps software under a contract.
type Contractor struct {
	Name, Email, Website string
	Until                *Date // the end of the contract; nil when it was not stated or not a date
}

// Contact is a person or office to ask.
type Contact struct{ Name, Email, Phone, Affiliation string }

// Dependency is what software needs to run.
type Dependency struct {
	Name, VersionMin, VersionMax, Version string
	Optional                              bool
}

// RelatedCode points to code that belongs with this or went into it.
type RelatedCode struct {
	Name, URL  string
	Government *bool // isGovernmentRepo; nil when not stated
}

// Remark is one thing a reader has to say of a description.
type Remark struct {
	Rule     string   // stable id, kebab-case: "unknown-key"
	Severity Severity // Failure: the file breaks its standard. Warning: deprecated or doubtful. Note: worth knowing
	Key      string   // dotted path with indexes: description.en.features[2]; "" for the file as a whole
	Line     int      // counted from 1; 0 when there is none
	Column   int      // in characters, counted from 1; 0 when there is none
	Message  string   // what is wrong and what to write instead
}

// Valid reports whether no remark says that the file breaks its standard.
func Valid(remarks []Remark) bool {
	for _, r := range remarks {
		if r.Severity == Failure || r.Severity == Fatal {
			return false
		}
	}
	return true
}

// Text is what is said in the wanted language, else in DefaultLanguage, else in any, in tag order; tag is the language it is in, "" when nothing is said.
// A language stands for its regions: who wants "en" is given "en-GB".
func (d *Description) Text(lang string) (text DescriptionText, tag string) {
	tags := slices.Sorted(maps.Keys(d.Texts))
	for _, l := range []string{lang, DefaultLanguage} {
		if t, ok := d.Texts[l]; ok {
			return t, l
		}
		if i := slices.IndexFunc(tags, func(t string) bool { return strings.HasPrefix(strings.ToLower(t), l+"-") }); i >= 0 {
			return d.Texts[tags[i]], tags[i]
		}
	}
	if len(tags) == 0 {
		return DescriptionText{}, ""
	}
	return d.Texts[tags[0]], tags[0]
}

// ContractorsPast reports whether software is kept under contract and every contract with a stated end is over on the day.
func (d *Description) ContractorsPast(today Date) bool {
	past := false
	for _, c := range d.Contractors {
		if c.Until == nil || !c.Until.Before(today) {
			return false
		}
		past = true
	}
	return past && d.Maintenance == "contract"
}
