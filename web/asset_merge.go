package web

import (
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// mergePage asks with which entry another one is the same.
type mergePage struct {
	*assetHead
	Form   *form
	Query  string
	Found  []option
	Reason bool
}

func (s *site) chooseMerge(c *page) error {
	return s.showMerge(c, newForm("q", c.query("q"), "intoId", c.query("into")))
}

func (s *site) showMerge(c *page, f *form) error {
	h, err := c.openAsset("merge")
	if err != nil || h == nil {
		return err
	}
	if !h.MayMerge {
		return refuseWrite(c, "merge entries")
	}
	p := mergePage{assetHead: h, Form: f, Query: f.get("q")}
	duplicates, err := s.Store.Duplicates(c.ctx(), c.viewer, h.Asset)
	if err != nil {
		return err
	}
	for _, d := range duplicates {
		p.Found = append(p.Found, option{Value: idText(d.ID), Label: d.Title, Hint: d.Steward + ". " + duplicateReason(d)})
	}
	if p.Query != "" {
		list, err := s.Store.Assets(c.ctx(), c.viewer, models.AssetFilter{Query: p.Query, Page: models.Page{Limit: 20}})
		if err != nil {
			return err
		}
		p.Found = nil
		for _, a := range list.Items {
			if a.ID != h.Asset.ID {
				p.Found = append(p.Found, option{Value: idText(a.ID), Label: a.Title(), Hint: a.Steward})
			}
		}
	}
	return c.show(view{Name: "asset-merge", Title: "Merge " + h.Asset.Title(), Nav: "/assets", Crumbs: h.crumbs(crumb{Name: "Merge"}), Form: f, Page: p})
}

// duplicateReason says why two entries may be the same.
func duplicateReason(d store.Duplicate) string {
	switch d.Reason {
	case "identifier":
		return "Same identifier: " + d.Shared
	case "repository":
		return "Same repository: " + d.Shared
	case "home":
		return "Same home page: " + d.Shared
	case "name":
		return "Same name"
	}
	return "Similar name"
}

func (s *site) mergeAsset(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	if f.id("intoId") == 0 {
		m.Add("intoId", "required", "Choose the entry that is kept.")
	}
	if f.get("reason") == "" {
		m.Add("reason", "required", "Say how you know that they are the same.")
	}
	err = m.Err()
	if err == nil {
		var kept *models.Asset
		if kept, err = s.Register.MergeAssets(c.ctx(), c.viewer, id, f.id("intoId"), f.get("reason")); err == nil {
			return c.done(assetPath(kept.ID), "The entries are one now. Everything that referred to the other one leads here.")
		}
	}
	if f.refused(err) {
		return s.showMerge(c, f)
	}
	return err
}
