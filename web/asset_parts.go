package web

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// assetText is how a form names other software: its title and, to tell those of the same name apart, its number.
func (c *page) assetText(id *int64) string {
	if id == nil {
		return ""
	}
	a, err := c.site.Store.Asset(c.ctx(), c.viewer, *id)
	if err != nil {
		return idText(*id) // not theirs to see: the number keeps it as it is
	}
	return a.Title() + " (" + idText(a.ID) + ")"
}

var numbered = regexp.MustCompile(`^(?:.*\()?(\d{1,18})\)?$`)

// assetID is the software that the form names in a field, by title or number; nil when it names none. What is not found is noted
// in m.
func (c *page) assetID(f *form, m *models.Mistakes, name string) *int64 {
	given := f.get(name)
	if given == "" {
		return nil
	}
	if match := numbered.FindStringSubmatch(given); match != nil {
		if id, err := strconv.ParseInt(match[1], 10, 64); err == nil {
			return &id
		}
	}
	found, err := c.site.Store.Assets(c.ctx(), c.viewer, models.AssetFilter{Query: given, Page: models.Page{Limit: 50}})
	if err != nil {
		m.Add(name, "unknown", "It could not be looked up. Write the number at the end of its address.")
		return nil
	}
	var same []int64
	for _, a := range found.Items {
		if strings.EqualFold(a.Title(), given) {
			same = append(same, a.ID)
		}
	}
	switch len(same) {
	case 1:
		return &same[0]
	case 0:
		m.Add(name, "unknown", "There is no software called “"+given+"” that you may see. Write its name as on its page.")
	default:
		m.Add(name, "ambiguous", "Several entries are called “"+given+"”. Write the number at the end of the address of the one you mean.")
	}
	return nil
}
