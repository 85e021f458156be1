package register

import (
	"context"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/store"
)

// mayDeliver refuses at once what could not be taken in later: a release that is not there or not the sender's, an agency
// for which they may send nothing.
func (r *Register) mayDeliver(ctx context.Context, by models.Viewer, t models.Target) error {
	const what = "send SBOM documents for this agency's software"
	switch {
	case t.ReleaseID != 0:
		_, _, err := sbomTarget(ctx, r.store, by, t.ReleaseID)
		return err
	case t.AssetID != 0:
		_, err := targetAsset(ctx, r.store, by, t.AssetID)
		return err
	case t.AgencyID != 0:
		if _, err := r.store.Agency(ctx, t.AgencyID); err != nil {
			return err
		}
		if err := may(by, models.WriteSBOM, t.AgencyID, what); err != nil {
			return err
		}
	case !by.MaySomewhere(models.WriteSBOM):
		return may(by, models.WriteSBOM, 0, what)
	}
	if t.Name = strings.TrimSpace(t.Name); t.Name == "" {
		return nil // the document will say what it is for
	}
	_, _, err := r.knownAsset(ctx, r.store, by, t, "")
	return err
}

func sbomTarget(ctx context.Context, s *store.Store, by models.Viewer, release int64) (*models.Release, *models.Asset, error) {
	target, err := s.Release(ctx, by, release)
	if err != nil {
		return nil, nil, err
	}
	asset, err := s.Asset(ctx, by, target.AssetID)
	if err != nil {
		return nil, nil, err
	}
	if asset.MergedIntoID != nil {
		return nil, nil, models.Refuse(models.Conflict, "asset-merged", "This software was merged into another entry. Send the document to that one's release.")
	}
	return target, asset, may(by, models.WriteSBOM, asset.StewardID, "send SBOM documents for this agency's software")
}

func targetAsset(ctx context.Context, s *store.Store, by models.Viewer, id int64) (*models.Asset, error) {
	asset, err := s.Asset(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if asset.MergedIntoID != nil {
		return nil, models.Refuse(models.Conflict, "asset-merged", "This software was merged into another entry. Send the document to that one.")
	}
	return asset, may(by, models.WriteSBOM, asset.StewardID, "send SBOM documents for this agency's software")
}

// findTarget finds the release that a document is for or, as far as the target allows, makes it and its asset from the
// document's own root package.
func (r *Register) findTarget(ctx context.Context, tx *store.Tx, by models.Viewer, t models.Target, in *store.Intake) (*models.Release, *models.Asset, error) {
	if t.ReleaseID != 0 {
		return sbomTarget(ctx, tx.Store, by, t.ReleaseID)
	}
	root := rootOf(in)
	if strings.TrimSpace(t.Name) != "" {
		root.Base = "" // what the sender says counts, also where the document says it wrongly
	}
	t.Name, t.Number = orElse(t.Name, root.Name), orElse(t.Number, root.Version)
	if err := nameTarget(t); err != nil {
		return nil, nil, err
	}
	asset, err := r.findAsset(ctx, tx, by, t, root)
	if err != nil {
		return nil, nil, err
	}
	release, err := tx.ReleaseByNumber(ctx, by, asset.ID, t.Number)
	if !models.IsKind(err, models.NotFound) {
		return release, asset, err
	}
	if t.Make != models.MakeRelease && t.Make != models.MakeAsset {
		return nil, nil, unknownTarget("number", asset.Title()+" has no release "+t.Number+" in the register. Register it, or allow it to be made.")
	}
	release = &models.Release{AssetID: asset.ID, Number: t.Number}
	return release, asset, r.registerRelease(ctx, tx, by, release)
}

func nameTarget(t models.Target) error {
	var m models.Mistakes
	if t.Name == "" && t.AssetID == 0 {
		m.Add("name", "required", "The document does not say which product it describes. Name the software it is for.")
	}
	if t.Number == "" {
		m.Add("number", "required", "The document does not say which version of the product it describes. Give the number of the release.")
	}
	return m.Err()
}

// findAsset finds the asset by its number, by the package URL of the document's root, or by its name at an agency; else it makes it.
func (r *Register) findAsset(ctx context.Context, tx *store.Tx, by models.Viewer, t models.Target, root models.Component) (*models.Asset, error) {
	if t.AssetID != 0 {
		return targetAsset(ctx, tx.Store, by, t.AssetID)
	}
	id, agency, err := r.knownAsset(ctx, tx.Store, by, t, root.Base)
	if err != nil {
		return nil, err
	}
	if id != 0 {
		return targetAsset(ctx, tx.Store, by, id)
	}
	return r.makeAsset(ctx, tx, by, t, root, agency)
}

// knownAsset finds the number of the asset by package URL or name or, when it is 0, the agency that one may be made for.
func (r *Register) knownAsset(ctx context.Context, s *store.Store, by models.Viewer, t models.Target, purl string) (id, agency int64, err error) {
	agency, within, err := targetAgency(ctx, s, by, t)
	if err != nil {
		return 0, 0, err
	}
	found, err := s.AssetsKnownAs(ctx, by, t.Name, purl, within...)
	if err == nil && len(found) > 1 && agency != 0 { // that of the agency itself before those of the ones below it
		var own []int64
		if own, err = s.AssetsKnownAs(ctx, by, t.Name, purl, agency); len(own) == 1 {
			found = own
		}
	}
	if err != nil {
		return 0, 0, err
	}
	switch {
	case len(found) == 1:
		return found[0], agency, nil
	case len(found) > 1:
		return 0, 0, unknownTarget("name", "Several entries of the register are called "+t.Name+". Say which one by its number.")
	case t.Make != models.MakeAsset:
		return 0, 0, unknownTarget("name", "There is no software called "+t.Name+" at this agency in the register. Register it, or allow it to be made.")
	case agency == 0:
		return 0, 0, unknownTarget("agencyId", "Say which agency answers for the software that is to be made, or send it with a token that is limited to one agency.")
	}
	return 0, agency, may(by, models.WriteAsset, agency, "register software for this agency")
}

// targetAgency is the agency that a target means, 0 when it could be any: the one named, else the one that the sender acts for, with
// or without those below it. within are the agencies whose software it may be, none meaning all.
func targetAgency(ctx context.Context, s *store.Store, by models.Viewer, t models.Target) (agency int64, within []int64, err error) {
	const what = "send SBOM documents for this agency's software"
	if t.AgencyID != 0 {
		return t.AgencyID, []int64{t.AgencyID}, may(by, models.WriteSBOM, t.AgencyID, what)
	}
	for _, id := range by.Covered() {
		if by.May(models.WriteSBOM, id) {
			within = append(within, id)
		}
	}
	top, err := s.TopAgencies(ctx, within)
	if err != nil || len(top) != 1 {
		return 0, within, err
	}
	return top[0], within, nil
}

// makeAsset registers an asset for a document that comes before its entry. Only its agency sees it until somebody says otherwise.
func (r *Register) makeAsset(ctx context.Context, tx *store.Tx, by models.Viewer, t models.Target, root models.Component, agency int64) (*models.Asset, error) {
	a := &models.Asset{Name: t.Name, Origin: t.Origin, StewardID: agency, Categories: t.Categories, Lifecycle: models.AssetInUse, Visibility: models.VisibleAgency, ParentID: optional(t.ParentID)}
	if a.Origin == "" {
		a.Origin = models.GovBuilt
	}
	if root.Base != "" {
		a.Identifiers = []models.AssetIdentifier{{Kind: models.PURL, Value: root.Base}}
	}
	if err := prepareAsset(a); err != nil {
		return nil, err
	}
	return a, r.registerAsset(ctx, tx, by, a)
}

func unknownTarget(field, detail string) error {
	return &models.Error{Kind: models.Invalid, Code: "target-unknown", Detail: detail, Fields: []models.FieldError{{Field: field, Code: "unknown", Detail: detail}}}
}

// rootOf is the product that a document describes: its only root, else what the document calls itself.
func rootOf(in *store.Intake) models.Component {
	if len(in.Roots) == 1 {
		c := describe(&in.Components[in.Ordinals[in.Roots[0]]])
		if purl, err := packages.ParsePURL(c.PURL); err == nil && purl.Version != "" && c.Version == "" {
			c.Version = purl.Version
		}
		return c
	}
	return models.Component{Name: strings.TrimSpace(in.SBOM.Name)}
}

func orElse(text, other string) string {
	if text = strings.TrimSpace(text); text != "" {
		return text
	}
	return other
}
