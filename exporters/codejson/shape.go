package codejson

import "github.com/go-json-experiment/json/jsontext"

// release is an entry, members in the order of schema 2.0.0, then those of CMS 2.1.0, then what was kept.
type release struct {
	Name           string         `json:"name,omitempty"`
	Version        string         `json:"version,omitempty"`
	Description    string         `json:"description,omitempty"`
	Status         string         `json:"status,omitempty"`
	Permissions    permissions    `json:"permissions"`
	Organization   string         `json:"organization,omitempty"`
	RepositoryURL  string         `json:"repositoryURL,omitempty"`
	Visibility     string         `json:"repositoryVisibility,omitempty"`
	HomepageURL    string         `json:"homepageURL,omitempty"`
	DownloadURL    string         `json:"downloadURL,omitempty"`
	DisclaimerURL  string         `json:"disclaimerURL,omitempty"`
	DisclaimerText string         `json:"disclaimerText,omitempty"`
	VCS            string         `json:"vcs,omitempty"`
	LaborHours     *float64       `json:"laborHours,omitempty"`
	ReuseFrequency jsontext.Value `json:"reuseFrequency"`
	Languages      []string       `json:"languages"`
	Maintenance    string         `json:"maintenance,omitempty"`
	ContractNumber []string       `json:"contractNumber"`
	SBOM           string         `json:"SBOM"`
	RelatedCode    []code         `json:"relatedCode,omitempty"`
	ReusedCode     []code         `json:"reusedCode,omitempty"`
	Partners       []person       `json:"partners,omitempty"`
	Date           dates          `json:"date"`
	Tags           []string       `json:"tags"`
	Contact        *person        `json:"contact,omitempty"`
	Feedback       string         `json:"feedbackMechanism,omitempty"`
	AIUseCaseID    string         `json:"AIUseCaseID"`

	LongDescription string   `json:"longDescription,omitempty"`
	Platforms       []string `json:"platforms,omitempty"`
	Categories      []string `json:"categories,omitempty"`
	SoftwareType    string   `json:"softwareType,omitempty"`
	Localisation    *bool    `json:"localisation,omitempty"`

	Kept map[string]jsontext.Value `json:",embed"`
}

// members are the names that release writes itself.
var members = []string{
	"name", "version", "description", "status", "permissions", "organization", "repositoryURL", "repositoryVisibility", "homepageURL", "downloadURL", "disclaimerURL", "disclaimerText", "vcs", "laborHours",
	"reuseFrequency", "languages", "maintenance", "contractNumber", "SBOM", "relatedCode", "reusedCode", "partners", "date", "tags", "contact", "feedbackMechanism", "AIUseCaseID",
	"longDescription", "platforms", "categories", "softwareType", "localisation",
}

type permissions struct {
	Licenses  []license `json:"licenses"`
	UsageType []string  `json:"usageType"`
	Exemption string    `json:"exemptionText,omitempty"`
}

type license struct {
	Name string `json:"name"`
	URL  string `json:"URL,omitempty"`
}

type code struct {
	Name       string `json:"name,omitempty"`
	URL        string `json:"URL,omitempty"`
	Government *bool  `json:"isGovernmentRepo,omitempty"`
}

type person struct {
	Email string `json:"email,omitempty"`
	Name  string `json:"name,omitempty"`
}

type dates struct {
	Created  string `json:"created,omitempty"`
	Modified string `json:"lastModified,omitempty"`
	Metadata string `json:"metadataLastUpdated,omitempty"`
}

type measurement struct {
	Method string `json:"method"`
}

type index struct {
	Version     string      `json:"version"`
	Measurement measurement `json:"measurementType"`
	Agency      string      `json:"agency,omitempty"`
	Releases    []*release  `json:"releases"`
}
