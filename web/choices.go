package web

import (
	"slices"

	"github.com/ospo-register/ospo/models"
)

// agencyChoice is how a form asks for an agency: a list to choose from, or the national code where the list would be
// longer than a page should be.
type agencyChoice struct {
	Options []option
	ByCode  bool
}

// mostChoices bounds the list of a select.
const mostChoices = 800

// anyAgency asks for no right in an agency.
const anyAgency models.Action = ""

// agencyChoice lists the active agencies in which the viewer may do the action.
func (c *page) agencyChoice(action models.Action) (agencyChoice, error) {
	var choice agencyChoice
	f := models.AgencyFilter{State: models.AgencyActive, Page: models.Page{Limit: models.MaxLimit}}
	for {
		list, err := c.site.Store.Agencies(c.ctx(), f)
		if err != nil {
			return choice, err
		}
		for _, a := range list.Items {
			if action == anyAgency || c.viewer.May(action, a.ID) {
				choice.Options = append(choice.Options, option{Value: idText(a.ID), Label: a.Name})
			}
		}
		if len(choice.Options) > mostChoices {
			return agencyChoice{ByCode: true}, nil
		}
		if list.Next == "" {
			return choice, nil
		}
		f.After = list.Next
	}
}

// agencyID is the agency that a form names under the field: by number, or by national code under field.code. What names
// no agency is noted in m.
func (c *page) agencyID(f *form, m *models.Mistakes, name string) int64 {
	code := f.get(name + codeSuffix)
	if code == "" {
		return f.id(name)
	}
	a, err := c.site.Store.AgencyByCode(c.ctx(), code)
	if err != nil {
		m.Add(name, "unknown", "There is no agency with the code "+code+".")
		return 0
	}
	f.set(name, idText(a.ID))
	return a.ID
}

// optional is nil for 0.
func optional(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// without takes one agency out of the list.
func (a *agencyChoice) without(id string) {
	a.Options = slices.DeleteFunc(a.Options, func(o option) bool { return o.Value == id })
}
