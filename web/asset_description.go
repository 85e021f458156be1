package web

import (
	"html/template"
	"strings"

	"github.com/ospo-register/ospo/exporters/codemeta"
	"github.com/ospo-register/ospo/exporters/dcat"
	"github.com/ospo-register/ospo/exporters/description"
	"github.com/ospo-register/ospo/models"
)

// assetDescriptionPage is what the register says of software to other catalogues.
type assetDescriptionPage struct {
	*assetHead
	Formats []describedFormat
	Wants   []models.Want // of the catalogue of the European Union
	Inside  bool          // the reader is of government
}

// describedFormat is a format with what it loses.
type describedFormat struct {
	Format  description.Format
	Name    string // of the file
	Links   []crumb
	Gaps    []models.Loss
	Changed []models.Loss // dropped ones too
}

func (s *site) assetDescription(c *page) error {
	h, err := c.openAsset("description")
	if err != nil || h == nil {
		return err
	}
	r, err := s.Store.DescribedAsset(c.ctx(), c.viewer, h.Asset.ID)
	if err != nil {
		return err
	}
	p := assetDescriptionPage{assetHead: h, Wants: r.CatalogWants(), Inside: c.viewer.InGovernment()}
	d := r.Description()
	if !p.Inside {
		d = d.Public()
	}
	e := &description.Entry{Address: c.origin() + assetPath(h.Asset.ID), Description: d, Issued: h.Asset.CreatedAt, Modified: h.Asset.UpdatedAt}
	for _, f := range description.Formats {
		file := description.Write(e, f, dcat.JSONLD)
		one := describedFormat{Format: f, Name: file.Name, Links: descriptionLinks(h.Asset.ID, f, file.Name)}
		for _, l := range file.Losses {
			if l.Kind == models.LossGap {
				one.Gaps = append(one.Gaps, l)
			} else {
				one.Changed = append(one.Changed, l)
			}
		}
		p.Formats = append(p.Formats, one)
	}
	return c.showAsset("asset-description", h, p)
}

// descriptionLinks lead to the file, or to the file in each notation of RDF.
func descriptionLinks(asset int64, f description.Format, name string) []crumb {
	path := "/v1" + assetPath(asset) + "/descriptions/" + string(f)
	if f != description.DCAT {
		return []crumb{{Name: "Download " + name, Path: path}}
	}
	var list []crumb
	for _, n := range dcat.Notations {
		word := map[dcat.Notation]string{dcat.JSONLD: "JSON-LD", dcat.Turtle: "Turtle", dcat.RDFXML: "RDF/XML"}[n]
		list = append(list, crumb{Name: "Download as " + word, Path: address(path, "notation", string(n))})
	}
	return list
}

// told is what the page of public software says to search engines and archives; "" for software that is not public.
func (c *page) told(a *models.Asset) (template.JS, error) {
	if a.Visibility != models.VisiblePublic {
		return "", nil
	}
	r, err := c.site.Store.DescribedAsset(c.ctx(), models.Viewer{}, a.ID)
	if err != nil {
		return "", err
	}
	// Every <, > and & is escaped by the writer, so that nothing in it can end the script element.
	return template.JS(strings.TrimSpace(string(codemeta.Page(r.Description().Public(), c.origin()+assetPath(a.ID))))), nil //nolint:gosec // G203: see above
}
