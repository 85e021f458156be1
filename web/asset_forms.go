package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// assetFormPage asks for everything that a person says of a piece of software.
type assetFormPage struct {
	Form         *form
	Asset        *models.Asset // the entry that is changed; nil for a new one
	Action, Back string
	Stewards     agencyChoice
	Origins      []option
	Lifecycles   []option
	Visibilities []option
	URLKinds     []option
	IDKinds      []option
	Texts        int // rows for descriptions, addresses and identifiers
	URLs         int
	Identifiers  int
	Duplicates   []store.Duplicate // entries that a new one may repeat
}

func (s *site) newAsset(c *page) error {
	if !c.viewer.MaySomewhere(models.WriteAsset) {
		return refuseWrite(c, "register software")
	}
	f := newForm("origin", string(models.OpenSource), "lifecycle", string(models.AssetInUse), "visibility", string(models.VisiblePublic), "stewardId", c.query("steward"))
	writeRows(f, &models.Asset{})
	return s.showAssetForm(c, f, nil, nil)
}

func (s *site) editAsset(c *page) error {
	h, err := c.openAsset("edit")
	if err != nil || h == nil {
		return err
	}
	if !h.MayChange {
		return refuseWrite(c, "change this entry")
	}
	a := h.Asset
	f := newForm("name", a.Name, "edition", a.Edition, "origin", string(a.Origin), "stewardId", idText(a.StewardID), "categories", strings.Join(a.Categories, "\n"), "license", a.License,
		"lifecycle", string(a.Lifecycle), "visibility", string(a.Visibility), "aliases", strings.Join(a.Aliases, "\n"), "version", idText(a.Version), "parentId", c.assetText(a.ParentID))
	writeRows(f, a)
	return s.showAssetForm(c, f, a, nil)
}

func (s *site) showAssetForm(c *page, f *form, a *models.Asset, duplicates []store.Duplicate) error {
	stewards, err := c.agencyChoice(models.WriteAsset)
	if err != nil {
		return err
	}
	p := assetFormPage{Form: f, Asset: a, Action: "/assets", Back: "/assets", Stewards: stewards, Origins: words(models.Origins), Lifecycles: words(models.AssetLifecycles), Visibilities: words(models.Visibilities),
		URLKinds: words([]models.URLKind{models.RepositoryURL, models.HomeURL}), IDKinds: words([]models.IdentifierKind{models.PURL, models.CPE, models.SWHID}), Duplicates: duplicates,
		Texts: rowsIn(f, "descriptions[%d].text"), URLs: rowsIn(f, "urls[%d]"), Identifiers: rowsIn(f, "identifiers[%d].value")}
	if a == nil && f.get("stewardId") == "" && len(stewards.Options) == 1 {
		f.set("stewardId", stewards.Options[0].Value)
	}
	v := view{Name: "asset-form", Title: "Register software", Nav: "/assets", Crumbs: []crumb{{Name: "Software", Path: "/assets"}, {Name: "Register software"}}, Form: f}
	if a != nil {
		p.Action, p.Back = assetPath(a.ID), assetPath(a.ID)
		v.Title = "Change " + a.Title()
		v.Crumbs = []crumb{{Name: "Software", Path: "/assets"}, {Name: a.Title(), Path: p.Back}, {Name: "Change"}}
	}
	v.Page = p
	return c.show(v)
}

func (s *site) registerAsset(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	read, mistakes := c.readAsset(f)
	if more := f.get("more"); more != "" {
		addRow(f, more)
		return s.showAssetForm(c, f, nil, nil)
	}
	if mistakes == nil && f.get("anyway") == "" {
		duplicates, err := s.Store.Duplicates(c.ctx(), c.viewer, read)
		if err != nil {
			return err
		}
		if len(duplicates) > 0 && read.Validate() == nil {
			return s.showAssetForm(c, f, nil, duplicates)
		}
	}
	err = mistakes
	if err == nil {
		err = s.Register.RegisterAsset(c.ctx(), c.viewer, read)
	}
	if err == nil {
		return c.done(assetPath(read.ID), read.Title()+" is in the register. Add a release next, so that agencies can say which version they run.")
	}
	if f.refused(err) {
		renameAssetFields(f)
		return s.showAssetForm(c, f, nil, nil)
	}
	return err
}

func (s *site) changeAsset(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	read, mistakes := c.readAsset(f)
	now, err := s.Store.Asset(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	if more := f.get("more"); more != "" {
		addRow(f, more)
		return s.showAssetForm(c, f, now, nil)
	}
	err = mistakes
	if err == nil {
		_, err = s.Register.ChangeAsset(c.ctx(), c.viewer, id, f.based(), func(a *models.Asset) {
			read.ID, read.Version, read.CreatedAt, read.UpdatedAt, read.LicenseID = a.ID, a.Version, a.CreatedAt, a.UpdatedAt, a.LicenseID
			*a = *read
		})
	}
	if err == nil {
		return c.done(assetPath(id), "The entry is changed.")
	}
	if f.refused(err) {
		f.rebase(now.Version, assetPath(id)+"/history")
		renameAssetFields(f)
		return s.showAssetForm(c, f, now, nil)
	}
	return err
}

// readAsset reads the answers of a form and writes the rows back without gaps, so that the places in the register's
// mistakes are the places on the page.
func (c *page) readAsset(f *form) (*models.Asset, error) {
	var m models.Mistakes
	parent, err := c.assetID(f, &m, "parentId")
	if err != nil {
		return nil, err
	}
	a := &models.Asset{Name: f.get("name"), Edition: f.get("edition"), Origin: models.Origin(f.get("origin")), StewardID: c.agencyID(f, &m, "stewardId"), Categories: lines(f.get("categories")),
		License: f.get("license"), Lifecycle: models.AssetLifecycle(f.get("lifecycle")), Visibility: models.Visibility(f.get("visibility")), Aliases: lines(f.get("aliases")), ParentID: parent, Descriptions: map[string]string{}}
	for i := range rowsIn(f, "descriptions[%d].text") {
		lang, body := f.get(fmt.Sprintf("descriptions[%d].lang", i)), f.get(fmt.Sprintf("descriptions[%d].text", i))
		if body == "" {
			continue
		}
		if lang == "" {
			lang = models.DefaultLanguage
		}
		if _, again := a.Descriptions[lang]; again {
			m.Add(fmt.Sprintf("descriptions[%d].text", i), "taken", "There are two descriptions in the language “"+lang+"”. Keep one.")
			continue
		}
		a.Descriptions[lang] = body
	}
	for i := range rowsIn(f, "urls[%d]") {
		if u := f.get(fmt.Sprintf("urls[%d]", i)); u != "" {
			canonical, err := models.CanonicalURL(u)
			if err != nil {
				canonical = "" // RegisterAsset and ChangeAsset say so of the field
			}
			a.URLs = append(a.URLs, models.AssetURL{Kind: models.URLKind(f.get(fmt.Sprintf("urls[%d].kind", i))), URL: u, Canonical: canonical})
		}
	}
	for i := range rowsIn(f, "identifiers[%d].value") {
		if v := f.get(fmt.Sprintf("identifiers[%d].value", i)); v != "" {
			a.Identifiers = append(a.Identifiers, models.AssetIdentifier{Kind: models.IdentifierKind(f.get(fmt.Sprintf("identifiers[%d].kind", i))), Value: v})
		}
	}
	if err := m.Err(); err != nil {
		m.Include(a.Validate())
		return a, m.Err()
	}
	writeRows(f, a)
	return a, nil
}

// mostFormRows bounds the rows of one kind in a form.
const mostFormRows = 50

// rowsIn counts the rows of a form whose field is named by the pattern.
func rowsIn(f *form, pattern string) int {
	n := 0
	for n < mostFormRows && f.Values.Has(fmt.Sprintf(pattern, n)) {
		n++
	}
	return n
}

// writeRows puts descriptions, addresses and identifiers into the form, at least one row of each.
func writeRows(f *form, a *models.Asset) {
	for name := range f.Values {
		if strings.HasPrefix(name, "descriptions[") || strings.HasPrefix(name, "urls[") || strings.HasPrefix(name, "identifiers[") {
			f.Values.Del(name)
		}
	}
	langs := make([]string, 0, len(a.Descriptions))
	for lang := range a.Descriptions {
		langs = append(langs, lang)
	}
	slices.Sort(langs)
	for i, lang := range langs {
		f.set(fmt.Sprintf("descriptions[%d].lang", i), lang)
		f.set(fmt.Sprintf("descriptions[%d].text", i), a.Descriptions[lang])
	}
	for i, u := range a.URLs {
		f.set(fmt.Sprintf("urls[%d].kind", i), string(u.Kind))
		f.set(fmt.Sprintf("urls[%d]", i), u.URL)
	}
	for i, id := range a.Identifiers {
		f.set(fmt.Sprintf("identifiers[%d].kind", i), string(id.Kind))
		f.set(fmt.Sprintf("identifiers[%d].value", i), id.Value)
	}
	if len(langs) == 0 {
		addRow(f, "descriptions")
	}
	if len(a.URLs) == 0 {
		addRow(f, "urls")
	}
	if len(a.Identifiers) == 0 {
		addRow(f, "identifiers")
	}
}

// addRow adds an empty row.
func addRow(f *form, kind string) {
	switch kind {
	case "descriptions":
		n := rowsIn(f, "descriptions[%d].text")
		f.set(fmt.Sprintf("descriptions[%d].text", n), "")
		if n == 0 {
			f.set("descriptions[0].lang", models.DefaultLanguage)
		}
	case "urls":
		n := rowsIn(f, "urls[%d]")
		f.set(fmt.Sprintf("urls[%d]", n), "")
		f.set(fmt.Sprintf("urls[%d].kind", n), string(models.RepositoryURL))
	case "identifiers":
		n := rowsIn(f, "identifiers[%d].value")
		f.set(fmt.Sprintf("identifiers[%d].value", n), "")
		f.set(fmt.Sprintf("identifiers[%d].kind", n), string(models.PURL))
	}
}

// renameAssetFields turns the register's names of fields into those of the form, where they differ.
func renameAssetFields(f *form) {
	for i := range f.Problem.Fields {
		field := &f.Problem.Fields[i].Field
		switch {
		case strings.HasPrefix(*field, "categories["):
			*field = "categories"
		case strings.HasPrefix(*field, "aliases["):
			*field = "aliases"
		case strings.HasPrefix(*field, "descriptions."):
			lang := strings.TrimPrefix(*field, "descriptions.")
			for n := range rowsIn(f, "descriptions[%d].text") {
				if f.get(fmt.Sprintf("descriptions[%d].lang", n)) == lang {
					*field = fmt.Sprintf("descriptions[%d].text", n)
				}
			}
		}
	}
}

// lines is a text with one entry on each line.
func lines(s string) []string {
	var list []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// refuseWrite is the answer to a person who opens a form that they may not send. what completes "You may not …".
func refuseWrite(c *page, what string) error {
	if !c.viewer.SignedIn() {
		return models.Refuse(models.Unauthenticated, "sign-in-first", "You need to be signed in to "+what+".")
	}
	return models.Refuse(models.Forbidden, "not-allowed", "You may not "+what+". Ask a registrar of the agency concerned, or the open source programme office.")
}
