package web

import (
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

// term is how a state or kind is said to people, and in which tone its tag is shown.
type term struct{ word, tone string }

// The tones of tags.
const (
	toneGood    = "good"
	toneCaution = "caution"
	toneBad     = "bad"
	toneUnknown = "unknown"
	tonePlain   = "plain"
)

// originTerms and its like give the words of each typed string. A value that is missing here is shown as it is spelled.
var (
	originTerms = map[models.Origin]term{
		models.GovBuilt: {"Built by government", tonePlain}, models.OpenSource: {"Open source", tonePlain},
		models.Proprietary: {"Proprietary", tonePlain}, models.Service: {"Service", tonePlain},
	}
	lifecycleTerms = map[models.AssetLifecycle]term{
		models.AssetPlanned: {"Planned", tonePlain}, models.AssetInUse: {"In use", toneGood}, models.AssetRetired: {"Retired", toneCaution}, models.AssetMerged: {"Merged", tonePlain},
	}
	visibilityTerms = map[models.Visibility]term{
		models.VisiblePublic: {"Everybody", tonePlain}, models.VisibleGovernment: {"Government only", toneCaution}, models.VisibleAgency: {"This agency only", toneCaution},
	}
	environmentTerms = map[models.Environment]term{
		models.Production: {"Production", tonePlain}, models.Acceptance: {"Acceptance", tonePlain}, models.Testing: {"Test", tonePlain}, models.Development: {"Development", tonePlain},
	}
	stateTerms = map[models.DeploymentState]term{
		models.Claimed: {"Not confirmed", toneUnknown}, models.Confirmed: {"Confirmed", toneGood}, models.Stale: {"Stale", toneCaution}, models.Withdrawn: {"Withdrawn", tonePlain},
	}
	hostingTerms = map[models.Hosting]term{
		models.HostingUnknown: {"Not known", toneUnknown}, models.OnPremises: {"Own premises", tonePlain}, models.GovernmentCloud: {"Government cloud", tonePlain},
		models.PrivateCloud: {"Private cloud", tonePlain}, models.PublicCloud: {"Public cloud", tonePlain}, models.VendorService: {"Run by its supplier", tonePlain}, models.Workstations: {"Workstations", tonePlain},
	}
	dataTerms = map[models.DataClass]term{
		models.DataUnknown: {"Not known", toneUnknown}, models.DataOpen: {"Open", tonePlain}, models.DataInternal: {"Internal", tonePlain},
		models.DataConfidential: {"Confidential", toneCaution}, models.DataSecret: {"Secret", toneBad},
	}
	personalTerms = map[models.PersonalData]term{
		models.PersonalUnknown: {"Not known", toneUnknown}, models.PersonalNone: {"None", tonePlain}, models.PersonalPlain: {"Personal data", toneCaution}, models.PersonalSpecial: {"Special categories", toneBad},
	}
	runTerms = map[models.DeploymentLifecycle]term{
		models.DeploymentPlanned: {"Planned", tonePlain}, models.DeploymentRunning: {"Running", toneGood}, models.DeploymentPhaseOut: {"Being phased out", toneCaution}, models.DeploymentEnded: {"Ended", tonePlain},
	}
	agencyKindTerms = map[models.AgencyKind]term{
		models.Government: {"Government", tonePlain}, models.Ministry: {"Ministry", tonePlain}, models.Department: {"Department", tonePlain}, models.Authority: {"Authority", tonePlain},
		models.LocalBody: {"Local body", tonePlain}, models.SharedServices: {"Shared services", tonePlain}, models.StateCompany: {"State company", tonePlain}, models.OtherBody: {"Other body", tonePlain},
	}
	agencyStateTerms = map[models.AgencyState]term{
		models.AgencyActive: {"Active", toneGood}, models.AgencyMerged: {"Merged", tonePlain}, models.AgencyClosed: {"Closed", tonePlain},
	}
	verdictTerms = map[models.SBOMVerdict]term{
		models.Accepted: {"Accepted", toneGood}, models.Salvaged: {"Partly read", toneCaution}, models.Refused: {"Refused", toneBad},
	}
	sbomStateTerms = map[models.SBOMState]term{
		models.SBOMCurrent: {"Current", toneGood}, models.SBOMSuperseded: {"Superseded", tonePlain}, models.SBOMWithdrawn: {"Withdrawn", toneCaution},
	}
	severityTerms = map[models.Severity]term{
		models.Note: {"Note", tonePlain}, models.Warning: {"Warning", toneCaution}, models.Failure: {"Left out", toneBad}, models.Fatal: {"Not readable", toneBad},
	}
	formatTerms = map[models.SBOMFormat]term{
		models.SPDXJSON: {"SPDX JSON", tonePlain}, models.SPDXTagValue: {"SPDX tag-value", tonePlain}, models.SPDXYAML: {"SPDX YAML", tonePlain}, models.SPDXRDF: {"SPDX RDF", tonePlain}, models.SPDXXML: {"SPDX XML", tonePlain},
		models.SPDX3JSONLD: {"SPDX 3 JSON-LD", tonePlain}, models.CycloneDXJSON: {"CycloneDX JSON", tonePlain}, models.CycloneDXXML: {"CycloneDX XML", tonePlain},
	}
	deliveryTerms = map[models.DeliveryState]term{
		models.DeliveryWaiting: {"Waiting", tonePlain}, models.DeliveryReading: {"Being read", tonePlain}, models.DeliveryDone: {"Done", toneGood},
		models.DeliveryRefused: {"Refused", toneBad}, models.DeliveryFailed: {"Given up", toneBad}, models.DeliveryCancelled: {"Stopped", toneCaution},
	}
	doorTerms = map[models.Door]term{
		models.DoorAPI: {"API", tonePlain}, models.DoorPage: {"Page of the register", tonePlain}, models.DoorPipeline: {"Build pipeline", tonePlain},
		models.DoorLink: {"Upload link of a supplier", tonePlain}, models.DoorImport: {"Import at the command line", tonePlain},
	}
	classTerms = map[licenses.Class]term{
		licenses.Permissive: {"Permissive", tonePlain}, licenses.WeakCopyleft: {"Weak copyleft", tonePlain}, licenses.StrongCopyleft: {"Strong copyleft", tonePlain},
		licenses.RestrictedUse: {"Restricted use", toneCaution}, licenses.Unknown: {"Unknown", toneUnknown},
	}
	roleTerms = map[models.Role]term{
		models.Reader: {"Reader", tonePlain}, models.Registrar: {"Registrar", tonePlain}, models.Procurement: {"Procurement officer", tonePlain}, models.Counsel: {"Counsel", tonePlain},
		models.OSPOStaff: {"Open source programme office", tonePlain}, models.Auditor: {"Auditor", tonePlain}, models.Administrator: {"Administrator", tonePlain},
		models.Requester: {"Requester", tonePlain}, models.Evaluator: {"Evaluator", tonePlain}, models.Adviser: {"Adviser", tonePlain}, models.ProceduralReviewer: {"Procedural reviewer", tonePlain}, models.Approver: {"Approver", tonePlain},
		models.ExemptionAuthority: {"Authority for exemptions", tonePlain}, models.OpinionGiver: {"Opinion giver", tonePlain}, models.ReleaseOfficer: {"Release officer", tonePlain}, models.ReviewBody: {"Review body", tonePlain},
	}
	urlKindTerms = map[models.URLKind]term{models.RepositoryURL: {"Repository", tonePlain}, models.HomeURL: {"Home page", tonePlain}}
	idKindTerms  = map[models.IdentifierKind]term{models.PURL: {"Package URL (purl)", tonePlain}, models.CPE: {"CPE name", tonePlain}, models.SWHID: {"Software Heritage identifier", tonePlain}}
)

// rehearsedTag says what would become of a row of a list.
func rehearsedTag(o register.ImportOutcome) tag {
	switch o {
	case register.RowCreated:
		return tag{"To be added", toneGood}
	case register.RowChanged:
		return tag{"To be changed", tonePlain}
	}
	return outcomeTag(o)
}

// outcomeTag says what became of a row of a list.
func outcomeTag(o register.ImportOutcome) tag {
	switch o {
	case register.RowCreated:
		return tag{"Added", toneGood}
	case register.RowChanged:
		return tag{"Changed", tonePlain}
	case register.RowRefused:
		return tag{"Refused", toneBad}
	}
	return tag{"Unchanged", tonePlain}
}

// criticalityWords says the numbers of Deployment.Criticality.
var criticalityWords = [...]string{"Not assessed", "1 of 4, low", "2 of 4, medium", "3 of 4, high", "4 of 4, vital"}

func criticality(n int16) string {
	if n < 0 || int(n) >= len(criticalityWords) {
		return number(n)
	}
	return criticalityWords[n]
}

// termOf finds the words of any typed string of models.
func termOf(v any) term {
	switch x := v.(type) {
	case models.Origin:
		return among(originTerms, x)
	case models.AssetLifecycle:
		return among(lifecycleTerms, x)
	case models.Visibility:
		return among(visibilityTerms, x)
	case models.Environment:
		return among(environmentTerms, x)
	case models.DeploymentState:
		return among(stateTerms, x)
	case models.Hosting:
		return among(hostingTerms, x)
	case models.DataClass:
		return among(dataTerms, x)
	case models.PersonalData:
		return among(personalTerms, x)
	case models.DeploymentLifecycle:
		return among(runTerms, x)
	case models.AgencyKind:
		return among(agencyKindTerms, x)
	case models.AgencyState:
		return among(agencyStateTerms, x)
	case models.SBOMVerdict:
		return among(verdictTerms, x)
	case models.SBOMState:
		return among(sbomStateTerms, x)
	case models.Severity:
		return among(severityTerms, x)
	case models.SBOMFormat:
		return among(formatTerms, x)
	case models.DeliveryState:
		return among(deliveryTerms, x)
	case models.Host, models.RepositoryState, models.ForkKind, models.VisitOutcome, models.HarvestState, models.ArchiveState, models.Metric, models.SourceKind, models.Freshness, models.SearchPlace:
		return repositoryTerm(v)
	case models.WebhookScope, models.WebhookFormat, models.WebhookState, models.WebhookDeliveryState, models.WebhookOutcome:
		return webhookTerm(v)
	case models.UseClaimOrigin, models.UseClaimState, models.Expertise, models.QuestionState, models.Side, models.CallKind, models.CallState, models.AccessState:
		return reuseTerm(v)
	case models.Answer, models.KeeperKind, models.StackStatus, models.StackFault, models.ContinuityRisk:
		return keepingTerm(v)
	case models.Door:
		return among(doorTerms, x)
	case licenses.Class:
		return among(classTerms, x)
	case models.Role:
		return among(roleTerms, x)
	case models.URLKind:
		return among(urlKindTerms, x)
	case models.IdentifierKind:
		return among(idKindTerms, x)
	case models.FindingState, models.FindingSeverity, models.ExemptionState, models.ObligationState, models.Reach, licenses.Answer, licenses.Linking, licenses.ObligationKind, register.NoticeFormat:
		return licenseTermOf(x)
	case models.DecisionState, models.DecisionKind, models.DecisionTrack, models.CandidateOrigin, models.RuleOutcome, models.RequirementLevel, models.SuggestionState, policy.Answer:
		return decisionTermOf(x)
	case string:
		return term{x, tonePlain}
	}
	return policyTerm(v)
}

func among[T ~string](terms map[T]term, v T) term {
	if t, ok := terms[v]; ok {
		return t
	}
	return term{strings.ReplaceAll(string(v), "-", " "), tonePlain}
}

// word says a typed string to people: gov-built is "Built by government".
func word(v any) string { return termOf(v).word }

// className says a licence class that comes as plain text from a report.
func className(class string) string { return word(licenses.Class(class)) }

// words makes the options of a choice from its values.
func words[T ~string](values []T) []option {
	list := make([]option, len(values))
	for i, v := range values {
		list[i] = option{Value: string(v), Label: word(v)}
	}
	return list
}

// each says every word of a list.
func each(list []string, say func(string) string) []string {
	said := make([]string, len(list))
	for i, one := range list {
		said[i] = say(one)
	}
	return said
}
