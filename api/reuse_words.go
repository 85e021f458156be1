package api

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// The words of what agencies say to each other about software.
type (
	UseClaimOrigin string
	UseClaimState  string
	UseState       string
	Expertise      string
	QuestionState  string
	QuestionReach  string
	Side           string
	CallKind       string
	CallState      string
	AccessState    string
)

func (UseClaimOrigin) Schema(huma.Registry) *huma.Schema {
	return words("Who says so: the steward, a supplier, or a published description", models.UseClaimOrigins...)
}

func (UseClaimState) Schema(huma.Registry) *huma.Schema {
	return words("What the agency named has made of it", models.UseClaimStates...)
}

func (UseState) Schema(huma.Registry) *huma.Schema {
	return words("How sure it is that the agency uses the software; stated: only others say so", models.Confirmed, models.Stale, models.Claimed, store.UseStated)
}

func (Expertise) Schema(huma.Registry) *huma.Schema {
	return words("How the person comes to know the software", models.Expertises...)
}

func (QuestionState) Schema(huma.Registry) *huma.Schema {
	return words("Where the question stands; escalated: nobody answered in time, and the programme office has it too", models.QuestionStates...)
}

func (QuestionReach) Schema(huma.Registry) *huma.Schema {
	return words("Whom the question was put to", models.QuestionReaches...)
}

func (Side) Schema(huma.Registry) *huma.Schema {
	return words("In which part somebody writes", models.Sides...)
}

func (CallKind) Schema(huma.Registry) *huma.Schema {
	return words("What is called for", models.CallKinds...)
}

func (CallState) Schema(huma.Registry) *huma.Schema {
	return words("Whether the call still stands", models.CallStates...)
}

func (AccessState) Schema(huma.Registry) *huma.Schema {
	return words("Where the request for access stands", models.AccessStates...)
}
