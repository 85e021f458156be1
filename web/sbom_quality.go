package web

// qualityPage says how complete a document is by a list.
type qualityPage struct {
	*sbomHead
	Report completeness
}

func (s *site) sbomQuality(c *page) error {
	h, err := c.openSBOM("/quality")
	if err != nil {
		return err
	}
	list, err := c.chosenList()
	if err != nil {
		return err
	}
	p := qualityPage{sbomHead: h, Report: completenessOf(list.Judge(judged(h.SBOM)), h.SBOM.Format, "this document", len(h.SBOM.Tallies) > 0)}
	p.Report.Switch = listSwitch(sbomPath(h.SBOM.ID)+"/quality", list.ID)
	return c.showSBOM("sbom-quality", "How complete the "+h.Title+" is", h, nil, p, crumb{"Completeness", ""})
}
