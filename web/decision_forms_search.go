package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func (s *site) snapshotForCase(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	if _, err = s.Register.SnapshotLicense(c.ctx(), c.viewer, id, f.based(), f.get("key")); err != nil {
		return err
	}
	return c.done(casePath(id)+"/license/"+f.get("key"), "The register’s facts are on file, as of now.")
}

func (s *site) searchForCase(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	filters := map[catalog.Facet][]string{}
	for _, facet := range []catalog.Facet{catalog.FacetOrigin, catalog.FacetOpen, catalog.FacetCategory, catalog.FacetLicense} {
		if value := f.get(string(facet)); value != "" {
			filters[facet] = []string{value}
		}
	}
	row, err := s.Register.SearchForDecision(c.ctx(), c.viewer, id, f.based(), register.CaseSearch{Source: f.get("source"), Query: f.get("query"), Place: models.SearchPlace(f.get("place")), Filters: filters})
	if err == nil {
		return c.done(casePath(row.ID)+"/scan#search", "The search is made, and kept as evidence.")
	}
	if !f.refused(err) {
		return err
	}
	kind, err := models.PartOf(models.PartScan)
	if err != nil {
		return err
	}
	p, err := c.partForm(kind, newForm())
	if err != nil {
		return err
	}
	f.rebase(p.head.Row.Version, p.head.Path)
	if err := p.start(); err != nil {
		return err
	}
	p.form.Problem = f.Problem
	return s.showPart(c, p, f)
}

// showSearch adds the search of the register to the page of the market scan.
func (s *site) showSearch(v *partPage, searched *form) {
	if v.Dossier.Scan != nil {
		for _, one := range v.Dossier.Scan.Value.Searches {
			if one.Recorded && one.Exhibit != "" {
				one.Source = labelOf(termOptions(v.Regime.MarketScan.RequiredSources), one.Source)
				v.Searched = append(v.Searched, one)
			}
		}
	}
	if v.Why != "" {
		return
	}
	if searched == nil {
		searched = newForm("query", v.Row.Title)
	}
	v.Search, v.Sources, v.Origins, v.Places = searched, termOptions(v.Regime.MarketScan.RequiredSources), words(models.Origins), words(models.SearchPlaces)
	v.Opens = []option{{Value: string(models.Yes), Label: "Yes"}, {Value: string(models.No), Label: "No, or not stated"}}
}

// caseFiles lists the files of a case by their digest, to be named as evidence.
func (s *site) caseFiles(c *page, id int64) ([]option, error) {
	list, err := s.Store.Attachments(c.ctx(), c.viewer, id, models.Page{Limit: models.MaxLimit})
	if err != nil {
		return nil, err
	}
	var options []option
	for _, a := range list.Items {
		options = append(options, option{Value: hexText(a.SHA256), Label: a.Title})
	}
	return options, nil
}

// caseDocuments lists by digest the SBOM documents of the software that a case is about, the newest first, and the files of the case.
func (s *site) caseDocuments(c *page, h *caseHead, files []option) ([]option, error) {
	var assets []int64
	for i := range h.Dossier.Candidates {
		if one := h.Dossier.Candidates[i].Value.AssetID; one != nil {
			assets = append(assets, *one)
		}
	}
	if h.Row.AssetID != nil {
		assets = append(assets, *h.Row.AssetID)
	}
	if h.Dossier.Registration != nil {
		assets = append(assets, h.Dossier.Registration.Value.AssetIDs...)
	}
	slices.Sort(assets)
	var list []option
	for _, asset := range slices.Compact(assets) {
		documents, err := s.Store.SBOMs(c.ctx(), c.viewer, asset, 0, models.Page{Limit: models.MaxLimit})
		if err != nil {
			return nil, err
		}
		for i := range documents.Items {
			d := &documents.Items[i]
			list = append(list, option{Value: hexText(d.SHA256), Label: strings.TrimSpace(d.Asset+" "+d.Release) + ", received " + d.ReceivedAt.Format("2 Jan 2006")})
		}
	}
	return append(list, files...), nil
}
