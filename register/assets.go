package register

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/store"
)

// RegisterAsset adds a piece of software to the register.
func (r *Register) RegisterAsset(ctx context.Context, by models.Viewer, a *models.Asset) error {
	if err := prepareAsset(a); err != nil {
		return err
	}
	if err := may(by, models.WriteAsset, a.StewardID, "register software for this agency"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error { return r.registerAsset(ctx, tx, by, a) })
}

// registerAsset adds an asset that was prepared, with its event.
func (r *Register) registerAsset(ctx context.Context, tx *store.Tx, by models.Viewer, a *models.Asset) error {
	a.ID = 0
	if err := checkParent(ctx, tx, by, a); err != nil {
		return err
	}
	if err := internLicense(ctx, tx, a); err != nil {
		return err
	}
	if err := tx.CreateAsset(ctx, a); err != nil {
		return err
	}
	return record(ctx, tx, by, event{action: "asset.registered", noun: "asset", id: a.ID, title: a.Title(), agency: a.StewardID, asset: a.ID, to: a.Visibility, after: a})
}

// checkParent refuses a larger system that the viewer cannot see, or that is itself a part of the asset.
func checkParent(ctx context.Context, tx *store.Tx, by models.Viewer, a *models.Asset) error {
	if a.ParentID == nil {
		return nil
	}
	bad := func(code, detail string) error {
		return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: detail, Fields: []models.FieldError{{Field: "parentId", Code: code, Detail: detail}}}
	}
	if _, err := tx.Asset(ctx, by, *a.ParentID); models.IsKind(err, models.NotFound) {
		return bad("unknown", "There is no such software.")
	} else if err != nil {
		return err
	}
	if inside, err := tx.IsPartOf(ctx, *a.ParentID, a.ID); err != nil {
		return err
	} else if inside {
		return bad("circle", "That software is a part of this one already.")
	}
	return nil
}

// ChangeAsset lets change edit the asset and stores the result. based is the version the caller has read, 0 for whatever
// it is now. Giving an asset to another agency needs the right in both.
func (r *Register) ChangeAsset(ctx context.Context, by models.Viewer, id, based int64, change func(*models.Asset)) (*models.Asset, error) {
	var result *models.Asset
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "assets", id); err != nil {
			return err
		}
		a, err := tx.Asset(ctx, by, id)
		if err != nil {
			return err
		}
		if err := may(by, models.WriteAsset, a.StewardID, "change this agency's software"); err != nil {
			return err
		}
		if a.MergedIntoID != nil {
			return models.Refuse(models.Conflict, "asset-merged", "This entry was merged into asset "+strconv.FormatInt(*a.MergedIntoID, 10)+". Change that one.")
		}
		if err := unchanged(a.Version, based); err != nil {
			return err
		}
		before := cloneAsset(a)
		change(a)
		a.ID, a.Version, a.CreatedAt, a.MergedIntoID = before.ID, before.Version, before.CreatedAt, nil
		if err := prepareAsset(a); err != nil {
			return err
		}
		if a.StewardID != before.StewardID {
			if err := may(by, models.WriteAsset, a.StewardID, "give software to this agency"); err != nil {
				return err
			}
		}
		if value(a.ParentID) != value(before.ParentID) {
			if err := checkParent(ctx, tx, by, a); err != nil {
				return err
			}
		}
		if err := internLicense(ctx, tx, a); err != nil {
			return err
		}
		if result = a; same(before, a) {
			return nil
		}
		a.UpdatedAt = r.now()
		if err := tx.SaveAsset(ctx, a); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "asset.changed", noun: "asset", id: a.ID, title: a.Title(), agency: a.StewardID, asset: a.ID,
			from: before.Visibility, to: a.Visibility, before: before, after: a})
	})
	return result, err
}

// MergeAssets makes one entry of two that are the same software: everything that refers to from refers to into
// afterwards, and from's name, addresses and identifiers live on as aliases. Reading from still leads to into.
func (r *Register) MergeAssets(ctx context.Context, by models.Viewer, from, into int64, reason string) (*models.Asset, error) {
	if from == into {
		return nil, &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "An entry cannot be merged with itself.",
			Fields: []models.FieldError{{Field: "intoId", Code: "self", Detail: "Choose another entry."}}}
	}
	var result *models.Asset
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		for _, id := range []int64{min(from, into), max(from, into)} {
			if err := tx.Hold(ctx, "assets", id); err != nil {
				return err
			}
		}
		gone, err := tx.Asset(ctx, by, from)
		if err != nil {
			return err
		}
		kept, err := tx.Asset(ctx, by, into)
		if err != nil {
			return err
		}
		for _, a := range []*models.Asset{gone, kept} {
			if err := may(by, models.MergeAsset, a.StewardID, "merge entries of the register"); err != nil {
				return err
			}
			if a.MergedIntoID != nil {
				return models.Refuse(models.Conflict, "asset-merged", a.Title()+" was merged into another entry already.")
			}
		}
		before := cloneAsset(gone)
		return r.merge(ctx, tx, by, gone, kept, before, reason, &result)
	})
	return result, err
}

func (r *Register) merge(ctx context.Context, tx *store.Tx, by models.Viewer, gone, kept, before *models.Asset, reason string, result **models.Asset) error {
	kept.Aliases = append(append(kept.Aliases, gone.Title()), gone.Aliases...)
	kept.URLs = append(kept.URLs, gone.URLs...)
	kept.Identifiers = append(kept.Identifiers, gone.Identifiers...)
	gone.Lifecycle, gone.MergedIntoID, gone.UpdatedAt, kept.UpdatedAt = models.AssetMerged, &kept.ID, r.now(), r.now()
	gone.URLs, gone.Identifiers, gone.Aliases = nil, nil, nil
	if err := prepareAsset(kept); err != nil {
		return err
	}
	if err := tx.SaveAsset(ctx, gone); err != nil {
		return err
	}
	if err := tx.SaveAsset(ctx, kept); err != nil {
		return err
	}
	if err := tx.MergeAsset(ctx, gone.ID, kept.ID); err != nil {
		return err
	}
	*result = kept
	return record(ctx, tx, by, event{action: "asset.merged", noun: "asset", id: gone.ID, title: before.Title() + " → " + kept.Title(), agency: kept.StewardID, asset: kept.ID,
		from: before.Visibility, to: narrower(before.Visibility, kept.Visibility), before: before, after: map[string]any{"mergedIntoId": kept.ID, "reason": reason}})
}

// prepareAsset brings an asset into its one form and reports every mistake in it.
func prepareAsset(a *models.Asset) error {
	a.Name, a.Edition, a.License = tidy(a.Name), tidy(a.Edition), strings.TrimSpace(a.License)
	if a.Descriptions == nil {
		a.Descriptions = map[string]string{}
	}
	for lang, text := range a.Descriptions {
		if strings.TrimSpace(text) == "" {
			delete(a.Descriptions, lang)
		}
	}
	slices.Sort(a.Categories)
	a.Categories = slices.Compact(a.Categories)
	var m models.Mistakes
	m.Include(a.Validate())
	seen := map[string]bool{}
	a.URLs = slices.DeleteFunc(a.URLs, func(u models.AssetURL) bool {
		key := string(u.Kind) + " " + strings.TrimSpace(u.URL)
		again := seen[key] || u.URL == ""
		seen[key] = true
		return again
	})
	for i := range a.URLs {
		a.URLs[i].URL = strings.TrimSpace(a.URLs[i].URL)
		if c, err := models.CanonicalURL(a.URLs[i].URL); err == nil {
			a.URLs[i].Canonical = c
		}
	}
	a.Identifiers = prepareIdentifiers(&m, a.Identifiers)
	title := a.Title()
	slices.Sort(a.Aliases)
	a.Aliases = slices.DeleteFunc(slices.Compact(a.Aliases), func(n string) bool { return n == title || strings.TrimSpace(n) == "" })
	checkLicense(&m, a.License)
	return m.Err()
}

func prepareIdentifiers(m *models.Mistakes, list []models.AssetIdentifier) []models.AssetIdentifier {
	var out []models.AssetIdentifier
	seen := map[string]bool{}
	for i, id := range list {
		field := "identifiers[" + strconv.Itoa(i) + "]"
		value, err := strings.TrimSpace(id.Value), error(nil)
		switch id.Kind {
		case models.PURL:
			var p packages.PURL
			if p, err = packages.ParsePURL(value); err == nil {
				value = p.Base() // an asset is all versions of a package
			}
		case models.CPE:
			_, err = packages.ParseCPE(value)
		case models.SWHID:
			_, err = packages.ParseSWHID(value)
		default:
			m.Add(field+".kind", "unknown-value", "Use one of: purl, cpe, swhid.")
			continue
		}
		if err != nil {
			m.Add(field+".value", "bad-identifier", "This is not a readable "+string(id.Kind)+": "+err.Error()+".")
			continue
		}
		if key := string(id.Kind) + value; !seen[key] {
			seen[key] = true
			out = append(out, models.AssetIdentifier{Kind: id.Kind, Value: value})
		}
	}
	return out
}

// checkLicense asks for an SPDX expression and offers the one that was probably meant.
func checkLicense(m *models.Mistakes, stated string) {
	reading := licenses.Read(stated)
	switch {
	case reading.Guessed:
		m.Add("license", "not-an-expression", "Write the licence as an SPDX expression. Did you mean "+reading.Canonical+"?")
	case reading.Kind == licenses.ReadUnreadable:
		m.Add("license", "not-an-expression", "This is not an SPDX licence expression. Use identifiers of the SPDX list such as EUPL-1.2, joined by AND and OR; for a licence of your own write LicenseRef- and a name.")
	}
}

func internLicense(ctx context.Context, tx *store.Tx, a *models.Asset) error {
	a.LicenseID = nil
	if a.License == "" {
		return nil
	}
	e := expression(a.License, nil)
	if err := tx.InternExpression(ctx, &e); err != nil {
		return err
	}
	a.LicenseID = &e.ID
	return nil
}

func cloneAsset(a *models.Asset) *models.Asset {
	c := *a
	c.URLs, c.Identifiers, c.Aliases, c.Categories = slices.Clone(a.URLs), slices.Clone(a.Identifiers), slices.Clone(a.Aliases), slices.Clone(a.Categories)
	c.Descriptions = make(map[string]string, len(a.Descriptions))
	for k, v := range a.Descriptions {
		c.Descriptions[k] = v
	}
	return &c
}

// tidy trims a name and folds runs of white space.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }
