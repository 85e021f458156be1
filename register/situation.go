package register

import (
	"maps"
	"slices"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// situationOf is what policies may know of a subject. line is the codes of its agency and of those above it.
func situationOf(one *store.Subject, line []string) policy.Situation {
	s := policy.Situation{
		Asset:  &models.Asset{ID: one.AssetID, Name: one.Asset, Edition: one.Edition, Origin: one.Origin, Lifecycle: one.Lifecycle, Visibility: one.Visibility, Categories: one.Categories, License: one.License},
		Agency: &models.Agency{ID: one.AgencyID, Code: one.AgencyCode, Name: one.AgencyName, Kind: one.AgencyKind},
		Line:   line,
		Uses:   usesOf(one),
	}
	if one.DeploymentID != 0 {
		s.Deployment = &models.Deployment{ID: one.DeploymentID, Environment: one.Environment, Service: one.Service, Hosting: one.Hosting, DataClass: one.DataClass, PersonalData: one.PersonalData, Criticality: one.Criticality, Jurisdiction: one.Jurisdiction}
	}
	return s
}

// usesOf says what an agency does with software, as far as its entries tell; what they leave open stays open.
//
// Software with a public repository is passed on as source; what government has built and keeps to itself is not. Who runs software uses it internally, and whoever did not
// build it is taken not to change it. A workstation offers nothing over a network.
func usesOf(one *store.Subject) map[licenses.Use]bool {
	built := one.Origin == models.GovBuilt
	uses := map[licenses.Use]bool{licenses.UseInternal: true}
	if !built {
		uses[licenses.UseModify] = false
	}
	if one.DeploymentID == 0 {
		uses[licenses.UseDistributeSource] = built && one.Published && one.Visibility == models.VisiblePublic
		if !built {
			uses[licenses.UseDistributeBinary] = false
		}
		return uses
	}
	uses[licenses.UseDistributeSource], uses[licenses.UseDistributeBinary] = false, false
	if one.Hosting == models.Workstations {
		uses[licenses.UseService] = false
	}
	return uses
}

func sortedKeys[K int32 | int64 | string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
