package ocds

import "encoding/json"

// The objects of a release (OCDS 1.1.5, release schema), as far as decisions have something to say in them. Whatever is empty is left out:
// the standard's tools take an empty text, list or object for a mistake.

type release struct {
	OCID           string           `json:"ocid"`
	ID             string           `json:"id"`
	Date           string           `json:"date"`
	Tag            []string         `json:"tag"`
	InitiationType string           `json:"initiationType"`
	Language       string           `json:"language,omitempty"`
	Parties        []organization   `json:"parties,omitempty"`
	Buyer          *reference       `json:"buyer,omitempty"`
	Planning       *planning        `json:"planning,omitempty"`
	Tender         *tender          `json:"tender,omitempty"`
	Awards         []award          `json:"awards,omitempty"`
	Contracts      []contract       `json:"contracts,omitempty"`
	Related        []relatedProcess `json:"relatedProcesses,omitempty"`
}

type planning struct {
	Rationale  string       `json:"rationale,omitempty"`
	Budget     *budget      `json:"budget,omitempty"`
	Documents  []document   `json:"documents,omitempty"`
	Milestones []milestone  `json:"milestones,omitempty"`
	OSS        *ossDecision `json:"oss_decision,omitempty"`
}

type budget struct {
	Description string `json:"description,omitempty"`
	Amount      *value `json:"amount,omitempty"`
}

type tender struct {
	ID              string      `json:"id"`
	Title           string      `json:"title,omitempty"`
	Status          string      `json:"status,omitempty"`
	ProcuringEntity *reference  `json:"procuringEntity,omitempty"`
	Items           []item      `json:"items,omitempty"`
	Method          string      `json:"procurementMethod,omitempty"`
	Rationale       string      `json:"procurementMethodRationale,omitempty"`
	Category        string      `json:"mainProcurementCategory,omitempty"`
	Criteria        string      `json:"awardCriteria,omitempty"`
	CriteriaDetails string      `json:"awardCriteriaDetails,omitempty"`
	Tenderers       []reference `json:"tenderers,omitempty"`
	NumberTenderers int         `json:"numberOfTenderers,omitempty"`
	Documents       []document  `json:"documents,omitempty"`
	Milestones      []milestone `json:"milestones,omitempty"`
	Amendments      []amendment `json:"amendments,omitempty"`
}

type award struct {
	ID        string       `json:"id"`
	Title     string       `json:"title,omitempty"`
	Status    string       `json:"status,omitempty"`
	Date      string       `json:"date,omitempty"`
	Value     *value       `json:"value,omitempty"`
	Suppliers []reference  `json:"suppliers,omitempty"`
	Items     []item       `json:"items,omitempty"`
	Period    *period      `json:"contractPeriod,omitempty"`
	Documents []document   `json:"documents,omitempty"`
	OSS       *ossDecision `json:"oss_decision,omitempty"`
}

type contract struct {
	ID             string          `json:"id"`
	AwardID        string          `json:"awardID"`
	Title          string          `json:"title,omitempty"`
	Status         string          `json:"status,omitempty"`
	Period         *period         `json:"period,omitempty"`
	Value          *value          `json:"value,omitempty"`
	Items          []item          `json:"items,omitempty"`
	DateSigned     string          `json:"dateSigned,omitempty"`
	Documents      []document      `json:"documents,omitempty"`
	Implementation *implementation `json:"implementation,omitempty"`
	Amendments     []amendment     `json:"amendments,omitempty"`
}

type implementation struct {
	Milestones []milestone `json:"milestones,omitempty"`
	Documents  []document  `json:"documents,omitempty"`
}

type organization struct {
	ID         string      `json:"id"`
	Name       string      `json:"name,omitempty"`
	Identifier *identifier `json:"identifier,omitempty"`
	Roles      []string    `json:"roles,omitempty"`
}

type identifier struct {
	Scheme    string `json:"scheme,omitempty"`
	ID        string `json:"id,omitempty"`
	LegalName string `json:"legalName,omitempty"`
	URI       string `json:"uri,omitempty"`
}

type reference struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

type item struct {
	ID             string           `json:"id"`
	Description    string           `json:"description,omitempty"`
	Classification *classification  `json:"classification,omitempty"`
	Additional     []classification `json:"additionalClassifications,omitempty"`
}

type classification struct {
	Scheme string `json:"scheme"`
	ID     string `json:"id"`
}

type value struct {
	Amount   json.Number `json:"amount"`
	Currency string      `json:"currency,omitempty"`
}

type period struct {
	Start string `json:"startDate,omitempty"`
	End   string `json:"endDate,omitempty"`
}

type document struct {
	ID        string `json:"id"`
	Type      string `json:"documentType,omitempty"`
	Title     string `json:"title,omitempty"`
	URL       string `json:"url,omitempty"`
	Published string `json:"datePublished,omitempty"`
	Format    string `json:"format,omitempty"`
	Language  string `json:"language,omitempty"`
}

type milestone struct {
	ID          string `json:"id"`
	Title       string `json:"title,omitempty"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
	Code        string `json:"code,omitempty"`
	Due         string `json:"dueDate,omitempty"`
	Met         string `json:"dateMet,omitempty"`
	Status      string `json:"status,omitempty"`
}

type amendment struct {
	ID          string `json:"id"`
	Date        string `json:"date,omitempty"`
	Rationale   string `json:"rationale,omitempty"`
	Description string `json:"description,omitempty"`
	Amends      string `json:"amendsReleaseID,omitempty"`
	Release     string `json:"releaseID,omitempty"`
}

type relatedProcess struct {
	ID           string   `json:"id"`
	Relationship []string `json:"relationship"`
	Title        string   `json:"title,omitempty"`
	Scheme       string   `json:"scheme,omitempty"`
	Identifier   string   `json:"identifier,omitempty"`
	URI          string   `json:"uri,omitempty"`
}

// ossDecision is the object of the extension; extension/oss-decision.schema.json describes it.
type ossDecision struct {
	Regime        string         `json:"regime,omitempty"`
	Version       string         `json:"regimeVersion,omitempty"`
	Model         string         `json:"model,omitempty"`
	Outcome       string         `json:"outcome,omitempty"`
	Fit           *int           `json:"fitOssCandidates,omitempty"`
	Candidates    []ossCandidate `json:"candidates,omitempty"`
	Exemption     *ossExemption  `json:"exemption,omitempty"`
	Justification string         `json:"justificationSummary,omitempty"`
	Horizon       int            `json:"tcoHorizonMonths,omitempty"`
	Sovereignty   map[string]int `json:"sovereignty,omitempty"`
	Release       *ossRelease    `json:"releaseDecision,omitempty"`
	SBOM          string         `json:"sbomUrl,omitempty"`
	Review        string         `json:"reviewDate,omitempty"`
}

type ossCandidate struct {
	Name       string `json:"name"`
	Origin     string `json:"origin,omitempty"`
	OSS        string `json:"oss,omitempty"`
	Tier       int    `json:"tier,omitempty"`
	Fit        string `json:"fit,omitempty"`
	Eliminated string `json:"eliminatedReason,omitempty"`
}

type ossExemption struct {
	Ground    string `json:"ground,omitempty"`
	GrantedBy string `json:"grantedBy,omitempty"`
	Expires   string `json:"expires,omitempty"`
	URL       string `json:"url,omitempty"`
}

type ossRelease struct {
	Verdict    string `json:"verdict"`
	Ground     string `json:"ground,omitempty"`
	Repository string `json:"repository,omitempty"`
	SWHID      string `json:"swhid,omitempty"`
}
