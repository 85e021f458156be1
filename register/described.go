package register

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// describedAsset finds or makes the software that a described repository is the code of, and brings what the description
// says into its entry. why says in a sentence why there is none.
func (r *Register) describedAsset(ctx context.Context, tx *store.Tx, by models.Viewer, repo *models.Repository, was *models.Description) (why string, err error) {
	d := repo.Description
	if d == nil || strings.TrimSpace(d.Name) == "" {
		return "", nil
	}
	a, why, err := r.assetOf(ctx, tx, repo)
	if err != nil || why != "" {
		return why, err
	}
	if a == nil {
		return "", r.newDescribed(ctx, tx, by, repo)
	}
	repo.AssetID = &a.ID
	if err := tx.Hold(ctx, "assets", a.ID); err != nil {
		return "", err
	}
	before := cloneAsset(a)
	takeOver(a, was, repo)
	if wrong := prepareAsset(a); wrong != nil {
		return "What the file says does not fit into the entry: " + wrong.Error(), nil //nolint:nilerr // it is told to the owner, and stops nothing
	}
	if same(before, a) {
		return "", nil
	}
	if other, err := tx.AssetNamed(ctx, a.StewardID, a.Name); err == nil && other.ID != a.ID && a.Edition == "" {
		a.Name = before.Name // the name it has now is that of other software
	} else if err != nil && !models.IsKind(err, models.NotFound) {
		return "", err
	}
	if err := internLicense(ctx, tx, a); err != nil {
		return "", err
	}
	a.UpdatedAt = r.now()
	if err := tx.SaveAsset(ctx, a); err != nil {
		return "", err
	}
	return "", record(ctx, tx, by, event{action: "asset.changed", noun: "asset", id: a.ID, title: a.Title(), agency: a.StewardID, asset: a.ID, from: before.Visibility, to: a.Visibility, before: before, after: a})
}

// assetOf finds the entry of a repository: the one it was linked to, else the one that names its address, else one of the
// same agency and name that names no address at all. One record per software: what cannot be told apart is left to a person.
func (r *Register) assetOf(ctx context.Context, tx *store.Tx, repo *models.Repository) (a *models.Asset, why string, err error) {
	all := models.SystemViewer("")
	if repo.AssetID != nil {
		a, err = tx.Asset(ctx, all, *repo.AssetID)
		return a, "", err
	}
	list, err := tx.AssetsAt(ctx, addressesOf(repo))
	if err != nil {
		return nil, "", err
	}
	if own := slices.IndexFunc(list, func(a models.Asset) bool { return a.StewardID == repo.AgencyID }); own >= 0 {
		return &list[own], "", nil
	}
	if len(list) > 0 && repo.Fork != models.VariantFork {
		return nil, fmt.Sprintf("Software %d of another agency names this repository. That agency, or the open source programme office, can link the two.", list[0].ID), nil
	}
	named, err := tx.AssetNamed(ctx, repo.AgencyID, tidy(repo.Description.Name))
	if models.IsKind(err, models.NotFound) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	if named.Repository() == "" && named.Origin != models.Proprietary {
		return named, "", nil
	}
	return nil, fmt.Sprintf("The agency has other software of this name (%d) with another repository. Link this repository to it, or give the software another name.", named.ID), nil
}

// addressesOf lists, in canonical form, the addresses that a repository is known by, with the one its description says.
func addressesOf(repo *models.Repository) []string {
	out := []string{repo.Canonical}
	for _, u := range append(slices.Clone(repo.Aliases), described(repo).URL) {
		if c, err := models.CanonicalURL(u); err == nil && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

func described(repo *models.Repository) *models.Description {
	if repo.Description == nil {
		return &models.Description{}
	}
	return repo.Description
}

func (r *Register) newDescribed(ctx context.Context, tx *store.Tx, by models.Viewer, repo *models.Repository) error {
	a := &models.Asset{Origin: models.GovBuilt, StewardID: repo.AgencyID, Lifecycle: models.AssetInUse, Visibility: repo.Visibility}
	takeOver(a, nil, repo)
	if err := prepareAsset(a); err != nil {
		return err
	}
	if err := r.registerAsset(ctx, tx, by, a); err != nil {
		return err
	}
	repo.AssetID = &a.ID
	return nil
}

// takeOver brings what a description says into the entry. A value goes where there is none yet or where the one there is
// what the former description said; what a person has written stays.
func takeOver(a *models.Asset, was *models.Description, repo *models.Repository) {
	d := repo.Description
	if was == nil {
		was = &models.Description{}
	}
	if name := tidy(d.Name); name != "" && len(name) <= 200 && (a.Name == "" || a.Name == tidy(was.Name)) {
		a.Name = name
	}
	if l := statedLicense(d); l != "" && (a.License == "" || a.License == statedLicense(was)) {
		a.License = l
	}
	if a.Descriptions == nil {
		a.Descriptions = map[string]string{}
	}
	for lang, t := range d.Texts {
		lang = plainTag(lang)
		if said := a.Descriptions[lang]; t.Short != "" && (said == "" || said == was.Texts[lang].Short) {
			a.Descriptions[lang] = t.Short
		}
	}
	if len(a.Categories) == 0 || slices.Equal(a.Categories, plainCategories(was)) {
		a.Categories = plainCategories(d)
	}
	takeURL(a, models.RepositoryURL, repo.URL, "")
	takeURL(a, models.HomeURL, d.LandingURL, was.LandingURL)
}

// plainTag writes a language tag as entries have it: the language in lower case.
func plainTag(tag string) string {
	lang, rest, more := strings.Cut(tag, "-")
	if !more {
		return strings.ToLower(lang)
	}
	return strings.ToLower(lang) + "-" + rest
}

// plainCategories are the categories that are words of the vocabulary's form, in order.
func plainCategories(d *models.Description) models.StringList {
	var out models.StringList
	for _, c := range d.Categories {
		if models.IsCategory(c) {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// statedLicense is what a description says of the licence, as an expression; "" when it is none or several are named without saying how they go together.
func statedLicense(d *models.Description) string {
	stated := d.License
	if stated == "" && len(d.Licenses) == 1 {
		stated = d.Licenses[0]
	}
	switch reading := licenses.Read(stated); {
	case reading.Kind == licenses.ReadUnreadable:
		return ""
	case reading.Guessed:
		return reading.Canonical
	}
	return strings.TrimSpace(stated)
}

// takeURL adds an address to an entry, in place of the one that the former description gave.
func takeURL(a *models.Asset, kind models.URLKind, url, was string) {
	canonical, err := models.CanonicalURL(url)
	if err != nil || models.CheckAddress(url) != nil {
		return
	}
	former, _ := models.CanonicalURL(was) // "" when there was none
	for i, u := range a.URLs {
		if u.Kind == kind && u.Canonical == canonical {
			return
		}
		if u.Kind == kind && former != "" && u.Canonical == former {
			a.URLs[i].URL, a.URLs[i].Canonical = url, canonical
			return
		}
	}
	a.URLs = append(a.URLs, models.AssetURL{Kind: kind, URL: url, Canonical: canonical})
}
