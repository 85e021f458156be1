package api

import (
	"context"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Scope says what a licence report covers: one of the keys, or none for the whole government.
type Scope struct {
	SBOM    int64 `query:"sbom" minimum:"1" doc:"One document"`
	Release int64 `query:"release" minimum:"1" doc:"The document that speaks for a release"`
	Asset   int64 `query:"asset" minimum:"1" doc:"The newest release of software that has a document"`
	Agency  int64 `query:"agency" minimum:"1" doc:"What an agency and those below it run and steward"`
}

// LicenseReport is the distribution of licences in a scope.
type LicenseReport struct {
	Documents   int                `json:"documents" doc:"SBOM documents the report rests on"`
	Packages    int                `json:"packages" doc:"Packages in them"`
	Known       int                `json:"known" doc:"Packages whose licence is known"`
	Unknown     int                `json:"unknown" doc:"Packages whose licence nobody has said, or that cannot be read"`
	Classes     []ClassCount       `json:"classes" doc:"Every class, from the least demanding to unknown"`
	Unknowns    []KindCount        `json:"unknowns" doc:"The unknown ones apart, by why they are"`
	Expressions []LicenseFrequency `json:"expressions" doc:"Every effective licence, most packages first"`
}

// ClassCount counts the packages of a licence class.
type ClassCount struct {
	Class    LicenseClass `json:"class"`
	Packages int          `json:"packages"`
	Licenses int          `json:"licenses" doc:"Distinct licences"`
}

// KindCount counts packages by what their stated licence turned out to be.
type KindCount struct {
	Kind     LicenseKind `json:"kind"`
	Packages int         `json:"packages"`
}

// LicenseFrequency is how often an effective licence occurs.
type LicenseFrequency struct {
	ExpressionID int32        `json:"expressionId" doc:"For the drill-down"`
	License      string       `json:"license" doc:"As read; as stated when it could not be read; empty when nothing was stated" example:"MIT OR Apache-2.0"`
	Kind         LicenseKind  `json:"kind"`
	Class        LicenseClass `json:"class"`
	Guessed      bool         `json:"guessed"`
	Packages     int          `json:"packages"`
	SBOMs        int          `json:"sboms" doc:"Documents it occurs in"`
}

// LicensedComponent is a component found under a licence.
type LicensedComponent struct {
	Component
	SBOMs int `json:"sboms" doc:"Documents of the scope it occurs in"`
}

// scope checks that the viewer may see what the report is about.
func (a *api) scope(ctx context.Context, in Scope) (models.Scope, error) {
	scope, v := models.Scope(in), viewer(ctx)
	set := 0
	for _, id := range []int64{in.SBOM, in.Release, in.Asset, in.Agency} {
		if id != 0 {
			set++
		}
	}
	if set > 1 {
		return scope, invalid([]models.FieldError{{Field: "query", Code: "one-scope", Detail: "Give at most one of sbom, release, asset and agency."}})
	}
	var err error
	switch {
	case in.SBOM != 0:
		_, err = a.Store.SBOM(ctx, v, in.SBOM)
	case in.Release != 0:
		_, err = a.Store.Release(ctx, v, in.Release)
	case in.Asset != 0:
		_, err = a.Store.Asset(ctx, v, in.Asset)
	case in.Agency != 0:
		_, err = a.Store.Agency(ctx, in.Agency)
	}
	return scope, err
}

func (a *api) reportLicenses(ctx context.Context, in *struct{ Scope }) (*struct{ Body LicenseReport }, error) {
	scope, err := a.scope(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	counts, err := a.Store.LicenseReport(ctx, viewer(ctx), scope)
	if err != nil {
		return nil, err
	}
	r := report(counts)
	r.Documents, err = a.Store.LicenseDocuments(ctx, viewer(ctx), scope)
	return &struct{ Body LicenseReport }{r}, err
}

// report folds licences into classes. What is no expression is unknown, counted apart by its kind.
func report(counts []store.LicenseCount) LicenseReport {
	r := LicenseReport{Unknowns: []KindCount{}}
	at, kinds := map[LicenseClass]int{}, map[LicenseKind]int{}
	for i, c := range licenses.Classes() {
		at[LicenseClass(c)] = i
		r.Classes = append(r.Classes, ClassCount{Class: LicenseClass(c)})
	}
	r.Expressions = each(counts, func(c *store.LicenseCount) LicenseFrequency {
		return LicenseFrequency{c.ExpressionID, c.Effective, LicenseKind(c.Kind), LicenseClass(c.Class), c.Guessed, c.Packages, c.SBOMs}
	})
	for _, e := range r.Expressions {
		r.Packages += e.Packages
		class := &r.Classes[at[e.Class]]
		class.Packages += e.Packages
		class.Licenses++
		if e.Class != LicenseClass(licenses.Unknown) {
			r.Known += e.Packages
			continue
		}
		r.Unknown += e.Packages
		if _, seen := kinds[e.Kind]; !seen {
			kinds[e.Kind] = len(r.Unknowns)
			r.Unknowns = append(r.Unknowns, KindCount{Kind: e.Kind})
		}
		r.Unknowns[kinds[e.Kind]].Packages += e.Packages
	}
	return r
}

func (a *api) listLicensedComponents(ctx context.Context, in *struct {
	Scope
	Expression int32        `query:"expression" minimum:"1" doc:"expressionId of the report"`
	Class      LicenseClass `query:"class"`
	Paging
}) (*Page[LicensedComponent], error) {
	if in.Expression == 0 && in.Class == "" {
		return nil, invalid([]models.FieldError{{Field: "expression", Code: "required", Detail: "Give an expression or a class of the report."}})
	}
	scope, err := a.scope(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	l, err := a.Store.LicenseComponents(ctx, viewer(ctx), scope, in.Expression, string(in.Class), in.page())
	return page(ctx, l, func(c *store.LicensedComponent) LicensedComponent {
		return LicensedComponent{shapeComponent(&c.ComponentRow), c.SBOMs}
	}), err
}
