package api

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// The words of policies and of what follows from them.
type (
	PolicyState     string
	PolicyOutcome   string
	FindingSeverity string
	FindingState    string
	LicenseVerdict  string
	ExemptionState  string
	Reach           string
	SoftwareUse     string
	Linking         string
	Answer          string
	ObligationKind  string
	ObligationState string
	Openness        string
	Reciprocity     string
	UseLimit        string
	Patents         string
	FindingGroup    string
)

// Schema lists the words of PolicyState.
func (PolicyState) Schema(huma.Registry) *huma.Schema {
	return words("A draft judges nothing; what is superseded is kept and can still be run", models.PolicyStates...)
}

// Schema lists the words of PolicyOutcome.
func (PolicyOutcome) Schema(huma.Registry) *huma.Schema {
	return words("What a rule says; unknown leaves a statement that tells no terms as unknown as it is", policy.Outcomes()...)
}

// Schema lists the words of FindingSeverity.
func (FindingSeverity) Schema(huma.Registry) *huma.Schema {
	return words("How much it matters", models.FindingSeverities...)
}

// Schema lists the words of FindingState.
func (FindingState) Schema(huma.Registry) *huma.Schema {
	return words("Whether something is to be done about it; exempted ones are open again after the last day of the exemption", models.FindingStates...)
}

// Schema lists the words of LicenseVerdict.
func (LicenseVerdict) Schema(huma.Registry) *huma.Schema {
	return words("What policies say, from the best to the worst; what nobody knows is never allowed", licenses.Verdicts()...)
}

// Schema lists the words of ExemptionState.
func (ExemptionState) Schema(huma.Registry) *huma.Schema {
	return words("Whether it holds", models.ExemptionStates...)
}

// Schema lists the words of Reach.
func (Reach) Schema(huma.Registry) *huma.Schema {
	return words("How far it goes: in one piece of software, in what an agency and those below it run or answer for, or in the whole register", models.Reaches...)
}

// Schema lists the words of SoftwareUse.
func (SoftwareUse) Schema(huma.Registry) *huma.Schema {
	return words("What is done with the software: run within the agency, given to others as a program, given to others as source, offered over a network, changed", licenses.Uses()...)
}

// Schema lists the words of Linking.
func (Linking) Schema(huma.Registry) *huma.Schema {
	return words("How a part belongs to the work: its code is in it, it is called as a library, or it only stands beside it", licenses.Linkings()...)
}

// Schema lists the words of Answer.
func (Answer) Schema(huma.Registry) *huma.Schema {
	return words("What is known, from the best to the worst; check: it depends on what only the case at hand tells", licenses.Answers()...)
}

// Schema lists the words of ObligationKind.
func (ObligationKind) Schema(huma.Registry) *huma.Schema {
	return words("Whether it is demanded, forbidden, or a right", licenses.Must, licenses.MustNot, licenses.May)
}

// Schema lists the words of ObligationState.
func (ObligationState) Schema(huma.Registry) *huma.Schema {
	return words("How far it is met", models.ObligationStates...)
}

// Schema lists the words of Openness.
func (Openness) Schema(huma.Registry) *huma.Schema {
	return words("Whether a licence makes software open source, as far as somebody with a name for it has said so", licenses.Open, licenses.PublicDomain, licenses.PresumablyOpen, licenses.SourceAvailable, licenses.Proprietary, licenses.OpennessUnknown)
}

// Schema lists the words of Reciprocity.
func (Reciprocity) Schema(huma.Registry) *huma.Schema {
	return words("How far it reaches when the software is passed on", licenses.Reciprocities()...)
}

// Schema lists the words of UseLimit.
func (UseLimit) Schema(huma.Registry) *huma.Schema {
	return words("A restriction of use that open source does not know", licenses.NonCommercial, licenses.NoDerivatives, licenses.FieldOfUse)
}

// Schema lists the words of Patents.
func (Patents) Schema(huma.Registry) *huma.Schema {
	return words("What it says of patents; unstated: the text is silent, unknown: nobody has looked", licenses.PatentsUnstated, licenses.PatentsGranted, licenses.PatentsRetaliate, licenses.PatentsWithheld, licenses.PatentsUnknown)
}

// Schema lists the words of FindingGroup.
func (FindingGroup) Schema(huma.Registry) *huma.Schema {
	return words("What to count by", "severity", "rule", "asset", "agency")
}
