package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// continuityForm asks what keeps a piece of software going.
type continuityForm struct {
	*assetHead
	Form     *form
	Action   string
	Back     string
	Kinds    []option
	Keepers  int  // rows
	Proposed bool // the keepers are those that its description names; nothing is stored yet
}

func (s *site) editContinuity(c *page) error {
	h, err := c.openAsset("continuity/edit")
	if err != nil || h == nil {
		return err
	}
	if !c.viewer.May(models.WriteChecklist, h.Asset.StewardID) {
		return refuseWrite(c, "say what keeps this software going")
	}
	row, err := s.Store.Continuity(c.ctx(), c.viewer, h.Asset.ID)
	if err != nil {
		return err
	}
	p := &continuityForm{assetHead: h, Form: newForm("version", idText(row.Version), "unit", row.Unit, "fundedUntilOn", dayText(row.FundedUntilOn), "fundingSource", row.FundingSource, "plan", row.Plan, "planUrl", row.PlanURL,
		"escrow", row.Escrow, "escrowUrl", row.EscrowURL, "replacement", row.Replacement, "replacementId", c.assetText(row.ReplacementID), "knowledge", row.Knowledge, "reviewedOn", dayText(row.ReviewedOn), "nextReviewOn", dayText(row.NextReviewOn))}
	keepers := row.Keepers
	if row.ID == 0 {
		if keepers, err = c.contractors(h.Asset.ID); err != nil {
			return err
		}
		p.Proposed = len(keepers) > 0
	}
	p.Form.writeKeepers(keepers)
	p.Form.addKeeper()
	return s.showContinuityForm(c, p)
}

func (s *site) showContinuityForm(c *page, p *continuityForm) error {
	p.Back, p.Kinds, p.Keepers = continuityPath(p.Asset.ID), words(models.KeeperKinds), rowsIn(p.Form, "keepers[%d].name")
	p.Action = p.Back + "/edit"
	title := "Continuity of " + p.Asset.Title()
	return c.show(view{Name: "continuity-form", Title: title, Nav: "/catalogue", Crumbs: p.crumbs(crumb{"Continuity", p.Back}, crumb{Name: "Change"}), Form: p.Form, Page: p})
}

// contractors are the keepers that the descriptions of a piece of software name: a proposal, for nobody has said so here.
func (c *page) contractors(asset int64) ([]models.Keeper, error) {
	code, err := c.site.Store.RepositoriesOf(c.ctx(), c.viewer, asset)
	var list []models.Keeper
	for _, r := range code {
		if r.Description == nil || r.Fork == models.Mirror || r.Fork == models.TechnicalFork {
			continue
		}
		for _, k := range r.Description.Contractors {
			if k.Name != "" && len(list) < models.MostKeepers && !slices.ContainsFunc(list, func(o models.Keeper) bool { return o.Name == k.Name }) {
				list = append(list, models.Keeper{Kind: models.Maintainer, Name: k.Name, URL: webAddress(k.Website), UntilOn: k.Until})
			}
		}
	}
	return list, err
}

func dayText(d *models.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// writeKeepers puts the keepers into the form in place of those that were there.
func (f *form) writeKeepers(list []models.Keeper) {
	for name := range f.Values {
		if strings.HasPrefix(name, "keepers[") {
			f.Values.Del(name)
		}
	}
	for i, k := range list {
		row := fmt.Sprintf("keepers[%d].", i)
		f.set(row+"kind", string(k.Kind))
		f.set(row+"name", k.Name)
		f.set(row+"url", k.URL)
		f.set(row+"untilOn", dayText(k.UntilOn))
	}
}

// addKeeper adds an empty row.
func (f *form) addKeeper() {
	n := rowsIn(f, "keepers[%d].name")
	if n < models.MostKeepers {
		f.set(fmt.Sprintf("keepers[%d].name", n), "")
		f.set(fmt.Sprintf("keepers[%d].kind", n), string(models.Maintainer))
	}
}

// readKeepers reads the rows that say something, and closes the gaps between them so that the places of mistakes are those on the page.
func (f *form) readKeepers(m *models.Mistakes) []models.Keeper {
	moved := newForm()
	n := 0
	for i := range rowsIn(f, "keepers[%d].name") {
		row, to := fmt.Sprintf("keepers[%d].", i), fmt.Sprintf("keepers[%d].", n)
		if f.get(row+"name") == "" && f.get(row+"url") == "" && f.get(row+"untilOn") == "" {
			continue
		}
		for _, field := range []string{"kind", "name", "url", "untilOn"} {
			moved.set(to+field, f.get(row+field))
		}
		n++
	}
	f.writeKeepers(nil)
	for name, value := range moved.Values {
		f.Values[name] = value
	}
	list := make([]models.Keeper, n)
	for i := range list {
		row := fmt.Sprintf("keepers[%d].", i)
		list[i] = models.Keeper{Kind: models.KeeperKind(f.get(row + "kind")), Name: f.get(row + "name"), URL: f.get(row + "url"), UntilOn: f.date(m, row+"untilOn")}
	}
	return list
}

func (s *site) writeContinuity(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	replacement, err := c.assetID(f, &m, "replacementId")
	if err != nil {
		return err
	}
	said := models.Continuity{Unit: f.get("unit"), Keepers: f.readKeepers(&m), FundedUntilOn: f.date(&m, "fundedUntilOn"), FundingSource: f.get("fundingSource"), Plan: f.get("plan"), PlanURL: f.get("planUrl"), Escrow: f.get("escrow"),
		EscrowURL: f.get("escrowUrl"), Replacement: f.get("replacement"), ReplacementID: replacement, Knowledge: f.get("knowledge"), ReviewedOn: f.date(&m, "reviewedOn"), NextReviewOn: f.date(&m, "nextReviewOn")}
	more := f.get("more") != ""
	if err = m.Err(); err == nil && !more {
		_, err = s.Register.WriteContinuity(c.ctx(), c.viewer, id, f.based(), func(k *models.Continuity) {
			said.ID, said.AssetID, said.Version, said.CreatedAt, said.UpdatedAt = k.ID, k.AssetID, k.Version, k.CreatedAt, k.UpdatedAt
			*k = said
		})
		if err == nil {
			return c.done(continuityPath(id), "What keeps it going is written down.")
		}
	}
	if err != nil && !more && !f.refused(err) {
		return err
	}
	return s.againContinuity(c, f)
}

// againContinuity shows the form as it was sent, with an empty row for one more keeper.
func (s *site) againContinuity(c *page, f *form) error {
	h, err := c.openAsset("continuity/edit")
	if err != nil || h == nil {
		return err
	}
	if !c.viewer.May(models.WriteChecklist, h.Asset.StewardID) {
		return refuseWrite(c, "say what keeps this software going")
	}
	var row *store.ContinuityRow
	if row, err = s.Store.Continuity(c.ctx(), c.viewer, h.Asset.ID); err != nil {
		return err
	}
	f.rebase(row.Version, continuityPath(h.Asset.ID))
	f.addKeeper()
	return s.showContinuityForm(c, &continuityForm{assetHead: h, Form: f})
}
