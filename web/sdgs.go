package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// sdgForm asks which development goals a piece of software serves, and in which way.
type sdgForm struct {
	*assetHead
	Form   *form
	Action string
	Back   string
	Goals  []sdgField
}

// sdgField is one goal with the name of its field.
type sdgField struct {
	Goal        int16
	Name, Field string
	Said        bool
}

func sdgFieldName(goal int16) string { return "goal" + strconv.Itoa(int(goal)) }

func (s *site) editSDGs(c *page) error {
	h, err := c.openAsset("sdgs")
	if err != nil || h == nil {
		return err
	}
	goals, err := s.Store.AssetSDGs(c.ctx(), h.Asset.ID)
	if err != nil {
		return err
	}
	f := newForm("version", idText(h.Asset.Version))
	for _, g := range goals {
		f.set(sdgFieldName(g.Goal), g.Relevance)
	}
	return s.showSDGs(c, h, f)
}

func (s *site) showSDGs(c *page, h *assetHead, f *form) error {
	if !c.viewer.May(models.WriteChecklist, h.Asset.StewardID) {
		return refuseWrite(c, "say which goals this software serves")
	}
	p := sdgForm{assetHead: h, Form: f, Action: assetPath(h.Asset.ID) + "/sdgs", Back: checklistsPath(h.Asset.ID)}
	for goal := int16(1); goal <= models.LastGoal; goal++ {
		name := sdgFieldName(goal)
		p.Goals = append(p.Goals, sdgField{goal, models.GoalName(goal), name, f.get(name) != "" || f.mistake(name) != ""})
	}
	return c.show(view{Name: "sdgs-form", Title: "Goals that " + h.Asset.Title() + " serves", Nav: "/catalogue", Crumbs: h.crumbs(crumb{"Checklists", p.Back}, crumb{Name: "Development goals"}), Form: f, Page: p})
}

func (s *site) setSDGs(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var list []models.AssetSDG
	for goal := int16(1); goal <= models.LastGoal; goal++ {
		if said := f.get(sdgFieldName(goal)); said != "" {
			list = append(list, models.AssetSDG{Goal: goal, Relevance: said})
		}
	}
	if _, err = s.Register.SetSDGs(c.ctx(), c.viewer, id, f.based(), list); err == nil {
		return c.done(checklistsPath(id), "The goals that it serves are written down.")
	}
	if !f.refused(err) {
		return err
	}
	for i := range f.Problem.Fields { // of a place in the list: the field is that of its goal
		var n int
		if _, err := fmt.Sscanf(strings.TrimPrefix(f.Problem.Fields[i].Field, "sdgs["), "%d]", &n); err == nil && n < len(list) {
			f.Problem.Fields[i].Field = sdgFieldName(list[n].Goal)
		}
	}
	h, err := c.openAsset("sdgs")
	if err != nil || h == nil {
		return err
	}
	f.rebase(h.Asset.Version, assetPath(id)+"/history")
	return s.showSDGs(c, h, f)
}
