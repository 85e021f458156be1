package api

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
)

// The words of keeping.
type (
	KeeperKind       string
	ContinuityRisk   string
	ChecklistAnswer  string
	StackStatus      string
	StackFault       string
	RequirementForce string
)

func (KeeperKind) Schema(huma.Registry) *huma.Schema {
	return words("maintainer: changes the code or pays for it; sponsor: gives the money", models.KeeperKinds...)
}

func (ContinuityRisk) Schema(huma.Registry) *huma.Schema {
	return words("A named reason for which software may not go on", models.ContinuityRisks...)
}

func (ChecklistAnswer) Schema(huma.Registry) *huma.Schema {
	return words("How far it is met; unknown while nobody has answered", models.Answers...)
}

func (StackStatus) Schema(huma.Registry) *huma.Schema {
	return words("recommended: the first choice; accepted: may be used; contain: no new uses; retire: those who use it move away", models.StackStatuses...)
}

func (StackFault) Schema(huma.Registry) *huma.Schema {
	return words("How a deployment stands against the stack; version-unknown: nobody can tell", models.StackFaults...)
}

func (RequirementForce) Schema(huma.Registry) *huma.Schema {
	return words("How much the standard wants it (RFC 2119)", "must", "should", "may")
}
